"""What of a nation's day is lived on the running system, and when? Pure; all of it by a seed.

The day is the simulator's, cut at the minute at which the run's doors close. Its time is the
nation's; on the clock it goes faster by ``speed``, so that both accounts have the same minutes.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from control_plane.routing.rules.choices import Choices, Mode, OfferChoice
from control_plane.routing.rules.policy import Policy
from control_plane.routing.simulation.day import Away, Day, Duty, Visitor
from control_plane.routing.simulation.draws import MORNING
from control_plane.routing.simulation.engine import run
from control_plane.staff.rules import BusyWith
from provisioning.contact_centre.calls import Call
from provisioning.nation.country import BOOTH_USE, OPEN_FOR, Country, Life, Load, country, day

# The agency whose clerks a contact centre shares, and how the agencies' clerks get their visitors.
CENTRE = "kela"
MODES = {"vero": Mode.PULL, "poliisi": Mode.MIXED}
# English relaxes after ten of the nation's minutes; an agency chooses whole minutes of the clock.
FURTHER_AFTER_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is asked to be."""

    seed: int = 1
    points: int = 30
    of_volumes: float = 0.5
    speed: float = 60.0
    minutes: float = 1.5  # on the clock, while visitors come
    clerk_use: float = 0.80  # how busy clerks are planned to be: less is more of them
    booth_use: float = BOOTH_USE  # and booths

    def __post_init__(self) -> None:
        if self.points < 1 or self.of_volumes <= 0 or self.speed < 1 or self.minutes <= 0:
            raise ValueError("at least one point, some volume, a speed of 1 or more, some minutes")
        if not (0 < self.clerk_use <= 1 and 0 < self.booth_use <= 1):
            raise ValueError("clerks and booths are busy for some of their time, or for all of it")


@dataclass(frozen=True, slots=True)
class Schedule:
    """The day that is lived."""

    asked: Asked
    nation: Country
    day: Day
    open_for: timedelta  # of the nation's time

    def after_s(self, moment: datetime) -> float:
        """Seconds on the clock from the opening to a moment of the nation's day."""
        return self.clock_s(moment - MORNING)

    def clock_s(self, span: timedelta) -> float:
        """Seconds on the clock that a span of the nation's time lasts."""
        return span.total_seconds() / self.asked.speed

    def moment(self, at: datetime, opened: datetime) -> datetime:
        """The moment of the nation's day at which something happened on the clock."""
        return MORNING + (at - opened) * self.asked.speed

    @property
    def lasts_s(self) -> float:
        """Seconds on the clock until the simulator's last clerk has written up."""
        ends = [each.clerk_until for each in run(self.day, self.policy).visits]
        return self.after_s(max(ends, default=MORNING + self.open_for))

    @property
    def policy(self) -> Policy:
        """What every agency chose, in the nation's time."""
        chosen = choices(Mode.PUSH, self.asked.speed).policy()
        waits = chosen.language_relaxes_after
        return replace(
            chosen,
            language_relaxes_after=None if waits is None else waits * self.asked.speed,
        )


def schedule(asked: Asked) -> Schedule:
    """The first hours of a full day; calls come for the clerks of one agency only."""
    load = Load("live", asked.of_volumes, asked.clerk_use, asked.booth_use)
    nation = country(load, asked.seed, Life.FULL, asked.points)
    open_for = min(OPEN_FOR, timedelta(minutes=asked.minutes * asked.speed))
    return Schedule(asked, nation, cut(day(nation, 1), MORNING + open_for), open_for)


def cut(whole: Day, closes: datetime) -> Day:
    """The day as far as the doors are open; whoever came is served."""
    return replace(
        whole,
        visitors=tuple(each for each in whole.visitors if each.ticket.arrived_at < closes),
        clerks=tuple(
            replace(
                duty,
                absences=tuple(
                    each
                    for each in duty.absences
                    if each.due < closes and (each.kind is Away.BREAK or duty.agency == CENTRE)
                ),
            )
            for duty in whole.clerks
        ),
    )


def mode(agency: str) -> Mode:
    """Who takes the first step there."""
    return MODES.get(agency, Mode.PUSH)


def choices(of: Mode, speed: float) -> Choices:
    """What an agency chooses so that its clock's minutes are the nation's."""
    return Choices(
        offers=OfferChoice(mode=of),
        further_languages_relax_after_minutes=round(FURTHER_AFTER_MINUTES / speed),
    )


def usernames(drawn: Day) -> Mapping[UUID, str]:
    """What each clerk signs in as."""
    of_agency: dict[str, list[UUID]] = defaultdict(list)
    for duty in drawn.clerks:
        of_agency[duty.agency].append(duty.id)
    return {
        each: f"{agency}-{number}"
        for agency, ids in of_agency.items()
        for number, each in enumerate(ids)
    }


def breaks(duty: Duty) -> list[tuple[datetime, timedelta]]:
    """When a clerk goes on a break, and for how long."""
    return [(each.due, each.length) for each in duty.absences if each.kind is Away.BREAK]


def calls(plan: Schedule) -> list[Call]:
    """What the contact centre's callers do, on the clock."""
    names = usernames(plan.day)
    drawn = [
        (plan.after_s(each.due), names[duty.id], plan.clock_s(each.length))
        for duty in plan.day.clerks
        for each in duty.absences
        if each.kind is Away.CONTACT
    ]
    return [
        Call(f"call-{number}", at_s, clerk, lasts_s, BusyWith.PHONE, by_hook=False)
        for number, (at_s, clerk, lasts_s) in enumerate(sorted(drawn), start=1)
    ]


def service(visitor: Visitor) -> str:
    """The code of what a visitor comes for."""
    return service_code(visitor.ticket.need.agency, visitor.ticket.need.minutes)


def service_code(agency: str, minutes: int) -> str:
    """An agency has one service for each length of a matter."""
    return f"{agency}-{minutes}"


def minutes_of(service: str) -> int:
    """How long a matter of this service is expected to last."""
    return int(service.rpartition("-")[2])


def booth_code(point: str, code: str) -> str:
    """A booth's code on the running system, where codes are the nation's."""
    return f"{point}-{code}"


def device_name(point: str, code: str) -> str:
    """One device for each booth."""
    return f"d-{point}-{code}"
