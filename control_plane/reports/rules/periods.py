"""Which days does a report tell of? A day, a week from Monday, or a month, by the points' wall."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_DAY = timedelta(days=1)
# Of a date's own range, so that the day after a period is a date as well.
FIRST, LAST = date(2000, 1, 1), date(2999, 12, 31)


class Unit(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both ends included."""

    unit: Unit
    since: date
    until: date

    @property
    def days(self) -> list[date]:
        """Each of them."""
        return [self.since + count * _DAY for count in range((self.until - self.since).days + 1)]


def period(unit: Unit, day: date) -> Period:
    """The period of this kind in which a day lies."""
    match unit:
        case Unit.DAY:
            return Period(unit, day, day)
        case Unit.WEEK:
            monday = day - day.weekday() * _DAY
            return Period(unit, monday, monday + 6 * _DAY)
        case Unit.MONTH:
            first = day.replace(day=1)
            following = (first + 31 * _DAY).replace(day=1)
            return Period(unit, first, following - _DAY)
