"""Consults over HTTP: a clerk asks a colleague into a visit, who comes, helps, and may keep it."""

from functools import partial
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, status
from pydantic import BaseModel, Field, model_validator

from control_plane.errors import NOT_FOUND, responses
from control_plane.security.access import REFUSALS
from control_plane.security.once import RunsOnce
from control_plane.visits.acting import At, Clerk, House, act_once
from control_plane.visits.operations import consulting
from control_plane.visits.operations.consulting import Targets
from control_plane.visits.operations.refusals import (
    CLOSED_NOW,
    COLLEAGUE_BUSY,
    CONSULT_GONE,
    CONSULT_OPEN,
    NO_CONSULT,
    NO_QUEUE_TODAY,
    NOBODY_FREE,
    NOT_KEPT,
    NOT_OFFERED_HERE,
    PERSON_NOT_THERE,
    TO_ONESELF,
    WRONG_STATE,
)
from control_plane.visits.views import (
    Colleague,
    ConsultAgency,
    ConsultTargets,
    Named,
    VisitView,
)
from shared.identifiers import ServiceCode, VisitId

router = APIRouter()
ANSWERS = {**REFUSALS, **responses(NOT_FOUND, CONSULT_GONE)}


class AskColleague(BaseModel):
    """Whom to ask: one of the own agency, or whoever is free for a service offered at the point."""

    staff_id: UUID | None = None
    service: ServiceCode | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.staff_id is None) == (self.service is None):
            raise ValueError("name a colleague or a service")
        return self


class HandOn(BaseModel):
    """On: the colleague may keep the visit, and its clerk leaves then."""

    on: Annotated[bool, Field(description="Off: the clerk stays after all.")]


@router.get(
    "/visits/{visit_id}/consult/targets",
    tags=["visits"],
    operation_id="list_consult_targets",
    responses={**REFUSALS, **responses(NOT_FOUND)},
)
async def list_consult_targets(visit_id: VisitId, me: Clerk, at: At) -> ConsultTargets:
    """Whom the visit's clerk can ask in: free colleagues, and other agencies with somebody free."""
    now = at.clock.now()
    return await at.store.read(lambda tx: _targets(consulting.targets(tx, me.scope, visit_id, now)))


@router.post(
    "/visits/{visit_id}/consult",
    tags=["visits"],
    operation_id="ask_colleague",
    responses={
        **REFUSALS,
        **responses(
            NOT_FOUND,
            WRONG_STATE,
            CONSULT_OPEN,
            COLLEAGUE_BUSY,
            NOBODY_FREE,
            TO_ONESELF,
            PERSON_NOT_THERE,
            NOT_OFFERED_HERE,
            CLOSED_NOW,
            NO_QUEUE_TODAY,
        ),
    },
)
async def ask_colleague(
    visit_id: VisitId, body: AskColleague, me: Clerk, setup: House, once: RunsOnce
) -> VisitView:
    """Ask a colleague into the visit; the colleague's desk rings."""
    act = partial(
        consulting.ask,
        visit_id=visit_id,
        colleague=body.staff_id,
        service=body.service,
    )
    return await act_once(setup, me, once, act)


@router.post(
    "/visits/{visit_id}/consult/end",
    tags=["visits"],
    operation_id="end_consult",
    responses={**REFUSALS, **responses(NOT_FOUND)},
)
async def end_consult(visit_id: VisitId, me: Clerk, setup: House, once: RunsOnce) -> VisitView:
    """Ask no more, or thank the colleague and go on alone."""
    return await act_once(setup, me, once, partial(consulting.take_back, visit_id=visit_id))


@router.post(
    "/visits/{visit_id}/consult/hand-on",
    tags=["visits"],
    operation_id="hand_visit_on",
    responses={**REFUSALS, **responses(NOT_FOUND, NO_CONSULT, NOT_KEPT)},
)
async def hand_visit_on(
    visit_id: VisitId, body: HandOn, me: Clerk, setup: House, once: RunsOnce
) -> VisitView:
    """Let the colleague keep the visit; until then the clerk stays."""
    act = partial(consulting.hand_on, visit_id=visit_id, on=body.on)
    return await act_once(setup, me, once, act)


@router.post(
    "/desk/consults/{consult_id}/accept",
    tags=["desk"],
    operation_id="accept_consult",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=ANSWERS,
)
async def accept_consult(consult_id: UUID, me: Clerk, setup: House, once: RunsOnce) -> None:
    """Come into the colleague's visit; the visitor's screen says who comes."""
    now = once.at.clock.now()
    await once.do(me.scope, lambda tx: consulting.accept(tx, setup, me.scope, consult_id, now))


@router.post(
    "/desk/consults/{consult_id}/refuse",
    tags=["desk"],
    operation_id="refuse_consult",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=ANSWERS,
)
async def refuse_consult(consult_id: UUID, me: Clerk, once: RunsOnce) -> None:
    """Not now."""
    now = once.at.clock.now()
    await once.do(me.scope, lambda tx: consulting.refuse(tx, me.scope, consult_id, now))


@router.post(
    "/desk/consults/{consult_id}/leave",
    tags=["desk"],
    operation_id="leave_consult",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=ANSWERS,
)
async def leave_consult(consult_id: UUID, me: Clerk, once: RunsOnce) -> None:
    """The colleague has helped; the visit goes on."""
    now = once.at.clock.now()
    await once.do(me.scope, lambda tx: consulting.leave(tx, me.scope, consult_id, now))


@router.post(
    "/desk/consults/{consult_id}/keep",
    tags=["desk"],
    operation_id="keep_visit",
    responses={**ANSWERS, **responses(NOT_FOUND, CONSULT_GONE, NOT_KEPT)},
)
async def keep_visit(consult_id: UUID, me: Clerk, setup: House, once: RunsOnce) -> VisitView:
    """Become the visit's clerk: handed on by the one before, or because that one is away."""
    return await act_once(
        setup, me, once, partial(consulting.keep, setup=setup, consult_id=consult_id)
    )


def _targets(found: Targets) -> ConsultTargets:
    agencies: dict[str, ConsultAgency] = {}
    for offer in found.offers:
        agency = agencies.setdefault(
            offer.agency,
            ConsultAgency(code=offer.agency, name=offer.agency_name, services=[]),
        )
        agency.services.append(Named(code=offer.service, name=offer.service_name))
    return ConsultTargets(
        colleagues=[
            Colleague(staff_id=each.id, alias=each.alias, state=each.state)
            for each in found.colleagues
        ],
        agencies=list(agencies.values()),
    )
