"""Which statements count the numbers of a day, and those of a contingent?"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from control_plane.database import Tx
from control_plane.security.scope import Scope
from control_plane.tickets.tables import series, tickets

# The highest number that a screen shows (`shared.tickets.TicketNumber`).
HIGHEST = 9999


def _next(insert: Any, first: Any, limit: Any) -> Any:
    counted = insert(series).values(first)
    return counted.on_conflict_do_update(
        index_elements=["name", "day"],
        set_={"last": series.c.last + 1},
        where=series.c.last < limit,
    ).returning(series.c.name, series.c.last)


_UPSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_NEXT_NUMBER = {
    dialect: _next(
        insert, {"name": sa.bindparam("at"), "day": sa.bindparam("on"), "last": 1}, HIGHEST
    )
    for dialect, insert in _UPSERT.items()
}


def count(tx: Tx, point: str, day: date, contingents: Mapping[tuple[str, date], int]) -> int | None:
    """The next number of the point's day; None when a contingent is used up."""
    if not contingents:
        return int(tx.execute(_NEXT_NUMBER[tx.dialect], {"at": point, "on": day}).one().last)
    wanted = {(point, day): HIGHEST, **contingents}
    # In one order, so that two that give numbers at once never wait for each other crosswise.
    rows = [{"name": name, "day": on, "last": 1} for name, on in sorted(wanted)]
    limit = sa.case({name: most for (name, _), most in wanted.items()}, value=series.c.name)
    given = {row.name: row.last for row in tx.execute(_next(_UPSERT[tx.dialect], rows, limit))}
    if len(given) == len(wanted):
        return int(given[point])
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
