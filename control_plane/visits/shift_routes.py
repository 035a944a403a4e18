"""When does a clerk leave today? Said by the clerk, or by whoever leads the agency's work."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, status
from pydantic import BaseModel

from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Refusal, responses
from control_plane.security.access import REFUSALS, require
from control_plane.security.accounts import StaffId
from control_plane.security.once import RunsOnce
from control_plane.security.scope import Role, Scope
from control_plane.security.sessions import SignedIn
from control_plane.staff import queries as staff
from control_plane.visits.acting import Clerk
from control_plane.visits.operations import desk as at_desk
from control_plane.visits.operations.refusals import ODD_SHIFT
from shared.envelope import WireTime

router = APIRouter()

Manager = Annotated[SignedIn, Depends(require(Role.SUPERVISOR, Role.AGENCY_ADMIN, Role.ADMIN))]


class Shift(BaseModel):
    """Today's shift; without an end, none was set."""

    begins: WireTime | None = None
    until: WireTime | None = None


class GivenShift(Shift):
    """``may_overrun``: offers may last beyond its end."""

    may_overrun: bool = False


@router.put(
    "/desk/shift",
    tags=["desk"],
    operation_id="set_shift",
    status_code=status.HTTP_204_NO_CONTENT,
    responses={**REFUSALS, **responses(ODD_SHIFT)},
)
async def set_shift(body: Shift, me: Clerk, once: RunsOnce) -> None:
    """From now on no visitor is offered whose matter would last beyond the shift's end."""
    now = once.at.clock.now()
    await once.do(
        me.scope,
        lambda tx: at_desk.set_shift(tx, me.scope, begins=body.begins, until=body.until, now=now),
    )


@router.put(
    "/staff/{staff_id}/shift",
    tags=["staff"],
    operation_id="give_shift",
    status_code=status.HTTP_204_NO_CONTENT,
    responses={**REFUSALS, **responses(NOT_FOUND, ODD_SHIFT)},
)
async def give_shift(staff_id: StaffId, body: GivenShift, me: Manager, once: RunsOnce) -> None:
    """A supervisor's or main user's word about a clerk's shift."""
    now = once.at.clock.now()
    await once.do(me.scope, lambda tx: _give(tx, me.scope, staff_id, body, now))


def _give(tx: Tx, scope: Scope, staff_id: UUID, shift: GivenShift, now: datetime) -> None:
    clerk = staff.clerk_of(tx, scope, staff_id)
    if clerk is None:
        raise Refusal(NOT_FOUND)
    at_desk.change_shift(
        tx,
        scope,
        clerk,
        begins=shift.begins,
        until=shift.until,
        now=now,
        may_overrun=shift.may_overrun,
    )
