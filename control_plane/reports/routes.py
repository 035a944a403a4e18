"""Reports over HTTP: what visitors felt and how promises came true, without telling whose."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from control_plane.reports import operations
from control_plane.reports.operations import FeedbackSummary, PromiseSummary
from control_plane.reports.promise_queries import By
from control_plane.security.access import REFUSALS, require
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.scope import Role
from control_plane.security.sessions import SignedIn
from control_plane.service_points.rules.days import local_day

router = APIRouter(tags=["reports"])

LAST = timedelta(days=30)
# Where the day of a report that names none ends; counts are of the points' own days.
HOME = "Europe/Helsinki"

Reader = Annotated[SignedIn, Depends(require(Role.AGENCY_ADMIN, Role.OWNER, Role.ADMIN))]
Anybody = Annotated[
    SignedIn, Depends(require(Role.CLERK, Role.AGENCY_ADMIN, Role.OWNER, Role.ADMIN))
]
At = Annotated[Boundary, Depends(boundary)]


@router.get("/feedback/summary", operation_id="feedback_summary", responses=REFUSALS)
async def feedback_summary(
    me: Reader,
    at: At,
    since: Annotated[date | None, Query(description="The first day.")] = None,
    until: Annotated[date | None, Query(description="The last day.")] = None,
) -> FeedbackSummary:
    """Smileys by point, of your agency; a cell with fewer than five is null."""
    first, last = _period(at, since, until)
    return await at.store.read(
        lambda tx: operations.feedback(tx, me.scope, since=first, until=last)
    )


@router.get("/promises/summary", operation_id="promise_summary", responses=REFUSALS)
async def promise_summary(
    me: Anybody,
    at: At,
    by: Annotated[By, Query(description="Of what each row tells.")] = By.AGENCY,
    since: Annotated[date | None, Query(description="The first day.")] = None,
    until: Annotated[date | None, Query(description="The last day.")] = None,
) -> PromiseSummary:
    """Promised waits against real ones, of your agency; a cell with fewer than five is null."""
    first, last = _period(at, since, until)
    return await at.store.read(
        lambda tx: operations.promises(tx, me.scope, by=by, since=first, until=last)
    )


def _period(at: Boundary, since: date | None, until: date | None) -> tuple[date, date]:
    last = until or local_day(at.clock.now(), HOME)
    return since or last - min(LAST, last - date.min), last
