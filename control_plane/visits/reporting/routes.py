"""Reports of visits over HTTP: an agency's own for its people, the whole for the owner."""

import asyncio
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, responses
from control_plane.reports.rules.periods import FIRST, LAST, Unit, period
from control_plane.security import audit
from control_plane.security.access import REFUSALS, require
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.scope import Role
from control_plane.security.sessions import SignedIn
from control_plane.service_points.rules.days import local_day
from control_plane.visits.reporting.files import MEDIA, Form, written
from control_plane.visits.reporting.making import Choice, report
from control_plane.visits.reporting.views import Report
from shared.identifiers import AgencyCode, PointCode
from shared.languages import Language

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


@router.get(
    "/visits/file",
    operation_id="export_report_visits",
    response_class=Response,
    responses={
        200: {
            "description": "The same as a file; `docs/reports.md` says what its columns are.",
            "content": {media: {} for media in MEDIA.values()},
        },
        **REFUSALS,
        **responses(NOT_FOUND),
    },
)
async def export_report_visits(
    me: Reader,
    at: At,
    choice: Chosen,
    form: Annotated[Form, Query(description="What kind of file.")] = Form.CSV,
    language: Annotated[Language, Query(description="Of names and titles.")] = Language.FINNISH,
) -> Response:
    """The report as CSV, XLSX or Parquet; that it was taken out stands in the audit log."""
    now = at.clock.now()
    made = await at.store.read(lambda tx: report(tx, me.scope, choice, now))
    body = await asyncio.to_thread(written, made, form, language)

    def record(tx: Tx) -> None:
        audit.record(
            tx,
            me.scope,
            "report.exported",
            subject="report:visits",
            now=now,
            form=str(form),
            unit=str(choice.period.unit),
            since=choice.period.since.isoformat(),
            of=choice.agency,
            point=choice.point,
        )

    # Nobody who writes waits for the counting; without its row no file goes out.
    await at.store.run(record)
    name = f"etapiste-{choice.period.unit}-{choice.period.since.isoformat()}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=MEDIA[form], headers=headers)
