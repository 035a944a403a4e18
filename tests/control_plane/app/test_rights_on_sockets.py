"""What somebody may do changes while their page is open: it counts there within five seconds."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets
from fastapi import FastAPI

from control_plane.app import create_app
from control_plane.clock import SystemClock
from control_plane.database import Store
from control_plane.security.scope import Role
from control_plane.settings import Settings
from provisioning.own_ports import own_ports
from tests.clock import FakeClock
from tests.control_plane.plane import Page, running, settings_for, sign_in
from tests.control_plane.world import World

WITHIN_S = 5.0


@dataclass
class Plane:
    app: FastAPI
    settings: Settings
    world: World
    browsers: AsyncExitStack

    async def page(self, username: str) -> Page:
        http = httpx.AsyncClient(
            base_url=self.settings.public_origin, headers={"Origin": self.settings.public_origin}
        )
        return await sign_in(await self.browsers.enter_async_context(http), username)

    def socket(self, page: Page, subject: str) -> websockets.connect:
        address = self.settings.public_origin.replace("http", "ws")
        return websockets.connect(
            f"{address}/api/v1/live?subject={subject}",
            origin=self.settings.public_origin,  # type: ignore[arg-type]
            additional_headers={"Cookie": page.cookies},
        )

    async def change(self, who: str, **change: object) -> None:
        main_user = await self.page("paakayttaja")
        answer = await main_user.http.patch(f"/api/v1/staff/{who}", json=change)
        assert answer.status_code == 200, answer.text


@pytest.fixture
async def plane(store: Store, tmp_path: Path) -> AsyncIterator[Plane]:
    world = await World(store, FakeClock(SystemClock().now())).found()
    await world.account("paakayttaja", Role.AGENCY_ADMIN, agency="kela")
    settings = settings_for(tmp_path / "state", port=own_ports())
    app = create_app(settings, store)
    async with running(app, settings), AsyncExitStack() as browsers:
        yield Plane(app, settings, world, browsers)


async def heard(socket: websockets.ClientConnection) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(await socket.recv())
    return told


async def closed(socket: websockets.ClientConnection) -> tuple[int | None, float]:
    """With which code, and after how long."""
    began = time.monotonic()
    async with asyncio.timeout(WITHIN_S):
        await socket.wait_closed()
    return socket.close_code, time.monotonic() - began


@pytest.mark.parametrize(
    ("subject", "roles", "change", "code"),
    [
        ("desk", ["clerk"], {"disabled": True}, 4405),
        ("desk", ["clerk", "supervisor"], {"roles": ["supervisor"]}, 4404),
        ("supervision", ["supervisor"], {"disabled": True}, 4405),
        ("supervision", ["clerk", "supervisor"], {"roles": ["clerk"]}, 4404),
    ],
)
async def test_a_page_whose_right_is_taken_closes_with_a_word(
    plane: Plane, subject: str, roles: list[str], change: dict[str, object], code: int
) -> None:
    aino = await plane.world.account("aino", *map(Role, roles), agency="kela")
    page = await plane.page("aino")
    async with plane.socket(page, subject) as socket:
        await heard(socket)
        await plane.change(aino.name, **change)
        told, took_s = await closed(socket)
    assert told == code
    assert took_s < WITHIN_S


async def test_a_desk_stays_open_when_a_right_is_given_or_another_one_is_taken(
    plane: Plane,
) -> None:
    aino = await plane.world.account("aino", Role.CLERK, agency="kela")
    page = await plane.page("aino")
    async with plane.socket(page, "desk") as socket:
        await heard(socket)
        await plane.change(aino.name, roles=["clerk", "supervisor"])
        assert (await page.get("/supervision/history")).status_code == 200
        await plane.change(aino.name, roles=["clerk"])
        await asyncio.sleep(1)
        await socket.send("ping")
        async with asyncio.timeout(WITHIN_S):
            while await socket.recv() != "pong":
                pass
    assert (await page.get("/supervision/history")).status_code == 403


async def test_new_skills_show_on_the_open_desk(plane: Plane) -> None:
    """A number that asks for a skill cannot be called, until the main user gives it."""
    aino = await plane.world.clerk()
    page = await plane.page("aino")
    await page.post("/desk/state", {"state": "available"})
    await plane.world.device_up()
    await plane.world.take("kela-elake")
    async with plane.socket(page, "desk") as socket, asyncio.timeout(WITHIN_S):
        queue: list[dict[str, Any]] = []
        while not queue or "skill" not in queue[0]["why_not"]:
            said = await heard(socket)
            queue = {**said.get("data", {}), **said.get("part", {})}.get("queue", queue)
        await plane.change(aino.name, skills=[{"skill": "pensions", "level": 5}])
        while "skill" in queue[0]["why_not"]:
            said = await heard(socket)
            queue = {**said.get("data", {}), **said.get("part", {})}.get("queue", queue)
