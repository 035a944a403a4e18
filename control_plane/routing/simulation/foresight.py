"""When will those who wait be called, and when would somebody who comes now? Runs of what may be.

Every run plays the state of now to its end with other lengths of visits, by the rules by which
`match` decides; a test holds it against the day's engine, which asks `match` itself. This one is
lean, for it runs while visitors wait. Deterministic: the lengths follow from the visits' ids.

Other agencies' visitors at the same points are *strangers*: they may take a booth from the moment
at which their own agency could have a clerk for them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from math import inf
from uuid import UUID

from control_plane.routing.rules.due import relaxations
from control_plane.routing.rules.eligibility import fits, profile_reasons
from control_plane.routing.rules.facts import Booth, FreeClerk, Need, Profile, WaitingTicket
from control_plane.routing.rules.lengths import RUNS, Length, draws, remaining, strata
from control_plane.routing.rules.policy import DEFAULT, Policy, open_from, place, precedence, turn

NONE = timedelta()
Spell = tuple[float, float]  # seconds from now
Lengths = Callable[[WaitingTicket], Length]


@dataclass(frozen=True, slots=True)
class Ongoing:
    """A visit that goes on, or is prepared: clerk and booth are free some time after its end."""

    id: UUID
    since: datetime
    length: Length
    clerk: UUID | None = None
    booth: tuple[str, str] | None = None  # point and code


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A clerk who will take visits: now, from a moment on, or after the visit that goes on."""

    clerk: FreeClerk
    free_at: datetime | None = None  # None: free now, or bound by an ongoing visit
    once: bool = False  # one more visit and no other


@dataclass(frozen=True, slots=True)
class Seat:
    """A booth in use; ``booth.free`` and ``ready`` are as if it were its turn."""

    booth: Booth
    free_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """The state of now, as far as it can matter to one agency."""

    now: datetime
    waiting: Sequence[WaitingTicket]  # the agency's
    clerks: Sequence[OnDuty]
    seats: Sequence[Seat]
    ongoing: Sequence[Ongoing]
    strangers: Mapping[UUID, tuple[WaitingTicket, float]] = field(default_factory=dict)
    policy: Policy = DEFAULT
    policies: Mapping[str, Policy] = field(default_factory=dict)  # strangers', by agency
    wrap_up: timedelta = NONE
    wipe: timedelta = NONE

    def policy_of(self, agency: str) -> Policy:
        """By which the agency's visitors are ordered."""
        return self.policies.get(agency, self.policy)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """When the call comes, in seconds from now: earlier in one run of five, of two, in four."""

    early_s: float
    middle_s: float
    late_s: float


@dataclass(slots=True)
class Course:
    """How one run went: who was called when, and when a clerk or a booth had nobody."""

    called: dict[UUID, float]
    idle: list[list[Spell]]  # by profile, in the forecast's order
    empty: list[list[Spell]]  # by seat, in the forecast's order


@dataclass(frozen=True, slots=True)
class _Ticket:
    id: UUID
    point: str
    lasts: tuple[float, ...]
    seats: tuple[int, ...]  # those that fit, by code
    clerks: tuple[tuple[int, int, float], ...]  # precedence, profile, from when on; a stranger: ()
    callable_s: float  # of a stranger


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the runs say; made once, asked often, and never changed."""

    situation: Situation
    courses: tuple[Course, ...]
    profiles: Sequence[Profile]
    seats: Sequence[Seat]

    def of(self, ticket: UUID) -> Foreseen | None:
        """For one who waits; None when too many runs never call."""
        return foreseen(course.called.get(ticket, inf) for course in self.courses)

    def newcomer(
        self, need: Need, point: str, after_s: float = 0.0, elsewhere: "Forecast | None" = None
    ) -> Foreseen | None:
        """For somebody who comes ``after_s`` from now and stands behind all who wait.

        ``elsewhere`` tells of the booths of a point at which none of the agency's waits.
        """
        booths = elsewhere or self
        seats = [
            at
            for at, seat in enumerate(booths.seats)
            if seat.booth.point == point and fits(need, seat.booth)
        ]
        begins = [
            after_s + _fits_after(need, profile, self.situation.policy) for profile in self.profiles
        ]
        able = [at for at, moment in enumerate(begins) if moment < inf]
        later_s = (booths.situation.now - self.situation.now).total_seconds()
        return foreseen(
            min(
                (
                    _both(course.idle[profile], other.empty[seat], begins[profile], later_s)
                    for profile in able
                    for seat in seats
                ),
                default=inf,
            )
            for course, other in zip(self.courses, booths.courses, strict=True)
        )


def foreseen(times: Iterable[float]) -> Foreseen | None:
    """The quantiles of the runs; None when more than a fifth of them never call."""
    ordered = sorted(times)
    if not ordered or _rank(ordered, 80) == inf:
        return None
    return Foreseen(_rank(ordered, 20), _rank(ordered, 50), _rank(ordered, 80))


def forecast(situation: Situation, lengths: Lengths) -> Forecast:
    """Play the situation to its end, `RUNS` times."""
    plan = _Plan(situation, lengths)
    return Forecast(
        situation,
        tuple(_Run(plan, number).course() for number in range(RUNS)),
        plan.profiles,
        plan.seats,
    )


def callable_after(
    waiting: Sequence[WaitingTicket],
    clerks: Sequence[OnDuty],
    ongoing: Mapping[UUID, Ongoing],
    lengths: Lengths,
    now: datetime,
) -> dict[UUID, float]:
    """Seconds until an agency could have a clerk for each: its queue over its clerks, no more."""
    frees = [_mean_free_s(each, ongoing.get(each.clerk.id), now) for each in clerks]
    if not frees:
        return {}
    heapify(frees)
    found = {}
    for ticket in waiting:
        at = heappop(frees)
        found[ticket.id] = at
        heappush(frees, at + lengths(ticket).mean_s)
    return found


def _mean_free_s(clerk: OnDuty, visit: Ongoing | None, now: datetime) -> float:
    if visit is not None:
        left = remaining(visit.length, (now - visit.since).total_seconds())
        return sum(left) / len(left)
    return max(0.0, (clerk.free_at - now).total_seconds()) if clerk.free_at else 0.0


class _Plan:
    """What is the same in every run."""

    def __init__(self, situation: Situation, lengths: Lengths) -> None:
        now = situation.now
        self.situation = situation
        self.wrap_up_s = situation.wrap_up.total_seconds()
        self.wipe_s = situation.wipe.total_seconds()
        self.seats = sorted(situation.seats, key=lambda each: (each.booth.point, each.booth.code))
        self.profiles = list(dict.fromkeys(each.clerk.profile for each in situation.clerks))
        self.turns = [turn(each.clerk, situation.policy) for each in situation.clerks]
        self.profile_of = [self.profiles.index(each.clerk.profile) for each in situation.clerks]
        everybody = [
            *situation.waiting,
            *(ticket for ticket, _ in situation.strangers.values()),
        ]
        everybody.sort(key=lambda each: place(each, situation.policy_of(each.need.agency), now))
        self.tickets = [self._ticket(each, lengths) for each in everybody]
        looks = {
            at
            for ticket in self.tickets
            for at in (ticket.callable_s, *(each[2] for each in ticket.clerks))
            if 0 < at < inf
        }
        bound = {visit.clerk for visit in situation.ongoing}
        taken = {visit.booth for visit in situation.ongoing}
        clerks = [
            (_seconds(each.free_at, now), 0, at)
            for at, each in enumerate(situation.clerks)
            if each.clerk.id not in bound
        ]
        seats = [
            (_seconds(each.free_at, now), 1, at)
            for at, each in enumerate(self.seats)
            if (each.booth.point, each.booth.code) not in taken
        ]
        self.free_clerks = [at for free_s, _, at in clerks if not free_s]
        self.free_seats = [at for free_s, _, at in seats if not free_s]
        self.agenda = [
            *((at, 2, 0) for at in looks),
            *(event for event in (*clerks, *seats) if event[0]),
        ]
        clerk_at = {each.clerk.id: at for at, each in enumerate(situation.clerks)}
        seat_at = {(each.booth.point, each.booth.code): at for at, each in enumerate(self.seats)}
        self.ongoing = [
            (
                draws(remaining(visit.length, (now - visit.since).total_seconds()), visit.id),
                clerk_at.get(visit.clerk) if visit.clerk else None,
                seat_at.get(visit.booth) if visit.booth else None,
            )
            for visit in situation.ongoing
        ]

    def _ticket(self, ticket: WaitingTicket, lengths: Lengths) -> _Ticket:
        situation, need = self.situation, ticket.need
        stranger = situation.strangers.get(ticket.id)
        clerks: list[tuple[int, int, float]] = []
        opens = open_from(ticket, situation.policy, situation.now)
        if stranger is None and ticket.served_here and opens is not None:
            opens_s = _seconds(opens, situation.now)
            already_s = (situation.now - ticket.arrived_at).total_seconds()
            for number, profile in enumerate(self.profiles):
                after = _fits_after(need, profile, situation.policy)
                if after < inf:
                    first = precedence(profile, need, situation.policy)
                    clerks.append((first, number, max(opens_s, after - already_s)))
        return _Ticket(
            ticket.id,
            ticket.point,
            draws(strata(lengths(ticket)), ticket.id),
            tuple(
                at
                for at, seat in enumerate(self.seats)
                if seat.booth.point == ticket.point and fits(need, seat.booth)
            ),
            tuple(clerks),
            inf if stranger is None else stranger[1],
        )


class _Run:
    """One run: what happens at one instant is applied first, then places are given once."""

    def __init__(self, plan: _Plan, number: int) -> None:
        self.plan = plan
        self.number = number
        self.done = Course({}, [[] for _ in plan.profiles], [[] for _ in plan.seats])
        # Who waits at each point, by rank; how many of its booths are empty; those with both.
        self.pending: dict[str, list[int]] = {}
        for rank, ticket in enumerate(plan.tickets):
            self.pending.setdefault(ticket.point, []).append(rank)
        self.empty: dict[str, int] = {}
        self.open: set[str] = set()
        # Free clerks in the order of their turns, by profile; since when each booth is empty.
        self.free: list[list[tuple[tuple[float, float, UUID], int]]] = [[] for _ in plan.profiles]
        self.idle_since: list[float | None] = [None] * len(plan.profiles)
        self.seat_since: list[float | None] = [None] * len(plan.seats)
        self.visits_left = [1.0 if each.once else inf for each in plan.situation.clerks]
        # A look at once, and whatever is free from the beginning is so without an event.
        self.agenda: list[tuple[float, int, int]] = [(0.0, 2, 0), *plan.agenda]
        for at in plan.free_clerks:
            self._clerk_comes(at, 0.0)
        for at in plan.free_seats:
            self._seat_empties(at, 0.0)
        for left, clerk, seat in plan.ongoing:
            if clerk is not None:
                self.agenda.append((left[number] + plan.wrap_up_s, 0, clerk))
            if seat is not None:
                self.agenda.append((left[number] + plan.wipe_s, 1, seat))
        heapify(self.agenda)

    def course(self) -> Course:
        """Play it to the end."""
        agenda = self.agenda
        while agenda:
            now = agenda[0][0]
            while agenda and agenda[0][0] == now:
                _, kind, at = heappop(agenda)
                if kind == 0:
                    self._clerk_comes(at, now)
                elif kind == 1:
                    self._seat_empties(at, now)
            if self.open:
                self._give_places(now)
        self._end()
        return self.done

    def _seat_empties(self, at: int, now: float) -> None:
        self.seat_since[at] = now
        point = self.plan.seats[at].booth.point
        self.empty[point] = self.empty.get(point, 0) + 1
        if self.pending.get(point):
            self.open.add(point)

    def _clerk_comes(self, at: int, now: float) -> None:
        if not self.visits_left[at]:
            return
        profile = self.plan.profile_of[at]
        first, since, identity = self.plan.turns[at]
        # Idle since before all this, or from the moment at which the last visit was over.
        idle = (since - self.plan.situation.now).total_seconds() if now == 0 else now
        heappush(self.free[profile], ((first, idle, identity), at))
        if self.idle_since[profile] is None:
            self.idle_since[profile] = now

    def _give_places(self, now: float) -> None:
        """Only who waits at a point with an empty booth is looked at."""
        clerks = any(self.free)
        if not clerks and not self.plan.situation.strangers:
            return
        for rank in sorted(rank for point in self.open for rank in self.pending[point]):
            ticket = self.plan.tickets[rank]
            seat = next((at for at in ticket.seats if self.seat_since[at] is not None), None)
            if seat is None:
                continue
            if ticket.callable_s < inf:
                if ticket.callable_s <= now:
                    self._call(rank, None, seat, now)
                continue
            profile = self._profile(ticket, now) if clerks else None
            if profile is not None:
                self._call(rank, profile, seat, now)
                clerks = any(self.free)

    def _profile(self, ticket: _Ticket, now: float) -> int | None:
        asked = [
            (first, self.free[profile][0], profile)
            for first, profile, begins in ticket.clerks
            if begins <= now and self.free[profile]
        ]
        return min(asked)[2] if asked else None

    def _call(self, rank: int, profile: int | None, seat: int, now: float) -> None:
        plan, ticket = self.plan, self.plan.tickets[rank]
        self.pending[ticket.point].remove(rank)
        ends = now + ticket.lasts[self.number]
        self.done.called[ticket.id] = now
        self._spell(self.done.empty[seat], self.seat_since[seat], now)
        self.seat_since[seat] = None
        self.empty[ticket.point] -= 1
        if not self.empty[ticket.point] or not self.pending[ticket.point]:
            self.open.discard(ticket.point)
        heappush(self.agenda, (ends + plan.wipe_s, 1, seat))
        if profile is None:
            return
        _, clerk = heappop(self.free[profile])
        self.visits_left[clerk] -= 1
        heappush(self.agenda, (ends + plan.wrap_up_s, 0, clerk))
        if not self.free[profile]:
            self._spell(self.done.idle[profile], self.idle_since[profile], now)
            self.idle_since[profile] = None

    def _end(self) -> None:
        """Whoever is free at the end stays free."""
        for spells, since in zip(self.done.idle, self.idle_since, strict=True):
            self._spell(spells, since, inf)
        for spells, since in zip(self.done.empty, self.seat_since, strict=True):
            self._spell(spells, since, inf)

    @staticmethod
    def _spell(spells: list[Spell], since: float | None, until: float) -> None:
        if since is not None and since < until:
            spells.append((since, until))


def _fits_after(need: Need, profile: Profile, policy: Policy) -> float:
    """The wait in seconds from which on such a clerk may serve the need; infinite: never."""
    for wait in sorted({NONE, *relaxations(need, policy)}):
        if not profile_reasons(need, profile, wait, policy):
            return wait.total_seconds()
    return inf


def _both(idle: Sequence[Spell], empty: Sequence[Spell], begins: float, later_s: float) -> float:
    """The first moment from ``begins`` on in a spell of both; the second's clock starts later."""
    first = inf
    for since, until in idle:
        if since >= first:
            break
        for opens, closes in empty:
            at = max(since, opens + later_s, begins)
            if at < min(until, closes + later_s):
                first = min(first, at)
                break
    return first


def _seconds(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else max(0.0, (moment - now).total_seconds())


def _rank(ordered: Sequence[float], percent: int) -> float:
    return ordered[max(1, -(-len(ordered) * percent // 100)) - 1]
