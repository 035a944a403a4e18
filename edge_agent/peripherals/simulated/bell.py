"""How do the simulated peripherals and the bench page hear that something was changed by hand?"""

import asyncio
from collections.abc import AsyncIterator, Callable


class Bell:
    """Rings for everybody who listens; several rings before one looks are one."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Event] = set()

    def ring(self) -> None:
        """Something changed."""
        for listener in self._listeners:
            listener.set()

    async def rings(self) -> AsyncIterator[None]:
        """One item whenever it rang since the last one."""
        heard = asyncio.Event()
        self._listeners.add(heard)
        try:
            while True:
                await heard.wait()
                heard.clear()
                yield
        finally:
            self._listeners.discard(heard)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for what a change by hand can bring about."""
        heard = asyncio.Event()
        self._listeners.add(heard)
        try:
            while not holds():
                await heard.wait()
                heard.clear()
        finally:
            self._listeners.discard(heard)
