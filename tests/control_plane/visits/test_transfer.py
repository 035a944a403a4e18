"""A visitor is sent on: the place is kept, the seat too, and another agency sees nothing before."""

from typing import Any
from uuid import UUID

import pytest

from control_plane.errors import Refusal
from control_plane.fleet.rules import BoothState
from control_plane.security.scope import Scope
from control_plane.staff.rules import ClerkState
from control_plane.tickets.rules import TicketState
from control_plane.visits.operations import calling, transferring
from control_plane.visits.operations.transferring import Transfer
from control_plane.visits.queries import Visit
from control_plane.visits.rules import Place, TransferReason, VisitState
from shared.commands import CommandState
from shared.telemetry import Condition, PeripheralsChanged
from shared.tickets import CancelTicket
from shared.visits import BoothWiped, VisitLost, VisitorArrived
from tests.control_plane.visits.steps import (
    begun,
    booth_state,
    commands,
    pass_time,
    ticket,
)
from tests.control_plane.world import World, ready_ports, ticket_id, visit_id


async def send_on(
    world: World, clerk: Scope, visit: Visit, service: str = "vero-kortti", **wish: Any
) -> Visit:
    wanted = Transfer(service=service, reason=TransferReason.OTHER_MATTER, **wish)
    return await world.run(
        lambda tx: transferring.transfer(
            tx, world.setup, clerk, visit.id, wanted=wanted, now=world.clock.now()
        )
    )


async def wiped(world: World, visit: Visit) -> None:
    body = BoothWiped(visit_id=visit_id(visit), clean=True, at=world.clock.now())
    await world.event(body, device=visit.device)


async def sent_on(world: World, **wish: Any) -> tuple[Scope, Scope, Visit]:
    """Clerks of both agencies, and Kela's visit whose visitor now waits for the other."""
    await world.device_up()
    kela, vero = await world.clerk(), await world.clerk("vilho", "vero")
    visit = await send_on(world, kela, await begun(world, kela), **wish)
    await wiped(world, visit)
    return kela, vero, visit


async def refused(
    world: World, clerk: Scope, visit: Visit, service: str = "vero-kortti", **wish: Any
) -> str:
    before = await ticket(world, visit)
    with pytest.raises(Refusal) as refusal:
        await send_on(world, clerk, visit, service, **wish)
    assert await ticket(world, visit) == before
    return refusal.value.reason.code


async def test_the_other_agency_gets_this_ticket_in_that_booth_before_a_later_arrival(
    world: World,
) -> None:
    _, vero, visit = await sent_on(world)
    later = await world.take("vero-kortti")
    assert await booth_state(world, vero) is BoothState.KEPT
    rows = {row.number: row for row in (await world.desk(vero)).queue}
    assert rows[visit.number].why_not == []
    assert rows[visit.number].seated
    assert rows[later.number].why_not == ["booth_taken"]
    second = await world.call_next(vero)
    assert (second.number, second.booth, second.seated) == (visit.number, visit.booth, True)
    assert second.ticket_id == visit.ticket_id


async def test_the_former_agency_sees_no_more_of_it(world: World) -> None:
    kela, _, visit = await sent_on(world)
    seen = await world.desk(kela)
    assert seen.queue == []
    assert [each.outcome for each in seen.recent] == ["moved_on"]
    with pytest.raises(Refusal) as refusal:
        await send_on(world, kela, visit)
    assert refusal.value.reason.code == "wrong_state"


async def test_the_first_arrival_is_kept_and_the_queue_is_a_new_one(world: World) -> None:
    _, _, visit = await sent_on(world)
    now = await ticket(world, visit)
    assert (now.agency, now.service, now.state) == ("vero", "vero-kortti", TicketState.WAITING)
    assert now.arrived_at < now.queued_at


async def test_the_device_is_told_that_the_visitor_stays(world: World) -> None:
    _, vero, _ = await sent_on(world)
    assert (await commands(world))[-1] == "visit.end"
    await world.choose(vero, ClerkState.OFFLINE)


async def test_a_seated_visitor_is_not_called_outside_but_met_at_once(world: World) -> None:
    _, vero, _ = await sent_on(world)
    second = await world.call_next(vero)
    await world.reported(second)
    await world.event(VisitorArrived(visit_id=visit_id(second), at=world.clock.now()))
    met = await world.visit(second)
    assert met.state is VisitState.IN_SESSION
    now = await ticket(world, met)
    assert (now.kept_booth, now.kept_until) == (None, None)
    assert await booth_state(world, vero) is BoothState.OCCUPIED


async def test_nobody_is_kept_waiting_in_a_booth_for_an_agency_without_a_clerk(
    world: World,
) -> None:
    await world.device_up()
    kela = await world.clerk()
    visit = await send_on(world, kela, await begun(world, kela))
    assert (await ticket(world, visit)).kept_booth is None
    await wiped(world, visit)
    assert await booth_state(world, kela) is BoothState.FREE


async def test_a_seat_ends_in_time_though_it_was_offered_in_vain(world: World) -> None:
    _, vero, visit = await sent_on(world)
    made = await world.offer(vero)
    assert made.ticket_id == visit.ticket_id
    assert await booth_state(world, vero) is BoothState.RESERVED
    await pass_time(world, present=vero, minutes=1)
    assert await booth_state(world, vero) is BoothState.KEPT
    await pass_time(world, present=vero, minutes=4)
    assert (await commands(world))[-1] == "visit.leave_seat"
    assert await booth_state(world, vero) is BoothState.WIPING
    await wiped(world, visit)
    assert await booth_state(world, vero) is BoothState.FREE


async def test_a_seat_ends_in_time_and_the_number_waits_outside(world: World) -> None:
    _, vero, visit = await sent_on(world)
    later = await world.take("vero-kortti")
    await pass_time(world, present=vero, minutes=5)
    assert (await commands(world))[-1] == "visit.leave_seat"
    assert (await ticket(world, visit)).kept_booth is None
    assert await booth_state(world, vero) is BoothState.WIPING
    await wiped(world, visit)
    assert await booth_state(world, vero) is BoothState.FREE
    second = await world.call_next(vero)
    assert (second.number, second.seated) == (visit.number, False)
    assert later.number != second.number


async def test_a_booth_that_does_not_say_that_it_is_left_is_let_to_nobody(world: World) -> None:
    _, vero, _ = await sent_on(world)
    await pass_time(world, present=vero, minutes=5)
    await pass_time(world, present=vero, seconds=151)
    assert await booth_state(world, vero) is BoothState.OUT_OF_USE


async def test_a_number_that_is_given_up_frees_the_seat(world: World) -> None:
    _, vero, visit = await sent_on(world)
    await world.ask(CancelTicket(ticket_id=ticket_id(visit)))
    await pass_time(world, present=vero, seconds=1)
    assert (await commands(world))[-1] == "visit.leave_seat"
    await wiped(world, visit)
    assert await booth_state(world, vero) is BoothState.FREE


async def test_an_offer_that_is_not_taken_leaves_the_visitor_seated(world: World) -> None:
    _, vero, visit = await sent_on(world)
    offer = await world.offer(vero)
    assert (offer.ticket_id, offer.booth) == (visit.ticket_id, visit.booth)
    await pass_time(world, present=vero, seconds=21)
    assert await booth_state(world, vero) is BoothState.KEPT
    await pass_time(world, present=vero, seconds=11)
    assert (await world.call_next(vero)).ticket_id == visit.ticket_id


async def test_a_visit_that_is_taken_back_leaves_the_visitor_seated(world: World) -> None:
    _, vero, visit = await sent_on(world)
    second = await world.call_next(vero)
    await world.run(
        lambda tx: calling.take_back(tx, world.setup, vero, second.id, world.clock.now())
    )
    await wiped(world, second)
    assert await booth_state(world, vero) is BoothState.KEPT
    assert (await world.call_next(vero)).ticket_id == visit.ticket_id


async def test_a_booth_that_fails_its_check_gives_the_visitor_another(world: World) -> None:
    await world.device_up("d-inari-01")
    kela, vero = await world.clerk(), await world.clerk("vilho", "vero")
    await world.take(device="d-inari-01")
    visit = await world.call_next(kela)
    await world.reported(visit)
    await world.event(
        VisitorArrived(visit_id=visit_id(visit), at=world.clock.now()), device=visit.device
    )
    await world.device_up("d-inari-02")
    await send_on(world, kela, visit)
    await wiped(world, visit)
    second = await world.call_next(vero)
    assert second.booth == visit.booth
    await world.reported(second, CommandState.FAILED, "camera_failed")
    assert (await commands(world))[-1] == "visit.leave_seat"
    await world.choose(vero, ClerkState.AVAILABLE)
    assert (await world.call_next(vero)).booth == "inari-2"


async def test_a_broken_visit_is_first_in_line_and_another_booth_is_tried_first(
    world: World,
) -> None:
    await world.device_up("d-inari-01")
    await world.device_up("d-inari-02")
    clerk = await world.clerk()
    earlier = await world.take(device="d-inari-02")
    broken = await world.take(device="d-inari-01")
    visit = await world.run(
        lambda tx: calling.call_this(
            tx,
            world.setup,
            clerk,
            UUID(str(broken.ticket_id)),
            reason="test",
            now=world.clock.now(),
        )
    )
    await world.reported(visit)
    came = VisitorArrived(visit_id=visit_id(visit), at=world.clock.now())
    await world.event(came, device=visit.device)
    lost = VisitLost(visit_id=visit_id(visit), reason="restarted", at=world.clock.now())
    await world.event(lost, device=visit.device)
    await wiped(world, visit)
    await pass_time(world, present=clerk, seconds=31)
    again = await world.call_next(clerk)
    assert again.number == broken.number != earlier.number
    assert (visit.booth, again.booth) == ("inari-1", "inari-2")


async def test_technical_trouble_is_never_charged_to_the_visitor(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await begun(world, clerk)
    arrived_at = (await ticket(world, visit)).arrived_at
    lost = await world.run(
        lambda tx: transferring.another_booth(tx, world.setup, clerk, visit.id, world.clock.now())
    )
    now = await ticket(world, visit)
    assert (lost.state, lost.failed_reason) == (VisitState.LOST, "technical")
    assert (now.state, now.priority) == (TicketState.WAITING, "returned")
    assert (now.arrived_at, now.avoids_booth) == (arrived_at, visit.booth)


async def test_first_and_last_are_head_starts_and_not_other_arrivals(world: World) -> None:
    await world.device_up()
    kela, vero = await world.clerk(), await world.clerk("vilho", "vero")
    first = await world.take("vero-kortti")
    visit = await begun(world, kela)
    await send_on(world, kela, visit, place=Place.FIRST, stays_seated=False)
    await wiped(world, visit)
    assert (await world.call_next(vero)).number == visit.number
    assert first.number < visit.number


async def test_whoever_is_sent_to_the_end_is_called_after_later_arrivals(world: World) -> None:
    await world.device_up()
    kela, vero = await world.clerk(), await world.clerk("vilho", "vero")
    visit = await begun(world, kela)
    world.clock.pass_(minutes=1)
    later = await world.take("vero-kortti")
    await send_on(world, kela, visit, place=Place.LAST, stays_seated=False)
    await wiped(world, visit)
    assert (await world.call_next(vero)).number == later.number


async def test_a_colleague_gets_the_visitor_next_and_anybody_after_a_while(world: World) -> None:
    await world.device_up()
    kela, bertta = await world.clerk(), await world.clerk("bertta")
    other = await world.clerk("cecilia")
    visit = await begun(world, kela)
    later = await world.take()
    await send_on(world, kela, visit, "kela-tuki", staff=UUID(bertta.name), stays_seated=False)
    await wiped(world, visit)
    rows = {row.number: row for row in (await world.desk(other)).queue}
    assert rows[visit.number].why_not == ["for_another"]
    assert {row.number: row.for_me for row in (await world.desk(bertta)).queue}[visit.number]
    assert (await world.call_next(other)).number == later.number


async def test_after_a_while_anybody_may_serve_whoever_waited_for_one(world: World) -> None:
    await world.device_up()
    kela, bertta = await world.clerk(), await world.clerk("bertta")
    other = await world.clerk("cecilia")
    visit = await begun(world, kela)
    await send_on(world, kela, visit, "kela-tuki", staff=UUID(bertta.name), stays_seated=False)
    await wiped(world, visit)
    await pass_time(world, present=(other, bertta), minutes=9)
    with pytest.raises(Refusal) as refusal:
        await world.call_next(other)
    assert refusal.value.reason.code == "no_ticket"
    await pass_time(world, present=(other, bertta), minutes=1)
    assert (await world.call_next(other)).number == visit.number


async def test_whoever_waited_for_a_clerk_who_leaves_waits_for_anybody(world: World) -> None:
    await world.device_up()
    kela, bertta = await world.clerk(), await world.clerk("bertta")
    other = await world.clerk("cecilia")
    visit = await begun(world, kela)
    await send_on(world, kela, visit, "kela-tuki", staff=UUID(bertta.name), stays_seated=False)
    await wiped(world, visit)
    await world.choose(bertta, ClerkState.OFFLINE)
    assert (await world.call_next(other)).number == visit.number


async def test_what_cannot_be_is_refused_with_its_reason_and_nothing_is_lost(
    world: World,
) -> None:
    await world.device_up()
    kela, vero = await world.clerk(), await world.clerk("vilho", "vero")
    visit = await begun(world, kela)
    assert await refused(world, kela, visit, "no-such-thing") == "not_offered_here"
    assert await refused(world, kela, visit, "vanha-asia") == "not_offered_here"
    assert await refused(world, kela, visit, "kela-tuki") == "same_queue"
    me, stranger = UUID(kela.name), UUID(vero.name)
    assert await refused(world, kela, visit, "kela-tuki", staff=me) == "to_oneself"
    assert await refused(world, kela, visit, staff=stranger) == "person_not_there"
    assert await refused(world, kela, visit, "kela-tuki", staff=stranger) == "person_not_there"
    assert await refused(world, vero, visit) == "not_found"
    other = await world.clerk("bertta")
    assert await refused(world, other, visit) == "not_found"
    assert (await world.visit(visit)).state is VisitState.IN_SESSION


async def test_an_agency_that_is_not_offered_there_is_refused(world: World) -> None:
    await world.device_up("d-inari-01")
    kela = await world.clerk()
    await world.take(device="d-inari-01")
    visit = await world.call_next(kela)
    await world.reported(visit)
    came = VisitorArrived(visit_id=visit_id(visit), at=world.clock.now())
    await world.event(came, device=visit.device)
    assert await refused(world, kela, visit, "tyo-haku") == "not_offered_here"


async def test_a_visitor_is_not_sent_round_for_ever(world: World) -> None:
    await world.device_up()
    clerks = [await world.clerk(), await world.clerk("vilho", "vero")]
    services = ["vero-kortti", "kela-tuki"]
    visit = await begun(world, clerks[0])
    arrived_at = (await ticket(world, visit)).arrived_at
    for turn in range(world.setup.timings.transfers):
        await send_on(world, clerks[turn % 2], visit, services[turn % 2])
        await wiped(world, visit)
        await world.choose(clerks[turn % 2], ClerkState.AVAILABLE)
        visit = await world.call_next(clerks[(turn + 1) % 2])
        await world.reported(visit)
        came = VisitorArrived(visit_id=visit_id(visit), at=world.clock.now())
        await world.event(came, device=visit.device)
    turn = world.setup.timings.transfers % 2
    assert await refused(world, clerks[turn], visit, services[turn]) == "moved_too_often"
    assert (await ticket(world, visit)).arrived_at == arrived_at


async def test_a_seat_waits_for_its_printer_like_any_booth(world: World) -> None:
    await world.device_up()
    kela = await world.clerk()
    bertta = await world.clerk("bertta")
    visit = await begun(world, kela)
    await send_on(world, kela, visit, "kela-todistus")
    await wiped(world, visit)
    broken = ready_ports(printer=Condition.PAPER_OUT)
    await world.event(PeripheralsChanged(booth=None, peripherals=broken))
    assert [row.why_not for row in (await world.desk(bertta)).queue] == [["no_printer"]]
