"""What does a virtual clerk do all day? What the desk asks for, as soon as the page shows it."""

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp

from control_plane.clock import SystemClock
from provisioning.virtual.asking import Browser

CLOCK = SystemClock()
SOCKET = "/api/v1/live?subject=desk"
AGAIN_S = 1.0
# A message that holds none of these changes nothing that a clerk acts upon.
OWN, QUEUE = '"me":{', '"queue":['


@dataclass(slots=True)
class Pace:
    """What lasts how long, in seconds on the clock."""

    matters: Mapping[str, float]  # by ticket, known when its number is
    wrap_up_s: float
    pauses: "deque[tuple[float, float]]"  # breaks to come: when after the opening, and how long


@dataclass(slots=True)
class Clerk:
    """One person with a browser whose page is open."""

    browser: Browser
    username: str
    password: str
    pace: Pace
    signed_in: bool = False
    lost: int = 0  # how often the page's line broke
    served: int = 0
    _desk: dict[str, Any] = field(default_factory=dict)
    _shown: asyncio.Event = field(default_factory=asyncio.Event)
    # What was acted upon: the visit of an offer has the offer's id.
    _accepted: set[str] = field(default_factory=set)
    _ended: set[str] = field(default_factory=set)
    _written: str = ""  # since when the wrap-up lasted that was ended

    async def sign_in(self) -> None:
        """Open a session, and with it the day."""
        answer = await self.browser.sign_in(self.username, self.password)
        self.signed_in = answer.ok

    @property
    def sees(self) -> bool:
        """Has the page shown the desk?"""
        return bool(self._desk)

    async def watch(self) -> None:
        """Keep the page's line open, and follow what it shows."""
        address = self.browser.origin.replace("http", "ws", 1) + SOCKET
        headers = {"Origin": self.browser.origin}
        while True:
            with suppress(aiohttp.ClientError, OSError, TimeoutError):
                async with self.browser.http.ws_connect(
                    address, headers=headers, max_msg_size=0
                ) as line:
                    async for message in line:
                        if message.type is aiohttp.WSMsgType.TEXT:
                            self._show(message.data)
            self.lost += 1
            await asyncio.sleep(AGAIN_S)

    def _show(self, text: str) -> None:
        if OWN not in text and (QUEUE not in text or self._desk.get("mode") == "push"):
            return
        said = json.loads(text)
        if said.get("subject") == "desk":
            self._desk.update(said.get("data") or said["part"])
            self._shown.set()

    async def come(self) -> None:
        """Be available."""
        await self._choose("available")

    async def work(self, opened: datetime) -> None:
        """Act upon what is shown, for ever."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._until_pause(opened)):
                    await self._shown.wait()
            self._shown.clear()
            if self._desk:
                await self._act(opened)

    def _until_pause(self, opened: datetime) -> float | None:
        """Never less than a moment: a break that is due may have to wait for a visit's end."""
        if not self.pace.pauses:
            return None
        return max(0.1, self.pace.pauses[0][0] - (CLOCK.now() - opened).total_seconds())

    async def _act(self, opened: datetime) -> None:
        offer, visit = self._desk["offer"], self._desk["visit"]
        match self._desk["me"]["state"]:
            case "available" | "reserved" if self._pause_is_due(opened):
                _, lasts_s = self.pace.pauses.popleft()
                if await self._choose("break"):
                    await asyncio.sleep(lasts_s)
                    await self._choose("available")
            case "available" if self._desk["mode"] == "pull":
                await self._call()
            case "reserved" if offer is not None and offer["id"] not in self._accepted:
                self._accepted.add(offer["id"])
                path = f"/desk/offers/{offer['id']}/accept"
                await self.browser.wish("accept", path, None)
            case "in_session" if visit is not None and visit["state"] == "in_session":
                await self._serve(visit)
            case "wrap_up" if self._desk["me"]["since"] != self._written:
                self._written = self._desk["me"]["since"]
                await asyncio.sleep(self.pace.wrap_up_s)
                await self.browser.wish("wrap-up", "/desk/wrap-up", {"action": "done"})
            case "break" | "not_responding" | "offline":
                await self._choose("available")
            case _:
                pass

    async def _call(self) -> None:
        """Whoever can be called now; else whoever comes next, without asking again."""
        if any(not row["why_not"] for row in self._desk["queue"]):
            await self.browser.wish("next", "/desk/next", None)
        elif not self._desk["me"]["wants_next"]:
            await self.browser.wish("store-next", "/desk/store-next", {"on": True})

    async def _serve(self, visit: dict[str, Any]) -> None:
        """As long as the matter takes, from its beginning."""
        if visit["id"] in self._ended:
            return
        self._ended.add(visit["id"])
        began = datetime.fromisoformat(visit["began_at"])
        lasts_s = self.pace.matters.get(visit["ticket_id"], 0.0)
        await asyncio.sleep(max(0.0, lasts_s - (CLOCK.now() - began).total_seconds()))
        path = f"/visits/{visit['id']}/end"
        answer = await self.browser.wish("end", path, {"outcome": "done"})
        self.served += answer.ok

    async def _choose(self, state: str) -> bool:
        answer = await self.browser.wish("state", "/desk/state", {"state": state}, state=state)
        return answer.ok

    def _pause_is_due(self, opened: datetime) -> bool:
        pauses = self.pace.pauses
        return bool(pauses) and pauses[0][0] <= (CLOCK.now() - opened).total_seconds()
