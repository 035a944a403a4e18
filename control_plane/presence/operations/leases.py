"""How does a contact centre take, renew and release a clerk, and what ends a lease by itself?"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from control_plane import facts
from control_plane.database import Tx
from control_plane.errors import Refusal
from control_plane.presence import queries
from control_plane.presence.operations.refusals import (
    CLERK_TAKEN,
    LEASE_OF_ANOTHER,
    LEASE_OVER,
    UNKNOWN_CLERK,
)
from control_plane.presence.rules.leases import Answer, Lease, LeaseEnd, answer, expiry
from control_plane.security.integrations import Integration
from control_plane.security.scope import Scope
from control_plane.staff import elsewhere
from control_plane.staff import queries as staff
from control_plane.staff.names import clerk_named
from control_plane.staff.queries import Clerk
from control_plane.staff.rules import BusyWith, ClerkState

JOURNEY = Scope.system("presence")
KEPT = timedelta(days=1)


class LeaseTaken(facts.Fact):
    """A contact centre has a clerk."""

    kind: ClassVar[str] = "lease.taken"
    clerk: UUID
    agency: str
    integration: UUID
    busy_with: BusyWith

    @property
    def subject(self) -> str:
        """The clerk."""
        return staff.subject(self.clerk)


class LeaseEnded(facts.Fact):
    """A contact centre has a clerk no more."""

    kind: ClassVar[str] = "lease.ended"
    clerk: UUID
    agency: str
    integration: UUID
    end: LeaseEnd
    lasted_s: float

    @property
    def subject(self) -> str:
        """The clerk."""
        return staff.subject(self.clerk)


def take(  # noqa: PLR0913 - which lease of whom, for what and how long
    tx: Tx,
    who: Integration,
    lease_id: str,
    *,
    clerk: str,
    busy_with: BusyWith,
    ttl_s: int,
    now: datetime,
) -> Lease:
    """Take or renew a lease; refused when somebody else was first."""
    found = clerk_of(tx, who, clerk, now)
    tx.lock(staff.subject(found.id))
    known = queries.lease_of(tx, who.scope, who.id, lease_id)
    other = queries.open_of_clerk(tx, who.scope, found.id)
    found = staff.clerk_of(tx, who.scope, found.id) or found
    until = expiry(now, ttl_s)
    verdict = answer(
        known,
        None if other == known else other,
        staff_id=found.id,
        state=found.state,
        now=now,
    )
    if verdict is Answer.RENEWED and known is not None:
        queries.prolong(tx, who.scope, known, until)
        elsewhere.prolong(tx, who.scope, found.id, until)
        return replace(known, expires_at=until)
    if verdict is not Answer.TAKEN:
        raise _refusal(verdict, found, other)
    if other is not None:
        _end(tx, other, LeaseEnd.LAPSED, now)
    return _open(tx, who, lease_id, found, busy_with, until=until, now=now)


def release(tx: Tx, who: Integration, lease_id: str, now: datetime) -> None:
    """The clerk is free of it; late, repeated and unknown releases change nothing."""
    known = queries.lease_of(tx, who.scope, who.id, lease_id)
    if known is not None:
        _locked_end(tx, known, LeaseEnd.RELEASED, now)


def lapse(tx: Tx, now: datetime) -> None:
    """End what was not renewed in time: a contact centre that crashed keeps nobody."""
    for lease in queries.run_out(tx, JOURNEY, now):
        _locked_end(tx, lease, LeaseEnd.LAPSED, now)


def forget(tx: Tx, now: datetime) -> None:
    """Erase what ended so long ago that no late message can be about it."""
    queries.purge(tx, JOURNEY, before=now - KEPT)


def end_all(tx: Tx, scope: Scope, integration_id: UUID, now: datetime) -> None:
    """The integration is no more, and what it held is free."""
    for lease in queries.open_of_integration(tx, scope, integration_id):
        _locked_end(tx, lease, LeaseEnd.REVOKED, now)


def clerk_of(tx: Tx, who: Integration, name: str, now: datetime) -> Clerk:
    """The clerk whom the contact centre names, of its agency."""
    found = clerk_named(tx, who.scope, who.id, name, now)
    if found is None:
        raise Refusal(UNKNOWN_CLERK)
    return found


def _open(  # noqa: PLR0913 - which lease of whom, for what and how long
    tx: Tx,
    who: Integration,
    lease_id: str,
    clerk: Clerk,
    busy_with: BusyWith,
    *,
    until: datetime,
    now: datetime,
) -> Lease:
    if not elsewhere.take(tx, who.scope, clerk.id, busy_with=busy_with, until=until, now=now):
        raise _refusal(Answer.IN_VISIT, staff.clerk_of(tx, who.scope, clerk.id) or clerk, None)
    lease = Lease(who.id, lease_id, clerk.id, clerk.agency, now, until)
    queries.store(tx, who.scope, lease)
    facts.record(
        tx,
        LeaseTaken(clerk=clerk.id, agency=clerk.agency, integration=who.id, busy_with=busy_with),
        now=now,
    )
    return lease


def _locked_end(tx: Tx, lease: Lease, why: LeaseEnd, now: datetime) -> None:
    tx.lock(staff.subject(lease.staff_id))
    found = queries.lease_of(tx, JOURNEY, lease.integration_id, lease.id)
    if found is None or found.end is not None:
        return
    if why is LeaseEnd.LAPSED and found.holds(now):
        return  # renewed at the last moment
    _end(tx, found, why, now)


def _end(tx: Tx, lease: Lease, why: LeaseEnd, now: datetime) -> None:
    if not queries.end(tx, JOURNEY, lease, why, now):
        return
    elsewhere.let_go(tx, JOURNEY, lease.staff_id, now)
    facts.record(
        tx,
        LeaseEnded(
            clerk=lease.staff_id,
            agency=lease.agency,
            integration=lease.integration_id,
            end=why,
            lasted_s=(now - lease.since).total_seconds(),
        ),
        now=now,
    )


def _refusal(verdict: Answer, clerk: Clerk, other: Lease | None) -> Refusal:
    """The loser hears what the clerk is doing, and withdraws."""
    if verdict is Answer.OVER:
        return Refusal(LEASE_OVER)
    if verdict is Answer.ANOTHER:
        return Refusal(LEASE_OF_ANOTHER)
    if other is not None:
        doing, since = ClerkState.EXTERNAL_BUSY, other.since
    else:
        doing, since = clerk.state, clerk.since
    return Refusal(CLERK_TAKEN, doing=str(doing), since=since.isoformat())
