"""Which points, booths, clerks and visitors has the simulated nation? All of it by a seed.

The volumes are the report's (figures.toml). Sizes, lengths, use and languages are ours: the report
gives no length of any visit.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import ceil
from pathlib import Path
from uuid import UUID

from control_plane.routing.rules.facts import Profile
from control_plane.routing.simulation.day import Absence, Away, Day, Duty, Room
from control_plane.routing.simulation.draws import (
    MORNING,
    Demand,
    Habits,
    sizes,
    stream,
    visitors,
)
from control_plane.routing.simulation.staffing import PREPARATION, SERVICES
from shared.languages import Language

YEAR, DAYS = "2030", 250  # of the volumes; days of service in a year
POINTS, BOOTH_USE = 300, 0.7
OPEN_FOR = timedelta(hours=8)
ALL = frozenset(Language)


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency and its visitors who take a number, in a year."""

    code: str
    name: str
    queue_visits: int
    today: str  # its code in the seed of a demo or a new installation


@dataclass(frozen=True, slots=True)
class Load:
    """How much of the volumes comes, and how busy clerks and booths are planned to be."""

    name: str
    of_volumes: float
    clerk_use: float
    booth_use: float = BOOTH_USE


QUIET, BUSY = Load("quiet", 0.10, 0.75), Load("busy", 0.50, 0.80)


class Life(StrEnum):
    """How much of life a day has."""

    PLAIN = "plain"  # every clerk serves every language, all day
    FULL = "full"  # languages, breaks, contact-centre calls, wrap-up, the booth's wipe


# Our guesses for a full day.
LANGUAGES = {Language.FINNISH: 0.86, Language.SWEDISH: 0.06, Language.ENGLISH: 0.08}
SPEAKS_SWEDISH, SPEAKS_ENGLISH = 0.3, 0.7
WRAP_UP, WIPE = timedelta(seconds=60), timedelta(seconds=45)
COFFEE, LUNCH = timedelta(minutes=15), timedelta(minutes=30)
CALL, CALLS_PER_HOUR = timedelta(minutes=5), 0.5


def agencies(year: str = YEAR) -> tuple[Agency, ...]:
    """The twelve of the report, with the queue visits of a year."""
    table = tomllib.loads((Path(__file__).parent / "figures.toml").read_text(encoding="utf-8"))
    return tuple(
        Agency(each["code"], each["name"], each["queue_visits"][year], each["today"])
        for each in table["agencies"]
    )


@dataclass(frozen=True, slots=True)
class Country:
    """A nation by its seed: the same points on all of its days."""

    load: Load
    life: Life
    seed: int
    sizes: Mapping[str, float]  # share of all visits by point; they sum to 1
    demands: tuple[Demand, ...]
    booths: Mapping[str, int]  # by point
    clerks: Mapping[str, int]  # by agency


def country(load: Load, seed: int, life: Life = Life.PLAIN, points: int = POINTS) -> Country:
    """Booths and clerks for the load's use of them, and at least one."""
    shares = sizes(seed, points)
    demands = tuple(
        Demand(
            agency.code,
            {
                point: agency.queue_visits * load.of_volumes / DAYS * points / POINTS * share
                for point, share in shares.items()
            },
            SERVICES,
        )
        for agency in agencies()
    )
    held = timedelta(minutes=demands[0].minutes) + PREPARATION
    wrap_up, wipe = (WRAP_UP, WIPE) if life is Life.FULL else (timedelta(), timedelta())
    absent = 2 * COFFEE + LUNCH + CALL * CALLS_PER_HOUR * 8 if life is Life.FULL else timedelta()
    visits = sum(demand.total for demand in demands)
    return Country(
        load,
        life,
        seed,
        shares,
        demands,
        {
            point: max(1, ceil(visits * share * (held + wipe) / OPEN_FOR / load.booth_use))
            for point, share in shares.items()
        },
        {
            demand.agency: max(
                1, ceil(demand.total * (held + wrap_up) / (OPEN_FOR - absent) / load.clerk_use)
            )
            for demand in demands
        },
    )


def day(nation: Country, number: int) -> Day:
    """One day of the nation; days differ by number, all by the seed."""
    full = nation.life is Life.FULL
    seed = f"{nation.seed}/{nation.load.name}/{number}"
    habits = Habits(OPEN_FOR, WRAP_UP, LANGUAGES) if full else Habits(OPEN_FOR)
    return Day(
        visitors(nation.demands, habits, seed),
        tuple(
            _duty(nation, agency, first, number)
            for agency, many in nation.clerks.items()
            for first in range(many)
        ),
        tuple(
            Room(point, str(code), MORNING)
            for point, many in nation.booths.items()
            for code in range(1, many + 1)
        ),
        PREPARATION,
        WIPE if full else timedelta(),
    )


def _duty(nation: Country, agency: str, index: int, number: int) -> Duty:
    where = list(nation.clerks).index(agency)
    who = UUID(int=(where + 1) * 100_000 + index)
    if nation.life is Life.PLAIN:
        return Duty(who, agency, Profile(ALL), MORNING)
    random = stream(nation.seed, "speaks", agency, index)
    spoken = {Language.FINNISH}
    if index == 0 or random.random() < SPEAKS_SWEDISH:  # a right: never without anybody
        spoken.add(Language.SWEDISH)
    if random.random() < SPEAKS_ENGLISH:
        spoken.add(Language.ENGLISH)
    return Duty(
        who,
        agency,
        Profile(frozenset(spoken)),
        MORNING,
        absences=_absences(nation, agency, index, number),
    )


def _absences(nation: Country, agency: str, index: int, number: int) -> tuple[Absence, ...]:
    """Coffee, lunch, coffee, staggered over the agency's clerks; calls as they come."""
    random = stream(nation.seed, "calls", number, agency, index)
    shift = timedelta(minutes=15 * (index % 8))
    pauses = [
        Absence(MORNING + timedelta(hours=hour) + shift, length)
        for hour, length in ((1, COFFEE), (3, LUNCH), (5, COFFEE))
    ]
    after = random.expovariate(CALLS_PER_HOUR)
    while after < OPEN_FOR / timedelta(hours=1):
        pauses.append(Absence(MORNING + timedelta(hours=after), CALL, Away.CONTACT))
        after += random.expovariate(CALLS_PER_HOUR)
    return tuple(pauses)
