"""Did promised waits come true, and what may be told of it?"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from control_plane.reports.rules.cells import SMALLEST_CELL, cell, total

# Farther off than this is as far off.
FAR_MIN = 240
# A share is told in steps: with an exact one a hidden cell could be worked out.
STEP_PERCENT = 5


class Verdict(StrEnum):
    """What became of a promised wait at the first call."""

    WITHIN = "within"
    ABOVE = "above"  # the visitor waited longer
    BELOW = "below"  # was called earlier
    UNKNOWN = "unknown"  # nothing was promised


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well promises were kept; None where too few are counted to tell."""

    promised: int | None
    within: int | None
    above: int | None
    below: int | None
    unknown: int | None
    within_percent: int | None  # of those promised, in steps of five
    median_off_min: int | None


def judge(promised: tuple[int, int] | None, waited_s: int) -> Verdict:
    """Was the wait within the promised minutes, edges included?"""
    if promised is None:
        return Verdict.UNKNOWN
    low, high = promised
    if waited_s > high * 60:
        return Verdict.ABOVE
    return Verdict.BELOW if waited_s < low * 60 else Verdict.WITHIN


def off_by(middle_s: int | None, waited_s: int) -> int:
    """Whole minutes between the middle of what was foreseen and the wait."""
    return 0 if middle_s is None else min(FAR_MIN, abs(waited_s - middle_s) // 60)


def calibrate(counts: Mapping[tuple[Verdict, int], int]) -> Calibration:
    """What may be told of counts by verdict and minutes off."""
    by_verdict = dict.fromkeys(Verdict, 0)
    off: dict[int, int] = {}
    for (verdict, minutes), times in counts.items():
        by_verdict[verdict] += times
        if verdict is not Verdict.UNKNOWN:
            off[minutes] = off.get(minutes, 0) + times
    promised = sum(off.values())
    shown = {verdict: cell(times) for verdict, times in by_verdict.items()}
    enough = promised >= SMALLEST_CELL
    return Calibration(
        promised=total([shown[each] for each in Verdict if each is not Verdict.UNKNOWN]),
        within=shown[Verdict.WITHIN],
        above=shown[Verdict.ABOVE],
        below=shown[Verdict.BELOW],
        unknown=shown[Verdict.UNKNOWN],
        within_percent=_in_steps(by_verdict[Verdict.WITHIN], promised) if enough else None,
        median_off_min=_median(off, promised) if enough else None,
    )


def _in_steps(part: int, whole: int) -> int:
    return STEP_PERCENT * round(100 * part / whole / STEP_PERCENT)


def _median(counts: Mapping[int, int], many: int) -> int:
    """The lower median of what is counted by value."""
    left = (many + 1) // 2
    for value in sorted(counts):
        left -= counts[value]
        if left <= 0:
            return value
    raise ValueError("the median of nothing")
