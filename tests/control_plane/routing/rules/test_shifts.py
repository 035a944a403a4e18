"""No offer lasts beyond a shift's end, and whoever follows the told moments misses no change."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from control_plane.routing.rules.eligibility import WhyNot, profile_reasons
from control_plane.routing.rules.facts import Need, Profile
from control_plane.routing.rules.policy import DEFAULT
from control_plane.routing.rules.shifts import NONE, PAST, longest
from shared.languages import Language

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
MINUTES = st.lists(st.integers(0, 120), max_size=6)


def test_a_matter_of_twenty_minutes_is_not_offered_a_quarter_before_the_end() -> None:
    most, _ = longest([10, 20], NOW + timedelta(minutes=15), NOW)
    assert most == 10
    profile = Profile(frozenset({Language.FINNISH}), longest=most)
    for minutes, reasons in ((10, []), (20, [WhyNot.SHIFT_ENDS])):
        need = Need("kela", Language.FINNISH, minutes=minutes)
        assert profile_reasons(need, profile, timedelta(0), DEFAULT) == reasons


def test_without_an_end_everything_is_offered_and_after_it_nothing() -> None:
    assert longest([10], None, NOW) == (None, None)
    assert longest([10], NOW - timedelta(seconds=1), NOW)[0] == NONE
    assert longest([10], NOW, NOW)[0] == 0
    # Yesterday's shift says nothing of today.
    assert longest([10], NOW - PAST, NOW) == (None, None)


@given(MINUTES, st.integers(-60, 240), st.integers(0, 600))
def test_what_is_offered_ends_in_time_and_nothing_else_is_kept_back(
    minutes: list[int], left: int, later: int
) -> None:
    until = NOW + timedelta(minutes=left)
    now = NOW + timedelta(minutes=later)
    most, _ = longest(minutes, until, now)
    if most is None:
        assert now >= until + PAST
        return
    for each in minutes:
        assert (each <= most) == (now + timedelta(minutes=each) <= until)


@given(MINUTES, st.integers(0, 240))
def test_until_the_told_moment_the_answer_stays_and_then_it_is_another(
    minutes: list[int], left: int
) -> None:
    until, now = NOW + timedelta(minutes=left), NOW
    seen = []
    while True:
        most, changes_at = longest(minutes, until, now)
        seen.append(most)
        if changes_at is None:
            break
        assert changes_at > now
        assert longest(minutes, until, changes_at - timedelta(microseconds=1))[0] == most
        now = changes_at
        assert longest(minutes, until, now)[0] != most
    assert seen[-1] is None
    limited = [each for each in seen if each is not None]
    assert limited == sorted(limited, reverse=True)
