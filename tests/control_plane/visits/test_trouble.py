"""What becomes of a visit, its visitor and its booth when something goes wrong?"""

import asyncio
import threading
import time

import pytest

from control_plane.database import Tx
from control_plane.errors import Refusal
from control_plane.fleet.rules import BoothState
from control_plane.staff.rules import ClerkState
from control_plane.tickets.rules import TicketState
from control_plane.visits.operations import arrivals, course
from control_plane.visits.rules import VisitState
from control_plane.visits.waits import UNFORESEEN
from shared.commands import CommandState
from shared.tickets import CancelTicket, PassTicket, Refused
from shared.visits import (
    BoothWiped,
    Outcome,
    VisitLost,
    VisitorArrived,
    VisitorEnded,
)
from tests.control_plane.visits.steps import (
    begun,
    booth_state,
    called,
    clerk_state,
    commands,
    goes_on,
    pass_time,
    ticket,
)
from tests.control_plane.world import World, new_message, ticket_id, visit_id


async def test_a_booth_that_fails_its_check_gives_the_ticket_back_to_its_place(
    world: World,
) -> None:
    await world.device_up()
    clerk = await world.clerk()
    first = await world.take()
    await world.take()
    visit = await world.call_next(clerk)
    await world.reported(visit, CommandState.FAILED, "camera_failed")

    assert (await world.visit(visit)).state is VisitState.WITHDRAWN
    assert await clerk_state(world, clerk) is ClerkState.AVAILABLE
    desk = await world.desk(clerk)
    assert [row.number for row in desk.queue] == [first.number, first.number + 1]
    assert desk.notice is not None
    assert (desk.notice.code, desk.notice.reason) == ("not_ready", "camera_failed")
    salla = next(point for point in desk.points if point.code == "salla")
    assert salla.booths[0].why == ["camera_failed"]
    with pytest.raises(Refusal, match="no_booth_ready"):
        await world.call_next(clerk)

    await pass_time(world, present=clerk, seconds=61)
    again = await world.call_next(clerk)
    assert again.ticket_id == visit.ticket_id


async def test_a_booth_that_says_nothing_in_time_counts_as_not_ready(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    await world.take()
    visit = await world.call_next(clerk)
    await pass_time(world, seconds=46)

    assert (await world.visit(visit)).failed_reason == "timeout"
    assert (await ticket(world, visit)).state is TicketState.WAITING
    assert await commands(world) == ["visit.prepare", "visit.cancel"]
    # A word that comes too late calls nobody.
    await world.reported(visit, CommandState.DONE)
    assert (await world.visit(visit)).state is VisitState.WITHDRAWN


async def test_a_clerk_who_goes_before_the_visitor_came_costs_nobody_the_place(
    world: World,
) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await called(world, clerk)
    await pass_time(world, seconds=61)

    assert (await world.visit(visit)).state is VisitState.WITHDRAWN
    assert (await ticket(world, visit)).state is TicketState.WAITING
    assert await clerk_state(world, clerk) is ClerkState.OFFLINE
    assert (await commands(world))[-1] == "visit.cancel"
    assert await goes_on(world)


async def test_a_clerk_who_goes_in_the_session_has_two_minutes_to_come_back(
    world: World,
) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await begun(world, clerk)
    await pass_time(world, seconds=119)
    assert (await world.visit(visit)).state is VisitState.IN_SESSION
    await pass_time(world, present=clerk, seconds=10)
    await pass_time(world, seconds=120)
    assert (await world.visit(visit)).state is VisitState.IN_SESSION
    await pass_time(world, seconds=1)

    assert (await world.visit(visit)).state is VisitState.LOST
    assert (await ticket(world, visit)).state is TicketState.WAITING
    assert await booth_state(world, clerk) is BoothState.WIPING
    assert (await commands(world))[-1] == "visit.end"
    assert await goes_on(world)


async def test_a_visit_that_its_device_lost_goes_back_to_the_queue(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await begun(world, clerk)
    lost = VisitLost(visit_id=visit_id(visit), reason="restarted", at=world.clock.now())
    await world.event(lost)

    assert (await world.visit(visit)).state is VisitState.LOST
    assert (await ticket(world, visit)).state is TicketState.WAITING
    assert await clerk_state(world, clerk) is ClerkState.WRAP_UP
    await world.event(BoothWiped(visit_id=visit_id(visit), clean=True, at=world.clock.now()))
    assert await booth_state(world, clerk) is BoothState.FREE


async def test_a_device_that_stays_away_ends_the_visit_by_rule(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await begun(world, clerk)
    await world.device_up(online=False)
    await pass_time(world, present=clerk, seconds=59)
    assert (await world.visit(visit)).state is VisitState.IN_SESSION
    await pass_time(world, present=clerk, seconds=2)
    assert (await world.visit(visit)).state is VisitState.LOST


async def test_a_booth_that_is_not_clean_lets_nobody_in(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await begun(world, clerk)
    await world.run(
        lambda tx: course.end(
            tx, world.setup, clerk, visit.id, outcome=Outcome.DONE, now=world.clock.now()
        )
    )
    dirty = BoothWiped(
        visit_id=visit_id(visit), clean=False, found=("spool",), at=world.clock.now()
    )
    await world.event(dirty)
    assert await booth_state(world, clerk) is BoothState.OUT_OF_USE
    await world.event(BoothWiped(visit_id=visit_id(visit), clean=True, at=world.clock.now()))
    assert await booth_state(world, clerk) is BoothState.FREE


async def test_a_booth_that_never_tells_of_its_wiping_is_out_of_use(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await begun(world, clerk)
    await world.run(
        lambda tx: course.end(
            tx, world.setup, clerk, visit.id, outcome=Outcome.DONE, now=world.clock.now()
        )
    )
    await pass_time(world, seconds=151)
    assert await booth_state(world, clerk) is BoothState.OUT_OF_USE
    assert (await world.visit(visit)).state is VisitState.CLOSED


async def test_a_booth_that_failed_its_check_stays_away_also_when_it_is_clear(
    world: World,
) -> None:
    await world.device_up()
    clerk = await world.clerk()
    await world.take()
    visit = await world.call_next(clerk)
    await world.reported(visit, CommandState.FAILED, "microphone_failed")
    await world.event(BoothWiped(visit_id=visit_id(visit), clean=True, at=world.clock.now()))
    assert await booth_state(world, clerk) is BoothState.FREE
    with pytest.raises(Refusal, match="no_booth_ready"):
        await world.call_next(clerk)


async def test_a_booth_that_was_busy_is_asked_again_soon(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    await world.take()
    visit = await world.call_next(clerk)
    await world.reported(visit, CommandState.REFUSED, "busy")
    await world.event(BoothWiped(visit_id=visit_id(visit), clean=True, at=world.clock.now()))
    world.clock.pass_(seconds=6)
    assert (await world.call_next(clerk)).number == visit.number


async def test_a_device_has_no_word_in_another_booths_visit(world: World) -> None:
    await world.device_up()
    await world.device_up("d-inari-01")
    clerk = await world.clerk()
    visit = await called(world, clerk)
    hostile = "d-inari-01"
    await world.event(
        VisitorArrived(visit_id=visit_id(visit), at=world.clock.now()), device=hostile
    )
    await world.event(
        VisitLost(visit_id=visit_id(visit), reason="x", at=world.clock.now()), device=hostile
    )
    await world.event(
        BoothWiped(visit_id=visit_id(visit), clean=True, at=world.clock.now()), device=hostile
    )
    assert (await world.visit(visit)).state is VisitState.CALLED
    refused = await world.ask(CancelTicket(ticket_id=ticket_id(visit)), device=hostile)
    assert isinstance(refused, Refused)


async def test_a_device_cannot_report_on_another_devices_command(world: World) -> None:
    await world.device_up()
    await world.device_up("d-inari-01")
    clerk = await world.clerk()
    await world.take()
    visit = await world.call_next(clerk)
    await world.reported(visit, CommandState.DONE, device="d-inari-01")
    assert (await world.visit(visit)).state is VisitState.PREPARING


async def test_another_clerks_visit_is_not_found(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    other = await world.clerk("liisa")
    visit = await begun(world, clerk)
    with pytest.raises(Refusal, match="not_found"):
        await world.run(
            lambda tx: course.end(
                tx, world.setup, other, visit.id, outcome=Outcome.DONE, now=world.clock.now()
            )
        )


async def test_events_that_come_twice_or_late_change_nothing(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await begun(world, clerk)
    arrived = VisitorArrived(visit_id=visit_id(visit), at=world.clock.now())
    await world.event(arrived)
    await world.run(
        lambda tx: course.end(
            tx, world.setup, clerk, visit.id, outcome=Outcome.DONE, now=world.clock.now()
        )
    )
    await world.event(arrived)
    await world.event(VisitorEnded(visit_id=visit_id(visit), at=world.clock.now()))
    await world.event(VisitLost(visit_id=visit_id(visit), reason="x", at=world.clock.now()))
    visit = await world.visit(visit)
    assert visit.state is VisitState.CLOSING
    assert not visit.ended_by_visitor
    assert (await ticket(world, visit)).state is TicketState.COMPLETED


@pytest.mark.parametrize("wish", [CancelTicket, PassTicket])
async def test_what_a_visitor_took_back_is_not_called_though_its_booth_is_ready_that_moment(
    world: World, wish: type[CancelTicket | PassTicket]
) -> None:
    """The device's word comes while the visitor's is being written."""
    await world.device_up()
    clerk = await world.clerk()
    issued = await world.take()
    visit = await world.call_next(clerk)
    message = new_message(wish(ticket_id=issued.ticket_id), world.clock.now())
    asked = threading.Event()

    def slowly(tx: Tx) -> None:
        now = world.clock.now()
        arrivals.answer_request(tx, world.setup, visit.device, message, now, UNFORESEEN)
        asked.set()
        time.sleep(0.3)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(world.store.run(slowly))
        await asyncio.to_thread(asked.wait, 5)
        tasks.create_task(world.reported(visit))
    assert (await world.visit(visit)).state is VisitState.WITHDRAWN
    assert await booth_state(world, clerk) is BoothState.WIPING
