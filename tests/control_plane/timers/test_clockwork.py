"""Does one replica keep the time, and does it look no more than once a second?"""

from uuid import UUID

import pytest

from control_plane.database import Store
from control_plane.fleet import queries as fleet
from control_plane.rooms.relay import Relay
from control_plane.security.refusals import Refusals
from control_plane.security.scope import Scope
from control_plane.staff import queries as staff
from control_plane.staff.rules import ClerkState
from control_plane.timers.clockwork import Timers
from control_plane.visits.rules import VisitState
from tests.clock import FakeClock
from tests.control_plane.world import World, counted_statements

SYSTEM = Scope.system("test")


async def nowhere(_topic: str, _payload: bytes) -> None:
    """No device listens in these tests."""


@pytest.fixture
async def world(store: Store, clock: FakeClock) -> World:
    return await World(store, clock).found()


def timers_of(world: World) -> tuple[Timers, Relay]:
    refusals = Refusals(world.store, world.clock)
    relay = Relay(world.store, world.clock, publish=nowhere, refusals=refusals)
    return Timers(world.store, world.clock, world.setup, relay=relay), relay


async def state_of(world: World, clerk: Scope) -> ClerkState:
    found = await world.store.read(lambda tx: staff.clerk_of(tx, SYSTEM, UUID(clerk.name)))
    assert found is not None
    return found.state


async def test_what_is_due_is_done_at_the_next_look(world: World) -> None:
    timers, _ = timers_of(world)
    await world.device_up()
    clerk = await world.clerk()
    await world.take()
    visit = await world.call_next(clerk)
    await timers.tick()
    assert (await world.visit(visit)).state is VisitState.PREPARING
    world.clock.pass_(seconds=45)
    await timers.tick()
    assert (await world.visit(visit)).state is VisitState.WITHDRAWN


async def test_looking_when_nothing_is_due_is_one_statement(world: World) -> None:
    timers, _ = timers_of(world)
    await world.clerk()
    await timers.tick()  # the hourly work of the first look
    world.clock.pass_(seconds=1)
    with counted_statements() as statements:
        await timers.tick()
    assert len(statements) == 1


async def test_a_clerk_whose_page_is_here_is_present(world: World) -> None:
    timers, relay = timers_of(world)
    clerk = await world.clerk()
    with relay.listening(UUID(clerk.name)):
        for _ in range(5):
            world.clock.pass_(seconds=50)
            await timers.renew_presence()
            await timers.tick()
        assert await state_of(world, clerk) is ClerkState.AVAILABLE
    world.clock.pass_(seconds=61)
    await timers.renew_presence()
    await timers.tick()
    assert await state_of(world, clerk) is ClerkState.OFFLINE


async def test_devices_have_time_to_be_heard_after_we_were_away_ourselves(world: World) -> None:
    await world.device_up()
    world.clock.pass_(minutes=10)
    timers, _ = timers_of(world)
    await timers.tick()

    async def is_online() -> bool | None:
        found = await world.store.read(lambda tx: fleet.devices(tx, SYSTEM))
        return next(each.online for each in found if each.device == "d-salla-01")

    assert await is_online() is True
    world.clock.pass_(seconds=76)
    await timers.tick()
    assert await is_online() is False
