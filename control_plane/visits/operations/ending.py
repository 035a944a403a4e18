"""How does a visit end: well, before it began, or broken off?"""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from control_plane.database import Tx
from control_plane.fleet.rules import BoothState
from control_plane.queues.rules.closing import end_of_country_day
from control_plane.routing.rules.policy import RETURNED
from control_plane.staff import queries as staff
from control_plane.staff.rules import ClerkState
from control_plane.tickets import handling_queries as handling
from control_plane.tickets import queries as tickets
from control_plane.tickets.rules import TicketState
from control_plane.visits.operations.consult_ending import end_with_visit
from control_plane.visits.operations.plans import others_left, take_seat
from control_plane.visits.operations.seats import leave_seat
from control_plane.visits.operations.steps import (
    JOURNEY,
    change,
    close_room,
    free_clerk,
    keep_booth,
    move,
    notice,
    order,
    ticket_back,
    use_booth,
    wrap_up,
)
from control_plane.visits.queries import Visit
from control_plane.visits.rules import VisitState, ticket_returns
from control_plane.visits.setup import Setup
from shared.identifiers import VisitId
from shared.visits import CancelVisit, EndVisit, Outcome

# Reasons of the device that mean more than «not now».
OFFLINE = "offline"
NOT_WIPED = "booth_not_wiped"

Reason = Literal["clerk_gone", "not_ready", "withdrawn"]


def withdraw(  # noqa: PLR0913 - what is taken back, why, and what becomes of the rest
    tx: Tx,
    setup: Setup,
    visit: Visit,
    now: datetime,
    *,
    reason: Reason,
    failed: str = "",
    trouble: str = "",
    ticket_returns: bool = True,
    clerk: ClerkState = ClerkState.AVAILABLE,
    tell_device: bool = True,
    by_visitor: bool = False,
) -> Visit:
    """Take back a visit whose visitor has not come: ticket to its place, clerk free.

    The booth is free as soon as its device says that it has cleared its screen; where a visitor
    sat who left, that is to wipe as after a visit.
    """
    moved = move(
        tx,
        setup,
        visit,
        VisitState.WITHDRAWN,
        now,
        failed_reason=failed or reason,
        ended_by_visitor=by_visitor,
        ended_at=now,
    )
    if ticket_returns:
        ticket_back(tx, visit, now)
    use_booth(tx, visit, BoothState.WIPING, now, trouble=trouble)
    close_room(tx, visit, now)
    free_clerk(tx, visit, clerk, now)
    if tell_device:
        cancel = CancelVisit(
            visit_id=VisitId(visit.id), reason=reason, number_ends=not ticket_returns
        )
        order(tx, visit, cancel, now)
    return moved


def not_prepared(  # noqa: PLR0913 - which visit, why, when and who still has to hear
    tx: Tx, setup: Setup, visit: Visit, reason: str, now: datetime, *, tell_device: bool
) -> Visit:
    """The booth failed its check: the ticket keeps its place, the booth is kept away a while."""
    moved = withdraw(
        tx,
        setup,
        visit,
        now,
        reason="not_ready",
        failed=reason,
        # A device that is away is no mistrusted one: it is not ready anyway until it is back.
        trouble="" if reason == OFFLINE else reason,
        tell_device=tell_device,
    )
    if reason == NOT_WIPED:
        use_booth(tx, visit, BoothState.OUT_OF_USE, now, trouble=reason)
    if visit.seated:
        # The visitor must not wait in a booth that does not work.
        leave_seat(tx, setup, visit.ticket_id, now)
    notice(tx, visit, "not_ready", now, reason=reason)
    return moved


def miss(tx: Tx, setup: Setup, visit: Visit, now: datetime) -> Visit:
    """Nobody came: the number is kept as missed and may come back."""
    moved = move(tx, setup, visit, VisitState.MISSED, now, failed_reason="no_show", ended_at=now)
    tickets.advance(tx, JOURNEY, visit.ticket_id, TicketState.MISSED, missed_at=now)
    use_booth(tx, visit, BoothState.WIPING, now)
    close_room(tx, visit, now)
    free_clerk(tx, visit, ClerkState.AVAILABLE, now)
    order(tx, visit, CancelVisit(visit_id=VisitId(visit.id), reason="no_show"), now)
    return moved


def finish(tx: Tx, setup: Setup, visit: Visit, outcome: Outcome | None, now: datetime) -> Visit:
    """The visit ends; without an outcome the visitor ended it, and the clerk is asked.

    Whoever has another errand stays seated for it, or waits for it outside.
    """
    moved = _close(tx, setup, visit, outcome, now)
    tickets.advance(tx, JOURNEY, visit.ticket_id, TicketState.COMPLETED, ended_at=now)
    if not others_left(tx, visit.ticket_id):
        end = EndVisit(visit_id=VisitId(visit.id), reason="ended", number_ends=True)
        order(tx, visit, end, now)
        return moved
    following = take_seat(tx, setup, visit, now)
    if following is not None:
        keep_booth(tx, visit, following)
    seated_s = 0 if following is None else int(setup.timings.seat.total_seconds())
    on = EndVisit(visit_id=VisitId(visit.id), reason="moved", seated_s=seated_s)
    order(tx, visit, on, now)
    return moved


def move_on(tx: Tx, setup: Setup, visit: Visit, now: datetime, *, seated_s: int = 0) -> Visit:
    """The visit ends and its matter does not: whoever asks for this sends the ticket on.

    The visitor stays seated for so many seconds at most, at 0 not at all.
    """
    moved = _close(tx, setup, visit, Outcome.MOVED_ON, now)
    if seated_s:
        keep_booth(tx, visit, visit.ticket_id)
    end = EndVisit(visit_id=VisitId(visit.id), reason="moved", seated_s=seated_s)
    order(tx, visit, end, now)
    return moved


def _close(tx: Tx, setup: Setup, visit: Visit, outcome: Outcome | None, now: datetime) -> Visit:
    moved = move(
        tx,
        setup,
        visit,
        VisitState.CLOSING,
        now,
        outcome=None if outcome is None else str(outcome),
        ended_by_visitor=outcome is None,
        ended_at=now,
        on_hold=False,
    )
    end_with_visit(tx, visit, now)
    _count_served(tx, visit, now)
    count_for_clerk(tx, visit, now)
    use_booth(tx, visit, BoothState.WIPING, now)
    close_room(tx, visit, now)
    if outcome is not None:
        wrap_up(tx, setup, visit, now)
    return moved


def conclude(tx: Tx, setup: Setup, visit: Visit, outcome: Outcome, now: datetime) -> Visit:
    """Give a visit that its visitor ended the outcome that it still lacks."""
    concluded = change(tx, setup, replace(visit, outcome=str(outcome)), was=visit)
    wrap_up(tx, setup, visit, now)
    return concluded


def close(tx: Tx, setup: Setup, visit: Visit, now: datetime) -> Visit:
    """Nothing more is expected of the booth; the clerk may still owe the outcome."""
    if visit.state is not VisitState.CLOSING:
        return change(tx, setup, replace(visit, wiped=True), was=visit)
    # The clerk's time to say how it went runs on from the visit's end.
    return move(tx, setup, visit, VisitState.CLOSED, now, wiped=True, since=visit.since)


def lose(  # noqa: PLR0913 - which visit, why, when and what becomes of the clerk
    tx: Tx,
    setup: Setup,
    visit: Visit,
    now: datetime,
    *,
    reason: str,
    clerk: ClerkState | None = None,
) -> Visit:
    """A visit broke off: the visitor is first in line, and the booth forgets all the same."""
    returns = ticket_returns(visit.state, outcome_given=visit.outcome is not None)
    begun = visit.state is VisitState.IN_SESSION
    moved = move(
        tx,
        setup,
        visit,
        VisitState.LOST,
        now,
        failed_reason=reason,
        ended_at=now,
        on_hold=False,
    )
    if begun:
        end_with_visit(tx, visit, now)
        count_for_clerk(tx, visit, now)
    if returns:
        ticket_back(tx, visit, now, priority=RETURNED, avoids_booth=visit.booth)
    use_booth(tx, visit, BoothState.WIPING, now)
    close_room(tx, visit, now)
    if clerk is not None:
        free_clerk(tx, visit, clerk, now)
    elif begun:
        wrap_up(tx, setup, visit, now)
    else:
        free_clerk(tx, visit, ClerkState.AVAILABLE, now)
    notice(tx, visit, "lost", now, reason=reason)
    ends = not returns and not others_left(tx, visit.ticket_id)
    lost = EndVisit(visit_id=VisitId(visit.id), reason="lost", number_ends=ends)
    order(tx, visit, lost, now)
    return moved


def count_for_clerk(tx: Tx, visit: Visit, now: datetime) -> None:
    """The visit, or the part of it that was this clerk's, counts into the clerk's day."""
    staff.count_visit(
        tx,
        JOURNEY,
        visit.staff_id,
        began_at=visit.began_at or now,
        day_ends=end_of_country_day(now),
        now=now,
    )


def _count_served(tx: Tx, visit: Visit, now: datetime) -> None:
    # What a clerk is taken up by, from the call for the booth to the end: waiting is judged by it.
    seconds = int((now - visit.created_at).total_seconds())
    handling.count_served(tx, JOURNEY, agency=visit.agency, service=visit.service, seconds=seconds)
