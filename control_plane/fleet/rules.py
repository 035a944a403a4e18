"""Is a device alive, and what can its booth do now?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.commands import FINAL_COMMAND_STATES, CommandState
from shared.telemetry import PeripheralStatus, Port

# Two heartbeats (every 30 s) may be lost before a device that did not say goodbye counts as gone.
SILENT_AFTER = timedelta(seconds=75)
# A check that failed keeps the booth out for this long unless its peripherals change first.
DISTRUST = timedelta(seconds=60)
# One that was still busy with the visit before is ready in a moment.
BUSY = "busy"
BUSY_FOR = timedelta(seconds=5)

# Without these a booth cannot hold a visit at all.
ESSENTIAL = (Port.SCREEN,)


class BoothState(StrEnum):
    """What a booth is being used for."""

    CLOSED = "closed"
    FREE = "free"
    RESERVED = "reserved"  # part of an offer
    PREPARING = "preparing"
    CALLED = "called"
    OCCUPIED = "occupied"
    WIPING = "wiping"
    KEPT = "kept"  # clean; a visitor sits there who waits for another clerk
    OUT_OF_USE = "out_of_use"


# A booth that is kept for a ticket stays so until the next visit begins in it.
STILL_KEPT = frozenset(
    {
        BoothState.FREE,
        BoothState.RESERVED,
        BoothState.PREPARING,
        BoothState.CALLED,
        BoothState.WIPING,
        BoothState.KEPT,
    }
)


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a booth can do now, and what is in the way."""

    ready: bool
    why: tuple[str, ...]
    can_print: bool
    can_show_papers: bool


def silent(heard_at: datetime, now: datetime) -> bool:
    """Has a device that counts as online not been heard for too long?"""
    return now - heard_at > SILENT_AFTER


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a booth's device; ``online`` is None where the booth has none."""

    online: bool | None
    peripherals: tuple[PeripheralStatus, ...] = ()
    distrusted_for: str = ""
    distrusted_until: datetime | None = None  # None: until it is proven clean


def distrust(trouble: str) -> timedelta:
    """For how long a booth is kept away from visitors after this trouble."""
    return BUSY_FOR if trouble == BUSY else DISTRUST


def readiness(told: Told, now: datetime) -> Readiness:
    """What the booth can do, from what its device says and how the last check went.

    A port that the device does not name is not there: never promised. Only a screen that is
    *named* and unusable makes the booth unfit, since a device tells it after its page is up.
    """
    by_port = {status.port: status for status in told.peripherals}
    why: list[str] = []
    if not told.online:
        why.append("offline")
    for port in ESSENTIAL:
        status = by_port.get(port)
        if status is not None and not status.usable:
            why.append(f"{port}_missing")
    if told.distrusted_for and (told.distrusted_until is None or now < told.distrusted_until):
        why.append(told.distrusted_for)
    return Readiness(
        ready=not why,
        why=tuple(why),
        can_print=_usable(by_port, Port.DOCUMENT_PRINTER),
        can_show_papers=_usable(by_port, Port.DOCUMENT_CAMERA),
    )


def _usable(by_port: dict[Port, PeripheralStatus], port: Port) -> bool:
    return port in by_port and by_port[port].usable


_ORDER = (
    CommandState.QUEUED,
    CommandState.SENT,
    CommandState.RECEIVED,
    CommandState.ACCEPTED,
    CommandState.RUNNING,
)


# How a command can end without its effect.
NOT_DONE = FINAL_COMMAND_STATES - {CommandState.DONE}


def earlier(state: CommandState) -> frozenset[CommandState]:
    """The states from which a command may come to ``state``: states only advance."""
    if state in FINAL_COMMAND_STATES:
        return frozenset(_ORDER)
    return frozenset(_ORDER[: _ORDER.index(state)])
