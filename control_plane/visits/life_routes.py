"""Visitors sent on, set aside, not ready or not there: what a clerk does with them, over HTTP."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, status
from pydantic import BaseModel, Field

from control_plane.errors import NOT_FOUND, responses
from control_plane.security.access import REFUSALS
from control_plane.security.once import RunsOnce
from control_plane.staff.queries import Clerk as Person
from control_plane.visits.acting import At, Clerk, House, act_once
from control_plane.visits.operations import parking, passing, standing, transferring
from control_plane.visits.operations.refusals import (
    CLERK_BUSY,
    CLOSED_NOW,
    MOVED_TOO_OFTEN,
    NO_MORE_PASSES,
    NO_QUEUE_TODAY,
    NOT_AVAILABLE,
    NOT_CALLABLE,
    NOT_OFFERED_HERE,
    NOT_PARKED,
    NOT_THAT_DAY,
    NOT_WAITING,
    PERSON_NOT_THERE,
    SAME_QUEUE,
    TO_ONESELF,
    TOO_LATE,
    WRONG_STATE,
)
from control_plane.visits.operations.transferring import Targets, Transfer
from control_plane.visits.rules import ParkReason, Place, TransferReason
from control_plane.visits.setup import Setup
from control_plane.visits.views import (
    Colleague,
    Named,
    TransferTarget,
    TransferTargets,
    VisitView,
)
from shared.envelope import WireTime
from shared.identifiers import ServiceCode, TicketId, VisitId

router = APIRouter()


class TransferTo(BaseModel):
    """Where the visitor goes on. A clerk can be named within the own agency only."""

    service: ServiceCode
    reason: TransferReason
    staff_id: UUID | None = None
    place: Annotated[
        Place,
        Field(description="In the next queue; the first arrival is kept whichever it is."),
    ] = Place.ARRIVAL
    stays_seated: Annotated[
        bool,
        Field(description="In the booth, for some minutes, if a clerk is on duty there."),
    ] = True


class Park(BaseModel):
    """What the visitor does meanwhile, and when to call again."""

    for_what: ParkReason
    minutes: Annotated[int, Field(ge=1, le=180)] = 15


class CheckIn(BaseModel):
    """The time of the booking; null: there was none."""

    booked_for: WireTime | None


class HandOver(BaseModel):
    """To this colleague; to nobody in particular: to the queue, at the old place."""

    staff_id: UUID | None = None


@router.get(
    "/visits/{visit_id}/targets",
    tags=["visits"],
    operation_id="list_targets",
    responses={**REFUSALS, **responses(NOT_FOUND)},
)
async def list_targets(visit_id: VisitId, me: Clerk, at: At, setup: House) -> TransferTargets:
    """Where the visitor of this visit can be sent: what its point offers today, and colleagues."""
    now = at.clock.now()
    return await at.store.read(
        lambda tx: _targets(setup, transferring.targets(tx, me.scope, visit_id, now))
    )


@router.post(
    "/visits/{visit_id}/transfer",
    tags=["visits"],
    operation_id="transfer_visitor",
    responses={
        **REFUSALS,
        **responses(
            NOT_FOUND,
            WRONG_STATE,
            NOT_OFFERED_HERE,
            CLOSED_NOW,
            NO_QUEUE_TODAY,
            SAME_QUEUE,
            TO_ONESELF,
            PERSON_NOT_THERE,
            MOVED_TOO_OFTEN,
        ),
    },
)
async def transfer_visitor(
    visit_id: VisitId, body: TransferTo, me: Clerk, setup: House, once: RunsOnce
) -> VisitView:
    """Send the visitor on; the visit ends, the first arrival is kept."""
    wanted = Transfer(
        service=body.service,
        reason=body.reason,
        staff=body.staff_id,
        place=body.place,
        stays_seated=body.stays_seated,
    )
    act = partial(transferring.transfer, setup=setup, visit_id=visit_id, wanted=wanted)
    return await act_once(setup, me, once, act)


@router.post(
    "/visits/{visit_id}/another-booth",
    tags=["visits"],
    operation_id="give_another_booth",
    responses={**REFUSALS, **responses(NOT_FOUND, WRONG_STATE)},
)
async def give_another_booth(
    visit_id: VisitId, me: Clerk, setup: House, once: RunsOnce
) -> VisitView:
    """Technical trouble: the visitor is first in line, and another booth is tried first."""
    act = partial(transferring.another_booth, setup=setup, visit_id=visit_id)
    return await act_once(setup, me, once, act)


@router.post(
    "/visits/{visit_id}/let-pass",
    tags=["visits"],
    operation_id="let_visitor_pass",
    responses={**REFUSALS, **responses(NOT_FOUND, WRONG_STATE, NO_MORE_PASSES)},
)
async def let_visitor_pass(visit_id: VisitId, me: Clerk, setup: House, once: RunsOnce) -> VisitView:
    """The visitor is not ready yet: others come first for some minutes; the place is kept."""
    act = partial(passing.let_pass, setup=setup, visit_id=visit_id)
    return await act_once(setup, me, once, act)


@router.post(
    "/visits/{visit_id}/park",
    tags=["visits"],
    operation_id="park_visitor",
    responses={**REFUSALS, **responses(NOT_FOUND, WRONG_STATE)},
)
async def park_visitor(
    visit_id: VisitId, body: Park, me: Clerk, setup: House, once: RunsOnce
) -> VisitView:
    """Set the visitor aside: the visit ends, and the ticket stands in the clerk's own list."""
    act = partial(
        parking.park, setup=setup, visit_id=visit_id, reason=body.for_what, minutes=body.minutes
    )
    return await act_once(setup, me, once, act)


@router.put(
    "/desk/tickets/{ticket_id}/booking",
    tags=["desk"],
    operation_id="check_in_booking",
    status_code=status.HTTP_204_NO_CONTENT,
    responses={**REFUSALS, **responses(NOT_FOUND, NOT_WAITING, NOT_THAT_DAY)},
)
async def check_in_booking(ticket_id: TicketId, body: CheckIn, me: Clerk, once: RunsOnce) -> None:
    """The visitor of a waiting number came for a booking, or after all for none."""
    now = once.at.clock.now()
    await once.do(
        me.scope,
        lambda tx: standing.check_in(tx, me.scope, ticket_id, booked_for=body.booked_for, now=now),
    )


@router.post(
    "/desk/parked/{ticket_id}/call",
    tags=["desk"],
    operation_id="call_parked",
    responses={
        **REFUSALS,
        **responses(NOT_FOUND, NOT_PARKED, NOT_CALLABLE, CLERK_BUSY, NOT_AVAILABLE),
    },
)
async def call_parked(ticket_id: TicketId, me: Clerk, setup: House, once: RunsOnce) -> VisitView:
    """Call a visitor from the clerk's own list."""
    act = partial(parking.call_back, setup=setup, ticket_id=ticket_id)
    return await act_once(setup, me, once, act)


@router.get(
    "/desk/colleagues",
    tags=["desk"],
    operation_id="list_colleagues",
    responses=REFUSALS,
)
async def list_colleagues(me: Clerk, at: At) -> list[Colleague]:
    """To whom of the own agency a visitor can be handed over: who is on duty, by name."""
    besides = UUID(me.scope.name)
    found = await at.store.read(lambda tx: transferring.colleagues(tx, me.scope, besides=besides))
    return _colleagues(found)


@router.post(
    "/desk/parked/{ticket_id}/hand-over",
    tags=["desk"],
    operation_id="hand_over_parked",
    status_code=status.HTTP_204_NO_CONTENT,
    responses={**REFUSALS, **responses(NOT_FOUND, NOT_PARKED, TO_ONESELF, PERSON_NOT_THERE)},
)
async def hand_over_parked(
    ticket_id: TicketId, body: HandOver, me: Clerk, setup: House, once: RunsOnce
) -> None:
    """Give a visitor from the own list to a colleague or to the queue."""
    now = once.at.clock.now()
    act = partial(parking.hand_over, setup=setup, scope=me.scope, ticket_id=ticket_id)
    await once.do(me.scope, lambda tx: act(tx, to=body.staff_id, now=now))


@router.post(
    "/desk/missed/{ticket_id}/take-back",
    tags=["desk"],
    operation_id="take_back_missed",
    status_code=status.HTTP_204_NO_CONTENT,
    responses={**REFUSALS, **responses(NOT_FOUND, TOO_LATE, NO_QUEUE_TODAY)},
)
async def take_back_missed(ticket_id: TicketId, me: Clerk, setup: House, once: RunsOnce) -> None:
    """A visitor who missed the call is there after all: the old place again."""
    now = once.at.clock.now()
    await once.do(
        me.scope, lambda tx: parking.take_back_missed(tx, setup, me.scope, ticket_id, now)
    )


def _targets(setup: Setup, found: Targets) -> TransferTargets:
    agencies: dict[str, TransferTarget] = {}
    for offer in found.offers:
        agency = agencies.setdefault(
            offer.agency,
            TransferTarget(
                code=offer.agency,
                name=offer.agency_name,
                on_duty=offer.agency in found.on_duty,
                services=[],
            ),
        )
        agency.services.append(Named(code=offer.service, name=offer.service_name))
    return TransferTargets(
        agencies=list(agencies.values()),
        colleagues=_colleagues(found.colleagues),
        seat_s=int(setup.timings.seat.total_seconds()),
    )


def _colleagues(found: Sequence[Person]) -> list[Colleague]:
    return [Colleague(staff_id=each.id, alias=each.alias, state=each.state) for each in found]
