"""Every refusal looks the same, is declared, and never repeats what was sent."""

from typing import Annotated

import httpx
from fastapi import FastAPI, Query
from starlette.requests import HTTPConnection

from control_plane import errors
from control_plane.errors import NOT_FOUND, TOO_MANY_TRIES, Reason, Refusal, responses

NO_TICKET = Reason("no_ticket", 409, "Nobody waits.")
CLERK_BUSY = Reason("clerk_busy", 409, "A visit is going on.")


async def nobody(_connection: HTTPConnection, _refusal: Refusal) -> None:
    """Hears of refusals and does nothing."""


def application() -> FastAPI:
    app = FastAPI()
    errors.install(app, hear=nobody)

    @app.post("/next", responses=responses(NO_TICKET, CLERK_BUSY, NOT_FOUND))
    async def call_next(wait: Annotated[int, Query()] = 0) -> str:
        raise Refusal(TOO_MANY_TRIES, retry_after_s=wait) if wait else Refusal(NO_TICKET)

    return app


async def ask(method: str, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=application())
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.request(method, path)


async def test_a_refusal_has_its_code_and_status() -> None:
    answer = await ask("POST", "/next")
    assert (answer.status_code, answer.json()) == (409, {"code": "no_ticket", "detail": {}})


async def test_when_to_come_again_stands_in_the_header_too() -> None:
    answer = await ask("POST", "/next?wait=7")
    assert answer.headers["retry-after"] == "7"
    assert answer.json()["detail"] == {"retry_after_s": 7}


async def test_what_does_not_fit_the_schema_is_told_by_its_place_only() -> None:
    answer = await ask("POST", "/next?wait=Aino")
    assert answer.status_code == 422
    assert answer.json() == {
        "code": "invalid",
        "detail": {"errors": [{"loc": ["query", "wait"], "type": "int_parsing"}]},
    }


async def test_the_frameworks_own_refusals_look_the_same() -> None:
    assert (await ask("GET", "/nowhere")).json() == {"code": "not_found", "detail": {}}
    answer = await ask("GET", "/next")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_refusals_are_declared_for_a_stranger() -> None:
    described = application().openapi()["paths"]["/next"]["post"]["responses"]
    assert described["409"]["description"] == (
        "`no_ticket`: Nobody waits. `clerk_busy`: A visit is going on."
    )
    assert "RefusalBody" in str(described["404"])
