"""How do the displays get their pages and live states? HTTP and one socket, on 127.0.0.1 only."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import structlog
from aiohttp import WSMsgType, web

from edge_agent.clock import Clock
from edge_agent.errors import ConfigurationError
from edge_agent.ports import Bench, Screen
from edge_agent.screens.answering import Answering, Asked
from edge_agent.screens.guards import guard
from edge_agent.screens.messages import LARGEST, Said, read_hello, read_said
from edge_agent.screens.sockets import Line, Lines
from edge_agent.screens.speech import SpeechStore
from edge_agent.screens.tokens import Tokens

log = structlog.get_logger()

HOST = "127.0.0.1"
HELLO_S = 5.0
ALIVE_S = 15.0
DENIED = 4401
LARGEST_SHEET = 10 * 1024 * 1024
# The frames of the demo's one window, in the order in which a visitor meets them.
_ON_STAGE = (Screen.WAITING_AREA, Screen.BOOTH, Screen.BENCH)
# These pages say «alive» themselves: a socket may stay open although the page hangs.
_SAYS_ALIVE = frozenset({Screen.BOOTH})


class ScreenServer:
    """`ports.Screens`, and the server behind it."""

    def __init__(self, *, tokens: Tokens, dist: Path, clock: Clock) -> None:
        self._tokens = tokens
        self._dist = dist
        self._clock = clock
        self._lines = Lines()
        self._speech = SpeechStore()
        self._answering: Answering | None = None
        self._bench: Bench | None = None
        self.port = 0

    # --- ports.Screens -------------------------------------------------------------------------

    def show(self, screen: Screen, state: Mapping[str, object]) -> None:
        """What the screen is to show from now on."""
        self._lines.show(screen, state)

    def send(self, screen: Screen, message: Mapping[str, object]) -> None:
        """Say something once; of two booth pages only the newest has the visitor."""
        for line in self._lines.in_charge(screen):
            line.send(message)

    def alive(self, screen: Screen) -> bool:
        """Is a page of this kind there, and not hanging?"""
        since = self._clock.monotonic() - ALIVE_S
        return any(
            screen not in _SAYS_ALIVE or line.heard_at >= since
            for line in self._lines.in_charge(screen)
        )

    def keep_speech(self, wav: bytes) -> str:
        """Keep a spoken text until it was played."""
        return self._speech.keep(wav, now=self._clock.monotonic())

    def forget_speech(self) -> None:
        """Drop every spoken text."""
        self._speech.forget()

    # --- life ----------------------------------------------------------------------------------

    async def run(self, asked: Asked, *, port: int, started: Callable[[], None]) -> None:
        """Serve until cancelled."""
        self._answering = Answering(asked, keep_speech=self.keep_speech)
        self._bench = asked.bench
        self._lines.show(
            Screen.STAGE,
            {
                "frames": [
                    {"screen": screen.value, "url": self._tokens.url(screen)}
                    for screen in _ON_STAGE
                    if screen is not Screen.BENCH or asked.bench is not None
                ]
            },
        )
        runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            site = web.TCPSite(runner, HOST, port)
            try:
                await site.start()
            except OSError as trouble:
                raise ConfigurationError(f"port {port} for the screens is taken") from trouble
            self.port = runner.addresses[0][1]
            log.info("screens are served", port=self.port)
            started()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._drop_speech())
                if asked.bench is not None:
                    group.create_task(self._show_bench(asked.bench))
        finally:
            await runner.cleanup()

    async def _drop_speech(self) -> None:
        while True:
            await asyncio.sleep(ALIVE_S)
            self._speech.drop_old(self._clock.monotonic())

    async def _show_bench(self, bench: Bench) -> None:
        self._lines.show(Screen.BENCH, bench.state())
        async for _ in bench.changed():
            self._lines.show(Screen.BENCH, bench.state())

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[guard], client_max_size=LARGEST_SHEET)
        app.router.add_get("/socket", self._socket)
        app.router.add_get("/speech/{name}.wav", self._wav)
        app.router.add_get("/bench/{kind}/{id}.png", self._picture)
        app.router.add_post("/bench/sheet", self._sheet)
        app.router.add_get("/", self._start)
        app.router.add_get("/{page:[a-z-]+}", self._page)
        assets = self._dist / "assets"
        if assets.is_dir():
            app.router.add_static("/assets", assets)
        return app

    # --- pages and pictures --------------------------------------------------------------------

    async def _start(self, _: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"/{Screen.WAITING_AREA.value}")

    async def _page(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["page"]
        if name not in set(Screen) or (name == Screen.BENCH and self._bench is None):
            raise web.HTTPNotFound
        file = self._dist / f"{name}.html"
        if not file.is_file():
            raise web.HTTPNotFound(text="the pages are not built")
        return web.FileResponse(file, headers={"Cache-Control": "no-store"})

    async def _wav(self, request: web.Request) -> web.StreamResponse:
        wav = self._speech.find(request.match_info["name"], now=self._clock.monotonic())
        if wav is None:
            raise web.HTTPNotFound
        return web.Response(
            body=wav, content_type="audio/wav", headers={"Cache-Control": "no-store"}
        )

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        bench = self._allowed_bench(request)
        picture = await asyncio.to_thread(
            bench.picture, request.match_info["kind"], request.match_info["id"]
        )
        if picture is None:
            raise web.HTTPNotFound
        return web.Response(
            body=picture, content_type="image/png", headers={"Cache-Control": "no-store"}
        )

    async def _sheet(self, request: web.Request) -> web.StreamResponse:
        bench = self._allowed_bench(request)
        try:
            await bench.add_sheet(await request.read())
        except ValueError:
            raise web.HTTPUnprocessableEntity(text="not a picture") from None
        return web.Response(status=204)

    def _allowed_bench(self, request: web.Request) -> Bench:
        if self._bench is None:
            raise web.HTTPNotFound
        if not self._tokens.allow(Screen.BENCH, request.query.get("token", "")):
            raise web.HTTPForbidden(text="wrong token")
        return self._bench

    # --- socket --------------------------------------------------------------------------------

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(heartbeat=5.0, max_msg_size=LARGEST, compress=False)
        await socket.prepare(request)
        screen = await self._greeted(socket)
        if screen is None:
            await socket.close(code=DENIED, message=b"denied")
            return socket
        line = Line(screen, socket)
        line.heard_at = self._clock.monotonic()
        self._lines.add(line)
        log.info("a screen is here", screen=screen)
        try:
            async with asyncio.TaskGroup() as group:
                sending = group.create_task(line.run())
                await self._listen(line, socket, group)
                sending.cancel()
        finally:
            self._lines.remove(line)
            log.info("a screen is gone", screen=screen)
        return socket

    async def _greeted(self, socket: web.WebSocketResponse) -> Screen | None:
        with suppress(TimeoutError, TypeError):
            hello = read_hello(await socket.receive_str(timeout=HELLO_S))
            if hello is not None and self._tokens.allow(hello.screen, hello.token):
                if hello.screen is Screen.BENCH and self._bench is None:
                    return None
                return hello.screen
        log.warning("a page was denied")
        return None

    async def _listen(
        self, line: Line, socket: web.WebSocketResponse, group: asyncio.TaskGroup
    ) -> None:
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            line.heard_at = self._clock.monotonic()
            said = read_said(line.screen, frame.data)
            if said is None:
                log.warning("a page said what it may not", screen=line.screen)
            elif line in self._lines.in_charge(line.screen):
                group.create_task(self._answer(line, said))

    async def _answer(self, line: Line, said: Said) -> None:
        if self._answering is None:
            return
        answer = await self._answering.answer(line.screen, said)
        if answer is not None:
            line.send(answer)
