"""Desks that memory may not show are read a few at once, and no crowd of readers feeds itself."""

import asyncio
import json
from typing import TypeVar

import pytest

from control_plane.database import Operation, Store
from control_plane.live import Hub
from control_plane.staff.rules import ClerkState
from control_plane.visits.desks import READ_AT_ONCE, Desks
from control_plane.visits.live_nation import LiveNation
from tests.control_plane.visits.test_desks import from_database
from tests.control_plane.world import World

T = TypeVar("T")

CROWD = 12


class Watched:
    """A Store of which it is seen how many read at once; none ends while the gate is shut."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.engine = store.engine
        self.memory = store.memory
        self.run = store.run
        self.keep_up = store.keep_up
        self.listen = store.listen
        self.before_commit = store.before_commit
        self.close = store.close
        self.gate = asyncio.Event()
        self.reads = self.now = self.most = 0

    async def read(self, query: Operation[T]) -> T:
        """Counted."""
        self.reads += 1
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await self.gate.wait()
            return await self.store.read(query)
        finally:
            self.now -= 1


@pytest.fixture
def watched(world: World) -> Watched:
    return Watched(world.store)


async def test_desks_that_memory_cannot_show_are_read_a_few_at_once(
    world: World, watched: Watched
) -> None:
    clerks = [await world.clerk(f"clerk{number}") for number in range(CROWD)]
    live = LiveNation(watched, world.clock, Hub(watched, world.clock))  # neither ever runs
    desks = Desks(watched, world.clock, world.setup, live)
    watched.gate.set()
    shown = await asyncio.gather(*map(desks.text, clerks))
    assert (watched.most, watched.reads) == (READ_AT_ONCE, CROWD)
    assert [json.loads(each) for each in shown] == [
        await from_database(world, clerk) for clerk in clerks
    ]


async def test_who_waited_to_read_is_shown_the_newest_from_memory_once_it_is_believed(
    world: World, watched: Watched
) -> None:
    clerks = [await world.clerk(f"clerk{number}") for number in range(CROWD)]
    hub = Hub(watched, world.clock)
    live = LiveNation(watched, world.clock, hub)
    desks = Desks(watched, world.clock, world.setup, live)
    pages = asyncio.gather(*map(desks.text, clerks))
    await asyncio.sleep(0)  # everybody has asked
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(each.run()) for each in (hub, live)]
        async with asyncio.timeout(10):
            while live.nation is None or not hub.follows:  # noqa: ASYNC110 - told by nobody
                await asyncio.sleep(0.01)
        await world.choose(clerks[-1], ClerkState.ON_BREAK)
        watched.gate.set()
        shown = [json.loads(each) for each in await pages]
        for task in running:
            task.cancel()
    assert watched.reads == READ_AT_ONCE
    assert [each["me"]["state"] for each in shown] == ["available"] * (CROWD - 1) + ["break"]
