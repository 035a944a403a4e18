"""How does a visitor get a number, and what does it cost?"""

import asyncio

import pytest
import sqlalchemy as sa

from control_plane.database import Store
from control_plane.security.scope import Scope
from control_plane.staff.rules import ClerkState
from control_plane.tickets import handling_queries as handling
from control_plane.tickets import queries as tickets
from control_plane.visits.operations.board import board_of_point
from shared.identifiers import TicketId, new_uuid
from shared.languages import Language
from shared.tickets import AskBoard, Board, CancelTicket, Readiness, Refused, TicketAccepted
from tests.control_plane.world import World, counted_statements, take

SYSTEM = Scope.system("test")


async def refused(world: World, service: str, device: str = "d-salla-01") -> str:
    answer = await world.ask(take(service), device=device)
    assert isinstance(answer, Refused), answer
    return str(answer.code)


async def test_numbers_are_one_series_of_the_point_whatever_the_agency(world: World) -> None:
    await world.clerk()
    await world.clerk("tuija", "vero")
    numbers = [(await world.take(each)).number for each in ("kela-tuki", "vero-kortti")]
    elsewhere = await world.take("kela-tuki", device="d-inari-01")
    assert numbers == [1, 2]
    assert elsewhere.number == 1


async def test_many_at_once_get_different_numbers(world: World) -> None:
    await world.clerk()
    issued = await asyncio.gather(*(world.take() for _ in range(20)))
    assert sorted(each.number for each in issued) == list(range(1, 21))


async def test_a_new_day_begins_with_one(world: World) -> None:
    clerk = await world.clerk()
    await world.take()
    world.clock.pass_(days=1)
    await world.choose(clerk, ClerkState.AVAILABLE)
    assert (await world.take()).number == 1


async def test_the_same_request_gives_the_same_number(world: World) -> None:
    await world.clerk()
    identity = new_uuid()
    first = await world.take(id_=identity)
    world.clock.pass_(seconds=3)
    assert await world.take(id_=identity) == first
    waiting = await world.store.read(lambda tx: tickets.waiting(tx, SYSTEM))
    assert len(waiting) == 1


async def test_another_devices_request_of_the_same_id_is_another_request(world: World) -> None:
    await world.clerk()
    identity = new_uuid()
    first = await world.take(id_=identity)
    other = await world.take(id_=identity, device="d-inari-01")
    assert first.ticket_id != other.ticket_id


async def test_without_a_clerk_on_duty_no_number_is_given(world: World) -> None:
    assert await refused(world, "kela-tuki") == "no_clerk_on_duty"
    clerk = await world.clerk()
    await world.take()
    await world.choose(clerk, ClerkState.ON_BREAK)
    await world.take()
    await world.choose(clerk, ClerkState.OFFLINE)
    assert await refused(world, "kela-tuki") == "no_clerk_on_duty"


@pytest.mark.parametrize("service", ["nothing", "vanha-asia"])
async def test_what_is_not_offered_is_refused(world: World, service: str) -> None:
    await world.clerk()
    assert await refused(world, service) == "service_not_offered"


async def test_an_employment_area_serves_its_own_municipalities_only(world: World) -> None:
    await world.clerk("anni", "ita-lappi")
    await world.take("tyo-haku")
    assert await refused(world, "tyo-haku", "d-inari-01") == "service_not_offered"


async def test_a_device_that_stands_nowhere_gets_nothing(world: World) -> None:
    await world.clerk()
    assert await refused(world, "kela-tuki", "d-lost-01") == "service_not_offered"


async def test_a_wait_is_told_only_after_ten_were_served(world: World) -> None:
    await world.clerk()
    assert (await world.take()).wait is None
    for _ in range(10):
        await world.run(
            lambda tx: handling.count_served(
                tx, SYSTEM, agency="kela", service="kela-tuki", seconds=600
            )
        )
    world.clock.pass_(seconds=5)
    second = await world.take()
    assert second.before == 1
    assert second.wait is not None
    assert (second.wait.low_min, second.wait.high_min) == (10, 20)


async def test_a_cancelled_number_is_gone_and_cancelling_twice_is_no_harm(world: World) -> None:
    await world.clerk()
    issued = await world.take()
    for _ in range(2):
        answer = await world.ask(CancelTicket(ticket_id=issued.ticket_id))
        assert isinstance(answer, TicketAccepted)
    unknown = await world.ask(CancelTicket(ticket_id=TicketId(new_uuid())))
    assert isinstance(unknown, Refused)


async def test_the_board_tells_readiness_and_numbers_but_joins_no_number_to_an_agency(
    world: World,
) -> None:
    await world.device_up()
    clerk = await world.clerk()
    await world.take()
    visit = await world.call_next(clerk)
    await world.reported(visit)
    board = await world.ask(AskBoard())
    assert isinstance(board, Board)
    assert [(each.number, each.booth) for each in board.called] == [(1, "salla-1")]
    assert board.waiting == 0
    assert {each.agency: each.readiness for each in board.agencies}["vero"] is Readiness.NO_CLERK
    assert set(type(board.called[0]).model_fields) == {"number", "booth", "missed", "ticket_id"}


async def test_a_later_board_has_a_higher_version(world: World) -> None:
    now = world.clock.now()
    first = await world.store.read(lambda tx: board_of_point(tx, world.setup, "salla", now))
    later = world.clock.pass_(milliseconds=1)
    second = await world.store.read(lambda tx: board_of_point(tx, world.setup, "salla", later))
    assert first is not None
    assert second is not None
    assert second.version > first.version


async def test_a_number_costs_at_most_six_statements_and_one_commit(
    world: World, store: Store
) -> None:
    await world.clerk()
    await world.take()
    commits: list[object] = []
    sa.event.listen(store.engine, "commit", commits.append)
    with counted_statements() as statements:
        await world.take(language=Language.SWEDISH)
    assert len(statements) <= 6, statements
    assert len(commits) == 1
