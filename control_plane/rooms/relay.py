"""How do signals pass between a clerk's socket and the booth's device?

Up: every replica hears every device; the one that owns the clerk's socket delivers. Down: the
replica that has the socket publishes. Signals are now or never: nothing is stored, and each is
checked against the open room of its sender.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from uuid import UUID

import structlog

from control_plane.clock import Clock
from control_plane.database import Store
from control_plane.rooms.operations import Route, route_of
from control_plane.security.scope import Scope
from shared.envelope import wrap
from shared.identifiers import DeviceName, MessageId, new_uuid
from shared.rooms import Signal
from shared.topics import Down, down

# A page that does not read for this many signals is gone or broken.
WAITING_SIGNALS = 256

Publish = Callable[[str, bytes], Awaitable[None]]
Ear = asyncio.Queue[Signal]

log = structlog.get_logger()


class Relay:
    """The sockets of this replica's clerks, and the way to the devices."""

    def __init__(self, store: Store, clock: Clock, *, publish: Publish) -> None:
        self._store = store
        self._clock = clock
        self._publish = publish
        self._ears: dict[UUID, set[Ear]] = defaultdict(set)

    @property
    def present(self) -> frozenset[UUID]:
        """The clerks whose pages are connected here."""
        return frozenset(self._ears)

    @contextlib.contextmanager
    def listening(self, staff_id: UUID) -> Iterator[Ear]:
        """A queue with the signals for this clerk, for as long as the socket lives."""
        ear: Ear = asyncio.Queue(WAITING_SIGNALS)
        self._ears[staff_id].add(ear)
        try:
            yield ear
        finally:
            self._ears[staff_id].discard(ear)
            if not self._ears[staff_id]:
                del self._ears[staff_id]

    async def from_clerk(self, scope: Scope, signal: Signal) -> bool:
        """Pass a clerk's signal to the booth of the clerk's own open room; False when refused."""
        route = await self._route(scope, signal)
        if route is None:
            log.warning("signal refused", asker=scope.name, signal_type=str(signal.type))
            return False
        await self._publish(
            down(route.device, Down.SIGNAL),
            wrap(signal, id=MessageId(new_uuid()), now=self._clock.now()),
        )
        return True

    async def from_device(self, device: DeviceName, signal: Signal) -> None:
        """Deliver a device's signal to the clerk of its own open room, if the socket is here."""
        if not self._ears:
            return
        route = await self._route(Scope.of_device(device), signal)
        if route is None:
            log.warning("signal refused", asker=device, signal_type=str(signal.type))
            return
        for ear in self._ears.get(route.staff_id, ()):
            with contextlib.suppress(asyncio.QueueFull):
                ear.put_nowait(signal)

    async def _route(self, scope: Scope, signal: Signal) -> Route | None:
        return await self._store.read(lambda tx: route_of(tx, scope, signal))
