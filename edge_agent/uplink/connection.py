"""Is the broker there? One MQTT 5 connection over mutual TLS, and the proof that it lives.

TCP notices a dead path after minutes, and an MQTT ping after twice its interval. So every few
seconds an empty message goes to a topic of ours that nobody reads; the broker acknowledges
it, and when it does not, the connection is dead whatever the socket says.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiomqtt
from aiomqtt import MqttError
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from edge_agent.errors import Offline
from edge_agent.supervision import heed_cancellation
from shared.identifiers import DeviceName
from shared.topics import LIMITS, ROOT, Down, Up, all_down, read_down, up

KEEPALIVE_S = 5
PROBE_EVERY_S = 4.0
PROBE_ANSWER_S = 4.0
CONNECT_S = 8.0
FAREWELL_S = 2.0
SESSION_S = 24 * 3600
LARGEST_PACKET = 262_144


@dataclass(frozen=True, slots=True)
class Incoming:
    """A payload on one of our own topics."""

    channel: Down
    payload: bytes


@dataclass(frozen=True, slots=True)
class Address:
    """Where the broker is, and as whom we come."""

    host: str
    port: int
    device: DeviceName
    tls: ssl.SSLContext


class Connection:
    """A connection that is up; made by `connected`."""

    def __init__(self, client: aiomqtt.Client, device: DeviceName) -> None:
        self._client = client
        self._device = device

    async def publish(
        self, channel: Up, payload: bytes, *, sure: bool = False, retain: bool = False
    ) -> None:
        """Send; ``sure`` waits until the broker has it. Raises `Offline`."""
        if len(payload) > LIMITS[channel]:
            raise ValueError(f"a payload on {channel} is too large: {len(payload)} bytes")
        try:
            await self._client.publish(
                up(self._device, channel), payload, qos=1 if sure else 0, retain=retain
            )
        except MqttError as trouble:
            raise Offline("broker") from trouble
        heed_cancellation()

    async def incoming(self) -> AsyncIterator[Incoming]:
        """What comes on our own topics; raises `Offline` at the end of the connection."""
        try:
            async for message in self._client.messages:
                channel = read_down(message.topic.value)
                if channel is not None and isinstance(message.payload, bytes):
                    yield Incoming(channel=channel, payload=message.payload)
        except MqttError as trouble:
            raise Offline("broker") from trouble

    async def watch(self) -> None:
        """Returns never; raises `Offline` within `PROBE_EVERY_S` + `PROBE_ANSWER_S` of a loss."""
        topic = f"{ROOT}/d/{self._device}/up/probe"
        while True:
            await asyncio.sleep(PROBE_EVERY_S)
            try:
                await self._client.publish(topic, b"", qos=1, timeout=PROBE_ANSWER_S)
            except MqttError as trouble:
                raise Offline("broker_silent") from trouble
            heed_cancellation()


@asynccontextmanager
async def connected(
    address: Address, *, last_will: Callable[[], bytes]
) -> AsyncIterator[Connection]:
    """Connect, subscribe once, and hold the connection; raises `Offline` when it cannot."""
    connect = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho
    connect.SessionExpiryInterval = SESSION_S
    connect.MaximumPacketSize = LARGEST_PACKET
    client = aiomqtt.Client(
        address.host,
        address.port,
        identifier=address.device,
        protocol=aiomqtt.ProtocolVersion.V5,
        clean_start=False,
        keepalive=KEEPALIVE_S,
        timeout=CONNECT_S,
        properties=connect,
        tls_context=address.tls,
        will=aiomqtt.Will(up(address.device, Up.STATUS), last_will(), qos=1, retain=True),
        socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
    )
    try:
        async with client:
            heed_cancellation()
            await client.subscribe(all_down(address.device), qos=1)
            heed_cancellation()
            # A farewell over a dead path is waited for no longer than this.
            client.timeout = FAREWELL_S
            yield Connection(client, address.device)
    except MqttError as trouble:
        raise Offline("broker") from trouble
