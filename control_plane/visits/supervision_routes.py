"""The supervisor's board and acts over HTTP; each act needs its reason."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends, status
from pydantic import BaseModel, Field, model_validator

from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Refusal, responses
from control_plane.errors import Reason as Why
from control_plane.queues.operations import CLOSERS, NOT_THERE
from control_plane.queues.queries import StoredClosing
from control_plane.queues.rules.closing import Kind, end_of_country_day
from control_plane.routing.rules.choices import CLASS_PATTERN
from control_plane.security.access import REFUSALS, require
from control_plane.security.once import RunsOnce
from control_plane.security.scope import Scope
from control_plane.security.sessions import SignedIn
from control_plane.staff.rules import ClerkState
from control_plane.visits import supervision
from control_plane.visits.acting import At, Clerk
from control_plane.visits.operations import closing, standing, supervising
from control_plane.visits.operations.refusals import (
    CLERK_BUSY,
    NO_QUEUE_TODAY,
    NO_SUCH_CLASS,
    NOT_HERE,
    NOT_WAITING,
)
from control_plane.visits.supervision import STEERERS, WATCHERS
from control_plane.visits.supervision_views import ActView, Reason, Supervision
from shared.identifiers import AgencyCode, PointCode, ServiceCode, TicketId
from shared.tickets import Instead, InsteadWay

router = APIRouter(tags=["supervision"])

Watcher = Annotated[SignedIn, Depends(require(*WATCHERS))]
Closer = Annotated[SignedIn, Depends(require(*CLOSERS))]
Steerer = Annotated[SignedIn, Depends(require(*STEERERS))]


def _refusals(*reasons: Why) -> dict[int | str, dict[str, object]]:
    return {**REFUSALS, **responses(*reasons)}


class WithReason(BaseModel):
    """Why it is done; kept in the audit log. Nothing about a visitor belongs here."""

    reason: Reason


class NewClosing(WithReason):
    """What is closed: all of the agency's queues, one point's, one service's, or both."""

    agency: AgencyCode | None = None  # for those over agencies; else the asker's own
    point: PointCode | None = None
    service: ServiceCode | None = None
    kind: Kind
    most: Annotated[int | None, Field(ge=1, le=9999, description="Numbers a day.")] = None
    instead: InsteadWay = InsteadWay.ASK
    instead_service: ServiceCode | None = None
    today_only: bool = True

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.most is not None) != (self.kind is Kind.CONTINGENT):
            raise ValueError("a contingent, and nothing else, has a number")
        if (self.instead_service is not None) != (self.instead is InsteadWay.SERVICE):
            raise ValueError("the other service is named when it is the way on, and only then")
        return self


class MoveTicket(WithReason):
    """Into which queue of the same agency."""

    service: ServiceCode


class SetClass(WithReason):
    """In which class of the agency's choices the number is to wait; empty: in its service's."""

    priority: Annotated[str, Field(pattern=CLASS_PATTERN, max_length=20)]


class ForceState(WithReason):
    """What the clerk is to be."""

    state: Annotated[str, Field(pattern="^(available|break|offline)$")]


class Broadcast(BaseModel):
    """A word to every desk of the agency; nothing about a visitor belongs here."""

    text: Annotated[str, Field(min_length=1, max_length=200)]
    minutes: Annotated[int, Field(ge=1, le=720)] = 60


@router.get("/supervision", operation_id="get_supervision", responses=REFUSALS)
async def get_supervision(me: Watcher, at: At) -> Supervision:
    """The board now; `/live?subject=supervision` gives the same at each change."""
    now = at.clock.now()
    return await at.store.read(lambda tx: supervision.board(tx, me.scope, now))


@router.get("/supervision/history", operation_id="get_supervision_history", responses=REFUSALS)
async def get_history(me: Watcher, at: At) -> list[ActView]:
    """What was done lately, by whom and why, from the audit log."""
    return await at.store.read(lambda tx: supervision.history(tx, me.scope))


@router.put(
    "/supervision/closings/{closing_id}",
    operation_id="close_queue",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=_refusals(NOT_FOUND, NOT_THERE),
)
async def close_queue(closing_id: UUID, body: NewClosing, me: Closer, once: RunsOnce) -> None:
    """Close a queue under an id that the asker made: a repeat has the effect of one."""
    now = once.at.clock.now()
    agency = body.agency or me.scope.agency
    if agency is None:
        raise Refusal(NOT_FOUND)
    wanted = _closing(closing_id, agency, body, now)
    await once.do(me.scope, lambda tx: closing.close(tx, me.scope, wanted, body.reason, now))


@router.post(
    "/supervision/closings/{closing_id}/reopen",
    operation_id="reopen_queue",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=_refusals(NOT_FOUND),
)
async def reopen_queue(closing_id: UUID, body: WithReason, me: Closer, once: RunsOnce) -> None:
    """Give numbers again."""
    now = once.at.clock.now()
    await once.do(
        me.scope, lambda tx: closing.reopen(tx, me.scope, str(closing_id), body.reason, now)
    )


@router.post(
    "/supervision/tickets/{ticket_id}/move",
    operation_id="move_ticket",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=_refusals(NOT_FOUND, NOT_WAITING, NOT_THERE),
)
async def move_ticket(ticket_id: TicketId, body: MoveTicket, me: Steerer, once: RunsOnce) -> None:
    """Put a waiting number into another queue of the agency; it keeps its place."""
    now = once.at.clock.now()

    def act(tx: Tx) -> None:
        supervising.move_ticket(
            tx, _own(me), ticket_id, service=body.service, reason=body.reason, now=now
        )

    await once.do(me.scope, act)


@router.post(
    "/supervision/tickets/{ticket_id}/give-back",
    operation_id="give_ticket_back",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=_refusals(NOT_FOUND, NOT_WAITING, NO_QUEUE_TODAY),
)
async def give_back(ticket_id: TicketId, body: WithReason, me: Steerer, once: RunsOnce) -> None:
    """Give a number that missed its call its place again."""
    now = once.at.clock.now()
    await once.do(
        me.scope,
        lambda tx: supervising.give_back(tx, _own(me), ticket_id, reason=body.reason, now=now),
    )


@router.post(
    "/supervision/tickets/{ticket_id}/class",
    operation_id="set_ticket_class",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=_refusals(NOT_FOUND, NOT_WAITING, NO_SUCH_CLASS),
)
async def set_class(ticket_id: TicketId, body: SetClass, me: Steerer, once: RunsOnce) -> None:
    """Put a waiting number into another class; its first arrival counts there too."""
    now = once.at.clock.now()

    def act(tx: Tx) -> None:
        standing.set_class(
            tx, _own(me), ticket_id, priority=body.priority, reason=body.reason, now=now
        )

    await once.do(me.scope, act)


@router.post(
    "/supervision/clerks/{staff_id}/state",
    operation_id="force_clerk_state",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=_refusals(NOT_FOUND, CLERK_BUSY, NOT_HERE),
)
async def force_state(staff_id: UUID, body: ForceState, me: Steerer, once: RunsOnce) -> None:
    """Set a clerk's state; in a visit it holds when the visit is over."""
    now = once.at.clock.now()
    wanted = ClerkState(body.state)

    def act(tx: Tx) -> None:
        supervising.force_state(tx, _own(me), staff_id, wanted=wanted, reason=body.reason, now=now)

    await once.do(me.scope, act)


@router.put(
    "/supervision/messages/{message_id}",
    operation_id="tell_desks",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=_refusals(NOT_FOUND),
)
async def tell_desks(message_id: UUID, body: Broadcast, me: Steerer, once: RunsOnce) -> None:
    """Say something to every desk of the agency, until it is read or its time ends."""
    now = once.at.clock.now()

    def act(tx: Tx) -> None:
        supervising.broadcast(
            tx, _own(me), message_id, text=body.text, minutes=body.minutes, now=now
        )

    await once.do(me.scope, act)


@router.delete(
    "/supervision/messages/{message_id}",
    operation_id="take_message_back",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=_refusals(NOT_FOUND),
)
async def take_message_back(message_id: UUID, me: Steerer, once: RunsOnce) -> None:
    """Erase a message before its time."""
    now = once.at.clock.now()
    await once.do(me.scope, lambda tx: supervising.take_back_message(tx, _own(me), message_id, now))


@router.post(
    "/desk/messages/{message_id}/read",
    operation_id="read_desk_message",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=_refusals(NOT_FOUND),
)
async def read_message(message_id: UUID, me: Clerk, once: RunsOnce) -> None:
    """The clerk has read a message: the desk shows it no more."""
    await once.do(me.scope, lambda tx: supervising.read(tx, me.scope, message_id, me.account.id))


def _own(me: SignedIn) -> Scope:
    """Numbers, clerks and desks are steered by their own agency only, whatever else one may be."""
    if not supervision.steers(me.scope):
        raise Refusal(NOT_FOUND)
    return Scope(me.scope.asker, me.scope.name, frozenset(STEERERS), me.scope.agency)


def _closing(closing_id: UUID, agency: str, body: NewClosing, now: datetime) -> StoredClosing:
    return StoredClosing(
        id=str(closing_id),
        agency=agency,
        point=body.point,
        service=body.service,
        kind=body.kind,
        most=body.most,
        instead=Instead(way=body.instead, service=body.instead_service),
        made_at=now,
        ends_at=end_of_country_day(now) if body.today_only else None,
        ended_at=None,
    )
