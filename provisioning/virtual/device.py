"""A virtual device over MQTT that behaves as an agent does, on a wire that may delay and double."""

import asyncio
import contextlib
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ssl import SSLContext
from uuid import UUID

import aiomqtt

from control_plane.clock import SystemClock
from provisioning.virtual.asking import plain
from provisioning.virtual.record import Call, History, Outcome
from shared.commands import COMMANDS, REPLIES, CommandReported, CommandState
from shared.envelope import Body, Message, NotUnderstood, wrap
from shared.identifiers import BootId, DeviceName, MessageId, TicketId, VisitId, new_uuid
from shared.languages import Language
from shared.orders import CommandKeys, NotProven, open_order
from shared.telemetry import (
    Condition,
    DeviceStatus,
    Heartbeat,
    PeripheralsChanged,
    PeripheralStatus,
    Port,
)
from shared.tickets import (
    CancelTicket,
    Refused,
    ReturnTicket,
    TakeTicket,
    TicketAccepted,
    TicketIssued,
)
from shared.topics import LIMITS, Down, Up, all_down, read_down, up
from shared.visits import (
    BeginVisit,
    BoothWiped,
    CallVisitor,
    CancelVisit,
    EndVisit,
    PrepareVisit,
    VisitLost,
    VisitorArrived,
    VisitorEnded,
)

CLOCK = SystemClock()
GIVEN_UP_AFTER = 20
HEARTBEAT_S = 20.0
# What a booth has, all of it well.
READY = tuple(
    PeripheralStatus(
        port=port, condition=Condition.READY, since=datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    )
    for port in (Port.DOCUMENT_PRINTER, Port.DOCUMENT_CAMERA, Port.SCREEN)
)


@dataclass(frozen=True, slots=True)
class Line:
    """How a device reaches the broker, and whose orders it believes."""

    port: int
    tls: SSLContext
    keys: CommandKeys


@dataclass(frozen=True, slots=True)
class Habits:
    """How often what happens, and between what and what it lasts."""

    delayed: float = 0.08
    doubled: float = 0.05
    longest_delay_s: float = 1.0
    comes: float = 0.85
    ends_by_visitor: float = 0.08
    not_prepared: float = 0.02
    restarts: float = 0.004
    hangs_up: float = 0.004
    again_s: float = 2.0  # what is not answered is said again
    prepares_s: tuple[float, float] = (0.02, 0.2)
    comes_s: tuple[float, float] = (0.05, 0.5)  # from the call
    wipes_s: tuple[float, float] = (0.02, 0.15)


# Nothing is delayed, doubled or broken, and whoever is called comes.
PEACE = Habits(
    delayed=0, doubled=0, comes=1, ends_by_visitor=0, not_prepared=0, restarts=0, hangs_up=0
)


@dataclass(slots=True)
class Pending:
    """What is said again until it is answered."""

    channel: Up
    payload: bytes
    answered: "asyncio.Future[Body]"


@dataclass(slots=True)
class Device:
    """One booth's device; it lives through everything that happens to its line."""

    name: DeviceName
    booth: str
    line: Line
    history: History
    random: random.Random
    habits: Habits
    tasks: asyncio.TaskGroup
    boot: BootId = field(default_factory=lambda: BootId(new_uuid()))
    pending: dict[MessageId, Pending] = field(default_factory=dict)
    # Commands that had their effect, and the last word about each.
    handled: dict[MessageId, CommandReported] = field(default_factory=dict)
    visit: VisitId | None = None
    client: aiomqtt.Client | None = None
    lost: int = 0  # how often the line broke, or was not given
    _comes: dict[UUID, bool] = field(default_factory=dict)
    _over: set[VisitId] = field(default_factory=set)

    # --- the line ------------------------------------------------------------------------------

    async def run(self) -> None:
        """Be on the line, for ever."""
        self.tasks.create_task(self._repeat())
        while True:
            try:
                await self._session()
            except (aiomqtt.MqttError, OSError, TimeoutError):
                self.lost += 1
            self.client = None
            await asyncio.sleep(self.random.uniform(0.1, 0.8))

    async def _session(self) -> None:
        status = up(self.name, Up.STATUS)
        gone = self._wrapped(DeviceStatus(online=False, boot_id=self.boot))
        async with aiomqtt.Client(
            "localhost",
            self.line.port,
            identifier=self.name,
            protocol=aiomqtt.ProtocolVersion.V5,
            clean_start=True,
            tls_context=self.line.tls,
            timeout=5,
            will=aiomqtt.Will(status, gone, qos=1, retain=True),
        ) as client:
            await client.subscribe(all_down(self.name), qos=1)
            here = DeviceStatus(online=True, boot_id=self.boot, version="1")
            await client.publish(status, self._wrapped(here), qos=1, retain=True)
            client.pending_calls_threshold = 1000
            self.client = client
            self._start(self._say(PeripheralsChanged(booth=self.booth, peripherals=READY)))
            async for message in client.messages:
                if isinstance(message.payload, bytes):
                    self._hear(str(message.topic), message.payload)
                if self.random.random() < self.habits.hangs_up:
                    return

    async def _publish(self, channel: Up, payload: bytes) -> None:
        """Once or twice, at once or later, or not at all: who waits for an answer says it again."""
        if self.random.random() < self.habits.delayed:
            await asyncio.sleep(self.random.uniform(0, self.habits.longest_delay_s))
        for _ in range(2 if self.random.random() < self.habits.doubled else 1):
            if self.client is not None:
                with contextlib.suppress(aiomqtt.MqttError, TimeoutError):
                    await self.client.publish(up(self.name, channel), payload, qos=1, timeout=5)

    async def _repeat(self) -> None:
        beats = 0
        while True:
            await asyncio.sleep(self.habits.again_s)
            beats += 1
            for each in list(self.pending.values()):
                self._start(self._publish(each.channel, each.payload))
            if beats % round(HEARTBEAT_S / self.habits.again_s) == 1:
                beat = self._wrapped(Heartbeat(up_s=beats))
                self._start(self._publish(Up.TELEMETRY, beat))

    def _start(self, work: "asyncio.Future[None] | object") -> None:
        self.tasks.create_task(work)  # type: ignore[arg-type]

    def _wrapped(self, body: Body, *, re: MessageId | None = None) -> bytes:
        return wrap(body, id=MessageId(new_uuid()), now=CLOCK.now(), re=re)

    async def _until_answered(
        self, channel: Up, body: Body, *, re: MessageId | None = None
    ) -> tuple[MessageId, Body | None]:
        identity = MessageId(new_uuid())
        payload = wrap(body, id=identity, now=CLOCK.now(), re=re)
        answered: asyncio.Future[Body] = asyncio.get_running_loop().create_future()
        self.pending[identity] = Pending(channel, payload, answered)
        await self._publish(channel, payload)
        try:
            return identity, await asyncio.wait_for(answered, self.habits.again_s * GIVEN_UP_AFTER)
        except TimeoutError:
            return identity, None
        finally:
            del self.pending[identity]

    # --- what visitors wish --------------------------------------------------------------------

    async def take(self, service: str, language: Language) -> TicketId | None:
        """A visitor takes a number; None when there is none, or nobody knows."""
        call = self.history.call(self.name, "take", service=service)
        body = TakeTicket(service=service, language=language, age_s=0.2, boot_id=self.boot)
        _, answer = await self._until_answered(Up.REQUEST, body)
        if isinstance(answer, TicketIssued):
            ticket = plain(answer.ticket_id)
            call.close(Outcome.OK, ticket=ticket, number=str(answer.number))
            return answer.ticket_id
        _refused(call, answer)
        return None

    async def cancel(self, ticket: TicketId) -> bool:
        """A visitor gives the number up."""
        call = self.history.call(self.name, "cancel", ticket=plain(ticket))
        return await self._wished(call, CancelTicket(ticket_id=ticket))

    async def come_back(self, ticket: TicketId) -> bool:
        """A visitor who missed the call is here again."""
        call = self.history.call(self.name, "return", ticket=plain(ticket))
        return await self._wished(call, ReturnTicket(ticket_id=ticket))

    async def _wished(self, call: Call, body: Body) -> bool:
        _, answer = await self._until_answered(Up.REQUEST, body)
        if isinstance(answer, TicketAccepted):
            call.close(Outcome.OK)
            return True
        _refused(call, answer)
        return False

    async def _say(self, body: Body) -> None:
        """An event, until it is acknowledged."""
        call = self.history.call(self.name, "event", kind=body.kind)
        identity, answer = await self._until_answered(Up.EVENT, body)
        call.about = {**call.about, "message": plain(identity)}
        call.close(Outcome.UNKNOWN if answer is None else Outcome.OK)

    # --- what is ordered -----------------------------------------------------------------------

    def _hear(self, topic: str, payload: bytes) -> None:
        channel = read_down(topic)
        if channel not in {Down.COMMAND, Down.REPLY}:
            return
        vocabulary = COMMANDS if channel is Down.COMMAND else REPLIES
        with contextlib.suppress(NotUnderstood, NotProven):
            envelope = open_order(payload, device=self.name, keys=self.line.keys)
            message = vocabulary.read(envelope, limit=LIMITS[channel])
            if channel is Down.COMMAND:
                self._start(self._obey(message))
            elif message.re in self.pending and not self.pending[message.re].answered.done():
                self.pending[message.re].answered.set_result(message.body)

    async def _obey(self, command: Message[Body]) -> None:
        if command.id in self.handled:
            await self._publish(Up.REPLY, self._wrapped(self.handled[command.id], re=command.id))
            return
        self.handled[command.id] = CommandReported(state=CommandState.ACCEPTED)
        await self._publish(Up.REPLY, self._wrapped(self.handled[command.id], re=command.id))
        said = await self._do(command.body)
        self.handled[command.id] = said
        of_visit = getattr(command.body, "visit_id", None)
        about = {} if of_visit is None else {"of_visit": plain(of_visit)}
        call = self.history.call(self.name, "report", kind=command.body.kind, **about)
        _, answer = await self._until_answered(Up.REPLY, said, re=command.id)
        call.close(Outcome.UNKNOWN if answer is None else Outcome.OK)

    async def _do(self, command: Body) -> CommandReported:
        done = CommandReported(state=CommandState.DONE)
        match command:
            case PrepareVisit():
                return await self._prepare(command)
            case CallVisitor():
                self._start(self._visitor(command.visit_id))
            case BeginVisit() if self.random.random() < self.habits.ends_by_visitor:
                self._start(self._end(command.visit_id))
            case EndVisit() | CancelVisit():
                self._start(self._wipe(command.visit_id))
            case _:
                pass
        return done

    async def _prepare(self, command: PrepareVisit) -> CommandReported:
        if self.visit not in {None, command.visit_id}:
            return CommandReported(state=CommandState.REFUSED, reason="busy")
        if command.visit_id in self._over:  # its end has overtaken it on the way
            return CommandReported(state=CommandState.REFUSED, reason="over")
        self.visit = command.visit_id
        await asyncio.sleep(self.random.uniform(*self.habits.prepares_s))
        if self.random.random() < self.habits.not_prepared:
            self.visit = None
            return CommandReported(state=CommandState.FAILED, reason="busy")
        return CommandReported(state=CommandState.DONE)

    async def _visitor(self, visit: VisitId) -> None:
        if self._comes.setdefault(visit, self.random.random() < self.habits.comes):
            await asyncio.sleep(self.random.uniform(*self.habits.comes_s))
            await self._say(VisitorArrived(visit_id=visit, at=CLOCK.now()))
        if self.random.random() < self.habits.restarts:
            await self._restart(visit)

    async def _end(self, visit: VisitId) -> None:
        await asyncio.sleep(self.random.uniform(0.1, 0.5))
        await self._say(VisitorEnded(visit_id=visit, at=CLOCK.now()))

    async def _restart(self, visit: VisitId) -> None:
        """The power was away: the device tells what it lost, and wipes."""
        self.boot = BootId(new_uuid())
        await self._say(VisitLost(visit_id=visit, reason="restarted", at=CLOCK.now()))
        await self._wipe(visit)

    async def _wipe(self, visit: VisitId) -> None:
        self._over.add(visit)
        await asyncio.sleep(self.random.uniform(*self.habits.wipes_s))
        if self.visit == visit:
            self.visit = None
        await self._say(BoothWiped(visit_id=visit, clean=True, at=CLOCK.now()))


def _refused(call: Call, answer: Body | None) -> None:
    if isinstance(answer, Refused):
        call.close(Outcome.REFUSED, code=str(answer.code))
    else:
        call.close(Outcome.UNKNOWN)
