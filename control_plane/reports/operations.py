"""How is a smiley kept, and what may be told of many?"""

from datetime import date

from pydantic import BaseModel

from control_plane.database import Tx
from control_plane.reports import queries
from control_plane.reports.rules import SMALLEST_CELL, suppress, total
from control_plane.security.scope import Scope


class FeedbackRow(BaseModel):
    """Smileys of one agency at one point; a cell below the threshold is null."""

    point: str
    agency: str
    smileys: dict[int, int | None]  # 1 (worst) to 5 (best)
    total: int | None


class FeedbackSummary(BaseModel):
    """Feedback of a period; small cells are suppressed."""

    since: date
    until: date
    smallest_cell: int = SMALLEST_CELL
    rows: list[FeedbackRow]


def rate(tx: Tx, *, point: str, agency: str, day: date, smiley: int) -> None:
    """Keep one smiley without a person."""
    queries.count_smiley(
        tx, Scope.system("reports"), point=point, agency=agency, day=day, smiley=smiley
    )


def feedback(tx: Tx, scope: Scope, *, since: date, until: date) -> FeedbackSummary:
    """What visitors felt, by point and agency."""
    rows = []
    for each in queries.counts(tx, scope, since=since, until=until):
        shown = suppress(each.smileys)
        rows.append(
            FeedbackRow(
                point=each.point, agency=each.agency, smileys=shown, total=total(shown.values())
            )
        )
    return FeedbackSummary(since=since, until=until, rows=rows)
