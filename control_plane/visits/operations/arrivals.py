"""How does a visitor get a number, give it up, or come back to it?"""

from datetime import datetime
from typing import ClassVar

from control_plane import facts
from control_plane.database import Tx
from control_plane.outbox import remember, seen
from control_plane.queues.queries import counter
from control_plane.queues.rules.closing import Kind, Load, Shut, country_day, shut
from control_plane.routing.rules.offers import WithdrawReason
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.service_points.rules import closes_at, is_open, is_valid, serves
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import (
    ENOUGH_SERVED,
    NO_PROMISE,
    Promise,
    TicketState,
    arrival,
    by_position,
    end_of_day,
    local_day,
    may_return,
    mean_handling_s,
)
from control_plane.visits import offer_queries, queries
from control_plane.visits.arrival_query import Arrival, ServiceHere
from control_plane.visits.arrival_query import arrival as fetch_arrival
from control_plane.visits.operations import board
from control_plane.visits.operations.ending import withdraw
from control_plane.visits.operations.offer_ending import withdraw_offer
from control_plane.visits.operations.passing import step_back
from control_plane.visits.operations.steps import JOURNEY, boards_of, notice, tell, tell_whose
from control_plane.visits.rules import BEFORE
from control_plane.visits.setup import Setup
from control_plane.visits.waits import UNFORESEEN, Waits
from shared.envelope import Body, Envelope, Message, wrap
from shared.identifiers import DeviceName, MessageId, TicketId, new_uuid
from shared.tickets import (
    AskBoard,
    CancelTicket,
    PassTicket,
    RefusalCode,
    Refused,
    ReturnTicket,
    TakeTicket,
    TicketAccepted,
    TicketIssued,
)


class TicketTaken(facts.Fact):
    """A number was given."""

    kind: ClassVar[str] = "ticket.taken"
    ticket: TicketId
    agency: str
    service: str
    point: str
    language: str
    before: int

    @property
    def subject(self) -> str:
        """The ticket."""
        return f"ticket:{self.ticket}"


def answer_request(  # noqa: PLR0913, PLR0917 - who asks what, when, and what is foreseen
    tx: Tx,
    setup: Setup,
    device: DeviceName,
    message: Message[Body],
    now: datetime,
    waits: Waits = UNFORESEEN,
) -> bytes | None:
    """Answer a device's request: the reply's envelope, the same for every copy of the request."""
    body = message.body
    if isinstance(body, TakeTicket):
        return _take(tx, device, message.id, body, now, waits)
    known = seen(tx, message.id, device=device)
    if known is not None and known.answer is not None:
        return _again(known.answer, now)
    match body:
        case CancelTicket():
            outcome = cancel(tx, setup, device, TicketId(body.ticket_id), now)
        case ReturnTicket():
            outcome = give_back(tx, setup, device, TicketId(body.ticket_id), now)
        case PassTicket():
            outcome = let_others_pass(tx, setup, device, TicketId(body.ticket_id), now)
        case AskBoard():
            # A question, not a deed: nothing to remember, and always the newest answer.
            return _reply(message.id, board.board_for(tx, setup, device, now, waits), now)
        case _:
            return None
    return _remembered(tx, device, message.id, outcome, kind=body.kind, now=now)


def _take(  # noqa: PLR0913, PLR0917 - as above
    tx: Tx,
    device: DeviceName,
    request: MessageId,
    wanted: TakeTicket,
    now: datetime,
    waits: Waits,
) -> bytes:
    arrived_at = arrival(now, wanted.age_s)
    found = fetch_arrival(
        tx,
        Scope.of_device(device),
        request=request,
        service=wanted.service,
        arrived_at=arrived_at,
        now=now,
    )
    if found is not None and found.answer is not None:
        return _again(found.answer, now)
    refused = _why_refused(found, now)
    if found is None or found.service is None or refused is not None:
        no = refused or Refused(code=RefusalCode.SERVICE_NOT_OFFERED)
        return _remembered(tx, device, request, no, kind=wanted.kind, now=now)
    agency = found.service.agency
    promised = _promise(found, wanted, waits, agency=agency, now=now)
    issued = _issue(tx, found, wanted, promised, agency=agency, arrived_at=arrived_at, now=now)
    return _remembered(tx, device, request, issued, kind=wanted.kind, now=now)


def _why_refused(found: Arrival | None, now: datetime) -> Refused | None:
    if found is None or found.service is None:
        return Refused(code=RefusalCode.SERVICE_NOT_OFFERED)
    service = found.service
    day = local_day(now, found.timezone)
    offered = (
        service.offered
        and service.queue
        and is_valid(day, service.valid_from, service.valid_to)
        and serves(service.service_area, found.municipality)
    )
    if not offered:
        return Refused(code=RefusalCode.SERVICE_NOT_OFFERED)
    if not is_open(found.hours, now, found.timezone):
        return Refused(code=RefusalCode.CLOSED)
    closed = _closed(found, service, now)
    if closed is not None:
        return Refused(code=RefusalCode(closed.readiness), instead=closed.instead)
    return Refused(code=RefusalCode.NO_CLERK_ON_DUTY) if found.on_duty == 0 else None


def _closed(found: Arrival, service: ServiceHere, now: datetime) -> Shut | None:
    mean = mean_handling_s(served=found.served, total_s=found.handling_s, minutes=service.minutes)
    load = Load(ahead=found.ahead, mean_s=mean, working=found.working)
    ends = closes_at(found.hours, now, found.timezone)
    return shut(found.closings, load, closes_at=ends, now=now)


def _issue(  # noqa: PLR0913 - what a ticket is made of
    tx: Tx,
    found: Arrival,
    wanted: TakeTicket,
    promised: Promise,
    *,
    agency: str,
    arrived_at: datetime,
    now: datetime,
) -> TicketIssued | Refused:
    ticket = TicketId(new_uuid())
    day = local_day(now, found.timezone)
    contingents = [each for each in found.closings if each.kind is Kind.CONTINGENT]
    number = tickets.issue(
        tx,
        JOURNEY,
        ticket_id=ticket,
        now_at={
            "point": found.point,
            "day": day,
            "agency": agency,
            "service": wanted.service,
            "language": str(wanted.language),
            "arrived_at": arrived_at,
            "expires_at": end_of_day(day, found.timezone),
        },
        promise=promised,
        contingents={(counter(each.id), country_day(now)): each.most or 0 for each in contingents},
    )
    if number is None or any(each.given + 1 >= (each.most or 0) for each in contingents):
        # What was the last number of a contingent is news at every point.
        tx.wake(boards_of(agency))
    if number is None:
        gone = min(contingents, key=lambda each: each.id)
        return Refused(code=RefusalCode.FULL_TODAY, instead=gone.instead)
    facts.record(
        tx,
        TicketTaken(
            ticket=ticket,
            agency=agency,
            service=wanted.service,
            point=found.point,
            language=str(wanted.language),
            before=found.before,
        ),
        now=now,
    )
    tell(tx, agency=agency, point=found.point)
    return TicketIssued(
        ticket_id=ticket,
        number=number,
        day=day,
        service=wanted.service,
        before=found.before,
        wait=promised.wait,
    )


def _promise(
    found: Arrival, wanted: TakeTicket, waits: Waits, *, agency: str, now: datetime
) -> Promise:
    """What is foreseen; without a forecast by position; nothing before enough were served."""
    if found.served < ENOUGH_SERVED:
        return NO_PROMISE
    foreseen = waits.promise(
        wanted.service,
        wanted.language,
        found.point,
        agency=agency,
        before=found.before,
        now=now,
    )
    return foreseen or by_position(
        before=found.before,
        served=found.served,
        mean_handling_s=found.handling_s / found.served,
        clerks=found.working,
    )


def cancel(
    tx: Tx, setup: Setup, device: DeviceName, ticket_id: TicketId, now: datetime
) -> TicketAccepted | Refused:
    """The visitor gives the place up; a booth that prepares for them is free again."""
    ticket = _ticket_here(tx, device, ticket_id)
    if ticket is None:
        return Refused(code=RefusalCode.NOT_FOUND)
    accepted = TicketAccepted(ticket_id=ticket_id)
    if ticket.state is TicketState.CANCELLED:
        return accepted
    visit = queries.visit_of_ticket(tx, JOURNEY, ticket_id)
    if visit is not None and visit.state in BEFORE:
        withdraw(tx, setup, visit, now, reason="withdrawn", ticket_returns=False)
        notice(tx, visit, "ticket_cancelled", now)
    offered = offer_queries.open_of_ticket(tx, JOURNEY, ticket_id)
    if offered is not None:
        withdraw_offer(tx, offered.id, WithdrawReason.TICKET_GONE, now, ticket_returns=False)
    if not tickets.advance(tx, JOURNEY, ticket_id, TicketState.CANCELLED, ended_at=now):
        return Refused(code=RefusalCode.NOT_FOUND)
    tell(tx, agency=ticket.agency, point=ticket.point)
    tell_whose(tx, [ticket])
    return accepted


def give_back(
    tx: Tx, setup: Setup, device: DeviceName, ticket_id: TicketId, now: datetime
) -> TicketAccepted | Refused:
    """A visitor who missed the call is here again: the old place within the time, else none."""
    ticket = _ticket_here(tx, device, ticket_id)
    if ticket is None:
        return Refused(code=RefusalCode.NOT_FOUND)
    accepted = TicketAccepted(ticket_id=ticket_id)
    if ticket.returned and ticket.state is TicketState.WAITING:
        return accepted
    if ticket.state is not TicketState.MISSED or ticket.missed_at is None:
        return Refused(code=RefusalCode.NOT_FOUND)
    if not may_return(ticket.missed_at, now, within=setup.timings.return_within):
        return Refused(code=RefusalCode.TOO_LATE_TO_RETURN)
    tickets.advance(tx, JOURNEY, ticket_id, TicketState.WAITING, returned=True, missed_at=None)
    tell(tx, agency=ticket.agency, point=ticket.point)
    return accepted


def let_others_pass(
    tx: Tx, setup: Setup, device: DeviceName, ticket_id: TicketId, now: datetime
) -> TicketAccepted | Refused:
    """A visitor who waits or is called is not ready yet."""
    ticket = _ticket_here(tx, device, ticket_id)
    if ticket is None or ticket.state not in {
        TicketState.WAITING,
        TicketState.OFFERED,
        TicketState.CALLED,
    }:
        return Refused(code=RefusalCode.NOT_FOUND)
    if ticket.not_before is not None and ticket.not_before > now:
        return TicketAccepted(ticket_id=ticket_id)
    if not step_back(tx, setup, ticket, now):
        return Refused(code=RefusalCode.NO_MORE_PASSES)
    return TicketAccepted(ticket_id=ticket_id)


def _ticket_here(tx: Tx, device: DeviceName, ticket_id: TicketId) -> Ticket | None:
    """The ticket, if it is one of the point where the device stands."""
    tx.lock(f"ticket:{ticket_id}")
    place = places.place_of(tx, Scope.of_device(device), device)
    ticket = tickets.ticket_of(tx, JOURNEY, ticket_id)
    if place is None or ticket is None or ticket.point != place.point:
        return None
    return ticket


def _remembered(  # noqa: PLR0913 - whose request, of what kind, and the answer
    tx: Tx, device: DeviceName, request: MessageId, outcome: Body, *, kind: str, now: datetime
) -> bytes:
    envelope = _reply(request, outcome, now)
    remember(tx, request, device=device, kind=kind, answer=envelope, now=now)
    return envelope


def _again(answer: str, now: datetime) -> bytes:
    """The same answer, sent now: devices set their clocks by the time of our replies."""
    envelope = Envelope.model_validate_json(answer)
    return envelope.model_copy(update={"sent_at": now}).model_dump_json(exclude_none=True).encode()


def _reply(request: MessageId, outcome: Body, now: datetime) -> bytes:
    return wrap(outcome, id=MessageId(new_uuid()), now=now, re=request)
