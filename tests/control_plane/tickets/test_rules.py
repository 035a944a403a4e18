"""What may happen to a ticket, and what is said of the wait?"""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_plane.tickets.rules import (
    FINAL,
    MAX_AGE,
    Method,
    TicketState,
    arrival,
    boxes,
    by_position,
    end_of_day,
    is_over,
    local_day,
    may_become,
    may_return,
    sources,
)
from shared.tickets import WaitRange

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HELSINKI = "Europe/Helsinki"


def told_wait(*, before: int, served: int, mean_handling_s: float, clerks: int) -> WaitRange | None:
    return by_position(
        before=before, served=served, mean_handling_s=mean_handling_s, clerks=clerks
    ).wait


@given(st.sampled_from(sorted(FINAL)), st.sampled_from(TicketState))
def test_a_final_ticket_never_moves(final: TicketState, wanted: TicketState) -> None:
    assert not may_become(final, wanted)


@given(st.sampled_from(TicketState), st.sampled_from(TicketState))
def test_sources_and_steps_say_the_same(state: TicketState, wanted: TicketState) -> None:
    assert (state in sources(wanted)) == may_become(state, wanted)


def test_a_visitor_in_the_booth_can_neither_be_missed_nor_expire() -> None:
    assert not may_become(TicketState.IN_SESSION, TicketState.MISSED)
    assert not may_become(TicketState.IN_SESSION, TicketState.EXPIRED)


def test_every_break_off_leads_back_to_the_place() -> None:
    for state in (
        TicketState.OFFERED,
        TicketState.CALLED,
        TicketState.IN_SESSION,
        TicketState.MISSED,
    ):
        assert may_become(state, TicketState.WAITING)


@given(st.floats(0, 86_400))
def test_a_device_cannot_claim_more_than_two_minutes_of_the_past(age_s: float) -> None:
    assert NOW - MAX_AGE <= arrival(NOW, age_s) <= NOW


@pytest.mark.parametrize(
    ("minutes", "box"),
    [
        (0, (0, 5)),
        (4.9, (0, 5)),
        (5, (5, 10)),
        (10, (10, 20)),
        (29, (20, 30)),
        (44, (30, 45)),
        (59, (45, 60)),
        (60, (60, 90)),
        (230, (180, 240)),
        (240, (240, 360)),
        (700, (600, 720)),
    ],
)
def test_the_wait_is_said_in_boxes(minutes: float, box: tuple[int, int]) -> None:
    told = told_wait(before=1, served=10, mean_handling_s=minutes * 60 or 0.001, clerks=1)
    assert told is not None
    assert (told.low_min, told.high_min) == box


def test_nothing_is_promised_before_ten_were_served() -> None:
    assert told_wait(before=3, served=9, mean_handling_s=600, clerks=2) is None
    assert told_wait(before=3, served=10, mean_handling_s=600, clerks=2) is not None


def test_nothing_is_promised_when_nobody_works() -> None:
    assert told_wait(before=3, served=100, mean_handling_s=600, clerks=0) is None


@given(st.integers(0, 500), st.floats(1, 7200), st.integers(1, 50))
def test_the_box_holds_the_estimate(before: int, mean_s: float, clerks: int) -> None:
    told = told_wait(before=before, served=50, mean_handling_s=mean_s, clerks=clerks)
    assert told is not None
    assert told.low_min <= before * mean_s / clerks / 60 < told.high_min


@given(st.integers(0, 100), st.floats(1, 7200), st.integers(1, 50))
def test_one_more_before_me_never_shortens_the_wait(before: int, mean: float, clerks: int) -> None:
    fewer = told_wait(before=before, served=50, mean_handling_s=mean, clerks=clerks)
    more = told_wait(before=before + 1, served=50, mean_handling_s=mean, clerks=clerks)
    assert fewer is not None
    assert more is not None
    assert more.low_min >= fewer.low_min


def test_a_promise_says_how_it_was_found() -> None:
    found = by_position(before=2, served=20, mean_handling_s=600, clerks=1)
    assert (found.method, found.middle_s) == (Method.POSITION, 1200)
    assert by_position(before=2, served=2, mean_handling_s=600, clerks=1).method is Method.UNKNOWN


@given(st.floats(0, 40_000), st.floats(0, 40_000))
def test_a_range_runs_from_box_to_box_and_holds_both_ends(first: float, second: float) -> None:
    early_s, late_s = sorted((first, second))
    told = boxes(early_s, late_s)
    assert told.low_min <= early_s / 60
    assert late_s / 60 < told.high_min


def test_a_wait_is_over_when_it_lasts_longer_than_was_said() -> None:
    wait = WaitRange(low_min=5, high_min=10)
    assert not is_over(wait, NOW - timedelta(minutes=10), NOW)
    assert is_over(wait, NOW - timedelta(minutes=10, seconds=1), NOW)
    assert not is_over(None, NOW - timedelta(hours=3), NOW)


def test_a_day_is_the_days_on_the_wall() -> None:
    assert local_day(datetime(2026, 11, 24, 22, 30, tzinfo=UTC), HELSINKI) == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("day", "midnight"),
    [
        (date(2026, 11, 24), datetime(2026, 11, 24, 22, tzinfo=UTC)),
        (date(2026, 7, 1), datetime(2026, 7, 1, 21, tzinfo=UTC)),
        # The nights on which Finnish clocks are changed.
        (date(2026, 3, 29), datetime(2026, 3, 29, 21, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 22, tzinfo=UTC)),
    ],
)
def test_numbers_lapse_at_local_midnight_also_when_clocks_change(
    day: date, midnight: datetime
) -> None:
    assert end_of_day(day, HELSINKI) == midnight


@given(st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_day_ends_after_every_instant_of_it(now: datetime) -> None:
    end = end_of_day(local_day(now, HELSINKI), HELSINKI)
    assert timedelta(0) < end - now <= timedelta(hours=25)


def test_a_missed_visitor_has_the_place_for_a_while() -> None:
    within = timedelta(minutes=15)
    assert may_return(NOW, NOW + within, within=within)
    assert not may_return(NOW, NOW + within + timedelta(seconds=1), within=within)
