"""When is an agency's queue at a point open, why is it not, and when does that change?

Three things decide, all by the wall clock of the point: the point's own hours, the agency's hours,
and what kind of day it is for the agency there. A time that the clock skips in spring is the moment
of the skip; one that comes twice in autumn is taken the first time.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

MIDNIGHT = time()
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
# Further ahead nobody plans a visit by what a screen says.
LOOKS_AHEAD = 62

Span = tuple[datetime, datetime]  # opens, closes


class DayKind(StrEnum):
    """What a day is for an agency at a point: one of these, and never two."""

    QUEUE = "queue"
    BOOKING = "booking"
    CLOSED = "closed"


# --- what is chosen ----------------------------------------------------------------------------


class _Choice(BaseModel):
    """Nothing that is not known: a misspelt choice must not pass for a chosen one."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OtherDay(_Choice):
    """A date that is not as its weekday."""

    day: date
    kind: DayKind


class DayChoices(_Choice):
    """The days of an agency at one point: by weekday, Monday first, and dates that differ."""

    week: Annotated[tuple[DayKind, ...], Field(min_length=7, max_length=7)] = (DayKind.QUEUE,) * 7
    other_days: Annotated[tuple[OtherDay, ...], Field(max_length=200)] = ()

    @model_validator(mode="after")
    def _each_day_once(self) -> Self:
        _once(each.day for each in self.other_days)
        return self

    def kind(self, day: date) -> DayKind:
        """What this day is."""
        other = (each.kind for each in self.other_days if each.day == day)
        return next(other, self.week[day.weekday()])


class Opening(_Choice):
    """From and until when, whole minutes by the point's wall clock."""

    opens: time
    closes: time

    @model_validator(mode="after")
    def _is_a_time(self) -> Self:
        for each in (self.opens, self.closes):
            if each.tzinfo is not None or each.second or each.microsecond:
                raise ValueError("hours are whole minutes of the wall clock")
        if self.opens >= self.closes:
            raise ValueError("what opens closes later on the same day")
        return self


class WeeklyOpening(Opening):
    """The same on every such weekday; Monday is 0."""

    weekday: Annotated[int, Field(ge=0, le=6)]


class OtherHours(_Choice):
    """The hours of a date that is not as its weekday; none: closed."""

    day: date
    openings: Annotated[tuple[Opening, ...], Field(max_length=4)] = ()

    @model_validator(mode="after")
    def _one_after_the_other(self) -> Self:
        _apart(self.openings)
        return self


class HourChoices(_Choice):
    """The hours of an agency's queue at all of its points; no week: whenever the point is open."""

    week: Annotated[tuple[WeeklyOpening, ...], Field(max_length=28)] = ()
    other_days: Annotated[tuple[OtherHours, ...], Field(max_length=200)] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for weekday in range(7):
            _apart([each for each in self.week if each.weekday == weekday])
        _once(each.day for each in self.other_days)
        return self

    def openings(self, day: date) -> tuple[Opening, ...] | None:
        """Of this day; None: all day."""
        for other in self.other_days:
            if other.day == day:
                return other.openings
        if not self.week:
            return None
        return tuple(each for each in self.week if each.weekday == day.weekday())


def _apart(openings: Iterable[Opening]) -> None:
    ordered = sorted(openings, key=lambda each: each.opens)
    for one, then in pairwise(ordered):
        if one.closes > then.opens:
            raise ValueError("two openings of a day overlap")


def _once(days: Iterable[date]) -> None:
    listed = list(days)
    if len(set(listed)) < len(listed):
        raise ValueError("a date stands here twice")


ALL_QUEUE = DayChoices()
ALL_HOURS = HourChoices()


# --- what follows ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hours:
    """One opening of a weekday (Monday is 0) by the point's own wall clock."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True, eq=False)  # one is made seldom, and asked for days often
class Calendar:
    """All that says when an agency's queue at a point is open."""

    timezone: str
    point: tuple[Hours, ...] = ()  # none: always
    hours: HourChoices = ALL_HOURS
    days: DayChoices = ALL_QUEUE

    @property
    def limits(self) -> bool:
        """Is there a time at all at which the queue is not open?"""
        return bool(self.point) or self.hours != ALL_HOURS or self.days != ALL_QUEUE


@dataclass(frozen=True, slots=True)
class QueueNow:
    """How an agency's queue at a point stands, as the clock goes."""

    kind: DayKind
    is_open: bool
    opens_at: datetime | None  # next, while it is not open; None: not in the near future
    closes_at: datetime | None  # for today, at last; None: not today, or never
    until: datetime | None  # for so long all of this holds; None: for good


def at(day: date, wall: time, timezone: str) -> datetime:
    """The first instant of a day at which the wall clock shows this time or a later one."""
    zone = ZoneInfo(timezone)
    moment = datetime.combine(day, wall, zone).astimezone(UTC)
    shown = moment.astimezone(zone)
    if shown.time() == wall:
        return moment
    # The clock skips this time: back to the skip, minute by minute.
    while (moment - _MINUTE).astimezone(zone).utcoffset() == shown.utcoffset():
        moment -= _MINUTE
    return moment


def local_day(now: datetime, timezone: str) -> date:
    """The date on the wall of the point."""
    return now.astimezone(ZoneInfo(timezone)).date()


@lru_cache(maxsize=4096)
def open_on(calendar: Calendar, day: date) -> tuple[Span, ...]:
    """When numbers are given on a day, in order, each apart from the next."""
    if calendar.days.kind(day) is not DayKind.QUEUE:
        return ()
    here = [each for each in calendar.point if each.weekday == day.weekday()]
    point = _spans(calendar, day, here if calendar.point else None)
    agency = _spans(calendar, day, calendar.hours.openings(day))
    both = [(max(one[0], other[0]), min(one[1], other[1])) for one in point for other in agency]
    return tuple(sorted(each for each in both if each[0] < each[1]))


def queue_now(calendar: Calendar, now: datetime) -> QueueNow:
    """How the queue stands."""
    today = local_day(now, calendar.timezone)
    kind = calendar.days.kind(today)
    spans = open_on(calendar, today)
    is_open = any(opens <= now < closes for opens, closes in spans)
    midnight = at(today + _DAY, MIDNIGHT, calendar.timezone)
    ends = max((closes for _, closes in spans), default=None)
    opens_at = None if is_open else _opens_after(calendar, today, now)
    edges = [edge for span in spans for edge in span if edge > now]
    if calendar.limits:
        edges.append(midnight)
    return QueueNow(
        kind=kind,
        is_open=is_open,
        opens_at=opens_at,
        closes_at=None if ends == midnight else ends,
        until=min(edges) if calendar.limits else None,
    )


def turns(calendar: Calendar, now: datetime) -> tuple[bool, tuple[datetime, ...]]:
    """Whether who waits must wait for the queue to open today, and when that turns, in order.

    Who waits when the day's last hour is over has waited since before: that stops nobody.
    """
    spans = open_on(calendar, local_day(now, calendar.timezone))
    edges = [edge for span in spans for edge in span][:-1]
    past = bisect_right(edges, now)
    return bool(edges) and past % 2 == 0 and past < len(edges), tuple(edges[past:])


def _spans(calendar: Calendar, day: date, openings: Iterable[Hours | Opening] | None) -> list[Span]:
    """As instants, what overlaps taken together; None: all day."""
    zone = calendar.timezone
    if openings is None:
        return [(at(day, MIDNIGHT, zone), at(day + _DAY, MIDNIGHT, zone))]
    spans = sorted((at(day, each.opens, zone), at(day, each.closes, zone)) for each in openings)
    merged: list[Span] = []
    for opens, closes in spans:
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        elif opens < closes:
            merged.append((opens, closes))
    return merged


def _opens_after(calendar: Calendar, today: date, now: datetime) -> datetime | None:
    for days in range(LOOKS_AHEAD):
        for opens, _ in open_on(calendar, today + days * _DAY):
            if opens > now:
                return opens
    return None
