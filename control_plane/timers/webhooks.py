"""Which replica carries webhooks? One, by a lease; two for a moment only repeat what has an id."""

import asyncio
import contextlib

import structlog
from sqlalchemy.exc import DBAPIError

from control_plane.clock import Clock
from control_plane.database import Committed, Store
from control_plane.presence.operations.telling import WORKER
from control_plane.presence.sender import Sender
from control_plane.security.scope import Scope
from control_plane.timers.leadership import Leadership

# Other replicas' messages are found by looking, at the latest after this long.
POLL_S = 1.0
STAND_BY_S = 2.0
WEBHOOKS = Scope.system("webhooks")

log = structlog.get_logger()


class Webhooks:
    """Sends what comes due, one replica at a time, so that news arrives in its order."""

    def __init__(self, store: Store, clock: Clock, sender: Sender) -> None:
        self._store = store
        self._clock = clock
        self._sender = sender
        self._work = asyncio.Event()
        store.listen(self._committed)

    async def run(self) -> None:
        """Carry webhooks, for ever."""
        leadership = Leadership(self._store, self._clock, WEBHOOKS)
        try:
            while True:
                self._work.clear()
                try:
                    if not await leadership.held():
                        await asyncio.sleep(STAND_BY_S)
                    elif not await self._sender.send_due():
                        await self._rest()
                except DBAPIError as error:
                    log.warning("webhooks pause", error=type(error).__name__)
                    await asyncio.sleep(POLL_S)
        finally:
            await leadership.let_go()
            await self._sender.close()

    async def _rest(self) -> None:
        coming = await self._sender.next_at()
        pause = POLL_S
        if coming is not None:
            pause = min(POLL_S, max(0.01, (coming - self._clock.now()).total_seconds()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._work.wait()

    def _committed(self, committed: Committed) -> None:
        if WORKER in committed.wakes:
            self._work.set()
