"""How long does a simulated day take, and how do the practices compare on the same days?"""

from collections.abc import Sequence
from time import perf_counter

from control_plane.routing.simulation.day import Visit
from control_plane.routing.simulation.measures import Waits, waits
from provisioning.nation.country import BUSY, QUIET, Life, Load, country, day
from provisioning.nation.practices import OURS, Practice, tried
from tests.bench.numbers import Number, Numbers, median

SEEDS, MANUAL_SEEDS, DAYS = range(1, 21), range(1, 6), (1, 2, 3)
WHOLE = Load("whole", 1.0, 0.80)  # every queue visit of 2030


async def measure() -> Numbers:
    """`simulate.*`; a ratio is of three days each, the median over the seeds."""
    quiet = {seed: compared(QUIET, seed) for seed in SEEDS}
    busy = {seed: compared(BUSY, seed) for seed in SEEDS}
    by_hand = [
        busy[seed][Practice.OURS].mean_s / of_days(BUSY, seed, Practice.MANUAL).mean_s
        for seed in MANUAL_SEEDS
    ]
    bounds = [
        each[Practice.OURS].mean_s
        / max(each[Practice.MANY_BOOTHS].mean_s, each[Practice.MANY_CLERKS].mean_s)
        for each in busy.values()
    ]
    longest = [
        each[Practice.OURS].longest_s / each[Practice.GREEDY].longest_s
        for each in [*quiet.values(), *busy.values()]
    ]
    shorter = OURS.shorter_first
    cap = f", capped at {shorter.cap}" if shorter else ""
    ours = f"shorter_first {shorter.gain if shorter else 0} minutes per minute{cap}; "
    return {
        "simulate.seconds_300_points_day": seconds(),
        "simulate.wait_to_manual": Number(
            median(by_hand), "", len(by_hand), note=f"busy days; {ours}{spread(by_hand)}"
        ),
        **{
            f"simulate.wait_to_greedy.{load.name}": to_greedy(each, ours)
            for load, each in ((QUIET, quiet), (BUSY, busy))
        },
        "simulate.max_wait_to_greedy": Number(
            median(longest), "", len(longest), note=f"quiet and busy days; {spread(longest)}"
        ),
        "simulate.wait_to_bound": Number(
            median(bounds), "", len(bounds), note=f"busy days; {spread(bounds)}"
        ),
    }


def to_greedy(compared: dict[int, dict[Practice, Waits]], ours: str) -> Number:
    """The mean wait under ours to that under greedy."""
    ratios = [
        each[Practice.OURS].mean_s / each[Practice.GREEDY].mean_s for each in compared.values()
    ]
    return Number(median(ratios), "", len(ratios), note=f"{ours}{spread(ratios)}")


def spread(ratios: Sequence[float]) -> str:
    """From the least to the most, over the seeds."""
    return f"seeds from {min(ratios):.3f} to {max(ratios):.3f}"


def compared(load: Load, seed: int) -> dict[Practice, Waits]:
    """Every practice but the slow one."""
    return {
        practice: of_days(load, seed, practice)
        for practice in Practice
        if practice is not Practice.MANUAL
    }


def of_days(load: Load, seed: int, practice: Practice) -> Waits:
    """The waits of a nation's days together."""
    nation = country(load, seed)
    visits: list[Visit] = []
    for number in DAYS:
        record = tried(day(nation, number), practice)
        if record.waiting:
            raise RuntimeError("somebody was never served")
        visits.extend(record.visits)
    return waits(visits)


def seconds() -> Number:
    """All queue visits of 2030, with languages, breaks and contact centres; drawing included."""
    took = []
    visits = 0
    for seed in range(1, 6):
        started = perf_counter()
        visits += len(tried(day(country(WHOLE, seed, Life.FULL), 1), Practice.OURS).visits)
        took.append(perf_counter() - started)
    return Number(
        median(took), "s", len(took), note=f"12 agencies, {visits // len(took)} visits a day"
    )
