"""How does a visitor who is not ready let others pass?"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from control_plane import facts
from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Refusal
from control_plane.routing.rules.offers import WithdrawReason
from control_plane.security.scope import Scope
from control_plane.tickets import plan_queries
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import TicketState
from control_plane.visits import offer_queries
from control_plane.visits.operations.ending import withdraw
from control_plane.visits.operations.offer_ending import withdraw_offer
from control_plane.visits.operations.refusals import NO_MORE_PASSES, WRONG_STATE
from control_plane.visits.operations.steps import JOURNEY, hold, hold_of_ticket, notice, tell
from control_plane.visits.queries import Visit
from control_plane.visits.rules import BEFORE
from control_plane.visits.setup import Setup


class TicketPassed(facts.Fact):
    """A visitor was not ready and let others pass."""

    kind: ClassVar[str] = "ticket.passed"
    ticket: UUID
    agency: str
    times: int
    by_clerk: bool

    @property
    def subject(self) -> str:
        """The ticket."""
        return f"ticket:{self.ticket}"


def let_pass(tx: Tx, setup: Setup, scope: Scope, visit_id: UUID, now: datetime) -> Visit:
    """The clerk hears that the visitor is not ready: others come first for a while."""
    visit = hold(tx, scope, visit_id)
    if visit.state not in BEFORE:
        raise Refusal(WRONG_STATE, state=str(visit.state))
    ticket = tickets.ticket_of(tx, JOURNEY, visit.ticket_id)
    if ticket is None:
        raise Refusal(NOT_FOUND)
    if ticket.passes >= setup.timings.step_backs:
        raise Refusal(NO_MORE_PASSES)
    withdrawn = withdraw(tx, setup, visit, now, reason="withdrawn")
    _step_back(tx, setup, ticket, now, by_clerk=True)
    return withdrawn


def step_back(tx: Tx, setup: Setup, ticket: Ticket, now: datetime) -> bool:
    """The visitor says so at the point, called or not; False: as often as it may be already."""
    if ticket.passes >= setup.timings.step_backs:
        return False
    visit = hold_of_ticket(tx, ticket.id)
    if visit is not None and visit.state in BEFORE:
        withdraw(tx, setup, visit, now, reason="withdrawn")
        notice(tx, visit, "let_pass", now)
    offered = offer_queries.open_of_ticket(tx, JOURNEY, ticket.id)
    if offered is not None:
        withdraw_offer(tx, offered.id, WithdrawReason.TICKET_GONE, now)
    _step_back(tx, setup, ticket, now, by_clerk=False)
    return True


def _step_back(tx: Tx, setup: Setup, ticket: Ticket, now: datetime, *, by_clerk: bool) -> None:
    values: dict[str, Any] = {
        "not_before": now + setup.timings.step_back,
        "passes": ticket.passes + 1,
    }
    tickets.alter(tx, JOURNEY, ticket.id, [TicketState.WAITING], values)
    # Whoever is not ready is so for every errand.
    plan_queries.alter_others(tx, JOURNEY, ticket, values)
    facts.record(
        tx,
        TicketPassed(
            ticket=ticket.id, agency=ticket.agency, times=ticket.passes + 1, by_clerk=by_clerk
        ),
        now=now,
    )
    tell(tx, agency=ticket.agency, point=ticket.point)
