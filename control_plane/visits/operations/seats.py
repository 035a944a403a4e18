"""Who is asked out of a booth in which they were to wait seated for another clerk?"""

from dataclasses import replace
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from control_plane import facts
from control_plane.database import Tx
from control_plane.fleet import booth_queries
from control_plane.fleet import operations as fleet
from control_plane.fleet.booth_queries import Seat
from control_plane.fleet.rules import BoothState
from control_plane.tickets import queries as tickets
from control_plane.tickets.rules import TicketState
from control_plane.visits import queries
from control_plane.visits.operations.plans import visit_before
from control_plane.visits.operations.steps import JOURNEY, change, order, tell, use_booth
from control_plane.visits.queries import Visit
from control_plane.visits.setup import Setup
from shared.identifiers import VisitId
from shared.visits import LeaveSeat


class SeatLeft(facts.Fact):
    """A visitor who sat waiting in a booth was asked to wait outside."""

    kind: ClassVar[str] = "seat.left"
    ticket: UUID
    point: str
    booth: str

    @property
    def subject(self) -> str:
        """The ticket."""
        return f"ticket:{self.ticket}"


# The next visit has the visitor, or an offer of one is being answered.
_TAKEN = frozenset({TicketState.OFFERED, TicketState.CALLED, TicketState.IN_SESSION})


def seat_due(tx: Tx, setup: Setup, ticket_id: UUID, now: datetime) -> None:
    """The time is over, or the visitor gave the number up meanwhile."""
    tx.lock(f"ticket:{ticket_id}")
    ticket = tickets.ticket_of(tx, JOURNEY, ticket_id)
    if ticket is None or ticket.state in _TAKEN:
        return
    still = ticket.kept_until is not None and ticket.kept_until > now
    if ticket.state is TicketState.WAITING and still:
        return
    leave_seat(tx, setup, ticket_id, now)


def leave_seat(tx: Tx, setup: Setup, ticket_id: UUID, now: datetime) -> None:
    """The visitor waits outside with the same number; the booth wipes once more and is free."""
    values = {"kept_booth": None, "kept_until": None}
    tickets.alter(tx, JOURNEY, ticket_id, set(TicketState) - _TAKEN, values)
    seat = booth_queries.seat_of(tx, JOURNEY, ticket_id)
    visit = None if seat is None else _sat_down(tx, seat, ticket_id)
    if seat is None or visit is None:
        return
    fleet.let_go(tx, seat, visit=VisitId(visit.id))
    if seat.state is BoothState.KEPT:
        use_booth(tx, visit, BoothState.WIPING, now)
        visit = change(tx, setup, replace(visit, wiped=False, since=now), was=visit)
    order(tx, visit, LeaveSeat(visit_id=VisitId(visit.id)), now)
    facts.record(tx, SeatLeft(ticket=ticket_id, point=seat.point, booth=seat.booth), now=now)
    ticket = tickets.ticket_of(tx, JOURNEY, ticket_id)
    if ticket is not None:
        tell(tx, agency=ticket.agency, point=ticket.point)


def _sat_down(tx: Tx, seat: Seat, ticket_id: UUID) -> Visit | None:
    """The visit after which the visitor stayed: of this ticket, or of an errand before it."""
    own = queries.last_of_ticket(tx, JOURNEY, ticket_id)
    if own is not None and own.booth == seat.booth:
        return own
    return visit_before(tx, ticket_id, booth=seat.booth) or own
