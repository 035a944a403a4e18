"""What can be foreseen of every agency's queue? The nation's rows as the forecasts need them.

Nothing here waits or asks a database, so it may run in a thread of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from control_plane.fleet.booth_queries import BoothNow
from control_plane.fleet.rules import BoothState
from control_plane.routing.rules.facts import Need, WaitingTicket
from control_plane.routing.rules.growth import Ground
from control_plane.routing.rules.lengths import Length, Served, learned
from control_plane.routing.rules.policy import DEFAULT, Policy, place
from control_plane.routing.simulation.foresight import (
    Forecast,
    Foreseen,
    OnDuty,
    Ongoing,
    Seat,
    Situation,
    callable_after,
    forecast,
)
from control_plane.staff.queries import Clerk
from control_plane.staff.rules import TAKEN, WORKING, ClerkState
from control_plane.tickets.queries import Ticket
from control_plane.visits.nation import Reference
from control_plane.visits.operations.matching import as_booth, as_free_clerk, as_waiting
from control_plane.visits.queries import Running
from shared.languages import Language

# What a booth takes to be clean again, as a rule.
WIPE = timedelta(seconds=20)
_OF_A_VISIT = frozenset(
    {BoothState.RESERVED, BoothState.PREPARING, BoothState.CALLED, BoothState.OCCUPIED}
)


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that forecasts are made from, at one moment; never changed."""

    now: datetime
    reference: Reference
    tickets: tuple[Ticket, ...]  # those that wait
    clerks: tuple[Clerk, ...]  # those on duty
    booths: Mapping[str, Mapping[str, BoothNow]]  # by point
    running: tuple[Running, ...]  # visits
    served: Mapping[str, Served]  # by service
    enough: frozenset[str]  # agencies of which enough were served to tell anything
    wrap_up: timedelta

    def policy(self, agency: str) -> Policy:
        """What the agency chose for its queue."""
        chosen = self.reference.choices.get(agency)
        return DEFAULT if chosen is None else chosen.policy

    def length(self, service: str) -> Length:
        """How long a visit for this service may last."""
        known = self.reference.services.get(service)
        return learned(known.minutes if known else 0, self.served.get(service, Served()))

    def ground(self, agencies: Iterable[str], point: str) -> Ground:
        """On what the estimates of these agencies stand at this point."""
        those = frozenset(agencies)
        return Ground(
            self.now,
            frozenset(each.id for each in self.clerks if each.agency in those and _works(each)),
            frozenset(seat.booth.code for seat in _seats(self, [point])),
            {each.id: each.arrived_at for each in self.tickets if each.agency in those},
        )


@dataclass(frozen=True, slots=True)
class Part:
    """The rows that one agency's forecast is made from: the same rows, the same forecast."""

    tickets: tuple[Ticket, ...]
    clerks: tuple[Clerk, ...]
    booths: tuple[BoothNow, ...]
    strangers: tuple[Ticket, ...]
    served: Mapping[str, Served]


@dataclass(slots=True)
class Outlook:
    """The forecasts of every agency; what is asked of a point is worked out when it is asked."""

    picture: Picture
    forecasts: dict[str, Forecast] = field(default_factory=dict)
    renewed: frozenset[str] = frozenset()  # agencies whose forecast is not that of the last outlook
    parts: dict[str, Part] = field(default_factory=dict)
    _waiting: dict[UUID, WaitingTicket] = field(default_factory=dict)
    _strangers: dict[UUID, tuple[WaitingTicket, float]] = field(default_factory=dict)
    _lengths: dict[UUID, Length] = field(default_factory=dict)
    _ongoing: list[Ongoing] = field(default_factory=list)
    _points: dict[str, Forecast] = field(default_factory=dict)

    def newcomer(self, need: Need, point: str, now: datetime) -> Foreseen | None:
        """For somebody who comes to the point now and stands behind all who wait."""
        found = self.forecasts.get(need.agency)
        if found is None or need.agency not in self.picture.enough:
            return None
        after_s = max(0.0, (now - found.situation.now).total_seconds())
        here = any(seat.booth.point == point for seat in found.situation.seats)
        told = found.newcomer(need, point, after_s, None if here else self._at_point(point))
        if told is None:
            return None
        return Foreseen(told.early_s - after_s, told.middle_s - after_s, told.late_s - after_s)

    def general(self, point: str, now: datetime) -> tuple[float, float] | None:
        """Between which seconds a newcomer may wait there, whatever for; None: not known."""
        told = [
            found
            for agency in self.agencies_at(point)
            if (found := self.newcomer(Need(agency, Language.FINNISH), point, now)) is not None
        ]
        if not told:
            return None
        return min(each.early_s for each in told), max(each.late_s for each in told)

    def agencies_at(self, point: str) -> list[str]:
        """Those that have a queue at the point."""
        return [
            agency for agency, points in self.picture.reference.served.items() if point in points
        ]

    def need(self, service: str, language: Language) -> Need | None:
        """What a visitor for this service asks of clerk and booth."""
        known = self.picture.reference.services.get(service)
        if known is None:
            return None
        return Need(
            agency=known.agency,
            language=language,
            skill=known.skill,
            prints=known.needs_print,
            shows_papers=known.needs_camera,
            minutes=known.minutes,
        )

    def more_before_s(self, agency: str, service: str, before: int) -> float:
        """What those add who have come since the forecast was made: as the queue goes, no more."""
        found = self.forecasts.get(agency)
        if found is None or not found.situation.clerks:
            return 0.0
        known = found.situation.waiting
        if before <= len(known):
            return 0.0
        lengths = [self._lengths[each.id].mean_s for each in known if each.id in self._lengths]
        lengths = lengths or [self.picture.length(service).mean_s]
        mean_s = sum(lengths) / len(lengths)
        return (before - len(known)) * mean_s / len(found.situation.clerks)

    def _at_point(self, point: str) -> Forecast:
        """The booths of a point at which none of the asking agency's waits."""
        known = self._points.get(point)
        if known is None:
            picture = self.picture
            situation = Situation(
                picture.now,
                (),
                (),
                _seats(picture, [point]),
                [each for each in self._ongoing if each.booth and each.booth[0] == point],
                {key: each for key, each in self._strangers.items() if each[0].point == point},
                policies={each: picture.policy(each) for each in self.forecasts},
                wipe=WIPE,
            )
            known = self._points[point] = forecast(situation, self._length)
        return known

    def _length(self, ticket: WaitingTicket) -> Length:
        return self._lengths[ticket.id]

    @classmethod
    def of(cls, picture: Picture, last: "Outlook | None", *, renew: bool) -> "Outlook":
        """What is made from the same rows as in the ``last`` one stays, unless all is renewed."""
        outlook = cls(picture)
        outlook._prepare()
        renewed = set()
        for agency in picture.reference.served:
            part = outlook._part(agency)
            outlook.parts[agency] = part
            if last is not None and not renew and last.parts.get(agency) == part:
                outlook.forecasts[agency] = last.forecasts[agency]
                continue
            outlook.forecasts[agency] = forecast(outlook._situation(agency), outlook._length)
            renewed.add(agency)
        outlook.renewed = frozenset(renewed)
        return outlook

    def _prepare(self) -> None:
        picture = self.picture
        for ticket in picture.tickets:
            here = ticket.point in picture.reference.served.get(ticket.agency, frozenset())
            service = picture.reference.services.get(ticket.service)
            calendar = picture.reference.calendars.get(ticket.agency, {}).get(ticket.point)
            self._waiting[ticket.id] = as_waiting(
                ticket, service, served_here=here, now=picture.now, calendar=calendar
            )
            self._lengths[ticket.id] = picture.length(ticket.service)
        self._ongoing = _ongoing(picture)
        by_clerk = {each.clerk: each for each in self._ongoing if each.clerk is not None}
        for agency in picture.reference.served:
            policy = picture.policy(agency)
            queue = [each for each in self._waiting.values() if each.need.agency == agency]
            queue.sort(key=lambda each: place(each, policy, picture.now))
            found = callable_after(
                queue, _clerks(picture, agency), by_clerk, self._length, picture.now
            )
            self._strangers.update({key: (self._waiting[key], at) for key, at in found.items()})

    def _part(self, agency: str) -> Part:
        picture = self.picture
        own = tuple(each for each in picture.tickets if each.agency == agency)
        points = sorted({each.point for each in own})
        return Part(
            own,
            tuple(each for each in picture.clerks if each.agency == agency),
            tuple(booth for point in points for booth in picture.booths.get(point, {}).values()),
            tuple(
                each for each in picture.tickets if each.agency != agency and each.point in points
            ),
            {each.service: picture.served.get(each.service, Served()) for each in own},
        )

    def _situation(self, agency: str) -> Situation:
        picture, part = self.picture, self.parts[agency]
        points = {each.point for each in part.tickets}
        clerks = _clerks(picture, agency)
        known = {each.clerk.id for each in clerks}
        return Situation(
            picture.now,
            [self._waiting[each.id] for each in part.tickets],
            clerks,
            _seats(picture, points),
            [
                each
                for each in self._ongoing
                if each.clerk in known or (each.booth and each.booth[0] in points)
            ],
            {
                each.id: self._strangers[each.id]
                for each in part.strangers
                if each.id in self._strangers
            },
            policy=picture.policy(agency),
            policies={
                each: picture.policy(each) for each in picture.reference.served if each != agency
            },
            wrap_up=picture.wrap_up,
            wipe=WIPE,
        )


def _works(clerk: Clerk) -> bool:
    """Does this clerk take visits? A break is not counted into a promise."""
    ends = clerk.leaving or (clerk.last_one and clerk.state is not ClerkState.AVAILABLE)
    return clerk.state in WORKING and not ends


def _clerks(picture: Picture, agency: str) -> list[OnDuty]:
    return [
        OnDuty(
            as_free_clerk(clerk, picture.now),
            clerk.wrap_up_until if clerk.state is ClerkState.WRAP_UP else None,
            once=clerk.last_one,
        )
        for clerk in picture.clerks
        if clerk.agency == agency and _works(clerk)
    ]


def _seats(picture: Picture, points: Iterable[str]) -> list[Seat]:
    found = []
    for point in points:
        for booth in picture.booths.get(point, {}).values():
            free_at = booth.distrusted_until if _mistrusted(booth, picture.now) else None
            shown = as_booth(booth, free_at or picture.now)
            if booth.closed or booth.state is BoothState.OUT_OF_USE or not shown.ready:
                continue
            if booth.state is BoothState.WIPING:
                free_at = max(picture.now, (booth.since or picture.now) + WIPE)
            found.append(Seat(replace(shown, free=True), free_at))
    return found


def _mistrusted(booth: BoothNow, now: datetime) -> bool:
    return booth.distrusted_until is not None and booth.distrusted_until > now


def _ongoing(picture: Picture) -> list[Ongoing]:
    """Visits, and what was reserved a moment ago and will be one."""
    found = [
        Ongoing(
            each.id,
            each.created_at,
            picture.length(each.service),
            each.staff_id,
            (each.point, each.booth),
        )
        for each in picture.running
    ]
    bound = {each.clerk for each in found}
    taken = {each.booth for each in found}
    found += [
        Ongoing(clerk.id, clerk.since, picture.length(""), clerk.id)
        for clerk in picture.clerks
        if clerk.state in TAKEN and clerk.id not in bound
    ]
    found += [
        Ongoing(booth.visit_id, booth.since, picture.length(""), None, (booth.point, booth.booth))
        for booths in picture.booths.values()
        for booth in booths.values()
        if booth.state in _OF_A_VISIT
        and booth.visit_id is not None
        and booth.since is not None
        and (booth.point, booth.booth) not in taken
    ]
    return found
