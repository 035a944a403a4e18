"""Are totals the sums of their parts, and times told of five and more only?"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_plane.reports.rules.downtime import downtime
from control_plane.reports.rules.figures import (
    Course,
    End,
    Level,
    Meeting,
    Number,
    Result,
    Spread,
    Tally,
    Way,
    figures,
    percent,
    spread,
    together,
)
from control_plane.reports.rules.periods import Unit, period
from control_plane.reports.rules.promises import Verdict
from control_plane.reports.rules.satisfaction import mean_between
from control_plane.service_points.rules.days import Calendar, open_on

seconds = st.integers(0, 7200)
maybe = st.none() | seconds
numbers = st.builds(
    Number,
    end=st.sampled_from(End),
    waited_s=maybe,
    target_s=st.just(600),
    missed=st.booleans(),
    returned=st.booleans(),
    verdict=st.sampled_from(Verdict),
    off_by_min=st.integers(0, 30),
)
meetings = st.builds(
    Meeting,
    way=st.sampled_from(Way),
    course=st.sampled_from([each for each in Course if each is not Course.CONCLUDED]),
    result=st.none(),
    way_s=maybe,
    talk_s=maybe,
    wrap_up_s=maybe,
    sent_on=st.booleans(),
) | st.builds(
    Meeting,
    way=st.sampled_from(Way),
    course=st.just(Course.CONCLUDED),
    result=st.sampled_from(Result),
    way_s=maybe,
    talk_s=seconds,
    wrap_up_s=maybe,
)


def tally_of(counted: Sequence[Number | Meeting]) -> Tally:
    tally = Tally()
    for each in counted:
        if isinstance(each, Number):
            tally.number(each)
        else:
            tally.meeting(each)
    return tally


@given(st.lists(numbers | meetings), st.lists(numbers | meetings), st.lists(numbers | meetings))
def test_a_whole_is_the_sum_of_its_parts(
    one: list[Number | Meeting], two: list[Number | Meeting], three: list[Number | Meeting]
) -> None:
    all_of_them = tally_of([*one, *two, *three])
    all_of_them.withheld()
    alone = Tally()
    alone.withheld()
    assert together([*map(tally_of, (one, two, three)), alone]) == all_of_them
    whole = figures(all_of_them)
    parts = [figures(tally_of(each)) for each in (one, two, three)]
    assert sum(each.numbers for each in parts) == whole.numbers
    assert sum(each.visits for each in parts) == whole.visits
    assert sum(each.wait_s.count for each in parts) == whole.wait_s.count


@given(st.lists(numbers | meetings))
def test_every_number_has_one_end_and_every_visit_one_way_and_one_course(
    counted: list[Number | Meeting],
) -> None:
    tally = tally_of(counted)
    told = figures(tally)
    assert sum(told.ends.values()) == told.numbers
    assert sum(told.ways.values()) == sum(told.courses.values()) == told.visits
    assert tally.results.total() == told.courses[Course.CONCLUDED]
    assert tally.levels.total() == told.wait_s.count
    assert tally.verdicts.total() == told.off_by_min.count


@given(st.lists(seconds))
def test_half_lie_on_either_side_of_the_median_and_nine_of_ten_below_the_other(
    values: list[int],
) -> None:
    told = spread(values)
    assert told.count == len(values)
    if len(values) < 5:
        assert told == Spread(len(values), None, None)
        return
    assert told.median is not None
    assert told.p90 is not None
    assert 2 * sum(each <= told.median for each in values) >= len(values)
    assert 10 * sum(each <= told.p90 for each in values) >= 9 * len(values)
    assert 10 * sum(each < told.p90 for each in values) < 9 * len(values)


def test_known_waits_are_told_as_they_are() -> None:
    assert spread(range(1, 11)) == Spread(10, 5, 9)
    assert percent(1, 3) == 33
    assert percent(2, 3) == 67
    assert percent(None, 3) is None
    assert percent(0, 0) is None
    tally = tally_of([Number(End.SERVED, wait, 600) for wait in (599, 600, 601)])
    assert tally.levels == {Level.WITHIN: 2, Level.BEYOND: 1}


# --- satisfaction ------------------------------------------------------------------------------


def test_a_mean_is_exact_where_all_is_shown_and_has_bounds_where_not() -> None:
    assert mean_between({1: 0, 2: 0, 3: 5, 4: 10, 5: 5}, 20) == (4.0, 4.0)
    assert mean_between({1: None, 2: None, 3: 0, 4: 0, 5: 15}, 20) == (4.0, 4.2)
    assert mean_between({1: None, 2: 0, 3: 0, 4: 0, 5: None}, None) == (None, None)
    assert mean_between(dict.fromkeys(range(1, 6), 0), 0) == (None, None)


@given(st.lists(st.integers(0, 9), min_size=5, max_size=5), st.sets(st.integers(1, 5)))
def test_the_true_mean_lies_between_the_bounds(counts: list[int], hidden: set[int]) -> None:
    felt = dict(enumerate(counts, 1))
    low, high = mean_between(
        {each: None if each in hidden else count for each, count in felt.items()}, sum(counts)
    )
    if sum(counts) == 0:
        assert (low, high) == (None, None)
        return
    assert low is not None
    assert high is not None
    mean = sum(each * count for each, count in felt.items()) / sum(counts)
    assert low - 0.05 <= mean <= high + 0.05


# --- periods and downtime ----------------------------------------------------------------------


@given(st.dates(date(2000, 1, 10), date(2999, 11, 30)), st.sampled_from(Unit))
def test_every_day_lies_in_one_period_of_each_kind(day: date, unit: Unit) -> None:
    found = period(unit, day)
    assert found.since <= day <= found.until
    assert all(period(unit, each) == found for each in found.days)
    assert period(unit, found.until + timedelta(days=1)).since == found.until + timedelta(days=1)
    assert len(found.days) in {Unit.DAY: {1}, Unit.WEEK: {7}, Unit.MONTH: {28, 29, 30, 31}}[unit]


def at(hour: float) -> datetime:
    return datetime(2026, 11, 24, tzinfo=UTC) + timedelta(hours=hour)


def test_downtime_is_that_of_opening_hours_and_of_what_is_known() -> None:
    opened = [(at(8), at(12)), (at(13), at(16))]
    changes = [(at(9), True), (at(11), False), (at(14), True)]
    told = downtime(opened, changes, at(24))
    # Down from 11 to 12 and from 13 to 14; before 9 nothing was known.
    assert (told.open_s, told.down_s, told.unknown_s) == (7 * 3600, 2 * 3600, 3600)
    assert told.known_s == 6 * 3600
    assert downtime(opened, changes, at(11.5)).down_s == 1800
    assert downtime(opened, [], at(24)).unknown_s == 7 * 3600
    assert downtime(opened, [(at(1), False)], at(24)).down_s == 7 * 3600


@given(
    st.lists(st.tuples(st.integers(0, 48), st.booleans()), max_size=8),
    st.integers(0, 48),
    st.integers(0, 48),
)
def test_downtime_of_a_time_is_that_of_its_two_parts(
    told: list[tuple[int, bool]], cut: int, now: int
) -> None:
    changes = sorted((at(hour), online) for hour, online in dict(told).items())
    whole = downtime([(at(0), at(48))], changes, at(now))
    halves = downtime([(at(0), at(cut)), (at(cut), at(48))], changes, at(now))
    assert whole == halves
    assert whole.open_s == now * 3600
    assert whole.down_s + whole.unknown_s <= whole.open_s


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)]
)
def test_a_point_that_is_always_open_is_open_for_as_long_as_its_day_lasts(
    day: date, hours: int
) -> None:
    opened = open_on(Calendar("Europe/Helsinki"), day)
    before = datetime(2026, 1, 1, tzinfo=UTC)
    told = downtime(opened, [(before, False)], datetime(2027, 1, 1, tzinfo=UTC))
    assert told.open_s == told.down_s == hours * 3600
