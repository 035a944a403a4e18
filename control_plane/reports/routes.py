"""Reports over HTTP: what visitors felt, without telling who."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from control_plane.reports import operations
from control_plane.reports.operations import FeedbackSummary
from control_plane.security.access import REFUSALS, require
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.scope import Role
from control_plane.security.sessions import SignedIn

router = APIRouter(tags=["reports"])

LAST = timedelta(days=30)

Reader = Annotated[SignedIn, Depends(require(Role.AGENCY_ADMIN, Role.OWNER, Role.ADMIN))]
At = Annotated[Boundary, Depends(boundary)]


@router.get("/feedback/summary", operation_id="feedback_summary", responses=REFUSALS)
async def feedback_summary(
    me: Reader,
    at: At,
    since: Annotated[date | None, Query(description="The first day.")] = None,
    until: Annotated[date | None, Query(description="The last day.")] = None,
) -> FeedbackSummary:
    """Smileys by point, of your agency; a cell with fewer than five is null."""
    last = until or at.clock.now().date()
    first = since or last - min(LAST, last - date.min)
    return await at.store.read(
        lambda tx: operations.feedback(tx, me.scope, since=first, until=last)
    )
