"""Does every event arrive, once and in order, whatever happens meanwhile?"""

import asyncio
from pathlib import Path

from edge_agent.uplink.disk import Disk
from edge_agent.uplink.identity import Identity
from edge_agent.uplink.outbox import Lane, Outbox
from shared.identifiers import BoothCode
from shared.telemetry import PeripheralsChanged
from shared.tickets import RefusalCode, Refused
from shared.topics import Down
from tests.edge_agent.counterpart import Counterpart, eventually
from tests.edge_agent.uplink.line import eventually_empty, link_on, pressed, running
from tests.edge_agent.uplink.proxy import path_to
from tests.mosquitto import Broker


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


async def test_an_event_is_sent_again_until_the_control_plane_has_it(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, _):
        await eventually(lambda: link.connected)
        cloud.answers = False
        await link.tell(pressed())
        await cloud.until(lambda: len(cloud.events) >= 2, within_s=8.0)
        assert len({event.id for event in cloud.events}) == 1
        await eventually(lambda: not link.connected)  # an event without an answer is a sign
        cloud.answers = True
        await eventually_empty(link)


async def test_an_event_that_cannot_be_taken_lets_the_others_pass(
    device: Identity, state_dir: Path
) -> None:
    disk = Disk(state_dir / "uplink.db")
    outbox = Outbox(disk)
    link = link_on(disk, device)
    for at in range(3):
        await link.tell(pressed(at))
    first, second, third = await outbox.oldest(Lane.EVENT, at_most=9)
    await outbox.defer(first.id)
    assert [event.id for event in await outbox.oldest(Lane.EVENT, at_most=9)] == [
        second.id,
        third.id,
        first.id,
    ]
    disk.close()


async def test_a_silence_about_an_event_is_no_outage_while_the_control_plane_answers(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    cloud.deaf_to_events = True
    async with running(device, state_dir) as (link, behind):
        await eventually(lambda: link.connected)
        await link.tell(pressed())
        await cloud.until(lambda: len(cloud.events) >= 2, within_s=8.0)
        await asyncio.sleep(0.5)
        assert behind.links == [True]
        cloud.deaf_to_events = False
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


async def test_an_event_that_the_control_plane_cannot_understand_is_given_up(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    cloud.deaf_to_events = True
    async with running(device, state_dir) as (link, _):
        await eventually(lambda: link.connected)
        await link.tell(pressed())
        await cloud.until(lambda: bool(cloud.events))
        no = Refused(code=RefusalCode.NOT_UNDERSTOOD)
        await cloud.say(Down.REPLY, no, re=cloud.events[0].id)
        await eventually_empty(link)
