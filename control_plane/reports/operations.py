"""How are smileys and kept promises counted, and what may be told of many?"""

from dataclasses import asdict
from datetime import date
from typing import assert_never

from pydantic import BaseModel

from control_plane.database import Tx
from control_plane.reports import promise_queries, queries
from control_plane.reports.promise_queries import By, Promised
from control_plane.reports.rules.cells import SMALLEST_CELL, suppress, total
from control_plane.reports.rules.promises import Verdict, calibrate
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from shared.languages import Text


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


# --- promises ----------------------------------------------------------------------------------


class PromiseRow(BaseModel):
    """How promised waits of one agency, service or point came true; a small cell is null."""

    agency: str
    code: str
    name: Text
    promised: int | None
    within: int | None
    above: int | None
    below: int | None
    unknown: int | None
    within_percent: int | None
    median_off_min: int | None


class PromiseSummary(BaseModel):
    """Promise against fact over a period, at the first call of each visitor."""

    since: date
    until: date
    by: By
    smallest_cell: int
    rows: list[PromiseRow]


def promise_met(tx: Tx, *, promised: Promised, verdict: Verdict, off_by_min: int) -> None:
    """A visitor was called for the first time: what had been promised is told by now."""
    promise_queries.count(
        tx, Scope.system("reports"), promised, verdict=verdict, off_by_min=off_by_min
    )


def promises(tx: Tx, scope: Scope, *, by: By, since: date, until: date) -> PromiseSummary:
    """What became of promised waits, of the asker's agency or of all."""
    names = _names(tx, scope, by)
    return PromiseSummary(
        since=since,
        until=until,
        by=by,
        smallest_cell=SMALLEST_CELL,
        rows=[
            PromiseRow(
                agency=each.agency,
                code=each.code,
                name=names.get(each.code) or Text(fi=each.code, sv=each.code, en=each.code),
                **asdict(calibrate(each.counts)),
            )
            for each in promise_queries.counted(tx, scope, by=by, since=since, until=until)
        ],
    )


def _names(tx: Tx, scope: Scope, by: By) -> dict[str, Text]:
    match by:
        case By.AGENCY:
            return {each.code: each.name for each in places.agencies_seen(tx, scope)}
        case By.SERVICE:
            return {each.code: each.name for each in places.services_seen(tx, scope)}
        case By.POINT:
            return {each.code: each.name for each in places.points_of_agency(tx, scope)}
        case _:
            assert_never(by)
