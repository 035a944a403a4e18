"""Reports of visits over HTTP: an agency's own for its people, the whole for the owner."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from control_plane.errors import NOT_FOUND, responses
from control_plane.reports.rules.periods import FIRST, LAST, Unit, period
from control_plane.security.access import REFUSALS, require
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.scope import Role
from control_plane.security.sessions import SignedIn
from control_plane.service_points.rules.days import local_day
from control_plane.visits.reporting.making import Choice, report
from control_plane.visits.reporting.views import Report
from shared.identifiers import AgencyCode, PointCode

router = APIRouter(prefix="/reports", tags=["reports"])

# Where the day of a report that names none is looked up; what counts is of the points' own days.
HOME = "Europe/Helsinki"

Reader = Annotated[
    SignedIn, Depends(require(Role.SUPERVISOR, Role.AGENCY_ADMIN, Role.OWNER, Role.ADMIN))
]
At = Annotated[Boundary, Depends(boundary)]


def chosen(
    at: At,
    unit: Annotated[Unit, Query(description="How long the period is.")] = Unit.DAY,
    day: Annotated[
        date | None, Query(ge=FIRST, le=LAST, description="Any day of it; none: today.")
    ] = None,
    agency: Annotated[AgencyCode | None, Query(description="None: all that you see.")] = None,
    point: Annotated[PointCode | None, Query(description="None: all that you see.")] = None,
) -> Choice:
    """Of what a report is asked for."""
    when = day or local_day(at.clock.now(), HOME)
    return Choice(period(unit, when), agency=agency, point=point)


Chosen = Annotated[Choice, Depends(chosen)]


@router.get(
    "/visits",
    operation_id="report_visits",
    responses={**REFUSALS, **responses(NOT_FOUND)},
)
async def report_visits(me: Reader, at: At, choice: Chosen) -> Report:
    """Numbers, visits, times and satisfaction of a day, a week from Monday, or a month.

    Your agency's own, or all of them for the owner. What could tell of a single visitor is null:
    counts of fewer than five, and those by which they could be worked out.
    """
    now = at.clock.now()
    return await at.store.read(lambda tx: report(tx, me.scope, choice, now))
