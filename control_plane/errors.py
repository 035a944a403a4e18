"""Which refusals does the control plane give, and how do they look over HTTP?

A refusal is an answer, not a failure: a code that pages have words for, a status, and details
without personal data. Every room declares its own beside its operations; those that more than
one room gives stand here.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection


@dataclass(frozen=True, slots=True)
class Reason:
    """A declared refusal: its code on the wire, its HTTP status and what it means to a reader."""

    code: str
    status: int
    means: str


NOT_SIGNED_IN = Reason("not_signed_in", 401, "There is no live session behind the cookie.")
WRONG_CREDENTIALS = Reason("wrong_credentials", 401, "No such account and password.")
SECOND_FACTOR_NEEDED = Reason(
    "second_factor_needed", 403, "The account's roles demand a second factor, which it has not yet."
)
NOT_ALLOWED = Reason("not_allowed", 403, "The account's roles do not cover this.")
FORGED = Reason("forged", 403, "The CSRF token or the Origin is missing or wrong.")
NOT_FOUND = Reason("not_found", 404, "There is nothing of that name that you may see.")
METHOD_NOT_ALLOWED = Reason("method_not_allowed", 405, "The path has no such method.")
TOO_LARGE = Reason("too_large", 413, "The body is larger than is taken here.")
INVALID = Reason("invalid", 422, "The request does not fit the schema.")
CHANGED_MEANWHILE = Reason("changed_meanwhile", 409, "It has another version by now; see version.")
KEY_USED_OTHERWISE = Reason(
    "key_used_otherwise", 422, "Another request was made under this Idempotency-Key."
)
UNAVAILABLE = Reason("unavailable", 503, "The database does not answer: ask again in a while.")
TOO_MANY_TRIES = Reason("too_many_tries", 429, "Wait before the next try; see retry_after_s.")


class Refusal(Exception):
    """An operation says no; the boundary turns it into an answer and commits nothing.

    What must be kept in spite of a refusal (a try that counts, an audit row) is returned by the
    operation as its outcome and refused by the route after the commit.
    """

    def __init__(self, reason: Reason, **detail: Any) -> None:
        super().__init__(reason.code)
        self.reason = reason
        self.detail = detail

    @property
    def code(self) -> str:
        """The word on the wire."""
        return self.reason.code

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.reason.status


class RefusalBody(BaseModel):
    """Every answer that is a refusal."""

    code: str
    detail: dict[str, Any] = {}


_SCHEMA = f"#/components/schemas/{RefusalBody.__name__}"


def responses(*reasons: Reason) -> dict[int | str, dict[str, Any]]:
    """The ``responses=`` of a route that may refuse for ``reasons``, for OpenAPI.

    They name the schema that `describe` adds once: a model at each would cost a validator that
    nobody ever uses, hundreds of them at each start.
    """
    by_status: dict[int, list[Reason]] = {}
    for reason in reasons:
        by_status.setdefault(reason.status, []).append(reason)
    return {
        status: {
            "content": {"application/json": {"schema": {"$ref": _SCHEMA}}},
            "description": " ".join(f"`{each.code}`: {each.means}" for each in group),
        }
        for status, group in by_status.items()
    }


def describe(app: FastAPI) -> None:
    """Let OpenAPI say how a refusal looks."""
    without = app.openapi

    def described() -> dict[str, Any]:
        schemas = without().setdefault("components", {}).setdefault("schemas", {})
        schemas.setdefault(RefusalBody.__name__, RefusalBody.model_json_schema())
        return without()

    app.openapi = described  # type: ignore[method-assign] # FastAPI's own way to extend it


def answer(refusal: Refusal) -> JSONResponse:
    """The refusal as an HTTP response."""
    body = RefusalBody(code=refusal.code, detail=refusal.detail)
    headers = {}
    if "retry_after_s" in refusal.detail:
        headers["Retry-After"] = str(refusal.detail["retry_after_s"])
    return JSONResponse(body.model_dump(mode="json"), status_code=refusal.status, headers=headers)


_BY_STATUS = {
    each.status: each
    for each in (NOT_SIGNED_IN, NOT_ALLOWED, NOT_FOUND, METHOD_NOT_ALLOWED, TOO_LARGE)
}


# Hears of every refusal before it is answered.
Hear = Callable[[HTTPConnection, Refusal], Awaitable[None]]


def install(app: FastAPI, *, hear: Hear) -> None:
    """Make every refusal of ``app`` look the same, never echo what was sent, and tell ``hear``."""

    async def told(request: Request, refusal: Refusal) -> JSONResponse:
        await hear(request, refusal)
        return answer(refusal)

    async def refused(request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, Refusal):
            raise error
        return await told(request, error)

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, RequestValidationError):
            raise error
        # The input itself stays out: it may hold what a person typed.
        where = [
            {"loc": [str(part) for part in each["loc"]], "type": each["type"]}
            for each in error.errors()
        ]
        return await told(request, Refusal(INVALID, errors=where))

    async def http(request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, HTTPException):
            raise error
        reason = _BY_STATUS.get(error.status_code) or Reason(
            f"http_{error.status_code}", error.status_code, ""
        )
        return await told(request, Refusal(reason))

    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
