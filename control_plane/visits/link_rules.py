"""When may a clerk's picture stand in a booth that waits for visitors, and what ends that?"""

from datetime import datetime, timedelta
from enum import StrEnum

from control_plane.service_points.rules.days import QueueNow
from control_plane.staff.rules import ClerkState

# A working day, at most; devices and relays are told an end, so that nothing stands for ever.
LONGEST = timedelta(hours=12)
# In these the clerk is at the desk and free, or is about to be.
STANDS_IN = frozenset({ClerkState.AVAILABLE, ClerkState.RESERVED})


class LinkEnd(StrEnum):
    """How a link came to its end; each has words on the desk."""

    CLOSED = "closed"  # by the clerk
    CALLED = "called"  # a visitor of the clerk's own was called there: the room is the visit's
    ELSEWHERE = "elsewhere"  # the clerk called a visitor to another booth
    BOOTH_NEEDED = "booth_needed"  # another clerk's visit takes the booth
    CLERK_AWAY = "clerk_away"  # on a break, in a call, off duty
    OVER = "over"  # the shift or the queue's hours have ended
    BOOTH_GONE = "booth_gone"  # its device is away, has started anew or would not


# What the clerk did by hand needs no telling.
BY_CLERK = frozenset({LinkEnd.CLOSED, LinkEnd.CALLED, LinkEnd.ELSEWHERE, LinkEnd.CLERK_AWAY})


def ends_at(queue: QueueNow, shift_until: datetime | None, now: datetime) -> datetime:
    """Until when a link that is opened now may stand, if nothing happens before."""
    bounds = [now + LONGEST]
    bounds += [each for each in (queue.until, shift_until) if each is not None and each > now]
    return min(bounds)
