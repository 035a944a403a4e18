"""How does the control plane run until it is told to stop?"""

import asyncio
import contextlib
import signal
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

log = structlog.get_logger()


class Server(uvicorn.Server):
    """A server that leaves signals to us: there are two of them in one process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing: `run` hears the signals."""
        yield


async def run(settings: Settings) -> None:
    """Serve API, pages and the devices' endpoint until SIGTERM; a bug ends it with its error."""
    app = create_app(settings)
    main = Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            access_log=False,
            log_config=None,
            server_header=False,
            ws_max_size=LARGEST_SOCKET_MESSAGE,
            timeout_graceful_shutdown=GOODBYE_S,
            lifespan="off",
        )
    )
    async with app.router.lifespan_context(app):
        devices = _devices(app)
        servers = (main, devices)

        def stop() -> None:
            for server in servers:
                server.should_exit = True

        loop = asyncio.get_running_loop()
        for each in STOPPING:
            loop.add_signal_handler(each, stop)
        log.info("serving", port=settings.port, device_port=settings.device_port)
        try:
            async with asyncio.TaskGroup() as tasks:
                for server in servers:
                    tasks.create_task(_serve(server, stop))
        finally:
            for each in STOPPING:
                loop.remove_signal_handler(each)


async def _serve(server: uvicorn.Server, stop: Callable[[], None]) -> None:
    try:
        await server.serve()
    finally:
        # One without the other is no control plane.
        stop()


def _devices(app: FastAPI) -> uvicorn.Server:
    joined: Joined = app.state.joined
    endpoint = create_endpoint(joined.boundary, joined.issuers, routers=[device_router])
    return Server(endpoint_server(endpoint, joined.boundary, joined.issuers).config)
