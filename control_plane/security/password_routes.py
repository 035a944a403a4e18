"""Setting an own password, over HTTP: whoever has the link is not signed in yet."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, status
from pydantic import BaseModel, Field

from control_plane.errors import FORGED, Refusal, responses
from control_plane.security import access, password_links
from control_plane.security.accounts import WEAK_PASSWORD
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.once import harmless
from control_plane.security.password_links import LINK_GONE
from control_plane.security.passwords import LONGEST, acceptable
from shared.languages import Language

router = APIRouter(tags=["session"])

At = Annotated[Boundary, Depends(boundary)]


class ShownLink(BaseModel):
    """The secret of a link, sent in a body: addresses are logged."""

    token: Annotated[str, Field(min_length=1, max_length=100)]


class NewPassword(ShownLink):
    """A password for the account that the link is for."""

    password: Annotated[str, Field(max_length=LONGEST)]


class WhosePassword(BaseModel):
    """Whose password a link sets."""

    username: str
    display_name: str
    language: Language


async def from_own_page(request: Request) -> None:
    """Refuse what comes from another site's page."""
    if not access.own_page(request):
        raise Refusal(FORGED, what="origin")


OWN_PAGE = Depends(from_own_page)


@router.post(
    "/password-link/look",
    operation_id="look_at_password_link",
    dependencies=[OWN_PAGE],
    responses=responses(FORGED, LINK_GONE),
    openapi_extra=harmless("It changes nothing."),
)
async def look_at_password_link(body: ShownLink, at: At) -> WhosePassword:
    """Whose password would the link set?"""
    now = at.clock.now()
    found = await at.store.read(lambda tx: password_links.look(tx, body.token, now))
    return WhosePassword(
        username=found.username, display_name=found.display_name, language=found.language
    )


@router.post(
    "/password-link/use",
    operation_id="use_password_link",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[OWN_PAGE],
    responses=responses(FORGED, LINK_GONE, WEAK_PASSWORD),
    openapi_extra=harmless("A link works once: a repeat is refused, since it is gone."),
)
async def use_password_link(body: NewPassword, at: At) -> None:
    """Set the password; sessions of the account end, and the link with them."""
    # A stranger's guess shall not cost a hash, which takes much memory on purpose.
    await at.store.read(lambda tx: password_links.look(tx, body.token, at.clock.now()))
    if not acceptable(body.password):
        raise Refusal(WEAK_PASSWORD)
    stored = await at.passwords.hashed(body.password)
    now = at.clock.now()
    await at.store.run(lambda tx: password_links.use(tx, body.token, stored, now))
