"""Where does a contact centre hear of us, and how is its secret changed?"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from control_plane.database import Tx
from control_plane.errors import Refusal
from control_plane.presence import webhook_queries as webhooks
from control_plane.presence.operations.refusals import BAD_ADDRESS, NO_WEBHOOK
from control_plane.presence.rules.deliveries import Event, may_send_to
from control_plane.presence.webhook_queries import Endpoint
from control_plane.security import audit, integrations
from control_plane.security.integrations import Integration, IntegrationId
from control_plane.security.scope import Scope


def choose(  # noqa: PLR0913 - whose, where to, what of and when
    tx: Tx,
    scope: Scope,
    identity: IntegrationId,
    *,
    url: str,
    events: Iterable[Event],
    secure: bool,
    now: datetime,
) -> Endpoint:
    """Tell an integration of these events at this address; its secret stays as it was."""
    found = integrations.manageable(tx, scope, identity)
    if not may_send_to(url, secure=secure):
        raise Refusal(BAD_ADDRESS)
    known = webhooks.endpoint_of(tx, scope, identity)
    chosen = Endpoint(
        integration_id=identity,
        agency=found.agency,
        url=url,
        events=frozenset(events),
        generation=known.generation if known else 1,
        secret_made_at=known.secret_made_at if known else now,
        gone_at=None,
    )
    webhooks.set_endpoint(tx, scope, chosen)
    _note(tx, scope, "integration.webhook_chosen", found, now)
    return chosen


def renew_secret(tx: Tx, scope: Scope, identity: IntegrationId, now: datetime) -> Endpoint:
    """A new secret; for a day messages are signed with the old one too."""
    found = integrations.manageable(tx, scope, identity)
    known = webhooks.endpoint_of(tx, scope, identity)
    if known is None:
        raise Refusal(NO_WEBHOOK)
    renewed = replace(known, generation=known.generation + 1, secret_made_at=now)
    webhooks.set_endpoint(tx, scope, renewed)
    _note(tx, scope, "integration.webhook_secret_renewed", found, now)
    return renewed


def drop(tx: Tx, scope: Scope, identity: IntegrationId, now: datetime) -> None:
    """Tell the integration nothing more."""
    found = integrations.manageable(tx, scope, identity)
    if webhooks.endpoint_of(tx, scope, identity) is not None:
        webhooks.drop_endpoint(tx, scope, identity)
        _note(tx, scope, "integration.webhook_dropped", found, now)


def _note(tx: Tx, scope: Scope, action: str, of: Integration, now: datetime) -> None:
    # Where to is the agency's own matter; an address may carry a key.
    audit.record(tx, scope, action, subject=integrations.subject(of.id), agency=of.agency, now=now)
