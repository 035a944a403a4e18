"""How do requests, events and orders travel over a connection that comes and goes?

`connected` is the truth that the screens show: the broker answers, and the control plane has
answered since this connection began and left no question open.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from edge_agent.clock import Clock
from edge_agent.errors import Offline
from edge_agent.ports import Orders
from edge_agent.supervision import keep_trying
from edge_agent.uplink.commanding import Commanding
from edge_agent.uplink.connection import Address, Connection, connected
from edge_agent.uplink.disk import Disk
from edge_agent.uplink.inbox import Inbox
from edge_agent.uplink.orders import read_order
from edge_agent.uplink.outbox import Lane, NewMessage, Outbox
from shared.commands import REPLIES, TWINS
from shared.envelope import Body, Message, NotUnderstood, Vocabulary, wrap
from shared.identifiers import BootId, DeviceName, MessageId, new_uuid
from shared.orders import CommandKeys, NotProven
from shared.rooms import SIGNALS, Signal
from shared.telemetry import DeviceStatus, Heartbeat
from shared.tickets import AskBoard, Board, Received, Refused, TakeTicket
from shared.topics import LIMITS, Down, Up
from shared.twin import TwinDesired

log = structlog.get_logger()

HEARTBEAT_S = 30.0
ASK_AGAIN_S = 30.0  # silence of the control plane after which it is asked whether it is there
ANSWER_S = 4.0
REPEAT_REQUEST_S = (0.7, 1.5, 3.0)
REPEAT_EVENT_S = (2.0, 5.0, 10.0, 20.0, 30.0)
REPORT_TRIES = 6
PATIENCE = 4  # tries of an event, about a minute


@dataclass(frozen=True, slots=True)
class Believed:
    """As whom we come, and whose signatures we believe; replaced when they are renewed."""

    device: DeviceName
    boot: BootId
    version: str
    address: Callable[[], Address]
    command_keys: Callable[[], CommandKeys]
    keys_unknown: Callable[[], None]  # a signature by a key that we do not know


@dataclass(slots=True)
class _State:
    connection: Connection | None = None
    answered: bool = False
    heard_at: float = 0.0
    asked: dict[MessageId, asyncio.Future[Body]] = field(default_factory=dict)
    asked_time: dict[MessageId, float] = field(default_factory=dict)
    # An event that was just sent: True when it arrived, False when it must be sent again now.
    sent: dict[MessageId, asyncio.Future[bool]] = field(default_factory=dict)


class Link:
    """The uplink of `ports`; `run` is its life."""

    def __init__(self, *, believed: Believed, disk: Disk, clock: Clock) -> None:
        self._believed = believed
        self._clock = clock
        self._outbox = Outbox(disk)
        self._inbox = Inbox(disk)
        self._state = _State()
        self._up = asyncio.Event()  # the broker is there
        self._time_known = asyncio.Event()
        self._news = {lane: asyncio.Event() for lane in Lane}
        self._link_news = asyncio.Event()
        self._ask_now = asyncio.Event()
        self.alive_at = clock.monotonic()

    # --- ports.Uplink --------------------------------------------------------------------------

    @property
    def connected(self) -> bool:
        """Is the broker there and has the control plane answered lately?"""
        return self._state.connection is not None and self._state.answered

    async def request(self, body: Body, *, id: MessageId, timeout_s: float) -> Body:  # noqa: A002
        """Ask, repeat the same id until answered; raises `Offline` when no answer comes."""
        waiting = self._state.asked.get(id)
        if waiting is not None:  # the same wish, asked twice: one answer for both
            return await self._answer(waiting, timeout_s)
        waiting = asyncio.get_running_loop().create_future()
        self._state.asked[id] = waiting
        started = self._clock.monotonic()
        expires_at = self._clock.now() + timedelta(seconds=timeout_s)
        try:
            for pause in (*REPEAT_REQUEST_S, timeout_s):
                waited = self._clock.monotonic() - started
                if waited >= timeout_s:
                    break
                await self._publish(
                    Up.REQUEST,
                    wrap(_aged(body, waited), id=id, now=self._clock.now(), expires_at=expires_at),
                )
                with suppress(TimeoutError):
                    return await self._answer(waiting, min(pause, timeout_s - waited))
            self._doubt()
            raise Offline("no_answer")
        finally:
            self._state.asked.pop(id, None)
            waiting.cancel()

    async def tell(self, body: Body) -> None:
        """Put an event on disk; it is sent until the control plane has it."""
        message = MessageId(new_uuid())
        payload = wrap(body, id=message, now=self._clock.now())
        if len(payload) > LIMITS[Up.EVENT]:
            raise ValueError(f"an event of kind {body.kind} is too large")
        await self._outbox.add(
            NewMessage(id=message, lane=Lane.EVENT, kind=body.kind, payload=payload)
        )
        self._news[Lane.EVENT].set()

    async def signal(self, signal: Signal) -> None:
        """Now or never; a late signal is worth nothing."""
        with suppress(Offline):
            await self._publish(
                Up.SIGNAL, wrap(signal, id=MessageId(new_uuid()), now=self._clock.now())
            )

    # --- life ----------------------------------------------------------------------------------

    async def run(self, orders: Orders) -> None:
        """Until cancelled; an expected failure of the line never ends it."""
        commanding = Commanding(
            device=self._believed.device,
            keys=self._believed.command_keys,
            keys_unknown=self._believed.keys_unknown,
            inbox=self._inbox,
            orders=orders,
            clock=self._clock,
            time_known=self._time_known,
            say=self._say_report,
            stored=self._news[Lane.REPORT].set,
        )
        await commanding.end_interrupted()
        async with asyncio.TaskGroup() as group:
            group.create_task(commanding.run())
            group.create_task(self._send_events())
            group.create_task(self._repeat_reports())
            group.create_task(self._tell_link(orders))
            await keep_trying(
                "uplink",
                lambda: self._once(orders, commanding),
                expected=(Offline,),
                longest_s=10.0,
                healthy_after_s=20.0,
            )

    async def waiting(self) -> int:
        """How many messages the control plane has not got yet."""
        return await self._outbox.count()

    async def _once(self, orders: Orders, commanding: Commanding) -> None:
        self.alive_at = self._clock.monotonic()
        try:
            async with connected(
                self._believed.address(), last_will=lambda: self._status(online=False)
            ) as connection:
                try:
                    await connection.publish(
                        Up.STATUS, self._status(online=True), sure=True, retain=True
                    )
                    self._state.connection = connection
                    self._up.set()
                    await self._live(connection, orders, commanding)
                finally:
                    self._state.connection = None
                    await self._farewell(connection)
        except ExceptionGroup as troubles:
            bugs = troubles.split(Offline)[1]
            if bugs is not None:
                raise bugs from None
            raise Offline("connection") from troubles
        finally:
            self._state.connection = None
            self._state.answered = False
            self._up.clear()
            self._link_news.set()

    async def _farewell(self, connection: Connection) -> None:
        with suppress(Offline, TimeoutError):
            async with asyncio.timeout(1.0):
                await connection.publish(
                    Up.STATUS, self._status(online=False), sure=True, retain=True
                )

    async def _live(self, connection: Connection, orders: Orders, commanding: Commanding) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(connection.watch())
            group.create_task(self._beat(connection))
            group.create_task(self._ask_board(orders))
            group.create_task(self._look_alive())
            async for incoming in connection.incoming():
                match incoming.channel:
                    case Down.COMMAND:
                        commanding.take(incoming.payload)
                    case Down.REPLY:
                        await self._take_reply(incoming.payload)
                    case Down.TWIN:
                        await self._take_twin(incoming.payload, orders)
                    case Down.SIGNAL:
                        await self._take_signal(incoming.payload, orders)

    async def _look_alive(self) -> None:
        while True:
            self.alive_at = self._clock.monotonic()
            await asyncio.sleep(1.0)

    async def _beat(self, connection: Connection) -> None:
        started = self._clock.monotonic()
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            body = Heartbeat(up_s=int(self._clock.monotonic() - started))
            await connection.publish(Up.TELEMETRY, self._wrapped(body))

    async def _ask_board(self, orders: Orders) -> None:
        """What the screens show, what time it is and whether anybody is there, in one question."""
        while True:
            asked_at = self._clock.monotonic()
            identity = MessageId(new_uuid())
            # The only reply that is surely made now: others may be a stored answer again.
            self._state.asked_time = {identity: asked_at}
            try:
                board = await self.request(AskBoard(), id=identity, timeout_s=ANSWER_S)
            except Offline:
                if self._state.connection is None:
                    return  # the connection ended; the next one asks anew
                await asyncio.sleep(1.0)
                continue
            if isinstance(board, Board):
                await orders.configure(board)
            await self._until_quiet(asked_at)

    async def _until_quiet(self, asked_at: float) -> None:
        """Until nothing was heard for a while, or somebody has a doubt."""
        self._ask_now.clear()
        while True:
            quiet = self._clock.monotonic() - max(self._state.heard_at, asked_at)
            try:
                async with asyncio.timeout(max(0.0, ASK_AGAIN_S - quiet)):
                    await self._ask_now.wait()
            except TimeoutError:
                if self._clock.monotonic() - self._state.heard_at >= ASK_AGAIN_S:
                    return
            else:
                return

    # --- downward ------------------------------------------------------------------------------

    async def _take_reply(self, payload: bytes) -> None:
        message = self._understood(payload, REPLIES, Down.REPLY)
        if message is None or message.re is None:
            return
        self._heard()
        asked_at = self._state.asked_time.pop(message.re, None)
        if asked_at is not None:
            self._clock.learn(
                message.sent_at, asked_at=asked_at, answered_at=self._clock.monotonic()
            )
            self._time_known.set()
        waiting = self._state.asked.get(message.re)
        if waiting is not None:
            if not waiting.done():
                waiting.set_result(message.body)
        elif isinstance(message.body, Received | Refused):
            await self._outbox.done(message.re)
            if isinstance(message.body, Refused):
                log.error("a message was refused for good", code=message.body.code)
            sent = self._state.sent.get(message.re)
            if sent is not None and not sent.done():
                sent.set_result(True)

    async def _take_twin(self, payload: bytes, orders: Orders) -> None:
        message = self._understood(payload, TWINS, Down.TWIN)
        if message is None or not isinstance(message.body, TwinDesired | Board):
            return
        if self._clock.known and message.expires_at and self._clock.now() >= message.expires_at:
            log.warning("a twin came too late", kind=message.body.kind)
            return
        self._heard()
        await orders.configure(message.body)

    async def _take_signal(self, payload: bytes, orders: Orders) -> None:
        try:
            message = SIGNALS.read(payload, limit=LIMITS[Down.SIGNAL])
        except NotUnderstood as trouble:
            log.warning("a signal was not understood", reason=trouble.reason)
            return
        await orders.pass_signal(message.body)

    def _understood(
        self, payload: bytes, words: Vocabulary[Body], channel: Down
    ) -> Message[Body] | None:
        try:
            return read_order(
                payload,
                device=self._believed.device,
                keys=self._believed.command_keys(),
                words=words,
                limit=LIMITS[channel],
            )
        except NotProven as trouble:
            log.warning("a message was refused", channel=channel, reason=trouble.reason)
            self._believed.keys_unknown()
        except NotUnderstood as trouble:
            log.warning("a message was not understood", channel=channel, reason=trouble.reason)
        return None

    # --- upward --------------------------------------------------------------------------------

    async def _send_events(self) -> None:
        """One after the other, each until the control plane has it."""
        while True:
            self._news[Lane.EVENT].clear()
            waiting = await self._outbox.oldest(Lane.EVENT)
            if not waiting:
                await self._news[Lane.EVENT].wait()
                continue
            event = waiting[0]
            await self._up.wait()
            sent: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            self._state.sent[event.id] = sent
            try:
                await self._outbox.tried(event.id)
                await self._publish(Up.EVENT, event.payload)
                async with asyncio.timeout(
                    REPEAT_EVENT_S[min(event.tries, len(REPEAT_EVENT_S) - 1)]
                ):
                    await sent
            except Offline:
                await asyncio.sleep(REPEAT_REQUEST_S[0])
            except TimeoutError:
                self._ask_now.set()
                if event.tries >= PATIENCE and self.connected:
                    # The control plane lives and yet cannot take this one: others must not wait.
                    log.warning("an event is not received and waits behind the others")
                    await self._outbox.defer(event.id)
            finally:
                self._state.sent.pop(event.id, None)

    async def _repeat_reports(self) -> None:
        """A final report is said at once by `Commanding`; here until it is known to be heard."""
        tries: dict[MessageId, tuple[int, float]] = {}
        while True:
            self._news[Lane.REPORT].clear()
            waiting = await self._outbox.oldest(Lane.REPORT, at_most=64)
            tries = {report.id: tries.get(report.id, (0, 0.0)) for report in waiting}
            if not waiting:
                await self._news[Lane.REPORT].wait()
                continue
            await self._up.wait()
            for report in waiting:
                count, due = tries[report.id]
                if self._clock.monotonic() < due:
                    continue
                if count >= REPORT_TRIES:
                    await self._outbox.done(report.id)
                    continue
                with suppress(Offline):
                    await self._publish(Up.REPLY, report.payload)
                    pause = REPEAT_EVENT_S[min(count, len(REPEAT_EVENT_S) - 1)]
                    tries[report.id] = (count + 1, self._clock.monotonic() + pause)
            with suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self._news[Lane.REPORT].wait()

    async def _say_report(self, payload: bytes) -> None:
        with suppress(Offline):
            await self._publish(Up.REPLY, payload)

    async def _publish(self, channel: Up, payload: bytes) -> None:
        connection = self._state.connection
        if connection is None:
            raise Offline("not_connected")
        await connection.publish(channel, payload)

    async def _answer(self, waiting: "asyncio.Future[Body]", timeout_s: float) -> Body:
        async with asyncio.timeout(timeout_s):
            return await asyncio.shield(waiting)

    # --- truth ---------------------------------------------------------------------------------

    def _heard(self) -> None:
        self._state.heard_at = self._clock.monotonic()
        if self._state.connection is not None and not self._state.answered:
            self._state.answered = True
            for sent in self._state.sent.values():
                if not sent.done():
                    sent.set_result(False)
            self._link_news.set()

    def _doubt(self) -> None:
        """A question stayed open: until something is heard again, nobody is there."""
        self._ask_now.set()
        if self._state.answered:
            self._state.answered = False
            self._link_news.set()

    async def _tell_link(self, orders: Orders) -> None:
        told = False
        while True:
            await self._link_news.wait()
            self._link_news.clear()
            now = self.connected
            if now is not told:
                told = now
                log.info("the line to the control plane changed", connected=now)
                await orders.link_changed(connected=now)

    def _status(self, *, online: bool) -> bytes:
        return self._wrapped(
            DeviceStatus(online=online, boot_id=self._believed.boot, version=self._believed.version)
        )

    def _wrapped(self, body: Body) -> bytes:
        return wrap(body, id=MessageId(new_uuid()), now=self._clock.now())


def _aged(body: Body, waited_s: float) -> Body:
    """A touch is older when it is told again."""
    if isinstance(body, TakeTicket):
        return body.model_copy(update={"age_s": body.age_s + round(waited_s, 3)})
    return body
