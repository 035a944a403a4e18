"""How does a clerk get the next visitor, call again, or give up?"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Refusal
from control_plane.fleet.rules import BoothState
from control_plane.routing.rules.board import board_of
from control_plane.routing.rules.eligibility import WhyNot, clerk_reasons, why_not
from control_plane.routing.rules.facts import Pairing
from control_plane.routing.rules.matching import match
from control_plane.routing.rules.offers import calls
from control_plane.routing.rules.reasons import Kind
from control_plane.security import audit
from control_plane.security.scope import Scope
from control_plane.staff import queries as staff
from control_plane.staff.queries import Clerk
from control_plane.staff.rules import MEETING, ClerkState
from control_plane.visits.operations.deciding import Grounds, grounds, grounds_on, keep
from control_plane.visits.operations.desk import clerk_at_desk
from control_plane.visits.operations.ending import miss, withdraw
from control_plane.visits.operations.matching import Field, look
from control_plane.visits.operations.preparing import claim, prepare
from control_plane.visits.operations.refusals import (
    CLERK_BUSY,
    KEPT_FOR_BOOKING,
    NO_BOOTH_READY,
    NO_MORE_CALLS,
    NO_TICKET,
    NOT_AVAILABLE,
    NOT_CALLABLE,
    PUSH_ONLY,
    TOO_SOON,
    WRONG_STATE,
)
from control_plane.visits.operations.steps import change, hold, order
from control_plane.visits.queries import Visit
from control_plane.visits.rules import BEFORE, NotYet, VisitState, may_miss, may_recall
from control_plane.visits.setup import Setup
from shared.identifiers import VisitId
from shared.visits import CallVisitor

# What spoils only the visit's ease, not the visit: a clerk may call in spite of it, with a reason.
SOFT = frozenset(
    {
        WhyNot.SKILL,
        WhyNot.LANGUAGE,
        WhyNot.NO_PRINTER,
        WhyNot.NO_CAMERA,
        WhyNot.FOR_ANOTHER,
        WhyNot.KEPT,
    }
)


# Each look but the last was in vain because another clerk got somebody.
LOOKS = 50


def call_next(tx: Tx, setup: Setup, scope: Scope, now: datetime) -> Visit:
    """The oldest ticket that this clerk can serve now, with a booth: all three or a refusal."""
    return _next_for(tx, setup, scope, _free(clerk_at_desk(tx, scope, now)), now)


def call_next_for(tx: Tx, setup: Setup, scope: Scope, staff_id: UUID, now: datetime) -> Visit:
    """The same, asked by a contact centre; that it asks is no sign of the clerk's page."""
    tx.lock(staff.subject(staff_id))
    clerk = staff.clerk_of(tx, scope, staff_id)
    if clerk is None:
        raise Refusal(NOT_FOUND)
    visit = _next_for(tx, setup, scope, _free(clerk), now)
    audit.record(tx, scope, "ticket.called_for_clerk", subject=staff.subject(staff_id), now=now)
    return visit


def _next_for(tx: Tx, setup: Setup, scope: Scope, clerk: Clerk, now: datetime) -> Visit:
    field = look(tx, scope, clerk, now)
    if not calls(field.offers.mode):
        raise Refusal(PUSH_ONLY)
    for _ in range(LOOKS):
        clerks = [field.free_clerk, *field.others]
        board = board_of(field.tickets, clerks, field.booths, field.policy)
        found = match(board, now)
        if not found:
            break
        why = grounds_on(board, found[0], kind=Kind.NEXT, version=field.policy_version, now=now)
        visit = _pair(tx, setup, scope, field, found[0], why, now=now)
        if visit is not None:
            return visit
        # Another clerk was faster with the ticket or the booth, and nobody says with which: look
        # at what is there now.
        field = look(tx, scope, field.clerk, now)
    raise _why_nobody(field, now)


def call_this(  # noqa: PLR0913 - who calls whom out of turn, and why
    tx: Tx, setup: Setup, scope: Scope, ticket_id: UUID, *, reason: str, now: datetime
) -> Visit:
    """This ticket, out of turn: a right that leaves its reason in the audit log."""
    visit = call_ticket(tx, setup, scope, ticket_id, now)
    audit.record(
        tx,
        scope,
        "ticket.called_out_of_turn",
        subject=f"ticket:{ticket_id}",
        now=now,
        reason=reason,
        number=visit.number,
    )
    return visit


def call_ticket(tx: Tx, setup: Setup, scope: Scope, ticket_id: UUID, now: datetime) -> Visit:
    """This ticket, in a booth that is ready for it; refused when there is none."""
    field = look(tx, scope, _free(clerk_at_desk(tx, scope, now)), now)
    ticket = next((each for each in field.tickets if each.id == ticket_id), None)
    if ticket is None:
        raise Refusal(NOT_FOUND)
    kept = field.kept_for is not None
    reasons = why_not(ticket, field.free_clerk, field.booths, now, field.policy, kept=kept)
    hard = [str(each) for each in reasons if each not in SOFT]
    booth = next(
        (
            each
            for each in field.booths
            if each.point == ticket.point and each.ready and each.free_for(ticket)
        ),
        None,
    )
    if hard or booth is None:
        raise Refusal(NOT_CALLABLE, why_not=hard)
    pairing = Pairing(ticket, field.free_clerk, booth)
    why = grounds(
        pairing,
        field.tickets,
        field.booths,
        kind=Kind.THIS,
        policy=field.policy,
        version=field.policy_version,
        now=now,
        kept=kept,
    )
    visit = _pair(tx, setup, scope, field, pairing, why, now=now)
    if visit is None:
        raise Refusal(NOT_CALLABLE, why_not=[str(WhyNot.BOOTH_TAKEN)])
    return visit


def recall(tx: Tx, setup: Setup, scope: Scope, visit_id: UUID, now: datetime) -> Visit:
    """Call the visitor once more."""
    visit = hold(tx, scope, visit_id)
    not_yet = may_recall(visit.times, setup.timings, now)
    _refuse_early(not_yet, visit)
    return call(tx, setup, visit, now)


def call(tx: Tx, setup: Setup, visit: Visit, now: datetime) -> Visit:
    """Send the call; a recall has a higher attempt."""
    attempt = visit.attempts + 1
    order(
        tx,
        visit,
        CallVisitor(
            visit_id=VisitId(visit.id),
            number=visit.number,
            booth=visit.booth,
            language=visit.language,
            attempt=attempt,
            attempts=setup.timings.attempts,
        ),
        now,
        lasts=setup.timings.no_show,
    )
    return change(tx, setup, replace(visit, attempts=attempt, called_at=now), was=visit)


def give_up(tx: Tx, setup: Setup, scope: Scope, visit_id: UUID, now: datetime) -> Visit:
    """The clerk says that nobody comes."""
    visit = hold(tx, scope, visit_id)
    if visit.state is VisitState.MISSED:
        return visit
    _refuse_early(may_miss(visit.times, setup.timings, now), visit)
    return miss(tx, setup, visit, now)


def take_back(tx: Tx, setup: Setup, scope: Scope, visit_id: UUID, now: datetime) -> Visit:
    """The clerk takes the visit back before the visitor came; the ticket keeps its place."""
    visit = hold(tx, scope, visit_id)
    if visit.state is VisitState.WITHDRAWN:
        return visit
    if visit.state not in BEFORE:
        raise Refusal(WRONG_STATE, state=str(visit.state))
    return withdraw(tx, setup, visit, now, reason="withdrawn")


def _pair(  # noqa: PLR0913, PLR0917 - one of each, claimed together
    tx: Tx,
    setup: Setup,
    scope: Scope,
    field: Field,
    pairing: Pairing,
    why: Grounds,
    *,
    now: datetime,
) -> Visit | None:
    """Claim ticket, booth and clerk and prepare the booth; None when one was gone already."""
    ticket = field.stored[pairing.ticket.id]
    seat = claim(tx, scope, ticket, pairing.booth, use=BoothState.PREPARING, now=now)
    if seat is None:
        return None
    keep(tx, pairing, why, now)
    return prepare(tx, setup, scope, field.clerk, seat, among=ClerkState.AVAILABLE, now=now)


def _free(clerk: Clerk) -> Clerk:
    if clerk.state in MEETING:
        raise Refusal(CLERK_BUSY)
    if clerk.state is not ClerkState.AVAILABLE:
        raise Refusal(NOT_AVAILABLE, state=str(clerk.state))
    return clerk


def _why_nobody(field: Field, now: datetime) -> Refusal:
    kept_for, clerk = field.kept_for, field.free_clerk
    against = [
        clerk_reasons(each, clerk, now, field.policy, kept=kept_for is not None)
        for each in field.tickets
    ]
    if kept_for is not None and [WhyNot.KEPT] in against:
        return Refusal(KEPT_FOR_BOOKING, booked_for=kept_for.isoformat())
    return Refusal(NO_BOOTH_READY if [] in against else NO_TICKET)


def _refuse_early(not_yet: NotYet | None, visit: Visit) -> None:
    match not_yet:
        case None:
            return
        case NotYet.NOT_CALLED:
            raise Refusal(WRONG_STATE, state=str(visit.state))
        case NotYet.TOO_SOON:
            raise Refusal(TOO_SOON)
        case NotYet.NO_MORE:
            raise Refusal(NO_MORE_CALLS)
