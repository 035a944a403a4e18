"""What follows for the other errands of a visit when one of them is called, done or given up?

Nothing that changes a ticket cares for its visit's other errands: at the end of each transaction
that touched one, `follow` brings the others to where the rules of plans want them.
"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from control_plane import facts
from control_plane.database import Tx
from control_plane.staff.rules import ClerkState
from control_plane.tickets import plan_queries
from control_plane.tickets import queries as tickets
from control_plane.tickets.plan_queries import as_errand
from control_plane.tickets.plan_rules import live, settled
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import FINAL, TicketState
from control_plane.visits import queries
from control_plane.visits.operations.able import who_is_able
from control_plane.visits.operations.days import queue_at
from control_plane.visits.operations.steps import JOURNEY, tell
from control_plane.visits.queries import Visit
from control_plane.visits.setup import Setup

_PLAN = "plan:"
_ENDS = frozenset({TicketState.CANCELLED, TicketState.EXPIRED})


class ErrandLed(facts.Fact):
    """An errand came to a state because of another one of its visit."""

    kind: ClassVar[str] = "ticket.led"
    ticket: UUID
    agency: str
    before: TicketState
    state: TicketState

    @property
    def subject(self) -> str:
        """The ticket."""
        return f"ticket:{self.ticket}"


def hold_plan(tx: Tx, plan: UUID) -> None:
    """Let nobody else call an errand of this visit until the end of this transaction."""
    tx.lock(tickets.plan_of(plan))


def follow(tx: Tx, now: datetime) -> None:
    """Bring the other errands of every visit that this transaction touched to where they belong."""
    touched = [
        UUID(each.removeprefix(_PLAN)) for each in sorted(tx.touched) if each.startswith(_PLAN)
    ]
    if not touched:
        return
    for errands in plan_queries.errands(tx, JOURNEY, touched).values():
        _settle(tx, errands, now)


def _settle(tx: Tx, errands: list[Ticket], now: datetime) -> None:
    missed_at = max((each.missed_at for each in errands if each.missed_at), default=now)
    for identity, state in settled([as_errand(each) for each in errands]).items():
        ticket = next(each for each in errands if each.id == identity)
        values: dict[str, Any] = {}
        if state in _ENDS:
            values = {"ended_at": now}
        elif state is TicketState.MISSED:
            values = {"missed_at": missed_at}
        elif ticket.state is TicketState.MISSED:
            values = {"returned": True, "missed_at": None}
        if tickets.advance(tx, JOURNEY, identity, state, **values):
            led = ErrandLed(ticket=identity, agency=ticket.agency, before=ticket.state, state=state)
            facts.record(tx, led, now=now)
            tell(tx, agency=ticket.agency, point=ticket.point)


def of_one_visit(tx: Tx, ticket: Ticket) -> list[Ticket]:
    """The ticket, or all errands of its visit."""
    if ticket.plan_id is None:
        return [ticket]
    return plan_queries.errands(tx, JOURNEY, [ticket.plan_id])[ticket.plan_id]


def meant(tx: Tx, ticket: Ticket) -> Ticket:
    """The errand that a visitor means who says the number: the one that is on now, or is next."""
    if ticket.plan_id is None:
        return ticket
    hold_plan(tx, ticket.plan_id)
    errands = of_one_visit(tx, ticket)
    found = live([as_errand(each) for each in errands])
    return next((each for each in errands if found and each.id == found.id), ticket)


def others_left(tx: Tx, ticket_id: UUID) -> bool:
    """Has the visit an errand besides this one that is still to be done?"""
    return any(each.id != ticket_id and each.state not in FINAL for each in _with(tx, ticket_id))


def take_seat(tx: Tx, setup: Setup, visit: Visit, now: datetime) -> UUID | None:
    """Of whose matter is done, the errand for which a clerk is free: the visitor stays for it."""
    errands = _with(tx, visit.ticket_id)
    wanted = settled([as_errand(each) for each in errands])
    for ticket in errands:
        follows = ticket.state is TicketState.HELD and (
            wanted.get(ticket.id) is TicketState.WAITING
        )
        if follows and _is_somebody_free(tx, ticket, visit, now):
            values = {
                "kept_booth": visit.booth,
                "kept_until": now + setup.timings.seat,
                "not_before": None,
            }
            waits = tickets.advance(tx, JOURNEY, ticket.id, TicketState.WAITING, **values)
            return ticket.id if waits else None
    return None


def visit_before(tx: Tx, ticket_id: UUID, *, booth: str) -> Visit | None:
    """The newest visit of another errand of the ticket's in this booth."""
    found = [queries.last_of_ticket(tx, JOURNEY, each.id) for each in _with(tx, ticket_id)]
    there = [each for each in found if each is not None and each.booth == booth]
    return max(there, key=lambda each: each.id, default=None)


def _with(tx: Tx, ticket_id: UUID) -> list[Ticket]:
    """The ticket with all errands of its visit; nothing when there is none."""
    ticket = tickets.ticket_of(tx, JOURNEY, ticket_id)
    return [] if ticket is None else of_one_visit(tx, ticket)


def _is_somebody_free(tx: Tx, ticket: Ticket, visit: Visit, now: datetime) -> bool:
    queue = queue_at(tx, ticket.agency, ticket.point, now)
    if queue is None or not queue.is_open:
        return False
    able = who_is_able(
        tx,
        ticket.service,
        agency=ticket.agency,
        language=ticket.language,
        waited=now - ticket.arrived_at,
        states={ClerkState.AVAILABLE},
        besides=visit.staff_id,
    )
    return bool(able)
