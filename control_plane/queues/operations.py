"""Who closes and reopens an agency's queue, and how is it kept?"""

from datetime import datetime
from typing import ClassVar

from control_plane import facts
from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Reason, Refusal
from control_plane.queues import queries
from control_plane.queues.queries import StoredClosing
from control_plane.queues.rules.closing import Kind
from control_plane.security import audit
from control_plane.security.scope import Role, Scope
from control_plane.service_points import queries as places

# An agency's own people; the owner, who runs the points, may have to shut one too.
CLOSERS = (Role.SUPERVISOR, Role.AGENCY_ADMIN, Role.OWNER, Role.ADMIN)

NOT_THERE = Reason(
    "not_there", 422, "The agency has no such service, or does not serve at that point."
)


class QueueClosed(facts.Fact):
    """An agency closed a queue of its own."""

    kind: ClassVar[str] = "queue.closed"
    closing: str
    agency: str
    point: str | None
    service: str | None
    how: Kind
    most: int | None

    @property
    def subject(self) -> str:
        """The agency."""
        return f"agency:{self.agency}"


class QueueReopened(facts.Fact):
    """A closing came to its end by hand."""

    kind: ClassVar[str] = "queue.reopened"
    closing: str
    agency: str

    @property
    def subject(self) -> str:
        """The agency."""
        return f"agency:{self.agency}"


def close(tx: Tx, scope: Scope, wanted: StoredClosing, reason: str, now: datetime) -> bool:
    """Close a queue; False when it was done before under the same id.

    Refused for what is not the agency's: its services, the points where it serves.
    """
    if not scope.sees(wanted.agency) or places.agency_of(tx, scope, wanted.agency) is None:
        raise Refusal(NOT_FOUND)
    if not queries.add(tx, scope, wanted):
        known = queries.closing_of(tx, scope, wanted.id)
        if known is None or known.agency != wanted.agency:
            raise Refusal(NOT_FOUND)
        return False
    _check(tx, wanted)
    audit.record(
        tx,
        scope,
        "queue.closed",
        subject=f"closing:{wanted.id}",
        agency=wanted.agency,
        now=now,
        how=str(wanted.kind),
        point=wanted.point,
        service=wanted.service,
        most=wanted.most,
        instead=str(wanted.instead.way),
        reason=reason,
    )
    closed = QueueClosed(
        closing=wanted.id,
        agency=wanted.agency,
        point=wanted.point,
        service=wanted.service,
        how=wanted.kind,
        most=wanted.most,
    )
    facts.record(tx, closed, now=now)
    return True


def reopen(tx: Tx, scope: Scope, closing_id: str, reason: str, now: datetime) -> StoredClosing:
    """End a closing; one that is over already stays so."""
    found = queries.closing_of(tx, scope, closing_id)
    if found is None:
        raise Refusal(NOT_FOUND)
    if queries.end(tx, scope, closing_id, now):
        audit.record(
            tx,
            scope,
            "queue.reopened",
            subject=f"closing:{closing_id}",
            agency=found.agency,
            now=now,
            how=str(found.kind),
            point=found.point,
            service=found.service,
            reason=reason,
        )
        facts.record(tx, QueueReopened(closing=closing_id, agency=found.agency), now=now)
    return found


def _check(tx: Tx, wanted: StoredClosing) -> None:
    """Both are questions about the agency's own rows, so its own scope asks them."""
    own = Scope.system("queues")
    services = {each.code for each in places.services_seen(tx, own) if each.agency == wanted.agency}
    for service in (wanted.service, wanted.instead.service):
        if service is not None and service not in services:
            raise Refusal(NOT_THERE)
    if wanted.instead.service is not None and wanted.instead.service == wanted.service:
        raise Refusal(NOT_THERE)
    points = places.points_served(tx, own, wanted.agency)
    if wanted.point is not None and wanted.point not in points:
        raise Refusal(NOT_THERE)
