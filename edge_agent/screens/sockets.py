"""What is each open page to be told? The latest state, and the few things said once."""

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from contextlib import suppress

from aiohttp import web

from edge_agent.core.scenes import aside
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
    """Every open socket, and the last state of each screen for the next one that opens.

    A booth has one visitor: of several booth pages the newest is in charge, and the others say
    so; when it goes, the one before it takes its place.
    """

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._states: dict[Screen, Mapping[str, object]] = {}

    def add(self, line: Line) -> None:
        """A page said hello."""
        self._lines.append(line)
        self._show_changed(line.screen, [line])

    def remove(self, line: Line) -> None:
        """A page is gone."""
        self._lines.remove(line)
        self._show_changed(line.screen, [])

    def of(self, screen: Screen) -> list[Line]:
        """The open pages of a screen, the newest last."""
        return [line for line in self._lines if line.screen is screen]

    def in_charge(self, screen: Screen) -> list[Line]:
        """The pages that count: every one of a public screen, the newest of a booth's."""
        lines = self.of(screen)
        return lines[-1:] if screen is Screen.BOOTH else lines

    def show(self, screen: Screen, state: Mapping[str, object]) -> None:
        """A new state for every page of a screen."""
        self._states[screen] = state
        self._show(self.of(screen))

    def _show_changed(self, screen: Screen, new: list[Line]) -> None:
        """Who is in charge of a booth may be another page now: all of them are told."""
        if screen in self._states:
            self._show(self.of(screen) if screen is Screen.BOOTH else new)

    def _show(self, lines: list[Line]) -> None:
        for line in lines:
            state = self._states[line.screen]
            line.show(state if line in self.in_charge(line.screen) else aside(state))
