"""The way to an open point over HTTP: its steps, and a one-time claim for each device."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, responses
from control_plane.security import claim_file
from control_plane.security.access import REFUSALS, require
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.device_endpoint import TheIssuers
from control_plane.security.once import RunsOnce, harmless
from control_plane.security.sessions import SignedIn
from control_plane.setup import looking, preparing
from control_plane.setup.operations import OWNERS
from control_plane.setup.preparing import CHECKED_BY_SYSTEM
from control_plane.setup.rules.steps import Step
from control_plane.setup.views import ClaimView, StepView
from shared.identifiers import DeviceName, PointCode

router = APIRouter(prefix="/setup", tags=["setup"])

Owner = Annotated[SignedIn, Depends(require(*OWNERS))]
At = Annotated[Boundary, Depends(boundary)]


class StepsView(BaseModel):
    """The steps of a point, in their order."""

    steps: list[StepView]


class Ticked(BaseModel):
    """Is the step done?"""

    on: bool


@router.get(
    "/points/{point}/steps",
    operation_id="list_point_steps",
    responses={**REFUSALS, **responses(NOT_FOUND)},
)
async def list_point_steps(point: PointCode, me: Owner, at: At) -> StepsView:
    """How far a point has come: what the system found, and what people ticked."""
    now = at.clock.now()
    return await at.store.read(lambda tx: StepsView(steps=looking.steps(tx, me.scope, point, now)))


@router.put(
    "/points/{point}/steps/{step}",
    operation_id="tick_point_step",
    responses={**REFUSALS, **responses(NOT_FOUND, CHECKED_BY_SYSTEM)},
)
async def tick_point_step(
    point: PointCode, step: Step, body: Ticked, me: Owner, once: RunsOnce
) -> StepsView:
    """Say that a step is done, or that it is not after all."""
    now = once.at.clock.now()

    def operation(tx: Tx) -> StepsView:
        preparing.tick(tx, me.scope, point, step, on=body.on, now=now)
        return StepsView(steps=looking.steps(tx, me.scope, point, now))

    return await once.give(me.scope, StepsView, operation)


@router.post(
    "/devices/{name}/claim",
    operation_id="claim_device",
    responses={**REFUSALS, **responses(NOT_FOUND)},
    openapi_extra=harmless("Each claim ends those before it that are unused."),
)
async def claim_device(name: DeviceName, me: Owner, at: At, issuers: TheIssuers) -> ClaimView:
    """Make the file by which a device enrols: good once, for 24 hours; nobody can show it again."""
    now = at.clock.now()

    def operation(tx: Tx) -> ClaimView:
        made = preparing.claim(tx, me.scope, name, now)
        return ClaimView.model_validate(
            claim_file.content(made, settings=at.settings, issuers=issuers)
        )

    return await at.store.run(operation)
