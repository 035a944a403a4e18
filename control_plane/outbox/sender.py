"""Who carries due messages to the broker? One sender per replica; they share the work."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from control_plane.clock import Clock
from control_plane.database import UNAVAILABLE, Committed, Store
from control_plane.outbox.queue import WORKER, Due, claim, give_back, next_at
from shared.identifiers import DeviceName
from shared.topics import Down, down

# Other replicas' messages are found by looking, at the latest after this long.
POLL_S = 1.0

Sign = Callable[[DeviceName, bytes], str]
Publish = Callable[[str, bytes], Awaitable[None]]

log = structlog.get_logger()


class NotConnected(Exception):
    """There is no connection to the broker; what was to be sent stays due."""


class Sender:
    """Signs at the moment of sending and publishes; never waits for a PUBACK."""

    def __init__(self, store: Store, clock: Clock, *, sign: Sign, publish: Publish) -> None:
        self._store = store
        self._clock = clock
        self._sign = sign
        self._publish = publish
        self._work = asyncio.Event()
        store.listen(self._committed)

    async def run(self) -> None:
        """Send what comes due, for ever."""
        while True:
            self._work.clear()
            try:
                if not await self._send_due():
                    await self._rest()
            except UNAVAILABLE:
                log.warning("outbox waits for the database")
                await asyncio.sleep(POLL_S)

    async def _send_due(self) -> bool:
        due = await self._store.run(lambda tx: claim(tx, now=self._clock.now()))
        for place, message in enumerate(due):
            try:
                await self.send(message.device, message.channel, message.payload.encode())
            except NotConnected:
                await self._wait_for_broker(due[place:])
                break
        return bool(due)

    async def _wait_for_broker(self, unsent: list[Due]) -> None:
        identities = [message.id for message in unsent]
        await self._store.run(lambda tx: give_back(tx, identities, now=self._clock.now()))
        log.info("outbox waits for the broker", messages=len(unsent))
        await asyncio.sleep(POLL_S)

    async def send(self, device: DeviceName, channel: Down, envelope: bytes) -> None:
        """Sign and publish at once, past the queue: for answers that are stored elsewhere."""
        payload = self._sign(device, envelope)
        await self._publish(down(device, channel), payload.encode())

    async def _rest(self) -> None:
        coming = await self._store.read(next_at)
        pause = POLL_S
        if coming is not None:
            pause = min(POLL_S, max(0.01, (coming - self._clock.now()).total_seconds()))
        try:
            async with asyncio.timeout(pause):
                await self._work.wait()
        except TimeoutError:
            return

    def _committed(self, committed: Committed) -> None:
        if WORKER in committed.wakes:
            self._work.set()
