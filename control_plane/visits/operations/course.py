"""What does a clerk do in the course of a visit: begin, hold, end?"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from control_plane.database import Tx
from control_plane.errors import Refusal
from control_plane.fleet.rules import BoothState
from control_plane.security.scope import Scope
from control_plane.staff import queries as staff
from control_plane.staff.rules import ClerkState
from control_plane.tickets import queries as tickets
from control_plane.tickets.rules import TicketState
from control_plane.visits import consult_queries
from control_plane.visits.operations.consult_ending import tell_both
from control_plane.visits.operations.ending import conclude, finish
from control_plane.visits.operations.refusals import WRONG_STATE
from control_plane.visits.operations.steps import JOURNEY, change, hold, move, order, use_booth
from control_plane.visits.queries import Visit
from control_plane.visits.rules import VisitState
from control_plane.visits.setup import Setup
from shared.identifiers import VisitId
from shared.visits import BeginVisit, Outcome


def arrived(tx: Tx, setup: Setup, scope: Scope, visit_id: UUID, now: datetime) -> Visit:
    """The clerk sees that the visitor has come."""
    visit = hold(tx, scope, visit_id)
    if visit.state is VisitState.IN_SESSION:
        return visit
    if visit.state is not VisitState.CALLED:
        raise Refusal(WRONG_STATE, state=str(visit.state))
    return begin(tx, setup, visit, now)


def begin(tx: Tx, setup: Setup, visit: Visit, now: datetime) -> Visit:
    """The visitor is in the booth: its camera and microphone open."""
    begun = move(tx, setup, visit, VisitState.IN_SESSION, now, began_at=now)
    tickets.advance(tx, JOURNEY, visit.ticket_id, TicketState.IN_SESSION, **tickets.ON_THE_WAY)
    use_booth(tx, visit, BoothState.OCCUPIED, now)
    staff.change(
        tx,
        JOURNEY,
        visit.staff_id,
        among=[ClerkState.PREPARING],
        state=str(ClerkState.IN_SESSION),
        since=now,
    )
    order(tx, visit, BeginVisit(visit_id=VisitId(visit.id)), now)
    return begun


def put_on_hold(  # noqa: PLR0913 - whose visit, which way, and when
    tx: Tx, setup: Setup, scope: Scope, visit_id: UUID, *, on: bool, now: datetime
) -> Visit:
    """Note that the visit is on hold, or goes on; the booth hears of it in the room itself."""
    visit = hold(tx, scope, visit_id)
    if visit.state is not VisitState.IN_SESSION:
        raise Refusal(WRONG_STATE, state=str(visit.state))
    if visit.on_hold is not on:
        state, was = ClerkState.IN_SESSION, ClerkState.HOLD
        if on:
            state, was = was, state
        staff.change(tx, JOURNEY, visit.staff_id, among=[was], state=str(state), since=now)
        consult = consult_queries.open_of_visit(tx, JOURNEY, visit.id)
        if consult is not None:
            tell_both(tx, consult)
    return change(tx, setup, replace(visit, on_hold=on), was=visit)


def end(  # noqa: PLR0913 - whose visit, how it ended, and when
    tx: Tx, setup: Setup, scope: Scope, visit_id: UUID, *, outcome: Outcome, now: datetime
) -> Visit:
    """The clerk ends the visit, or says how one went that the visitor ended."""
    visit = hold(tx, scope, visit_id)
    if visit.state is VisitState.IN_SESSION:
        return finish(tx, setup, visit, outcome, now)
    if visit.state not in {VisitState.CLOSING, VisitState.CLOSED}:
        raise Refusal(WRONG_STATE, state=str(visit.state))
    if visit.ended_by_visitor and visit.outcome is None:
        return conclude(tx, setup, visit, outcome, now)
    if visit.outcome != str(outcome):
        # It ended otherwise: whoever asks saw an older desk, and must not think that this was kept.
        raise Refusal(WRONG_STATE, state=str(visit.state))
    return visit
