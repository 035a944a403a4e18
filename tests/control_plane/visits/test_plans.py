"""One number waits for several agencies at once, is called by one at a time, and is never lost."""

import asyncio
import contextlib
import random
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa

from control_plane.errors import Refusal
from control_plane.fleet.rules import BoothState
from control_plane.security.scope import Role, Scope
from control_plane.staff.rules import ClerkState
from control_plane.tickets import handling_queries as handling
from control_plane.tickets.plan_queries import as_errand
from control_plane.tickets.plan_rules import is_active, settled
from control_plane.tickets.queries import Ticket, as_ticket
from control_plane.tickets.rules import TicketState
from control_plane.tickets.tables import series, tickets
from control_plane.visits import supervision
from control_plane.visits.nation import Nation
from control_plane.visits.operations import board, calling, course, plans
from control_plane.visits.queries import Visit
from control_plane.visits.rules import VisitState
from shared.tickets import (
    CancelTicket,
    FurtherErrand,
    PassTicket,
    RefusalCode,
    Refused,
    ReturnTicket,
    TakeTicket,
    TicketAccepted,
    TicketIssued,
    WaitRange,
)
from shared.visits import BoothWiped, Outcome, VisitorArrived
from tests.control_plane.visits.steps import booth_state, pass_time
from tests.control_plane.world import World, take, visit_id

S = TicketState
SYSTEM = Scope.system("test")
KELA, VERO = "kela-tuki", "vero-kortti"


@pytest.fixture
async def world(world: World) -> World:
    """Whose every transaction ends as the application's do."""
    world.store.before_commit(lambda tx: plans.follow(tx, world.clock.now()))
    return world


def wish(*more: FurtherErrand, service: str = KELA, after: str | None = None) -> TakeTicket:
    return take(service).model_copy(update={"more": more, "after": after})


async def taken(world: World, *services: str, device: str = "d-salla-01") -> TicketIssued:
    first, *more = services or (KELA, VERO)
    further = [FurtherErrand(service=each) for each in more]
    issued = await world.ask(wish(*further, service=first), device=device)
    assert isinstance(issued, TicketIssued), issued
    return issued


async def stored(world: World) -> list[Ticket]:
    asked = sa.select(tickets).order_by(tickets.c.number, tickets.c.plan_step)
    rows = await world.store.read(lambda tx: tx.execute(asked).all())
    return [as_ticket(row) for row in rows]


async def states(world: World) -> list[TicketState]:
    return [each.state for each in await stored(world)]


async def two_clerks(world: World) -> tuple[Scope, Scope]:
    await world.device_up()
    return await world.clerk(), await world.clerk("vilho", "vero")


async def served(world: World, *services: str) -> None:
    """Ten before, each for a quarter of an hour."""
    for service in services * 10:
        count = partial(
            handling.count_served,
            _scope=SYSTEM,
            agency=service.partition("-")[0],
            service=service,
            seconds=900,
        )
        await world.run(count)


async def serve(world: World, visit: Visit, clerk: Scope, outcome: Outcome = Outcome.DONE) -> None:
    """From the booth that is prepared to the wiped one."""
    await world.reported(visit)
    arrived = VisitorArrived(visit_id=visit_id(visit), at=world.clock.now())
    await world.event(arrived, device=visit.device)
    await world.run(
        lambda tx: course.end(
            tx, world.setup, clerk, visit.id, outcome=outcome, now=world.clock.now()
        )
    )
    wiped = BoothWiped(visit_id=visit_id(visit), clean=True, at=world.clock.now())
    await world.event(wiped, device=visit.device)


# --- the number --------------------------------------------------------------------------------


async def test_one_number_waits_in_all_its_queues_at_once(world: World) -> None:
    kela, vero = await two_clerks(world)
    issued = await taken(world)
    assert (issued.service, issued.more) == (KELA, (VERO,))
    first, second = await stored(world)
    assert first.plan_id == second.plan_id is not None
    assert (first.number, first.arrived_at) == (second.number, second.arrived_at)
    for clerk, service in ((kela, KELA), (vero, VERO)):
        [row] = (await world.desk(clerk)).queue
        assert (row.number, row.service.code) == (issued.number, service)
    shown = await world.store.read(
        lambda tx: board.board_of_point(tx, world.setup, "salla", world.clock.now())
    )
    assert shown is not None
    assert shown.waiting == 1
    assert (await world.take()).number == issued.number + 1


async def test_until_when_all_is_done_is_told_when_every_wait_is_known(world: World) -> None:
    await two_clerks(world)
    assert (await taken(world)).total is None
    world.clock.pass_(seconds=30)
    await served(world, KELA, VERO)
    # One waits before in each queue, for a quarter of an hour: 10 to 20 minutes. Then two quarters.
    both = await taken(world)
    assert both.wait == WaitRange(low_min=10, high_min=20)
    assert both.total == WaitRange(low_min=30, high_min=60)
    assert (await world.take()).total is None


async def test_nothing_is_kept_as_promised_of_what_comes_after_another_errand(
    world: World,
) -> None:
    await two_clerks(world)
    await served(world, KELA, VERO)
    issued = await world.ask(wish(FurtherErrand(service=VERO, after=KELA)))
    assert isinstance(issued, TicketIssued)
    assert issued.total is not None
    first, second = await stored(world)
    assert first.promise.wait == issued.wait
    assert second.promise.wait is None


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (wish(FurtherErrand(service=VERO, after=KELA), after=VERO), RefusalCode.PLAN_LOOP),
        (wish(after=KELA), RefusalCode.PLAN_LOOP),
        (wish(FurtherErrand(service=VERO, after="tyo-haku")), RefusalCode.PLAN_UNKNOWN),
        (wish(FurtherErrand(service=KELA)), RefusalCode.PLAN_TWICE),
        (
            wish(*(FurtherErrand(service=f"kela-{each}") for each in range(4))),
            RefusalCode.PLAN_TOO_LONG,
        ),
        (wish(FurtherErrand(service="vanha-asia")), RefusalCode.SERVICE_NOT_OFFERED),
        (wish(FurtherErrand(service="no-such")), RefusalCode.SERVICE_NOT_OFFERED),
        (wish(FurtherErrand(service="tyo-haku")), RefusalCode.NO_CLERK_ON_DUTY),
    ],
)
async def test_a_plan_that_cannot_be_is_refused_and_nothing_is_written(
    world: World, asked: TakeTicket, code: RefusalCode
) -> None:
    await two_clerks(world)
    earlier = await taken(world)
    answer = await world.ask(asked)
    assert isinstance(answer, Refused)
    assert answer.code is code
    assert len(await stored(world)) == 2
    counted = await world.store.read(lambda tx: tx.execute(sa.select(series.c.last)).scalar_one())
    assert counted == earlier.number


async def test_a_repeated_wish_gives_the_same_number_and_no_more_errands(world: World) -> None:
    await two_clerks(world)
    asked = wish(FurtherErrand(service=VERO))
    request = UUID("01900000-0000-7000-8000-000000000001")
    first = await world.ask(asked, id_=request)
    assert await world.ask(asked, id_=request) == first
    assert len(await stored(world)) == 2


# --- one at a time -----------------------------------------------------------------------------


async def test_when_one_calls_the_other_is_held_and_then_served_at_its_old_place(
    world: World,
) -> None:
    kela, vero = await two_clerks(world)
    issued = await taken(world)
    world.clock.pass_(seconds=1)
    later = await world.take(VERO)
    before = (await stored(world))[1]
    visit = await world.call_next(kela)
    assert await states(world) == [S.OFFERED, S.HELD, S.WAITING]
    desk = await world.desk(vero)
    assert [row.number for row in desk.queue] == [later.number]
    [held] = desk.held
    assert (held.number, held.service.code) == (issued.number, VERO)
    assert "kela" not in held.model_dump_json()
    await world.choose(vero, ClerkState.ON_BREAK)
    await serve(world, visit, kela)
    await world.choose(vero, ClerkState.AVAILABLE)
    assert [row.number for row in (await world.desk(vero)).queue] == [issued.number, later.number]
    after = next(each for each in await stored(world) if each.id == before.id)
    assert (after.arrived_at, after.queued_at) == (before.arrived_at, before.queued_at)
    second = await world.call_next(vero)
    assert second.number == issued.number
    await serve(world, second, vero)
    assert [each.state for each in await stored(world) if each.number == issued.number] == [
        S.COMPLETED,
        S.COMPLETED,
    ]


async def test_a_call_that_comes_to_nothing_gives_the_other_back(world: World) -> None:
    kela, _ = await two_clerks(world)
    await taken(world)
    before = await stored(world)
    visit = await world.call_next(kela)
    assert await states(world) == [S.OFFERED, S.HELD]
    await world.run(
        lambda tx: calling.take_back(tx, world.setup, kela, visit.id, world.clock.now())
    )
    assert await stored(world) == before


async def test_an_offer_that_nobody_answers_gives_the_other_back(world: World) -> None:
    kela, vero = await two_clerks(world)
    await taken(world)
    await world.offer(kela)
    assert await states(world) == [S.OFFERED, S.HELD]
    await pass_time(world, seconds=30, present=(kela, vero))
    assert await states(world) == [S.WAITING, S.WAITING]


async def test_of_two_agencies_that_call_at_once_exactly_one_wins(world: World) -> None:
    devices = ("d-inari-01", "d-inari-02")
    for device in devices:
        await world.device_up(device)
    kela, vero = await world.clerk(), await world.clerk("vilho", "vero")
    for turn in range(10):
        issued = await taken(world, device="d-inari-01")
        ways = (world.offer, world.call_next) if turn % 2 else (world.call_next, world.offer)
        outcomes = await asyncio.gather(ways[0](kela), ways[1](vero), return_exceptions=True)
        now = [each.state for each in await stored(world) if each.number == issued.number]
        assert sorted(now) == [S.HELD, S.OFFERED], outcomes
        assert sum(isinstance(each, BaseException) for each in outcomes) == 1
        answer = await world.ask(CancelTicket(ticket_id=issued.ticket_id), device="d-inari-01")
        assert isinstance(answer, TicketAccepted)
        ended = [each.state for each in await stored(world) if each.number == issued.number]
        assert ended == [S.CANCELLED, S.CANCELLED]
        await _free_booths(world, (kela, vero))


async def _free_booths(world: World, clerks: tuple[Scope, Scope]) -> None:
    for scope in clerks:
        for row in (await world.desk(scope)).recent:
            visit = await world.stored(str(row.visit_id))
            if not visit.wiped:
                body = BoothWiped(visit_id=visit_id(visit), clean=True, at=world.clock.now())
                await world.event(body, device=visit.device)


async def test_one_match_gives_a_visitor_to_one_clerk_only(world: World) -> None:
    """Both errands stand on the nation's board until one of them is taken."""
    for device in ("d-inari-01", "d-inari-02"):
        await world.device_up(device)
    await two_clerks(world)
    await taken(world, device="d-inari-01")
    nation = await world.store.read(lambda tx: Nation.load(tx, world.clock.now()))
    assert {each.plan for each in nation.board.tickets.values()} != {None}
    assert len({each.plan for each in nation.board.tickets.values()}) == 1


# --- in order ----------------------------------------------------------------------------------


async def test_an_errand_waits_for_the_one_before_it(world: World) -> None:
    kela, vero = await two_clerks(world)
    issued = await world.ask(wish(FurtherErrand(service=KELA), service=VERO, after=KELA))
    assert isinstance(issued, TicketIssued)
    assert await states(world) == [S.HELD, S.WAITING]
    with pytest.raises(Refusal):
        await world.call_next(vero)
    visit = await world.call_next(kela)
    await serve(world, visit, kela)
    assert await states(world) == [S.WAITING, S.COMPLETED]


# --- the seat ----------------------------------------------------------------------------------


async def test_whoever_is_done_stays_seated_when_the_next_agency_has_a_clerk_free(
    world: World,
) -> None:
    kela, vero = await two_clerks(world)
    issued = await taken(world)
    await serve(world, await world.call_next(kela), kela)
    assert await booth_state(world, vero) is BoothState.KEPT
    second = await world.call_next(vero)
    assert (second.number, second.seated) == (issued.number, True)
    await serve(world, second, vero)
    assert await booth_state(world, vero) is BoothState.FREE
    assert await states(world) == [S.COMPLETED, S.COMPLETED]


async def test_a_seat_that_nobody_comes_to_ends_in_time(world: World) -> None:
    kela, vero = await two_clerks(world)
    await taken(world)
    visit = await world.call_next(kela)
    await serve(world, visit, kela)
    await world.choose(vero, ClerkState.ON_BREAK)
    await pass_time(world, minutes=6, present=(kela, vero))
    assert await booth_state(world, vero) is BoothState.WIPING
    await world.event(BoothWiped(visit_id=visit_id(visit), clean=True, at=world.clock.now()))
    assert await booth_state(world, vero) is BoothState.FREE
    [_, second] = await stored(world)
    assert (second.state, second.kept_booth) == (S.WAITING, None)


async def test_without_a_clerk_who_is_free_the_visitor_waits_outside(world: World) -> None:
    kela, vero = await two_clerks(world)
    await taken(world)
    visit = await world.call_next(kela)
    await world.choose(vero, ClerkState.ON_BREAK)
    await serve(world, visit, kela)
    assert await booth_state(world, vero) is BoothState.FREE
    assert [each.kept_booth for each in await stored(world)] == [None, None]


# --- missed, given up, not ready, over ---------------------------------------------------------


async def missed(world: World, kela: Scope, vero: Scope) -> Visit:
    visit = await world.call_next(kela)
    await world.reported(visit)
    await pass_time(world, minutes=10, present=(kela, vero))
    assert (await world.visit(visit)).state is VisitState.MISSED
    return visit


async def test_who_misses_the_call_is_missed_in_all_and_comes_back_to_all(world: World) -> None:
    kela, vero = await two_clerks(world)
    issued = await taken(world)
    await missed(world, kela, vero)
    assert await states(world) == [S.MISSED, S.MISSED]
    shown = await world.store.read(
        lambda tx: board.board_of_point(tx, world.setup, "salla", world.clock.now())
    )
    assert shown is not None
    assert [(each.number, each.booth, each.missed) for each in shown.called] == [
        (issued.number, "salla-1", True)
    ]
    assert [each.number for each in (await world.desk(vero)).missed] == [issued.number]
    answer = await world.ask(ReturnTicket(ticket_id=issued.ticket_id))
    assert isinstance(answer, TicketAccepted)
    assert await states(world) == [S.WAITING, S.WAITING]
    assert all(each.returned and each.missed_at is None for each in await stored(world))


async def test_whoever_gives_the_number_up_gives_all_errands_up(world: World) -> None:
    kela, vero = await two_clerks(world)
    issued = await taken(world)
    visit = await world.call_next(vero)
    # The paper names the number; the second agency's booth prepares for it.
    answer = await world.ask(CancelTicket(ticket_id=issued.ticket_id))
    assert isinstance(answer, TicketAccepted)
    assert await states(world) == [S.CANCELLED, S.CANCELLED]
    assert (await world.visit(visit)).state is VisitState.WITHDRAWN
    assert (await world.desk(kela)).queue == []


async def test_what_is_done_stays_done_when_the_rest_is_given_up(world: World) -> None:
    kela, vero = await two_clerks(world)
    issued = await taken(world)
    visit = await world.call_next(kela)
    await world.choose(vero, ClerkState.ON_BREAK)
    await serve(world, visit, kela)
    answer = await world.ask(CancelTicket(ticket_id=issued.ticket_id))
    assert isinstance(answer, TicketAccepted)
    assert await states(world) == [S.COMPLETED, S.CANCELLED]


async def test_who_is_not_ready_is_so_for_every_errand(world: World) -> None:
    _, vero = await two_clerks(world)
    issued = await taken(world)
    assert isinstance(await world.ask(PassTicket(ticket_id=issued.ticket_id)), TicketAccepted)
    assert {each.not_before for each in await stored(world)} == {
        world.clock.now() + world.setup.timings.step_back
    }
    with pytest.raises(Refusal):
        await world.call_next(vero)


async def test_all_errands_lapse_with_the_day(world: World) -> None:
    kela, vero = await two_clerks(world)
    await taken(world)
    await world.call_next(kela)
    await pass_time(world, days=1, present=(kela, vero))
    assert set(await states(world)) == {S.EXPIRED}


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_two_agencies_do_one_is_on_at_a_time_and_each_errand_has_an_end(
    world: World, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - a course that can be walked again
    clerks = await two_clerks(world)
    issued = await taken(world)
    visits: list[tuple[Visit, Scope]] = []

    async def call(clerk: Scope) -> None:
        visits.append((await world.call_next(clerk), clerk))

    async def take_back(_: Scope) -> None:
        visit, whose = visits[-1]
        await world.run(
            lambda tx: calling.take_back(tx, world.setup, whose, visit.id, world.clock.now())
        )

    async def end(_: Scope) -> None:
        visit, whose = visits[-1]
        await serve(world, visit, whose)

    async def offer(clerk: Scope) -> None:
        desk = await world.desk(clerk)
        if any(not row.why_not for row in desk.queue) and desk.me.state == "available":
            await world.offer(clerk)

    async def minutes(_: Scope) -> None:
        await pass_time(world, minutes=dice.choice([1, 6]), present=clerks)

    async def come_back(_: Scope) -> None:
        await world.ask(ReturnTicket(ticket_id=issued.ticket_id))

    steps = [call, call, offer, take_back, end, minutes, come_back]
    for _ in range(25):
        with contextlib.suppress(Refusal, IndexError):
            await dice.choice(steps)(dice.choice(clerks))
        await _free_booths(world, clerks)
        errands = [as_errand(each) for each in await stored(world)]
        assert sum(map(is_active, errands)) <= 1
        assert settled(errands) == {}
    await pass_time(world, days=1, present=clerks)
    await pass_time(world, minutes=30, present=clerks)
    assert set(await states(world)) <= {S.COMPLETED, S.EXPIRED}


# --- who sees what -----------------------------------------------------------------------------


async def test_a_supervisor_sees_a_held_number_and_nothing_of_the_other_agency(
    world: World,
) -> None:
    kela, _ = await two_clerks(world)
    issued = await taken(world)
    await world.call_next(kela)
    boss = await world.account("vera", Role.SUPERVISOR, agency="vero")
    seen = await world.store.read(lambda tx: supervision.board(tx, boss, world.clock.now()))
    assert [(each.number, each.state) for each in seen.tickets] == [(issued.number, S.HELD)]
    assert "kela" not in seen.model_dump_json()


async def test_memory_shows_held_numbers_as_the_database_does(world: World) -> None:
    kela, vero = await two_clerks(world)
    await taken(world)
    await world.call_next(kela)
    nation = await world.store.read(lambda tx: Nation.load(tx, world.clock.now()))
    shared = nation.shared("vero", world.clock.now())
    assert shared is not None
    assert [each.id for each in shared.held] == [
        UUID(str(each.ticket_id)) for each in (await world.desk(vero)).held
    ]
