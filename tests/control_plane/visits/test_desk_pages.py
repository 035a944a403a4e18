"""A page gets its desk whole, then what is new of it; put together they are the desk."""

import json
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from control_plane.security.scope import Scope
from control_plane.service_points.operations import import_seed
from control_plane.service_points.seed import SeedFile
from control_plane.staff.rules import ClerkState
from control_plane.visits.desks import Watcher
from shared.telemetry import Condition, PeripheralsChanged
from tests.control_plane.visits.test_desks import Replica, replica
from tests.control_plane.world import World, put_together, ready_ports, seed, text

OUT = Condition.PAPER_OUT
A_POINT = {"code": "sodankyla", "name": text("Sodankylä"), "booths": []}


async def test_a_page_gets_its_desk_whole_and_then_the_members_that_are_new(world: World) -> None:
    clerk, other = await world.clerk(), await world.clerk("bertta")
    await world.device_up()
    async with replica(world) as memory:
        with watching(memory, clerk) as mine, watching(memory, other) as hers:
            said = [await told(memory, clerk, mine), await told(memory, other, hers)]
            assert [each.keys() & {"data", "part"} for each in said] == [{"data"}, {"data"}]
            assert await memory.desks.news(clerk, mine) is None  # as it has it
            shown = [each["data"] for each in said]
            await world.take()
            said = [await told(memory, clerk, mine), await told(memory, other, hers)]
            assert {"queue", "waiting"} <= said[0]["part"].keys()
            assert not {"me", "points"} & said[0]["part"].keys()  # nothing of them changed
            assert "within" not in said[0]
            assert said[0] == said[1]  # written once
            shown = [put_together(was, each) for was, each in zip(shown, said, strict=True)]
            await world.choose(clerk, ClerkState.ON_BREAK)
            said = [await told(memory, clerk, mine), await told(memory, other, hers)]
            assert "me" in said[0]["part"]
            assert "me" not in said[1]["part"]
            out = PeripheralsChanged(booth=None, peripherals=ready_ports(printer=OUT))
            shown = [put_together(was, each) for was, each in zip(shown, said, strict=True)]
            await world.event(out)
            said = [await told(memory, clerk, mine), await told(memory, other, hers)]
            assert "points" not in said[1]["part"]
            assert [each["code"] for each in said[1]["within"]["points"]] == ["salla"]  # of two
            shown = [put_together(was, each) for was, each in zip(shown, said, strict=True)]
            assert shown == [await memory.desk(clerk), await memory.desk(other)]


async def test_a_page_gets_all_points_when_there_are_others_than_it_has(world: World) -> None:
    clerk = await world.clerk()
    more = SeedFile.model_validate({"agencies": seed().agencies, "points": [A_POINT]})
    async with replica(world) as memory:
        with watching(memory, clerk) as watcher:
            shown = (await told(memory, clerk, watcher))["data"]
            await world.run(lambda tx: import_seed(tx, more, world.clock.now()))
            said = await told(memory, clerk, watcher)
            assert "within" not in said
            assert "sodankyla" in [each["code"] for each in said["part"]["points"]]
            assert put_together(shown, said) == await memory.desk(clerk)


async def test_a_page_that_comes_again_gets_the_newest_desk_whole(world: World) -> None:
    clerk = await world.clerk()
    await world.device_up()
    async with replica(world) as memory:
        with watching(memory, clerk) as first:
            await told(memory, clerk, first)
            await world.take()
            await told(memory, clerk, first)
            await world.take()  # of this the page hears nothing: its line broke
        with watching(memory, clerk) as again:
            assert (await told(memory, clerk, again))["data"]["waiting"] == 2


async def test_a_page_that_was_slow_misses_what_was_between_and_ends_right(world: World) -> None:
    clerk = await world.clerk()
    await world.device_up()
    async with replica(world) as memory:
        with watching(memory, clerk) as watcher:
            shown = (await told(memory, clerk, watcher))["data"]
            for _ in range(3):
                await world.take()
            await world.choose(clerk, ClerkState.ON_BREAK)
            shown = put_together(shown, await told(memory, clerk, watcher))
            assert (shown["waiting"], shown["me"]["state"]) == (3, "break")
            assert shown == await memory.desk(clerk)


def watching(memory: Replica, clerk: Scope) -> AbstractContextManager[Watcher]:
    return memory.desks.watching(UUID(clerk.name), clerk.agency or "")


async def told(memory: Replica, clerk: Scope, watcher: Watcher) -> dict[str, Any]:
    """What is sent to a page that is woken now."""
    text = await memory.desks.news(clerk, watcher)
    assert text is not None
    said: dict[str, Any] = json.loads(text)
    return said
