"""Setting things up over HTTP: the whole of a thing at a time, its history, and undo."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from control_plane.database import Tx
from control_plane.errors import CHANGED_MEANWHILE, NOT_FOUND, responses
from control_plane.security.access import REFUSALS, require
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.once import Once, RunsOnce
from control_plane.security.sessions import SignedIn
from control_plane.setup import looking, operations
from control_plane.setup.operations import (
    BOOTH_IN_USE,
    IN_USE,
    NOT_THE_LAST,
    NOT_THERE,
    NUMBERS_WAIT,
    OTHER_AGENCYS,
    OWNERS,
    SETTERS,
    TRAINING_APART,
)
from control_plane.setup.rules.contents import (
    NOTHING,
    AgencyContent,
    BoothContent,
    Content,
    DeviceContent,
    Kind,
    PointContent,
    ServiceContent,
    SwitchesContent,
    Thing,
)
from control_plane.setup.views import Known, SetupChangeView, SetupMade, SetupView
from shared.identifiers import AgencyCode, BoothCode, DeviceName, PointCode, ServiceCode

router = APIRouter(prefix="/setup", tags=["setup"])

Setter = Annotated[SignedIn, Depends(require(*SETTERS))]
Owner = Annotated[SignedIn, Depends(require(*OWNERS))]
At = Annotated[Boundary, Depends(boundary)]

CHANGE = (
    NOT_FOUND,
    CHANGED_MEANWHILE,
    NUMBERS_WAIT,
    IN_USE,
    BOOTH_IN_USE,
    OTHER_AGENCYS,
    TRAINING_APART,
    NOT_THERE,
)
PUT = {**REFUSALS, **responses(*CHANGE)}


class PutAgency(BaseModel):
    """An agency as it is to be, the whole of it; null: no more there."""

    known: Known = NOTHING
    content: AgencyContent | None


class PutService(BaseModel):
    """A service as it is to be, the whole of it; null: no more there."""

    known: Known = NOTHING
    content: ServiceContent | None


class PutPoint(BaseModel):
    """A point as it is to be, the whole of it; null: no more there."""

    known: Known = NOTHING
    content: PointContent | None


class PutBooth(BaseModel):
    """A booth as it is to be, the whole of it; null: no more there."""

    known: Known = NOTHING
    content: BoothContent | None


class PutDevice(BaseModel):
    """Where a device is to stand; null: nowhere."""

    known: Known = NOTHING
    content: DeviceContent | None


class PutSwitches(BaseModel):
    """What an agency is to do at a point, the whole of it; null: nothing."""

    known: Known = NOTHING
    content: SwitchesContent | None


async def _change(
    me: SignedIn, once: Once, thing: Thing, content: Content | None, known: str
) -> SetupMade:
    now = once.at.clock.now()

    def operation(tx: Tx) -> SetupMade:
        made = operations.change(tx, me.scope, thing, content, known=known, now=now)
        return SetupMade(known=made.known, change=made.change)

    return await once.give(me.scope, SetupMade, operation)


@router.get("", operation_id="show_setup", responses=REFUSALS)
async def show_setup(me: Setter, at: At) -> SetupView:
    """All that you may set up, each thing with its version."""
    now = at.clock.now()
    return await at.store.read(lambda tx: looking.whole(tx, me.scope, now))


@router.get("/changes", operation_id="list_setup_changes", responses=REFUSALS)
async def list_setup_changes(me: Setter, at: At) -> list[SetupChangeView]:
    """The latest changes of what you may set up, newest first."""
    return await at.store.read(lambda tx: looking.history(tx, me.scope))


@router.post(
    "/changes/{change_id}/undo",
    operation_id="undo_setup_change",
    responses={**REFUSALS, **responses(*CHANGE, NOT_THE_LAST)},
)
async def undo_setup_change(change_id: UUID, me: Setter, once: RunsOnce) -> SetupMade:
    """Bring a thing back to what it was before its last change."""
    now = once.at.clock.now()

    def operation(tx: Tx) -> SetupMade:
        made = operations.undo(tx, me.scope, change_id, now)
        return SetupMade(known=made.known, change=made.change)

    return await once.give(me.scope, SetupMade, operation)


@router.put("/agencies/{agency}", operation_id="put_agency", responses=PUT)
async def put_agency(agency: AgencyCode, body: PutAgency, me: Setter, once: RunsOnce) -> SetupMade:
    """Add, change or take away an agency; a main user changes how the own one is told."""
    thing = Thing(Kind.AGENCY, (agency,))
    return await _change(me, once, thing, body.content, body.known)


@router.put("/services/{service}", operation_id="put_service", responses=PUT)
async def put_service(
    service: ServiceCode, body: PutService, me: Setter, once: RunsOnce
) -> SetupMade:
    """Add, change or take away a service; what it asks of its clerk is set elsewhere."""
    thing = Thing(Kind.SERVICE, (service,))
    return await _change(me, once, thing, body.content, body.known)


@router.put("/points/{point}", operation_id="put_point", responses=PUT)
async def put_point(point: PointCode, body: PutPoint, me: Owner, once: RunsOnce) -> SetupMade:
    """Add, change or take away a service point."""
    return await _change(me, once, Thing(Kind.POINT, (point,)), body.content, body.known)


@router.put("/points/{point}/booths/{booth}", operation_id="put_booth", responses=PUT)
async def put_booth(
    point: PointCode, booth: BoothCode, body: PutBooth, me: Owner, once: RunsOnce
) -> SetupMade:
    """Add, change or take away a booth; out of use, a visit in it still goes on to its end."""
    thing = Thing(Kind.BOOTH, (point, booth))
    return await _change(me, once, thing, body.content, body.known)


@router.put("/devices/{name}", operation_id="put_device", responses=PUT)
async def put_device(name: DeviceName, body: PutDevice, me: Owner, once: RunsOnce) -> SetupMade:
    """Say where a device stands; not from under a visit."""
    return await _change(me, once, Thing(Kind.DEVICE, (name,)), body.content, body.known)


@router.put("/agencies/{agency}/points/{point}", operation_id="put_switches", responses=PUT)
async def put_switches(
    agency: AgencyCode, point: PointCode, body: PutSwitches, me: Setter, once: RunsOnce
) -> SetupMade:
    """Say what an agency does at a point; screens and desks follow at once."""
    thing = Thing(Kind.SWITCHES, (agency, point))
    return await _change(me, once, thing, body.content, body.known)
