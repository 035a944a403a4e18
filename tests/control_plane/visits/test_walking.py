"""Who goes straight in: nobody waits, clerk and booth are free, and the agency wishes it."""

import pytest

from control_plane.routing import decision_queries as decisions
from control_plane.routing import operations as routing
from control_plane.routing.rules.choices import Choices, OfferChoice
from control_plane.routing.rules.reasons import Kind
from control_plane.security.scope import Role
from control_plane.service_points.rules.days import DayKind
from control_plane.staff.rules import ClerkState
from control_plane.tickets import queries as tickets
from control_plane.visits.rules import VisitState
from shared.identifiers import TicketId, new_uuid
from shared.languages import Language
from shared.tickets import CancelTicket, FurtherErrand, RefusalCode, TicketIssued
from shared.visits import PrepareVisit
from tests.control_plane.visits.steps import SYSTEM, clerk_state, sent
from tests.control_plane.visits.test_days import main_user, other, refused, set_days
from tests.control_plane.visits.test_links import open_link
from tests.control_plane.world import World, counted_statements, take


async def wishes(world: World) -> None:
    """Kela lets visitors go straight in."""
    owner = await world.account("omistaja", Role.OWNER)
    choices = Choices(offers=OfferChoice(walk_direct=True))
    await world.run(
        lambda tx: routing.choose(tx, owner, "kela", choices, instead_of=0, now=world.clock.now())
    )


async def prepared(world: World) -> int:
    return len(await sent(world, PrepareVisit.kind))


async def test_whoever_comes_when_nobody_waits_goes_straight_in_with_a_number(
    world: World,
) -> None:
    await world.device_up()
    aino = await world.clerk()
    await wishes(world)
    issued = await world.take()
    assert issued.at_once
    assert await clerk_state(world, aino) is ClerkState.PREPARING
    [order] = await sent(world, PrepareVisit.kind)
    assert order["number"] == issued.number
    visit = (await world.desk(aino)).visit
    assert visit is not None
    # The picture is up before anybody is called, as for everybody.
    assert visit.state is VisitState.PREPARING


async def test_without_the_agencys_wish_nobody_does(world: World) -> None:
    await world.device_up()
    aino = await world.clerk()
    assert not (await world.take()).at_once
    assert await clerk_state(world, aino) is ClerkState.AVAILABLE


async def test_nobody_goes_past_somebody_who_waits_anywhere_in_the_queue(world: World) -> None:
    await wishes(world)
    await world.clerk()
    elsewhere = await world.take(device="d-inari-01")  # no booth is ready there
    assert not elsewhere.at_once
    world.clock.pass_(seconds=5)
    await world.device_up()
    assert not (await world.take()).at_once


async def test_nobody_goes_past_somebody_who_waits_in_the_same_room_for_another_agency(
    world: World,
) -> None:
    await world.device_up()
    await wishes(world)
    await world.clerk()
    await world.clerk("vilho", "vero")
    await world.take("vero-kortti")
    assert not (await world.take()).at_once


@pytest.mark.parametrize("state", [ClerkState.ON_BREAK, ClerkState.BACK_OFFICE])
async def test_a_clerk_who_is_not_free_is_left_alone(world: World, state: ClerkState) -> None:
    await world.device_up()
    await wishes(world)
    aino = await world.clerk()
    await world.clerk("bertta", languages=(Language.ENGLISH,))
    await world.choose(aino, state)
    assert not (await world.take()).at_once


async def test_a_second_one_waits_where_one_clerk_and_one_booth_are(world: World) -> None:
    await world.device_up()
    await wishes(world)
    await world.clerk()
    await world.clerk("bertta")
    assert (await world.take()).at_once
    assert not (await world.take()).at_once  # the booth is taken


async def test_the_same_request_again_has_the_same_answer_and_calls_nobody_twice(
    world: World,
) -> None:
    await world.device_up()
    await wishes(world)
    await world.clerk()
    request = new_uuid()
    first, second = await world.take(id_=request), await world.take(id_=request)
    assert (first.at_once, first) == (True, second)
    assert await prepared(world) == 1


async def test_the_clerk_whose_picture_stands_there_comes_first_and_in_that_booth(
    world: World,
) -> None:
    await world.device_up("d-inari-01")
    await world.device_up("d-inari-02")
    await wishes(world)
    await world.clerk()  # idle for longer
    world.clock.pass_(seconds=30)
    bertta = await world.clerk("bertta")
    link = await open_link(world, bertta, "inari", "inari-2")
    assert (await world.take(device="d-inari-01")).at_once
    visit = (await world.desk(bertta)).visit
    assert visit is not None
    assert (visit.booth.code, visit.room_id) == ("inari-2", link.room_id)


async def test_there_is_no_back_door_on_a_booking_day(world: World) -> None:
    await world.device_up()
    await wishes(world)
    await world.clerk()
    await set_days(world, await main_user(world), other(DayKind.BOOKING))
    assert (await refused(world)).code is RefusalCode.BOOKING_DAY
    assert await prepared(world) == 0


async def test_who_has_several_matters_waits_for_whoever_comes_first(world: World) -> None:
    await world.device_up()
    await wishes(world)
    await world.clerk()
    await world.clerk("vilho", "vero")
    several = take().model_copy(update={"more": (FurtherErrand(service="vero-kortti"),)})
    issued = await world.ask(several)
    assert isinstance(issued, TicketIssued)
    assert not issued.at_once


async def test_the_decision_is_kept_with_its_kind(world: World) -> None:
    await world.device_up()
    await wishes(world)
    await world.clerk()
    issued = await world.take()
    made = await world.store.read(lambda tx: decisions.of_ticket(tx, SYSTEM, issued.ticket_id))
    assert [each.kind for each in made] == [Kind.DIRECT]


async def test_a_number_costs_no_statement_more_where_it_is_not_wished(world: World) -> None:
    await world.device_up()
    await world.clerk("vilho", "vero")
    await wishes(world)
    await world.take("vero-kortti")
    world.clock.pass_(seconds=5)
    with counted_statements() as behind:
        last = await world.take("vero-kortti")  # not the first: nothing to look for
    assert last.before == 1
    for number in await world.store.read(lambda tx: tickets.waiting(tx, SYSTEM)):
        await world.ask(CancelTicket(ticket_id=TicketId(number.id)))
    with counted_statements() as first:
        assert (await world.take("vero-kortti")).before == 0
    assert len(first) == len(behind)
