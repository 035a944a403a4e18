"""Which statements count the numbers of a day, and those of a contingent?"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from control_plane.database import Tx
from control_plane.security.scope import Scope
from control_plane.service_points.tables import agency_days
from control_plane.tickets.tables import series, tickets

# The highest number that a screen shows (`shared.tickets.TicketNumber`).
HIGHEST = 9999


def _next(counted: Any, limit: Any) -> Any:
    return counted.on_conflict_do_update(
        index_elements=["name", "day"],
        set_={"last": series.c.last + 1},
        where=series.c.last < limit,
    ).returning(series.c.name, series.c.last)


_UPSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_POINT = sa.bindparam("at", type_=series.c.name.type)


def _newer(agency: Any, point: Any, known: Any) -> sa.Exists:
    """Days of the agency at the point that were set after those which are known."""
    return sa.exists().where(
        agency_days.c.agency == agency,
        agency_days.c.point == point,
        agency_days.c.version > known,
    )


def _first(name: Any, day: Any, newer: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The row of a series of which no number was given yet; none where newer days are set."""
    return sa.select(name, day, sa.literal(1)).where(~newer)


_COLUMNS = ["name", "day", "last"]
_FIRST = _first(
    _POINT,
    sa.bindparam("on", type_=series.c.day.type),
    _newer(sa.bindparam("of"), _POINT, sa.bindparam("known")),
)
_NEXT_NUMBER = {
    dialect: _next(insert(series).from_select(_COLUMNS, _FIRST), HIGHEST)
    for dialect, insert in _UPSERT.items()
}


def count(
    tx: Tx,
    point: str,
    day: date,
    *,
    days: Mapping[str, int],
    contingents: Mapping[tuple[str, date], int],
) -> int | None:
    """The next number of the point's day; None when a contingent is used up, or newer days are set.

    ``days``: by agency, the version of its days at the point on which it was decided.
    """
    if len(days) == 1 and not contingents:
        [(agency, version)] = days.items()
        known = {"at": point, "on": day, "of": agency, "known": version}
        number = tx.execute(_NEXT_NUMBER[tx.dialect], known).one_or_none()
        return None if number is None else int(number.last)
    wanted = {(point, day): HIGHEST, **contingents}
    newer = sa.or_(*(_newer(agency, point, version) for agency, version in days.items()))
    # In one order, so that two that give numbers at once never wait for each other crosswise.
    rows = [
        _first(sa.literal(name), sa.literal(on, series.c.day.type), newer)
        for name, on in sorted(wanted)
    ]
    limit = sa.case({name: most for (name, _), most in wanted.items()}, value=series.c.name)
    insert = _UPSERT[tx.dialect](series).from_select(_COLUMNS, sa.union_all(*rows))
    given = {row.name: row.last for row in tx.execute(_next(insert, limit))}
    if len(given) == len(wanted):
        return int(given[point])
    if not given:
        return None
    # Somebody else took the last one just now: what was counted here is taken back.
    tx.execute(
        sa.update(series)
        .where(
            sa.tuple_(series.c.name, series.c.day).in_([key for key in wanted if key[0] in given])
        )
        .values(last=series.c.last - 1)
    )
    return None


def skip(tx: Tx, scope: Scope, *, since: date, by: int) -> None:
    """Leave out ``by`` numbers of each point from the day on: they may have been given."""
    if not scope.over_agencies:
        raise PermissionError("numbers of every point are nobody's but the system's")
    points = sa.select(tickets.c.point).where(tickets.c.day >= since)
    tx.execute(
        sa.update(series)
        .where(series.c.day >= since, series.c.name.in_(points), series.c.last + by <= HIGHEST)
        .values(last=series.c.last + by)
    )
