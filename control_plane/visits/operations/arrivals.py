"""How is a visitor answered who asks for a number, gives it up, or comes back to it?"""

from datetime import datetime

from control_plane.database import Tx
from control_plane.outbox import remember, seen
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import TicketState, may_return
from control_plane.visits.operations import board
from control_plane.visits.operations.days import shut_all_day
from control_plane.visits.operations.leaving import give_number_up
from control_plane.visits.operations.passing import step_back
from control_plane.visits.operations.plans import meant
from control_plane.visits.operations.steps import JOURNEY, tell
from control_plane.visits.operations.taking import take
from control_plane.visits.operations.walking import walks_in
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
        taken = take(tx, device, message.id, body, now, waits)
        if isinstance(taken, str):
            return _again(taken, now)
        if isinstance(taken, TicketIssued) and walks_in(tx, setup, taken, now):
            taken = taken.model_copy(update={"at_once": True})
        return _remembered(tx, device, message.id, taken, kind=body.kind, now=now)
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
    if not give_number_up(tx, setup, ticket, now):
        return Refused(code=RefusalCode.NOT_FOUND)
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
    if shut := shut_all_day(tx, ticket, now):
        return Refused(code=RefusalCode.BOOKING_DAY, opens_at=shut.opens_at)
    tickets.advance(tx, JOURNEY, ticket.id, TicketState.WAITING, returned=True, missed_at=None)
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
    return meant(tx, ticket)


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
