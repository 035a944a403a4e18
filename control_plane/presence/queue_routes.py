"""An agency's queue over HTTP, for its contact centre: as it is, or as soon as it changes."""

import asyncio
import contextlib
import hashlib
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response, status
from pydantic import BaseModel

from control_plane.database import Tx
from control_plane.live import Hub
from control_plane.presence.operations.telling import queue_of
from control_plane.security.bearer import REFUSALS, integrated
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.integrations import Integration, Right
from control_plane.security.scope import Scope
from control_plane.tickets import queries as tickets
from shared.envelope import WireTime
from shared.identifiers import TicketId
from shared.languages import Language

router = APIRouter(prefix="/presence", tags=["presence"])

LONGEST_WAIT_S = 25

Who = Annotated[Integration, Depends(integrated(Right.QUEUE))]
At = Annotated[Boundary, Depends(boundary)]


class QueuedTicket(BaseModel):
    """A visitor who waits: for what and where, and not who."""

    ticket: TicketId
    service: str
    point: str
    language: Language
    arrived_at: WireTime
    returned: bool


class QueueView(BaseModel):
    """Everybody who waits for the agency, the first arrival first."""

    waiting: list[QueuedTicket]


@router.get(
    "/queue",
    operation_id="show_queue",
    response_model=QueueView,
    responses={**REFUSALS, status.HTTP_304_NOT_MODIFIED: {"description": "It is as you know it."}},
)
async def show_queue(
    who: Who,
    at: At,
    request: Request,
    if_none_match: Annotated[str | None, Header(max_length=100)] = None,
    wait_s: Annotated[int, Query(ge=0, le=LONGEST_WAIT_S)] = 0,
) -> Response:
    """The queue now; with `If-None-Match` and `wait_s`, as soon as it is another one."""
    hub: Hub = request.app.state.hub
    subjects = frozenset({queue_of(who.agency)})

    def view(tx: Tx, _now: datetime) -> str:
        return _queue(tx, who.scope).model_dump_json()

    shown = await at.store.read(lambda tx: view(tx, at.clock.now()))
    if if_none_match == _tag(shown) and wait_s:
        with contextlib.suppress(TimeoutError):
            async with (
                asyncio.timeout(wait_s),
                contextlib.aclosing(hub.watch(subjects, view)) as snapshots,
            ):
                async for snapshot in snapshots:
                    shown = snapshot.data
                    if if_none_match != _tag(shown):
                        break
    headers = {"ETag": _tag(shown), "Cache-Control": "no-store"}
    if if_none_match == _tag(shown):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(shown, media_type="application/json", headers=headers)


def _queue(tx: Tx, scope: Scope) -> QueueView:
    return QueueView(
        waiting=[
            QueuedTicket(
                ticket=TicketId(each.id),
                service=each.service,
                point=each.point,
                language=each.language,
                arrived_at=each.arrived_at,
                returned=each.returned,
            )
            for each in tickets.waiting(tx, scope)
        ]
    )


def _tag(shown: str) -> str:
    return f'"{hashlib.sha256(shown.encode()).hexdigest()[:32]}"'
