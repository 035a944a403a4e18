"""What were the waits, and whose? Means, longest, shares in time, by any group."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from control_plane.routing.simulation.day import Visit

Group = TypeVar("Group", bound=Hashable)

GOAL = timedelta(minutes=15)  # of the service level, unless another is asked for


@dataclass(frozen=True, slots=True)
class Waits:
    """Waits from first arrival to call, in seconds; of nobody, all are 0 and all were in time."""

    count: int
    mean_s: float
    median_s: float
    p95_s: float
    longest_s: float
    in_time: float  # share called within the goal, 0 to 1


def waits(visits: Iterable[Visit], goal: timedelta = GOAL) -> Waits:
    """The waits of these visits."""
    seconds = sorted(visit.wait.total_seconds() for visit in visits)
    if not seconds:
        return Waits(0, 0.0, 0.0, 0.0, 0.0, 1.0)
    many = len(seconds)
    return Waits(
        many,
        sum(seconds) / many,
        rank(seconds, 50),
        rank(seconds, 95),
        seconds[-1],
        sum(each <= goal.total_seconds() for each in seconds) / many,
    )


def waits_by(
    visits: Iterable[Visit], key: Callable[[Visit], Group], goal: timedelta = GOAL
) -> dict[Group, Waits]:
    """The waits of each group, in the order in which the groups were first called."""
    groups: dict[Group, list[Visit]] = defaultdict(list)
    for visit in visits:
        groups[key(visit)].append(visit)
    return {group: waits(members, goal) for group, members in groups.items()}


def by_agency(visit: Visit) -> str:
    """A key for `waits_by`."""
    return visit.ticket.need.agency


def by_point(visit: Visit) -> str:
    """A key for `waits_by`."""
    return visit.ticket.point


def by_language(visit: Visit) -> str:
    """A key for `waits_by`."""
    return visit.ticket.need.language.value


def by_minutes(visit: Visit) -> int:
    """A key for `waits_by`: how long the matter was expected to last."""
    return visit.ticket.need.minutes


def rank(ordered: Sequence[float], percent: int) -> float:
    """The sample below which so many percent of them lie, by the nearest rank."""
    return ordered[max(1, -(-len(ordered) * percent // 100)) - 1]
