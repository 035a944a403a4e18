"""How does the control plane run until it is told to stop?"""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator

import structlog
import uvicorn
from fastapi import FastAPI

from control_plane.app.application import create_app
from control_plane.app.joined import Joined
from control_plane.security.device_endpoint import create_endpoint, endpoint_server
from control_plane.service_points.routes import device_router
from control_plane.settings import Settings
from shared.topics import LIMITS, Up

STOPPING = (signal.SIGINT, signal.SIGTERM)
# A page's message is a signal at most, and some JSON around it.
LARGEST_SOCKET_MESSAGE = 2 * LIMITS[Up.SIGNAL]
GOODBYE_S = 5
# What the kernel keeps for a connection that does not read, and when it gives that up.
SEND_BUFFER = 64 * 1024
UNTAKEN_MS = 30_000

log = structlog.get_logger()


class Server(uvicorn.Server):
    """A server that leaves signals to us: there are two of them in one process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing: `run` hears the signals."""
        yield


def configuration(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """How pages and API are served."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        server_header=False,
        ws_max_size=LARGEST_SOCKET_MESSAGE,
        # A compressor for each page would hold more memory than all the rest of its socket.
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=GOODBYE_S,
        lifespan="off",
    )


def doorway(config: uvicorn.Config) -> socket.socket:
    """The listening socket; whoever takes nothing from its connection holds little, not for long.

    What is set here is every connection's: Linux hands both down (tcp(7), socket(7)).
    """
    door = config.bind_socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNTAKEN_MS)
    return door


def runner() -> asyncio.Runner:
    """Runs on the loop that uvicorn would choose: uvloop, where there is one."""
    return asyncio.Runner(loop_factory=uvicorn.Config("", log_config=None).get_loop_factory())


async def run(settings: Settings) -> None:
    """Serve API, pages and the devices' endpoint until SIGTERM; a bug ends it with its error."""
    app = create_app(settings)
    main = Server(configuration(app, settings))
    async with app.router.lifespan_context(app):
        devices = _devices(app)
        servers = (main, devices)
        door = doorway(main.config)

        def stop() -> None:
            for server in servers:
                server.should_exit = True

        loop = asyncio.get_running_loop()
        for each in STOPPING:
            loop.add_signal_handler(each, stop)
        log.info("serving", port=settings.port, device_port=settings.device_port)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_serve(main, stop, [door]))
                tasks.create_task(_serve(devices, stop))
        finally:
            for each in STOPPING:
                loop.remove_signal_handler(each)


async def _serve(
    server: uvicorn.Server, stop: Callable[[], None], doors: list[socket.socket] | None = None
) -> None:
    try:
        await server.serve(sockets=doors)
    finally:
        # One without the other is no control plane.
        stop()


def _devices(app: FastAPI) -> uvicorn.Server:
    joined: Joined = app.state.joined
    endpoint = create_endpoint(joined.boundary, joined.issuers, routers=[device_router])
    return Server(endpoint_server(endpoint, joined.boundary, joined.issuers).config)
