"""What does each step of a visit mean for its ticket, booth, clerk, room and device?"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from control_plane import facts
from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Refusal
from control_plane.fleet import operations as fleet
from control_plane.fleet.rules import BoothState
from control_plane.rooms import operations as rooms
from control_plane.routing.operations import policy_of
from control_plane.security.scope import Scope
from control_plane.staff import queries as staff
from control_plane.staff.rules import ON_DUTY, ClerkState, after_wrap_up, wrap_up_ends
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import TicketState
from control_plane.visits import queries
from control_plane.visits.queries import Visit
from control_plane.visits.rules import VisitState, may_become, next_due
from control_plane.visits.setup import Setup
from shared.envelope import Body
from shared.identifiers import AgencyCode, MessageId, RoomId, VisitId

# Ends and cancellations must reach a device that was away; calls are stale soon.
LASTING = timedelta(minutes=10)
JOURNEY = Scope.system("visits")

desk_of = staff.desk_of


class VisitMoved(facts.Fact):
    """A visit came to a new state; for statistics and replay, without any person."""

    kind: ClassVar[str] = "visit.moved"
    visit: VisitId
    state: VisitState
    agency: str
    service: str
    point: str
    in_state_s: int  # how long the state before had lasted
    attempts: int
    outcome: str | None

    @property
    def subject(self) -> str:
        """The visit."""
        return f"visit:{self.visit}"


def hold(tx: Tx, scope: Scope, visit_id: UUID) -> Visit:
    """Lock and fetch a visit of the asker: the clerk's own, the device's own."""
    tx.lock(f"visit:{visit_id}")
    visit = queries.visit_of(tx, scope, visit_id)
    own = visit is not None and scope.name in {str(visit.staff_id), visit.device, JOURNEY.name}
    if visit is None or not own:
        raise Refusal(NOT_FOUND)
    return visit


def hold_ticket(tx: Tx, scope: Scope, ticket_id: UUID) -> Ticket:
    """Lock and fetch a ticket that the asker may see."""
    tx.lock(f"ticket:{ticket_id}")
    ticket = tickets.ticket_of(tx, scope, ticket_id)
    if ticket is None:
        raise Refusal(NOT_FOUND)
    return ticket


def hold_of_ticket(tx: Tx, ticket_id: UUID) -> Visit | None:
    """Lock and fetch the visit that a ticket is in now."""
    visit = queries.visit_of_ticket(tx, JOURNEY, ticket_id)
    return None if visit is None else hold(tx, JOURNEY, visit.id)


def move(
    tx: Tx, setup: Setup, visit: Visit, state: VisitState, now: datetime, **values: Any
) -> Visit:
    """Bring a visit to ``state`` and set the clock for what time alone does next."""
    if not may_become(visit.state, state):
        raise ValueError(f"a visit does not go from {visit.state} to {state}")
    changes: dict[str, Any] = {"state": state, "since": now} | values
    moved = change(tx, setup, replace(visit, **changes), was=visit)
    facts.record(
        tx,
        VisitMoved(
            visit=VisitId(visit.id),
            state=state,
            agency=visit.agency,
            service=visit.service,
            point=visit.point,
            in_state_s=int((now - visit.since).total_seconds()),
            attempts=moved.attempts,
            outcome=moved.outcome,
        ),
        now=now,
    )
    return moved


def change(tx: Tx, setup: Setup, visit: Visit, *, was: Visit) -> Visit:
    """Store what is different, and let desks and screens know."""
    due = next_due(visit.times, setup.timings, wiped=visit.wiped)
    visit = replace(visit, due_at=due[0] if due else None)
    different = {
        name: getattr(visit, name)
        for name in Visit.__dataclass_fields__
        if getattr(visit, name) != getattr(was, name)
    }
    if different:
        queries.change(tx, JOURNEY, visit.id, different)
    tx.touch(staff.subject(visit.staff_id))
    tell(tx, agency=visit.agency, point=visit.point)
    return visit


def tell(tx: Tx, *, agency: str, point: str) -> None:
    """What the agency's desks and the point's screens show has changed."""
    tx.touch(desk_of(agency))
    tx.wake(board_of(point))


def tell_whose(tx: Tx, gone: Iterable[Ticket]) -> None:
    """What clerks have in their own lists has changed by what became of these tickets."""
    for staff_id in {each.for_staff for each in gone if each.for_staff is not None}:
        tx.touch(staff.subject(staff_id))


def board_of(point: str) -> str:
    """The worker that sends the board of a point."""
    return f"board:{point}"


def boards_of(agency: str) -> str:
    """The worker that sends the boards of all points that an agency serves."""
    return f"boards:{agency}"


def tell_boards(tx: Tx, agency: str) -> None:
    """Whether numbers can be taken for the agency may have changed, at all of its points."""
    tx.wake(boards_of(agency))


def order(
    tx: Tx, visit: Visit, body: Body, now: datetime, *, lasts: timedelta = LASTING
) -> MessageId:
    """Send a command to the visit's device."""
    return fleet.command(tx, JOURNEY, visit.device, body, now=now, expires_at=now + lasts)


def use_booth(tx: Tx, visit: Visit, state: BoothState, now: datetime, *, trouble: str = "") -> None:
    """Bring the visit's booth to ``state``."""
    fleet.move(
        tx,
        point=visit.point,
        booth=visit.booth,
        visit=VisitId(visit.id),
        state=state,
        now=now,
        trouble=trouble,
    )


def free_booth(tx: Tx, visit: Visit, now: datetime) -> None:
    """The visit's booth may be let again, once what is held against it is over."""
    fleet.free(tx, point=visit.point, booth=visit.booth, visit=VisitId(visit.id), now=now)
    tx.wake(board_of(visit.point))


def keep_booth(tx: Tx, visit: Visit, ticket_id: UUID) -> None:
    """Once it is clean, the visit's booth is for nobody but the visitor who stays seated there."""
    fleet.keep(
        tx,
        point=visit.point,
        booth=visit.booth,
        visit=VisitId(visit.id),
        ticket=ticket_id,
    )


def ticket_back(tx: Tx, visit: Visit, now: datetime, **values: Any) -> None:
    """Put the ticket back to its place: its first arrival counts; a day that is over lapses it."""
    ticket = tickets.ticket_of(tx, JOURNEY, visit.ticket_id)
    if ticket is None:
        return
    tickets.advance(tx, JOURNEY, visit.ticket_id, TicketState.WAITING, **values)
    if ticket.expires_at <= now:
        tickets.advance(tx, JOURNEY, visit.ticket_id, TicketState.EXPIRED, ended_at=now)


def close_room(tx: Tx, visit: Visit, now: datetime) -> None:
    """No more signals pass in the visit's room."""
    rooms.close_room(tx, JOURNEY, RoomId(visit.room_id), now)


def free_clerk(tx: Tx, visit: Visit, state: ClerkState, now: datetime, *, reason: str = "") -> None:
    """The clerk leaves this visit for ``state``; one who went on to another visit stays."""
    clerk = staff.clerk_of(tx, JOURNEY, visit.staff_id)
    if clerk is None or clerk.visit_id != visit.id:
        return
    if state is ClerkState.AVAILABLE:
        state = after_wrap_up(last_one=clerk.last_one, leaving=clerk.leaving)
    set_clerk(tx, clerk, state, now, reason=reason, visit_id=None, last_one=False)


def wrap_up(tx: Tx, setup: Setup, visit: Visit, now: datetime) -> None:
    """The clerk has some time for what is left to write; none when the agency gives none."""
    clerk = staff.clerk_of(tx, JOURNEY, visit.staff_id)
    if clerk is None or clerk.visit_id != visit.id:
        return
    choices = policy_of(tx, JOURNEY, AgencyCode(visit.agency)).choices
    seconds = choices.offers.wrap_up_s
    if seconds is None:
        seconds = setup.timings.wrap_up_s
    if seconds == 0 or clerk.leaving:
        free_clerk(tx, visit, ClerkState.AVAILABLE, now)
        return
    by_hand = choices.desk.wrap_up_ends_by_hand
    set_clerk(
        tx,
        clerk,
        ClerkState.WRAP_UP,
        now,
        visit_id=None,
        wrap_up_until=None if by_hand else wrap_up_ends(now, seconds=seconds),
        overdue_at=now + timedelta(minutes=choices.desk.wrap_up_alarm_minutes),
    )


def set_clerk(tx: Tx, clerk: staff.Clerk, state: ClerkState, now: datetime, **values: Any) -> None:
    """Bring a clerk to ``state``; whether anybody is on duty may change with it."""
    changes: dict[str, Any] = {
        "reason": "",
        "wrap_up_until": None,
        "leaving": False,
        "misses": 0,
        "offers_after": None,
        "wants_next": False,
        "overdue_at": None,
    } | values
    alter_clerk(tx, clerk, [clerk.state], state=str(state), since=now, **changes)


def alter_clerk(tx: Tx, clerk: staff.Clerk, among: Iterable[ClerkState], **changes: Any) -> bool:
    """Change a clerk who is in one of these states, and tell desks and screens what follows."""
    before = staff.on_duty(tx, JOURNEY, clerk.agency)
    changed = staff.change(tx, JOURNEY, clerk.id, among=among, **changes)
    if changed and changes.get("state", str(ClerkState.AVAILABLE)) not in ON_DUTY:
        for point in sorted(tickets.release(tx, JOURNEY, clerk.id)):
            tx.wake(board_of(point))
    if (before == 0) != (staff.on_duty(tx, JOURNEY, clerk.agency) == 0):
        tell_boards(tx, clerk.agency)
    tx.touch(desk_of(clerk.agency))
    return changed


def notice(tx: Tx, visit: Visit, code: str, now: datetime, *, reason: str = "") -> None:
    """Tell the visit's clerk something that the desk must show."""
    noted = queries.Noted(code=code, reason=reason, at=now, number=visit.number)
    queries.note(tx, JOURNEY, visit.staff_id, noted)
