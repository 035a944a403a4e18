"""Who says in which class one number waits, and for which booking its visitor came?"""

from datetime import datetime, timedelta
from uuid import UUID

from control_plane.database import Tx
from control_plane.errors import Refusal
from control_plane.routing.operations import policy_of
from control_plane.security import audit
from control_plane.security.scope import Scope
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import TicketState
from control_plane.visits.operations.refusals import NO_SUCH_CLASS, NOT_THAT_DAY, NOT_WAITING
from control_plane.visits.operations.steps import hold_ticket, tell
from shared.identifiers import AgencyCode

# A booking of so long before the visitor came is another one.
OLDEST = timedelta(hours=12)


def set_class(  # noqa: PLR0913 - who puts which number into what, and why
    tx: Tx, scope: Scope, ticket_id: UUID, *, priority: str, reason: str, now: datetime
) -> None:
    """Put a waiting number into a class that its agency has named; empty: into its service's."""
    ticket = _waiting(tx, scope, ticket_id)
    chosen = policy_of(tx, scope, AgencyCode(ticket.agency)).choices
    if priority and priority not in {each.name for each in chosen.classes}:
        raise Refusal(NO_SUCH_CLASS)
    if ticket.priority == priority:
        return
    _alter(tx, scope, ticket, priority=priority)
    audit.record(
        tx,
        scope,
        "ticket.class_set",
        subject=f"ticket:{ticket_id}",
        now=now,
        number=ticket.number,
        was=ticket.priority,
        priority=priority,
        reason=reason,
    )


def check_in(
    tx: Tx, scope: Scope, ticket_id: UUID, *, booked_for: datetime | None, now: datetime
) -> None:
    """The visitor of a waiting number came for a booking of that time; None: for none after all."""
    ticket = _waiting(tx, scope, ticket_id)
    if booked_for is not None and not (
        ticket.arrived_at - OLDEST <= booked_for < ticket.expires_at
    ):
        raise Refusal(NOT_THAT_DAY)
    if ticket.booked_for == booked_for:
        return
    _alter(tx, scope, ticket, booked_for=booked_for)
    audit.record(
        tx,
        scope,
        "ticket.checked_in",
        subject=f"ticket:{ticket_id}",
        now=now,
        number=ticket.number,
        booked_for=None if booked_for is None else booked_for.isoformat(),
    )


def _waiting(tx: Tx, scope: Scope, ticket_id: UUID) -> Ticket:
    ticket = hold_ticket(tx, scope, ticket_id)
    if ticket.state is not TicketState.WAITING:
        raise Refusal(NOT_WAITING, state=str(ticket.state))
    return ticket


def _alter(tx: Tx, scope: Scope, ticket: Ticket, **values: str | datetime | None) -> None:
    if not tickets.alter(tx, scope, ticket.id, [TicketState.WAITING], values):
        raise Refusal(NOT_WAITING, state=str(ticket.state))
    tell(tx, agency=ticket.agency, point=ticket.point)
