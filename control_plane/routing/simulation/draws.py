"""Who comes on a drawn day? Poisson arrivals and matters of uncertain length, by a seed.

Each purpose has a random stream of its own, so that a change in one draw moves no other: another
spread of lengths leaves every arrival where it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import exp
from random import Random
from uuid import UUID

from control_plane.routing.rules.facts import Need, WaitingTicket
from control_plane.routing.simulation.day import NONE, Visitor
from shared.languages import Language

SIZE_SIGMA = 0.8  # of the points' sizes
MORNING = datetime(2030, 1, 2, 8, 0, tzinfo=UTC)  # of a drawn day; nothing depends on the date


@dataclass(frozen=True, slots=True)
class Service:
    """A kind of matter; ``minutes`` is its mean and all that routing knows of its length."""

    minutes: int
    share: float  # of the agency's visits
    spread: float | None = 0.35  # sigma of the lognormal noise; None: exponential


@dataclass(frozen=True, slots=True)
class Demand:
    """How many come for one agency in a day, by point."""

    agency: str
    visits: Mapping[str, float]  # mean number at each point
    services: tuple[Service, ...]

    @property
    def total(self) -> float:
        """Mean visits in a day."""
        return sum(self.visits.values())

    @property
    def minutes(self) -> float:
        """Mean length of a visit."""
        return sum(each.minutes * each.share for each in self.services) / sum(
            each.share for each in self.services
        )


@dataclass(frozen=True, slots=True)
class Habits:
    """What is the same for all agencies."""

    open_for: timedelta = timedelta(hours=8)
    wrap_up: timedelta = NONE
    languages: Mapping[Language, float] = field(default_factory=lambda: {Language.FINNISH: 1.0})


def stream(*purpose: object) -> Random:
    """A random stream for one purpose; the same purpose gives the same numbers everywhere."""
    return Random("/".join(str(part) for part in purpose))  # noqa: S311 - repeatable, no secret


def visitors(
    demands: Sequence[Demand],
    habits: Habits,
    seed: object,
    opens: datetime = MORNING,
) -> tuple[Visitor, ...]:
    """Who comes while the points are open, in the order of arrival."""
    drawn = [each for demand in demands for each in _of_agency(demand, habits, seed, opens)]
    drawn.sort(key=lambda each: (each.ticket.arrived_at, each.ticket.need.agency))
    return tuple(
        Visitor(
            WaitingTicket(
                UUID(int=number), each.ticket.arrived_at, each.ticket.point, each.ticket.need
            ),
            each.lasts,
            each.wrap_up,
        )
        for number, each in enumerate(drawn, start=1)
    )


def sizes(seed: object, points: int, sigma: float = SIZE_SIGMA) -> dict[str, float]:
    """How visits are spread over so many points: lognormal shares that sum to 1."""
    random = stream(seed, "sizes")
    drawn = [random.lognormvariate(0, sigma) for _ in range(points)]
    return {f"p{number:03}": size / sum(drawn) for number, size in enumerate(drawn)}


def _of_agency(demand: Demand, habits: Habits, seed: object, opens: datetime) -> list[Visitor]:
    if demand.total <= 0:
        return []
    arrivals, where, what, length, tongue = (
        stream(seed, purpose, demand.agency)
        for purpose in ("arrivals", "points", "services", "lengths", "languages")
    )
    points, weights = list(demand.visits), list(demand.visits.values())
    shares = [service.share for service in demand.services]
    languages, parts = list(habits.languages), list(habits.languages.values())
    rate = demand.total / habits.open_for.total_seconds()
    drawn = []
    after_s = arrivals.expovariate(rate)
    while after_s < habits.open_for.total_seconds():
        service = what.choices(demand.services, shares)[0]
        need = Need(demand.agency, tongue.choices(languages, parts)[0], minutes=service.minutes)
        ticket = WaitingTicket(
            UUID(int=0),
            opens + timedelta(seconds=after_s),
            where.choices(points, weights)[0],
            need,
        )
        lasts = timedelta(minutes=service.minutes * _noise(length, service.spread))
        drawn.append(Visitor(ticket, lasts, habits.wrap_up))
        after_s += arrivals.expovariate(rate)
    return drawn


def _noise(random: Random, spread: float | None) -> float:
    """A factor with mean 1."""
    if spread is None:
        return random.expovariate(1.0)
    return exp(random.gauss(-spread * spread / 2, spread))
