"""A consult always ends, and never twice; nobody keeps a visit that is not theirs to keep."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from control_plane.staff.rules import MEETING, TAKEN, ClerkState, may_choose
from control_plane.visits.consult_rules import (
    AWAY,
    ENDS,
    OPEN,
    ConsultEnd,
    ConsultState,
    Course,
    NotKept,
    ended,
    handed_on,
    joined,
    may_ask,
    may_keep,
)
from control_plane.visits.rules import VisitState

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
LATER = NOW + timedelta(seconds=20)

steps = st.lists(
    st.one_of(
        st.just("join"),
        st.just("hand_on"),
        st.just("stay"),
        st.sampled_from(ConsultEnd),
    )
)
courses = st.builds(Course, st.sampled_from(ConsultState), st.booleans())


def walk(taken: list[str | ConsultEnd]) -> list[Course]:
    """Where a consult stands after each step; what does not fit changes nothing."""
    course = Course()
    found = [course]
    for step in taken:
        match step:
            case ConsultEnd():
                after = ended(course, step)
            case "join":
                after = joined(course, LATER, NOW)
            case _:
                after = handed_on(course, on=step == "hand_on")
        course = after or course
        found.append(course)
    return found


@given(steps)
def test_a_consult_goes_forward_only_and_ends_once(taken: list[str | ConsultEnd]) -> None:
    states = [course.state for course in walk(taken)]
    assert states == sorted(states, key=list(ConsultState).index)
    ends = [course.end for course in walk(taken) if course.end is not None]
    assert len(set(ends)) <= 1


@given(steps, st.sampled_from([ConsultEnd.VISIT_OVER, ConsultEnd.GONE, ConsultEnd.TAKEN_BACK]))
def test_from_wherever_it_stands_a_consult_can_end(
    taken: list[str | ConsultEnd], end: ConsultEnd
) -> None:
    course = walk([*taken, end])[-1]
    assert course.state is ConsultState.ENDED


def test_every_end_is_reached_from_somewhere_and_none_from_an_end() -> None:
    assert set(ENDS) == set(ConsultEnd)
    assert all(sources and sources <= OPEN for sources in ENDS.values())


@given(st.sampled_from(VisitState), st.none() | st.sampled_from(ConsultState))
def test_nobody_is_asked_who_is_busy_and_nobody_into_a_visit_without_a_visitor(
    visit: VisitState, open_: ConsultState | None
) -> None:
    for state in ClerkState:
        if may_ask(visit, open_, state):
            assert state is ClerkState.AVAILABLE
            assert visit is VisitState.IN_SESSION
            assert open_ is None


@given(course=courses, same_agency=st.booleans(), silent_s=st.none() | st.integers(0, 90))
def test_a_visit_is_kept_only_from_within_by_the_own_agency_and_by_leave(
    course: Course, *, same_agency: bool, silent_s: int | None
) -> None:
    heard_at = None if silent_s is None else NOW - timedelta(seconds=silent_s)
    refused = may_keep(course, same_agency=same_agency, heard_at=heard_at, now=NOW)
    if refused is None:
        assert same_agency
        assert course.state is ConsultState.JOINED
        assert course.handed_on or heard_at is None or NOW - heard_at > AWAY


def test_a_clerk_who_is_there_and_has_not_handed_on_keeps_the_visit() -> None:
    there = may_keep(Course(ConsultState.JOINED), same_agency=True, heard_at=NOW, now=NOW)
    assert there is NotKept.STILL_THERE


def test_an_answer_at_the_instant_of_the_end_comes_too_late() -> None:
    assert joined(Course(), NOW, NOW) is None
    assert joined(Course(), NOW + timedelta(microseconds=1), NOW) is not None


def test_whoever_is_in_a_consult_is_nobody_elses_and_leaves_it_by_no_choice_of_state() -> None:
    assert ClerkState.CONSULT in TAKEN & MEETING
    assert not any(may_choose(ClerkState.CONSULT, each) for each in ClerkState)
