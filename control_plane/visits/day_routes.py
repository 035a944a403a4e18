"""The hours of agencies' queues and the kinds of their days, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from control_plane.database import Tx
from control_plane.errors import CHANGED_MEANWHILE, NOT_FOUND, responses
from control_plane.security.access import REFUSALS, require, signed_in
from control_plane.security.once import RunsOnce
from control_plane.security.scope import Scope
from control_plane.security.sessions import SignedIn
from control_plane.service_points import day_operations, day_queries
from control_plane.service_points import queries as places
from control_plane.service_points.day_operations import NOT_SERVED_THERE
from control_plane.service_points.operations import SETTERS
from control_plane.service_points.rules.days import DayChoices, HourChoices
from control_plane.visits.acting import At
from control_plane.visits.operations import days
from control_plane.visits.operations.refusals import NUMBERS_WAIT
from shared.identifiers import AgencyCode, PointCode

router = APIRouter(prefix="/agencies/{agency}", tags=["days and hours"])

Me = Annotated[SignedIn, Depends(signed_in)]
Setter = Annotated[SignedIn, Depends(require(*SETTERS))]
InsteadOf = Annotated[int, Field(ge=0, le=2**31 - 2, description="The version that is replaced.")]


class HoursView(BaseModel):
    """The hours of an agency's queue; version 0: none were ever set, it is always open."""

    agency: AgencyCode
    version: int
    choices: HourChoices


class NewHours(BaseModel):
    """The hours that are to hold; the whole of them."""

    instead_of: InsteadOf
    choices: HourChoices


class DaysView(BaseModel):
    """The days of an agency at a point; version 0: none were ever set, each is a queue day."""

    agency: AgencyCode
    point: PointCode
    version: int
    choices: DayChoices


class NewDays(BaseModel):
    """The days that are to hold; the whole of them."""

    instead_of: InsteadOf
    choices: DayChoices


@router.get("/hours", operation_id="show_hours", responses={**REFUSALS, **responses(NOT_FOUND)})
async def show_hours(agency: AgencyCode, me: Me, at: At) -> HoursView:
    """The hours of your agency's queue."""

    def operation(tx: Tx) -> HoursView:
        day_operations.may_see(tx, me.scope, agency)
        found = day_queries.hours_of(tx, me.scope, agency)
        return HoursView(agency=agency, version=found.version, choices=found.choices)

    return await at.store.read(operation)


@router.put(
    "/hours",
    operation_id="set_hours",
    responses={**REFUSALS, **responses(NOT_FOUND, CHANGED_MEANWHILE)},
)
async def set_hours(agency: AgencyCode, body: NewHours, me: Setter, once: RunsOnce) -> HoursView:
    """Say when your agency's queue is open; screens and queues follow at once."""
    now = once.at.clock.now()

    def operation(tx: Tx) -> HoursView:
        made = days.set_hours(
            tx, me.scope, agency, body.choices, instead_of=body.instead_of, now=now
        )
        return HoursView(agency=agency, version=made.version, choices=made.choices)

    return await once.give(me.scope, HoursView, operation)


@router.get("/days", operation_id="list_days", responses={**REFUSALS, **responses(NOT_FOUND)})
async def list_days(agency: AgencyCode, me: Me, at: At) -> list[DaysView]:
    """The days of your agency, point by point."""
    return await at.store.read(lambda tx: _listed(tx, me.scope, agency))


@router.put(
    "/points/{point}/days",
    operation_id="set_days",
    responses={
        **REFUSALS,
        **responses(NOT_FOUND, CHANGED_MEANWHILE, NUMBERS_WAIT, NOT_SERVED_THERE),
    },
)
async def set_days(
    agency: AgencyCode, point: PointCode, body: NewDays, me: Setter, once: RunsOnce
) -> DaysView:
    """Say on which days your agency has a queue at a point, and on which bookings only."""
    now = once.at.clock.now()

    def operation(tx: Tx) -> DaysView:
        made = days.set_days(
            tx, me.scope, agency, point, body.choices, instead_of=body.instead_of, now=now
        )
        return DaysView(agency=agency, point=point, version=made.version, choices=made.choices)

    return await once.give(me.scope, DaysView, operation)


def _listed(tx: Tx, scope: Scope, agency: AgencyCode) -> list[DaysView]:
    day_operations.may_see(tx, scope, agency)
    found = {
        point: day_queries.days_of(tx, scope, agency, point)
        for point in places.points_served(tx, scope, agency)
    }
    return [
        DaysView(agency=agency, point=point, version=each.version, choices=each.choices)
        for point, each in found.items()
    ]
