"""What did the nation's days come to, under each practice and for whom?"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from control_plane.routing.simulation.day import Day, Record, Visit
from control_plane.routing.simulation.measures import (
    by_agency,
    by_language,
    by_minutes,
    by_point,
    waits,
    waits_by,
)
from control_plane.routing.simulation.replay import overtaken, point_sizes
from provisioning.nation.country import (
    BUSY,
    OPEN_FOR,
    QUIET,
    YEAR,
    Country,
    Life,
    agencies,
    country,
    day,
)
from provisioning.nation.practices import Practice, tried

PLAIN = tuple(Practice)
FULL = (Practice.GREEDY, Practice.OURS)  # languages leave no fixed rounds


def results(seed: int, days: int, points: int) -> dict[str, Any]:
    """Everything that the report tells, as plain data; deterministic by its arguments."""
    return {
        "seed": seed,
        "days": days,
        "points": points,
        "volumes": {"year": YEAR, "queue_visits": {a.name: a.queue_visits for a in agencies()}},
        "scenarios": [
            _scenario(country(load, seed, life, points), days, practices)
            for life, practices in ((Life.PLAIN, PLAIN), (Life.FULL, FULL))
            for load in (QUIET, BUSY)
        ],
    }


def _scenario(nation: Country, days: int, practices: tuple[Practice, ...]) -> dict[str, Any]:
    drawn = [day(nation, number) for number in range(1, days + 1)]
    return {
        "load": nation.load.name,
        "life": nation.life.value,
        "of_volumes": nation.load.of_volumes,
        "visitors": sum(len(each.visitors) for each in drawn),
        "clerks": dict(nation.clerks),
        "booths": sum(nation.booths.values()),
        "practices": {
            practice.value: measured(drawn, [tried(each, practice) for each in drawn])
            for practice in practices
        },
    }


def measured(
    drawn: Sequence[Day], records: Sequence[Record], open_for: timedelta = OPEN_FOR
) -> dict[str, Any]:
    """The waits of these days for everybody and by group, and how busy clerks and booths were."""
    visits = [visit for record in records for visit in record.visits]
    sized = [
        (point_sizes(each)[by_point(visit)], visit)
        for each, record in zip(drawn, records, strict=True)
        for visit in record.visits
    ]
    return {
        "all": asdict(waits(visits)),
        "agency": _groups(visits, by_agency),
        "size": {
            size: asdict(waits(visit for group, visit in sized if group == size))
            for size in ("small", "middle", "large")
        },
        "language": _groups(visits, by_language),
        "minutes": dict(sorted(_groups(visits, by_minutes).items(), key=lambda item: int(item[0]))),
        "overtaken": sum(len(overtaken(record.visits)) for record in records),
        "waiting": sum(len(record.waiting) for record in records),
        "clerk_use": _use(
            [each.clerk_use() for each in records],
            sum(len(each.clerks) for each in drawn) * open_for,
        ),
        "booth_use": _use(
            [each.booth_use() for each in records],
            sum(len(each.rooms) for each in drawn) * open_for,
        ),
    }


def _groups(visits: list[Visit], key: Callable[[Visit], Hashable]) -> dict[str, Any]:
    return {str(group): asdict(found) for group, found in waits_by(visits, key).items()}


def _use(days: Sequence[Mapping[Any, timedelta]], open_for: timedelta) -> float:
    """Share of the opening hours in visits; work after closing counts too."""
    used = sum((span for spans in days for span in spans.values()), timedelta())
    return used / open_for
