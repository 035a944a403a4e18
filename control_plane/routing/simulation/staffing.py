"""How many clerks and booths does a region need, so that visitors wait no longer than so?

Found by trying: the day's engine runs drawn days with what is planned, and whatever keeps most
visitors waiting gets one more. The answer is enough on those days; the load alone, and a search in
which booths are no limit, say below what nothing can be.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil
from uuid import UUID

from control_plane.routing.rules.facts import Profile
from control_plane.routing.simulation.day import Day, Duty, Record, Room, Visitor
from control_plane.routing.simulation.draws import MORNING, Demand, Habits, Service, visitors
from control_plane.routing.simulation.engine import run
from shared.languages import Language

# Lengths of matters, and what is spent from the call to the beginning: ours, no report gives any.
SERVICES = (Service(7, 0.4), Service(14, 0.4), Service(30, 0.2))
PREPARATION = timedelta(seconds=60)
MOST_STEPS = 2000
_ALL = Profile(frozenset(Language))
_TARGET = re.compile(r"^\s*(\d{1,3})\s*%\s*in\s*(\d{1,3})\s*min\s*$")


@dataclass(frozen=True, slots=True)
class Target:
    """This share of every agency's visitors is called within this time."""

    share: float
    within: timedelta

    @classmethod
    def of(cls, words: str) -> "Target":
        """From «80% in 15 min»."""
        found = _TARGET.match(words)
        if found is None or not 0 < int(found[1]) < 100:  # noqa: PLR2004 - percent
            raise ValueError("a target is like «80% in 15 min», with 1 to 99 percent")
        return cls(int(found[1]) / 100, timedelta(minutes=int(found[2])))


@dataclass(frozen=True, slots=True)
class Region:
    """Who comes in a day, by agency, and how they are spread over the points."""

    visits: Mapping[str, float]
    points: Mapping[str, float]  # share of the visits; they sum to 1
    services: tuple[Service, ...] = SERVICES
    habits: Habits = field(default_factory=Habits)


@dataclass(frozen=True, slots=True)
class Step:
    """What was tried, and whether it stayed."""

    what: str  # "clerk" or "booth"
    where: str  # the agency, or the point
    worst: float  # the worst agency's share in time before it
    kept: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What suffices on the days that were tried, and below what nothing can."""

    clerks: dict[str, int]
    booths: dict[str, int]
    in_time: dict[str, float]  # share by agency
    steps: tuple[Step, ...]
    least_by_load: dict[str, int]  # clerks who would work without a pause
    least_clerks: dict[str, int]  # that meet the target where booths are no limit
    met: bool  # False: the search gave up


def plan(region: Region, target: Target, *, days: int, seed: object) -> Plan:
    """The plan for a region; the same arguments give the same plan."""
    drawn = _drawn(region, days, seed)
    agencies = [agency for agency, many in region.visits.items() if many > 0]
    by_load = {agency: _by_load(region, agency) for agency in agencies}
    least = {agency: _alone(drawn, agency, by_load[agency], target) for agency in agencies}
    clerks, booths = dict(least), dict.fromkeys(region.points, 1)
    steps: list[Step] = []
    found = _tried(drawn, clerks, booths, target)
    while not found.met(target) and len(steps) < MOST_STEPS:
        point = max(booths, key=lambda each: (found.late[each], each))
        more = booths | {point: booths[point] + 1}
        better = _tried(drawn, clerks, more, target)
        worst = min(found.in_time.values())
        if sum(better.late.values()) < sum(found.late.values()):
            booths, found = more, better
            steps.append(Step("booth", point, worst, kept=True))
            continue
        steps.append(Step("booth", point, worst, kept=False))
        agency = min(found.in_time, key=lambda each: (found.in_time[each], each))
        clerks = clerks | {agency: clerks[agency] + 1}
        steps.append(Step("clerk", agency, worst, kept=True))
        found = _tried(drawn, clerks, booths, target)
    return Plan(clerks, booths, found.in_time, tuple(steps), by_load, least, found.met(target))


@dataclass(frozen=True, slots=True)
class _Tried:
    in_time: dict[str, float]
    late: Counter[str]  # by point

    def met(self, target: Target) -> bool:
        return all(share >= target.share for share in self.in_time.values())


def _drawn(region: Region, days: int, seed: object) -> list[tuple[Visitor, ...]]:
    demands = [
        Demand(
            agency,
            {point: many * share for point, share in region.points.items()},
            region.services,
        )
        for agency, many in region.visits.items()
    ]
    return [visitors(demands, region.habits, f"{seed}/{number}") for number in range(days)]


def _by_load(region: Region, agency: str) -> int:
    demand = Demand(agency, {"": region.visits[agency]}, region.services)
    held = timedelta(minutes=demand.minutes) + PREPARATION + region.habits.wrap_up
    return max(1, ceil(region.visits[agency] * held / region.habits.open_for))


def _alone(drawn: Sequence[tuple[Visitor, ...]], agency: str, clerks: int, target: Target) -> int:
    """The fewest clerks from the load's on that meet the target where booths are no limit."""
    own = [tuple(each for each in day if each.ticket.need.agency == agency) for day in drawn]
    rooms = Counter(each.ticket.point for day in own for each in day)
    while not _tried(own, {agency: clerks}, rooms, target).met(target):
        clerks += 1
    return clerks


def _tried(
    drawn: Sequence[tuple[Visitor, ...]],
    clerks: Mapping[str, int],
    booths: Mapping[str, int],
    target: Target,
) -> _Tried:
    came: Counter[str] = Counter()
    in_time: Counter[str] = Counter()
    late: Counter[str] = Counter(dict.fromkeys(booths, 0))
    for each in drawn:
        record = run(_day(each, clerks, booths))
        came.update(visitor.ticket.need.agency for visitor in each)
        _count(record, target, in_time, late)
    return _Tried({agency: in_time[agency] / many for agency, many in came.items()}, late)


def _count(record: Record, target: Target, in_time: Counter[str], late: Counter[str]) -> None:
    for visit in record.visits:
        if visit.wait <= target.within:
            in_time[visit.ticket.need.agency] += 1
        else:
            late[visit.ticket.point] += 1
    late.update(ticket.point for ticket in record.waiting)


def _day(drawn: tuple[Visitor, ...], clerks: Mapping[str, int], booths: Mapping[str, int]) -> Day:
    return Day(
        drawn,
        tuple(
            Duty(UUID(int=(place + 1) * 100_000 + number), agency, _ALL, MORNING)
            for place, (agency, many) in enumerate(clerks.items())
            for number in range(many)
        ),
        tuple(
            Room(point, str(code), MORNING)
            for point, many in booths.items()
            for code in range(1, many + 1)
        ),
        PREPARATION,
    )
