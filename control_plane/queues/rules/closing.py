"""Is a queue closed for whoever comes now? A closing stops numbers, and never who waits already."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from shared.tickets import Instead, InsteadWay, Readiness

# A contingent may span points: its day is the country's, whatever a point's own clock says.
COUNTRY = "Europe/Helsinki"


class Kind(StrEnum):
    """How an agency closes a queue."""

    NOW = "now"  # no more numbers
    AHEAD = "ahead"  # none that could not be served before the queue closes there
    CONTINGENT = "contingent"  # so many a day
    EMERGENCY = "emergency"  # no more numbers, and whoever waits is told to come another day


@dataclass(frozen=True, slots=True)
class Closing:
    """A closing in force. ``point`` or ``service`` None: all of the agency's."""

    id: str
    agency: str
    point: str | None
    service: str | None
    kind: Kind
    most: int | None  # of a contingent
    given: int  # of a contingent, today
    instead: Instead

    def covers(self, *, point: str, service: str) -> bool:
        """Is it about this service at this point?"""
        return self.point in {None, point} and self.service in {None, service}


@dataclass(frozen=True, slots=True)
class Load:
    """What an agency's clerks have before them: ``ahead`` visitors who wait or are served now."""

    ahead: int
    mean_s: float
    working: int

    @property
    def finish_s(self) -> float:
        """In how many seconds would one who comes now be served, at the latest?

        If nobody takes longer than the mean and no clerk leaves, a clerk is free for the newcomer
        after ``ahead * mean / clerks``: until then all of them work. Without anybody at work one
        clerk is reckoned with, who is on a break.
        """
        return self.mean_s * (self.ahead / max(self.working, 1) + 1)


@dataclass(frozen=True, slots=True)
class Shut:
    """Why no number is given, and what can be done instead."""

    readiness: Readiness
    instead: Instead


_READINESS = {
    Kind.EMERGENCY: Readiness.EMERGENCY,
    Kind.NOW: Readiness.QUEUE_CLOSED,
    Kind.CONTINGENT: Readiness.FULL_TODAY,
    Kind.AHEAD: Readiness.CLOSING_SOON,
}
# The gravest is told.
_ORDER = list(_READINESS)


def shut(
    closings: Iterable[Closing], load: Load, *, closes_at: datetime | None, now: datetime
) -> Shut | None:
    """What keeps a newcomer out, of the closings that cover them; None when nothing does.

    ``closes_at``: when the queue closes there today; None for one that is always open.
    """
    found = [each for each in closings if _stops(each, load, closes_at, now)]
    if not found:
        return None
    gravest = min(found, key=lambda each: (_ORDER.index(each.kind), each.id))
    return Shut(_READINESS[gravest.kind], gravest.instead)


def _stops(closing: Closing, load: Load, closes_at: datetime | None, now: datetime) -> bool:
    match closing.kind:
        case Kind.NOW | Kind.EMERGENCY:
            return True
        case Kind.CONTINGENT:
            return closing.given >= (closing.most or 0)
        case Kind.AHEAD:
            return closes_at is not None and now > last_moment(load, closes_at)


def last_moment(load: Load, closes_at: datetime) -> datetime:
    """Until when a number can still be given that is served before the queue closes."""
    return closes_at - timedelta(seconds=load.finish_s)


def country_day(now: datetime) -> date:
    """The day to which a contingent and today's figures belong."""
    return now.astimezone(ZoneInfo(COUNTRY)).date()


def end_of_country_day(now: datetime) -> datetime:
    """When that day is over."""
    zone = ZoneInfo(COUNTRY)
    tomorrow = country_day(now) + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, zone).astimezone(ZoneInfo("UTC"))


ASK = Instead(way=InsteadWay.ASK)
