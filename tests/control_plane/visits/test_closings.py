"""An agency closes its queue: who comes is told before, and who waits is served all the same."""

import asyncio
from datetime import UTC, datetime, time

import pytest

from control_plane.database import Tx
from control_plane.errors import Refusal
from control_plane.queues.rules.closing import Kind
from control_plane.security.scope import Role, Scope
from control_plane.service_points.rules.days import Hours
from control_plane.service_points.tables import service_points
from control_plane.staff.rules import ClerkState
from control_plane.tickets import handling_queries as handling
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import TicketState
from control_plane.tickets.tables import series
from control_plane.visits.operations import closing
from control_plane.visits.operations.board import Looked, look
from shared.identifiers import TicketId
from shared.tickets import (
    AgencyState,
    Instead,
    InsteadWay,
    Readiness,
    Refused,
    ReturnTicket,
    TicketIssued,
)
from tests.control_plane.visits.steps import called, close, pass_time, supervisor
from tests.control_plane.world import World, counted_statements, take

SYSTEM = Scope.system("test")


async def reopen(world: World, who: Scope, closing_id: str) -> None:
    await world.run(lambda tx: closing.reopen(tx, who, closing_id, "again", world.clock.now()))


async def outcome(world: World, service: str = "kela-tuki", device: str = "d-salla-01") -> str:
    answer = await world.ask(take(service), device=device)
    return str(answer.code) if isinstance(answer, Refused) else "issued"


async def seen(world: World, point: str = "salla") -> Looked:
    found = await world.store.read(lambda tx: look(tx, world.setup, point, world.clock.now()))
    assert found is not None
    return found


async def door(world: World, agency: str = "kela", point: str = "salla") -> AgencyState:
    board = (await seen(world, point)).board
    return next(each for each in board.agencies if each.agency == agency)


async def stored(world: World, ticket_id: TicketId) -> Ticket:
    found = await world.store.read(lambda tx: tickets.ticket_of(tx, SYSTEM, ticket_id))
    assert found is not None
    return found


async def waiting(world: World) -> list[int]:
    found = await world.store.read(lambda tx: tickets.waiting(tx, SYSTEM))
    return [each.number for each in found]


async def hours(world: World, closes: time) -> None:
    """The points are open until then, today (a Tuesday) by their own clock."""
    week = (Hours(1, time(8), closes),)
    await world.run(lambda tx: tx.execute(service_points.update().values(hours=week)).rowcount)


async def test_a_closed_queue_says_so_before_a_number_and_serves_who_waits(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    await world.clerk("tuija", "vero")
    boss = await supervisor(world)
    issued = await world.take()
    made = await close(world, boss)

    assert (await door(world)).readiness is Readiness.QUEUE_CLOSED
    assert (await door(world, point="inari")).readiness is Readiness.QUEUE_CLOSED
    assert (await door(world, "vero")).readiness is Readiness.OPEN
    assert await outcome(world) == "queue_closed"
    assert await outcome(world, "kela-elake", "d-inari-01") == "queue_closed"
    assert await outcome(world, "vero-kortti") == "issued"
    assert (await world.call_next(clerk)).number == issued.number

    await reopen(world, boss, made)
    assert (await door(world)).readiness is Readiness.OPEN
    assert await outcome(world) == "issued"


async def test_one_point_is_closed_and_the_others_are_not(world: World) -> None:
    await world.clerk()
    await close(world, await supervisor(world), point="salla")
    assert await outcome(world) == "queue_closed"
    assert await outcome(world, device="d-inari-01") == "issued"


async def test_one_service_is_closed_and_another_takes_who_came_for_it(world: World) -> None:
    await world.clerk()
    boss = await supervisor(world)
    instead = Instead(way=InsteadWay.SERVICE, service="kela-tuki")
    await close(world, boss, service="kela-elake", instead=instead)
    state = await door(world)
    assert state.readiness is Readiness.OPEN
    assert [(each.service, each.readiness, each.instead) for each in state.services] == [
        ("kela-elake", Readiness.QUEUE_CLOSED, instead)
    ]
    answer = await world.ask(take("kela-elake"))
    assert isinstance(answer, Refused)
    assert answer.instead == instead
    assert await outcome(world) == "issued"


async def test_a_closing_of_today_is_over_at_midnight(world: World) -> None:
    clerk = await world.clerk()
    await close(world, await supervisor(world))
    world.clock.at = datetime(2026, 11, 24, 21, 59, tzinfo=UTC)
    await world.choose(clerk, ClerkState.AVAILABLE)
    assert await outcome(world) == "queue_closed"
    world.clock.pass_(minutes=1)
    assert await outcome(world) == "issued"


async def test_a_contingent_is_counted_over_all_points_and_begins_anew_each_day(
    world: World,
) -> None:
    clerk = await world.clerk()
    boss = await supervisor(world)
    await close(world, boss, Kind.CONTINGENT, most=2, ends_at=None)
    assert await outcome(world) == "issued"
    assert await outcome(world, device="d-inari-01") == "issued"
    assert (await door(world)).readiness is Readiness.FULL_TODAY
    assert await outcome(world) == "full_today"
    world.clock.pass_(days=1)
    await world.choose(clerk, ClerkState.AVAILABLE)
    assert await outcome(world) == "issued"


def contingents_given(tx: Tx) -> list[int]:
    rows = tx.execute(series.select().where(series.c.name.startswith("contingent:")))
    return sorted(row.last for row in rows)


async def test_a_contingent_is_never_overdrawn_by_many_at_once(world: World) -> None:
    await world.clerk()
    boss = await supervisor(world)
    await close(world, boss, Kind.CONTINGENT, most=7)
    await close(world, boss, Kind.CONTINGENT, most=9, service="kela-tuki")
    devices = ["d-salla-01", "d-inari-01"] * 10
    answers = await asyncio.gather(*(world.ask(take(), device=each) for each in devices))
    given = [each for each in answers if isinstance(each, TicketIssued)]
    assert len(given) == 7
    assert {str(each.code) for each in answers if isinstance(each, Refused)} == {"full_today"}
    assert len(await waiting(world)) == 7
    # No wish without a number was counted against the wider contingent: two are left of it.
    assert await world.store.read(contingents_given) == [7, 7]


async def test_a_number_under_a_contingent_costs_no_statement_more(world: World) -> None:
    await world.clerk()
    boss = await supervisor(world)
    await close(world, boss, Kind.CONTINGENT, most=3)
    await close(world, boss, Kind.AHEAD)
    await world.take()
    with counted_statements() as statements:
        await world.take()
    assert len(statements) <= 6, statements
    with counted_statements() as statements:
        await world.take()  # the last one, which is news at every point
    assert len(statements) <= 6, statements


async def test_ahead_of_closing_time_nobody_gets_a_number_in_vain(world: World) -> None:
    await world.clerk()
    boss = await supervisor(world)
    await hours(world, time(13, 0))  # it is 12:00 there
    await close(world, boss, Kind.AHEAD)
    for _ in range(10):
        await world.run(
            lambda tx: handling.count_served(
                tx, SYSTEM, agency="kela", service="kela-tuki", seconds=1200
            )
        )
    assert [await outcome(world) for _ in range(4)] == ["issued"] * 3 + ["closing_soon"]
    assert (await door(world)).readiness is Readiness.CLOSING_SOON
    # Those who have a number keep it, whatever the hour.
    world.clock.pass_(hours=2)
    assert await outcome(world) == "closed"
    assert await waiting(world) == [1, 2, 3]


async def test_a_board_knows_until_when_it_holds(world: World) -> None:
    await world.clerk()
    await hours(world, time(13, 0))
    closes = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
    assert (await seen(world)).until == closes
    await close(world, await supervisor(world), Kind.AHEAD)
    # The longest matter, of 20 minutes, is the first that cannot be served any more.
    assert (await seen(world)).until == datetime(2026, 11, 24, 10, 40, tzinfo=UTC)
    world.clock.at = datetime(2026, 11, 24, 10, 40, 1, tzinfo=UTC)
    shut = {each.service: each.readiness for each in (await door(world)).services}
    assert shut == {"kela-elake": Readiness.CLOSING_SOON}


async def test_in_an_emergency_who_waits_is_sent_away_and_who_is_called_is_served(
    world: World,
) -> None:
    await world.device_up()
    clerk = await world.clerk()
    await world.clerk("tuija", "vero")
    boss = await supervisor(world)
    visit = await called(world, clerk)
    waits = await world.take()
    other = await world.take("vero-kortti")
    elsewhere = await world.take(device="d-inari-01")
    made = await close(world, boss, Kind.EMERGENCY)

    assert (await door(world)).readiness is Readiness.EMERGENCY
    assert await outcome(world) == "emergency"
    assert await waiting(world) == [other.number]
    assert (await world.visit(visit)).state == "called"
    for gone in (waits, elsewhere):
        ticket = await stored(world, gone.ticket_id)
        assert (ticket.state, ticket.closed_by) == (TicketState.CANCELLED, made)
    # An ended number is not called back by its old paper.
    assert isinstance(await world.ask(ReturnTicket(ticket_id=waits.ticket_id)), Refused)


async def test_in_an_emergency_an_offer_that_nobody_answered_is_withdrawn(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    boss = await supervisor(world)
    await world.take()
    made = await world.offer(clerk)
    await close(world, boss, Kind.EMERGENCY, point="salla")
    assert not await world.is_open(str(made.id))
    assert await waiting(world) == []
    assert (await world.desk(clerk)).me.state is ClerkState.AVAILABLE


async def test_the_same_closing_again_has_the_effect_of_one(world: World) -> None:
    await world.clerk()
    boss = await supervisor(world)
    made = await close(world, boss)
    await reopen(world, boss, made)
    await close(world, boss, id=made)
    assert await outcome(world) == "issued"
    await reopen(world, boss, made)


async def test_nobody_closes_or_opens_another_agencys_queue(world: World) -> None:
    await world.clerk()
    boss = await supervisor(world)
    stranger = await supervisor(world, "vero")
    made = await close(world, boss)
    with pytest.raises(Refusal, match="not_found"):
        await close(world, stranger, agency="kela")
    with pytest.raises(Refusal, match="not_found"):
        await reopen(world, stranger, made)
    with pytest.raises(Refusal, match="not_found"):
        await close(world, stranger, id=made)
    with pytest.raises(Refusal, match="not_there"):
        await close(world, stranger, service="kela-tuki")
    assert await outcome(world) == "queue_closed"


async def test_the_owner_may_shut_an_agencys_queue_at_a_point(world: World) -> None:
    await world.clerk()
    owner = await world.account("omistaja", Role.OWNER)
    await close(world, owner, agency="kela", point="salla")
    assert await outcome(world) == "queue_closed"


async def test_whoever_missed_the_call_comes_back_to_a_closed_queue(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await called(world, clerk)
    await close(world, await supervisor(world))
    await pass_time(world, present=clerk, minutes=6)
    answer = await world.ask(ReturnTicket(ticket_id=TicketId(visit.ticket_id)))
    assert not isinstance(answer, Refused)
    assert await waiting(world) == [visit.number]
