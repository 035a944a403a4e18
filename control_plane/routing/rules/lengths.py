"""How long will a visit last? As those of its service did; before any was, as the service says.

Lengths are lognormal: never negative, and now and then one is long. A few visits' worth of the
service's own minutes stand before what was served, so that the first visits tell little and the
hundredth tells what is so.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import exp, log, sqrt
from statistics import NormalDist
from uuid import UUID

# A prime: the steps by which a visit walks through the strata reach every one of them.
RUNS = 61
# So many visits count the service's own minutes, and so wide is what they say (of the mean).
PRIOR_VISITS = 5
PRIOR_SPREAD = 0.5
UNKNOWN_MINUTES = 10  # of a service that says nothing

_NORMAL = NormalDist()
_LAST = 1.0 - 1e-6
_MIX = 0x9E3779B97F4A7C15


@dataclass(frozen=True, slots=True)
class Served:
    """What is known of visits that are over: how many, their seconds, and those squared."""

    count: int = 0
    total_s: float = 0.0
    squares_s2: float = 0.0


@dataclass(frozen=True, slots=True)
class Length:
    """How long a visit may take: mean in seconds, and the spread of its logarithm."""

    mean_s: float
    sigma: float


def learned(minutes: int, served: Served) -> Length:
    """The length of a service's visits, by its own ``minutes`` and by what was served."""
    own_s = 60.0 * (minutes or UNKNOWN_MINUTES)
    weight = PRIOR_VISITS + served.count
    mean = (PRIOR_VISITS * own_s + served.total_s) / weight
    second = PRIOR_VISITS * own_s**2 * (1 + PRIOR_SPREAD**2) + served.squares_s2
    variance = max(0.0, second / weight - mean**2)
    return Length(mean, sqrt(log(1 + variance / mean**2)))


@lru_cache(maxsize=1024)
def strata(length: Length) -> tuple[float, ...]:
    """`RUNS` equally likely lengths in whole seconds, shortest first; together of the mean."""
    drawn = [exp(length.sigma * _NORMAL.inv_cdf(_middle(run))) for run in range(RUNS)]
    scale = length.mean_s * RUNS / sum(drawn)
    return tuple(float(round(scale * each)) for each in drawn)


def remaining(length: Length, elapsed_s: float) -> tuple[float, ...]:
    """As `strata`, of what is left of a visit that has lasted ``elapsed_s`` seconds already."""
    if elapsed_s <= 0 or length.sigma == 0:
        return tuple(max(0.0, each - elapsed_s) for each in strata(length))
    middle = max(1.0, strata(length)[RUNS // 2])
    gone = min(_LAST, _NORMAL.cdf(log(elapsed_s / middle) / length.sigma))
    return tuple(
        max(
            0.0,
            round(middle * exp(length.sigma * _NORMAL.inv_cdf(gone + (1 - gone) * _middle(run))))
            - elapsed_s,
        )
        for run in range(RUNS)
    )


def draws(lengths: tuple[float, ...], identity: UUID) -> tuple[float, ...]:
    """The length in each run: every stratum once, in an order that only the identity decides."""
    mixed = (identity.int * _MIX) % (1 << 64) >> 16
    step, first = 1 + mixed % (RUNS - 1), mixed // RUNS % RUNS
    return tuple(lengths[(first + step * run) % RUNS] for run in range(RUNS))


def _middle(run: int) -> float:
    return (run + 0.5) / RUNS
