"""How long do requests take, and how do they end?

Whoever is signed in is told too, by ``Server-Timing`` (W3C), which the pages of our own origin
read: how long we took, beside the network and the browser. A stranger is told nothing: how long
a sign-in takes to fail is not for guessing.
"""

import time
from typing import Any

from prometheus_client import Counter, Gauge, Histogram
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from control_plane.app.joined import Joined


class RequestMeasures:
    """The measures of one application, in its own registry."""

    def __init__(self, joined: Joined) -> None:
        labels = ["method", "path"]
        self.seconds = Histogram(
            "etapiste_request_seconds", "HTTP requests", labels, registry=joined.registry
        )
        self.answers = Counter(
            "etapiste_answers", "HTTP answers", [*labels, "status"], registry=joined.registry
        )
        self.sockets = Gauge("etapiste_sockets", "Connected WebSockets", registry=joined.registry)


class Measured:
    """Measures every request by its route's template, never by its path: ids stay out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._measures: RequestMeasures | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        measures = self._of(scope)
        if measures is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            with measures.sockets.track_inprogress():
                await self._app(scope, receive, send)
        else:
            await self._measure(measures, scope, receive, send)

    async def _measure(
        self, measures: RequestMeasures, scope: Scope, receive: Receive, send: Send
    ) -> None:
        status = 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if _signed_in(scope):
                    took_ms = (time.perf_counter() - started) * 1000
                    MutableHeaders(scope=message)["Server-Timing"] = f"app;dur={took_ms:.1f}"
            await send(message)

        started = time.perf_counter()
        try:
            await self._app(scope, receive, noting)
        finally:
            labels = (scope["method"], _template(scope))
            measures.seconds.labels(*labels).observe(time.perf_counter() - started)
            measures.answers.labels(*labels, str(status)).inc()

    def _of(self, scope: Scope) -> RequestMeasures | None:
        if scope["type"] == "lifespan":
            return None
        if self._measures is None:
            joined: Joined | None = getattr(scope["app"].state, "joined", None)
            self._measures = None if joined is None else RequestMeasures(joined)
        return self._measures


def _signed_in(scope: Scope) -> bool:
    return "asker" in scope.get("state", {})  # see `security.access`


def _template(scope: Scope) -> str:
    route: Any = scope.get("route")
    return getattr(route, "path", "") or "other"
