"""What do many numbers and visits come to? Sums that are the sums of their parts, and spreads.

number      one errand with its number; it counts for the agency and service of which it was taken,
            on its own day, which is the point's: a number lapses at midnight
visit       a visitor met a clerk; it counts for the clerk's agency, on the day of its number
end         where a number has come to, one for each: *served*: was with a clerk, and it is done or
            was sent on; *given up*: gave up, or let the day end; *mistaken*: given up so soon that
            it was taken by mistake; *no show*: called, and did not come any more; *sent away*: by
            the agency's own closing; *open*: still on its way
wait        from the first arrival to the first call, of whoever was called
way         from the first call to the booth; none of whoever sat there already
talk        from the visitor's coming in to the end of the visit
wrap-up     of the clerk, after it; a wrap-up that was forgotten is none
level       the share of waits within the agency's target: of those called, and of all who could
            have been (called, given up, sent away)
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from control_plane.reports.rules.cells import SMALLEST_CELL
from control_plane.reports.rules.promises import Verdict


class End(StrEnum):
    """Where a number has come to."""

    OPEN = "open"
    SERVED = "served"
    GIVEN_UP = "given_up"
    MISTAKEN = "mistaken"
    NO_SHOW = "no_show"
    SENT_AWAY = "sent_away"


class Way(StrEnum):
    """How a visit came about."""

    QUEUE = "queue"
    BOOKING = "booking"
    LINK = "link"  # the clerk's picture stood in the booth already
    STRAIGHT_IN = "straight_in"  # nobody waited, and the visitor went in with the number


class Course(StrEnum):
    """Where a visit has come to."""

    CONCLUDED = "concluded"
    MOVED_ON = "moved_on"  # to another queue, agency or clerk, or back to this one in a while
    BROKEN_OFF = "broken_off"  # for technical reasons; the number was first in line again
    GOES_ON = "goes_on"


class Result(StrEnum):
    """What became of the matter of a visit that was concluded."""

    DONE = "done"
    POSTED = "posted"  # the papers go by post
    NOT_ABLE = "not_able"
    NOT_SAID = "not_said"  # the visitor ended it, and the clerk said nothing


class Level(StrEnum):
    """Was a wait as the agency promises itself?"""

    WITHIN = "within_target"
    BEYOND = "beyond_target"


@dataclass(frozen=True, slots=True)
class Number:
    """One errand with its number, as a report counts it."""

    end: End
    waited_s: int | None  # None: not called yet, or never
    target_s: int  # of its agency
    missed: bool = False  # was called and did not come, whatever became of it
    returned: bool = False  # and came back to its place
    verdict: Verdict = Verdict.UNKNOWN  # of what was promised, at the first call
    off_by_min: int = 0


@dataclass(frozen=True, slots=True)
class Meeting:
    """One visit that began, as a report counts it."""

    way: Way
    course: Course
    result: Result | None  # of one that was concluded
    way_s: int | None
    talk_s: int | None  # None: goes on
    wrap_up_s: int | None
    sent_on: bool = False  # to another queue, agency or clerk


@dataclass(slots=True)
class Tally:
    """What was counted; two tallies of different visits add up to that of both."""

    ends: Counter[End] = field(default_factory=Counter)
    ways: Counter[Way] = field(default_factory=Counter)
    courses: Counter[Course] = field(default_factory=Counter)
    results: Counter[Result] = field(default_factory=Counter)
    levels: Counter[Level] = field(default_factory=Counter)
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    missed: int = 0
    returned: int = 0
    sent_on: int = 0
    not_prepared: int = 0  # calls that were withheld, since the booth was not ready
    waits: list[int] = field(default_factory=list)
    way_times: list[int] = field(default_factory=list)
    talks: list[int] = field(default_factory=list)
    wrap_ups: list[int] = field(default_factory=list)
    offs: list[int] = field(default_factory=list)

    def number(self, each: Number) -> None:
        """Count one number."""
        self.ends[each.end] += 1
        self.missed += each.missed
        self.returned += each.returned
        if each.waited_s is None:
            return
        self.waits.append(each.waited_s)
        self.levels[Level.WITHIN if each.waited_s <= each.target_s else Level.BEYOND] += 1
        if each.verdict is not Verdict.UNKNOWN:
            self.verdicts[each.verdict] += 1
            self.offs.append(each.off_by_min)

    def meeting(self, each: Meeting) -> None:
        """Count one visit."""
        self.ways[each.way] += 1
        self.courses[each.course] += 1
        if each.result is not None:
            self.results[each.result] += 1
        self.sent_on += each.sent_on
        for times, value in (
            (self.way_times, each.way_s),
            (self.talks, each.talk_s),
            (self.wrap_ups, each.wrap_up_s),
        ):
            if value is not None:
                times.append(value)

    def withheld(self) -> None:
        """Count a call that was withheld."""
        self.not_prepared += 1

    def add(self, other: "Tally") -> None:
        """Count all that another tally has counted."""
        self.missed += other.missed
        self.returned += other.returned
        self.sent_on += other.sent_on
        self.not_prepared += other.not_prepared
        for mine, others in zip(self.counters, other.counters, strict=True):
            for what, many in others.items():
                mine[what] += many
        for times, more in zip(self.times, other.times, strict=True):
            times.extend(more)

    @property
    def counters(self) -> tuple[Counter[Any], ...]:
        """Everything that is counted by kind."""
        return (self.ends, self.ways, self.courses, self.results, self.levels, self.verdicts)

    @property
    def times(self) -> tuple[list[int], ...]:
        """Everything that has a spread."""
        return (self.waits, self.way_times, self.talks, self.wrap_ups, self.offs)


def together(tallies: Iterable[Tally]) -> Tally:
    """What all of them have counted."""
    whole = Tally()
    for each in tallies:
        whole.add(each)
    return whole


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took; None of fewer than five."""

    count: int
    median: int | None
    p90: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Volumes and times of one row of a report."""

    numbers: int
    ends: dict[End, int]
    missed: int
    returned: int
    visits: int
    ways: dict[Way, int]
    courses: dict[Course, int]
    sent_on: int
    not_prepared: int
    wait_s: Spread
    way_s: Spread
    talk_s: Spread
    wrap_up_s: Spread
    off_by_min: Spread


def figures(tally: Tally) -> Figures:
    """What a tally comes to; what may not be told of few stands apart (see `protection`)."""
    return Figures(
        numbers=tally.ends.total(),
        ends={end: tally.ends[end] for end in End},
        missed=tally.missed,
        returned=tally.returned,
        visits=tally.ways.total(),
        ways={way: tally.ways[way] for way in Way},
        courses={course: tally.courses[course] for course in Course},
        sent_on=tally.sent_on,
        not_prepared=tally.not_prepared,
        wait_s=spread(tally.waits),
        way_s=spread(tally.way_times),
        talk_s=spread(tally.talks),
        wrap_up_s=spread(tally.wrap_ups),
        off_by_min=spread(tally.offs),
    )


def spread(values: Iterable[int]) -> Spread:
    """The lower median, and the value that nine of ten do not exceed (nearest rank)."""
    found = sorted(values)
    many = len(found)
    if many < SMALLEST_CELL:
        return Spread(many, None, None)
    return Spread(many, found[(many - 1) // 2], found[-(-9 * many // 10) - 1])


def percent(part: int | None, whole: int | None) -> int | None:
    """A whole share; None where either is hidden, or there is nothing that it could be of."""
    if part is None or not whole:
        return None
    return (200 * part + whole) // (2 * whole)
