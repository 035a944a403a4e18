"""What may a supervisor do with the agency's numbers, clerks and desks? Each with a reason."""

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from control_plane import facts
from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Refusal
from control_plane.queues.operations import NOT_THERE
from control_plane.security import accounts, audit
from control_plane.security.accounts import StaffId
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.service_points.rules.days import local_day
from control_plane.staff import queries as staff
from control_plane.staff.queries import Clerk
from control_plane.staff.rules import BY_SUPERVISOR, GONE_AFTER, MEETING, ClerkState
from control_plane.tickets import queries as tickets
from control_plane.tickets.rules import TicketState
from control_plane.visits import message_queries
from control_plane.visits.message_queries import DeskMessage
from control_plane.visits.operations.consult_ending import let_go
from control_plane.visits.operations.days import shut_all_day
from control_plane.visits.operations.refusals import (
    CLERK_BUSY,
    NO_QUEUE_TODAY,
    NOT_HERE,
    NOT_WAITING,
)
from control_plane.visits.operations.steps import (
    JOURNEY,
    alter_clerk,
    desk_of,
    hold_ticket,
    set_clerk,
    tell,
)
from shared.identifiers import TicketId, new_uuid

BROADCAST = "broadcast"
FORCED = "forced_"
# A clerk who was away finds the word about it when the next shift begins.
FORCED_SHOWN = timedelta(hours=16)


class TicketMoved(facts.Fact):
    """A waiting number went into another queue of its agency; it keeps its first arrival."""

    kind: ClassVar[str] = "ticket.moved"
    ticket: TicketId
    agency: str
    point: str
    was: str
    service: str

    @property
    def subject(self) -> str:
        """The ticket."""
        return f"ticket:{self.ticket}"


class TicketReturned(facts.Fact):
    """A number that missed its call has its place again, by a supervisor's word."""

    kind: ClassVar[str] = "ticket.given_back"
    ticket: TicketId
    agency: str
    point: str

    @property
    def subject(self) -> str:
        """The ticket."""
        return f"ticket:{self.ticket}"


class ClerkForced(facts.Fact):
    """A supervisor chose a clerk's state; ``after_visit``: it holds when the visit is over."""

    kind: ClassVar[str] = "clerk.state_forced"
    clerk: UUID
    agency: str
    was: ClerkState
    state: ClerkState
    after_visit: bool

    @property
    def subject(self) -> str:
        """The clerk."""
        return f"clerk:{self.clerk}"


def move_ticket(  # noqa: PLR0913 - who moves which number where, and why
    tx: Tx, scope: Scope, ticket_id: UUID, *, service: str, reason: str, now: datetime
) -> None:
    """Put a waiting number into another queue of its agency; the place is kept."""
    ticket = hold_ticket(tx, scope, ticket_id)
    if ticket.service == service:
        return
    point = places.point_of(tx, JOURNEY, ticket.point)
    day = None if point is None else local_day(now, point.timezone)
    offers = places.offers_at(tx, JOURNEY, point, day) if point and day else []
    if not any(each.agency == ticket.agency and each.service == service for each in offers):
        raise Refusal(NOT_THERE)
    if not tickets.move(tx, scope, ticket_id, service, now):
        raise Refusal(NOT_WAITING, state=str(ticket.state))
    audit.record(
        tx,
        scope,
        "ticket.moved",
        subject=f"ticket:{ticket_id}",
        now=now,
        number=ticket.number,
        was=ticket.service,
        service=service,
        reason=reason,
    )
    moved = TicketMoved(
        ticket=TicketId(ticket_id),
        agency=ticket.agency,
        point=ticket.point,
        was=ticket.service,
        service=service,
    )
    facts.record(tx, moved, now=now)
    tell(tx, agency=ticket.agency, point=ticket.point)


def give_back(tx: Tx, scope: Scope, ticket_id: UUID, *, reason: str, now: datetime) -> None:
    """Give a number that missed its call its place again, however long ago that was today."""
    ticket = hold_ticket(tx, scope, ticket_id)
    if ticket.state is TicketState.WAITING and ticket.returned:
        return
    if ticket.state is not TicketState.MISSED:
        raise Refusal(NOT_WAITING, state=str(ticket.state))
    if shut_all_day(tx, ticket, now):
        raise Refusal(NO_QUEUE_TODAY)
    tickets.advance(tx, scope, ticket_id, TicketState.WAITING, returned=True, missed_at=None)
    audit.record(
        tx,
        scope,
        "ticket.given_back",
        subject=f"ticket:{ticket_id}",
        now=now,
        number=ticket.number,
        reason=reason,
    )
    back = TicketReturned(ticket=TicketId(ticket_id), agency=ticket.agency, point=ticket.point)
    facts.record(tx, back, now=now)
    tell(tx, agency=ticket.agency, point=ticket.point)


def force_state(  # noqa: PLR0913 - who sets whom to what, and why
    tx: Tx, scope: Scope, staff_id: UUID, *, wanted: ClerkState, reason: str, now: datetime
) -> None:
    """Set a clerk available, on a break or off duty; never out of a visit.

    In a visit, the own or a colleague's, this is the clerk's last one: the break begins when it
    ends by its own rule.
    """
    tx.lock(f"clerk:{staff_id}")
    clerk = staff.clerk_of(tx, scope, staff_id)
    if clerk is None:
        raise Refusal(NOT_FOUND)
    after_visit = clerk.state in MEETING
    if clerk.state is wanted or (after_visit and clerk.last_one and wanted not in _COMES):
        return
    if wanted in _COMES and not _is_there(clerk, now):
        raise Refusal(NOT_HERE)
    if after_visit:
        if wanted in _COMES and not clerk.last_one:
            raise Refusal(CLERK_BUSY)
        alter_clerk(tx, clerk, MEETING, last_one=wanted not in _COMES)
    else:
        set_clerk(tx, let_go(tx, clerk, now), wanted, now, reason=BY_SUPERVISOR, last_one=False)
    _say_forced(tx, scope, clerk, wanted, reason, now)
    audit.record(
        tx,
        scope,
        "clerk.state_forced",
        subject=f"clerk:{staff_id}",
        now=now,
        was=str(clerk.state),
        state=str(wanted),
        after_visit=after_visit,
        reason=reason,
    )
    forced = ClerkForced(
        clerk=staff_id,
        agency=clerk.agency,
        was=clerk.state,
        state=wanted,
        after_visit=after_visit,
    )
    facts.record(tx, forced, now=now)


# Into these somebody must be at the desk.
_COMES = frozenset({ClerkState.AVAILABLE})


def _is_there(clerk: Clerk, now: datetime) -> bool:
    return clerk.seen_at is not None and now - clerk.seen_at <= GONE_AFTER


def _say_forced(  # noqa: PLR0913, PLR0917 - who tells whom what, and why
    tx: Tx, scope: Scope, clerk: Clerk, wanted: ClerkState, reason: str, now: datetime
) -> None:
    """The clerk's page says who and why."""
    message_queries.forget_forced(tx, JOURNEY, clerk.id)
    made = DeskMessage(
        id=new_uuid(),
        agency=clerk.agency,
        staff_id=clerk.id,
        code=FORCED + wanted,
        text=reason,
        sender=_name(tx, scope),
        at=now,
        ends_at=now + FORCED_SHOWN,
    )
    message_queries.add(tx, JOURNEY, made)


def broadcast(  # noqa: PLR0913 - who says what to every desk, and for how long
    tx: Tx, scope: Scope, message_id: UUID, *, text: str, minutes: int, now: datetime
) -> None:
    """Say something to every desk of the agency. The text is kept only as long as it is shown."""
    if scope.agency is None:
        raise Refusal(NOT_FOUND)
    made = DeskMessage(
        id=message_id,
        agency=scope.agency,
        staff_id=None,
        code=BROADCAST,
        text=text,
        sender=_name(tx, scope),
        at=now,
        ends_at=now + timedelta(minutes=minutes),
    )
    if not message_queries.add(tx, scope, made):
        if message_queries.message_of(tx, scope, message_id) is None:
            raise Refusal(NOT_FOUND)
        return
    subject = f"message:{message_id}"
    audit.record(tx, scope, "desks.told", subject=subject, now=now, minutes=minutes)
    tx.touch(desk_of(scope.agency))


def take_back_message(tx: Tx, scope: Scope, message_id: UUID, now: datetime) -> None:
    """Erase a message before its time."""
    made = message_queries.message_of(tx, scope, message_id)
    if made is None or made.code != BROADCAST:
        raise Refusal(NOT_FOUND)
    message_queries.remove(tx, scope, message_id)
    subject = f"message:{message_id}"
    audit.record(tx, scope, "desks.told_no_more", subject=subject, agency=made.agency, now=now)
    tx.touch(desk_of(made.agency))


def read(tx: Tx, scope: Scope, message_id: UUID, clerk: UUID) -> None:
    """The clerk has read a message."""
    made = message_queries.message_of(tx, scope, message_id)
    if made is None or made.staff_id not in {None, clerk}:
        raise Refusal(NOT_FOUND)
    message_queries.mark_read(tx, scope, message_id, clerk)
    tx.touch(desk_of(made.agency))


def _name(tx: Tx, scope: Scope) -> str:
    return accounts.find(tx, scope, StaffId(UUID(scope.name))).display_name
