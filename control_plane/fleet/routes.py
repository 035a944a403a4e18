"""Devices over HTTP, for those who keep them running."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Refusal, responses
from control_plane.fleet import queries
from control_plane.fleet.queries import Command
from control_plane.security.access import REFUSALS, require
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.scope import Role, Scope
from control_plane.security.sessions import SignedIn
from control_plane.service_points import queries as places
from shared.commands import CommandState
from shared.envelope import WireTime
from shared.identifiers import DeviceName
from shared.telemetry import PeripheralStatus

router = APIRouter(tags=["devices"])

Operator = Annotated[SignedIn, Depends(require(Role.OPERATOR, Role.OWNER, Role.ADMIN))]
At = Annotated[Boundary, Depends(boundary)]


class DeviceView(BaseModel):
    """A device, where it stands and what it said last; ``online`` is null before its first word."""

    device: str
    point: str
    booth: str | None
    online: bool | None
    since: WireTime | None
    heard_at: WireTime | None
    version: str
    peripherals: list[PeripheralStatus]


class CommandView(BaseModel):
    """A command and how far it has come, in the device's own word."""

    id: UUID
    kind: str
    state: CommandState
    reason: str
    posted_at: WireTime
    changed_at: WireTime


@router.get("/devices", operation_id="list_devices", responses=REFUSALS)
async def list_devices(me: Operator, at: At) -> list[DeviceView]:
    """Every device of every point."""
    found = await at.store.read(partial(queries.devices, _scope=me.scope))
    return [DeviceView.model_validate(each, from_attributes=True) for each in found]


@router.get(
    "/devices/{name}/commands",
    operation_id="list_commands",
    responses={**REFUSALS, **responses(NOT_FOUND)},
)
async def list_commands(name: DeviceName, me: Operator, at: At) -> list[CommandView]:
    """The latest commands of a device, newest first."""
    found = await at.store.read(lambda tx: _commands(tx, me.scope, name))
    return [CommandView.model_validate(each, from_attributes=True) for each in found]


def _commands(tx: Tx, scope: Scope, name: DeviceName) -> list[Command]:
    if places.place_of(tx, scope, name) is None:
        raise Refusal(NOT_FOUND)
    return queries.commands_of(tx, scope, name)
