"""A whole control plane under test: API, pages, bridge, outbox and timers, on free ports."""

import asyncio
import copy
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI
from starlette.datastructures import State

from control_plane.app import Joined, attach, create_app, join
from control_plane.app.application import Given
from control_plane.clock import Clock
from control_plane.database import Store
from control_plane.settings import Settings
from tests.control_plane.world import PASSWORD
from tests.mosquitto import Broker


def settings_for(state_dir: Path, *, broker: Broker | None = None, port: int = 8080) -> Settings:
    return Settings(
        state_dir=state_dir,
        port=port,
        public_origin=f"http://127.0.0.1:{port}",
        mqtt_host="localhost",
        mqtt_port=broker.service_port if broker else 9,
        mqtt_device_port=broker.device_port if broker else 9,
        relay_only=False,
        turn_urls="turn:127.0.0.1:3478",
        second_factor_roles=(),
    )


def joined_app(settings: Settings, store: Store, clock: Clock) -> tuple[FastAPI, Joined]:
    """An application whose routes work, with nothing running beside it."""
    app = copy.copy(_application(settings.secure))
    app.state = State({"given": Given(settings, store, clock)})
    joined = join(settings, store, clock)
    attach(app, joined)
    return app, joined


@cache
def _application(secure: bool) -> FastAPI:  # noqa: FBT001 - for the cache
    """Its routes are the same for all tests, and take longer to make than most tests do."""
    origin = "https://localhost" if secure else "http://localhost"
    return create_app(Settings(public_origin=origin))


@dataclass
class Page:
    """A browser that is signed in."""

    http: httpx.AsyncClient
    csrf: str

    @property
    def cookies(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(f"/api/v1{path}")

    async def post(self, path: str, json: object = None, *, key: str = "") -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return await self.http.post(f"/api/v1{path}", json=json, headers=headers)


async def sign_in(http: httpx.AsyncClient, username: str, password: str = PASSWORD) -> Page:
    answer = await http.post("/api/v1/session", json={"username": username, "password": password})
    assert answer.status_code == 200, answer.text
    csrf = answer.json()["csrf"]
    http.headers["X-Etapiste-CSRF"] = csrf
    return Page(http, csrf)


def browser(app: FastAPI, settings: Settings) -> httpx.AsyncClient:
    """A browser that talks to the application without a network."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url=settings.public_origin,
        headers={"Origin": settings.public_origin},
    )


@asynccontextmanager
async def running(app: FastAPI, settings: Settings) -> AsyncIterator[None]:
    """The application behind a real server, with everything that runs beside it."""
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=settings.port, log_config=None, lifespan="off")
    )
    async with app.router.lifespan_context(app), asyncio.TaskGroup() as tasks:
        # Not `serve`: it would take the test runner's signals.
        serving = tasks.create_task(server._serve())
        await until(lambda: server.started)
        try:
            yield
        finally:
            server.should_exit = True
            await serving


async def until(holds: Callable[[], bool], *, patience_s: float = 20) -> None:
    """Wait for something that nobody tells."""
    async with asyncio.timeout(patience_s):
        while not holds():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.02)
