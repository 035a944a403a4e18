"""Does a visit go from the touch to the wiped booth, whatever happens on the way?"""

import asyncio
from datetime import timedelta

import pytest

from control_plane.errors import Refusal
from control_plane.fleet.rules import BoothState
from control_plane.staff.rules import ClerkState
from control_plane.tickets import queries as tickets
from control_plane.tickets.rules import TicketState
from control_plane.visits.operations import calling, course
from control_plane.visits.queries import Visit
from control_plane.visits.rules import Timings, VisitState
from shared.commands import CommandState
from shared.identifiers import JobId, new_uuid
from shared.tickets import CancelTicket, Refused, ReturnTicket, TicketAccepted
from shared.visits import (
    BoothWiped,
    Outcome,
    PrintEnded,
    PrintState,
    VisitorArrived,
    VisitorEnded,
    VisitRated,
)
from tests.control_plane.visits.steps import (
    SYSTEM,
    begun,
    booth_state,
    called,
    clerk_state,
    commands,
    goes_on,
    pass_time,
    prepared_for,
    ticket,
)
from tests.control_plane.world import World, ticket_id, visit_id


async def test_a_visit_goes_from_the_touch_to_the_wiped_booth(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    issued = await world.take()
    assert issued.number == 1

    visit = await world.call_next(clerk)
    assert visit.state is VisitState.PREPARING
    assert await commands(world) == ["visit.prepare"]
    assert await prepared_for(world) == (issued.number, issued.day.isoformat())
    assert await clerk_state(world, clerk) is ClerkState.PREPARING
    assert (await ticket(world, visit)).state is TicketState.OFFERED

    await world.reported(visit, CommandState.RECEIVED)
    assert (await world.visit(visit)).state is VisitState.PREPARING
    await world.reported(visit, CommandState.DONE)
    visit = await world.visit(visit)
    assert visit.state is VisitState.CALLED
    assert visit.attempts == 1
    assert await commands(world) == ["visit.prepare", "visit.call"]

    await world.event(VisitorArrived(visit_id=visit_id(visit), at=world.clock.now()))
    visit = await world.visit(visit)
    assert visit.state is VisitState.IN_SESSION
    assert await clerk_state(world, clerk) is ClerkState.IN_SESSION
    assert await booth_state(world, clerk) is BoothState.OCCUPIED

    world.clock.pass_(minutes=9)
    await world.run(
        lambda tx: course.end(
            tx, world.setup, clerk, visit.id, outcome=Outcome.DONE, now=world.clock.now()
        )
    )
    assert (await ticket(world, visit)).state is TicketState.COMPLETED
    assert await clerk_state(world, clerk) is ClerkState.WRAP_UP
    assert await booth_state(world, clerk) is BoothState.WIPING

    await world.event(VisitRated(visit_id=visit_id(visit), smiley=5))
    await world.event(BoothWiped(visit_id=visit_id(visit), clean=True, at=world.clock.now()))
    visit = await world.visit(visit)
    assert visit.state is VisitState.CLOSED
    assert await booth_state(world, clerk) is BoothState.FREE
    assert await commands(world) == ["visit.prepare", "visit.call", "visit.begin", "visit.end"]
    assert not await goes_on(world)

    await pass_time(world, present=clerk, seconds=31)
    assert await clerk_state(world, clerk) is ClerkState.AVAILABLE


async def test_a_visitor_who_does_not_come_is_missed_and_may_come_back(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await called(world, clerk)
    arrived_at = (await ticket(world, visit)).arrived_at
    await pass_time(world, present=clerk, seconds=299)
    assert (await world.visit(visit)).state is VisitState.CALLED
    await pass_time(world, present=clerk, seconds=1)

    assert (await world.visit(visit)).state is VisitState.MISSED
    assert await goes_on(world), "within the rule it may come back"
    assert (await ticket(world, visit)).state is TicketState.MISSED
    assert await clerk_state(world, clerk) is ClerkState.AVAILABLE
    # The device clears its screen first; one that says nothing is waited for no longer than this.
    assert await booth_state(world, clerk) is BoothState.WIPING
    await pass_time(world, present=clerk, seconds=30)
    assert await booth_state(world, clerk) is BoothState.FREE

    await world.take()
    returned = await world.ask(ReturnTicket(ticket_id=ticket_id(visit)))
    assert isinstance(returned, TicketAccepted)
    back = await ticket(world, visit)
    assert back.state is TicketState.WAITING
    assert back.arrived_at == arrived_at
    assert (await world.desk(clerk)).queue[0].number == visit.number


async def test_a_return_after_the_time_is_refused(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await called(world, clerk)
    world.clock.pass_(seconds=61)
    await world.run(lambda tx: calling.give_up(tx, world.setup, clerk, visit.id, world.clock.now()))
    world.clock.pass_(minutes=16)
    refused = await world.ask(ReturnTicket(ticket_id=ticket_id(visit)))
    assert isinstance(refused, Refused)
    assert refused.code == "too_late_to_return"


async def test_a_recall_waits_for_its_time_and_has_its_end(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await called(world, clerk)

    async def recall() -> Visit:
        return await world.run(
            lambda tx: calling.recall(tx, world.setup, clerk, visit.id, world.clock.now())
        )

    with pytest.raises(Refusal, match="too_soon"):
        await recall()
    world.clock.pass_(seconds=20)
    assert (await recall()).attempts == 2
    world.clock.pass_(seconds=20)
    assert (await recall()).attempts == 3
    world.clock.pass_(seconds=20)
    with pytest.raises(Refusal, match="no_more_calls"):
        await recall()
    # After the last call the clerk may give up at once.
    given_up = await world.run(
        lambda tx: calling.give_up(tx, world.setup, clerk, visit.id, world.clock.now())
    )
    assert given_up.state is VisitState.MISSED


async def test_a_visitor_who_ends_the_visit_leaves_the_outcome_to_the_clerk(
    world: World,
) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await begun(world, clerk)
    await world.event(VisitorEnded(visit_id=visit_id(visit), at=world.clock.now()))
    desk = await world.desk(clerk)
    assert desk.visit is not None
    assert desk.visit.ended_by_visitor
    assert desk.visit.state is VisitState.CLOSING
    await world.event(BoothWiped(visit_id=visit_id(visit), clean=True, at=world.clock.now()))

    await world.run(
        lambda tx: course.end(
            tx, world.setup, clerk, visit.id, outcome=Outcome.POSTED, now=world.clock.now()
        )
    )
    assert (await world.visit(visit)).outcome == "posted"
    assert await clerk_state(world, clerk) is ClerkState.WRAP_UP


async def test_an_outcome_that_nobody_gives_is_done_after_a_minute(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await begun(world, clerk)
    await world.event(VisitorEnded(visit_id=visit_id(visit), at=world.clock.now()))
    world.clock.pass_(seconds=30)
    await world.event(BoothWiped(visit_id=visit_id(visit), clean=True, at=world.clock.now()))
    await pass_time(world, seconds=31)
    assert (await world.visit(visit)).outcome == "done"
    assert (await world.visit(visit)).due_at is None


async def test_a_cancelled_number_frees_the_booth_that_prepares_for_it(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await called(world, clerk)
    answer = await world.ask(CancelTicket(ticket_id=ticket_id(visit)))
    assert isinstance(answer, TicketAccepted)
    assert (await ticket(world, visit)).state is TicketState.CANCELLED
    assert (await world.visit(visit)).state is VisitState.WITHDRAWN
    assert not await goes_on(world)
    await world.event(BoothWiped(visit_id=visit_id(visit), clean=True, at=world.clock.now()))
    assert await booth_state(world, clerk) is BoothState.FREE


async def test_a_print_job_that_ended_stands_at_the_desk(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await begun(world, clerk)
    job = JobId(new_uuid())
    await world.event(
        PrintEnded(visit_id=visit_id(visit), job_id=job, state=PrintState.OUT, pages=2, sheets=2)
    )
    desk = await world.desk(clerk)
    assert desk.visit is not None
    assert [(each.job_id, each.state, each.sheets) for each in desk.visit.prints] == [
        (job, PrintState.OUT, 2)
    ]


async def test_numbers_lapse_at_local_midnight(world: World) -> None:
    await world.device_up()
    await world.clerk()
    issued = await world.take()
    # 24 November 2026, 10:00 UTC; midnight in Finland is 22:00 UTC.
    await pass_time(world, hours=11, minutes=59)
    found = await world.store.read(lambda tx: tickets.ticket_of(tx, SYSTEM, issued.ticket_id))
    assert found is not None
    assert found.state is TicketState.WAITING
    await pass_time(world, minutes=1)
    found = await world.store.read(lambda tx: tickets.ticket_of(tx, SYSTEM, issued.ticket_id))
    assert found is not None
    assert found.state is TicketState.EXPIRED


async def test_two_clerks_never_get_the_same_visitor_or_booth(world: World) -> None:
    await world.device_up("d-inari-01")
    await world.device_up("d-inari-02")
    clerks = [await world.clerk(name) for name in ("aino", "liisa", "pekka")]
    for _ in range(3):
        await world.take(device="d-inari-01")
    outcomes = await asyncio.gather(
        *(world.call_next(clerk) for clerk in clerks), return_exceptions=True
    )
    visits = [each for each in outcomes if isinstance(each, Visit)]
    refused = [each for each in outcomes if isinstance(each, Refusal)]
    assert len(visits) == 2
    assert len(refused) == 1
    assert len({visit.ticket_id for visit in visits}) == 2
    assert len({visit.booth for visit in visits}) == 2


def test_a_minute_is_the_shortest_time_to_walk() -> None:
    assert Timings().no_show_allowed == timedelta(seconds=60)
