"""For which part of its opening hours could a booth not serve, as far as that is known?"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

Span = tuple[datetime, datetime]  # from, until


@dataclass(frozen=True, slots=True)
class Downtime:
    """Seconds of opening hours. ``unknown_s``: before anything was heard of the device."""

    open_s: int = 0
    down_s: int = 0
    unknown_s: int = 0

    def __add__(self, other: "Downtime") -> "Downtime":
        """Of both."""
        return Downtime(
            self.open_s + other.open_s,
            self.down_s + other.down_s,
            self.unknown_s + other.unknown_s,
        )

    @property
    def known_s(self) -> int:
        """Of how much of the opening hours something is known."""
        return self.open_s - self.unknown_s


def downtime(
    opened: Iterable[Span], changes: Sequence[tuple[datetime, bool]], now: datetime
) -> Downtime:
    """How long the device was away while the point was open, until now at the latest.

    ``changes``: when it came (true) or was lost (false), in order, with the last before the first
    opening; before the first of them nothing is known.
    """
    total = Downtime()
    edges = [at for at, _ in changes]
    for opens, closes in opened:
        ends = min(closes, now)
        if opens >= ends:
            continue
        cuts = sorted({opens, ends, *(at for at in edges if opens < at < ends)})
        for since, until in itertools.pairwise(cuts):
            seconds = int((until - since).total_seconds())
            before = [online for at, online in changes if at <= since]
            total += Downtime(
                open_s=seconds,
                down_s=seconds if before and not before[-1] else 0,
                unknown_s=0 if before else seconds,
            )
    return total
