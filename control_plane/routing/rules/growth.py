"""Why does somebody who comes now wait longer than was said a moment ago?

A wait never grows on a screen without one of these beside it. None of them tells an agency.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.tickets import WaitGrew


@dataclass(frozen=True, slots=True)
class Ground:
    """On what an estimate stood: who worked, which booths were in use, who waited since when."""

    at: datetime
    clerks: frozenset[UUID]
    booths: frozenset[str]
    waiting: Mapping[UUID, datetime]  # by first arrival


def why_grew(before: Ground, now: Ground) -> WaitGrew:
    """The first cause that is there, those that nobody in the queue brought about before others."""
    if before.clerks - now.clerks:
        return WaitGrew.CLERK_LEFT
    if before.booths - now.booths:
        return WaitGrew.BOOTH_OUT
    new = now.waiting.keys() - before.waiting.keys()
    if any(now.waiting[each] < before.at for each in new):
        return WaitGrew.CAME_BEFORE
    return WaitGrew.MORE_CAME if new else WaitGrew.VISITS_LAST
