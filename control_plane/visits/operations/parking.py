"""How is a visitor set aside for a while, and who has them again, and when?"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from control_plane import facts
from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Refusal
from control_plane.security import audit
from control_plane.security.scope import Scope
from control_plane.staff import queries as staff
from control_plane.staff.rules import ON_DUTY
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import TicketState, may_return
from control_plane.visits.operations.calling import call_ticket
from control_plane.visits.operations.days import shut_all_day
from control_plane.visits.operations.ending import move_on
from control_plane.visits.operations.refusals import (
    NO_QUEUE_TODAY,
    NOT_PARKED,
    PERSON_NOT_THERE,
    TO_ONESELF,
    TOO_LATE,
    WRONG_STATE,
)
from control_plane.visits.operations.steps import JOURNEY, hold, hold_ticket, tell, tell_whose
from control_plane.visits.queries import Visit
from control_plane.visits.rules import ParkReason, VisitState
from control_plane.visits.setup import Setup


class Unparked(StrEnum):
    """How a parking ended."""

    CALLED = "called"
    HANDED_OVER = "handed_over"
    TIME = "time"


class TicketParked(facts.Fact):
    """A visitor was set aside for a while."""

    kind: ClassVar[str] = "ticket.parked"
    ticket: UUID
    visit: UUID
    agency: str
    reason: ParkReason
    minutes: int

    @property
    def subject(self) -> str:
        """The ticket."""
        return f"ticket:{self.ticket}"


class TicketUnparked(facts.Fact):
    """A visitor who was set aside waits again, or is called."""

    kind: ClassVar[str] = "ticket.unparked"
    ticket: UUID
    agency: str
    how: Unparked

    @property
    def subject(self) -> str:
        """The ticket."""
        return f"ticket:{self.ticket}"


def park(  # noqa: PLR0913 - whose visit, what for, and until when
    tx: Tx,
    setup: Setup,
    scope: Scope,
    visit_id: UUID,
    *,
    reason: ParkReason,
    minutes: int,
    now: datetime,
) -> Visit:
    """The visit ends; its ticket stands in this clerk's own list until the time is over."""
    visit = hold(tx, scope, visit_id)
    if visit.state is not VisitState.IN_SESSION:
        raise Refusal(WRONG_STATE, state=str(visit.state))
    until = now + timedelta(minutes=minutes)
    values: dict[str, Any] = {
        "for_staff": visit.staff_id,
        "for_staff_until": None,
        "not_before": until,
        "parked_for": str(reason),
    }
    if not tickets.advance(tx, scope, visit.ticket_id, TicketState.PARKED, **values):
        raise Refusal(WRONG_STATE, state=str(visit.state))
    facts.record(
        tx,
        TicketParked(
            ticket=visit.ticket_id,
            visit=visit.id,
            agency=visit.agency,
            reason=reason,
            minutes=minutes,
        ),
        now=now,
    )
    return move_on(tx, setup, visit, now)


def call_back(tx: Tx, setup: Setup, scope: Scope, ticket_id: UUID, now: datetime) -> Visit:
    """The clerk calls a visitor from the own list; without a booth the list stays as it is."""
    ticket = _parked(tx, scope, ticket_id)
    _unpark(tx, ticket, Unparked.CALLED, now, for_staff=ticket.for_staff)
    return call_ticket(tx, setup, scope, ticket_id, now)


def hand_over(  # noqa: PLR0913 - whose visitor goes to whom, and when
    tx: Tx, setup: Setup, scope: Scope, ticket_id: UUID, *, to: UUID | None, now: datetime
) -> None:
    """Give a visitor from the own list to a colleague, or to the queue at the old place."""
    ticket = _parked(tx, scope, ticket_id)
    until = None
    if to is not None:
        if to == ticket.for_staff:
            raise Refusal(TO_ONESELF)
        person = staff.clerk_of(tx, scope, to)
        if person is None or person.state not in ON_DUTY or person.leaving:
            raise Refusal(PERSON_NOT_THERE)
        until = now + setup.timings.person
    _unpark(tx, ticket, Unparked.HANDED_OVER, now, for_staff=to, until=until)
    audit.record(
        tx,
        scope,
        "ticket.handed_over",
        subject=f"ticket:{ticket_id}",
        now=now,
        to_person=to is not None,
    )


def parked_due(tx: Tx, setup: Setup, ticket_id: UUID, now: datetime) -> None:
    """The time is over: the visitor waits for the same clerk first, and for anybody in a while."""
    tx.lock(f"ticket:{ticket_id}")
    ticket = tickets.ticket_of(tx, JOURNEY, ticket_id)
    if ticket is None or ticket.state is not TicketState.PARKED:
        return
    if ticket.not_before is not None and ticket.not_before > now:
        return
    until = now + setup.timings.person
    _unpark(tx, ticket, Unparked.TIME, now, for_staff=ticket.for_staff, until=until)


def take_back_missed(tx: Tx, setup: Setup, scope: Scope, ticket_id: UUID, now: datetime) -> None:
    """A visitor who missed the call is there after all: the old place again."""
    ticket = hold_ticket(tx, scope, ticket_id)
    if ticket.missed_at is None or ticket.state is not TicketState.MISSED:
        raise Refusal(NOT_FOUND)
    if not may_return(ticket.missed_at, now, within=setup.timings.return_within):
        raise Refusal(TOO_LATE)
    if shut_all_day(tx, ticket, now):
        raise Refusal(NO_QUEUE_TODAY)
    tickets.advance(tx, scope, ticket_id, TicketState.WAITING, returned=True, missed_at=None)
    tell(tx, agency=ticket.agency, point=ticket.point)
    audit.record(tx, scope, "ticket.missed_taken_back", subject=f"ticket:{ticket_id}", now=now)


def _parked(tx: Tx, scope: Scope, ticket_id: UUID) -> Ticket:
    """A ticket that stands in the asker's own list."""
    ticket = hold_ticket(tx, scope, ticket_id)
    if str(ticket.for_staff) != scope.name:
        raise Refusal(NOT_FOUND)
    if ticket.state is not TicketState.PARKED:
        raise Refusal(NOT_PARKED)
    return ticket


def _unpark(  # noqa: PLR0913 - which ticket, how, and for whom it waits then
    tx: Tx,
    ticket: Ticket,
    how: Unparked,
    now: datetime,
    *,
    for_staff: UUID | None,
    until: datetime | None = None,
) -> None:
    values: dict[str, Any] = {
        "for_staff": for_staff,
        "for_staff_until": until,
        "not_before": None,
        "parked_for": "",
    }
    tickets.advance(tx, JOURNEY, ticket.id, TicketState.WAITING, **values)
    facts.record(tx, TicketUnparked(ticket=ticket.id, agency=ticket.agency, how=how), now=now)
    tell(tx, agency=ticket.agency, point=ticket.point)
    tell_whose(tx, [ticket])
