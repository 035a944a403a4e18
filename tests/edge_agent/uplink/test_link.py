"""Does the uplink keep its promises over a real broker, whatever happens to line and messages?"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from control_plane.security.keys import Keyring
from edge_agent.clock import Clock, boot_id
from edge_agent.errors import Offline
from edge_agent.uplink import tls
from edge_agent.uplink.connection import Address
from edge_agent.uplink.disk import Disk
from edge_agent.uplink.identity import Identity
from edge_agent.uplink.link import Believed, Link
from shared.commands import CommandState
from shared.envelope import Body, wrap
from shared.identifiers import BoothCode, MessageId, VisitId, new_uuid
from shared.rooms import Participant, Signal, SignalType
from shared.telemetry import HelpPressed, PeripheralsChanged
from shared.tickets import AskBoard, Board, TakeTicket
from shared.topics import Down, Up
from shared.twin import TwinDesired
from shared.visits import BeginVisit
from tests.edge_agent.counterpart import DEVICE, Counterpart, control_plane, eventually
from tests.edge_agent.uplink.proxy import path_to
from tests.mosquitto import Broker


@dataclass
class Device:
    """What the flows behind the uplink were asked."""

    obeyed: list[Body] = field(default_factory=list)
    configured: list[Body] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    links: list[bool] = field(default_factory=list)
    reason: str = ""
    holds: asyncio.Event = field(default_factory=asyncio.Event)
    held: bool = False

    async def obey(self, command: Body) -> str:
        self.obeyed.append(command)
        if self.held:
            await self.holds.wait()
        return self.reason

    async def configure(self, twin: TwinDesired | Board) -> None:
        self.configured.append(twin)

    async def pass_signal(self, signal: Signal) -> None:
        self.signals.append(signal)

    async def link_changed(self, *, connected: bool) -> None:
        self.links.append(connected)


def skewed(**off: float) -> Clock:
    return Clock(wall=lambda: datetime.now(UTC) + timedelta(**off))


@asynccontextmanager
async def running(
    identity: Identity,
    state_dir: Path,
    *,
    clock: Clock | None = None,
    port: int | None = None,
) -> AsyncIterator[tuple[Link, Device]]:
    clock = clock or Clock()
    disk = Disk(state_dir / "uplink.db")
    trust = identity.trust

    def address() -> Address:
        return Address(
            host=trust.mqtt.host,
            port=port or trust.mqtt.port,
            device=identity.device,
            tls=tls.context(
                service_ca_pem=trust.bundle.service_ca_pem, clock=clock, pem=identity.pem
            ),
        )

    link = Link(
        believed=Believed(
            device=identity.device,
            boot=boot_id(),
            version="0.0.0",
            address=address,
            command_keys=lambda: identity.command_keys,
            keys_unknown=lambda: None,
        ),
        disk=disk,
        clock=clock,
    )
    behind = Device()
    try:
        async with asyncio.TaskGroup() as group:
            life = group.create_task(link.run(behind))
            yield link, behind
            life.cancel()
    finally:
        disk.close()


def pressed(second: int = 0) -> HelpPressed:
    """Events that can be told apart."""
    return HelpPressed(where="booth", at=datetime(2026, 1, 1, second=second, tzinfo=UTC))


def begin() -> BeginVisit:
    return BeginVisit(visit_id=VisitId(new_uuid()))


async def test_the_link_counts_as_there_when_the_control_plane_answered(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    cloud.answers = False
    async with running(device, state_dir) as (link, behind):
        await cloud.until(lambda: bool(cloud.requests))
        assert not link.connected  # the broker alone is not enough
        cloud.answers = True
        await eventually(lambda: link.connected)
        await eventually(lambda: behind.links == [True])
        assert isinstance(behind.configured[0], Board)


async def test_a_black_hole_is_noticed_within_ten_seconds(
    device: Identity, broker: Broker, state_dir: Path, cloud: Counterpart
) -> None:
    async with (
        path_to(broker.device_port) as path,
        running(device, state_dir, port=path.port) as (link, behind),
    ):
        await eventually(lambda: link.connected)
        path.hole = True
        started = time.monotonic()
        await eventually(lambda: not link.connected, within_s=10.0)
        assert time.monotonic() - started < 10.0
        await eventually(lambda: behind.links == [True, False])
        path.hole = False
        path.cut()
        await eventually(lambda: link.connected, within_s=20.0)


async def test_events_wait_on_disk_and_arrive_once_and_in_order(
    device: Identity, broker: Broker, state_dir: Path, cloud: Counterpart
) -> None:
    async with (
        path_to(broker.device_port) as path,
        running(device, state_dir, port=path.port) as (link, _),
    ):
        await eventually(lambda: link.connected)
        path.refuses = True
        path.cut()
        await eventually(lambda: not link.connected)
        told = [pressed(number) for number in range(5)]
        for event in told:
            await link.tell(event)
        assert await link.waiting() == 5
        path.refuses = False
        await cloud.until(lambda: len(cloud.events) >= 5, within_s=20.0)
        await eventually_empty(link)
        seen = dict.fromkeys((message.id, message.body) for message in cloud.events)
        assert [body for _, body in seen] == told


async def eventually_empty(link: Link) -> None:
    async def empty() -> bool:
        return await link.waiting() == 0

    await eventually(empty)


async def test_an_event_is_sent_again_until_the_control_plane_has_it(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, _):
        await eventually(lambda: link.connected)
        cloud.answers = False
        await link.tell(pressed())
        await cloud.until(lambda: len(cloud.events) >= 2, within_s=8.0)
        assert len({event.id for event in cloud.events}) == 1
        assert not link.connected  # an event without an answer is a sign
        cloud.answers = True
        await eventually_empty(link)


async def test_only_the_newest_state_of_the_peripherals_waits(
    device: Identity, state_dir: Path
) -> None:
    disk = Disk(state_dir / "uplink.db")
    link = link_on(disk, device)
    for booth in ("a", "b", "c"):
        await link.tell(PeripheralsChanged(booth=BoothCode(booth), peripherals=()))
    await link.tell(pressed())
    assert await link.waiting() == 2
    disk.close()


def link_on(disk: Disk, identity: Identity) -> Link:
    def nowhere() -> Address:
        raise Offline("nowhere")

    return Link(
        believed=Believed(
            device=identity.device,
            boot=boot_id(),
            version="0.0.0",
            address=nowhere,
            command_keys=lambda: identity.command_keys,
            keys_unknown=lambda: None,
        ),
        disk=disk,
        clock=Clock(),
    )


async def test_a_command_is_received_done_and_stored_without_its_content(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, behind):
        await eventually(lambda: link.connected)
        command = await cloud.say(Down.COMMAND, begin())
        await cloud.until(lambda: len(cloud.states(command)) == 2)
        assert cloud.states(command) == [(CommandState.RECEIVED, ""), (CommandState.DONE, "")]
        assert len(behind.obeyed) == 1
    row = sqlite3.connect(state_dir / "uplink.db").execute("SELECT * FROM inbox").fetchone()
    assert row[:3] == (str(command), "visit.begin", "done")


async def test_a_failed_command_says_why(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, behind):
        behind.reason = "no_picture"
        await eventually(lambda: link.connected)
        command = await cloud.say(Down.COMMAND, begin())
        await cloud.until(lambda: len(cloud.states(command)) == 2)
        assert cloud.states(command)[-1] == (CommandState.FAILED, "no_picture")


async def test_a_command_that_arrives_twice_has_one_effect_and_one_answer(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, behind):
        await eventually(lambda: link.connected)
        body = begin()
        command = await cloud.say(Down.COMMAND, body)
        await cloud.say(Down.COMMAND, body, id=command)
        await cloud.until(lambda: (CommandState.DONE, "") in cloud.states(command))
        before = len(cloud.reports)
        await cloud.say(Down.COMMAND, body, id=command)
        await cloud.until(lambda: len(cloud.reports) > before)
        assert cloud.reports[-1][1] is CommandState.DONE
        assert len(behind.obeyed) == 1


async def test_a_duplicate_after_a_restart_gets_the_same_answer(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, _):
        await eventually(lambda: link.connected)
        command = await cloud.say(Down.COMMAND, begin())
        await cloud.until(lambda: (CommandState.DONE, "") in cloud.states(command))
    cloud.reports.clear()
    async with running(device, state_dir) as (link, behind):
        await eventually(lambda: link.connected)
        await cloud.say(Down.COMMAND, begin(), id=command)
        await cloud.until(lambda: bool(cloud.states(command)))
        assert cloud.states(command)[0] == (CommandState.DONE, "")
        assert behind.obeyed == []


async def test_a_command_that_a_restart_interrupted_has_failed(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, behind):
        behind.held = True
        await eventually(lambda: link.connected)
        command = await cloud.say(Down.COMMAND, begin())
        await eventually(lambda: bool(behind.obeyed))
    async with running(device, state_dir):
        await cloud.until(lambda: (CommandState.FAILED, "restarted") in cloud.states(command))


async def test_an_expired_command_is_refused(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, behind):
        await eventually(lambda: link.connected)
        command = await cloud.say(Down.COMMAND, begin(), life=timedelta(seconds=-1))
        await cloud.until(lambda: bool(cloud.states(command)))
        assert cloud.states(command) == [(CommandState.EXPIRED, "expired")]
        assert behind.obeyed == []


@pytest.mark.parametrize(
    ("life", "reason"),
    [(None, "no_expiry"), (timedelta(hours=3), "expiry_too_far")],
)
async def test_a_command_without_a_sound_expiry_is_refused(
    device: Identity,
    state_dir: Path,
    cloud: Counterpart,
    life: timedelta | None,
    reason: str,
) -> None:
    async with running(device, state_dir) as (link, behind):
        await eventually(lambda: link.connected)
        command = await cloud.say(Down.COMMAND, begin(), life=life)
        await cloud.until(lambda: bool(cloud.states(command)))
        assert cloud.states(command) == [(CommandState.REFUSED, reason)]
        assert behind.obeyed == []


async def test_a_forged_command_is_refused_and_does_not_block_the_real_one(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    forger = OKPKey.generate_key("Ed25519")
    async with running(device, state_dir) as (link, behind):
        await eventually(lambda: link.connected)
        body = begin()
        command = await cloud.say(Down.COMMAND, body, key=forger)
        await cloud.until(lambda: bool(cloud.states(command)))
        assert cloud.states(command) == [(CommandState.REFUSED, "bad_signature")]
        assert behind.obeyed == []
        await cloud.say(Down.COMMAND, body, id=command)
        await eventually(lambda: behind.obeyed == [body])


async def test_a_command_for_another_device_is_refused(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, behind):
        await eventually(lambda: link.connected)
        command = await cloud.say(Down.COMMAND, begin(), device="d-inari-01")
        await cloud.until(lambda: bool(cloud.states(command)))
        assert cloud.states(command) == [(CommandState.REFUSED, "wrong_audience")]
        assert behind.obeyed == []


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda text: text.replace('"v":1', '"v":2'), "wrong_version"),
        (lambda text: text.replace("visit.begin", "device.explode"), "unknown_kind"),
        (lambda text: text.replace('"visit_id":"', '"visit_id":"x'), "malformed_body"),
    ],
)
async def test_a_signed_message_that_is_not_understood_is_refused_with_the_reason(
    device: Identity,
    state_dir: Path,
    cloud: Counterpart,
    keyring: Keyring,
    spoil: Callable[[str], str],
    reason: str,
) -> None:
    async with running(device, state_dir) as (link, behind):
        await eventually(lambda: link.connected)
        command = MessageId(new_uuid())
        at = datetime.now(UTC)
        envelope = wrap(begin(), id=command, now=at, expires_at=at + timedelta(seconds=30))
        token = keyring.sign_order(DEVICE, spoil(envelope.decode()).encode(), now=at)
        await cloud.raw(Down.COMMAND, token.encode())
        await cloud.until(lambda: bool(cloud.states(command)))
        assert cloud.states(command) == [(CommandState.REFUSED, reason)]
        assert behind.obeyed == []


async def test_noise_on_every_topic_changes_nothing(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, behind):
        await eventually(lambda: link.connected)
        for channel in Down:
            for noise in (b"", b"x.y.z", b"\xff" * 300, b"{}", b"[" * 5000, b"a" * 200_000):
                await cloud.raw(channel, noise)
        command = await cloud.say(Down.COMMAND, begin())
        await cloud.until(lambda: (CommandState.DONE, "") in cloud.states(command))
        assert len(behind.obeyed) == 1
        assert behind.signals == []


@pytest.mark.parametrize("hours", [-2, 2])
async def test_a_clock_two_hours_off_obeys_and_refuses_by_the_servers_time(
    device: Identity, state_dir: Path, cloud: Counterpart, hours: int
) -> None:
    clock = skewed(hours=hours)
    async with running(device, state_dir, clock=clock) as (link, behind):
        await eventually(lambda: link.connected)
        good = await cloud.say(Down.COMMAND, begin())
        late = await cloud.say(Down.COMMAND, begin(), life=timedelta(seconds=-1))
        await cloud.until(lambda: bool(cloud.states(late)) and len(cloud.states(good)) == 2)
        assert cloud.states(good)[-1] == (CommandState.DONE, "")
        assert cloud.states(late) == [(CommandState.EXPIRED, "expired")]
        assert len(behind.obeyed) == 1
        assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 1.0
        await link.tell(pressed())
        await cloud.until(lambda: bool(cloud.events))
        assert abs((cloud.events[0].sent_at - datetime.now(UTC)).total_seconds()) < 2.0


async def test_a_command_waits_until_the_servers_time_is_known(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    cloud.answers = False
    async with running(device, state_dir, clock=skewed(hours=-2)) as (_, behind):
        await cloud.until(lambda: bool(cloud.requests))
        command = await cloud.say(Down.COMMAND, begin(), life=timedelta(seconds=-60))
        await asyncio.sleep(0.3)
        assert cloud.states(command) == []
        cloud.answers = True
        await cloud.until(lambda: bool(cloud.states(command)))
        assert cloud.states(command) == [(CommandState.EXPIRED, "expired")]
        assert behind.obeyed == []


async def test_a_request_is_asked_again_with_the_same_id_and_answered_once(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, _):
        await eventually(lambda: link.connected)
        cloud.requests.clear()
        cloud.answers = False
        identity = MessageId(new_uuid())
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(link.request(AskBoard(), id=identity, timeout_s=8.0))
            await cloud.until(
                lambda: sum(request.id == identity for request in cloud.requests) == 2
            )
            cloud.answers = True
            assert isinstance(await asked, Board)


async def test_a_touch_is_older_when_it_is_asked_again(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, _):
        await eventually(lambda: link.connected)
        cloud.answers = False
        wish = TakeTicket(service="kela-x", language="fi", age_s=0.0, boot_id=boot_id())
        with pytest.raises(Offline):
            await link.request(wish, id=MessageId(new_uuid()), timeout_s=2.0)
        ages = [
            request.body.age_s
            for request in cloud.requests
            if isinstance(request.body, TakeTicket)
        ]
        assert len(ages) >= 2
        assert ages == sorted(ages)
        assert 0.5 < ages[-1] < 2.5
        assert not link.connected


async def test_a_forged_reply_answers_nothing(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    forger = OKPKey.generate_key("Ed25519")
    async with running(device, state_dir) as (link, _):
        await eventually(lambda: link.connected)
        cloud.answers = False
        identity = MessageId(new_uuid())
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(link.request(AskBoard(), id=identity, timeout_s=3.0))
            lie = Board(version=99, agencies=(), called=(), waiting=7)
            await cloud.say(Down.REPLY, lie, re=identity, key=forger)
            await asyncio.sleep(0.3)
            assert not asked.done()
            cloud.answers = True
            answer = await asked
            assert isinstance(answer, Board)
            assert answer.version == 1


async def test_an_old_reply_played_again_does_not_turn_the_clock_back(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    clock = Clock()
    async with running(device, state_dir, clock=clock) as (link, _):
        await eventually(lambda: link.connected)
        cloud.offset = timedelta(hours=-5)
        await cloud.say(Down.REPLY, Board(version=1, agencies=(), called=(), waiting=0),
                        re=MessageId(new_uuid()))
        await asyncio.sleep(0.3)
        assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 1.0


async def test_a_signal_goes_both_ways(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    signal = Signal(
        room_id=new_uuid(),
        sender=Participant.BOOTH_AGENT,
        receiver=Participant.CLERK,
        attempt=0,
        type=SignalType.JOIN,
    )
    async with running(device, state_dir) as (link, behind):
        await eventually(lambda: link.connected)
        await link.signal(signal)
        await cloud.until(lambda: any(topic.endswith("/signal") for topic, _ in cloud.other))
        payload = next(payload for topic, payload in cloud.other if topic.endswith("/signal"))
        await cloud.raw(Down.SIGNAL, payload)
        await eventually(lambda: behind.signals == [signal])


async def test_the_last_will_and_the_farewell_say_that_the_device_is_gone(
    device: Identity, broker: Broker, state_dir: Path, cloud: Counterpart
) -> None:
    def statuses() -> list[bool]:
        return [
            b'"online":true' in payload
            for topic, payload in cloud.other
            if topic.endswith(f"/{Up.STATUS}")
        ]

    async with path_to(broker.device_port) as path:
        async with running(device, state_dir, port=path.port) as (link, _):
            await eventually(lambda: link.connected)
            await cloud.until(lambda: statuses() == [True])
            path.refuses = True
            path.cut()
            await cloud.until(lambda: statuses() == [True, False])
            path.refuses = False
            await cloud.until(lambda: statuses() == [True, False, True])
        await cloud.until(lambda: statuses() == [True, False, True, False])


async def test_the_broker_may_be_killed_and_everything_goes_on(
    device: Identity, broker: Broker, keyring: Keyring, state_dir: Path
) -> None:
    async with running(device, state_dir) as (link, _):
        async with control_plane(broker, keyring):
            await eventually(lambda: link.connected)
        broker.kill()
        await eventually(lambda: not link.connected)
        await link.tell(pressed())
        broker.start()
        async with control_plane(broker, keyring) as cloud:
            await cloud.until(lambda: bool(cloud.events), within_s=20.0)
            await eventually_empty(link)
