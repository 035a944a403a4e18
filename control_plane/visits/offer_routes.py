"""Offers and the stored *next* over HTTP: what a clerk answers when the queue asks."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter, status
from pydantic import BaseModel

from control_plane.errors import responses
from control_plane.routing.rules.offers import RejectReason
from control_plane.security.access import REFUSALS
from control_plane.security.once import RunsOnce
from control_plane.visits.acting import Clerk, House, act_once
from control_plane.visits.operations import desk as at_desk
from control_plane.visits.operations import offering
from control_plane.visits.operations.refusals import NOT_AVAILABLE, OFFER_GONE
from control_plane.visits.views import VisitView

router = APIRouter()
ANSWERS = {**REFUSALS, **responses(OFFER_GONE)}


class Reject(BaseModel):
    """Why the clerk does not take the visitor; kept in the audit log."""

    reason: RejectReason


class StoreNext(BaseModel):
    """On: the next visitor comes without another call."""

    on: bool


@router.post(
    "/desk/offers/{offer_id}/accept",
    tags=["desk"],
    operation_id="accept_offer",
    responses=ANSWERS,
)
async def accept_offer(offer_id: UUID, me: Clerk, setup: House, once: RunsOnce) -> VisitView:
    """Take the visitor who is offered; the booth prepares at once."""
    act = partial(offering.accept, setup=setup, offer_id=offer_id)
    return await act_once(setup, me, once, act)


@router.post(
    "/desk/offers/{offer_id}/reject",
    tags=["desk"],
    operation_id="reject_offer",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=ANSWERS,
)
async def reject_offer(offer_id: UUID, body: Reject, me: Clerk, once: RunsOnce) -> None:
    """Leave the visitor to another clerk, with a reason; the place is kept."""
    now = once.at.clock.now()
    await once.do(
        me.scope, lambda tx: offering.reject(tx, me.scope, offer_id, reason=body.reason, now=now)
    )


@router.post(
    "/desk/store-next",
    tags=["desk"],
    operation_id="store_next",
    status_code=status.HTTP_204_NO_CONTENT,
    responses={**REFUSALS, **responses(NOT_AVAILABLE)},
)
async def store_next(body: StoreNext, me: Clerk, once: RunsOnce) -> None:
    """Call the next visitor as soon as there is one, without asking again."""
    now = once.at.clock.now()
    await once.do(me.scope, lambda tx: at_desk.want_next(tx, me.scope, on=body.on, now=now))
