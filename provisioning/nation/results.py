"""What did the nation's days come to, under each practice and for whom?"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from control_plane.routing.simulation.day import Day, Visit
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
        "practices": {practice.value: _practice(drawn, practice) for practice in practices},
    }


def _practice(drawn: list[Day], practice: Practice) -> dict[str, Any]:
    records = [tried(each, practice) for each in drawn]
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
        "clerk_use": _use([r.clerk_use() for r in records], [len(d.clerks) for d in drawn]),
        "booth_use": _use([r.booth_use() for r in records], [len(each.rooms) for each in drawn]),
    }


def _groups(visits: list[Visit], key: Callable[[Visit], Hashable]) -> dict[str, Any]:
    return {str(group): asdict(found) for group, found in waits_by(visits, key).items()}


def _use(days: Sequence[Mapping[Any, timedelta]], many: list[int]) -> float:
    """Share of the opening hours in visits; work after closing counts too."""
    used = sum((span for spans in days for span in spans.values()), timedelta())
    return used / OPEN_FOR / sum(many)
