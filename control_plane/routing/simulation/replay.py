"""What would a recorded day have been under another policy, and who would have paid for it?"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import TypeVar, assert_never
from uuid import UUID

from control_plane.routing.rules.facts import Profile
from control_plane.routing.rules.policy import Policy
from control_plane.routing.simulation.day import (
    NONE,
    Absence,
    Day,
    Duty,
    Outage,
    Room,
    Visit,
    Visitor,
)
from control_plane.routing.simulation.engine import run
from control_plane.routing.simulation.measures import (
    GOAL,
    Waits,
    by_agency,
    by_language,
    by_minutes,
    by_point,
    waits,
    waits_by,
)

Group = TypeVar("Group", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Came:
    """A visitor arrived who was later served; how long it took is known by now."""

    at: datetime
    visitor: Visitor


@dataclass(frozen=True, slots=True)
class ClerkCame:
    """A clerk came on duty or back from an absence."""

    at: datetime
    clerk: UUID
    agency: str
    profile: Profile


@dataclass(frozen=True, slots=True)
class ClerkWent:
    """A clerk went off duty or on an absence, for whatever reason but a visit."""

    at: datetime
    clerk: UUID


@dataclass(frozen=True, slots=True)
class BoothCame:
    """A booth opened or came back into use."""

    at: datetime
    point: str
    code: str
    can_print: bool = True
    can_show_papers: bool = True


@dataclass(frozen=True, slots=True)
class BoothWent:
    """A booth closed or went out of use."""

    at: datetime
    point: str
    code: str


Recorded = Came | ClerkCame | ClerkWent | BoothCame | BoothWent


@dataclass(frozen=True, slots=True)
class Change:
    """The same visitors under two policies; those whom either never called are in neither."""

    before: Waits
    after: Waits


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Somebody who came later to the same point for the same agency was called earlier."""

    ticket: UUID
    by: int  # how many
    longer_by: timedelta  # than under the first policy; negative: shorter all the same


@dataclass(frozen=True, slots=True)
class Difference:
    """What a policy changes on one day."""

    all: Change
    agencies: dict[str, Change]
    languages: dict[str, Change]
    sizes: dict[str, Change]  # small, middle, large: thirds of the points by their visitors
    minutes: dict[int, Change]  # expected length of the matter
    shorter: int  # visitors who wait less
    longer: int
    overtaken: tuple[Overtaken, ...]  # under the second policy, oldest first
    still_waiting: tuple[int, int]  # before, after


def recorded_day(
    events: Iterable[Recorded], preparation: timedelta = NONE, wipe: timedelta = NONE
) -> Day:
    """The day that these events tell of, in any order; a repeat of one has no effect."""
    visitors: dict[UUID, Visitor] = {}
    clerks: dict[UUID, list[ClerkCame | ClerkWent]] = defaultdict(list)
    booths: dict[tuple[str, str], list[BoothCame | BoothWent]] = defaultdict(list)
    for event in sorted(events, key=attrgetter("at")):
        match event:
            case Came(_, visitor):
                visitors[visitor.ticket.id] = visitor
            case ClerkCame() | ClerkWent():
                clerks[event.clerk].append(event)
            case BoothCame() | BoothWent():
                booths[event.point, event.code].append(event)
            case _:
                assert_never(event)
    duties = [_duty(changes) for changes in clerks.values()]
    rooms = [_room(changes) for changes in booths.values()]
    return Day(
        tuple(visitors.values()),
        tuple(duty for duty in duties if duty),
        tuple(room for room in rooms if room),
        preparation,
        wipe,
    )


def compare(
    day: Day,
    before: Policy,
    after: Policy,
    goal: timedelta = GOAL,
    *,
    others: Mapping[str, Policy] | None = None,
) -> Difference:
    """The day under both policies, visitor by visitor; ``others`` keep their own in both."""
    first, second = run(day, before, policies=others), run(day, after, policies=others)
    old = {visit.ticket.id: visit for visit in first.visits}
    new = {visit.ticket.id: visit for visit in second.visits}
    pairs = [(old[each], new[each]) for each in old if each in new]
    size = point_sizes(day)

    def changes(key: Callable[[Visit], Group]) -> dict[Group, Change]:
        was = waits_by([pair[0] for pair in pairs], key, goal)
        now = waits_by([pair[1] for pair in pairs], key, goal)
        return {group: Change(was[group], now[group]) for group in was}

    return Difference(
        Change(waits([pair[0] for pair in pairs], goal), waits([pair[1] for pair in pairs], goal)),
        changes(by_agency),
        changes(by_language),
        changes(lambda visit: size[by_point(visit)]),
        changes(by_minutes),
        sum(now.wait < was.wait for was, now in pairs),
        sum(now.wait > was.wait for was, now in pairs),
        tuple(
            Overtaken(visit.ticket.id, by, visit.wait - old[visit.ticket.id].wait)
            for visit, by in overtaken(second.visits)
            if visit.ticket.id in old
        ),
        (len(first.waiting), len(second.waiting)),
    )


def point_sizes(day: Day) -> dict[str, str]:
    """Thirds of the points by the visitors that came: small, middle, large."""
    come = Counter({room.point: 0 for room in day.rooms})
    come.update(visitor.ticket.point for visitor in day.visitors)
    ordered = sorted(come, key=lambda point: (come[point], point))
    names = ("small", "middle", "large")
    return {point: names[3 * rank // len(ordered)] for rank, point in enumerate(ordered)}


def overtaken(visits: Sequence[Visit]) -> list[tuple[Visit, int]]:
    """Whom others of the same agency and point, who came later, went before; and how many.

    Called in one instant is not overtaken.
    """
    lines: dict[tuple[str, str], list[Visit]] = defaultdict(list)
    for visit in visits:
        lines[by_agency(visit), by_point(visit)].append(visit)
    found = []
    for line in lines.values():
        for visit in line:
            by = sum(
                other.called_at < visit.called_at
                and other.ticket.arrived_at > visit.ticket.arrived_at
                for other in line
            )
            if by:
                found.append((visit, by))
    return sorted(found, key=lambda pair: (pair[0].ticket.arrived_at, pair[0].ticket.id))


def _duty(changes: Sequence[ClerkCame | ClerkWent]) -> Duty | None:
    """From the first coming to the last going; what lies between is absence."""
    came = next((change for change in changes if isinstance(change, ClerkCame)), None)
    if came is None:
        return None
    gaps, ends = _gaps([(change.at, isinstance(change, ClerkCame)) for change in changes])
    absences = tuple(Absence(since, until - since) for since, until in gaps)
    return Duty(came.clerk, came.agency, came.profile, came.at, ends, absences)


def _room(changes: Sequence[BoothCame | BoothWent]) -> Room | None:
    came = next((change for change in changes if isinstance(change, BoothCame)), None)
    if came is None:
        return None
    gaps, closes = _gaps([(change.at, isinstance(change, BoothCame)) for change in changes])
    return Room(
        came.point,
        came.code,
        came.at,
        closes,
        tuple(Outage(since, until - since) for since, until in gaps),
        came.can_print,
        came.can_show_papers,
    )


def _gaps(
    changes: Sequence[tuple[datetime, bool]],
) -> tuple[list[tuple[datetime, datetime]], datetime | None]:
    """The spells between a going and the next coming, and the going that has none after it."""
    gaps: list[tuple[datetime, datetime]] = []
    gone: datetime | None = None
    here = False
    for at, comes in changes:
        if comes and gone is not None:
            gaps.append((gone, at))
            gone = None
        elif not comes and here and gone is None:
            gone = at
        here = here or comes
    return gaps, gone
