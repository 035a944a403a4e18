"""Clerks over HTTP who do what clerks do, at random, and ask again when no answer comes."""

import asyncio
import contextlib
import random
from dataclasses import dataclass, field
from typing import Any

from provisioning.virtual.asking import Answer, Browser, plain
from tests.control_plane.world import PASSWORD

MEET_WITHIN_S = 1.5


@dataclass(slots=True)
class Together:
    """Clerks of one agency who press at the same instant."""

    waiting: dict[str, asyncio.Event] = field(default_factory=dict)

    async def meet(self, agency: str) -> None:
        """Wait for another for a while, and go on with them."""
        other = self.waiting.pop(agency, None)
        if other is not None:
            other.set()
            return
        mine = self.waiting[agency] = asyncio.Event()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(MEET_WITHIN_S):
                await mine.wait()
        if self.waiting.get(agency) is mine:
            del self.waiting[agency]


@dataclass(slots=True)
class Clerk:
    """One clerk with a browser of their own."""

    username: str
    browser: Browser
    random: random.Random
    together: Together
    # How often a request is sent twice at once, under one key.
    doubled: float = 0.05
    drain: bool = False

    async def work(self, stop: asyncio.Event) -> None:
        """Step after step, until the shift is over."""
        while not stop.is_set():
            desk = await self.desk()
            if desk is None:
                await self.browser.sign_in(self.username, PASSWORD)
            else:
                await self._step(desk)
            await asyncio.sleep(self.random.uniform(0.05, 0.3))

    async def desk(self) -> Any:
        """What the desk shows; asking shows that the clerk is there."""
        answer = await self.browser.ask("GET", "/desk", None, key="")
        return answer.body if answer.status == 200 else None

    async def _step(self, desk: Any) -> None:
        visit, offer = desk["visit"], desk["offer"]
        match desk["me"]["state"]:
            case "available" if not self.drain and self._chance(0.04):
                await self._state("break")
            case "available":
                await self._take_somebody(desk)
            case "reserved" if offer is not None:
                await self._answer_offer(offer["id"])
            case "reserved" | "consult" if desk["consult"] is not None:
                await self._help(desk["consult"])
            case "preparing" | "in_session" | "hold" if visit is not None:
                await self._serve(visit)
            case "wrap_up":
                action = "extend" if self._chance(0.1) and not self.drain else "done"
                await self.wish("wrap-up", "/desk/wrap-up", {"action": action})
            case "offline" | "break" | "not_responding":
                await self._state("available")
            case _:
                pass

    async def _take_somebody(self, desk: Any) -> None:
        if desk["mode"] == "push":
            if self._chance(0.02):
                await self._call_one(desk)
        elif self._chance(0.04) and desk["queue"]:
            await self._call_one(desk)
        elif self._chance(0.05) and not desk["queue"]:
            body = {"on": self._chance(0.8)}
            await self.wish("store-next", "/desk/store-next", body)
        elif desk["queue"] or self._chance(0.1):
            if self._chance(0.5):
                await self.together.meet(desk["agency"]["code"])
            await self.wish("next", "/desk/next", None)

    async def _call_one(self, desk: Any) -> None:
        callable_ = [row["ticket_id"] for row in desk["queue"] if row["callable"]]
        if callable_:
            ticket = self.random.choice(callable_)
            path = f"/desk/tickets/{ticket}/call"
            await self.wish("call", path, {"reason": "at random"}, ticket=plain(ticket))

    async def _answer_offer(self, offer: str) -> None:
        lot = 0.0 if self.drain else self.random.random()
        if lot < 0.75:
            await self.wish("accept", f"/desk/offers/{offer}/accept", None, offer=plain(offer))
        elif lot < 0.9:
            path = f"/desk/offers/{offer}/reject"
            await self.wish("reject", path, {"reason": "busy"}, offer=plain(offer))
        elif lot < 0.95:
            await self._state("break")
        # Otherwise it is left to its time-out.

    async def _serve(self, visit: Any) -> None:
        path, about = f"/visits/{visit['id']}", {"visit": plain(visit["id"])}
        match visit["state"]:
            case "called" if self._chance(0.15):
                await self.wish("arrived", f"{path}/arrived", None, **about)
            case "called" if self._chance(0.06):
                await self.wish("withdraw", f"{path}/withdraw", None, **about)
            case "called" if visit["attempts"] < visit["max_attempts"]:
                if self._chance(0.3):
                    await self.wish("recall", f"{path}/recall", None, **about)
            case "called":
                await self.wish("no-show", f"{path}/no-show", None, **about)
            case "preparing" if self._chance(0.03):
                await self.wish("withdraw", f"{path}/withdraw", None, **about)
            case "in_session" if not self.drain and await self._talk(visit):
                pass
            case "in_session" if self._chance(0.15):
                on = not visit["on_hold"]
                await self.wish("hold", f"{path}/hold", {"on": on}, **about)
            case "in_session" | "closing" | "closed":
                outcome = self.random.choice(["done", "posted"])
                body = {"outcome": outcome}
                await self.wish("end", f"{path}/end", body, outcome=outcome, **about)
            case _:
                pass

    async def _talk(self, visit: Any) -> bool:
        """Is there a colleague, or is one asked now?"""
        if visit["consult"] is not None:
            await self._in_company(visit)
        elif self._chance(0.3):
            await self._ask_colleague(visit)
        else:
            return False
        return True

    async def _ask_colleague(self, visit: Any) -> None:
        """A clerk of the own agency, or whoever of another one is free for a service."""
        path = f"/visits/{visit['id']}/consult"
        free = await self.browser.ask("GET", f"{path}/targets", None, key="")
        if free.status != 200:
            return
        whom = [{"staff_id": each["staff_id"]} for each in free.body["colleagues"]]
        for agency in free.body["agencies"]:
            whom += [{"service": each["code"]} for each in agency["services"]]
        if whom:
            await self.wish("ask", path, self.random.choice(whom), visit=plain(visit["id"]))

    async def _in_company(self, visit: Any) -> None:
        """The colleague is asked or there: hand the visit on, go on alone, wait, or end it."""
        path, consult = f"/visits/{visit['id']}", visit["consult"]
        about = {"visit": plain(visit["id"]), "consult": plain(consult["id"])}
        lot = self.random.random()
        if lot < 0.3 and consult["state"] == "joined" and consult["can_keep"]:
            await self.wish("hand-on", f"{path}/consult/hand-on", {"on": True}, **about)
        elif lot < 0.4:
            await self.wish("take-back", f"{path}/consult/end", None, **about)
        elif lot < 0.5:
            body = {"outcome": "done"}
            await self.wish("end", f"{path}/end", body, outcome="done", visit=about["visit"])

    async def _help(self, consult: Any) -> None:
        """Asked into another clerk's visit: come or not, leave it again or keep it."""
        path, about = f"/desk/consults/{consult['id']}", {"consult": plain(consult["id"])}
        lot = self.random.random()
        match consult["state"]:
            case "asked" if lot < 0.8:
                await self.wish("join", f"{path}/accept", None, **about)
            case "asked" if lot < 0.9:
                await self.wish("refuse", f"{path}/refuse", None, **about)
            case "joined" if consult["handed_on"] and lot < 0.8:
                await self.wish("keep", f"{path}/keep", None, **about)
            case "joined" if lot < 0.25:
                await self.wish("leave", f"{path}/leave", None, **about)
            case _:
                pass  # left to its time-out, or there for longer

    async def _state(self, state: str) -> None:
        await self.wish("state", "/desk/state", {"state": state}, state=state)

    async def wish(self, operation: str, path: str, body: object, **about: str) -> Answer:
        """Ask for a change, now and then twice at once."""
        copies = 2 if self._chance(self.doubled) else 1
        return await self.browser.wish(operation, path, body, copies=copies, **about)

    def _chance(self, share: float) -> bool:
        return self.random.random() < share
