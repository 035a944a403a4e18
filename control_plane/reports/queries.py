"""Which statements count smileys?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from control_plane.database import Tx, insert_or
from control_plane.reports.tables import smiley_counts
from control_plane.security.scope import Scope
from control_plane.service_points.tables import service_points


@dataclass(frozen=True, slots=True)
class Counts:
    """The smileys of one point for one agency."""

    point: str
    agency: str
    smileys: Mapping[int, int]


def count_smiley(tx: Tx, _scope: Scope, *, point: str, agency: str, day: date, smiley: int) -> None:
    """One more of this smiley on this day; no row says whose or when."""
    tx.execute(
        insert_or(tx.dialect, smiley_counts)
        .values(point=point, agency=agency, day=day, smiley=smiley, count=1)
        .on_conflict_do_update(
            index_elements=["point", "agency", "day", "smiley"],
            set_={"count": smiley_counts.c.count + 1},
        )
    )


def counts(tx: Tx, scope: Scope, *, since: date, until: date) -> list[Counts]:
    """The smileys of a period by point and agency; training points are never counted."""
    rows = tx.execute(
        sa.select(
            smiley_counts.c.point,
            smiley_counts.c.agency,
            smiley_counts.c.smiley,
            sa.func.sum(smiley_counts.c.count).label("times"),
        )
        .join(service_points, service_points.c.code == smiley_counts.c.point)
        .where(
            scope.only(smiley_counts.c.agency),
            smiley_counts.c.day >= since,
            smiley_counts.c.day <= until,
            service_points.c.training.is_(False),
        )
        .group_by(smiley_counts.c.point, smiley_counts.c.agency, smiley_counts.c.smiley)
        .order_by(smiley_counts.c.point, smiley_counts.c.agency)
    )
    found: dict[tuple[str, str], dict[int, int]] = {}
    for row in rows:
        found.setdefault((row.point, row.agency), {})[row.smiley] = int(row.times)
    return [Counts(point, agency, smileys) for (point, agency), smileys in found.items()]
