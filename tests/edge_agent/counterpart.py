"""The other side of the wire for the agent's tests: real broker, certificates and signatures.

It answers as the control plane's bridge does, and can fall silent, forge and repeat.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiomqtt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from control_plane.security import key_statements
from control_plane.security.keys import Keyring
from edge_agent.supervision import heed_cancellation
from edge_agent.uplink import identity
from edge_agent.uplink.identity import Bundle, Identity, Mqtt, Trust
from provisioning.virtual.certificates import tls
from shared.commands import (
    EVENTS,
    FINAL_COMMAND_STATES,
    REPORTS,
    REQUESTS,
    CommandReported,
    CommandState,
)
from shared.envelope import Body, Message, wrap
from shared.identifiers import DeviceName, MessageId, new_uuid
from shared.signing import sign_order
from shared.tickets import AskBoard, Board, Received
from shared.topics import LIMITS, Down, Up, down, every_up, read_up
from tests.mosquitto import Broker

DEVICE: DeviceName = "d-salla-01"
EMPTY_BOARD = Board(version=1, agencies=(), called=(), waiting=0)

Answer = Callable[[Message[Body]], Body | None]


def now() -> datetime:
    """The machine's time, by which the broker judges too."""
    return datetime.now(UTC)  # noqa: TID251 - the machine's own, as the broker's


def enrol_here(
    broker: Broker,
    keyring: Keyring,
    state_dir: Path,
    *,
    port: int | None = None,
    endpoint: str = "https://localhost:1",
) -> Identity:
    """A device as enrolment leaves it, without the endpoint."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = broker.issuers.certify_device(DEVICE, key.public_key(), now=now())
    identity.store(
        state_dir,
        key_pem=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        certificate_pem=certificate.public_bytes(Encoding.PEM).decode(),
        chain_pem=broker.issuers.device_chain().decode(),
        trust=Trust(
            device=DEVICE,
            endpoint=endpoint,
            bundle=Bundle(
                command_keys=keyring.command_keys(now()),
                issuers=keyring.issuers(),
                service_ca_pem=broker.issuers.service_chain().decode(),
            ),
            key_statement=key_statements.for_device(DEVICE, certificate, key=keyring.statements),
            mqtt=Mqtt(host="localhost", port=port or broker.device_port),
            certificate_until=certificate.not_valid_after_utc,
        ),
    )
    loaded = identity.load(state_dir)
    assert loaded is not None
    return loaded


@dataclass
class Counterpart:
    """The control plane as the agent sees it."""

    client: aiomqtt.Client
    keyring: Keyring
    answers: bool = True
    deaf_to_events: bool = False
    answer: Answer | None = None  # to requests; None: an empty board
    offset: timedelta = timedelta()  # the server's time beside the machine's
    requests: list[Message[Body]] = field(default_factory=list)
    events: list[Message[Body]] = field(default_factory=list)
    reports: list[tuple[MessageId, CommandState, str]] = field(default_factory=list)
    other: list[tuple[str, bytes]] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def now(self) -> datetime:
        return now() + self.offset

    async def run(self) -> None:
        with suppress(aiomqtt.MqttError):
            async for message in self.client.messages:
                assert isinstance(message.payload, bytes)
                await self._take(message.topic.value, message.payload)
                heed_cancellation()  # a publication may have swallowed it
                async with self.changed:
                    self.changed.notify_all()

    async def _take(self, topic: str, payload: bytes) -> None:
        source = read_up(topic)
        match source.channel if source else None:
            case Up.REQUEST:
                request = REQUESTS.read(payload, limit=LIMITS[Up.REQUEST])
                self.requests.append(request)
                body = self.answer(request) if self.answer else None
                if body is None and isinstance(request.body, AskBoard):
                    body = EMPTY_BOARD
                if self.answers and body is not None:
                    await self.say(Down.REPLY, body, re=request.id)
            case Up.EVENT:
                event = EVENTS.read(payload, limit=LIMITS[Up.EVENT])
                self.events.append(event)
                if self.answers and not self.deaf_to_events:
                    await self.say(Down.REPLY, Received(), re=event.id)
            case Up.REPLY:
                report = REPORTS.read(payload, limit=LIMITS[Up.REPLY])
                assert report.re is not None
                assert isinstance(report.body, CommandReported)
                self.reports.append((report.re, report.body.state, report.body.reason))
                if self.answers and report.body.state in FINAL_COMMAND_STATES:
                    await self.say(Down.REPLY, Received(), re=report.id)
            case _:
                self.other.append((topic, payload))

    async def say(
        self,
        channel: Down,
        body: Body,
        *,
        id: MessageId | None = None,  # noqa: A002
        re: MessageId | None = None,
        life: timedelta | None = timedelta(seconds=30),
        device: DeviceName = DEVICE,
        key: Any = None,
    ) -> MessageId:
        """Sign and send; gives the message's id."""
        message = id or MessageId(new_uuid())
        at = self.now()
        envelope = wrap(
            body, id=message, now=at, expires_at=None if life is None else at + life, re=re
        )
        if key is None:
            token = self.keyring.sign_order(device, envelope, now=now())
        else:
            token = sign_order(envelope, device=device, key=key)
        await self.raw(channel, token.encode())
        return message

    async def raw(self, channel: Down, payload: bytes) -> None:
        await self.client.publish(down(DEVICE, channel), payload, qos=1)

    async def until(self, holds: Callable[[], bool], *, within_s: float = 10.0) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(within_s), self.changed:
            await self.changed.wait_for(holds)

    def states(self, command: MessageId) -> list[tuple[CommandState, str]]:
        """Everything that the device reported about a command, in order, without repeats."""
        reports = [(state, reason) for re, state, reason in self.reports if re == command]
        return list(dict.fromkeys(reports))


@asynccontextmanager
async def control_plane(broker: Broker, keyring: Keyring) -> AsyncIterator[Counterpart]:
    """A control plane that answers."""
    async with aiomqtt.Client(
        "localhost",
        broker.service_port,
        identifier=f"svc:control-plane:{new_uuid()}",
        protocol=aiomqtt.ProtocolVersion.V5,
        tls_context=tls(broker.control_plane()),
    ) as client:
        for channel in Up:
            await client.subscribe(every_up(channel), qos=1)
        here = Counterpart(client, keyring)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(here.run())
            try:
                yield here
            finally:
                running.cancel()


async def eventually(
    holds: Callable[[], bool] | Callable[[], Awaitable[bool]], *, within_s: float = 10.0
) -> None:
    """Wait until something is so that announces nothing by itself."""
    async with asyncio.timeout(within_s):
        while True:
            found = holds()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.02)
