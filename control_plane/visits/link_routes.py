"""Links over HTTP: a clerk's picture stands in a booth, one way, until a visitor is called."""

from uuid import UUID

from fastapi import APIRouter, status
from pydantic import BaseModel

from control_plane.errors import NOT_FOUND, responses
from control_plane.security.access import REFUSALS
from control_plane.security.once import RunsOnce
from control_plane.visits.acting import Clerk, House
from control_plane.visits.operations import linking
from control_plane.visits.operations.refusals import (
    BOOTH_NOT_FREE,
    CLERK_BUSY,
    CLOSED_NOW,
    LINK_THERE,
    NO_QUEUE_TODAY,
    NOT_AVAILABLE,
    NOT_OFFERED_HERE,
)
from shared.identifiers import BoothCode, PointCode

router = APIRouter(prefix="/desk/link", tags=["desk"])


class OpenedLink(BaseModel):
    """In which booth the picture shall stand."""

    point: PointCode
    booth: BoothCode


@router.post(
    "",
    operation_id="open_link",
    status_code=status.HTTP_204_NO_CONTENT,
    responses={
        **REFUSALS,
        **responses(
            NOT_FOUND,
            CLERK_BUSY,
            NOT_AVAILABLE,
            NOT_OFFERED_HERE,
            NO_QUEUE_TODAY,
            CLOSED_NOW,
            BOOTH_NOT_FREE,
            LINK_THERE,
        ),
    },
)
async def open_link(body: OpenedLink, me: Clerk, setup: House, once: RunsOnce) -> None:
    """Show the own picture in a free booth; one that stood in another booth goes."""
    now = once.at.clock.now()
    await once.do(
        me.scope,
        lambda tx: linking.open_link(
            tx, setup, me.scope, point=body.point, booth=body.booth, now=now
        ),
    )


@router.post(
    "/{link_id}/close",
    operation_id="close_link",
    status_code=status.HTTP_204_NO_CONTENT,
    responses={**REFUSALS, **responses(NOT_FOUND)},
)
async def close_link(link_id: UUID, me: Clerk, once: RunsOnce) -> None:
    """Take the own picture out of the booth."""
    now = once.at.clock.now()
    await once.do(me.scope, lambda tx: linking.close_link(tx, me.scope, link_id, now))
