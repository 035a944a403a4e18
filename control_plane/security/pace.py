"""How often may a machine ask? A bucket for each, in this replica."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

PER_SECOND = 20.0
AT_ONCE = 60.0
# More machines than this have never asked within the time that fills a bucket.
MANY = 1000


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is left to spend, and when that was so."""

    left: float
    at: datetime


def spend(bucket: Bucket | None, now: datetime) -> tuple[Bucket, float]:
    """The bucket after one more request, and for how many seconds it comes too early: 0 if not."""
    if bucket is None:
        return Bucket(AT_ONCE - 1, now), 0.0
    passed = max(0.0, (now - bucket.at).total_seconds())
    left = min(AT_ONCE, bucket.left + passed * PER_SECOND)
    if left < 1:
        return Bucket(left, now), (1 - left) / PER_SECOND
    return Bucket(left - 1, now), 0.0


@dataclass(slots=True, eq=False)
class Pace:
    """The buckets of those who asked lately."""

    _buckets: dict[UUID, Bucket] = field(default_factory=dict)

    def take(self, who: UUID, now: datetime) -> float:
        """Count a request; for how many seconds it comes too early, 0 if it does not."""
        if len(self._buckets) > MANY:
            self._buckets.clear()
        self._buckets[who], too_early_s = spend(self._buckets.get(who), now)
        return too_early_s
