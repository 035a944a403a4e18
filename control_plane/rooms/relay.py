"""How do signals pass between clerks' sockets and the booth's device?

Up: every replica hears every device; the one that owns the clerk's socket delivers. Down: the
replica that has the socket publishes. From clerk to clerk: to the socket that is here, else to all
replicas by the broker. Signals are now or never: nothing is stored, and each is checked against
the open room of its sender.
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
from control_plane.outbox import NotConnected
from control_plane.rooms.operations import NoWay, Route, ToDevice, ToStaff, route_of
from control_plane.security.refusals import Refusals
from control_plane.security.scope import Scope
from shared.envelope import wrap
from shared.identifiers import DeviceName, MessageId, new_uuid
from shared.rooms import Signal
from shared.topics import BETWEEN_REPLICAS, Down, down

# A page that does not read for this many signals is gone or broken.
WAITING_SIGNALS = 256

Publish = Callable[[str, bytes], Awaitable[None]]
Ear = asyncio.Queue[Signal]

REPLICA = Scope.system("relay")

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
        """Pass a signal to the booth or the other clerk of the asker's own open room.

        False: it could not be passed.
        """
        match await self._route(scope, signal):
            case ToDevice(device):
                return await self._say(down(device, Down.SIGNAL), signal)
            case ToStaff(staff_id):
                return self._deliver(staff_id, signal) or await self._say(BETWEEN_REPLICAS, signal)
            case None:
                return False

    async def from_device(self, device: DeviceName, signal: Signal) -> None:
        """Deliver a device's signal to the clerk of its own open room, if the socket is here."""
        if not self._ears:
            return
        route = await self._route(Scope.of_device(device), signal)
        if isinstance(route, ToStaff):
            self._deliver(route.staff_id, signal)

    async def from_replica(self, signal: Signal) -> None:
        """Deliver what another replica judged and could not deliver, if the socket is here."""
        if not self._ears:
            return
        now = self._clock.now()
        route = await self._store.read(lambda tx: route_of(tx, REPLICA, signal, now))
        if isinstance(route, ToStaff):
            self._deliver(route.staff_id, signal)

    def _deliver(self, staff_id: UUID, signal: Signal) -> bool:
        """Put it into every ear of this one's; False: no page of this one's is here."""
        ears = self._ears.get(staff_id, ())
        for ear in ears:
            with contextlib.suppress(asyncio.QueueFull):
                ear.put_nowait(signal)
        return bool(ears)

    async def _say(self, topic: str, signal: Signal) -> bool:
        """False: there is no broker now. Its page stays connected, and its parties try again."""
        payload = wrap(signal, id=MessageId(new_uuid()), now=self._clock.now())
        try:
            await self._publish(topic, payload)
        except NotConnected:
            log.info("signal lost: no broker", signal_type=str(signal.type))
            return False
        return True

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
            case NoWay.OVER:
                return None
            case NoWay.NOT_YOURS:
                await self._refuse(scope, signal)
                return None
            case _:
                return route
