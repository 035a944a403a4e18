"""Who acts in a bench? A clerk by the API, a visitor at the waiting area, a booth's bare page."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp

from shared.identifiers import new_uuid
from tests.bench.world import World

ANSWER_S = 15
ALIVE_S = 1.0


@dataclass(slots=True)
class Clerk:
    """Signed in, and on duty as long as its live socket is open."""

    http: aiohttp.ClientSession
    api: str
    headers: dict[str, str]

    @classmethod
    @contextlib.asynccontextmanager
    async def on_duty(cls, web: str, account: dict[str, str]) -> AsyncIterator[Self]:
        """Sign in and be available."""
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar, headers={"Origin": web}) as http:
            api = f"{web}/api/v1"
            who = {"username": account["username"], "password": account["password"]}
            async with http.post(f"{api}/session", json=who) as answer:
                answer.raise_for_status()
                headers = {"X-Etapiste-CSRF": (await answer.json())["csrf"]}
            clerk = cls(http, api, headers)
            socket = f"{api.replace('http', 'ws', 1)}/live?subject=desk"
            async with http.ws_connect(socket) as live, asyncio.TaskGroup() as group:
                listening = group.create_task(_listen(live))
                await clerk.post("/desk/state", {"state": "available"})
                yield clerk
                listening.cancel()

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """Ask for a change."""
        async with self.http.post(self.api + path, json=body, headers=self.headers) as answer:
            answer.raise_for_status()
            return json.loads(await answer.read() or b"null")


async def _listen(live: aiohttp.ClientWebSocketResponse) -> None:
    async for _ in live:
        pass


@dataclass(slots=True)
class Visitor:
    """One open waiting-area screen."""

    socket: aiohttp.ClientWebSocketResponse
    _waiting: dict[str, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)
    _open: asyncio.Event = field(default_factory=asyncio.Event)
    service: str = ""

    @classmethod
    @contextlib.asynccontextmanager
    async def at(cls, world: World, *, service: str) -> AsyncIterator[Self]:
        """Stand before the screen, as soon as it offers ``service``."""
        origin = world.screens
        token = world.state.screen_tokens()["waiting-area"]
        async with (
            aiohttp.ClientSession(headers={"Origin": origin}) as http,
            http.ws_connect(f"{origin}/socket") as socket,
            asyncio.TaskGroup() as group,
        ):
            visitor = cls(socket, service=service)
            await socket.send_json({"type": "hello", "screen": "waiting-area", "token": token})
            listening = group.create_task(visitor._listen())
            await asyncio.wait_for(visitor._open.wait(), ANSWER_S)
            yield visitor
            listening.cancel()

    async def take(self) -> dict[str, Any]:
        """Touch the service; gives the answer."""
        made = str(new_uuid())
        answered: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[made] = answered
        await self.socket.send_json(
            {"type": "take", "id": made, "service": self.service, "language": "fi"}
        )
        answer = await asyncio.wait_for(answered, ANSWER_S)
        if answer["type"] != "taken":
            raise RuntimeError(f"no number: {answer}")
        return answer

    async def _listen(self) -> None:
        async for frame in self.socket:
            message = frame.json()
            if message["type"] == "state" and self._offered(message["state"]):
                self._open.set()
            if waiting := self._waiting.pop(str(message.get("id", "")), None):
                waiting.set_result(message)

    def _offered(self, state: dict[str, Any]) -> bool:
        return any(
            agency["readiness"] == "open"
            and any(offer["service"] == self.service for offer in agency["services"])
            for agency in state.get("agencies", ())
        )


@contextlib.asynccontextmanager
async def booth_page(world: World) -> AsyncIterator[None]:
    """A booth's screen that only says that it is there: no camera, no picture."""
    origin = world.screens
    token = world.state.screen_tokens()["booth"]
    async with (
        aiohttp.ClientSession(headers={"Origin": origin}) as http,
        http.ws_connect(f"{origin}/socket") as socket,
        asyncio.TaskGroup() as group,
    ):
        await socket.send_json({"type": "hello", "screen": "booth", "token": token})
        tasks = [group.create_task(_listen(socket)), group.create_task(_say_alive(socket))]
        yield
        for task in tasks:
            task.cancel()


async def _say_alive(socket: aiohttp.ClientWebSocketResponse) -> None:
    while True:
        await socket.send_json({"type": "alive"})
        await asyncio.sleep(ALIVE_S)
