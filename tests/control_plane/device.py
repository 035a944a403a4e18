"""A scripted device: real MQTT, real certificates, signed orders checked as an agent would."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import aiomqtt

from control_plane.clock import SystemClock
from control_plane.security.keys import Keyring
from provisioning.virtual.certificates import tls
from shared.commands import COMMANDS, REPLIES, TWINS, CommandReported, CommandState
from shared.envelope import Body, Message, wrap
from shared.identifiers import BootId, DeviceName, MessageId, new_uuid
from shared.orders import CommandKeys, open_order
from shared.rooms import SIGNALS, Signal
from shared.telemetry import DeviceStatus
from shared.topics import Down, Up, all_down, read_down, up
from tests.mosquitto import Broker

B = TypeVar("B", bound=Body)
PATIENCE_S = 10.0


@dataclass
class Device:
    """One device on the line, in the hands of a test."""

    name: DeviceName
    client: aiomqtt.Client
    keys: CommandKeys
    boot: BootId
    heard: list[Message[Body]] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def tell(
        self, channel: Up, body: Body, *, re: MessageId | None = None, id_: MessageId | None = None
    ) -> MessageId:
        identity = id_ or MessageId(new_uuid())
        payload = wrap(body, id=identity, now=SystemClock().now(), re=re)
        await self.client.publish(up(self.name, channel), payload, qos=1)
        return identity

    async def raw(self, channel: Up, payload: bytes) -> None:
        await self.client.publish(up(self.name, channel), payload, qos=1)

    async def ask(self, body: Body, *, id_: MessageId | None = None) -> Body:
        identity = await self.tell(Up.REQUEST, body, id_=id_)
        return (await self._wait(lambda message: message.re == identity)).body

    async def say(self, body: Body) -> None:
        """Say an event, and wait until it is acknowledged."""
        identity = await self.tell(Up.EVENT, body)
        await self._wait(lambda message: message.re == identity)

    async def wait_for(
        self, kind: type[B], where: Callable[[B], bool] = lambda _body: True
    ) -> Message[B]:
        """A message of this kind, as soon as there is one; it is taken away."""
        found = await self._wait(
            lambda message: isinstance(message.body, kind) and where(message.body)
        )
        self.heard = [each for each in self.heard if each.id != found.id]
        return found  # type: ignore[return-value]

    async def wait_for_signal(self) -> Signal:
        async with asyncio.timeout(PATIENCE_S), self.news:
            await self.news.wait_for(lambda: self.signals)
            return self.signals.pop(0)

    async def done(self, command: Message[B]) -> None:
        for state in (CommandState.RECEIVED, CommandState.ACCEPTED, CommandState.DONE):
            await self.tell(Up.REPLY, CommandReported(state=state), re=command.id)

    async def _wait(self, wanted: Callable[[Message[Body]], bool]) -> Message[Body]:
        async with asyncio.timeout(PATIENCE_S), self.news:
            await self.news.wait_for(lambda: any(wanted(each) for each in self.heard))
            return next(each for each in self.heard if wanted(each))

    async def listen(self) -> None:
        vocabularies = {Down.COMMAND: COMMANDS, Down.REPLY: REPLIES, Down.TWIN: TWINS}
        async for message in self.client.messages:
            channel = read_down(str(message.topic))
            payload = message.payload
            assert isinstance(payload, bytes)
            assert channel is not None
            if channel is Down.SIGNAL:
                self.signals.append(SIGNALS.read(payload, limit=32768).body)
            else:
                envelope = open_order(payload, device=self.name, keys=self.keys)
                self.heard.append(vocabularies[channel].read(envelope, limit=4096))
            async with self.news:
                self.news.notify_all()


@asynccontextmanager
async def device_online(
    broker: Broker, keyring: Keyring, name: DeviceName = "d-salla-01"
) -> AsyncIterator[Device]:
    """A device that is on the line, with its last will."""
    boot = BootId(new_uuid())
    now = SystemClock().now()
    status = up(name, Up.STATUS)
    gone = wrap(DeviceStatus(online=False, boot_id=boot), id=MessageId(new_uuid()), now=now)
    files = broker.device(name)
    async with aiomqtt.Client(
        "localhost",
        broker.device_port,
        identifier=name,
        protocol=aiomqtt.ProtocolVersion.V5,
        clean_start=True,
        tls_context=tls(files),
        will=aiomqtt.Will(status, gone, qos=1, retain=True),
    ) as client:
        await client.subscribe(all_down(name), qos=1)
        keys = CommandKeys.read(keyring.command_keys(now))
        device = Device(name, client, keys, boot)
        here = wrap(DeviceStatus(online=True, boot_id=boot), id=MessageId(new_uuid()), now=now)
        await client.publish(status, here, qos=1, retain=True)
        listening = asyncio.get_running_loop().create_task(device.listen())
        try:
            yield device
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
