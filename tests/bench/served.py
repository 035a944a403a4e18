"""How does a bench serve the real application, with a bare ceiling beside it?

`python -m tests.bench.served` is a process of its own, set up by `ETAPISTE_*` like the product and
served in the same way. Added to it: a bare endpoint and a bare socket, a count of statements, and
a device's request without its broker. A line on stdout says that it is ready.
"""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, FastAPI, Request, WebSocket, WebSocketDisconnect
from pydantic import BaseModel
from sqlalchemy.engine import Engine

from control_plane.app.application import create_app
from control_plane.app.serving import Server, configuration, doorway, runner
from control_plane.database import Tx
from control_plane.fleet.tables import booth_uses
from control_plane.settings import Settings
from control_plane.staff.tables import clerks
from control_plane.tickets.tables import tickets
from control_plane.visits.operations import arrivals
from control_plane.visits.tables import offers
from provisioning.demo.ports import free_ports
from shared.envelope import Message
from shared.identifiers import BootId, DeviceName, MessageId, new_uuid
from shared.languages import Language
from shared.tickets import TakeTicket
from tests.bench.world import ROOT

READY = "served"
START_S = 60
CLEARED_S = 0.05
BOOT = BootId(new_uuid())

router = APIRouter(prefix="/bench")


class Bare(BaseModel):
    """What a bare endpoint answers: a few fields, as a small read would."""

    name: str
    waiting: int
    open: bool


class Taken(BaseModel):
    """The device's answer."""

    answer: str


@router.get("/bare")
async def bare() -> Bare:
    """Nothing but the framework."""
    return Bare(name="Salla", waiting=3, open=True)


@router.get("/statements")
async def statements(request: Request) -> list[str]:
    """The statements that this process has run since the last time, each as it stands."""
    counted: list[str] = request.app.state.statements
    told = counted.copy()
    counted.clear()
    return told


@router.post("/take")
async def take(request: Request, device: DeviceName, service: str) -> Taken:
    """What the bridge does with a device's request for a number."""
    at = request.app.state.boundary
    now = at.clock.now()
    body = TakeTicket(service=service, language=Language.FINNISH, age_s=0, boot_id=BOOT)
    message = Message(id=MessageId(new_uuid()), sent_at=now, expires_at=None, re=None, body=body)
    setup, waits = request.app.state.setup, request.app.state.joined.forecasts
    reply = await at.store.run(
        lambda tx: arrivals.answer_request(tx, setup, device, message, now, waits)
    )
    return Taken(answer=(reply or b"").decode())


@router.websocket("/device")
async def device(socket: WebSocket) -> None:
    """Requests of devices, each answered with its mark and the ticket; offers that are over.

    A text is `mark device service` or the id of an offer: the visit of an offer takes no time here,
    and those of the last moments are ended together.
    """
    await socket.accept()
    at, setup = socket.app.state.boundary, socket.app.state.setup
    waits = socket.app.state.joined.forecasts
    over: list[UUID] = []

    async def ask(mark: str, name: DeviceName, service: str) -> None:
        now = at.clock.now()
        body = TakeTicket(service=service, language=Language.FINNISH, age_s=0, boot_id=BOOT)
        message = Message(
            id=MessageId(new_uuid()), sent_at=now, expires_at=None, re=None, body=body
        )
        reply = await at.store.run(
            lambda tx: arrivals.answer_request(tx, setup, name, message, now, waits)
        )
        ticket = json.loads(reply)["body"]["ticket_id"]
        await socket.send_text(f"{mark} {ticket}")

    async def clear() -> None:
        while True:
            await asyncio.sleep(CLEARED_S)
            if over:
                some = over.copy()
                over.clear()
                await at.store.run(partial(end_all, ids=some, now=at.clock.now()))

    with contextlib.suppress(WebSocketDisconnect):
        async with asyncio.TaskGroup() as tasks:
            clearing = tasks.create_task(clear())
            try:
                while True:
                    said = (await socket.receive_text()).split()
                    if len(said) == 1:
                        over.append(UUID(said[0]))
                    else:
                        tasks.create_task(ask(*said))
            except WebSocketDisconnect:
                clearing.cancel()


def end_all(tx: Tx, ids: list[UUID], now: datetime) -> None:
    """These offers were taken, and their visits are over at once."""
    found = tx.execute(sa.select(offers).where(offers.c.id.in_(ids))).all()
    people, numbers = [each.staff_id for each in found], [each.ticket_id for each in found]
    for statement in (
        sa.update(offers).where(offers.c.id.in_(ids)).values(state="accepted", ended_at=now),
        sa.update(tickets).where(tickets.c.id.in_(numbers)).values(state="completed", ended_at=now),
        sa.update(clerks).where(clerks.c.staff_id.in_(people)).values(state="available", since=now),
        sa.update(booth_uses).where(booth_uses.c.visit_id.in_(ids)).values(state="free", since=now),
    ):
        tx.execute(statement)
    for each in found:
        tx.touched |= {
            f"ticket:{each.ticket_id}",
            f"clerk:{each.staff_id}",
            f"point:{each.point}",
            f"desk:{each.agency}",
        }


@router.websocket("/live")
async def live(socket: WebSocket) -> None:
    """A bare socket that hears what is shouted."""
    await socket.accept()
    sockets: set[WebSocket] = socket.app.state.shouted_at
    sockets.add(socket)
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await socket.receive_text()
    sockets.discard(socket)


@router.post("/shout")
async def shout(request: Request) -> None:
    """A durable commit, then one text to every bare socket, one after another."""
    text = (await request.body()).decode()
    await request.app.state.boundary.store.run(lambda tx: tx.touch("bench"))
    for socket in request.app.state.shouted_at:
        await socket.send_text(text)


def application(settings: Settings) -> FastAPI:
    """The product's own, with the bench's routes before its pages."""
    app = create_app(settings)
    app.state.statements = []
    app.state.shouted_at = set()
    before = len(app.router.routes)
    app.include_router(router)
    routes = app.router.routes
    app.router.routes = [*routes[before:], *routes[:before]]

    def count(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            app.state.statements.append(statement)

    sa.event.listen(Engine, "before_cursor_execute", count)
    return app


async def serve() -> None:
    """Serve until the parent ends us."""
    settings = Settings()
    app = application(settings)
    config = configuration(app, settings)
    server = Server(config)
    async with app.router.lifespan_context(app), asyncio.TaskGroup() as tasks:
        tasks.create_task(server.serve(sockets=[doorway(config)]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        sys.stdout.write(f"{READY}\n")
        sys.stdout.flush()


@dataclass(frozen=True, slots=True)
class Served:
    """A process that serves."""

    port: int
    pid: int

    @property
    def origin(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def rss_kb(self) -> int:
        """The memory that it holds."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line)


@contextlib.asynccontextmanager
async def served(state: Path, database_url: str) -> AsyncIterator[Served]:
    """Serve a database that is set up already; no broker: it is looked for in vain."""
    ports = free_ports()
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": str(ROOT),
        "ETAPISTE_STATE_DIR": str(state),
        "ETAPISTE_DATABASE_URL": database_url,
        "ETAPISTE_PORT": str(ports.web),
        "ETAPISTE_PUBLIC_ORIGIN": f"http://127.0.0.1:{ports.web}",
        "ETAPISTE_MQTT_PORT": str(ports.mqtt_services),
        "ETAPISTE_SECOND_FACTOR_ROLES": "[]",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.served"),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(START_S):
            if process.stdout is None or not await _ready(process.stdout):
                raise RuntimeError("the application did not come up")
        yield Served(ports.web, process.pid)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def _ready(output: asyncio.StreamReader) -> bool:
    while line := await output.readline():
        if line.decode().strip() == READY:
            return True
    return False


if __name__ == "__main__":
    with runner() as each:
        each.run(serve())
