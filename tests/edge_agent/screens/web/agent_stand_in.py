"""How do the device's pages look and act when an agent says this or that?

Speaks the agent's side of the screens' socket and nothing else: what it says is up to a test.
"""

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

ROOT = Path(__file__).parents[4]
DIST = ROOT / "edge_agent/screens/web/dist"
TOKEN = "stand-in"  # noqa: S105 - of this stand-in only
PAGES = ("waiting-area", "booth", "info", "bench", "stage")
# As strict as the agent's own: a page that needs more is found out here.
CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "media-src 'self' blob:; connect-src 'self'; worker-src 'self'; frame-src 'self'; "
    "frame-ancestors 'self'; object-src 'none'; base-uri 'none'; form-action 'none'"
)
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}">'
    '<rect width="{0}" height="{1}" fill="#fff" stroke="#999"/>'
    '<text x="20" y="40" font-size="14">104</text></svg>'
)
# As large as the simulated printers draw them.
SIZES = {"slip": (504, 460), "sheet": (827, 1169)}

Message = dict[str, Any]
Answering = Callable[[Message], Message | None]
PassingOn = Callable[[Message], Awaitable[None]]


async def _keep(message: Message) -> None:
    """Nobody beyond the agent hears of it."""


class StandIn:
    """An agent by its socket only."""

    def __init__(self) -> None:
        self.states: dict[str, Message] = {}
        self.heard: list[Message] = []
        self.answer: Answering = lambda message: None  # noqa: ARG005 - silent unless a test speaks
        self.pass_on: PassingOn = _keep
        self.sheets: list[bytes] = []
        self.url = ""
        # A page of a test's own, beside the device's pages.
        self.driven: Path | None = None
        self._sockets: dict[str, set[web.WebSocketResponse]] = defaultdict(set)

    async def show(self, screen: str, state: Message) -> None:
        """A new state for every page of that screen."""
        self.states[screen] = state
        await self.say(screen, {"type": "state", "state": state})

    async def say(self, screen: str, message: Message) -> None:
        """Something said once."""
        for socket in list(self._sockets[screen]):
            await socket.send_str(json.dumps(message))

    async def drop(self) -> None:
        """The agent is gone for a moment."""
        for sockets in self._sockets.values():
            for socket in list(sockets):
                await socket.close()

    def of(self, kind: str) -> list[Message]:
        """What pages said of one type."""
        return [message for message in self.heard if message["type"] == kind]

    def app(self) -> web.Application:
        """What a page can reach."""
        app = web.Application(middlewares=[_strict])
        for page in PAGES:
            app.router.add_get(f"/{page}", _page(page))
        app.router.add_get("/socket", self._socket)
        app.router.add_get("/bench/{kind}/{name}", _picture)
        app.router.add_post("/bench/sheet", self._sheet)
        app.router.add_get("/driven/{path:.+}", self._driven)
        app.router.add_static("/assets", DIST / "assets")
        return app

    async def _sheet(self, request: web.Request) -> web.Response:
        if request.query.get("token") != TOKEN:
            raise web.HTTPForbidden
        sheet = await request.read()
        if sheet == b"text":
            raise web.HTTPUnprocessableEntity
        self.sheets.append(sheet)
        return web.Response(status=204)

    async def _driven(self, request: web.Request) -> web.FileResponse:
        if self.driven is None:
            raise web.HTTPNotFound
        return web.FileResponse(self.driven / request.match_info["path"])

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        hello = await socket.receive_json()
        if hello["token"] != TOKEN:
            await socket.close(code=4401)
            return socket
        screen = hello["screen"]
        self._sockets[screen].add(socket)
        if screen in self.states:
            await socket.send_json({"type": "state", "state": self.states[screen]})
        try:
            async for frame in socket:
                if frame.type is not WSMsgType.TEXT:
                    break
                message = json.loads(frame.data)
                self.heard.append(message | {"screen": screen})
                await self.pass_on(message)
                answer = self.answer(message)
                if answer is not None:
                    await socket.send_json(answer)
        finally:
            self._sockets[screen].discard(socket)
        return socket


def _page(name: str) -> Callable[[web.Request], Any]:
    async def handle(_: web.Request) -> web.FileResponse:
        return web.FileResponse(DIST / f"{name}.html")

    return handle


async def _picture(request: web.Request) -> web.Response:
    if request.query.get("token") != TOKEN:
        raise web.HTTPForbidden
    width, height = SIZES.get(request.match_info["kind"], (320, 452))
    return web.Response(text=PICTURE.format(width, height), content_type="image/svg+xml")


@web.middleware
async def _strict(
    request: web.Request, handler: Callable[[web.Request], Any]
) -> web.StreamResponse:
    response: web.StreamResponse = await handler(request)
    if not response.prepared:
        response.headers["Content-Security-Policy"] = CSP
    return response


@asynccontextmanager
async def running() -> AsyncIterator[StandIn]:
    """A stand-in on a free port of this machine."""
    stand_in = StandIn()
    runner = web.AppRunner(stand_in.app())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    _, port = runner.addresses[0][:2]
    stand_in.url = f"http://127.0.0.1:{port}"
    try:
        yield stand_in
    finally:
        await stand_in.drop()
        await runner.cleanup()
