"""How do contact centres and main users see presence? The API's models."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from control_plane.presence.operations.managing import Managed
from control_plane.presence.rules.deliveries import LONGEST_URL, Event
from control_plane.presence.rules.leases import LONGEST_S, SHORTEST_S, USUAL_S, Lease
from control_plane.security.integrations import IntegrationId, Right
from control_plane.staff.names import Name, NamedClerk
from control_plane.staff.rules import TAKEN, BusyWith, ClerkState
from shared.envelope import WireTime
from shared.identifiers import AgencyCode

LeaseId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]


class WishedLease(BaseModel):
    """Who is busy in the contact centre, with what, and for how long unless it is renewed."""

    clerk: Name
    busy_with: BusyWith = BusyWith.PHONE
    ttl_s: Annotated[int, Field(ge=SHORTEST_S, le=LONGEST_S)] = USUAL_S


class LeaseView(BaseModel):
    """A lease that holds."""

    id: str
    clerk: str
    since: WireTime
    expires_at: WireTime


class ClerkPresence(BaseModel):
    """What a clerk is doing. ``busy``: a visitor is there, comes or is offered."""

    clerk: str
    state: ClerkState
    since: WireTime
    busy: bool
    busy_elsewhere: BusyWith | None
    elsewhere_until: WireTime | None


class WebhookView(BaseModel):
    """Where an integration hears of us, and how the way there was in the last day."""

    url: str
    events: list[Event]
    secret_made_at: WireTime
    gone_at: WireTime | None
    pending: int
    dead: int
    last_status: int | None
    delivered_at: WireTime | None


class WishedWebhook(BaseModel):
    """Where to, and what of."""

    url: Annotated[str, Field(min_length=1, max_length=LONGEST_URL)]
    events: Annotated[frozenset[Event], Field(min_length=1)] = frozenset(Event)


class NewSecret(BaseModel):
    """A webhook's secret, to be kept where the contact centre is."""

    secret: str


class IntegrationView(BaseModel):
    """A contact centre's account; never its token. ``clerks``: its own names, for usernames."""

    id: IntegrationId
    agency: AgencyCode
    name: str
    rights: list[Right]
    created_at: WireTime
    seen_at: WireTime | None
    revoked_at: WireTime | None
    clerks: dict[str, str]
    webhook: WebhookView | None


class NewToken(BaseModel):
    """A token, shown this once."""

    token: str


class MadeIntegration(BaseModel):
    """A new account and its token, shown this once."""

    integration: IntegrationView
    token: str


class ClerkNames(BaseModel):
    """The contact centre's own names for clerks, and the usernames that they stand for."""

    clerks: Annotated[dict[Name, Annotated[str, Field(max_length=64)]], Field(max_length=2000)]


def shown_lease(lease: Lease, clerk: str) -> LeaseView:
    """A lease for the contact centre."""
    return LeaseView(id=lease.id, clerk=clerk, since=lease.since, expires_at=lease.expires_at)


def shown_clerk(named: NamedClerk) -> ClerkPresence:
    """A clerk for the contact centre."""
    clerk = named.clerk
    return ClerkPresence(
        clerk=named.name,
        state=clerk.state,
        since=clerk.since,
        busy=clerk.state in TAKEN,
        busy_elsewhere=clerk.busy_with,
        elsewhere_until=clerk.busy_until,
    )


def shown_integration(managed: Managed) -> IntegrationView:
    """An integration for the agency's main user."""
    found = managed.integration
    return IntegrationView(
        id=found.id,
        agency=found.agency,
        name=found.name,
        rights=sorted(found.rights),
        created_at=found.created_at,
        seen_at=found.seen_at,
        revoked_at=found.revoked_at,
        clerks=dict(managed.names),
        webhook=_shown_webhook(managed),
    )


def _shown_webhook(managed: Managed) -> WebhookView | None:
    endpoint, traffic = managed.endpoint, managed.traffic
    if endpoint is None or traffic is None:
        return None
    return WebhookView(
        url=endpoint.url,
        events=sorted(endpoint.events),
        secret_made_at=endpoint.secret_made_at,
        gone_at=endpoint.gone_at,
        pending=traffic.pending,
        dead=traffic.dead,
        last_status=traffic.last_status,
        delivered_at=traffic.delivered_at,
    )
