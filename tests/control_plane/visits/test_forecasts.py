"""Are waits promised from the state of now, kept beside the fact, and told why when they grow?"""

from dataclasses import dataclass

import pytest

from control_plane.live import Hub
from control_plane.reports import operations as reports
from control_plane.reports.promise_queries import By
from control_plane.security.scope import Asker, Role, Scope
from control_plane.service_points.rules.days import local_day
from control_plane.staff.rules import ClerkState
from control_plane.tickets import handling_queries as handling
from control_plane.tickets import queries as tickets
from control_plane.tickets.rules import Method
from control_plane.visits.forecasts import STALE, Forecasts
from control_plane.visits.live_nation import LiveNation
from control_plane.visits.nation import Nation
from control_plane.visits.operations import course
from control_plane.visits.operations.board import board_of_point
from control_plane.visits.queries import Visit
from shared.tickets import Board, TicketIssued, WaitGrew
from shared.visits import BoothWiped, Outcome, VisitorArrived
from tests.control_plane.visits.steps import begun, called
from tests.control_plane.world import World, counted_statements, take, visit_id

SYSTEM = Scope.system("test")
OWNER = Scope(Asker.STAFF, "1", frozenset({Role.OWNER}))


@dataclass
class Foreseeing:
    """A world whose forecasts are made when the test says so."""

    world: World
    forecasts: Forecasts
    live: LiveNation

    async def look(self) -> None:
        now = self.world.clock.now()
        self.live.nation = await self.world.store.read(lambda tx: Nation.load(tx, now))
        await self.forecasts.refresh()

    async def take(self, service: str = "kela-tuki", *, device: str = "d-salla-01") -> TicketIssued:
        await self.look()
        issued = await self.world.ask(take(service), device=device, waits=self.forecasts)
        assert isinstance(issued, TicketIssued), issued
        return issued

    async def board(self, point: str = "salla") -> Board:
        now = self.world.clock.now()
        found = await self.world.store.read(
            lambda tx: board_of_point(tx, self.world.setup, point, now, self.forecasts)
        )
        assert found is not None
        return found


@pytest.fixture
async def foreseeing(world: World) -> Foreseeing:
    hub = Hub(world.store, world.clock)
    live = LiveNation(world.store, world.clock, hub)
    return Foreseeing(world, Forecasts(world.store, world.clock, world.setup, live), live)


async def served(world: World, many: int = 10, *, minutes: int = 15) -> None:
    """So many were served before, each for so long."""
    for _ in range(many):
        await world.run(
            lambda tx: handling.count_served(
                tx, SYSTEM, agency="kela", service="kela-tuki", seconds=60 * minutes
            )
        )


async def promised(world: World, issued: TicketIssued) -> tuple[Method, int | None]:
    found = await world.store.read(lambda tx: tickets.ticket_of(tx, SYSTEM, issued.ticket_id))
    assert found is not None
    assert found.promise.wait == issued.wait
    return found.promise.method, found.waited_s


async def test_nothing_is_promised_before_ten_were_served(foreseeing: Foreseeing) -> None:
    await foreseeing.world.clerk()
    await foreseeing.world.device_up()
    await served(foreseeing.world, 9)
    issued = await foreseeing.take()
    assert issued.wait is None
    assert await promised(foreseeing.world, issued) == (Method.UNKNOWN, None)


async def test_a_replica_without_a_forecast_promises_by_position(foreseeing: Foreseeing) -> None:
    await foreseeing.world.clerk()
    await served(foreseeing.world)
    issued = await foreseeing.world.take()
    assert issued.wait is not None
    assert await promised(foreseeing.world, issued) == (Method.POSITION, None)


async def test_a_forecast_that_is_old_promises_nothing_itself(foreseeing: Foreseeing) -> None:
    await foreseeing.world.clerk()
    await foreseeing.world.device_up()
    await served(foreseeing.world)
    await foreseeing.look()
    foreseeing.world.clock.pass_(seconds=STALE.total_seconds())
    issued = await foreseeing.world.ask(take("kela-tuki"), waits=foreseeing.forecasts)
    assert isinstance(issued, TicketIssued)
    assert await promised(foreseeing.world, issued) == (Method.POSITION, None)


async def test_a_free_clerk_and_a_free_booth_promise_no_wait(foreseeing: Foreseeing) -> None:
    await foreseeing.world.clerk()
    await foreseeing.world.device_up()
    await served(foreseeing.world)
    issued = await foreseeing.take()
    assert issued.wait is not None
    assert (issued.wait.low_min, issued.wait.high_min) == (0, 5)
    assert await promised(foreseeing.world, issued) == (Method.SIMULATION, None)


async def test_each_who_waits_before_makes_the_range_later(foreseeing: Foreseeing) -> None:
    await foreseeing.world.clerk()
    await foreseeing.world.device_up()
    await served(foreseeing.world)
    waits = [(await foreseeing.take()).wait for _ in range(4)]
    highs = [wait.high_min for wait in waits if wait is not None]
    assert len(highs) == 4
    assert highs == sorted(highs)
    assert highs[3] >= 45


async def test_the_booth_of_the_point_counts_and_not_the_clerks_alone(
    foreseeing: Foreseeing,
) -> None:
    """Two clerks are free, but the one booth here is taken by another agency's visit."""
    world = foreseeing.world
    aino = await world.clerk()
    await world.clerk("tuija", "vero")
    await world.device_up()
    await world.device_up("d-inari-01")
    await served(world)
    await begun(world, aino)
    await world.clerk("bertta")
    here, there = await foreseeing.take(), await foreseeing.take(device="d-inari-01")
    assert here.wait is not None
    assert there.wait is not None
    assert here.wait.high_min > 5
    assert there.wait.high_min == 5


async def test_where_no_booth_can_take_anybody_nothing_is_promised(
    foreseeing: Foreseeing,
) -> None:
    await foreseeing.world.clerk()
    await served(foreseeing.world)
    assert (await foreseeing.take()).wait is None


async def test_a_promise_costs_no_statement(foreseeing: Foreseeing) -> None:
    world = foreseeing.world
    await world.clerk()
    await world.device_up()
    await served(world)
    await foreseeing.look()
    with counted_statements() as bare:
        await world.ask(take("kela-tuki"))
    with counted_statements() as foreseen:
        await world.ask(take("kela-tuki"), waits=foreseeing.forecasts)
    assert len(foreseen) <= len(bare)


async def test_the_screens_say_a_general_range_and_why_it_grew(foreseeing: Foreseeing) -> None:
    world = foreseeing.world
    aino = await world.clerk()
    bertta = await world.clerk("bertta")
    await world.device_up()
    await served(world)
    told: list[str] = []
    foreseeing.forecasts.follow(told.extend)
    await foreseeing.look()
    board = await foreseeing.board()
    assert board.wait is not None
    assert (board.wait.high_min, board.wait_because) == (5, "")
    assert "salla" in told
    for _ in range(2):
        await foreseeing.take(device="d-inari-01")
    await foreseeing.look()
    await world.choose(aino, ClerkState.ON_BREAK)
    await foreseeing.look()
    await world.choose(bertta, ClerkState.ON_BREAK)
    await foreseeing.look()
    assert (await foreseeing.board()).wait is None
    assert set(told) == {"salla", "inari"}


async def test_a_range_that_grew_says_that_a_clerk_left(foreseeing: Foreseeing) -> None:
    world = foreseeing.world
    aino = await world.clerk()
    bertta = await world.clerk("bertta")
    await world.device_up()
    await world.device_up("d-inari-01")
    await served(world)
    await begun(world, bertta)
    await foreseeing.look()
    before = (await foreseeing.board("inari")).wait
    await world.choose(aino, ClerkState.ON_BREAK)
    await foreseeing.look()
    board = await foreseeing.board("inari")
    assert before is not None
    assert board.wait is not None
    assert board.wait.high_min > before.high_min
    assert board.wait_because == WaitGrew.CLERK_LEFT
    await foreseeing.look()
    assert (await foreseeing.board("inari")).wait_because == WaitGrew.CLERK_LEFT
    await world.choose(aino, ClerkState.AVAILABLE)
    await foreseeing.look()
    assert (await foreseeing.board("inari")).wait_because == ""


# --- promise against fact ----------------------------------------------------------------------


async def ended(world: World, clerk: Scope, visit: Visit) -> None:
    """The visit takes place, and booth and clerk are free again."""
    now = world.clock.now
    await world.event(VisitorArrived(visit_id=visit_id(visit), at=now()))
    await world.run(
        lambda tx: course.end(tx, world.setup, clerk, visit.id, outcome=Outcome.DONE, now=now())
    )
    await world.event(BoothWiped(visit_id=visit_id(visit), clean=True, at=now()))


async def summary(world: World, scope: Scope, by: By = By.AGENCY) -> reports.PromiseSummary:
    day = local_day(world.clock.now(), "Europe/Helsinki")
    return await world.store.read(
        lambda tx: reports.promises(tx, scope, by=by, since=day, until=day)
    )


async def test_the_first_call_is_counted_against_the_promise_once(
    foreseeing: Foreseeing,
) -> None:
    world = foreseeing.world
    aino = await world.clerk()
    await world.device_up()
    await served(world)
    for _ in range(5):
        await world.choose(aino, ClerkState.AVAILABLE)
        issued = await foreseeing.take()
        world.clock.pass_(minutes=2)
        await world.device_up()
        visit = await world.call_next(aino)
        await world.reported(visit)
        assert await promised(world, issued) == (Method.SIMULATION, 121)
        await ended(world, aino, visit)
    [row] = (await summary(world, OWNER)).rows
    assert (row.agency, row.promised, row.within, row.above, row.below) == ("kela", 5, 5, 0, 0)
    assert (row.within_percent, row.median_off_min) == (100, 2)
    [by_service] = (await summary(world, OWNER, By.SERVICE)).rows
    assert by_service.name.fi == "Tuki"
    [by_point] = (await summary(world, OWNER, By.POINT)).rows
    assert (by_point.code, by_point.promised) == ("salla", 5)


async def test_only_the_own_agencys_promises_are_told(foreseeing: Foreseeing) -> None:
    world = foreseeing.world
    await world.device_up()
    await called(world, await world.clerk())
    tax = await world.clerk("tuija", "vero")
    assert (await summary(world, tax)).rows == []
    [row] = (await summary(world, OWNER)).rows
    assert (row.promised, row.unknown) == (0, None)  # one is too few to tell


async def test_those_who_came_since_the_forecast_are_added(foreseeing: Foreseeing) -> None:
    world = foreseeing.world
    await world.clerk()
    await world.device_up()
    await served(world)
    await foreseeing.look()
    waits = []
    for _ in range(3):
        world.clock.pass_(seconds=2)
        issued = await world.ask(take("kela-tuki"), waits=foreseeing.forecasts)
        assert isinstance(issued, TicketIssued)
        waits.append(issued.wait)
    highs = [wait.high_min for wait in waits if wait is not None]
    assert highs == [5, 20, 45]
