"""Does nobody wait on a day without a queue, if the day is set while a number is being taken?

Two transactions at once: one has done everything and has not committed when the other begins.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from control_plane.database import Operation, Tx, open_store
from control_plane.errors import Refusal
from control_plane.security.scope import Scope
from control_plane.service_points.rules.days import DayKind
from control_plane.visits.arrival_query import arrival
from control_plane.visits.operations import arrivals, days
from shared.commands import REPLIES
from shared.envelope import Body
from shared.identifiers import TicketId, new_uuid
from shared.tickets import (
    Readiness,
    RefusalCode,
    Refused,
    ReturnTicket,
    TicketAccepted,
    TicketIssued,
)
from tests.clock import FakeClock
from tests.control_plane.visits.steps import called, pass_time
from tests.control_plane.visits.test_days import door, main_user, other, set_days
from tests.control_plane.world import World, new_message, take, ticket_id
from tests.postgres import Lent, Postgres

PATIENCE_S = 10
# So long the first one holds what it has done: the other comes as far as it can.
MEANWHILE_S = 0.3


async def both(
    first: World, done: Operation[Any], second: World, wished: Operation[Any]
) -> tuple[Any, Any]:
    """``wished`` begins when ``done`` has done everything and not committed; what became of both.

    The second's comes as far as it can before the first commits; a refusal is an outcome.
    """
    did, go_on = threading.Event(), threading.Event()

    def slowly(tx: Tx) -> Any:
        outcome = done(tx)
        did.set()
        assert go_on.wait(PATIENCE_S)
        return outcome

    async def later() -> Any:
        assert await asyncio.to_thread(did.wait, PATIENCE_S)
        return await second.run(wished)

    async def let_go() -> None:
        await asyncio.to_thread(did.wait, PATIENCE_S)
        await asyncio.sleep(MEANWHILE_S)
        go_on.set()

    outcomes = await asyncio.gather(first.run(slowly), later(), let_go(), return_exceptions=True)
    return outcomes[0], outcomes[1]


def asked(world: World, body: Body) -> Callable[[Tx], Body]:
    """A device's request, and the answer's body."""
    message = new_message(body, world.clock.now())

    def operation(tx: Tx) -> Body:
        now = world.clock.now()
        answer = arrivals.answer_request(tx, world.setup, "d-salla-01", message, now)
        assert answer is not None
        return REPLIES.read(answer, limit=4096).body

    return operation


def booking_day(world: World, who: Scope) -> Callable[[Tx], int]:
    """Today numbers are no more for everybody; gives the version."""
    choices = other(DayKind.BOOKING)
    return lambda tx: (
        (
            days.set_days(tx, who, "kela", "salla", choices, instead_of=0, now=world.clock.now())
        ).version
    )


async def missed(world: World) -> TicketId:
    """A number that was called, and nobody came."""
    await world.device_up()
    clerk = await world.clerk()
    visit = await called(world, clerk)
    await pass_time(world, present=clerk, seconds=world.setup.timings.no_show.total_seconds() + 1)
    return ticket_id(visit)


async def test_a_number_that_is_being_taken_keeps_the_day_a_queue_day(world: World) -> None:
    await world.clerk()
    who = await main_user(world)
    taken, setting = await both(world, asked(world, take()), world, booking_day(world, who))
    assert isinstance(taken, TicketIssued)
    assert isinstance(setting, Refusal)
    assert setting.reason.code == "numbers_wait"
    await world.take()


async def test_who_asks_while_the_day_is_being_set_gets_no_number(world: World) -> None:
    await world.clerk()
    who = await main_user(world)
    assert (await door(world)).readiness is Readiness.OPEN  # and is remembered
    version, answer = await both(world, booking_day(world, who), world, asked(world, take()))
    assert version == 1
    assert isinstance(answer, Refused)
    assert answer.code is RefusalCode.BOOKING_DAY


async def test_who_comes_back_while_the_day_is_being_set_is_not_let_in(world: World) -> None:
    back = asked(world, ReturnTicket(ticket_id=await missed(world)))
    who = await main_user(world)
    version, answer = await both(world, booking_day(world, who), world, back)
    assert version == 1
    assert isinstance(answer, Refused)
    assert answer.code is RefusalCode.BOOKING_DAY


async def test_who_was_just_let_back_in_keeps_the_day_a_queue_day(world: World) -> None:
    back = asked(world, ReturnTicket(ticket_id=await missed(world)))
    who = await main_user(world)
    came, setting = await both(world, back, world, booking_day(world, who))
    assert isinstance(came, TicketAccepted)
    assert isinstance(setting, Refusal)
    assert setting.reason.code == "numbers_wait"


@pytest.fixture
async def replicas(
    postgres: Postgres, lent: Lent, clock: FakeClock
) -> AsyncIterator[tuple[World, World]]:
    """Two on one database; nobody tells the second what the first has changed."""
    with lent.one() as name:
        here, there = (open_store(postgres.url(name)) for _ in range(2))
        world = await World(here, clock).found()
        await world.clerk()
        yield world, World(there, clock)
        await here.close()
        await there.close()


async def test_who_take_numbers_at_once_do_not_wait_for_each_others_days(
    replicas: tuple[World, World],
) -> None:
    world, second = replicas
    did, taken = threading.Event(), threading.Event()

    def began(tx: Tx) -> bool:
        """Holds the days until another one has its number."""
        now, asker = world.clock.now(), Scope.of_device("d-salla-01")
        arrival(tx, asker, request=new_uuid(), service="kela-tuki", arrived_at=now, now=now)
        did.set()
        return taken.wait(PATIENCE_S)

    async with asyncio.TaskGroup() as group:
        first = group.create_task(world.run(began))
        await asyncio.to_thread(did.wait, PATIENCE_S)
        await second.take()
        taken.set()
    assert await first


async def test_a_replica_that_has_not_heard_of_the_day_gives_no_number(
    replicas: tuple[World, World],
) -> None:
    world, second = replicas
    assert (await door(second)).readiness is Readiness.OPEN  # what it remembers from now on
    assert await set_days(world, await main_user(world), other(DayKind.BOOKING)) == 1
    assert (await door(second)).readiness is Readiness.OPEN
    answer = await second.ask(take())
    assert isinstance(answer, Refused)
    assert answer.code is RefusalCode.BOOKING_DAY
