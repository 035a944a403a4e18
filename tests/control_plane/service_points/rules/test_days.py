"""Is every local day of one kind, and is a queue open exactly at its hours, whatever the clock?"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from control_plane.service_points.rules.days import (
    LOOKS_AHEAD,
    Calendar,
    DayChoices,
    DayKind,
    HourChoices,
    Hours,
    Opening,
    OtherDay,
    OtherHours,
    WeeklyOpening,
    at,
    local_day,
    open_on,
    queue_now,
    turns,
)

HELSINKI = "Europe/Helsinki"
ZONE = ZoneInfo(HELSINKI)
DAY = timedelta(days=1)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # when the clock is changed
TUESDAY = date(2026, 11, 24)

# Days around both switches, and around a year's end.
days = st.sampled_from([SPRING, AUTUMN, date(2026, 12, 31), TUESDAY]).flatmap(
    lambda day: st.integers(-3, 3).map(lambda more: day + more * DAY)
)
walls = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
kinds = st.sampled_from(DayKind)


@st.composite
def openings(draw: st.DrawFn) -> list[Opening]:
    """None, one, or two that do not overlap."""
    edges = sorted(draw(st.sets(walls, max_size=5)))
    return [Opening(opens=one, closes=two) for one, two in zip(edges[::2], edges[1::2])]  # noqa: B905


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    weekdays = st.dictionaries(st.integers(0, 6), openings(), max_size=7)
    weekly = [
        WeeklyOpening(weekday=weekday, **dict(each))
        for weekday, listed in draw(weekdays).items()
        for each in listed
    ]
    point = [
        Hours(weekday, each.opens, each.closes)
        for weekday, listed in draw(weekdays).items()
        for each in listed
    ]
    return Calendar(
        timezone=HELSINKI,
        point=tuple(draw(st.sampled_from([[], point]))),
        hours=HourChoices(
            week=tuple(weekly),
            other_days=tuple(
                OtherHours(day=day, openings=tuple(draw(openings())))
                for day in draw(st.sets(days, max_size=2))
            ),
        ),
        days=DayChoices(
            week=tuple(draw(st.lists(kinds, min_size=7, max_size=7))),
            other_days=tuple(
                OtherDay(day=day, kind=draw(kinds)) for day in draw(st.sets(days, max_size=3))
            ),
        ),
    )


moments = st.tuples(days, st.integers(0, 26 * 60 * 60)).map(
    lambda pair: (
        datetime(pair[0].year, pair[0].month, pair[0].day, tzinfo=UTC)
        - timedelta(hours=3)
        + timedelta(seconds=pair[1])
    )
)


def minutes_of(day: date) -> list[datetime]:
    """Every quarter of an hour of a local day, as it is lived."""
    moment, end = at(day, time(), HELSINKI), at(day + DAY, time(), HELSINKI)
    found = []
    while moment < end:
        found.append(moment)
        moment += timedelta(minutes=15)
    return found


def is_open_by_the_wall(calendar: Calendar, now: datetime) -> bool:
    """By the clock on the wall alone, for days on which it is not changed."""
    local = now.astimezone(ZONE)
    day, wall = local.date(), local.time()
    if calendar.days.kind(day) is not DayKind.QUEUE:
        return False
    chosen = calendar.hours.openings(day)
    here = [each for each in calendar.point if each.weekday == day.weekday()]
    agency = chosen is None or any(each.opens <= wall < each.closes for each in chosen)
    return agency and (not calendar.point or any(each.opens <= wall < each.closes for each in here))


@given(calendars(), days)
def test_every_instant_of_a_local_day_is_of_its_one_kind(calendar: Calendar, day: date) -> None:
    kind = calendar.days.kind(day)
    assert {queue_now(calendar, now).kind for now in minutes_of(day)} == {kind}
    if kind is not DayKind.QUEUE:
        assert open_on(calendar, day) == ()
        assert not any(queue_now(calendar, now).is_open for now in minutes_of(day))


@given(calendars(), days)
def test_a_day_has_its_hours_in_order_within_the_day(calendar: Calendar, day: date) -> None:
    edges = [edge for span in open_on(calendar, day) for edge in span]
    assert edges == sorted(set(edges))
    begins, ends = at(day, time(), HELSINKI), at(day + DAY, time(), HELSINKI)
    assert all(begins <= edge <= ends for edge in edges)


@given(calendars(), days)
def test_it_is_open_when_the_wall_says_so(calendar: Calendar, day: date) -> None:
    if day in {SPRING, AUTUMN}:
        return
    for now in minutes_of(day):
        assert queue_now(calendar, now).is_open == is_open_by_the_wall(calendar, now)


@given(calendars(), moments)
def test_what_is_told_holds_until_it_says_and_the_next_opening_is_one(
    calendar: Calendar, now: datetime
) -> None:
    told = queue_now(calendar, now)
    until = told.until or now + 2 * DAY
    assert until > now
    for step in range(1, 5):
        between = queue_now(calendar, now + (until - now) * step / 5)
        assert (between.kind, between.is_open, between.opens_at) == (
            told.kind,
            told.is_open,
            told.opens_at,
        )
    if told.opens_at is not None:
        assert not told.is_open
        assert told.opens_at > now
        assert queue_now(calendar, told.opens_at).is_open
        assert not queue_now(calendar, told.opens_at - timedelta(microseconds=1)).is_open
    elif not told.is_open:
        today = local_day(now, HELSINKI)
        later = (open_on(calendar, today + more * DAY) for more in range(LOOKS_AHEAD))
        assert not [span for spans in later for span in spans if span[0] > now]


@given(calendars(), moments)
def test_who_waits_is_stopped_before_an_opening_and_in_breaks_and_never_after_the_last_hour(
    calendar: Calendar, now: datetime
) -> None:
    shut, moments_ = turns(calendar, now)
    spans = open_on(calendar, local_day(now, HELSINKI))
    assert shut == (not queue_now(calendar, now).is_open and any(opens > now for opens, _ in spans))
    assert list(moments_) == sorted(moments_)
    for moment in moments_:
        assert moment > now
        shut = not shut
        assert turns(calendar, moment)[0] == shut
    assert not shut


def test_without_hours_a_queue_is_always_open() -> None:
    told = queue_now(Calendar(HELSINKI), datetime(2026, 11, 22, 3, tzinfo=UTC))
    assert (told.is_open, told.closes_at, told.until) == (True, None, None)


@pytest.mark.parametrize(
    ("hour", "minute", "opened"), [(5, 59, False), (6, 0, True), (14, 14, True), (14, 15, False)]
)
def test_hours_are_those_of_the_wall(hour: int, minute: int, opened: bool) -> None:  # noqa: FBT001
    # Finland is two hours ahead in winter.
    calendar = Calendar(HELSINKI, point=(Hours(1, time(8), time(16, 15)),))
    now = datetime(2026, 11, 24, hour, minute, tzinfo=UTC)
    assert queue_now(calendar, now).is_open is opened


def test_a_queue_is_open_while_point_and_agency_both_are() -> None:
    week = (WeeklyOpening(weekday=1, opens=time(9), closes=time(15)),)
    calendar = Calendar(
        HELSINKI,
        point=(Hours(1, time(10), time(12)), Hours(1, time(13), time(17))),
        hours=HourChoices(week=week),
    )
    assert [
        tuple(f"{edge.astimezone(ZONE):%H:%M}" for edge in span)
        for span in open_on(calendar, TUESDAY)
    ] == [("10:00", "12:00"), ("13:00", "15:00")]
    told = queue_now(calendar, at(TUESDAY, time(12, 30), HELSINKI))
    assert told.opens_at == at(TUESDAY, time(13), HELSINKI)
    assert told.closes_at == at(TUESDAY, time(15), HELSINKI)


def test_ten_oclock_stays_ten_oclock_when_the_clock_is_changed() -> None:
    week = tuple(WeeklyOpening(weekday=day, opens=time(10), closes=time(11)) for day in range(7))
    calendar = Calendar(HELSINKI, hours=HourChoices(week=week))
    assert [
        open_on(calendar, day)[0][0].hour for day in (SPRING - DAY, SPRING, AUTUMN - DAY, AUTUMN)
    ] == [8, 7, 7, 8]


def test_a_time_that_the_clock_skips_is_the_skip_and_a_doubled_one_is_the_first() -> None:
    skip = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert at(SPRING, time(3), HELSINKI) == skip
    assert at(SPRING, time(3, 40), HELSINKI) == skip
    assert at(SPRING, time(4), HELSINKI) == skip
    assert at(AUTUMN, time(3, 30), HELSINKI) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    skipped = WeeklyOpening(weekday=6, opens=time(3, 15), closes=time(3, 45))
    assert open_on(Calendar(HELSINKI, hours=HourChoices(week=(skipped,))), SPRING) == ()


def test_the_next_queue_day_is_found_over_days_of_other_kinds() -> None:
    week = (DayKind.QUEUE, *[DayKind.BOOKING] * 3, *[DayKind.CLOSED] * 3)
    holiday = OtherDay(day=date(2026, 11, 30), kind=DayKind.CLOSED)
    calendar = Calendar(HELSINKI, days=DayChoices(week=week, other_days=(holiday,)))
    told = queue_now(calendar, at(TUESDAY, time(12), HELSINKI))
    assert (told.kind, told.is_open) == (DayKind.BOOKING, False)
    assert told.opens_at == at(date(2026, 12, 7), time(), HELSINKI)
    never = Calendar(HELSINKI, days=DayChoices(week=(DayKind.BOOKING,) * 7))
    assert queue_now(never, at(TUESDAY, time(12), HELSINKI)).opens_at is None


@pytest.mark.parametrize(
    "choices",
    [
        {"week": [{"weekday": 1, "opens": "10:00", "closes": "10:00"}]},
        {"week": [{"weekday": 1, "opens": "10:00:30", "closes": "11:00"}]},
        {"week": [{"weekday": 1, "opens": "10:00Z", "closes": "11:00Z"}]},
        {"week": [{"weekday": 7, "opens": "10:00", "closes": "11:00"}]},
        {
            "week": [
                {"weekday": 1, "opens": "10:00", "closes": "12:00"},
                {"weekday": 1, "opens": "11:00", "closes": "13:00"},
            ]
        },
        {"other_days": [{"day": "2026-12-06"}, {"day": "2026-12-06"}]},
        {"unheard": 1},
    ],
)
def test_hours_that_cannot_be_are_refused(choices: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        HourChoices.model_validate(choices)


@pytest.mark.parametrize(
    "choices",
    [
        {"week": ["queue"] * 6},
        {"week": ["mixed", *["queue"] * 6]},
        {
            "other_days": [
                {"day": "2026-12-06", "kind": "closed"},
                {"day": "2026-12-06", "kind": "queue"},
            ]
        },
    ],
)
def test_no_day_is_of_no_kind_or_of_two(choices: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        DayChoices.model_validate(choices)
