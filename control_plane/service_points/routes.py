"""Places and what is offered there, over HTTP: reference data for those who are signed in."""

from datetime import date
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response
from pydantic import BaseModel, Field

from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Refusal, responses
from control_plane.security.access import REFUSALS, require, signed_in
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.clearance import Clearance
from control_plane.security.device_endpoint import KnownDevice, known_device
from control_plane.security.once import RunsOnce
from control_plane.security.scope import Scope
from control_plane.security.sessions import SignedIn
from control_plane.service_points import operations, queries
from shared.identifiers import CODE_PATTERN, ServiceCode
from shared.languages import Language, Text

router = APIRouter(tags=["service points"])

# What the devices' own listener serves of this room.
device_router = APIRouter(prefix="/device/v1", tags=["device"])

Me = Annotated[SignedIn, Depends(signed_in)]
Setter = Annotated[SignedIn, Depends(require(*operations.SETTERS))]
At = Annotated[Boundary, Depends(boundary)]


class AgencyView(BaseModel):
    """An agency with its validity."""

    code: str
    name: Text
    about: Text
    valid_from: date
    valid_to: date | None
    successor: str | None
    service_area: list[str]


class ServiceView(BaseModel):
    """What a visitor comes for."""

    code: str
    agency: str
    name: Text
    minutes: int
    needs: Text | None
    needs_print: bool
    needs_camera: bool
    skill: str
    skill_level: int
    clearance: Clearance
    priority: str
    offered: bool


class ServiceNeeds(BaseModel):
    """What a service asks of its clerk, and in which class its visitors wait; the whole of it."""

    skill: Annotated[
        str, Field(pattern=f"{CODE_PATTERN}|^$", max_length=64, description="Empty: none.")
    ] = ""
    skill_level: Annotated[int, Field(ge=1, le=5)] = 1
    clearance: Clearance = Clearance.NONE
    priority: Annotated[
        str,
        Field(
            pattern="^([a-z][a-z0-9_]{0,19})?$",
            max_length=20,
            description="A class of the agency's policy; empty: everybody's.",
        ),
    ] = ""


class BoothOfPoint(BaseModel):
    """A booth by its names."""

    code: str
    name: Text
    direction: Text
    closed: bool


class ServicePointView(BaseModel):
    """A point with its booths."""

    code: str
    name: Text
    municipality: str
    timezone: str
    languages: list[Language]
    booths: list[BoothOfPoint]


@router.get("/agencies", operation_id="list_agencies", responses=REFUSALS)
async def list_agencies(me: Me, at: At) -> list[AgencyView]:
    """Every agency: that it exists is no secret."""
    found = await at.store.read(partial(queries.agencies_seen, _scope=me.scope))
    return [AgencyView.model_validate(each, from_attributes=True) for each in found]


@router.get("/services", operation_id="list_services", responses=REFUSALS)
async def list_services(me: Me, at: At) -> list[ServiceView]:
    """The services of your agency."""
    found = await at.store.read(partial(queries.services_seen, scope=me.scope))
    return [ServiceView.model_validate(each, from_attributes=True) for each in found]


@router.put(
    "/services/{service}/needs",
    operation_id="set_service_needs",
    responses={**REFUSALS, **responses(NOT_FOUND)},
)
async def set_service_needs(
    service: ServiceCode, body: ServiceNeeds, me: Setter, once: RunsOnce
) -> ServiceView:
    """Say what a service of your agency asks of its clerk; it holds from the next match on."""
    now = once.at.clock.now()

    def operation(tx: Tx) -> ServiceView:
        changed = operations.set_needs(tx, me.scope, service, **dict(body), now=now)
        return ServiceView.model_validate(changed, from_attributes=True)

    return await once.give(me.scope, ServiceView, operation)


@router.get("/service-points", operation_id="list_service_points", responses=REFUSALS)
async def list_service_points(me: Me, at: At) -> list[ServicePointView]:
    """The points that your agency serves."""
    return await at.store.read(lambda tx: _points(tx, me.scope))


def _points(tx: Tx, scope: Scope) -> list[ServicePointView]:
    points = queries.points_of_agency(tx, scope)
    booths = queries.booths_of(tx, scope, [point.code for point in points])
    return [
        ServicePointView(
            code=point.code,
            name=point.name,
            municipality=point.municipality,
            timezone=point.timezone,
            languages=[Language(each) for each in point.languages],
            booths=[
                BoothOfPoint.model_validate(booth, from_attributes=True)
                for booth in booths
                if booth.point == point.code
            ],
        )
        for point in points
    ]


@device_router.get("/catalogue/{sha256}", responses=responses(NOT_FOUND), response_class=Response)
async def show_catalogue(
    sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
    device: Annotated[KnownDevice, Depends(known_device)],
    at: At,
) -> Response:
    """The catalogue of that digest, byte for byte."""
    scope = Scope.of_device(device.name)
    text = await at.store.read(lambda tx: queries.catalogue_text(tx, scope, sha256))
    if text is None:
        raise Refusal(NOT_FOUND)
    return Response(text.encode(), media_type="application/json")
