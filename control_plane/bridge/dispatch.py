"""Which operation does a device's message lead to? One message, one transaction.

Messages of one device are taken in their order, those of different devices side by side. What
is no message of ours is logged by a fixed phrase and dropped: a device can hurt only itself.
"""

import asyncio
import contextlib
import traceback
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from zlib import crc32

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from sqlalchemy.exc import DBAPIError, IntegrityError

from control_plane import outbox
from control_plane.bridge.connection import Received
from control_plane.bridge.stopping import heed_cancellation
from control_plane.clock import Clock
from control_plane.database import UNAVAILABLE, Operation, Store, Tx
from control_plane.fleet import operations as fleet
from control_plane.outbox.sender import NotConnected
from control_plane.rooms.relay import Relay
from control_plane.security.refusals import Refusals
from control_plane.security.scope import Scope
from control_plane.visits.operations import arrivals, devices
from control_plane.visits.setup import Setup
from control_plane.visits.waits import Waits
from shared.commands import (
    EVENTS,
    FINAL_COMMAND_STATES,
    REPLIES,
    REPORTS,
    REQUESTS,
    CommandReported,
)
from shared.envelope import Body, Message, NotUnderstood, id_of, wrap
from shared.identifiers import DeviceName, MessageId, new_uuid
from shared.rooms import SIGNALS
from shared.telemetry import STATUS, TELEMETRY, DeviceStatus
from shared.tickets import Received as Acknowledged
from shared.tickets import RefusalCode, Refused
from shared.topics import BETWEEN_REPLICAS, LIMITS, Down, FromDevice, Up, read_up

LANES = 16
# A lane this long belongs to a flood; devices repeat what is dropped.
LANE_LENGTH = 1000
FLUSH_S = 10.0
# What a device says again until it is answered.
REPEATED = frozenset({Up.EVENT, Up.REQUEST, Up.REPLY})

# Sign an envelope for a device and publish it at once.
Answer = Callable[[DeviceName, Down, bytes], Awaitable[None]]

log = structlog.get_logger()


class Dispatch:
    """The way from topics to operations, and of answers back."""

    def __init__(  # noqa: PLR0913 - both sides that are joined here
        self,
        store: Store,
        clock: Clock,
        setup: Setup,
        *,
        relay: Relay,
        waits: Waits,
        answer: Answer,
        refusals: Refusals,
        registry: CollectorRegistry,
    ) -> None:
        self._store = store
        self._clock = clock
        self._setup = setup
        self._relay = relay
        self._waits = waits
        self._answer = answer
        self._refusals = refusals
        self._lanes: list[asyncio.Queue[tuple[FromDevice, bytes]]] = [
            asyncio.Queue(LANE_LENGTH) for _ in range(LANES)
        ]
        self._between: asyncio.Queue[bytes] = asyncio.Queue(LANE_LENGTH)
        self._heard: dict[DeviceName, datetime] = {}
        self._count = Counter(
            "etapiste_messages",
            "Messages from devices",
            ["channel", "outcome"],
            registry=registry,
        )
        self._seconds = Histogram(
            "etapiste_message_seconds",
            "From a message's arrival to its answer's publication",
            ["channel"],
            registry=registry,
            buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5),
        )

    async def run(self) -> None:
        """Work off the lanes and keep heartbeats, for ever."""
        async with asyncio.TaskGroup() as tasks:
            for lane in self._lanes:
                tasks.create_task(self._work(lane))
            tasks.create_task(self._pass_between())
            tasks.create_task(self._flush())

    async def hear(self, message: Received) -> None:
        """Take a message from the broker; never waits."""
        if message.topic == BETWEEN_REPLICAS:
            with contextlib.suppress(asyncio.QueueFull):
                self._between.put_nowait(message.payload)
            return
        source = read_up(message.topic)
        if source is None:
            log.warning("message on a strange topic dropped")
            return
        if source.channel is Up.TELEMETRY:
            self._beat(source.device, message.payload)
            return
        lane = self._lanes[crc32(source.device.encode()) % LANES]
        try:
            lane.put_nowait((source, message.payload))
        except asyncio.QueueFull:
            self._drop(source, "flood")

    async def _work(self, lane: asyncio.Queue[tuple[FromDevice, bytes]]) -> None:
        while True:
            source, payload = await lane.get()
            with self._seconds.labels(str(source.channel)).time():
                await self._handle(source, payload)
            heed_cancellation()

    async def _pass_between(self) -> None:
        """Signals from pages of other replicas; now or never, as all signals are."""
        while True:
            payload = await self._between.get()
            try:
                signal = SIGNALS.read(payload, limit=LIMITS[Down.SIGNAL])
                await self._relay.from_replica(signal.body)
            except NotUnderstood as error:
                log.warning("message between replicas dropped", reason=error.reason)
            except DBAPIError as error:
                log.warning("message between replicas dropped", reason=type(error).__name__)
            heed_cancellation()

    async def _handle(self, source: FromDevice, payload: bytes) -> None:
        try:
            await self._lead(source, payload)
        except NotUnderstood as error:
            self._drop(source, error.reason)
            await self._refuse(source, "message.refused", code=error.reason)
            await self._say_not_understood(source, payload)
        except NotConnected:
            # The answer is stored, or not needed: the device asks again.
            self._drop(source, "not_connected")
        except Exception as error:  # noqa: BLE001 - a device's message may not end the service
            # No values: an exception's text may hold what a device sent.
            log.error(  # noqa: TRY400 - a traceback without its message
                "message failed",
                device=source.device,
                channel=str(source.channel),
                error=type(error).__name__,
                where=traceback.format_tb(error.__traceback__)[-3:],
            )
            self._count.labels(str(source.channel), "failed").inc()
        else:
            self._count.labels(str(source.channel), "done").inc()

    def _drop(self, source: FromDevice, reason: str) -> None:
        log.warning(
            "message dropped", device=source.device, channel=str(source.channel), reason=reason
        )
        self._count.labels(str(source.channel), "dropped").inc()

    async def _lead(self, source: FromDevice, payload: bytes) -> None:
        limit = LIMITS[source.channel]
        match source.channel:
            case Up.STATUS:
                await self._status(source.device, STATUS.read(payload, limit=limit))
            case Up.EVENT:
                await self._event(source.device, EVENTS.read(payload, limit=limit))
            case Up.REQUEST:
                await self._request(source.device, payload)
            case Up.REPLY:
                await self._report(source.device, REPORTS.read(payload, limit=limit))
            case Up.SIGNAL:
                signal = SIGNALS.read(payload, limit=limit)
                await self._relay.from_device(source.device, signal.body)
            case Up.TELEMETRY:
                self._beat(source.device, payload)

    async def _refuse(self, source: FromDevice, action: str, *, code: str, wish: str = "") -> None:
        scope = Scope.of_device(source.device)
        await self._refusals.note(scope, action, code=code, wish=wish or str(source.channel))

    async def _say_not_understood(self, source: FromDevice, payload: bytes) -> None:
        """To what the device repeats until it is answered: it may drop what never will be."""
        message = id_of(payload) if source.channel in REPEATED else None
        if message is not None:
            with contextlib.suppress(NotConnected):
                await self._answer(source.device, Down.REPLY, self._not_understood(message))

    def _not_understood(self, message: MessageId) -> bytes:
        refused = Refused(code=RefusalCode.NOT_UNDERSTOOD)
        return wrap(refused, id=MessageId(new_uuid()), now=self._clock.now(), re=message)

    async def _status(self, device: DeviceName, message: Message[Body]) -> None:
        status = message.body
        if not isinstance(status, DeviceStatus):
            return
        if not status.online:
            # A heartbeat from before the goodbye may not bring it back.
            self._heard.pop(device, None)
        now = self._clock.now()
        await self._store.run(lambda tx: devices.status_told(tx, device, status, now))

    async def _event(self, device: DeviceName, message: Message[Body]) -> None:
        now = self._clock.now()
        await self._once(partial(self._take_event, device=device, message=message, now=now))
        await self._acknowledge(device, message.id, now)

    async def _acknowledge(self, device: DeviceName, message: MessageId, now: datetime) -> None:
        received = wrap(Acknowledged(), id=MessageId(new_uuid()), now=now, re=message)
        await self._answer(device, Down.REPLY, received)

    def _take_event(
        self, tx: Tx, device: DeviceName, message: Message[Body], now: datetime
    ) -> None:
        if outbox.seen(tx, message.id, device=device) is not None:
            return
        devices.event(tx, self._setup, device, message, now)
        outbox.remember(tx, message.id, device=device, kind=message.body.kind, answer=None, now=now)

    async def _request(self, device: DeviceName, payload: bytes) -> None:
        message = REQUESTS.read(payload, limit=LIMITS[Up.REQUEST])
        now = self._clock.now()
        reply = await self._once(
            lambda tx: arrivals.answer_request(tx, self._setup, device, message, now, self._waits)
        )
        if reply is None:
            reply = self._not_understood(message.id)
        await self._answer(device, Down.REPLY, reply)
        answered = REPLIES.read(reply, limit=LIMITS[Down.REPLY]).body
        if isinstance(answered, Refused):
            source = FromDevice(device, Up.REQUEST)
            await self._refuse(
                source, "request.refused", code=answered.code, wish=message.body.kind
            )

    async def _report(self, device: DeviceName, message: Message[Body]) -> None:
        reported = message.body
        command = message.re
        if not isinstance(reported, CommandReported) or command is None:
            raise NotUnderstood("no_command")
        now = self._clock.now()
        await self._store.run(
            lambda tx: devices.command_reported(
                tx, self._setup, device, command=command, reported=reported, now=now
            )
        )
        if reported.state in FINAL_COMMAND_STATES:
            await self._acknowledge(device, message.id, now)

    async def _once(self, operation: "Operation[bytes | None] | Operation[None]") -> bytes | None:
        """Run it; a copy that raced with it and was first is found at the second try."""
        try:
            return await self._store.run(operation)
        except IntegrityError:
            return await self._store.run(operation)

    # --- heartbeats ----------------------------------------------------------------------------

    def _beat(self, device: DeviceName, payload: bytes) -> None:
        try:
            TELEMETRY.read(payload, limit=LIMITS[Up.TELEMETRY])
        except NotUnderstood as error:
            self._drop(FromDevice(device, Up.TELEMETRY), error.reason)
            return
        self._heard[device] = self._clock.now()
        self._count.labels(str(Up.TELEMETRY), "done").inc()

    async def _flush(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_S)
            await self.flush()

    async def flush(self) -> None:
        """Store the heartbeats that were gathered, in one statement; without a database, later."""
        heard, self._heard = self._heard, {}
        if heard:
            now = self._clock.now()
            try:
                await self._store.run(lambda tx: fleet.heard(tx, heard, now))
            except UNAVAILABLE:
                log.warning("heartbeats wait for the database")
                self._heard = heard | self._heard
