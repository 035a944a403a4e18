"""How does a virtual person ask over HTTP? As the page: under one key, again without answer."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp

from provisioning.virtual.record import Call, History, Outcome
from shared.identifiers import new_uuid

# As the page: see PAUSES_MS of the clerk's web client; here for longer, since a whole machine
# with two cores is started again meanwhile.
PAUSES_S = (0.2, 0.5, 1, 2, 3, 3, 3, 3, 3, 3)
PATIENCE_S = 15
LOST = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}


@dataclass(slots=True)
class Answer:
    """What came back; status 0: nothing did."""

    status: int
    body: Any
    tries: int

    @property
    def ok(self) -> bool:
        """Was it done?"""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


@dataclass(slots=True)
class Browser:
    """Of one person, with cookies of its own; what was asked stands in the history."""

    http: aiohttp.ClientSession
    origin: str
    who: str
    history: History
    csrf: str = ""
    pauses_s: Sequence[float] = PAUSES_S

    async def sign_in(self, username: str, password: str) -> Answer:
        """Open a session."""
        who = {"username": username, "password": password}
        answer = await self.ask("POST", "/session", who, key="")
        if answer.status == HTTPStatus.OK:
            self.csrf = answer.body["csrf"]
        return answer

    async def wish(
        self, operation: str, path: str, body: object, *, copies: int = 1, **about: str
    ) -> Answer:
        """Ask for a change under one key, as often as it needs, and note what came of it."""
        call = self.history.call(self.who, operation, **about)
        key = str(new_uuid())
        answers = await asyncio.gather(
            *(self.ask("POST", path, body, key=key) for _ in range(copies))
        )
        known = [each for each in answers if each.status and each.status not in LOST]
        if len({(each.status, str(_told(each))) for each in known}) > 1:
            self.history.oddities.append(f"two answers to one key: {operation} {known}")
        answer = known[0] if known else answers[0]
        _close(call, answer, self.history)
        return answer

    async def ask(self, method: str, path: str, body: object, *, key: str) -> Answer:
        """Until there is an answer, or no patience left."""
        headers = {"Origin": self.origin, "X-Etapiste-CSRF": self.csrf}
        if key:
            headers["Idempotency-Key"] = key
        tries = 0
        for pause in (*self.pauses_s, None):
            tries += 1
            with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
                async with self.http.request(
                    method, f"{self.origin}/api/v1{path}", json=body, headers=headers
                ) as answer:
                    if answer.status not in LOST:
                        told = await answer.read()
                        json_ = told and answer.content_type == "application/json"
                        return Answer(answer.status, await answer.json() if json_ else None, tries)
            if pause is not None:
                await asyncio.sleep(pause)
        return Answer(0, None, tries)


def _told(answer: Answer) -> object:
    body = answer.body
    if isinstance(body, dict):
        # A relay credential is each copy's own.
        return {name: value for name, value in body.items() if name != "ice_servers"}
    return body


def _close(call: Call, answer: Answer, history: History) -> None:
    if answer.ok:
        body = answer.body if isinstance(answer.body, dict) else {}
        told = {"visit": plain(body["id"])} if "room_id" in body else {}
        if consult := body.get("consult"):
            told["consult"] = plain(consult["id"])
        call.close(Outcome.OK, answer.tries, **told)
    elif HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        call.close(Outcome.REFUSED, answer.tries, code=str((answer.body or {}).get("code")))
    else:
        call.close(Outcome.UNKNOWN, answer.tries)
        if answer.status:
            history.oddities.append(f"{call.operation}: status {answer.status}")


def plain(identity: object) -> str:
    """Ids without dashes, as the database's journal has them."""
    return str(identity).replace("-", "")


@contextlib.asynccontextmanager
async def cookies() -> AsyncIterator[aiohttp.ClientSession]:
    """A session with cookies of its own, and no patience without end."""
    async with aiohttp.ClientSession(
        cookie_jar=aiohttp.CookieJar(unsafe=True),
        timeout=aiohttp.ClientTimeout(total=PATIENCE_S),
    ) as http:
        yield http
