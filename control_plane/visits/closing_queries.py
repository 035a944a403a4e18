"""What is closed now, how much of each contingent is given, and what do clerks have before them?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from control_plane.database import Instant, Tx, built_once
from control_plane.queues.queries import CONTINGENT, StoredClosing, in_force, stored
from control_plane.queues.rules.closing import Closing, country_day
from control_plane.queues.tables import queue_closings
from control_plane.security.scope import Reach, Scope
from control_plane.staff.rules import WORKING
from control_plane.staff.tables import clerks
from control_plane.tickets.rules import IN_HAND
from control_plane.tickets.tables import handling, series, tickets


@dataclass(frozen=True, slots=True)
class Closed:
    """A closing with what a contingent has given today."""

    stored: StoredClosing
    given: int

    @property
    def closing(self) -> Closing:
        """As the rules see it."""
        return self.stored.now(self.given)


def closed(tx: Tx, scope: Scope, now: datetime, *, point: str | None = None) -> list[Closed]:
    """What is closed now, of the agencies that the asker may see; at ``point`` or everywhere."""
    values = {"now": now, "today": country_day(now), "there": point}
    rows = tx.execute(_closed(scope.reach, there=point is not None), values)
    return [Closed(stored(row), row.given) for row in rows]


@built_once
def _closed(reach: Reach, *, there: bool) -> sa.Select[Any]:
    here: sa.ColumnElement[bool] = sa.true()
    if there:
        named = queue_closings.c.point == sa.bindparam("there")
        here = sa.or_(queue_closings.c.point.is_(None), named)
    return (
        sa.select(queue_closings, sa.func.coalesce(series.c.last, 0).label("given"))
        .outerjoin(
            series,
            sa.and_(
                series.c.name == sa.literal(CONTINGENT) + queue_closings.c.id,
                series.c.day == sa.bindparam("today"),
            ),
        )
        .where(
            in_force(sa.bindparam("now", type_=Instant)), here, reach.only(queue_closings.c.agency)
        )
        .order_by(queue_closings.c.made_at, queue_closings.c.id)
    )


@dataclass(frozen=True, slots=True)
class Work:
    """An agency's work: who takes, or will take, its clerks' time, and how long each takes."""

    ahead: int = 0
    working: int = 0
    served: int = 0
    total_s: int = 0


def work(tx: Tx, _scope: Scope, agencies: Iterable[str]) -> dict[str, Work]:
    """The work of these agencies, in one statement."""
    wanted = sorted(set(agencies))
    parts = [
        sa.select(
            tickets.c.agency,
            sa.func.count().label("ahead"),
            sa.literal(0).label("working"),
            sa.literal(0).label("served"),
            sa.literal(0).label("total_s"),
        )
        .where(
            tickets.c.agency.in_(wanted),
            tickets.c.state.in_([str(state) for state in IN_HAND]),
        )
        .group_by(tickets.c.agency),
        sa.select(clerks.c.agency, sa.literal(0), sa.func.count(), sa.literal(0), sa.literal(0))
        .where(clerks.c.agency.in_(wanted), clerks.c.state.in_([str(state) for state in WORKING]))
        .group_by(clerks.c.agency),
        sa.select(
            handling.c.agency,
            sa.literal(0),
            sa.literal(0),
            handling.c.served,
            handling.c.total_s,
        ).where(handling.c.agency.in_(wanted)),
    ]
    found = {agency: Work() for agency in wanted}
    for row in tx.execute(sa.union_all(*parts)):
        was = found[row.agency]
        found[row.agency] = Work(
            ahead=was.ahead + row.ahead,
            working=was.working + row.working,
            served=was.served + row.served,
            total_s=was.total_s + row.total_s,
        )
    return found
