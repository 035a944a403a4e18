"""Who goes first, which clerk is asked first, and what relaxes while a visitor waits?

The defaults: first arrival first, the clerk who has been idle longest, and a further language
served by anybody after ten minutes. Finnish and Swedish are not a policy's to relax.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from control_plane.routing.rules.facts import FreeClerk, Need, Profile, WaitingTicket
from shared.languages import Language

# Finnish and Swedish are rights (Language Act 423/2003 §10): their need never relaxes.
RIGHTS = frozenset({Language.FINNISH, Language.SWEDISH})

_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PriorityClass:
    """How a class of tickets ages: ``base + rate x wait``.

    A class with a rate above 0 cannot starve: whoever arrives later is overtaken in the end.
    """

    base: int = 0  # points
    rate: int = 1  # points per second of waiting; not negative

    def __post_init__(self) -> None:
        if self.rate < 0:
            raise ValueError("waiting must not lower a ticket's score")


@dataclass(frozen=True, slots=True)
class LevelStep:
    """From a wait on, a lower level of the skill will do; the skill itself always remains."""

    after: timedelta
    lower_by: int


@dataclass(frozen=True, slots=True)
class ShorterFirst:
    """Shorter matters count as having waited longer, longer ones less, up to a cap."""

    gain: float  # minutes of place per expected minute less than the mean
    mean_minutes: int
    cap: timedelta

    def shift(self, minutes: int) -> timedelta:
        """What is added to the wait of a matter that is expected to last ``minutes``."""
        wanted = timedelta(minutes=self.gain * (self.mean_minutes - minutes))
        return max(-self.cap, min(self.cap, wanted))


@dataclass(frozen=True, slots=True)
class Guard:
    """Whoever has waited so long at one of these points gets a head start: small points count."""

    after: timedelta
    head_start: int  # points, beside that of the class; together no more than `MOST_START`
    points: frozenset[str] = frozenset()  # empty: every point

    def covers(self, point: str) -> bool:
        """Is this point guarded?"""
        return not self.points or point in self.points


@dataclass(frozen=True, slots=True)
class Reserve:
    """So many clerks stay free for bookings of so soon; whoever has waited long is served yet."""

    clerks: int
    ahead: timedelta
    yields_after: timedelta


class ClerkOrder(StrEnum):
    """Which of the fitting clerks is asked; ties go to the longest idle, then by id."""

    LONGEST_IDLE = "longest_idle"
    ROUND_ROBIN = "round_robin"  # whose last visit began longest ago; breaks change nothing
    FEWEST_TODAY = "fewest_today"
    LEAST_TALK = "least_talk"
    HIGHEST_SKILL = "highest_skill"  # in the skill that the ticket needs


@dataclass(frozen=True, slots=True)
class Policy:
    """An agency's and the owner's choices for a queue."""

    classes: Mapping[str, PriorityClass] = field(default_factory=dict)  # others: as built in
    language_relaxes_after: timedelta | None = timedelta(minutes=10)  # None: never
    level_steps: tuple[LevelStep, ...] = ()
    shorter_first: ShorterFirst | None = None
    clerk_order: ClerkOrder = ClerkOrder.LONGEST_IDLE
    guard: Guard | None = None
    reserve: Reserve | None = None
    # A booking is kept from so long before its time, for a visitor who comes no later than so.
    booked_early: timedelta = timedelta(minutes=10)
    booked_late: timedelta = timedelta(minutes=10)


DEFAULT = Policy()
_PLAIN = PriorityClass()

# The classes that the house itself gives to tickets; an agency may set each as it likes, within
# the bounds of its choices. All of them age alike, so who arrives late enough overtakes nobody.
RETURNED = "returned"  # a visit broke off for no fault of the visitor's: first in line
FIRST = "first"  # sent on with a place at the front
LAST = "last"  # sent on with a place at the end
BOOKED = "booked"  # came in time for a booking, whose time has come
BUILT_IN: Mapping[str, PriorityClass] = {
    RETURNED: PriorityClass(base=3600),
    FIRST: PriorityClass(base=1800),
    LAST: PriorityClass(base=-1800),
    BOOKED: PriorityClass(base=3600),
}
# What the house decided of a ticket outlasts its booking.
_OUTLAST = frozenset({RETURNED, FIRST, LAST})
# A guard lifts no class further: booths are shared, and scores of different agencies meet there.
MOST_START = 3600

Age = tuple[int, UUID]  # first arrival in microseconds since 1970, then id; older is smaller
Place = tuple[int, int, UUID]
Turn = tuple[float, datetime, UUID]


@dataclass(frozen=True, slots=True)
class Weight:
    """How tickets with one need age under a policy.

    Whole microseconds and millionths of a point, so that no rounding reorders anybody.
    """

    head_start: int  # millionths of a point
    rate: int

    def place(self, arrived_us: int, identity: UUID, now_us: int) -> Place:
        """A ticket's place among all; the smallest goes first: score, first arrival, id."""
        return self.rank(arrived_us) - self.rate * now_us, arrived_us, identity

    def rank(self, arrived_us: int) -> int:
        """What of the place no time moves: the order among all that age at the same rate."""
        return self.rate * arrived_us - self.head_start


@dataclass(frozen=True, slots=True)
class Stage:
    """What changes with time in steps; but for the hours, none of them is ever taken back."""

    booked: bool = False  # the time of the booking has come
    guarded: bool = False  # so long a wait is guarded
    expected: bool = False  # a clerk is kept for its booking
    shut: bool = False  # its queue is not open to it now


AT_FIRST = Stage()
_SHUT_AT_FIRST = Stage(shut=True)


def first_stage(ticket: WaitingTicket) -> Stage:
    """Before any of its steps."""
    door = ticket.door
    return _SHUT_AT_FIRST if door.shut or door.bookings_only else AT_FIRST


def stage_of(ticket: WaitingTicket, policy: Policy, now: datetime) -> Stage:
    """What the ticket has reached by now."""
    booked, guarded, expected = _moments(ticket, policy)
    is_booked, door = booked is not None and booked <= now, ticket.door
    return Stage(
        booked=is_booked,
        guarded=guarded is not None and guarded <= now,
        expected=expected is not None and expected <= now,
        # A booking has its own time, whatever the hours of the queue.
        shut=not is_booked and (door.bookings_only or door.is_shut(now)),
    )


def next_step(
    ticket: WaitingTicket, policy: Policy, after: datetime | None = None
) -> datetime | None:
    """When time alone may bring a ticket to another stage, first of all or next ``after``."""
    moments = (*_moments(ticket, policy), *ticket.door.turns)
    return min(
        (each for each in moments if each is not None and (after is None or each > after)),
        default=None,
    )


def open_from(ticket: WaitingTicket, policy: Policy, now: datetime) -> datetime | None:
    """From when on its queue is open to the ticket; None: not before its day is over."""
    moment: datetime | None = now
    while moment is not None and stage_of(ticket, policy, moment).shut:
        moment = next_step(ticket, policy, moment)
    return moment


def booked_from(ticket: WaitingTicket, policy: Policy) -> datetime | None:
    """From when a ticket is of the booked class; None without a booking, or for who came late."""
    start = ticket.booked_for
    if start is None or ticket.arrived_at > start + policy.booked_late:
        return None
    return start - policy.booked_early


def expected_from(ticket: WaitingTicket, policy: Policy) -> datetime | None:
    """From when a clerk is kept for a ticket's booking; None where none ever is."""
    if policy.reserve is None or ticket.booked_for is None:
        return None
    booked = booked_from(ticket, policy)
    if booked is None:
        return None
    return min(booked, ticket.booked_for - policy.reserve.ahead)


def _moments(ticket: WaitingTicket, policy: Policy) -> tuple[datetime | None, ...]:
    """From when the ticket is booked, guarded and expected."""
    return (
        booked_from(ticket, policy),
        _guarded_from(ticket, policy),
        expected_from(ticket, policy),
    )


def _guarded_from(ticket: WaitingTicket, policy: Policy) -> datetime | None:
    guard = policy.guard
    covered = guard is not None and guard.covers(ticket.point)
    return ticket.arrived_at + guard.after if guard is not None and covered else None


def ageing_of(need: Need, policy: Policy, stage: Stage = AT_FIRST) -> PriorityClass:
    """How everybody ages who waits at this stage; a class that nobody knows ages plainly."""
    name = BOOKED if stage.booked and need.priority not in _OUTLAST else need.priority
    return policy.classes.get(name) or BUILT_IN.get(name, _PLAIN)


def lift_of(ageing: PriorityClass, policy: Policy, stage: Stage) -> int:
    """What the guard adds to the head start of a class, in points."""
    if policy.guard is None or not stage.guarded:
        return 0
    return max(0, min(policy.guard.head_start, MOST_START - ageing.base))


def weigh(need: Need, policy: Policy, stage: Stage = AT_FIRST) -> Weight:
    """The weight of everybody who waits with this need at this stage."""
    ageing = ageing_of(need, policy, stage)
    shorter = policy.shorter_first
    shift_us = 0 if shorter is None else shorter.shift(need.minutes) // _MICROSECOND
    start = ageing.base + lift_of(ageing, policy, stage)
    return Weight(start * 1_000_000 + ageing.rate * shift_us, ageing.rate)


def age_of(ticket: WaitingTicket) -> Age:
    """The ticket's place among those with the same need, at any time."""
    return microseconds(ticket.arrived_at), ticket.id


def place(ticket: WaitingTicket, policy: Policy, now: datetime) -> Place:
    """The ticket's place among all; the smallest goes first."""
    weight = weigh(ticket.need, policy, stage_of(ticket, policy, now))
    return weight.place(*age_of(ticket), microseconds(now))


def microseconds(moment: datetime) -> int:
    """Since 1970, whole."""
    return (moment - _EPOCH) // _MICROSECOND


def turn(clerk: FreeClerk, policy: Policy) -> Turn:
    """The clerk's place among those with the same profile; the smallest is asked first."""
    order = policy.clerk_order
    first = 0.0
    if order is ClerkOrder.ROUND_ROBIN:
        first = (clerk.last_visit_at or _NEVER).timestamp()
    elif order is ClerkOrder.FEWEST_TODAY:
        first = clerk.visits_today
    elif order is ClerkOrder.LEAST_TALK:
        first = clerk.talk_s
    return first, clerk.idle_since, clerk.id


def precedence(profile: Profile, need: Need, policy: Policy) -> int:
    """The place of a profile among those that fit a need; the smallest is asked first."""
    return -profile.level(need.skill) if policy.clerk_order is ClerkOrder.HIGHEST_SKILL else 0


def language_relaxed(language: Language, wait: timedelta, policy: Policy) -> bool:
    """Whether a clerk without the visitor's language may serve after this wait."""
    after = policy.language_relaxes_after
    return language not in RIGHTS and after is not None and wait >= after


def level_needed(need: Need, wait: timedelta, policy: Policy) -> int:
    """The level of the skill that still suffices after this wait; never below 1."""
    level = need.level
    for step in policy.level_steps:
        if wait >= step.after:
            level = min(level, need.level - step.lower_by)
    return max(1, level)
