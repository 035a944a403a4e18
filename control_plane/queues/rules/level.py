"""How well did a queue do today? The figures of a contact centre, each by its one definition.

offered     numbers given, less the short abandons
answered    called for the first time
wait        from the first arrival to the first call, of the answered
abandoned   gave the number up, or let the day end, without a call
short       abandoned within the threshold: a number taken by mistake
sent away   ended by the agency's own emergency closing
missed      called, and did not come; *returned*: came back to the queue after that
level       the share answered within the target: of the answered, and of all who could have
            been answered (answered, abandoned, sent away)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, median


class End(StrEnum):
    """Where a visitor's way through the queue has come to."""

    OPEN = "open"
    SERVED = "served"
    LEFT = "left"
    SENT_AWAY = "sent_away"


@dataclass(frozen=True, slots=True)
class Course:
    """One number of the day. ``left_s``: how long after its arrival it ended without a call."""

    end: End
    waited_s: float | None = None  # to the first call; None: not called yet, or never
    left_s: float | None = None
    missed: bool = False
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """What an agency promises itself: ``percent`` answered within ``within_s``."""

    percent: int = 80
    within_s: int = 600
    short_s: int = 30  # whoever gives a number up within this took it by mistake


@dataclass(frozen=True, slots=True)
class Figures:
    """Today, so far. A share or a wait is None when there is nothing that it could be of."""

    offered: int
    answered: int
    served: int
    abandoned: int
    short: int
    sent_away: int
    missed: int
    returned: int
    mean_wait_s: float | None
    median_wait_s: float | None
    level_answered: float | None  # percent
    level_offered: float | None


def figures(courses: Iterable[Course], target: Target) -> Figures:
    """The figures of these numbers."""
    found = list(courses)
    waits = [each.waited_s for each in found if each.waited_s is not None]
    left = [each for each in found if each.end is End.LEFT and each.waited_s is None]
    short = sum(each.left_s is not None and each.left_s < target.short_s for each in left)
    abandoned = len(left) - short
    away = sum(each.end is End.SENT_AWAY and each.waited_s is None for each in found)
    within = sum(wait <= target.within_s for wait in waits)
    return Figures(
        offered=len(found) - short,
        answered=len(waits),
        served=sum(each.end is End.SERVED for each in found),
        abandoned=abandoned,
        short=short,
        sent_away=away,
        missed=sum(each.missed for each in found),
        returned=sum(each.returned for each in found),
        mean_wait_s=fmean(waits) if waits else None,
        median_wait_s=median(waits) if waits else None,
        level_answered=_share(within, len(waits)),
        level_offered=_share(within, len(waits) + abandoned + away),
    )


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
