"""Does the uplink know whether the control plane is there, whatever happens to the line?"""

import time
from pathlib import Path

import pytest

from control_plane.security.keys import Keyring
from edge_agent.uplink.identity import Identity
from shared.identifiers import new_uuid
from shared.rooms import Participant, Signal, SignalType
from shared.tickets import Board
from shared.topics import Down, Up
from tests.edge_agent.counterpart import Counterpart, control_plane, eventually
from tests.edge_agent.uplink.line import eventually_empty, pressed, running
from tests.edge_agent.uplink.proxy import path_to
from tests.mosquitto import Broker


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


@pytest.mark.usefixtures("cloud")
async def test_a_black_hole_is_noticed_within_ten_seconds(
    device: Identity, broker: Broker, state_dir: Path
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
