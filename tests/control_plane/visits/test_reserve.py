"""A clerk is kept for a visitor who is there for a booking, whoever asks for the next."""

from datetime import timedelta

import pytest

from control_plane.errors import Refusal
from control_plane.routing import operations as routing
from control_plane.routing.rules.choices import Choices, Mode, OfferChoice, ReserveChoice
from control_plane.routing.rules.eligibility import WhyNot
from control_plane.routing.rules.matching import match
from control_plane.security.scope import Role, Scope
from control_plane.staff.rules import ClerkState
from control_plane.visits.nation import Nation
from control_plane.visits.operations import calling, desk, standing
from control_plane.visits.why import why
from shared.tickets import TicketIssued
from tests.control_plane.visits.steps import pass_time
from tests.control_plane.world import World


async def keeps(world: World, mode: Mode = Mode.PULL) -> None:
    """Kela keeps a clerk for bookings of the next quarter of an hour."""
    owner = await world.account("omistaja", Role.OWNER)
    choices = Choices(reserve=ReserveChoice(clerks=1), offers=OfferChoice(mode=mode))
    await world.run(
        lambda tx: routing.choose(tx, owner, "kela", choices, instead_of=0, now=world.clock.now())
    )


async def two_wait(world: World, clerk: Scope) -> tuple[TicketIssued, TicketIssued]:
    """One at Salla, and one booked in 14 minutes at Inari, where no booth is ready."""
    await world.device_up()
    walk_in = await world.take()
    world.clock.pass_(seconds=1)
    booked = await world.take(device="d-inari-01")
    now = world.clock.now()
    at = now + timedelta(minutes=14)
    await world.run(
        lambda tx: standing.check_in(tx, clerk, booked.ticket_id, booked_for=at, now=now)
    )
    return walk_in, booked


async def offered(world: World) -> list[object]:
    now = world.clock.now()
    nation = await world.store.read(lambda tx: Nation.load(tx, now))
    nation.come_due(now)
    return [each.ticket.id for each in match(nation.board, now)]


async def test_the_only_free_clerk_is_kept_and_the_desk_says_for_when(world: World) -> None:
    clerk = await world.clerk()
    await keeps(world)
    walk_in, _ = await two_wait(world, clerk)
    shown = await world.desk(clerk)
    assert shown.kept_for == world.clock.now() + timedelta(minutes=14)
    rows = {row.ticket_id: row for row in shown.queue}
    assert rows[walk_in.ticket_id].why_not == [WhyNot.KEPT]
    assert rows[walk_in.ticket_id].callable
    with pytest.raises(Refusal, match="kept_for_booking") as found:
        await world.call_next(clerk)
    assert found.value.detail == {"booked_for": shown.kept_for.isoformat()}
    # Who cannot wait is called by number, with a reason.
    visit = await world.run(
        lambda tx: calling.call_this(
            tx, world.setup, clerk, walk_in.ticket_id, reason="urgent", now=world.clock.now()
        )
    )
    assert visit.ticket_id == walk_in.ticket_id


async def test_another_free_clerk_is_enough_and_one_with_other_work_is_not(world: World) -> None:
    clerk = await world.clerk()
    other = await world.clerk("bertta")
    await keeps(world)
    walk_in, _ = await two_wait(world, clerk)
    assert (await world.desk(clerk)).kept_for is None
    await world.choose(other, ClerkState.BACK_OFFICE)
    assert (await world.desk(clerk)).kept_for is not None
    await world.choose(other, ClerkState.AVAILABLE)
    assert (await world.call_next(clerk)).number == walk_in.number


async def test_nobody_gives_way_for_longer_than_half_an_hour(world: World) -> None:
    clerk = await world.clerk()
    await keeps(world)
    walk_in, booked = await two_wait(world, clerk)
    await pass_time(world, present=clerk, minutes=30)
    now = world.clock.now()
    at = now + timedelta(minutes=5)
    await world.run(
        lambda tx: standing.check_in(tx, clerk, booked.ticket_id, booked_for=at, now=now)
    )
    assert (await world.desk(clerk)).kept_for == at
    assert (await world.call_next(clerk)).number == walk_in.number


@pytest.mark.parametrize("mode", [Mode.PUSH, Mode.MIXED])
async def test_the_queue_offers_nobody_whom_a_booking_keeps_out(world: World, mode: Mode) -> None:
    clerk = await world.clerk()
    await keeps(world, mode)
    walk_in, _ = await two_wait(world, clerk)
    assert await offered(world) == []
    await world.clerk("bertta")
    assert await offered(world) == [walk_in.ticket_id]


async def test_a_stored_next_counts_the_colleagues_who_store_none(world: World) -> None:
    clerk = await world.clerk()
    await world.clerk("bertta")
    await keeps(world)
    walk_in, _ = await two_wait(world, clerk)
    await world.run(lambda tx: desk.want_next(tx, clerk, on=True, now=world.clock.now()))
    assert await offered(world) == [walk_in.ticket_id]


async def test_a_decision_tells_that_somebody_gave_way_to_a_booking(world: World) -> None:
    clerk = await world.clerk()
    await keeps(world)
    walk_in, booked = await two_wait(world, clerk)
    await world.device_up("d-inari-01")
    assert (await world.call_next(clerk)).ticket_id == booked.ticket_id
    told = await world.store.read(lambda tx: why(tx, clerk, booked.ticket_id, world.clock.now()))
    assert [(each.ticket_id, each.why_not) for each in told.decisions[0].passed] == [
        (walk_in.ticket_id, [WhyNot.KEPT])
    ]
