"""How does an agency let a contact centre in, name its clerks to it, and shut it out?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Reason, Refusal
from control_plane.presence import webhook_queries as webhooks
from control_plane.presence.operations import leases
from control_plane.presence.webhook_queries import Endpoint, Traffic
from control_plane.security import audit, integrations
from control_plane.security.integrations import Integration, IntegrationId, NewIntegration
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.staff import names as naming

NO_SUCH_CLERKS = Reason("no_such_clerks", 422, "Not clerks of the agency; see usernames.")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Managed:
    """An integration, and what each of its own names for clerks stands for."""

    integration: Integration
    names: Mapping[str, str]  # the username
    endpoint: Endpoint | None = None
    traffic: Traffic | None = None  # of the last day


def add(tx: Tx, scope: Scope, new: NewIntegration, now: datetime) -> tuple[Managed, str]:
    """Make an integration of an agency that is there; its token is told only here."""
    if places.agency_of(tx, scope, new.agency) is None:
        raise Refusal(NOT_FOUND)
    made, token = integrations.add(tx, scope, new, now)
    return Managed(made, {}), token


def listed(tx: Tx, scope: Scope, now: datetime) -> list[Managed]:
    """The integrations that the asker may see, and how the way to each is."""
    return [
        replace(
            _managed(tx, scope, each),
            endpoint=webhooks.endpoint_of(tx, scope, each.id),
            traffic=webhooks.traffic(tx, scope, each.id, since=now - DAY),
        )
        for each in integrations.listed(tx, scope)
    ]


def revoke(tx: Tx, scope: Scope, identity: IntegrationId, now: datetime) -> None:
    """Refuse it from now on; what it held is free."""
    integrations.revoke(tx, scope, identity, now)
    leases.end_all(tx, scope, identity, now)
    webhooks.drop_endpoint(tx, scope, identity)


def name_clerks(
    tx: Tx, scope: Scope, identity: IntegrationId, usernames: Mapping[str, str], now: datetime
) -> Managed:
    """Say which clerk each of its names stands for, instead of all that was said before."""
    found = integrations.manageable(tx, scope, identity)
    known = naming.of_usernames(tx, scope, found.agency, set(usernames.values()))
    unknown = sorted(set(usernames.values()) - known.keys())
    if unknown:
        raise Refusal(NO_SUCH_CLERKS, usernames=unknown)
    naming.set_names(
        tx, scope, identity, {name: known[username] for name, username in usernames.items()}
    )
    audit.record(
        tx,
        scope,
        "integration.clerks_named",
        subject=integrations.subject(identity),
        agency=found.agency,
        now=now,
        count=len(usernames),
    )
    return _managed(tx, scope, found)


def _managed(tx: Tx, scope: Scope, found: Integration) -> Managed:
    own = naming.names_of(tx, scope, found.id)
    usernames = naming.usernames_of(tx, scope, own.values())
    return Managed(
        found, {name: usernames[each] for name, each in own.items() if each in usernames}
    )
