"""When is the demo ready? When each part answers as its users will meet it."""

import asyncio
import contextlib
import http.client

import aiohttp

from provisioning.demo.ports import HOST, Ports

PAUSE_S = 0.1


async def listening(port: int) -> None:
    """Wait until somebody accepts connections on ``port``."""
    while True:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(HOST, port)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            return
        await asyncio.sleep(PAUSE_S)


async def control_plane_ready(ports: Ports) -> None:
    """The control plane says so itself: schema, database and broker are there."""
    while await asyncio.to_thread(_status, ports.web, "/readyz") != http.client.OK:  # noqa: ASYNC110 - another process
        await asyncio.sleep(PAUSE_S)


async def screens_ready(ports: Ports) -> None:
    """The device serves the pages of its screens."""
    for page in ("/waiting-area", "/booth", "/bench", "/stage"):
        while await asyncio.to_thread(_status, ports.screens, page) != http.client.OK:  # noqa: ASYNC110 - another process
            await asyncio.sleep(PAUSE_S)


async def device_online(ports: Ports, token: str) -> None:
    """The waiting-area screen, which asks its agent, knows the way up and what is offered."""
    origin = f"http://{HOST}:{ports.screens}"
    async with aiohttp.ClientSession(headers={"Origin": origin}) as session:
        while True:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with session.ws_connect(f"{origin}/socket") as socket:
                    await socket.send_json(
                        {"type": "hello", "screen": "waiting-area", "token": token}
                    )
                    while True:
                        message = await socket.receive_json(timeout=5)
                        state = message.get("state", {})
                        if state.get("online") and state.get("agencies"):
                            return
            await asyncio.sleep(PAUSE_S)


def _status(port: int, path: str) -> int:
    try:
        connection = http.client.HTTPConnection(HOST, port, timeout=3)
        with contextlib.closing(connection):
            connection.request("GET", path)
            return connection.getresponse().status
    except OSError:
        return 0
