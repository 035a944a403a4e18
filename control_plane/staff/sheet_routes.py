"""People in a sheet, over HTTP: out, a look at what would change, and in."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from control_plane.database import Tx
from control_plane.errors import responses
from control_plane.security import password_links
from control_plane.security.access import REFUSALS
from control_plane.security.accounts import StaffId
from control_plane.security.boundary import Boundary
from control_plane.security.limits import MAX_BODY
from control_plane.security.once import harmless
from control_plane.staff import importing, operations, sheet
from control_plane.staff.importing import SHEET_WRONG, Judged, Outcome, Previewed
from control_plane.staff.routes import At, Manager
from control_plane.staff.sheet import SHEET_BROKEN
from shared.envelope import WireTime
from shared.identifiers import AgencyCode

router = APIRouter(tags=["staff"])


class Sheet(BaseModel):
    """A whole sheet, read as UTF-8."""

    text: Annotated[str, Field(max_length=MAX_BODY)]


class SheetLine(BaseModel):
    """A line with what comes of it."""

    line: int
    username: str
    outcome: Outcome
    why: str
    column: str
    changes: list[str]


class SheetView(BaseModel):
    """What a sheet would do."""

    lines: list[SheetLine]


class NewPerson(BaseModel):
    """Somebody who is new, with the secret of the link by which a password is set."""

    id: StaffId
    username: str
    display_name: str
    token: str


class BroughtIn(BaseModel):
    """What a sheet did; the links of who is new are shown once."""

    lines: list[SheetLine]
    links: list[NewPerson]
    expires_at: WireTime


@router.get(
    "/staff/sheet",
    operation_id="export_staff",
    response_class=Response,
    responses={
        **REFUSALS,
        200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The sheet."},
    },
)
async def export_staff(me: Manager, at: At) -> Response:
    """Your people as CSV for a spreadsheet; that it was taken stands in the audit log."""
    now = at.clock.now()
    found = await at.store.run(partial(operations.export, scope=me.scope, now=now))
    return Response(
        sheet.written(found).encode(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="people.csv"'},
    )


@router.post(
    "/staff/sheet/preview",
    operation_id="preview_staff_sheet",
    responses={**REFUSALS, **responses(SHEET_BROKEN)},
    openapi_extra=harmless("It changes nothing."),
)
async def preview_staff_sheet(body: Sheet, me: Manager, at: At) -> SheetView:
    """What every line of a sheet would do; nothing is done."""
    lines, now = sheet.read(body.text), at.clock.now()
    try:
        await at.store.run(
            partial(importing.preview, scope=me.scope, lines=lines, knows=_knows(at), now=now)
        )
    except Previewed as previewed:
        return SheetView(lines=[_shown(each) for each in previewed.lines])
    raise AssertionError("a preview always ends so")


@router.post(
    "/staff/sheet",
    operation_id="import_staff",
    responses={**REFUSALS, **responses(SHEET_BROKEN, SHEET_WRONG)},
    openapi_extra=harmless(
        "The answer holds secrets and is not kept. A repeat finds every line the same; the links "
        "of the first are made anew one by one."
    ),
)
async def import_staff(body: Sheet, me: Manager, at: At) -> BroughtIn:
    """Do what every line of a sheet says, or nothing of it."""
    lines, now = sheet.read(body.text), at.clock.now()

    def operation(tx: Tx) -> BroughtIn:
        done = importing.bring_in(tx, me.scope, lines, knows=_knows(at), now=now)
        new = [each.member.account for each in done if each.member and each.outcome == Outcome.NEW]
        return BroughtIn(
            lines=[_shown(each) for each in done],
            links=[
                NewPerson(
                    id=account.id,
                    username=account.username,
                    display_name=account.display_name,
                    token=operations.make_password_link(tx, me.scope, account.id, now).token,
                )
                for account in new
            ],
            expires_at=now + password_links.LIFE,
        )

    return await at.store.run(operation)


def _knows(at: Boundary) -> importing.KnowsAgency:
    def knows(tx: Tx, agency: AgencyCode) -> bool:
        return at.agency_name(tx, agency) is not None

    return knows


def _shown(judged: Judged) -> SheetLine:
    return SheetLine(
        line=judged.line,
        username=judged.username,
        outcome=judged.outcome,
        why=judged.why,
        column=judged.column,
        changes=list(judged.changes),
    )
