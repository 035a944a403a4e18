"""The clerk's desk and visits over HTTP."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Response, status
from pydantic import BaseModel, Field

from control_plane.errors import NOT_FOUND, Reason, responses
from control_plane.security.access import REFUSALS
from control_plane.security.once import RunsOnce
from control_plane.staff.rules import ClerkState
from control_plane.tickets import queries as ticket_queries
from control_plane.visits import queries
from control_plane.visits.acting import At, Clerk, House, Reader, act_once
from control_plane.visits.desks import Desks, desks_of
from control_plane.visits.operations import calling, course
from control_plane.visits.operations import desk as at_desk
from control_plane.visits.operations.refusals import (
    CLERK_BUSY,
    KEPT_FOR_BOOKING,
    NO_BOOTH_READY,
    NO_MORE_CALLS,
    NO_TICKET,
    NOT_AVAILABLE,
    NOT_CALLABLE,
    PUSH_ONLY,
    TOO_SOON,
    UNKNOWN_REASON,
    WRONG_STATE,
)
from control_plane.visits.views import Desk, TicketRow, VisitRow, VisitView
from control_plane.visits.why import WhyView, why
from shared.identifiers import TicketId, VisitId
from shared.visits import Outcome

router = APIRouter()

Shown = Annotated[Desks, Depends(desks_of)]


class ChooseState(BaseModel):
    """What the clerk wishes to do now."""

    state: Annotated[str, Field(pattern="^(available|break|back_office|offline)$")]
    reason: Annotated[str, Field(max_length=100)] = ""


class Switch(BaseModel):
    """On or off."""

    on: bool


class WrapUp(BaseModel):
    """More time, or none."""

    action: Annotated[str, Field(pattern="^(extend|done)$")]


class CallThis(BaseModel):
    """Why this one, out of turn; kept in the audit log."""

    reason: Annotated[str, Field(min_length=1, max_length=200)]


class EndWith(BaseModel):
    """How the visit ended."""

    outcome: Outcome


def _refusals(*reasons: Reason) -> dict[int | str, dict[str, object]]:
    # A 403 is shared by the door's refusals and ours.
    return {**REFUSALS, **responses(*reasons)}


AT_DESK = _refusals(CLERK_BUSY, WRONG_STATE, UNKNOWN_REASON)
IN_VISIT = _refusals(NOT_FOUND, WRONG_STATE, TOO_SOON, NO_MORE_CALLS)
CALLING = _refusals(
    NO_TICKET, NO_BOOTH_READY, KEPT_FOR_BOOKING, CLERK_BUSY, NOT_AVAILABLE, PUSH_ONLY
)


# --- the desk ----------------------------------------------------------------------------------


@router.get(
    "/desk", tags=["desk"], operation_id="get_desk", response_model=Desk, responses=REFUSALS
)
async def get_desk(me: Clerk, at: At, desks: Shown) -> Response:
    """Everything that the desk shows now; `/live?subject=desk` gives the same at each change."""
    now = at.clock.now()
    if desks.must_note(me.account.id, now):
        await at.store.run(lambda tx: at_desk.clerk_at_desk(tx, me.scope, now))
    return Response(await desks.text(me.scope), media_type="application/json")


@router.post(
    "/desk/state",
    tags=["desk"],
    operation_id="choose_state",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=AT_DESK,
)
async def choose_state(body: ChooseState, me: Clerk, once: RunsOnce) -> None:
    """Available, on a break, or off duty; never out of a visit."""
    now = once.at.clock.now()
    wanted = ClerkState(body.state)
    await once.do(me.scope, lambda tx: at_desk.choose(tx, me.scope, wanted, body.reason, now))


@router.post(
    "/desk/last-one",
    tags=["desk"],
    operation_id="set_last_one",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=REFUSALS,
)
async def set_last_one(body: Switch, me: Clerk, once: RunsOnce) -> None:
    """After this visit no more."""
    now = once.at.clock.now()
    await once.do(me.scope, lambda tx: at_desk.last_one(tx, me.scope, on=body.on, now=now))


@router.post(
    "/desk/wrap-up",
    tags=["desk"],
    operation_id="wrap_up",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=AT_DESK,
)
async def wrap_up(body: WrapUp, me: Clerk, once: RunsOnce) -> None:
    """More time for what is left to write, or none."""
    now = once.at.clock.now()
    act = at_desk.extend_wrap_up if body.action == "extend" else at_desk.end_wrap_up
    await once.do(me.scope, lambda tx: act(tx, me.scope, now))


@router.post("/desk/next", tags=["desk"], operation_id="call_next", responses=CALLING)
async def call_next(me: Clerk, setup: House, once: RunsOnce) -> VisitView:
    """The next visitor: the oldest whom this clerk can serve and for whom a booth is ready."""
    return await act_once(setup, me, once, partial(calling.call_next, setup=setup))


@router.post(
    "/desk/tickets/{ticket_id}/call",
    tags=["desk"],
    operation_id="call_this",
    responses=_refusals(NOT_FOUND, NOT_CALLABLE, CLERK_BUSY, NOT_AVAILABLE),
)
async def call_this(
    ticket_id: TicketId, body: CallThis, me: Clerk, setup: House, once: RunsOnce
) -> VisitView:
    """This visitor, out of turn."""
    act = partial(calling.call_this, setup=setup, ticket_id=ticket_id, reason=body.reason)
    return await act_once(setup, me, once, act)


# --- a visit -----------------------------------------------------------------------------------


@router.post(
    "/visits/{visit_id}/recall", tags=["visits"], operation_id="recall_visitor", responses=IN_VISIT
)
async def recall_visitor(visit_id: VisitId, me: Clerk, setup: House, once: RunsOnce) -> VisitView:
    """Call the visitor once more."""
    act = partial(calling.recall, setup=setup, visit_id=visit_id)
    return await act_once(setup, me, once, act)


@router.post(
    "/visits/{visit_id}/arrived",
    tags=["visits"],
    operation_id="visitor_arrived",
    responses=IN_VISIT,
)
async def visitor_arrived(visit_id: VisitId, me: Clerk, setup: House, once: RunsOnce) -> VisitView:
    """The visitor is in the booth: its camera and microphone open."""
    act = partial(course.arrived, setup=setup, visit_id=visit_id)
    return await act_once(setup, me, once, act)


@router.post(
    "/visits/{visit_id}/no-show",
    tags=["visits"],
    operation_id="visitor_missing",
    responses=IN_VISIT,
)
async def visitor_missing(visit_id: VisitId, me: Clerk, setup: House, once: RunsOnce) -> VisitView:
    """Nobody came; the number may come back for a while."""
    act = partial(calling.give_up, setup=setup, visit_id=visit_id)
    return await act_once(setup, me, once, act)


@router.post(
    "/visits/{visit_id}/hold", tags=["visits"], operation_id="hold_visit", responses=IN_VISIT
)
async def hold_visit(
    visit_id: VisitId, body: Switch, me: Clerk, setup: House, once: RunsOnce
) -> VisitView:
    """Put the visit on hold, or go on."""
    act = partial(course.put_on_hold, setup=setup, visit_id=visit_id, on=body.on)
    return await act_once(setup, me, once, act)


@router.post(
    "/visits/{visit_id}/end", tags=["visits"], operation_id="end_visit", responses=IN_VISIT
)
async def end_visit(
    visit_id: VisitId, body: EndWith, me: Clerk, setup: House, once: RunsOnce
) -> VisitView:
    """End the visit with an outcome, or give one to a visit that its visitor ended."""
    act = partial(course.end, setup=setup, visit_id=visit_id, outcome=body.outcome)
    return await act_once(setup, me, once, act)


@router.post(
    "/visits/{visit_id}/withdraw",
    tags=["visits"],
    operation_id="withdraw_visit",
    responses=IN_VISIT,
)
async def withdraw_visit(visit_id: VisitId, me: Clerk, setup: House, once: RunsOnce) -> VisitView:
    """Take the visit back before the visitor came; the ticket keeps its place."""
    act = partial(calling.take_back, setup=setup, visit_id=visit_id)
    return await act_once(setup, me, once, act)


@router.get("/visits", tags=["visits"], operation_id="list_visits", responses=REFUSALS)
async def list_visits(me: Reader, at: At) -> list[VisitRow]:
    """The agency's newest visits."""
    found = await at.store.read(partial(queries.listed, scope=me.scope))
    return [VisitRow.model_validate(each, from_attributes=True) for each in found]


@router.get("/tickets", tags=["tickets"], operation_id="list_tickets", responses=REFUSALS)
async def list_tickets(me: Reader, at: At) -> list[TicketRow]:
    """The agency's newest tickets; a ticket is anonymous."""
    found = await at.store.read(partial(ticket_queries.recent, scope=me.scope))
    return [TicketRow.model_validate(each, from_attributes=True) for each in found]


@router.get(
    "/tickets/{ticket_id}/why",
    tags=["tickets"],
    operation_id="why_ticket",
    responses=_refusals(NOT_FOUND),
)
async def why_ticket(ticket_id: TicketId, me: Reader, at: At) -> WhyView:
    """Why a ticket has its place, who goes before it and why, and what was decided about it."""
    now = at.clock.now()
    return await at.store.read(lambda tx: why(tx, me.scope, ticket_id, now))
