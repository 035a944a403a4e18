"""When does a peripheral's condition count? It must last before anybody is told.

A printer that is asked while it prints, or a camera that is opened, flickers; a fault told
and taken back a second later would make nobody trust the next one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.telemetry import Condition, PeripheralStatus, Port

# How many seconds a new condition must last before it is told. What a person does with
# their hands (paper, cover) is quick to settle; what a cable or a process does takes longer.
LASTS_S: Mapping[Condition, float] = {
    Condition.READY: 0.0,
    Condition.BUSY: 2.0,
    Condition.PAPER_LOW: 2.0,
    Condition.PAPER_OUT: 2.0,
    Condition.COVER_OPEN: 2.0,
    Condition.JAMMED: 2.0,
    Condition.SUPPLIES_LOW: 2.0,
    Condition.UNPLUGGED: 2.0,
    Condition.FAILED: 2.0,
    Condition.UNKNOWN: 4.0,
}


@dataclass(frozen=True, slots=True)
class Watched:
    """One port as it is told, and what it may be about to become."""

    told: PeripheralStatus
    seen: Condition
    seen_at: float  # monotonic seconds: since when `seen` has been so
    seen_since: datetime


@dataclass(frozen=True, slots=True)
class Faults:
    """Every port that was ever seen, in the order of first sight."""

    ports: Mapping[Port, Watched]

    @property
    def told(self) -> tuple[PeripheralStatus, ...]:
        """What the control plane, the clerk and the screens may know."""
        return tuple(watched.told for watched in self.ports.values())


def nothing_seen() -> Faults:
    """Before the first look."""
    return Faults(ports={})


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer of a peripheral."""

    port: Port
    condition: Condition
    simulated: bool = False


def settle(
    faults: Faults, readings: tuple[Reading, ...], *, now: float, at: datetime
) -> tuple[Faults, bool]:
    """Take the readings in; the second value says whether there is something new to tell."""
    ports = dict(faults.ports)
    news = False
    for reading in readings:
        before = ports.get(reading.port)
        if before is None:
            ports[reading.port] = _first(reading, now, at)
            news = True
            continue
        watched = _seen(before, reading.condition, now, at)
        if watched.seen is not watched.told.condition and (
            now - watched.seen_at >= LASTS_S[watched.seen]
        ):
            news = True
            watched = Watched(
                told=_status(reading, watched.seen_since),
                seen=watched.seen,
                seen_at=watched.seen_at,
                seen_since=watched.seen_since,
            )
        ports[reading.port] = watched
    return Faults(ports=ports), news


def _first(reading: Reading, now: float, at: datetime) -> Watched:
    return Watched(told=_status(reading, at), seen=reading.condition, seen_at=now, seen_since=at)


def _seen(before: Watched, condition: Condition, now: float, at: datetime) -> Watched:
    if condition is before.seen:
        return before
    return Watched(told=before.told, seen=condition, seen_at=now, seen_since=at)


def _status(reading: Reading, since: datetime) -> PeripheralStatus:
    return PeripheralStatus(
        port=reading.port,
        condition=reading.condition,
        since=since,
        simulated=reading.simulated,
    )
