"""What does a clerk do at the desk between visits?"""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from control_plane.database import Tx
from control_plane.errors import Refusal
from control_plane.routing.operations import policy_of
from control_plane.security import audit
from control_plane.security.accounts import SignedOut
from control_plane.security.scope import Scope
from control_plane.staff import queries as staff
from control_plane.staff.queries import Clerk
from control_plane.staff.rules import (
    IN_VISIT,
    MEETING,
    ClerkState,
    after_wrap_up,
    extended,
    may_choose,
    plausible,
)
from control_plane.visits import link_queries, message_queries, queries
from control_plane.visits.operations.consult_ending import let_go
from control_plane.visits.operations.link_ending import ends_sooner
from control_plane.visits.operations.refusals import (
    CLERK_BUSY,
    NOT_A_CLERK,
    NOT_AVAILABLE,
    ODD_SHIFT,
    UNKNOWN_REASON,
    WRONG_STATE,
)
from control_plane.visits.operations.steps import JOURNEY, alter_clerk, desk_of, set_clerk
from shared.identifiers import AgencyCode


def clerk_at_desk(tx: Tx, scope: Scope, now: datetime) -> Clerk:
    """The clerk who asks, locked to the end of the transaction; asking shows that the page lives.

    Refused for an account that belongs to no agency.
    """
    if scope.agency is None:
        raise Refusal(NOT_A_CLERK)
    identity = UUID(scope.name)
    tx.lock(f"clerk:{identity}")
    clerk = staff.clerk_of(tx, scope, identity)
    if clerk is None:
        staff.enrol(tx, scope, staff_id=identity, agency=scope.agency, now=now)
        clerk = staff.clerk_of(tx, scope, identity)
    if clerk is None:
        raise Refusal(NOT_A_CLERK)
    staff.heard(tx, scope, [identity], now)
    clerk = replace(clerk, seen_at=now)
    if not clerk.leaving:
        return clerk
    # Signed in anew before the visit was over.
    alter_clerk(tx, clerk, list(ClerkState), leaving=False)
    return replace(clerk, leaving=False)


def signed_out(tx: Tx, gone: SignedOut, now: datetime) -> None:
    """Nobody is at the desk any more: off duty at once, or as soon as the visit there is over."""
    tx.lock(f"clerk:{gone.account}")
    clerk = staff.clerk_of(tx, JOURNEY, gone.account)
    if clerk is None or clerk.state is ClerkState.OFFLINE:
        return
    clerk = let_go(tx, clerk, now)
    if alter_clerk(tx, clerk, IN_VISIT, leaving=True):
        return
    # Read again: the visit may have come to its end just now.
    clerk = staff.clerk_of(tx, JOURNEY, gone.account) or clerk
    set_clerk(tx, clerk, ClerkState.OFFLINE, now, reason="signed_out", last_one=False)


def choose(tx: Tx, scope: Scope, wanted: ClerkState, reason: str, now: datetime) -> None:
    """Available, on a break, or off duty."""
    clerk = clerk_at_desk(tx, scope, now)
    if clerk.state is wanted or (
        wanted is ClerkState.AVAILABLE and clerk.state is ClerkState.EXTERNAL_BUSY
    ):
        return
    if not may_choose(clerk.state, wanted):
        raise Refusal(CLERK_BUSY)
    if clerk.state is ClerkState.RESERVED:
        clerk = let_go(tx, clerk, now)
    message_queries.forget_forced(tx, scope, clerk.id)
    if wanted is not ClerkState.AVAILABLE:
        overdue_at = _overdue(tx, clerk, wanted, reason, now)
        set_clerk(tx, clerk, wanted, now, reason=reason, last_one=False, overdue_at=overdue_at)
        return
    queries.forget_note(tx, scope, clerk.id)
    set_clerk(tx, clerk, wanted, now, last_one=False)


def _overdue(
    tx: Tx, clerk: Clerk, wanted: ClerkState, reason: str, now: datetime
) -> datetime | None:
    """From when on a break is thought to be forgotten; refused for a reason of nobody's."""
    if wanted is not ClerkState.ON_BREAK:
        return None
    choices = policy_of(tx, JOURNEY, AgencyCode(clerk.agency)).choices.desk
    if reason and reason not in {each.code for each in choices.breaks}:
        raise Refusal(UNKNOWN_REASON)
    return now + timedelta(minutes=choices.break_alarm_minutes)


def set_shift(
    tx: Tx,
    scope: Scope,
    *,
    begins: datetime | None,
    until: datetime | None,
    now: datetime,
) -> None:
    """When the clerk leaves today; whoever may overrun it was allowed to by somebody else."""
    clerk = clerk_at_desk(tx, scope, now)
    change_shift(tx, scope, clerk, begins=begins, until=until, now=now)


def change_shift(  # noqa: PLR0913 - whose shift, from when to when, and who says so
    tx: Tx,
    scope: Scope,
    clerk: Clerk,
    *,
    begins: datetime | None,
    until: datetime | None,
    now: datetime,
    may_overrun: bool = False,
) -> None:
    """A shift of today, or none."""
    if not plausible(begins, until, now):
        raise Refusal(ODD_SHIFT)
    changes = {"shift_from": begins, "shift_until": until, "may_overrun": may_overrun}
    staff.change(tx, scope, clerk.id, among=list(ClerkState), **changes)
    ends_sooner(tx, link_queries.open_of_clerk(tx, JOURNEY, clerk.id), until)
    tx.touch(desk_of(clerk.agency))
    audit.record(
        tx,
        scope,
        "clerk.shift_set",
        subject=staff.subject(clerk.id),
        agency=clerk.agency,
        now=now,
        may_overrun=may_overrun,
    )


def last_one(tx: Tx, scope: Scope, *, on: bool, now: datetime) -> None:
    """After this visit no more: a break follows the wrap-up."""
    clerk = clerk_at_desk(tx, scope, now)
    if clerk.last_one != on:
        alter_clerk(tx, clerk, list(ClerkState), last_one=on)


def want_next(tx: Tx, scope: Scope, *, on: bool, now: datetime) -> None:
    """The next visitor comes to this clerk without another call, as soon as there is one."""
    clerk = clerk_at_desk(tx, scope, now)
    if on and clerk.state is not ClerkState.AVAILABLE:
        raise Refusal(NOT_AVAILABLE, state=str(clerk.state))
    if clerk.wants_next != on:
        alter_clerk(tx, clerk, [clerk.state], wants_next=on)


def extend_wrap_up(tx: Tx, scope: Scope, now: datetime) -> None:
    """Some more time."""
    clerk = clerk_at_desk(tx, scope, now)
    if clerk.state is not ClerkState.WRAP_UP or clerk.wrap_up_until is None:
        raise Refusal(WRONG_STATE, state=str(clerk.state))
    staff.change(
        tx,
        scope,
        clerk.id,
        among=[ClerkState.WRAP_UP],
        wrap_up_until=extended(clerk.wrap_up_until, now),
    )
    tx.touch(desk_of(clerk.agency))


def end_wrap_up(tx: Tx, scope: Scope, now: datetime) -> None:
    """Nothing is left to write."""
    clerk = clerk_at_desk(tx, scope, now)
    if clerk.state in MEETING:
        raise Refusal(CLERK_BUSY)
    if clerk.state is ClerkState.WRAP_UP:
        state = after_wrap_up(last_one=clerk.last_one, leaving=clerk.leaving)
        set_clerk(tx, clerk, state, now, last_one=False)
