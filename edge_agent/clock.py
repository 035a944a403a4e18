"""What time is it? Ours, a monotonic one for spans, and the server's by its signed replies.

A device's wall clock may be hours off. What must hold together with the control plane
(expiry, proofs, the times in events) is judged by the server's time: the monotonic clock plus
the offset learnt from a signed reply to a question that we asked ourselves just now, so that
an old reply played again cannot turn the clock back.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from shared.identifiers import BootId, new_uuid

# A reply that took longer says too little about the time.
LONGEST_ROUND_TRIP_S = 10.0
# Two crystals drift apart by at most about this much; an older sample is worth less.
DRIFT = 200e-6


@dataclass(frozen=True, slots=True)
class _Sample:
    server: datetime  # the server's time at `monotonic`
    monotonic: float
    error_s: float


def _system_wall() -> datetime:
    return datetime.now(UTC)


class Clock:
    """One for a process; the two sources are given by tests that need clocks that are off."""

    def __init__(
        self,
        *,
        wall: Callable[[], datetime] = _system_wall,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._sample: _Sample | None = None

    @property
    def known(self) -> bool:
        """Has the server's time been heard since the start?"""
        return self._sample is not None

    def monotonic(self) -> float:
        """Seconds that only go forward; for spans and limits."""
        return self._monotonic()

    def now(self) -> datetime:
        """The server's time as well as we know it; our own wall clock until it is known."""
        if self._sample is None:
            return self._wall()
        age = self._monotonic() - self._sample.monotonic
        return self._sample.server + timedelta(seconds=age)

    def learn(self, server: datetime, *, asked_at: float, answered_at: float) -> None:
        """A signed reply was made at ``server``, some time between our two monotonic readings."""
        error_s = (answered_at - asked_at) / 2
        if not 0 <= error_s <= LONGEST_ROUND_TRIP_S / 2:
            return
        if self._sample is not None:
            age = answered_at - self._sample.monotonic
            if self._sample.error_s + age * DRIFT < error_s:
                return
        self._sample = _Sample(
            server=server, monotonic=(asked_at + answered_at) / 2, error_s=error_s
        )

    @property
    def offset_s(self) -> float:
        """How far the wall clock is behind the server's time."""
        return (self.now() - self._wall()).total_seconds()


def boot_id(source: Path = Path("/proc/sys/kernel/random/boot_id")) -> BootId:
    """The kernel's name for this start of the device; monotonic ages count within it."""
    try:
        return BootId(UUID(source.read_text(encoding="ascii").strip()))
    except (OSError, ValueError):
        return BootId(new_uuid())
