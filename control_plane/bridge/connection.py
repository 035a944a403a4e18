"""How is the control plane connected to the broker, for as long as it lives?

As a service with its own certificate. A lost connection is made again after a pause with full
jitter; who wants to publish meanwhile hears `NotConnected` and keeps what it has.
"""

import asyncio
import random
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import aiomqtt
import structlog

from control_plane.bridge.stopping import heed_cancellation
from control_plane.outbox.sender import NotConnected
from shared.topics import BETWEEN_REPLICAS, Up, every_up, shared_up

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
KEEPALIVE_S = 20
# So many publishes may wait for their PUBACK at once; nobody waits for them.
CARRIERS = 16
WAITING = 10_000
ACKNOWLEDGED_WITHIN_S = 10.0

# Every replica hears these: signals go to the one that has the socket, and only a plain
# subscription is given the retained status of devices that spoke before we came.
EVERY = (Up.SIGNAL, Up.STATUS)
SHARED = (Up.TELEMETRY, Up.EVENT, Up.REQUEST, Up.REPLY)

log = structlog.get_logger()


class ClosedWhenRefused(ssl.SSLSocket):
    """For paho, which drops a socket open when its handshake fails: a broker was just killed."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - as it is in ssl
        """Shake hands, or close."""
        try:
            super().do_handshake(block)
        except BaseException:
            self.close()
            raise


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where the broker is, and what proves who we are."""

    host: str
    port: int
    certificate: Path
    key: Path
    chain: Path

    def tls(self) -> ssl.SSLContext:
        """TLS 1.3, our own root only, our certificate."""
        context = ssl.create_default_context(cafile=str(self.chain))
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(self.certificate, self.key)
        context.sslsocket_class = ClosedWhenRefused
        return context


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it came; ``retained`` was said before we listened."""

    topic: str
    payload: bytes
    retained: bool


Hear = Callable[[Received], Awaitable[None]]


class Connection:
    """The one connection of this replica."""

    def __init__(self, address: BrokerAddress, *, random_: random.Random | None = None) -> None:
        self._address = address
        self._random = random_ or random.SystemRandom()
        self._client: aiomqtt.Client | None = None
        self._sure: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(WAITING)

    @property
    def connected(self) -> bool:
        """Is the broker there?"""
        return self._client is not None

    async def run(self, hear: Hear) -> None:
        """Be connected, and hand over what comes, for ever."""
        async with asyncio.TaskGroup() as tasks:
            for _ in range(CARRIERS):
                tasks.create_task(self._carry_out())
            tasks.create_task(self._stay_connected(hear))

    async def _stay_connected(self, hear: Hear) -> None:
        failures = 0
        while True:
            try:
                async with self._session() as client:
                    failures = 0
                    log.info("broker connected")
                    async for message in client.messages:
                        await hear(_received(message))
            except aiomqtt.MqttError:
                failures += 1
                log.warning("broker not connected", failures=failures)
            except (OSError, ssl.SSLError) as error:
                failures += 1
                log.warning("broker not reached", error=type(error).__name__)
            longest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(failures, 10))
            await asyncio.sleep(self._random.uniform(0, longest))

    async def say(self, topic: str, payload: bytes) -> None:
        """Publish now or never: answers and signals, which are asked for again if they are lost."""
        client = self._client
        if client is None:
            raise NotConnected
        try:
            await client.publish(topic, payload, qos=0, timeout=ACKNOWLEDGED_WITHIN_S)
        except aiomqtt.MqttError:
            raise NotConnected from None

    async def carry(self, topic: str, payload: bytes) -> None:
        """Publish with QoS 1 and return at once; the broker keeps it for a device that is away."""
        if self._client is None:
            raise NotConnected
        try:
            self._sure.put_nowait((topic, payload))
        except asyncio.QueueFull:
            raise NotConnected from None

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[aiomqtt.Client]:
        client = aiomqtt.Client(
            self._address.host,
            self._address.port,
            identifier=f"svc:control-plane:{uuid4()}",
            protocol=aiomqtt.ProtocolVersion.V5,
            clean_start=True,
            keepalive=KEEPALIVE_S,
            tls_context=self._address.tls(),
            max_inflight_messages=CARRIERS * 4,
        )
        client.pending_calls_threshold = CARRIERS * 4
        async with client:
            await client.subscribe(
                [(every_up(channel), 1) for channel in EVERY]
                + [(BETWEEN_REPLICAS, 0)]
                + [(shared_up(channel), 1) for channel in SHARED]
            )
            self._client = client
            try:
                yield client
            finally:
                self._client = None

    async def _carry_out(self) -> None:
        while True:
            topic, payload = await self._sure.get()
            if self._client is None:
                # The row behind it is due again by itself.
                continue
            try:
                await self._client.publish(topic, payload, qos=1, timeout=ACKNOWLEDGED_WITHIN_S)
            except aiomqtt.MqttError:
                log.info("broker did not acknowledge")
            heed_cancellation()


def _received(message: aiomqtt.Message) -> Received:
    payload = message.payload
    return Received(
        topic=str(message.topic),
        payload=payload if isinstance(payload, bytes) else b"",
        retained=bool(message.retain),
    )
