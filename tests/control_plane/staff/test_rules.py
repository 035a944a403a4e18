"""What may a clerk be doing next?"""

from datetime import UTC, datetime, timedelta

import pytest

from control_plane.staff.rules import (
    CHOICES,
    MEETING,
    ON_DUTY,
    WORKING,
    ClerkState,
    after_wrap_up,
    extended,
    may_choose,
    wrap_up_ends,
)

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("state", ClerkState)
@pytest.mark.parametrize("wanted", ClerkState)
def test_a_clerk_chooses_freely_but_never_out_of_a_visit(
    state: ClerkState, wanted: ClerkState
) -> None:
    assert may_choose(state, wanted) == (wanted in CHOICES and state not in MEETING)


def test_a_clerk_on_a_break_is_on_duty_but_shortens_no_queue() -> None:
    assert ClerkState.ON_BREAK in ON_DUTY
    assert ClerkState.ON_BREAK not in WORKING
    assert ClerkState.NOT_RESPONDING not in ON_DUTY


def test_the_last_one_is_followed_by_a_break() -> None:
    assert after_wrap_up(last_one=True, leaving=False) is ClerkState.ON_BREAK
    assert after_wrap_up(last_one=False, leaving=False) is ClerkState.AVAILABLE


def test_whoever_signed_out_is_off_duty_and_not_on_a_break() -> None:
    assert after_wrap_up(last_one=False, leaving=True) is ClerkState.OFFLINE
    assert after_wrap_up(last_one=True, leaving=True) is ClerkState.OFFLINE


def test_wrap_up_is_extended_from_its_end_or_from_now() -> None:
    until = wrap_up_ends(NOW, seconds=30)
    assert extended(until, NOW) == until + timedelta(seconds=60)
    late = NOW + timedelta(minutes=5)
    assert extended(until, late) == late + timedelta(seconds=60)
