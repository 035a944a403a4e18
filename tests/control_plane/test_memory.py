"""What a process remembers of places, policies and contact centres, and what makes it forget."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from control_plane.database import Store, Tx, open_store
from control_plane.live import Hub
from control_plane.presence import webhook_queries
from control_plane.routing import operations as routing
from control_plane.routing.rules.choices import Choices
from control_plane.security import integrations
from control_plane.security.integrations import NewIntegration
from control_plane.security.scope import Asker, Role, Scope
from control_plane.service_points import day_queries as days
from control_plane.service_points import queries as places
from control_plane.service_points.tables import agencies
from tests.clock import FakeClock
from tests.control_plane.world import World, counted_statements

SYSTEM = Scope.system("test")
KELAS_ADMIN = Scope(Asker.STAFF, "0190", frozenset({Role.AGENCY_ADMIN}), "kela")
Look = Callable[[Tx], Any]


def kelas_name(tx: Tx) -> str:
    found = places.agency_of(tx, SYSTEM, "kela")
    assert found is not None
    return found.name.fi


def renamed(tx: Tx, name: str = "Kansaneläkelaitos") -> None:
    row = tx.execute(agencies.select().where(agencies.c.code == "kela")).mappings().one()
    places.upsert(
        tx, SYSTEM, agencies, [{**row, "name": row["name"].model_copy(update={"fi": name})}]
    )


LOOKS: dict[str, Look] = {
    "agencies": lambda tx: places.agencies_seen(tx, SYSTEM),
    "services": lambda tx: places.services_seen(tx, KELAS_ADMIN),
    "points": lambda tx: places.points_of_agency(tx, KELAS_ADMIN),
    "booths": lambda tx: places.booths_of(tx, SYSTEM, {"salla"}),
    "devices": lambda tx: places.devices_at(tx, SYSTEM, "salla"),
    "queue points": lambda tx: places.queue_points(tx, SYSTEM, "kela"),
    "calendars": lambda tx: days.calendars_of(tx, SYSTEM, "kela"),
    "policy": lambda tx: routing.policy_of(tx, SYSTEM, "kela"),
    "contact centres": lambda tx: webhook_queries.has_integrations(tx, SYSTEM),
}


@pytest.fixture
async def world(store: Store, clock: FakeClock) -> World:
    return await World(store, clock).found()


@asynccontextmanager
async def following(store: Store, clock: FakeClock) -> AsyncIterator[None]:
    """A replica that hears of other replicas' commits."""
    async with asyncio.TaskGroup() as tasks:
        hub = tasks.create_task(Hub(store, clock).run())
        yield
        hub.cancel()


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
async def test_what_is_known_costs_no_statement(world: World, look: Look) -> None:
    first = await world.store.read(look)
    with counted_statements() as counted:
        assert await world.store.read(look) == first
        assert await world.store.run(look) == first
    assert [each for each in counted if each.startswith("SELECT")] == []


async def test_an_own_change_counts_at_once_and_in_its_own_transaction(world: World) -> None:
    await world.store.read(kelas_name)

    def change(tx: Tx) -> str:
        renamed(tx)
        return kelas_name(tx)

    assert await world.store.run(change) == "Kansaneläkelaitos"
    assert await world.store.read(kelas_name) == "Kansaneläkelaitos"


async def test_each_own_change_counts_in_its_own_transaction_and_is_read_once(world: World) -> None:
    def change(tx: Tx) -> tuple[list[str], int]:
        seen = []
        with counted_statements() as counted:
            for name in ("Ensin", "Sitten"):
                renamed(tx, name)
                seen += [kelas_name(tx) for _ in range(3)]
        return seen, sum("ORDER BY agencies.position" in each for each in counted)

    assert await world.store.run(change) == (["Ensin"] * 3 + ["Sitten"] * 3, 2)


async def test_a_change_that_was_undone_is_not_remembered(world: World) -> None:
    was = await world.store.read(kelas_name)

    def fail(tx: Tx) -> None:
        renamed(tx)
        kelas_name(tx)
        raise LookupError

    with pytest.raises(LookupError):
        await world.store.run(fail)
    assert await world.store.read(kelas_name) == was


async def test_what_another_replica_changed_is_heard_of(
    world: World, store_url: str, clock: FakeClock
) -> None:
    elsewhere = open_store(store_url)
    await world.store.read(kelas_name)
    async with following(world.store, clock):
        await elsewhere.run(renamed)
        async with asyncio.timeout(10):
            while await world.store.read(kelas_name) != "Kansaneläkelaitos":  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    await elsewhere.close()


async def test_what_changes_while_it_is_read_is_not_remembered(world: World) -> None:
    loop = asyncio.get_running_loop()

    def slow(tx: Tx) -> str:
        tx.execute(agencies.select()).all()  # from here on the read sees what there was now
        asyncio.run_coroutine_threadsafe(world.store.run(renamed), loop).result(10)
        return kelas_name(tx)

    await world.store.run(lambda tx: tx.touch(places.SETUP))  # nothing is known
    assert await world.store.read(slow) != "Kansaneläkelaitos"
    assert await world.store.read(kelas_name) == "Kansaneläkelaitos"


async def test_choices_of_an_agency_are_in_force_at_once(world: World, clock: FakeClock) -> None:
    assert (await world.store.read(LOOKS["policy"])).version == 0
    chosen = Choices.model_validate({"offers": {"mode": "push"}})
    await world.store.run(
        lambda tx: routing.choose(tx, KELAS_ADMIN, "kela", chosen, instead_of=0, now=clock.now())
    )
    assert (await world.store.read(LOOKS["policy"])).choices == chosen


async def test_contact_centres_come_and_go(world: World, clock: FakeClock) -> None:
    listened = LOOKS["contact centres"]
    assert not await world.store.read(listened)
    new = NewIntegration(agency="kela", name="Puhelinpalvelu")
    made, _ = await world.store.run(lambda tx: integrations.add(tx, KELAS_ADMIN, new, clock.now()))
    assert await world.store.read(listened)
    await world.store.run(lambda tx: integrations.revoke(tx, KELAS_ADMIN, made.id, clock.now()))
    assert not await world.store.read(listened)
