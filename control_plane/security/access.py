"""May this request be served? FastAPI dependencies: signed in, in this role, from our own page.

    me: Annotated[SignedIn, Depends(signed_in)]            any live session
    me: Annotated[SignedIn, Depends(require(Role.CLERK))]  one of these roles
    me: Annotated[SignedIn, Depends(half_signed_in)]       also without a factor that is demanded

Methods that change state also need the CSRF token and a same-site Origin; ``signed_in`` sees to
both, so that no route can forget them.
"""

import hmac
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import Request, WebSocket
from starlette.requests import HTTPConnection

from control_plane.errors import (
    FORGED,
    NOT_ALLOWED,
    NOT_SIGNED_IN,
    SECOND_FACTOR_NEEDED,
    Refusal,
    responses,
)
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.scope import Role
from control_plane.security.sessions import SignedIn

COOKIE = "etapiste_session"
CSRF_HEADER = "X-Etapiste-CSRF"
READING = frozenset({"GET", "HEAD", "OPTIONS"})

# What any route behind these dependencies may refuse; for ``responses=``.
REFUSALS = responses(NOT_SIGNED_IN, NOT_ALLOWED, FORGED, SECOND_FACTOR_NEEDED)


async def signed_in(request: Request) -> SignedIn:
    """The live session behind the request; refuses without one, and without what it demands."""
    who = await half_signed_in(request)
    if demands_factor(boundary(request), who):
        raise Refusal(SECOND_FACTOR_NEEDED)
    return who


def demands_factor(at: Boundary, who: SignedIn) -> bool:
    """Has the account a role that needs a second factor, and none yet?"""
    demanded = set(at.settings.second_factor_roles)
    return not who.account.has_factor and bool(demanded & set(map(str, who.account.roles)))


async def half_signed_in(request: Request) -> SignedIn:
    """The same for what leads to a second factor, and out."""
    who = await _session(request)
    if who is None:
        raise Refusal(NOT_SIGNED_IN)
    if request.method not in READING:
        if not own_page(request):
            raise Refusal(FORGED, what="origin")
        if not hmac.compare_digest(request.headers.get(CSRF_HEADER, ""), who.csrf):
            raise Refusal(FORGED, what="csrf")
    return who


def require(*roles: Role) -> Callable[[Request], Awaitable[SignedIn]]:
    """A dependency for sessions of one of ``roles``."""

    async def in_role(request: Request) -> SignedIn:
        who = await signed_in(request)
        if not who.scope.has(*roles):
            raise Refusal(NOT_ALLOWED)
        return who

    return in_role


async def signed_in_socket(socket: WebSocket) -> SignedIn | None:
    """The live session behind a WebSocket from our own page; None: close it with 4401."""
    who = await _session(socket) if own_page(socket) else None
    return None if who is None or demands_factor(boundary(socket), who) else who


async def still_signed_in(socket: WebSocket) -> SignedIn | None:
    """The session as it is now; being asked counts as use, so a long call keeps it alive."""
    return await _session(socket)


def own_page(connection: HTTPConnection) -> bool:
    """Does the request come from a page of ours? Browsers send Origin with all that matters."""
    origin = connection.headers.get("origin", "")
    if origin == boundary(connection).settings.public_origin:
        return True
    # The same host under another name of it, such as localhost for 127.0.0.1: the cookie is
    # bound to the host, so a page of the same host and port is ours.
    return bool(origin) and urlsplit(origin).netloc == connection.headers.get("host", "")


async def _session(connection: HTTPConnection) -> SignedIn | None:
    token = connection.cookies.get(COOKIE)
    if not token:
        return None
    at = boundary(connection)
    now = at.clock.now()
    who = await at.sessions.find(token, now)
    if who is not None:
        # Whoever is refused later on the way is refused by this name (`refusals`).
        connection.state.asker = who.scope
    return who
