"""Who has a clerk: we, or a contact centre?

A lease says that a clerk is busy elsewhere. It lapses by itself, so that a contact centre that
crashed keeps nobody, and it is renewed by being asked for again. A clerk is never in two of visit,
offer and lease at once: whoever comes second is told so and withdraws.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from control_plane.staff.rules import TAKEN, ClerkState

SHORTEST_S = 5
LONGEST_S = 300
USUAL_S = 60


class LeaseEnd(StrEnum):
    """Why a lease ended."""

    RELEASED = "released"  # the contact centre said so
    LAPSED = "lapsed"  # it was not renewed in time
    REVOKED = "revoked"  # the integration was


@dataclass(frozen=True, slots=True)
class Lease:
    """A stored lease; ``id`` is the contact centre's own word, unique within its integration."""

    integration_id: UUID
    id: str
    staff_id: UUID
    agency: str
    since: datetime
    expires_at: datetime
    end: LeaseEnd | None = None

    def holds(self, now: datetime) -> bool:
        """Does it keep the clerk? At the very instant of its end it does not."""
        return self.end is None and now < self.expires_at


class Answer(StrEnum):
    """What becomes of a wish for a lease."""

    TAKEN = "taken"
    RENEWED = "renewed"
    IN_VISIT = "in_visit"  # our visit or offer was first
    ELSEWHERE = "elsewhere"  # another lease was first
    OVER = "over"  # it was released, and a late repeat does not bring it back
    ANOTHER = "another"  # the same id stands for another clerk


def answer(
    known: Lease | None,
    other: Lease | None,
    *,
    staff_id: UUID,
    state: ClerkState,
    now: datetime,
) -> Answer:
    """Judge a wish.

    ``known``: the lease of this id, if there was one. ``other``: the clerk's open lease under
    another id; one that has run out though nobody has ended it yet counts no more.
    """
    if known is not None:
        if known.staff_id != staff_id:
            return Answer.ANOTHER
        if known.end is LeaseEnd.RELEASED:
            return Answer.OVER
        if known.end is None:
            # Even late: nobody has taken the clerk meanwhile.
            return Answer.RENEWED
    if state in TAKEN:
        return Answer.IN_VISIT
    if other is not None and other.holds(now):
        return Answer.ELSEWHERE
    return Answer.TAKEN


def expiry(now: datetime, ttl_s: int) -> datetime:
    """When a lease that is taken or renewed now runs out."""
    return now + timedelta(seconds=max(SHORTEST_S, min(ttl_s, LONGEST_S)))
