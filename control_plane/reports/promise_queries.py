"""Which statements count promised waits and what became of them?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa

from control_plane.database import Tx, insert_or
from control_plane.reports.rules.promises import Verdict
from control_plane.reports.tables import promise_counts
from control_plane.security.scope import Scope
from control_plane.service_points.tables import service_points


class By(StrEnum):
    """Of what a row tells: each agency, or each of its services or points."""

    AGENCY = "agency"
    SERVICE = "service"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class Promised:
    """Whose promise, by which method, on which day of the point."""

    point: str
    agency: str
    service: str
    day: date
    method: str


@dataclass(frozen=True, slots=True)
class Counted:
    """Waits of one row, by verdict and minutes off."""

    agency: str
    code: str  # of what the rows are by
    counts: Mapping[tuple[Verdict, int], int]


def count(tx: Tx, _scope: Scope, promised: Promised, *, verdict: Verdict, off_by_min: int) -> None:
    """One more promise that came true or did not; no row says whose or when."""
    key = {
        "point": promised.point,
        "agency": promised.agency,
        "service": promised.service,
        "day": promised.day,
        "method": promised.method,
        "verdict": str(verdict),
        "off_by_min": off_by_min,
    }
    tx.execute(
        insert_or(tx.dialect, promise_counts)
        .values(**key, count=1)
        .on_conflict_do_update(index_elements=list(key), set_={"count": promise_counts.c.count + 1})
    )


def counted(tx: Tx, scope: Scope, *, by: By, since: date, until: date) -> list[Counted]:
    """The waits of a period that the asker may see; training points are never counted."""
    code = promise_counts.c[str(by)].label("code")
    rows = tx.execute(
        sa.select(
            promise_counts.c.agency,
            code,
            promise_counts.c.verdict,
            promise_counts.c.off_by_min,
            sa.func.sum(promise_counts.c.count).label("times"),
        )
        .join(service_points, service_points.c.code == promise_counts.c.point)
        .where(
            scope.only(promise_counts.c.agency),
            promise_counts.c.day >= since,
            promise_counts.c.day <= until,
            service_points.c.training.is_(False),
        )
        .group_by(
            promise_counts.c.agency,
            code,
            promise_counts.c.verdict,
            promise_counts.c.off_by_min,
        )
        .order_by(promise_counts.c.agency, code)
    )
    found: dict[tuple[str, str], dict[tuple[Verdict, int], int]] = {}
    for row in rows:
        counts = found.setdefault((row.agency, row.code), {})
        counts[Verdict(row.verdict), row.off_by_min] = int(row.times)
    return [Counted(agency, code, counts) for (agency, code), counts in found.items()]
