"""Is it known which devices live, and how their peripherals are?"""

import pytest

from control_plane.database import Store
from control_plane.fleet import operations, queries
from control_plane.fleet.rules import SILENT_AFTER
from control_plane.security.scope import Scope
from shared.identifiers import BootId, new_uuid
from shared.telemetry import Condition, DeviceStatus, PeripheralsChanged
from tests.clock import FakeClock
from tests.control_plane.world import World, counted_statements, ready_ports

SYSTEM = Scope.system("test")
SALLA = "d-salla-01"


@pytest.fixture
async def world(store: Store, clock: FakeClock) -> World:
    return await World(store, clock).found()


async def online(world: World) -> bool | None:
    found = await world.store.read(lambda tx: queries.devices(tx, SYSTEM))
    return next(each.online for each in found if each.device == SALLA)


async def heard(world: World) -> None:
    now = world.clock.now()
    await world.run(lambda tx: operations.heard(tx, {SALLA: now}, now))


async def printer(world: World) -> Condition:
    found = await world.store.read(lambda tx: queries.devices(tx, SYSTEM))
    device = next(each for each in found if each.device == SALLA)
    return device.peripherals[0].condition


async def test_a_will_takes_a_device_off_the_line_at_once(world: World) -> None:
    await world.device_up()
    assert await online(world) is True
    await world.device_up(online=False)
    assert await online(world) is False


async def test_a_device_that_falls_silent_without_a_goodbye_is_gone(world: World) -> None:
    await world.device_up()
    world.clock.at += SILENT_AFTER
    assert await world.run(lambda tx: operations.silence(tx, world.clock.now())) == []
    world.clock.pass_(seconds=1)
    assert await world.run(lambda tx: operations.silence(tx, world.clock.now())) == [SALLA]
    assert await online(world) is False


async def test_who_is_heard_again_is_there_again(world: World) -> None:
    await world.device_up()
    world.clock.pass_(minutes=5)
    await world.run(lambda tx: operations.silence(tx, world.clock.now()))
    world.clock.pass_(seconds=10)
    await heard(world)
    assert await online(world) is True


async def test_a_heartbeat_from_before_the_goodbye_brings_nobody_back(world: World) -> None:
    await world.device_up()
    before = world.clock.now()
    world.clock.pass_(seconds=2)
    await world.device_up(online=False)
    now = world.clock.pass_(seconds=8)
    await world.run(lambda tx: operations.heard(tx, {SALLA: before}, now))
    assert await online(world) is False


async def test_heartbeats_are_stored_in_one_statement(world: World) -> None:
    await world.device_up()
    await world.device_up("d-inari-01")
    now = world.clock.pass_(seconds=10)
    with counted_statements() as statements:
        await world.run(lambda tx: operations.heard(tx, {SALLA: now, "d-inari-01": now}, now))
    assert len([each for each in statements if each.startswith("UPDATE")]) == 1


async def test_the_latest_word_about_peripherals_wins_by_the_devices_time(world: World) -> None:
    await world.device_up()
    late = world.clock.pass_(seconds=30)
    out = PeripheralsChanged(booth=None, peripherals=ready_ports(printer=Condition.PAPER_OUT))
    fine = PeripheralsChanged(booth=None, peripherals=ready_ports())
    await world.run(lambda tx: operations.peripherals_told(tx, SALLA, out, sent_at=late, now=late))
    early = world.clock.at.replace(second=10)
    await world.run(
        lambda tx: operations.peripherals_told(tx, SALLA, fine, sent_at=early, now=late)
    )
    assert await printer(world) is Condition.PAPER_OUT


async def test_a_clock_that_was_put_back_two_hours_loses_nothing(world: World) -> None:
    await world.device_up()
    now = world.clock.pass_(seconds=30)
    out = PeripheralsChanged(booth=None, peripherals=ready_ports(printer=Condition.PAPER_OUT))
    wrong = now.replace(hour=now.hour - 2)
    await world.run(lambda tx: operations.peripherals_told(tx, SALLA, out, sent_at=wrong, now=now))
    assert await printer(world) is Condition.PAPER_OUT


async def test_a_clock_that_runs_ahead_does_not_freeze_what_is_known(world: World) -> None:
    await world.device_up()
    now = world.clock.pass_(seconds=30)
    out = PeripheralsChanged(booth=None, peripherals=ready_ports(printer=Condition.PAPER_OUT))
    fine = PeripheralsChanged(booth=None, peripherals=ready_ports())
    ahead = now.replace(hour=now.hour + 2)
    await world.run(lambda tx: operations.peripherals_told(tx, SALLA, out, sent_at=ahead, now=now))
    later = world.clock.pass_(seconds=5)
    await world.run(
        lambda tx: operations.peripherals_told(tx, SALLA, fine, sent_at=later, now=later)
    )
    assert await printer(world) is Condition.READY


async def test_a_device_that_started_anew_is_known_by_it(world: World) -> None:
    await world.device_up()
    status = DeviceStatus(online=True, boot_id=BootId(new_uuid()), version="2")
    told = await world.run(lambda tx: operations.status_told(tx, SALLA, status, world.clock.now()))
    assert told.started
    assert not told.changed
