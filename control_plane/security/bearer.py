"""May this machine's request be served? A FastAPI dependency: a token that lives, with the right.

    who: Annotated[Integration, Depends(integrated(Right.QUEUE))]

A browser sends no such header by itself, so no CSRF token is asked for.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from math import ceil
from typing import Annotated

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from control_plane.errors import NOT_ALLOWED, Reason, Refusal, responses
from control_plane.security import integrations
from control_plane.security.boundary import boundary
from control_plane.security.integrations import Integration, Right

BAD_TOKEN = Reason("bad_token", 401, "There is no living integration behind the bearer token.")
TOO_MANY_REQUESTS = Reason(
    "too_many_requests", 429, "More requests than an integration may make; see retry_after_s."
)

# What any route behind this dependency may refuse; for ``responses=``.
REFUSALS = responses(BAD_TOKEN, NOT_ALLOWED, TOO_MANY_REQUESTS)

_SHOWN = HTTPBearer(
    auto_error=False, scheme_name="integration", description="The token of an integration."
)
_Shown = Annotated[HTTPAuthorizationCredentials | None, Security(_SHOWN)]


def integrated(right: Right) -> Callable[[Request, _Shown], Awaitable[Integration]]:
    """A dependency for integrations that have ``right``."""

    async def in_right(request: Request, shown: _Shown) -> Integration:
        at = boundary(request)
        who = None
        if shown is not None:
            token = shown.credentials
            who = await at.store.read(lambda tx: integrations.by_token(tx, token))
        if who is None:
            raise Refusal(BAD_TOKEN)
        now = at.clock.now()
        allowed(request, who, right, now)
        if integrations.to_be_noted(who, now):
            await at.store.run(partial(integrations.used, who=who, now=now))
        return who

    return in_right


def allowed(request: Request, who: Integration, right: Right, now: datetime) -> None:
    """Refuse an integration that asks too often or without the right."""
    # Whoever is refused from here on is refused by this name (`refusals`).
    request.state.asker = who.scope
    too_early_s = boundary(request).pace.take(who.id, now)
    if too_early_s:
        raise Refusal(TOO_MANY_REQUESTS, retry_after_s=ceil(too_early_s))
    if right not in who.rights:
        raise Refusal(NOT_ALLOWED)
