"""What does a contact centre do with a call, and what does it hear of us?"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx
from aiohttp import web

from control_plane.clock import Clock, SystemClock
from control_plane.presence.rules.signatures import Verdict, headers, judge
from provisioning.contact_centre.calls import Call
from shared.identifiers import new_uuid

TAKEN, FREED = {200, 204}, {204}


@dataclass(slots=True)
class Tally:
    """How it went."""

    answered: int = 0  # calls whose clerk we let the contact centre have
    turned_away: int = 0  # calls whose clerk had a visitor, or another call: the loser withdraws
    trouble: int = 0  # requests that were neither
    heard: Counter[str] = field(default_factory=Counter)  # genuine webhooks, by their type
    forged: int = 0


@dataclass(slots=True)
class ContactCentre:
    """One that keeps its word: it takes a clerk before it connects a call, and lets go after it."""

    http: httpx.AsyncClient  # with our address and the bearer token
    ttl_s: int = 30
    hook: str = ""  # the integration's id; with it, some calls are said by webhooks
    hook_secret: bytes = b""
    heard_secret: bytes = b""
    clock: Clock = field(default_factory=SystemClock)
    tally: Tally = field(default_factory=Tally)

    async def play(self, calls: Iterable[Call]) -> Tally:
        """Let every call come in at its time."""
        async with asyncio.TaskGroup() as tasks:
            for call in calls:
                tasks.create_task(self._come(call))
        return self.tally

    async def _come(self, call: Call) -> None:
        await asyncio.sleep(call.at_s)
        status = await self.busy(call)
        if status not in TAKEN:
            if status == httpx.codes.CONFLICT:
                self.tally.turned_away += 1
            else:
                self.tally.trouble += 1
            return
        self.tally.answered += 1
        left = call.lasts_s
        while left > self.ttl_s / 3:
            await asyncio.sleep(self.ttl_s / 3)
            left -= self.ttl_s / 3
            if await self.busy(call) not in TAKEN:
                self.tally.trouble += 1
        await asyncio.sleep(left)
        if await self.free(call) not in FREED:
            self.tally.trouble += 1

    async def busy(self, call: Call) -> int:
        """Take or renew the clerk for a call; the answer's status, 0 when there was none."""
        wish = {"clerk": call.clerk, "busy_with": str(call.busy_with), "ttl_s": self.ttl_s}
        if call.by_hook:
            return await self._say("presence.busy", {"lease": call.id, **wish})
        return await self._ask("PUT", f"/api/v1/presence/leases/{call.id}", json=wish)

    async def free(self, call: Call) -> int:
        """Let the clerk of a call go."""
        if call.by_hook:
            return await self._say("presence.free", {"lease": call.id})
        return await self._ask("DELETE", f"/api/v1/presence/leases/{call.id}")

    async def _say(self, event: str, data: dict[str, Any]) -> int:
        body = json.dumps({"type": event, "data": data}).encode()
        signed = headers([self.hook_secret], f"msg_{new_uuid().hex}", body, self.clock.now())
        path = f"/api/v1/presence/hooks/{self.hook}"
        return await self._ask("POST", path, content=body, headers=signed)

    async def _ask(self, method: str, path: str, **how: Any) -> int:
        try:
            return (await self.http.request(method, path, **how)).status_code
        except httpx.HTTPError:
            return 0

    def ear(self) -> web.Application:
        """Where it hears of us; a message that is not genuine is refused and counted."""
        app = web.Application(client_max_size=64 * 1024)
        app.add_routes([web.post("/hooks", self._hear)])
        return app

    async def _hear(self, request: web.Request) -> web.Response:
        body = await request.read()
        given = {name.lower(): value for name, value in request.headers.items()}
        now = self.clock.now()
        if judge([self.heard_secret], given, body, now) is not Verdict.GENUINE:
            self.tally.forged += 1
            return web.Response(status=401)
        self.tally.heard[str(json.loads(body)["type"])] += 1
        return web.Response(status=204)
