"""The broker's rights, checked on a real Mosquitto by what arrives: SUBACK lies."""

import asyncio
import contextlib
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import aiomqtt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from control_plane.clock import SystemClock
from control_plane.security.broker_files import ClientFiles, Plan, write_broker
from control_plane.security.issuers import DEVICE_LIFE, FileIssuers, Revoked
from control_plane.security.keys import new_p256, private_pem, write_private
from provisioning.own_ports import own_ports
from provisioning.virtual.certificates import tls
from shared.topics import BETWEEN_REPLICAS
from tests.mosquitto import Broker, running_mosquitto

SALLA = "d-salla-01"
INARI = "d-inari-01"
UP = f"rsp/v1/d/{SALLA}/up/event"
DOWN = f"rsp/v1/d/{SALLA}/down/command"
FOREIGN_UP = f"rsp/v1/d/{INARI}/up/event"
NOW = SystemClock().now()
FOREIGN_DOWN = f"rsp/v1/d/{INARI}/down/command"


@pytest.fixture(scope="module")
def shared_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """One broker for all tests that only ask it things."""
    with running_mosquitto(tmp_path_factory.mktemp("mqtt")) as started:
        yield started


def client(
    files: ClientFiles,
    *,
    port: int,
    identifier: str,
    will: aiomqtt.Will | None = None,
) -> aiomqtt.Client:
    return aiomqtt.Client(
        "localhost",
        port,
        identifier=identifier,
        protocol=aiomqtt.ProtocolVersion.V5,
        tls_context=tls(files),
        clean_start=True,
        will=will,
        timeout=2,
    )


def device(
    broker: Broker,
    name: str = SALLA,
    *,
    identifier: str = "",
    files: ClientFiles | None = None,
    will: aiomqtt.Will | None = None,
) -> aiomqtt.Client:
    return client(
        files or broker.device(name),
        port=broker.device_port,
        identifier=identifier or name,
        will=will,
    )


def control_plane(broker: Broker, identifier: str = "svc:control-plane:1") -> aiomqtt.Client:
    return client(broker.control_plane(), port=broker.service_port, identifier=identifier)


class Ear:
    """Collects what arrives at a client."""

    def __init__(self, listening: aiomqtt.Client) -> None:
        self._client = listening
        self.heard: list[tuple[str, bytes]] = []
        self._more = asyncio.Event()

    async def listen(self) -> None:
        async for message in self._client.messages:
            assert isinstance(message.payload, bytes)
            self.heard.append((str(message.topic), message.payload))
            self._more.set()

    async def hears(self, payload: bytes, *, within: float = 3) -> bool:
        try:
            async with asyncio.timeout(within):
                while not any(found == payload for _, found in self.heard):
                    self._more.clear()
                    await self._more.wait()
        except TimeoutError:
            return False
        return True


@asynccontextmanager
async def hearing(listening: aiomqtt.Client, *topics: str) -> AsyncIterator[Ear]:
    async with listening:
        for topic in topics:
            await listening.subscribe(topic, qos=1)
        ear = Ear(listening)
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(ear.listen())
            yield ear
            task.cancel()


async def test_a_device_reaches_the_control_plane_and_is_reached_by_it(
    shared_broker: Broker,
) -> None:
    async with (
        hearing(control_plane(shared_broker), "rsp/v1/d/+/up/event") as above,
        hearing(device(shared_broker), f"rsp/v1/d/{SALLA}/down/#") as below,
        control_plane(shared_broker, "svc:control-plane:2") as sender,
        device(shared_broker, INARI) as other,
    ):
        await other.publish(FOREIGN_UP, b"from inari", qos=1)
        assert await above.hears(b"from inari")
        await sender.publish(DOWN, b"to salla", qos=1)
        assert await below.hears(b"to salla")


async def test_replicas_hear_each_other_and_nobody_else_does(shared_broker: Broker) -> None:
    async with (
        hearing(control_plane(shared_broker), BETWEEN_REPLICAS) as one,
        control_plane(shared_broker, "svc:control-plane:2") as two,
    ):
        await two.publish(BETWEEN_REPLICAS, b"from two")
        assert await one.hears(b"from two")


async def test_shared_subscriptions_give_each_message_to_one_replica(
    shared_broker: Broker,
) -> None:
    topic = "$share/control-plane/rsp/v1/d/+/up/event"
    async with (
        hearing(control_plane(shared_broker), topic) as one,
        hearing(control_plane(shared_broker, "svc:control-plane:2"), topic) as two,
        device(shared_broker) as speaker,
    ):
        for number in range(20):
            await speaker.publish(UP, f"{number}", qos=1)
        await asyncio.sleep(0.5)
        assert len(one.heard) + len(two.heard) == 20


async def try_to_publish(
    broker: Broker, topic: str, payload: bytes, *, qos: int, retain: bool = False
) -> None:
    """As Salla's device; Mosquitto 2.0.11 ends the connection after a publication it denies."""
    with contextlib.suppress(aiomqtt.MqttError):
        async with device(broker) as speaker:
            await speaker.publish(topic, payload, qos=qos, retain=retain)


@pytest.mark.parametrize(
    "topic",
    [
        FOREIGN_UP,
        FOREIGN_DOWN,
        DOWN,
        f"rsp/v1/d/{SALLA}/other",
        f"rsp/v1/d/{SALLA}",
        "rsp/v1/s/s-gateway/up/request",
        "rsp/v1/c/signal",
        "anything",
    ],
)
async def test_a_device_writes_only_below_its_own_up(shared_broker: Broker, topic: str) -> None:
    async with (
        hearing(
            control_plane(shared_broker), "rsp/v1/d/+/up/#", "rsp/v1/s/+/up/#", BETWEEN_REPLICAS
        ) as above,
        hearing(device(shared_broker, INARI), f"rsp/v1/d/{INARI}/down/#") as beside,
    ):
        for qos in (0, 1):
            await try_to_publish(shared_broker, topic, b"forged", qos=qos)
        await try_to_publish(shared_broker, UP, b"honest", qos=1)
        assert await above.hears(b"honest")
        assert not any(payload == b"forged" for _, payload in above.heard + beside.heard)


@pytest.mark.parametrize(
    "topic",
    [
        "#",
        "rsp/v1/d/#",
        "rsp/v1/d/+/down/#",
        "rsp/v1/d/+/up/#",
        f"rsp/v1/d/{INARI}/down/command",
        f"$share/x/rsp/v1/d/{INARI}/down/command",
        "rsp/v1/c/#",
        "$SYS/#",
    ],
)
async def test_a_device_hears_only_what_is_below_its_own_down(
    shared_broker: Broker, topic: str
) -> None:
    async with (
        hearing(device(shared_broker), topic, f"rsp/v1/d/{SALLA}/down/#") as ear,
        control_plane(shared_broker) as sender,
        device(shared_broker, INARI) as other,
    ):
        await sender.publish(FOREIGN_DOWN, b"for inari", qos=1)
        await sender.publish(BETWEEN_REPLICAS, b"between replicas")
        await other.publish(FOREIGN_UP, b"from inari", qos=1)
        await sender.publish(DOWN, b"for salla", qos=1)
        assert await ear.hears(b"for salla")
        assert {topic for topic, _ in ear.heard} == {DOWN}


async def test_a_will_on_a_foreign_topic_is_not_published(shared_broker: Broker) -> None:
    async with hearing(control_plane(shared_broker), "rsp/v1/d/+/up/#") as above:
        for topic, payload in ((FOREIGN_UP, b"forged will"), (UP, b"own will")):
            dying = device(shared_broker, will=aiomqtt.Will(topic, payload, qos=1))
            try:
                async with dying:
                    # Without a DISCONNECT: the broker publishes the will.
                    transport = dying._client.socket()
                    assert isinstance(transport, ssl.SSLSocket)
                    transport.shutdown(2)
                    await asyncio.sleep(0.1)
            except aiomqtt.MqttError:
                pass
        assert await above.hears(b"own will")
        assert not any(payload == b"forged will" for _, payload in above.heard)


async def test_a_retained_message_on_a_foreign_topic_is_not_kept(shared_broker: Broker) -> None:
    topic = f"rsp/v1/d/{INARI}/up/status"
    await try_to_publish(shared_broker, topic, b"forged", qos=1, retain=True)
    async with hearing(control_plane(shared_broker), "rsp/v1/d/+/up/status") as above:
        assert not await above.hears(b"forged", within=0.3)


async def test_the_client_id_is_the_certificates_name(shared_broker: Broker) -> None:
    own = f"rsp/v1/d/{INARI}/down/#"
    async with (
        hearing(device(shared_broker, INARI), own) as honest,
        control_plane(shared_broker) as sender,
        # A thief's client id would take the other's session over.
        hearing(device(shared_broker, SALLA, identifier=INARI), own) as thief,
    ):
        await sender.publish(FOREIGN_DOWN, b"for inari only", qos=1)
        assert await honest.hears(b"for inari only")
        assert thief.heard == []


async def test_the_canary_may_do_nothing(shared_broker: Broker) -> None:
    canary = client(shared_broker.canary(), port=shared_broker.service_port, identifier="svc:x:1")
    async with (
        hearing(canary, "#") as ear,
        device(shared_broker) as speaker,
        hearing(control_plane(shared_broker), "rsp/v1/d/+/up/#") as above,
    ):
        await speaker.publish(UP, b"seen by us", qos=1)
        assert await above.hears(b"seen by us")
        assert ear.heard == []


async def test_a_packet_that_is_too_large_drops_only_its_sender(shared_broker: Broker) -> None:
    async with (
        hearing(control_plane(shared_broker), "rsp/v1/d/+/up/#") as above,
        device(shared_broker, INARI) as other,
    ):
        with pytest.raises(aiomqtt.MqttError):
            async with device(shared_broker) as flooder:
                await flooder.publish(UP, b"x" * 262_145, qos=1)
        await other.publish(FOREIGN_UP, b"still here", qos=1)
        assert await above.hears(b"still here")
        assert len(above.heard) == 1


# --- who is let in at all -----------------------------------------------------------------------


async def let_in(port: int, context: ssl.SSLContext | None, name: str = SALLA) -> bool:
    """Does the broker answer a CONNECT (MQTT 5, §3.1) with a successful CONNACK?"""
    connect = b"\x00\x04MQTT\x05\x02\x00\x3c\x00" + len(name).to_bytes(2) + name.encode()
    try:
        reader, writer = await asyncio.open_connection("localhost", port, ssl=context)
    except ssl.SSLError:
        return False
    try:
        writer.write(bytes((0x10, len(connect))) + connect)
        async with asyncio.timeout(5):
            answer = await reader.read(4)
    except (ssl.SSLError, ConnectionError):
        return False
    finally:
        writer.transport.abort()
    return answer[:1] == b"\x20" and answer[3] == 0


def certified(
    tmp_path: Path, issuers: FileIssuers, broker: Broker, *, now: datetime, name: str = SALLA
) -> ClientFiles:
    key = new_p256()
    certificate = issuers.certify_device(name, key.public_key(), now=now)
    write_private(tmp_path / "x.key", private_pem(key))
    chain = certificate.public_bytes(Encoding.PEM) + issuers.device_chain()
    write_private(tmp_path / "x.crt", chain)
    return ClientFiles(
        tmp_path / "x.crt", tmp_path / "x.key", broker.directory / "broker" / "service-chain.pem"
    )


async def test_foreign_expired_and_misplaced_certificates_are_refused(
    shared_broker: Broker, tmp_path: Path
) -> None:
    broker, now = shared_broker, NOW
    foreign = FileIssuers(tmp_path / "foreign", now=now)
    assert not await let_in(
        broker.device_port, tls(certified(tmp_path / "a", foreign, broker, now=now))
    )
    long_ago = now - DEVICE_LIFE - timedelta(minutes=1)
    assert not await let_in(
        broker.device_port, tls(certified(tmp_path / "b", broker.issuers, broker, now=long_ago))
    )
    # A device on the services' listener, and a service on the devices'.
    assert not await let_in(broker.service_port, tls(broker.device(SALLA)), "svc:x:1")
    assert not await let_in(broker.device_port, tls(broker.control_plane()))
    assert await let_in(broker.device_port, tls(broker.device(SALLA)))


async def test_without_a_certificate_or_with_old_tls_nobody_comes_in(
    shared_broker: Broker,
) -> None:
    files = shared_broker.device(SALLA)
    bare = ssl.create_default_context(cafile=str(files.chain))
    old = tls(files)
    old.minimum_version = ssl.TLSVersion.TLSv1_2
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    for context in (bare, old, None):
        assert not await let_in(shared_broker.device_port, context)
    assert await let_in(shared_broker.device_port, tls(files))


async def test_a_revoked_device_is_out_after_the_restart_and_others_are_not(
    broker: Broker,
) -> None:
    stolen, kept = broker.device(SALLA), broker.device(INARI)
    assert await let_in(broker.device_port, tls(stolen))
    certificate = x509.load_pem_x509_certificate(stolen.certificate.read_bytes())
    broker.revoked.append(Revoked(certificate.serial_number, NOW))
    broker.restart()
    assert not await let_in(broker.device_port, tls(stolen))
    assert await let_in(broker.device_port, tls(kept), INARI)


@pytest.mark.parametrize("broken", ["acl.devices", "acl.services", "device-crls.pem"])
def test_a_broken_file_keeps_the_broker_from_starting(tmp_path: Path, broken: str) -> None:
    issuers = FileIssuers(tmp_path, now=NOW)
    plan = Plan(tmp_path / "broker", own_ports(), own_ports(), user="root")
    configuration = write_broker(plan, issuers, [], now=NOW)
    (plan.directory / broken).write_text("garbage\n")
    done = subprocess.run(
        ["/usr/sbin/mosquitto", "-c", str(configuration)],
        capture_output=True,
        timeout=10,
        check=False,
    )
    assert done.returncode != 0


def test_the_broker_listens_where_it_was_told_and_nowhere_else(shared_broker: Broker) -> None:
    assert shared_broker.process is not None
    shown = subprocess.run(["ss", "-ltnpH"], capture_output=True, text=True, check=True).stdout
    mine = [
        line.split()[3]
        for line in shown.splitlines()
        if f"pid={shared_broker.process.pid}," in line
    ]
    assert sorted(mine) == sorted(
        [
            f"127.0.0.1:{shared_broker.device_port}",
            f"127.0.0.1:{shared_broker.service_port}",
        ]
    )


def test_files_are_written_again_only_as_needed(tmp_path: Path) -> None:
    now = NOW
    issuers = FileIssuers(tmp_path, now=now)
    plan = Plan(tmp_path / "broker", 1, 2)
    write_broker(plan, issuers, [], now=now)
    first = (plan.directory / "broker.crt").read_bytes()
    write_broker(plan, issuers, [], now=now + timedelta(days=50))
    assert (plan.directory / "broker.crt").read_bytes() == first
    write_broker(plan, issuers, [], now=now + timedelta(days=70))
    assert (plan.directory / "broker.crt").read_bytes() != first
