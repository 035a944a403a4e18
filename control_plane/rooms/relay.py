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
from control_plane.errors import NOT_FOUND
from control_plane.rooms.operations import NoWay, Route, route_of
from control_plane.security.refusals import Refusals
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

    def __init__(self, store: Store, clock: Clock, *, publish: Publish, refusals: Refusals) -> None:
        self._store = store
        self._clock = clock
        self._publish = publish
        self._refusals = refusals
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
        """Pass a clerk's signal to the booth of the clerk's own open room; False: it could not."""
        route = await self._route(scope, signal)
        if route is None:
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
            return
        for ear in self._ears.get(route.staff_id, ()):
            with contextlib.suppress(asyncio.QueueFull):
                ear.put_nowait(signal)

    async def _refuse(self, scope: Scope, signal: Signal) -> None:
        log.warning("signal refused", asker=scope.name, signal_type=str(signal.type))
        await self._refusals.note(
            scope,
            "signal.refused",
            code=NOT_FOUND.code,
            wish=str(signal.type),
            about={"room": str(signal.room_id)},
        )

    async def _route(self, scope: Scope, signal: Signal) -> Route | None:
        """Where it goes; one that came too late falls on the floor, any other is refused."""
        now = self._clock.now()
        route = await self._store.read(lambda tx: route_of(tx, scope, signal, now))
        match route:
            case Route():
                return route
            case NoWay.OVER:
                return None
            case NoWay.NOT_YOURS:
                await self._refuse(scope, signal)
                return None
