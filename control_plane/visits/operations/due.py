"""What does time alone bring about? Each looks again under its lock before it acts."""

from datetime import datetime, timedelta
from uuid import UUID

from control_plane.database import Tx
from control_plane.fleet import operations as fleet
from control_plane.fleet import queries as devices
from control_plane.fleet.rules import BoothState
from control_plane.staff import history
from control_plane.staff import queries as staff
from control_plane.staff.rules import GONE_AFTER, IN_VISIT, ClerkState, after_wrap_up
from control_plane.tickets import queries as tickets
from control_plane.visits import (
    consult_queries,
    link_queries,
    message_queries,
    offer_queries,
    queries,
)
from control_plane.visits.due_queries import Item, Kind
from control_plane.visits.operations.consult_ending import let_go, no_answer
from control_plane.visits.operations.ending import (
    NOT_WIPED,
    OFFLINE,
    close,
    conclude,
    lose,
    miss,
    not_prepared,
    withdraw,
)
from control_plane.visits.operations.linking import link_due
from control_plane.visits.operations.offer_ending import time_out
from control_plane.visits.operations.parking import parked_due
from control_plane.visits.operations.seats import seat_due
from control_plane.visits.operations.steps import (
    JOURNEY,
    free_booth,
    notice,
    set_clerk,
    tell,
    tell_whose,
    use_booth,
)
from control_plane.visits.queries import Visit
from control_plane.visits.rules import ACTIVE, BEFORE, Due, clerk_gone, next_due
from control_plane.visits.setup import Setup
from shared.visits import Outcome

KEPT = timedelta(days=7)


def come_due(  # noqa: C901, PLR0912 - a line for each kind
    tx: Tx, setup: Setup, item: Item, now: datetime
) -> None:
    """Do what is due, if it still is."""
    match item.kind:
        case Kind.SILENT_DEVICE:
            fleet.silence(tx, now)
        case Kind.TICKETS:
            lapsed = tickets.expire(tx, JOURNEY, now)
            for agency, point in sorted({(each.agency, each.point) for each in lapsed}):
                tell(tx, agency=agency, point=point)
            tell_whose(tx, lapsed)
        case Kind.FORGOTTEN:
            history.note_forgotten(tx, JOURNEY, now)
        case Kind.VISIT if item.id is not None:
            _visit_due(tx, setup, item.id, now)
        case Kind.DEVICE_GONE if item.id is not None:
            visit = _held(tx, item.id)
            if visit is not None and visit.state in ACTIVE:
                _without_device(tx, setup, visit, now)
        case Kind.WRAP_UP if item.id is not None:
            _wrap_up_ends(tx, item.id, now)
        case Kind.OFFER if item.id is not None:
            time_out(tx, item.id, now)
        case Kind.CONSULT if item.id is not None:
            no_answer(tx, item.id, now)
        case Kind.SEAT if item.id is not None:
            seat_due(tx, setup, item.id, now)
        case Kind.PARKED if item.id is not None:
            parked_due(tx, setup, item.id, now)
        case Kind.LINK if item.id is not None:
            link_due(tx, item.id, now)
        case Kind.CLERK_GONE if item.id is not None:
            _clerk_gone(tx, setup, item.id, now)
        case _:
            raise ValueError("a due item without its id")


def _held(tx: Tx, visit_id: UUID) -> Visit | None:
    tx.lock(f"visit:{visit_id}")
    return queries.visit_of(tx, JOURNEY, visit_id)


def _visit_due(tx: Tx, setup: Setup, visit_id: UUID, now: datetime) -> None:
    visit = _held(tx, visit_id)
    due = None if visit is None else next_due(visit.times, setup.timings, wiped=visit.wiped)
    if visit is None or due is None or due[0] > now:
        return
    match due[1]:
        case Due.NOT_PREPARED:
            not_prepared(tx, setup, visit, "timeout", now, tell_device=True)
        case Due.NO_SHOW:
            miss(tx, setup, visit, now)
            notice(tx, visit, "no_show", now)
        case Due.OUTCOME:
            conclude(tx, setup, visit, Outcome.DONE, now)
        case Due.NOT_SETTLED:
            free_booth(tx, visit, now)
            close(tx, setup, visit, now)
        case Due.NOT_WIPED:
            _not_wiped(tx, setup, visit, now)


def _not_wiped(tx: Tx, setup: Setup, visit: Visit, now: datetime) -> None:
    """The booth did not say that it is clean: nobody is let in until it does."""
    use_booth(tx, visit, BoothState.OUT_OF_USE, now, trouble=NOT_WIPED)
    close(tx, setup, visit, now)


def _without_device(tx: Tx, setup: Setup, visit: Visit, now: datetime) -> None:
    if visit.state in BEFORE:
        not_prepared(tx, setup, visit, OFFLINE, now, tell_device=True)
    else:
        lose(tx, setup, visit, now, reason=OFFLINE)


def _wrap_up_ends(tx: Tx, staff_id: UUID, now: datetime) -> None:
    tx.lock(f"clerk:{staff_id}")
    clerk = staff.clerk_of(tx, JOURNEY, staff_id)
    if clerk is None or clerk.state is not ClerkState.WRAP_UP:
        return
    if clerk.wrap_up_until is not None and clerk.wrap_up_until <= now:
        state = after_wrap_up(last_one=clerk.last_one, leaving=clerk.leaving)
        set_clerk(tx, clerk, state, now, last_one=False)


def _clerk_gone(tx: Tx, setup: Setup, staff_id: UUID, now: datetime) -> None:
    tx.lock(f"clerk:{staff_id}")
    clerk = staff.clerk_of(tx, JOURNEY, staff_id)
    if clerk is None or clerk.seen_at is None:
        return
    if clerk.state not in IN_VISIT:
        if clerk.state is not ClerkState.OFFLINE and now - clerk.seen_at > GONE_AFTER:
            left = let_go(tx, clerk, now)
            set_clerk(tx, left, ClerkState.OFFLINE, now, reason="gone", last_one=False)
        return
    visit = None if clerk.visit_id is None else _held(tx, clerk.visit_id)
    if visit is None or not clerk_gone(visit.state, clerk.seen_at, setup.timings, now):
        return
    if visit.state in BEFORE:
        withdraw(tx, setup, visit, now, reason="clerk_gone", clerk=ClerkState.OFFLINE)
        notice(tx, visit, "not_ready", now, reason="clerk_gone")
    else:
        lose(tx, setup, visit, now, reason="clerk_gone", clerk=ClerkState.OFFLINE)


def housekeep(tx: Tx, now: datetime) -> None:
    """Erase what nobody needs any more."""
    message_queries.erase_ended(tx, JOURNEY, now)
    offer_queries.purge(tx, JOURNEY, before=now - KEPT)
    consult_queries.purge(tx, JOURNEY, before=now - KEPT)
    link_queries.purge(tx, JOURNEY, before=now - KEPT)
    devices.purge_commands(tx, JOURNEY, before=now - KEPT)
