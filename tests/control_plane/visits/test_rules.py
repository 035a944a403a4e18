"""What may happen in a visit, and what does time alone do to it?"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_plane.visits.rules import (
    ACTIVE,
    BEFORE,
    FINAL,
    Due,
    NotYet,
    Times,
    Timings,
    VisitState,
    clerk_gone,
    may_become,
    may_miss,
    may_recall,
    next_due,
    recall_at,
    ticket_returns,
)

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
T = Timings()


def times(
    state: VisitState,
    *,
    since: datetime = NOW,
    called_at: datetime | None = None,
    attempts: int = 0,
    begun: bool = False,
    by_visitor: bool = False,
    outcome: bool = False,
) -> Times:
    return Times(state, since, called_at, attempts, begun, by_visitor, outcome)


@given(st.sampled_from(VisitState), st.sampled_from(VisitState))
def test_states_only_advance(one: VisitState, other: VisitState) -> None:
    assert not (may_become(one, other) and may_become(other, one))


@pytest.mark.parametrize("state", sorted(FINAL))
def test_what_is_over_stays_over(state: VisitState) -> None:
    assert not any(may_become(state, wanted) for wanted in VisitState)


@pytest.mark.parametrize("state", sorted(ACTIVE))
def test_whatever_breaks_off_can_be_lost(state: VisitState) -> None:
    assert may_become(state, VisitState.LOST)
    assert ticket_returns(state, outcome_given=False)
    assert not ticket_returns(state, outcome_given=True)


def test_a_visitor_in_the_booth_is_never_withdrawn() -> None:
    assert VisitState.IN_SESSION not in BEFORE
    assert not may_become(VisitState.IN_SESSION, VisitState.WITHDRAWN)


def test_recalls_have_a_gap_and_an_end() -> None:
    called = times(VisitState.CALLED, called_at=NOW, attempts=1)
    assert may_recall(called, T, NOW) is NotYet.TOO_SOON
    assert may_recall(called, T, NOW + T.recall_gap) is None
    assert recall_at(called, T) == NOW + T.recall_gap
    last = times(VisitState.CALLED, called_at=NOW, attempts=T.attempts)
    assert may_recall(last, T, NOW + T.recall_gap) is NotYet.NO_MORE
    assert recall_at(last, T) is None
    assert may_recall(times(VisitState.READY), T, NOW) is NotYet.NOT_CALLED


def test_a_visitor_is_given_up_after_a_minute_or_the_last_call() -> None:
    called = times(VisitState.CALLED, called_at=NOW, attempts=1)
    assert may_miss(called, T, NOW + timedelta(seconds=59)) is NotYet.TOO_SOON
    assert may_miss(called, T, NOW + timedelta(seconds=60)) is None
    last = times(VisitState.CALLED, called_at=NOW, attempts=T.attempts)
    assert may_miss(last, T, NOW) is None
    assert may_miss(times(VisitState.IN_SESSION), T, NOW) is NotYet.NOT_CALLED


@pytest.mark.parametrize(
    ("visit", "due"),
    [
        (times(VisitState.PREPARING), (T.prepare, Due.NOT_PREPARED)),
        (times(VisitState.CALLED), (T.no_show, Due.NO_SHOW)),
        (times(VisitState.IN_SESSION, begun=True), None),
        (times(VisitState.CLOSING, begun=True, outcome=True), (T.wipe, Due.NOT_WIPED)),
        (times(VisitState.CLOSING, begun=True, by_visitor=True), (T.outcome, Due.OUTCOME)),
        (times(VisitState.MISSED), (T.settle, Due.NOT_SETTLED)),
        (times(VisitState.WITHDRAWN), (T.settle, Due.NOT_SETTLED)),
        (times(VisitState.LOST), (T.settle, Due.NOT_SETTLED)),
        (times(VisitState.LOST, begun=True), (T.wipe, Due.NOT_WIPED)),
    ],
)
def test_time_alone_leads_on(visit: Times, due: tuple[timedelta, Due] | None) -> None:
    found = next_due(visit, T, wiped=False)
    assert found == (None if due is None else (NOW + due[0], due[1]))


@given(st.sampled_from(sorted(FINAL)), st.booleans())
def test_nothing_is_due_of_a_visit_that_is_over_and_wiped(state: VisitState, begun: bool) -> None:  # noqa: FBT001
    over = times(state, begun=begun, outcome=True)
    assert next_due(over, T, wiped=True) is None


def test_a_clerk_has_a_minute_before_and_two_in_the_session() -> None:
    assert not clerk_gone(VisitState.CALLED, NOW, T, NOW + timedelta(seconds=60))
    assert clerk_gone(VisitState.CALLED, NOW, T, NOW + timedelta(seconds=61))
    assert not clerk_gone(VisitState.IN_SESSION, NOW, T, NOW + timedelta(seconds=120))
    assert clerk_gone(VisitState.IN_SESSION, NOW, T, NOW + timedelta(seconds=121))
    assert not clerk_gone(VisitState.CLOSING, NOW, T, NOW + timedelta(hours=1))
