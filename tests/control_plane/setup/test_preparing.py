"""Does a point come to be open by what the system finds and what people tick?"""

import pytest

from control_plane.database import Store, Tx
from control_plane.errors import Refusal
from control_plane.security import audit
from control_plane.security.scope import Asker, Role, Scope
from control_plane.setup import looking, preparing
from control_plane.setup.rules.steps import Check, Step
from control_plane.setup.views import StepView
from tests.clock import FakeClock
from tests.control_plane.world import World

OWNER = Scope(Asker.STAFF, "0190", frozenset({Role.OWNER}))


@pytest.fixture
async def world(store: Store, clock: FakeClock) -> World:
    return await World(store, clock).found()


async def steps(world: World) -> dict[Step, StepView]:
    now = world.clock.now()
    found = await world.store.read(lambda tx: looking.steps(tx, OWNER, "salla", now))
    assert [each.step for each in found] == list(Step)
    return {each.step: each for each in found}


async def tick(world: World, step: Step, *, on: bool = True) -> None:
    now = world.clock.now()
    await world.run(lambda tx: preparing.tick(tx, OWNER, "salla", step, on=on, now=now))


def holds(step: StepView) -> set[Check]:
    return {each.check for each in step.checks if each.holds}


async def test_the_system_finds_by_itself_what_it_can_know(world: World) -> None:
    first = (await steps(world))[Step.TECHNOLOGY]
    assert holds(first) == {Check.DEVICE_STANDS}
    await world.device_up()
    assert Check.DEVICE_ONLINE in holds((await steps(world))[Step.TECHNOLOGY])
    assert Check.TEST_VISIT not in holds((await steps(world))[Step.TECHNOLOGY])
    assert holds((await steps(world))[Step.AGENCIES]) == {Check.QUEUE_VISIBLE}


async def test_a_step_is_ticked_once_by_a_role_and_taken_back(world: World) -> None:
    await tick(world, Step.DECISION)
    ticked = (await steps(world))[Step.DECISION]
    assert ticked.done
    assert ticked.ticked is not None
    assert (ticked.ticked.role, ticked.ticked.at) == ("owner", world.clock.now())
    world.clock.pass_(minutes=5)
    await tick(world, Step.DECISION)
    assert (await steps(world))[Step.DECISION] == ticked
    await tick(world, Step.DECISION, on=False)
    assert not (await steps(world))[Step.DECISION].done

    def rows(tx: Tx) -> list[str]:
        actions = ["point.step_ticked", "point.step_unticked"]
        return [each.entry.action for each in audit.rows(tx, OWNER, actions=actions)]

    assert await world.store.read(rows) == ["point.step_ticked", "point.step_unticked"]


async def test_what_the_system_checks_nobody_ticks(world: World) -> None:
    with pytest.raises(Refusal, match="checked_by_system"):
        await tick(world, Step.TECHNOLOGY)


async def test_a_claim_is_for_a_device_that_stands_somewhere(world: World) -> None:
    now = world.clock.now()
    made = await world.run(lambda tx: preparing.claim(tx, OWNER, "d-salla-01", now))
    assert made.device == "d-salla-01"
    with pytest.raises(Refusal, match="not_found"):
        await world.run(lambda tx: preparing.claim(tx, OWNER, "d-muualla-01", now))
