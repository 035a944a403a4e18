"""What may happen to a ticket, and what can honestly be said of the wait?"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from shared.tickets import WaitRange


class TicketState(StrEnum):
    """A ticket's life."""

    WAITING = "waiting"
    OFFERED = "offered"
    CALLED = "called"
    IN_SESSION = "in_session"
    HELD = "held"  # another errand of the same visit comes first, or goes on
    PARKED = "parked"  # the visitor does something meanwhile; its clerk calls again
    MISSED = "missed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


FINAL = frozenset({TicketState.COMPLETED, TicketState.CANCELLED, TicketState.EXPIRED})

# Whoever takes, or will take, a clerk's time.
IN_HAND = frozenset(
    {
        TicketState.WAITING,
        TicketState.HELD,
        TicketState.OFFERED,
        TicketState.CALLED,
        TicketState.IN_SESSION,
        TicketState.PARKED,
    }
)

# Whoever still waits to be called, now or later.
TO_BE_SERVED = frozenset(
    {TicketState.WAITING, TicketState.HELD, TicketState.OFFERED, TicketState.PARKED}
)

# Back to *waiting* leads every technical return, every transfer, the end of a parking time, and a
# visitor who missed the call and came again.
_NEXT: dict[TicketState, frozenset[TicketState]] = {
    TicketState.WAITING: frozenset(
        {TicketState.OFFERED, TicketState.HELD, TicketState.CANCELLED, TicketState.EXPIRED}
    ),
    TicketState.HELD: frozenset(
        {
            TicketState.WAITING,
            TicketState.MISSED,
            TicketState.CANCELLED,
            TicketState.EXPIRED,
        }
    ),
    TicketState.OFFERED: frozenset(
        {TicketState.CALLED, TicketState.WAITING, TicketState.CANCELLED}
    ),
    TicketState.CALLED: frozenset(
        {
            TicketState.IN_SESSION,
            TicketState.MISSED,
            TicketState.WAITING,
            TicketState.CANCELLED,
        }
    ),
    TicketState.IN_SESSION: frozenset(
        {TicketState.COMPLETED, TicketState.WAITING, TicketState.PARKED}
    ),
    TicketState.PARKED: frozenset(
        {TicketState.WAITING, TicketState.CANCELLED, TicketState.EXPIRED}
    ),
    TicketState.MISSED: frozenset(
        {TicketState.WAITING, TicketState.HELD, TicketState.CANCELLED, TicketState.EXPIRED}
    ),
    TicketState.COMPLETED: frozenset(),
    TicketState.CANCELLED: frozenset(),
    TicketState.EXPIRED: frozenset(),
}


def may_become(state: TicketState, wanted: TicketState) -> bool:
    """Is the step from ``state`` to ``wanted`` one of a ticket's life?"""
    return wanted in _NEXT[state]


def sources(wanted: TicketState) -> frozenset[TicketState]:
    """The states from which a ticket may become ``wanted``."""
    return frozenset(state for state in TicketState if may_become(state, wanted))


# --- time --------------------------------------------------------------------------------------

# A touch is answered in seconds or repeated; more than this is a device that claims the past.
MAX_AGE = timedelta(minutes=2)


def arrival(now: datetime, age_s: float) -> datetime:
    """When did the visitor touch the screen, by the server's time? The device's age is bounded."""
    return now - min(timedelta(seconds=max(age_s, 0)), MAX_AGE)


def local_day(now: datetime, timezone: str) -> date:
    """The date on the wall of the service point."""
    return now.astimezone(ZoneInfo(timezone)).date()


def end_of_day(day: date, timezone: str) -> datetime:
    """The instant at which the numbers of ``day`` lapse: the next local midnight."""
    zone = ZoneInfo(timezone)
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(ZoneInfo("UTC"))


def may_return(missed_at: datetime, now: datetime, *, within: timedelta) -> bool:
    """Does a visitor who missed the call still have the old place?"""
    return now - missed_at <= within


# --- the wait ----------------------------------------------------------------------------------

# Fewer served tickets than this tell nothing that may be promised.
ENOUGH_SERVED = 10
_EDGES = (0, 5, 10, 20, 30, 45, 60, 90, 120, 180, 240)
_STEP = 120


def mean_handling_s(*, served: int, total_s: int, minutes: int) -> float:
    """How long a visit takes an agency: as served, or as planned until enough were served."""
    return total_s / served if served >= ENOUGH_SERVED else minutes * 60


class Method(StrEnum):
    """How a promise was found."""

    SIMULATION = "simulation"  # runs of what may be, from the state of then
    POSITION = "position"  # visitors before x mean handling / clerks who work
    UNKNOWN = "unknown"  # nothing that may be promised is known


@dataclass(frozen=True, slots=True)
class Promise:
    """What a visitor is told of the wait, how it was found, and its middle in seconds."""

    method: Method
    wait: WaitRange | None = None
    middle_s: int | None = None


NO_PROMISE = Promise(Method.UNKNOWN)


def by_position(*, before: int, served: int, mean_handling_s: float, clerks: int) -> Promise:
    """What can be said without a simulation, or nothing when that is too little.

    ``before`` visitors at ``mean_handling_s`` seconds each, shared by ``clerks`` who work
    (semantics D7: position x mean handling / open clerks).
    """
    if served < ENOUGH_SERVED or clerks < 1 or mean_handling_s <= 0:
        return NO_PROMISE
    seconds = before * mean_handling_s / clerks
    return Promise(Method.POSITION, boxes(seconds, seconds), int(seconds))


def boxes(early_s: float, late_s: float) -> WaitRange:
    """The range from the edge below ``early_s`` to the one above ``late_s``: never a raw number."""
    return WaitRange(low_min=_box(early_s / 60)[0], high_min=_box(late_s / 60)[1])


def _box(minutes: float) -> tuple[int, int]:
    if minutes >= _EDGES[-1]:
        low = _EDGES[-1] + int((minutes - _EDGES[-1]) // _STEP) * _STEP
        return low, low + _STEP
    box = bisect_right(_EDGES, minutes) - 1
    return _EDGES[box], _EDGES[box + 1]


def is_over(wait: WaitRange | None, arrived_at: datetime, now: datetime) -> bool:
    """Has the visitor waited longer than was promised?"""
    return wait is not None and now - arrived_at > timedelta(minutes=wait.high_min)
