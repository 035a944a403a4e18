"""What follows when a visitor gives the number up, at the waiting area's screen or in a booth?"""

from datetime import datetime

from control_plane.database import Tx
from control_plane.routing.rules.offers import WithdrawReason
from control_plane.security.scope import Scope
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import TicketState
from control_plane.visits import offer_queries, queries
from control_plane.visits.operations.ending import finish, withdraw
from control_plane.visits.operations.offer_ending import withdraw_offer
from control_plane.visits.operations.plans import meant
from control_plane.visits.operations.seats import leave_seat
from control_plane.visits.operations.steps import (
    JOURNEY,
    hold_of_ticket,
    notice,
    tell,
    tell_whose,
)
from control_plane.visits.queries import Noted
from control_plane.visits.rules import BEFORE, VisitState
from control_plane.visits.setup import Setup
from shared.identifiers import DeviceName, VisitId

# What the visit's clerk is told.
CANCELLED = "ticket_cancelled"
LEFT = "visitor_left"


def _let_go(
    tx: Tx, setup: Setup, ticket: Ticket, now: datetime, *, said_in: VisitId | None
) -> None:
    """No booth prepares for the visitor any more, and no clerk is asked."""
    in_booth = said_in is not None
    visit = hold_of_ticket(tx, ticket.id)
    if visit is not None and visit.state in BEFORE:
        withdraw(
            tx,
            setup,
            visit,
            now,
            reason="withdrawn",
            failed=LEFT if in_booth else "",
            ticket_returns=False,
            # Of one that its device had not heard of there will be no receipt of a wiping.
            by_visitor=visit.id == said_in,
        )
        notice(tx, visit, LEFT if in_booth else CANCELLED, now)
    offered = offer_queries.open_of_ticket(tx, JOURNEY, ticket.id)
    if offered is not None:
        withdraw_offer(tx, offered.id, WithdrawReason.TICKET_GONE, now, ticket_returns=False)


def give_number_up(
    tx: Tx, setup: Setup, ticket: Ticket, now: datetime, *, said_in: VisitId | None = None
) -> bool:
    """End the number of a visitor whom no clerk serves yet; the caller holds the ticket's lock.

    A booth that prepares for them is free again. ``said_in``: they said it in a booth, where that
    visit was the last of which its device knew.
    """
    _let_go(tx, setup, ticket, now, said_in=said_in)
    if not tickets.advance(tx, JOURNEY, ticket.id, TicketState.CANCELLED, ended_at=now):
        return False
    # Whoever was just getting the number has committed by now.
    _let_go(tx, setup, ticket, now, said_in=said_in)
    tell(tx, agency=ticket.agency, point=ticket.point)
    tell_whose(tx, [ticket])
    return True


def visitor_ended(
    tx: Tx, setup: Setup, device: DeviceName, visit_id: VisitId, now: datetime
) -> None:
    """Whoever sits in a booth ends the visit, or waits there no longer for one.

    What is said of a visit that is over counts only while its visitor sits on in that booth.
    """
    scope = Scope.of_device(device)
    found = queries.visit_of(tx, scope, visit_id)
    if found is None:
        return
    # The ticket first, as for whoever gives the number up outside.
    tx.lock(f"ticket:{found.ticket_id}")
    tx.lock(f"visit:{visit_id}")
    visit = queries.visit_of(tx, scope, visit_id)
    ticket = tickets.ticket_of(tx, JOURNEY, found.ticket_id)
    if visit is None or ticket is None:
        return
    if visit.state is VisitState.IN_SESSION:
        finish(tx, setup, visit, None, now)
    elif visit.state in BEFORE:
        _leave(tx, setup, meant(tx, ticket), visit_id, now)
    else:
        following = meant(tx, ticket)
        if (following.point, following.kept_booth) == (visit.point, visit.booth):
            _leave(tx, setup, following, visit_id, now)


def _leave(tx: Tx, setup: Setup, ticket: Ticket, said_in: VisitId, now: datetime) -> None:
    if not give_number_up(tx, setup, ticket, now, said_in=said_in):
        return
    leave_seat(tx, setup, ticket.id, now)
    if ticket.for_staff is not None:
        noted = Noted(code=LEFT, reason="", at=now, number=ticket.number)
        queries.note(tx, JOURNEY, ticket.for_staff, noted)
