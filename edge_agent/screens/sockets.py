"""What is each open page to be told? The latest state, and the few things said once."""

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from contextlib import suppress

from aiohttp import web

from edge_agent.ports import Screen

# More than this unsent means that the page hangs; it gets a new start instead.
MOST_UNSENT = 64


class Line:
    """One open socket; a slow page skips states and keeps no other waiting."""

    def __init__(self, screen: Screen, socket: web.WebSocketResponse) -> None:
        self.screen = screen
        self.heard_at = 0.0
        self._socket = socket
        self._state: Mapping[str, object] | None = None
        self._once: deque[Mapping[str, object]] = deque()
        self._news = asyncio.Event()
        self._overrun = False

    def show(self, state: Mapping[str, object]) -> None:
        """The state to show; an unsent older one is skipped."""
        self._state = state
        self._news.set()

    def send(self, message: Mapping[str, object]) -> None:
        """Say something once, in order."""
        if len(self._once) >= MOST_UNSENT:
            self._overrun = True
        else:
            self._once.append(message)
        self._news.set()

    async def run(self) -> None:
        """Send until the socket closes or the page hangs."""
        with suppress(ConnectionResetError):
            await self._run()

    async def _run(self) -> None:
        while not self._socket.closed:
            await self._news.wait()
            self._news.clear()
            if self._overrun:
                await self._socket.close(code=1013)
                return
            while self._once:
                await self._write(self._once.popleft())
            state, self._state = self._state, None
            if state is not None:
                await self._write({"type": "state", "state": state})

    async def _write(self, message: Mapping[str, object]) -> None:
        await self._socket.send_str(json.dumps(message, ensure_ascii=False, separators=(",", ":")))


class Lines:
    """Every open socket, and the last state of each screen for the next one that opens."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._states: dict[Screen, Mapping[str, object]] = {}

    def add(self, line: Line) -> None:
        """A page said hello."""
        self._lines.append(line)
        state = self._states.get(line.screen)
        if state is not None:
            line.show(state)

    def remove(self, line: Line) -> None:
        """A page is gone."""
        self._lines.remove(line)

    def of(self, screen: Screen) -> list[Line]:
        """The open pages of a screen, the newest last."""
        return [line for line in self._lines if line.screen is screen]

    def newest(self, screen: Screen) -> Line | None:
        """The page that counts when two show the same screen."""
        lines = self.of(screen)
        return lines[-1] if lines else None

    def show(self, screen: Screen, state: Mapping[str, object]) -> None:
        """A new state for every page of a screen."""
        self._states[screen] = state
        for line in self.of(screen):
            line.show(state)
