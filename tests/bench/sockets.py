"""How do a thousand browsers stand before a bench without costing more than what is measured?

Bare protocols over asyncio: a connection that asks over and over, and a WebSocket's client half
(RFC 6455) that looks for a mark in what it hears, answers pings, or takes nothing at all.
"""

import asyncio
import socket
import struct
import time
from collections.abc import Callable
from typing import cast

KEY = "AAAAAAAAAAAAAAAAAAAAAA=="  # nobody checks what it becomes
PING, PONG, CLOSE = 0x9, 0xA, 0x8
SMALL_BUFFER = 4096


class Asking(asyncio.Protocol):
    """Asks the same again as soon as it is answered, until it is told to stop."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._buffer = bytearray()
        self.answered = 0
        self.asking = True
        self.failed = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The first one."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """A whole answer calls for the next request."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._buffer[:end]).lower()
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        if len(self._buffer) < end + 4 + length:
            return
        if not head.startswith(b"http/1.1 200"):
            self.failed = head.split(b"\r\n")[0].decode()
        del self._buffer[:]
        self.answered += 1
        if self.asking:
            self._transport.write(self._request)


async def answers_per_s(port: int, request: bytes, *, connections: int, seconds: float) -> float:
    """How many answers a second so many connections get."""
    loop = asyncio.get_running_loop()
    protocols = []
    for _ in range(connections):
        transport, protocol = await loop.create_connection(
            lambda: Asking(request), "127.0.0.1", port
        )
        protocols.append((transport, protocol))
    began, before = time.perf_counter(), sum(each.answered for _, each in protocols)
    await asyncio.sleep(seconds)
    answered = sum(each.answered for _, each in protocols) - before
    took = time.perf_counter() - began
    for transport, protocol in protocols:
        protocol.asking = False
        transport.close()
    if failed := {each.failed for _, each in protocols if each.failed}:
        raise RuntimeError(f"refused: {failed}")
    return answered / took


def get(path: str, port: int, *, cookie: str = "") -> bytes:
    """A request of a browser on our own page."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Origin: http://127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n"
    ).encode()


class Ear(asyncio.Protocol):
    """The client half of a WebSocket; ``heard`` is called with each whole message."""

    def __init__(self, request: bytes, heard: Callable[["Ear", bytes], None]) -> None:
        self._request = request
        self._heard = heard
        self._buffer = bytearray()
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed_with: int | None = None
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask to be upgraded."""
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self._request)

    def connection_lost(self, _error: Exception | None) -> None:
        """It is over."""
        self.lost = True
        for future in (self.opened, self.first):
            if not future.done():
                future.set_exception(ConnectionError("the socket was closed"))

    def data_received(self, data: bytes) -> None:
        """Frames of a server are not masked."""
        self._buffer += data
        if not self.opened.done():
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if b" 101 " not in self._buffer[:end]:
                self.transport.close()
                return
            del self._buffer[: end + 4]
            self.opened.set_result(None)
        while self._one_frame():
            pass

    def _one_frame(self) -> bool:
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        length, at = buffer[1] & 0x7F, 2
        if length == 126:
            length, at = int.from_bytes(buffer[2:4], "big"), 4
        elif length == 127:
            length, at = int.from_bytes(buffer[2:10], "big"), 10
        if len(buffer) < at + length or (buffer[1] & 0x7F == 127 and len(buffer) < 10):
            return False
        payload, kind = bytes(buffer[at : at + length]), buffer[0] & 0x0F
        del buffer[: at + length]
        if kind == PING:
            # Masked with zeros, which changes nothing.
            head = struct.pack("!BB4x", 0x80 | PONG, 0x80 | len(payload))
            self.transport.write(head + payload)
        elif kind == CLOSE:
            self.closed_with = int.from_bytes(payload[:2], "big")
            self.transport.close()
        else:
            self._heard(self, payload)
            if not self.first.done():
                self.first.set_result(None)
        return True

    def stall(self) -> None:
        """Take nothing any more."""
        self.transport.pause_reading()


async def listen(
    port: int,
    path: str,
    heard: Callable[[Ear, bytes], None],
    *,
    cookie: str = "",
    small: bool = False,
) -> Ear:
    """Open a WebSocket; ``small``: with a receive buffer that is soon full."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {KEY}\r\nCookie: {cookie}\r\n\r\n"
    ).encode()
    loop = asyncio.get_running_loop()
    connection = socket.socket()
    connection.setblocking(False)
    if small:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
    await loop.sock_connect(connection, ("127.0.0.1", port))
    _, ear = await loop.create_connection(lambda: Ear(request, heard), sock=connection)
    await ear.opened
    return ear
