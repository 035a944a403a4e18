"""A visitor says in the booth that they leave: before a visit, or between two."""

from datetime import timedelta
from uuid import UUID

from control_plane.fleet.rules import BoothState
from control_plane.security.scope import Scope
from control_plane.staff.rules import ClerkState
from control_plane.tickets.rules import TicketState
from control_plane.visits import offer_queries
from control_plane.visits.queries import Visit
from control_plane.visits.rules import VisitState
from shared.visits import Outcome, VisitorEnded
from tests.control_plane.visits.steps import (
    SYSTEM,
    begun,
    booth_state,
    called,
    clerk_state,
    commands,
    goes_on,
    pass_time,
    ticket,
)
from tests.control_plane.visits.test_transfer import send_on, sent_on, wiped
from tests.control_plane.world import World, visit_id


async def leaves(world: World, visit: Visit) -> None:
    """The visitor says so in the visit's booth."""
    said = VisitorEnded(visit_id=visit_id(visit), at=world.clock.now())
    await world.event(said, device=visit.device)


async def told(world: World, clerk: Scope) -> str | None:
    notice = (await world.desk(clerk)).notice
    return None if notice is None else notice.code


async def test_whoever_was_called_and_leaves_frees_the_clerk_who_is_told_so(world: World) -> None:
    await world.device_up()
    aino = await world.clerk()
    visit = await called(world, aino)
    await leaves(world, visit)
    after = await world.visit(visit)
    assert (after.state, after.failed_reason) == (VisitState.WITHDRAWN, "visitor_left")
    assert (await ticket(world, visit)).state is TicketState.CANCELLED
    assert await clerk_state(world, aino) is ClerkState.AVAILABLE
    desk = await world.desk(aino)
    assert desk.notice is not None
    assert (desk.notice.code, desk.notice.number) == ("visitor_left", visit.number)
    [recent] = desk.recent
    assert recent.by_visitor
    assert not await goes_on(world)


async def test_the_booth_in_which_they_sat_is_not_let_before_it_is_wiped(world: World) -> None:
    await world.device_up()
    aino = await world.clerk()
    visit = await called(world, aino)
    await leaves(world, visit)
    await pass_time(world, seconds=world.setup.timings.settle.total_seconds() + 1, present=aino)
    assert await booth_state(world, aino) is BoothState.WIPING
    await wiped(world, visit)
    assert await booth_state(world, aino) is BoothState.FREE


async def test_a_seated_visitor_who_leaves_gives_the_number_up_and_the_booth_is_wiped(
    world: World,
) -> None:
    _, vero, visit = await sent_on(world)
    await leaves(world, visit)
    assert (await ticket(world, visit)).state is TicketState.CANCELLED
    assert (await world.desk(vero)).queue == []
    assert await booth_state(world, vero) is BoothState.WIPING
    await wiped(world, visit)
    assert await booth_state(world, vero) is BoothState.FREE
    assert (await commands(world))[-1] == "visit.leave_seat"


async def test_leaving_twice_or_late_is_leaving_once(world: World) -> None:
    _, vero, visit = await sent_on(world)
    await leaves(world, visit)
    await leaves(world, visit)
    await wiped(world, visit)
    sent = await commands(world)
    await leaves(world, visit)
    assert await commands(world) == sent
    assert await booth_state(world, vero) is BoothState.FREE


async def test_whoever_waits_outside_again_is_not_touched_by_a_late_word_of_the_booth(
    world: World,
) -> None:
    kela, _, visit = await sent_on(world)
    seat = world.setup.timings.seat + timedelta(seconds=1)
    await pass_time(world, seconds=seat.total_seconds(), present=kela)
    await leaves(world, visit)
    assert (await ticket(world, visit)).state is TicketState.WAITING


async def test_whoever_leaves_when_the_next_clerk_prepares_leaves_that_visit(world: World) -> None:
    _, vero, visit = await sent_on(world)
    second = await world.call_next(vero)
    # The device had not heard of the second visit when they said so.
    await leaves(world, visit)
    assert (await world.visit(second)).state is VisitState.WITHDRAWN
    assert (await ticket(world, visit)).state is TicketState.CANCELLED
    assert await told(world, vero) == "visitor_left"
    # Its receipt is of the first visit; nobody waits for one of the second.
    await wiped(world, visit)
    await pass_time(world, seconds=world.setup.timings.settle.total_seconds() + 1, present=vero)
    assert await booth_state(world, vero) is BoothState.FREE


async def test_whoever_leaves_the_second_visit_before_it_began_is_wiped_after_as_of_the_first(
    world: World,
) -> None:
    _, vero, visit = await sent_on(world)
    second = await world.call_next(vero)
    await leaves(world, second)
    await pass_time(world, seconds=world.setup.timings.settle.total_seconds() + 1, present=vero)
    assert await booth_state(world, vero) is BoothState.WIPING
    await wiped(world, second)
    assert await booth_state(world, vero) is BoothState.FREE
    assert (await ticket(world, visit)).state is TicketState.CANCELLED


async def test_an_offer_of_a_seated_visitor_who_leaves_is_withdrawn(world: World) -> None:
    _, vero, visit = await sent_on(world)
    offer = await world.offer(vero)
    await leaves(world, visit)
    ended = await world.store.read(lambda tx: offer_queries.open_by_id(tx, SYSTEM, offer.id))
    assert ended is None
    assert await clerk_state(world, vero) is ClerkState.AVAILABLE
    assert (await ticket(world, visit)).state is TicketState.CANCELLED


async def test_the_colleague_for_whom_a_visitor_waited_is_told_that_they_left(
    world: World,
) -> None:
    await world.device_up()
    aino, bertta = await world.clerk(), await world.clerk("bertta")
    sent = await begun(world, aino)
    visit = await send_on(world, aino, sent, "kela-tuki", staff=UUID(bertta.name))
    await wiped(world, visit)
    await leaves(world, visit)
    assert await told(world, bertta) == "visitor_left"


async def test_a_visit_still_ends_by_the_visitors_word_with_an_outcome_of_the_clerks(
    world: World,
) -> None:
    await world.device_up()
    aino = await world.clerk()
    visit = await begun(world, aino)
    await leaves(world, visit)
    closing = await world.visit(visit)
    assert (closing.state, closing.ended_by_visitor) == (VisitState.CLOSING, True)
    await pass_time(world, seconds=61, present=aino)
    assert (await world.visit(visit)).outcome == Outcome.DONE
