"""Contact centres' accounts over HTTP: for each agency's main user, and the administrators."""

from typing import Annotated

from fastapi import APIRouter, Depends, status

from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, responses
from control_plane.presence.operations import managing
from control_plane.presence.operations.managing import NO_SUCH_CLERKS
from control_plane.presence.views import (
    ClerkNames,
    IntegrationView,
    MadeIntegration,
    NewToken,
    shown_integration,
)
from control_plane.security import integrations
from control_plane.security.access import REFUSALS, require
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.integrations import IntegrationId, NewIntegration
from control_plane.security.once import RunsOnce, harmless
from control_plane.security.scope import Role
from control_plane.security.sessions import SignedIn

router = APIRouter(prefix="/integrations", tags=["integrations"])

Manager = Annotated[SignedIn, Depends(require(Role.AGENCY_ADMIN, Role.ADMIN))]
At = Annotated[Boundary, Depends(boundary)]
OF_ONE = {**REFUSALS, **responses(NOT_FOUND)}


@router.get("", operation_id="list_integrations", responses=REFUSALS)
async def list_integrations(me: Manager, at: At) -> list[IntegrationView]:
    """Your agency's contact centres; everybody's for an administrator."""
    found = await at.store.read(lambda tx: managing.listed(tx, me.scope))
    return [shown_integration(each) for each in found]


@router.post(
    "",
    operation_id="add_integration",
    status_code=status.HTTP_201_CREATED,
    responses=OF_ONE,
    openapi_extra=harmless(
        "The answer shows a token and is not kept. A repeat makes another contact centre; the one "
        "whose token nobody saw stands in the list, to be revoked."
    ),
)
async def add_integration(body: NewIntegration, me: Manager, at: At) -> MadeIntegration:
    """Let a contact centre in; its token is shown this once."""
    now = at.clock.now()
    made, token = await at.store.run(lambda tx: managing.add(tx, me.scope, body, now))
    return MadeIntegration(integration=shown_integration(made), token=token)


@router.delete(
    "/{integration_id}",
    operation_id="revoke_integration",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=OF_ONE,
)
async def revoke_integration(integration_id: IntegrationId, me: Manager, once: RunsOnce) -> None:
    """Refuse it from now on; clerks whom it held are free."""
    now = once.at.clock.now()
    await once.do(me.scope, lambda tx: managing.revoke(tx, me.scope, integration_id, now))


@router.post(
    "/{integration_id}/token",
    operation_id="renew_integration_token",
    responses=OF_ONE,
    openapi_extra=harmless(
        "The answer shows a token and is not kept. A repeat makes a newer one, which alone is good."
    ),
)
async def renew_token(integration_id: IntegrationId, me: Manager, at: At) -> NewToken:
    """A new token, shown this once; the old one is worthless at once."""
    now = at.clock.now()
    return NewToken(
        token=await at.store.run(
            lambda tx: integrations.renew_token(tx, me.scope, integration_id, now)
        )
    )


@router.put(
    "/{integration_id}/clerks",
    operation_id="name_clerks",
    responses={**OF_ONE, **responses(NO_SUCH_CLERKS)},
)
async def name_clerks(
    integration_id: IntegrationId, body: ClerkNames, me: Manager, once: RunsOnce
) -> IntegrationView:
    """Say which clerk each of its own names stands for, instead of all that was said before."""
    now = once.at.clock.now()

    def operation(tx: Tx) -> IntegrationView:
        return shown_integration(
            managing.name_clerks(tx, me.scope, integration_id, body.clerks, now)
        )

    return await once.give(me.scope, IntegrationView, operation)
