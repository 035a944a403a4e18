"""Set aside, called again, not ready, not there: nobody loses the place, nobody waits for ever."""

from typing import Any
from uuid import UUID

import pytest

from control_plane.errors import Refusal
from control_plane.security.scope import Scope
from control_plane.staff.rules import ClerkState
from control_plane.tickets.rules import TicketState
from control_plane.visits.operations import parking, passing, transferring
from control_plane.visits.queries import Visit
from control_plane.visits.rules import ParkReason, VisitState
from shared.identifiers import TicketId
from shared.tickets import PassTicket, RefusalCode, Refused, TicketAccepted
from shared.visits import BoothWiped
from tests.control_plane.visits.steps import begun, called, pass_time, ticket
from tests.control_plane.world import World, ticket_id, visit_id


async def parked(world: World, clerk: Scope, *, minutes: int = 15) -> Visit:
    """The visitor fills in a form outside, and the clerk is free again."""
    visit = await begun(world, clerk)
    await world.run(
        lambda tx: parking.park(
            tx,
            world.setup,
            clerk,
            visit.id,
            reason=ParkReason.FORM,
            minutes=minutes,
            now=world.clock.now(),
        )
    )
    await wiped(world, visit)
    await world.choose(clerk, ClerkState.AVAILABLE)
    return visit


async def wiped(world: World, visit: Visit) -> None:
    await world.event(BoothWiped(visit_id=visit_id(visit), clean=True, at=world.clock.now()))


async def hand_over(world: World, clerk: Scope, visit: Visit, to: UUID | None) -> None:
    await world.run(
        lambda tx: parking.hand_over(
            tx, world.setup, clerk, visit.ticket_id, to=to, now=world.clock.now()
        )
    )


async def call_back(world: World, clerk: Scope, visit: Visit) -> Visit:
    return await world.run(
        lambda tx: parking.call_back(tx, world.setup, clerk, visit.ticket_id, world.clock.now())
    )


async def nobody_for(world: World, clerk: Scope) -> None:
    with pytest.raises(Refusal) as refusal:
        await world.call_next(clerk)
    assert refusal.value.reason.code == "no_ticket"


async def test_whoever_is_set_aside_stands_in_the_clerks_own_list_and_in_no_queue(
    world: World,
) -> None:
    await world.device_up()
    clerk, other = await world.clerk(), await world.clerk("bertta")
    visit = await parked(world, clerk)
    [row] = (await world.desk(clerk)).parked
    assert (row.number, row.reason) == (visit.number, ParkReason.FORM)
    seen = await world.desk(other)
    assert (seen.parked, seen.queue) == ([], [])
    await nobody_for(world, other)


async def test_the_clerk_calls_again_whenever_it_suits(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await parked(world, clerk)
    again = await call_back(world, clerk, visit)
    assert (again.ticket_id, again.state) == (visit.ticket_id, VisitState.PREPARING)
    assert (await world.desk(clerk)).parked == []


async def test_without_a_booth_the_list_stays_as_it_is(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await parked(world, clerk)
    await world.device_up(online=False)
    with pytest.raises(Refusal) as refusal:
        await call_back(world, clerk, visit)
    assert refusal.value.reason.code == "not_callable"
    assert (await ticket(world, visit)).state is TicketState.PARKED


async def test_in_time_the_visitor_waits_for_this_clerk_first_and_then_for_anybody(
    world: World,
) -> None:
    await world.device_up()
    clerk, other = await world.clerk(), await world.clerk("bertta")
    visit = await parked(world, clerk)
    both = (clerk, other)
    await pass_time(world, present=both, minutes=15)
    assert [row.for_me for row in (await world.desk(clerk)).queue] == [True]
    assert [row.why_not for row in (await world.desk(other)).queue] == [["for_another"]]
    await pass_time(world, present=both, minutes=10)
    assert (await world.call_next(other)).ticket_id == visit.ticket_id


async def test_a_clerk_who_goes_leaves_nobody_behind(world: World) -> None:
    await world.device_up()
    clerk, other = await world.clerk(), await world.clerk("bertta")
    visit = await parked(world, clerk)
    await world.choose(clerk, ClerkState.OFFLINE)
    assert (await world.call_next(other)).ticket_id == visit.ticket_id


async def test_the_visitor_is_handed_to_a_colleague_or_to_the_queue(world: World) -> None:
    await world.device_up()
    clerk, other = await world.clerk(), await world.clerk("bertta")
    visit = await parked(world, clerk)
    await hand_over(world, clerk, visit, UUID(other.name))
    await nobody_for(world, clerk)
    assert (await world.call_next(other)).ticket_id == visit.ticket_id


async def test_a_visitor_can_be_handed_to_whoever_of_the_own_agency_is_on_duty(
    world: World,
) -> None:
    clerk, other = await world.clerk(), await world.clerk("bertta")
    away = await world.clerk("cecilia")
    await world.clerk("vilho", "vero")
    await world.choose(away, ClerkState.OFFLINE)
    found = await world.store.read(
        lambda tx: transferring.colleagues(tx, clerk, besides=UUID(clerk.name))
    )
    assert [str(each.id) for each in found] == [other.name]


async def test_handed_to_the_queue_the_place_is_that_of_the_first_arrival(world: World) -> None:
    await world.device_up()
    clerk, other = await world.clerk(), await world.clerk("bertta")
    visit = await parked(world, clerk)
    world.clock.pass_(seconds=30)
    await world.take()
    await hand_over(world, clerk, visit, None)
    assert (await world.call_next(other)).ticket_id == visit.ticket_id


async def test_what_is_in_somebody_elses_list_is_none_of_mine(world: World) -> None:
    await world.device_up()
    clerk, other = await world.clerk(), await world.clerk("bertta")
    vero = await world.clerk("vilho", "vero")
    visit = await parked(world, clerk)
    for stranger in (other, vero):
        with pytest.raises(Refusal) as refusal:
            await call_back(world, stranger, visit)
        assert refusal.value.reason.code == "not_found"
    codes = []
    for to in (UUID(clerk.name), UUID(vero.name)):
        with pytest.raises(Refusal) as refusal:
            await hand_over(world, clerk, visit, to)
        codes.append(refusal.value.reason.code)
    assert codes == ["to_oneself", "person_not_there"]
    assert (await ticket(world, visit)).state is TicketState.PARKED
    await call_back(world, clerk, visit)
    with pytest.raises(Refusal) as refusal:
        await hand_over(world, clerk, visit, None)
    assert refusal.value.reason.code == "not_parked"


# --- not ready yet -----------------------------------------------------------------------------


async def not_ready(world: World, visit: Visit) -> Any:
    return await world.ask(PassTicket(ticket_id=ticket_id(visit)))


async def test_a_visitor_who_is_called_too_early_lets_others_pass(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await called(world, clerk)
    later = await world.take()
    assert isinstance(await not_ready(world, visit), TicketAccepted)
    seen = await world.desk(clerk)
    assert seen.notice is not None
    assert (seen.notice.code, seen.me.state) == ("let_pass", ClerkState.AVAILABLE)
    assert {row.number: row.why_not for row in seen.queue}[visit.number][0] == "not_yet"
    await wiped(world, visit)
    assert (await world.call_next(clerk)).number == later.number


async def test_after_some_minutes_the_old_place_counts_again(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await called(world, clerk)
    await not_ready(world, visit)
    await wiped(world, visit)
    await nobody_for(world, clerk)
    await pass_time(world, present=clerk, minutes=5)
    await world.take()
    assert (await world.call_next(clerk)).number == visit.number


async def test_it_can_be_done_a_few_times_only(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await called(world, clerk)
    for _ in range(world.setup.timings.step_backs):
        assert isinstance(await not_ready(world, visit), TicketAccepted)
        await pass_time(world, present=clerk, minutes=5)
    assert await not_ready(world, visit) == Refused(code=RefusalCode.NO_MORE_PASSES)
    assert (await ticket(world, visit)).state is TicketState.WAITING


async def test_a_second_wish_while_others_pass_counts_nothing(world: World) -> None:
    await world.device_up()
    visit = await called(world, await world.clerk())
    await not_ready(world, visit)
    assert isinstance(await not_ready(world, visit), TicketAccepted)
    assert (await ticket(world, visit)).passes == 1


async def test_the_clerk_can_let_others_pass_too(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await called(world, clerk)
    withdrawn = await world.run(
        lambda tx: passing.let_pass(tx, world.setup, clerk, visit.id, world.clock.now())
    )
    assert withdrawn.state is VisitState.WITHDRAWN
    assert (await ticket(world, visit)).passes == 1


async def test_nobody_lets_others_pass_for_a_visitor_of_another_point(world: World) -> None:
    await world.device_up()
    visit = await called(world, await world.clerk())
    wish = PassTicket(ticket_id=TicketId(visit.ticket_id))
    assert await world.ask(wish, device="d-inari-01") == Refused(code=RefusalCode.NOT_FOUND)
    assert (await world.visit(visit)).state is VisitState.CALLED


# --- not there ---------------------------------------------------------------------------------


async def missed(world: World, clerk: Scope) -> Visit:
    visit = await called(world, clerk)
    await pass_time(world, present=clerk, minutes=5)
    await wiped(world, visit)
    return visit


async def take_back(world: World, clerk: Scope, visit: Visit) -> None:
    await world.run(
        lambda tx: parking.take_back_missed(
            tx, world.setup, clerk, visit.ticket_id, world.clock.now()
        )
    )


async def test_the_desk_shows_who_missed_the_call_and_takes_one_back(world: World) -> None:
    await world.device_up()
    clerk, vero = await world.clerk(), await world.clerk("vilho", "vero")
    visit = await missed(world, clerk)
    assert [row.number for row in (await world.desk(clerk)).missed] == [visit.number]
    assert (await world.desk(vero)).missed == []
    with pytest.raises(Refusal):
        await take_back(world, vero, visit)
    await take_back(world, clerk, visit)
    assert (await world.call_next(clerk)).number == visit.number


async def test_who_missed_the_call_long_ago_takes_a_new_number(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await missed(world, clerk)
    await pass_time(world, present=clerk, minutes=16)
    assert (await world.desk(clerk)).missed == []
    with pytest.raises(Refusal) as refusal:
        await take_back(world, clerk, visit)
    assert refusal.value.reason.code == "too_late"


@pytest.mark.parametrize("state", [ClerkState.BACK_OFFICE, ClerkState.OFFLINE])
async def test_whoever_was_set_aside_by_a_clerk_who_does_other_work_waits_for_anybody(
    world: World, state: ClerkState
) -> None:
    await world.device_up()
    clerk, other = await world.clerk(), await world.clerk("bertta")
    visit = await parked(world, clerk)
    await world.choose(clerk, state)
    assert (await world.desk(clerk)).parked == []
    assert (await world.call_next(other)).ticket_id == visit.ticket_id


async def test_a_clerk_on_a_break_keeps_the_own_list(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    await parked(world, clerk)
    await world.choose(clerk, ClerkState.ON_BREAK)
    assert len((await world.desk(clerk)).parked) == 1
