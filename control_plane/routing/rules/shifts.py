"""Which matters still end before a clerk's shift does, by the minutes that they should take?"""

from collections.abc import Iterable
from datetime import datetime, timedelta

# A shift that ended so long ago was another day's.
PAST = timedelta(hours=6)
NONE = -1  # not even a matter of no time


def longest(
    minutes: Iterable[int], until: datetime | None, now: datetime
) -> tuple[int | None, datetime | None]:
    """The longest of these that still ends in time, and from when on that is another one.

    (None, None) for a clerk without a shift's end: everything does.
    """
    if until is None or now >= until + PAST:
        return None, None
    fitting = [each for each in (*minutes, 0) if now + timedelta(minutes=each) <= until]
    if not fitting:
        return NONE, until + PAST
    most = max(fitting)
    # At that very instant it still fits; the next one is the first at which it does not.
    return most, until - timedelta(minutes=most) + timedelta(microseconds=1)
