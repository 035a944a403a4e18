"""Does the control plane live, can it serve, and how is it doing?"""

from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError

from control_plane.app.joined import Joined

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """The process answers."""

    status: str = "ok"


class Ready(BaseModel):
    """Can requests be served? Without the broker pages work, and devices are waited for."""

    ready: bool
    database: bool
    broker: bool


def joined_of(request: Request) -> Joined:
    """The parts of the application that serves this request."""
    found: Joined = request.app.state.joined
    return found


Parts = Annotated[Joined, Depends(joined_of)]


@router.get("/healthz", operation_id="healthz")
async def healthz() -> Alive:
    """Does the process answer?"""
    return Alive()


@router.get("/readyz", operation_id="readyz", responses={503: {"model": Ready}})
async def readyz(joined: Parts, response: Response) -> Ready:
    """Do database and broker answer?"""
    try:
        await joined.boundary.store.read(lambda tx: tx.execute(sa.select(1)).scalar())
        database = True
    except DBAPIError:
        database = False
    broker = joined.connection.connected
    ready = database and broker
    if not ready:
        response.status_code = 503
    return Ready(ready=ready, database=database, broker=broker)


@router.get("/metrics", operation_id="metrics", response_class=Response)
async def metrics(joined: Parts) -> Response:
    """Measurements in Prometheus' text format; no label names a person, device or number."""
    return Response(generate_latest(joined.registry), media_type=CONTENT_TYPE_LATEST)
