"""Which requests may come in at all? Only from our own pages, by our own name, on this machine."""

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

_NAMES = frozenset({"127.0.0.1", "localhost"})
_LARGEST_HEADER = 512


def headers_of(host: str) -> dict[str, str]:
    """What every answer carries."""
    policy = "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            "img-src 'self' blob: data:",
            "media-src 'self' blob:",
            "worker-src 'self' blob:",
            f"connect-src 'self' ws://{host}",
            "frame-src 'self'",
            "frame-ancestors 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), usb=()",
    }


def is_ours(host: str, *, port: int) -> bool:
    """Is this the name under which we serve? A rebound DNS name is not."""
    name, _, tail = host.rpartition(":")
    return name in _NAMES and tail == str(port)


def same_origin(origin: str, host: str) -> bool:
    """Was the page that asks served by us under the same name?"""
    if len(origin) > _LARGEST_HEADER:
        return False
    parts = urlsplit(origin)
    return parts.scheme == "http" and parts.netloc == host and not parts.path


def _is_asked_here(request: web.Request) -> bool:
    """A browser says so itself when another site embeds or fetches what is ours."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}


def _is_followed_link(request: web.Request) -> bool:
    """Does somebody open a page of ours as a whole window, as from the demo's start page?

    What links to it can neither read nor frame it, and has no token to put into its address.
    """
    said = (request.headers.get("Sec-Fetch-Mode"), request.headers.get("Sec-Fetch-Dest"))
    return request.method == "GET" and said == ("navigate", "document")


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """403 for a foreign Host, and for a foreign or missing Origin where one is due."""
    host = request.headers.get("Host", "")
    port = request.transport.get_extra_info("sockname")[1] if request.transport else -1
    if not is_ours(host, port=port):
        raise web.HTTPForbidden(text="wrong host")
    origin = request.headers.get("Origin")
    is_due = request.method not in {"GET", "HEAD"} or "upgrade" in request.headers
    if (origin is None and is_due) or (origin is not None and not same_origin(origin, host)):
        raise web.HTTPForbidden(text="wrong origin")
    if not _is_asked_here(request) and not _is_followed_link(request):
        raise web.HTTPForbidden(text="wrong site")
    answer = await handler(request)
    if not answer.prepared:
        answer.headers.update(headers_of(host))
    return answer
