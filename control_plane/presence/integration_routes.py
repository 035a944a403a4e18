"""Contact centres' accounts over HTTP: for each agency's main user, and the administrators."""

from typing import Annotated

from fastapi import APIRouter, Depends, status

from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, responses
from control_plane.presence.operations import endpoints, managing
from control_plane.presence.operations.managing import NO_SUCH_CLERKS
from control_plane.presence.operations.refusals import BAD_ADDRESS, NO_WEBHOOK
from control_plane.presence.rules.signatures import shown
from control_plane.presence.views import (
    ClerkNames,
    IntegrationView,
    MadeIntegration,
    NewSecret,
    NewToken,
    WishedWebhook,
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
    now = at.clock.now()
    found = await at.store.read(lambda tx: managing.listed(tx, me.scope, now))
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


@router.put(
    "/{integration_id}/webhook",
    operation_id="choose_webhook",
    responses={**OF_ONE, **responses(BAD_ADDRESS)},
    openapi_extra=harmless("The answer shows a secret and is not kept; a repeat changes nothing."),
)
async def choose_webhook(
    integration_id: IntegrationId, body: WishedWebhook, me: Manager, at: At
) -> NewSecret:
    """Tell it of these events at this address, signed with this secret."""
    now = at.clock.now()
    chosen = await at.store.run(
        lambda tx: endpoints.choose(
            tx,
            me.scope,
            integration_id,
            url=body.url,
            events=body.events,
            secure=at.settings.secure,
            now=now,
        )
    )
    return NewSecret(secret=_secret_out(at, integration_id, chosen.generation))


@router.post(
    "/{integration_id}/webhook/secret",
    operation_id="renew_webhook_secret",
    responses={**REFUSALS, **responses(NOT_FOUND, NO_WEBHOOK)},
    openapi_extra=harmless(
        "The answer shows a secret and is not kept. A repeat makes a newer one: the one before, "
        "which nobody saw, holds beside it for a day."
    ),
)
async def renew_webhook_secret(integration_id: IntegrationId, me: Manager, at: At) -> NewSecret:
    """A new secret for what it hears; for a day messages are signed with the old one too."""
    now = at.clock.now()
    renewed = await at.store.run(
        lambda tx: endpoints.renew_secret(tx, me.scope, integration_id, now)
    )
    return NewSecret(secret=_secret_out(at, integration_id, renewed.generation))


@router.delete(
    "/{integration_id}/webhook",
    operation_id="drop_webhook",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=OF_ONE,
)
async def drop_webhook(integration_id: IntegrationId, me: Manager, once: RunsOnce) -> None:
    """Tell it nothing more."""
    now = once.at.clock.now()
    await once.do(me.scope, lambda tx: endpoints.drop(tx, me.scope, integration_id, now))


@router.post(
    "/{integration_id}/secret",
    operation_id="renew_hook_secret",
    responses=OF_ONE,
    openapi_extra=harmless(
        "The answer shows a secret and is not kept. A repeat makes a newer one: the one before, "
        "which nobody saw, holds beside it for a day."
    ),
)
async def renew_hook_secret(integration_id: IntegrationId, me: Manager, at: At) -> NewSecret:
    """A new secret for what it posts to us by webhooks; the old one holds for a day more."""
    now = at.clock.now()
    renewed = await at.store.run(
        lambda tx: integrations.renew_secret(tx, me.scope, integration_id, now)
    )
    secret = at.keys.webhook_secret(f"in:{integration_id}", renewed.secret_generation)
    return NewSecret(secret=shown(secret))


def _secret_out(at: Boundary, identity: IntegrationId, generation: int) -> str:
    """The secret of what an integration hears, as it is shown."""
    return shown(at.keys.webhook_secret(f"out:{identity}", generation))
