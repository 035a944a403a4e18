"""A clerk's picture stands in a booth for the day, until a visitor is called there."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa

from control_plane import facts
from control_plane.errors import Refusal
from control_plane.fleet.rules import BoothState
from control_plane.rooms.operations import NoWay, Route, ToDevice, ToStaff, route_of
from control_plane.security.scope import Scope
from control_plane.service_points.rules.days import DayKind, HourChoices
from control_plane.staff import history
from control_plane.staff.history import ClerkMoved
from control_plane.staff.rules import ClerkState
from control_plane.visits.operations import desk as at_desk
from control_plane.visits.operations import devices, linking, offering
from control_plane.visits.rules import VisitState
from control_plane.visits.tables import links
from control_plane.visits.views import LinkView
from shared.commands import CommandReported, CommandState
from shared.identifiers import DeviceName, MessageId, RoomId
from shared.rooms import Participant, Signal, SignalType
from tests.control_plane.visits.steps import (
    SYSTEM,
    booth_state,
    clerk_state,
    pass_time,
    sent,
)
from tests.control_plane.visits.test_days import hours, main_user, other, set_days, set_hours
from tests.control_plane.world import World


@pytest.fixture(autouse=True)
async def joined(world: World) -> None:
    """What `app` joins: a clerk's moves are heard where links end."""
    listeners = facts.Listeners()
    listeners.on(ClerkMoved, linking.clerk_moved)
    world.store.before_commit(lambda tx: history.follow(tx, SYSTEM, world.clock.now()))
    listeners.install(world.store)


async def open_link(
    world: World, clerk: Scope, point: str = "salla", booth: str = "salla-1"
) -> LinkView:
    now = world.clock.now()
    act = partial(
        linking.open_link, setup=world.setup, scope=clerk, point=point, booth=booth, now=now
    )
    await world.run(act)
    link = (await world.desk(clerk)).link
    assert link is not None
    return link


async def refused(world: World, clerk: Scope, point: str = "salla", booth: str = "salla-1") -> str:
    with pytest.raises(Refusal) as refusal:
        await open_link(world, clerk, point, booth)
    return refusal.value.code


async def stands(world: World, clerk: Scope) -> bool:
    return (await world.desk(clerk)).link is not None


async def told(world: World, clerk: Scope) -> str | None:
    notice = (await world.desk(clerk)).notice
    return None if notice is None or notice.code != "link_ended" else notice.reason


async def route(world: World, scope: Scope, room: RoomId, sender: Participant) -> Route | NoWay:
    """Where an offer of the clerk's, or a joining of the booth's screen, may go."""
    from_clerk = sender is Participant.CLERK
    signal = Signal(
        room_id=room,
        sender=sender,
        receiver=Participant.BOOTH_SCREEN if from_clerk else Participant.CLERK,
        attempt=1,
        type=SignalType.OFFER if from_clerk else SignalType.JOIN,
    )
    return await world.store.read(lambda tx: route_of(tx, scope, signal, world.clock.now()))


async def test_a_link_tells_the_booth_whose_picture_comes_and_leaves_the_booth_free(
    world: World,
) -> None:
    await world.device_up()
    aino = await world.clerk()
    link = await open_link(world, aino)
    [order] = await sent(world, "link.open")
    assert (order["booth"], order["clerk_name"]) == ("salla-1", "Aino")
    assert order["agency_name"]["fi"] == "Kela"
    assert order["room_id"] == str(link.room_id)
    assert (link.point.code, link.booth.code, link.booth.device) == (
        "salla",
        "salla-1",
        "d-salla-01",
    )
    assert await booth_state(world, aino) is BoothState.FREE
    assert await clerk_state(world, aino) is ClerkState.AVAILABLE
    device = Scope.of_device(DeviceName("d-salla-01"))
    assert await route(world, aino, link.room_id, Participant.CLERK) == ToDevice("d-salla-01")
    there = await route(world, device, link.room_id, Participant.BOOTH_SCREEN)
    assert there == ToStaff(UUID(aino.name))
    other_device = Scope.of_device(DeviceName("d-inari-01"))
    strange = await route(world, other_device, link.room_id, Participant.BOOTH_SCREEN)
    assert strange is NoWay.NOT_YOURS


async def test_a_visitor_who_is_called_there_is_met_in_the_room_of_the_link(world: World) -> None:
    await world.device_up()
    aino = await world.clerk()
    link = await open_link(world, aino)
    await world.take()
    visit = await world.call_next(aino)
    assert (visit.room_id, visit.state) == (link.room_id, VisitState.PREPARING)
    assert not await stands(world, aino)
    assert await sent(world, "link.close") == []
    assert await route(world, aino, link.room_id, Participant.CLERK) == ToDevice("d-salla-01")


async def test_another_agency_gets_the_booth_as_if_there_were_no_link(world: World) -> None:
    await world.device_up()
    aino, vilho = await world.clerk(), await world.clerk("vilho", "vero")
    link = await open_link(world, aino)
    await world.take("vero-kortti")
    visit = await world.call_next(vilho)
    assert visit.room_id != link.room_id
    assert not await stands(world, aino)
    assert await told(world, aino) == "booth_needed"
    [order] = await sent(world, "link.close")
    assert order["link_id"] == str(link.id)
    world.clock.pass_(seconds=20)
    assert await route(world, aino, link.room_id, Participant.CLERK) is NoWay.NOT_YOURS


async def test_a_visit_of_the_clerk_in_another_booth_ends_the_link(world: World) -> None:
    await world.device_up()
    await world.device_up("d-inari-01")
    aino = await world.clerk()
    link = await open_link(world, aino)
    await world.take(device="d-inari-01")
    visit = await world.call_next(aino)
    assert visit.room_id != link.room_id
    [order] = await sent(world, "link.close")
    assert order["link_id"] == str(link.id)


async def test_a_clerk_has_one_link_and_a_booth_has_one(world: World) -> None:
    await world.device_up()
    await world.device_up("d-inari-01")
    aino, vilho = await world.clerk(), await world.clerk("vilho", "vero")
    first = await open_link(world, aino)
    assert (await open_link(world, aino)).id == first.id
    assert await refused(world, vilho) == "link_there"
    second = await open_link(world, aino, "inari", "inari-1")
    assert second.id != first.id
    assert len(await sent(world, "link.close")) == 1
    await open_link(world, vilho)


@pytest.mark.parametrize("state", [ClerkState.ON_BREAK, ClerkState.OFFLINE, ClerkState.BACK_OFFICE])
async def test_nobodys_picture_stands_while_they_are_away(world: World, state: ClerkState) -> None:
    await world.device_up()
    aino = await world.clerk()
    await open_link(world, aino)
    await world.choose(aino, state)
    assert len(await sent(world, "link.close")) == 1
    assert await refused(world, aino) == "not_available"


async def test_a_page_that_is_gone_leaves_no_picture_behind(world: World) -> None:
    await world.device_up()
    aino = await world.clerk()
    await open_link(world, aino)
    await pass_time(world, seconds=61)
    assert len(await sent(world, "link.close")) == 1


async def test_an_offer_keeps_the_link_until_it_is_accepted(world: World) -> None:
    await world.device_up()
    aino = await world.clerk()
    await world.take()
    link = await open_link(world, aino)
    offer = await world.offer(aino)
    assert await stands(world, aino)
    visit = await world.run(
        lambda tx: offering.accept(tx, world.setup, aino, offer.id, world.clock.now())
    )
    assert visit.room_id == link.room_id


async def test_a_link_ends_with_the_shift_and_with_the_queues_hours(world: World) -> None:
    await world.device_up()
    aino = await world.clerk()
    now = world.clock.now()
    await set_hours(world, await main_user(world), hours((8, 14)))
    link = await open_link(world, aino)
    assert link.ends_at == now + timedelta(hours=2)  # it is 12:00 there
    until = now + timedelta(hours=1)
    await world.run(
        lambda tx: at_desk.set_shift(tx, aino, begins=None, until=until, now=world.clock.now())
    )
    assert await ends_at(world, aino) == until
    await pass_time(world, minutes=59, present=aino)
    assert await stands(world, aino)
    await pass_time(world, minutes=2, present=aino)
    assert not await stands(world, aino)
    assert await told(world, aino) == "over"


async def test_a_link_ends_when_the_agency_closes_its_queue_there(world: World) -> None:
    await world.device_up()
    aino, boss = await world.clerk(), await main_user(world)
    await open_link(world, aino)
    await set_hours(world, boss, hours((8, 13)))
    assert await ends_at(world, aino) == world.clock.now() + timedelta(hours=1)
    await set_days(world, boss, other(DayKind.CLOSED))
    assert await told(world, aino) == "over"


async def test_no_link_is_opened_where_nobody_could_be_called(world: World) -> None:
    aino = await world.clerk()
    assert await refused(world, aino) == "booth_not_free"  # its device is away
    await world.device_up()
    assert await refused(world, aino, booth="salla-9") == "not_found"
    assert await refused(world, aino, point="nowhere") == "not_offered_here"
    boss = await main_user(world)
    await set_days(world, boss, other(DayKind.BOOKING))
    assert await refused(world, aino) == "no_queue_today"
    await set_days(world, boss, other(DayKind.QUEUE), instead_of=1)
    await set_hours(world, boss, hours((14, 16)))
    assert await refused(world, aino) == "closed_now"
    await set_hours(world, boss, HourChoices(), instead_of=1)
    await world.take()
    await world.call_next(await world.clerk("bertta"))
    assert await refused(world, aino) == "booth_not_free"


async def test_a_device_that_will_not_or_starts_anew_ends_the_link(world: World) -> None:
    await world.device_up()
    aino = await world.clerk()
    await open_link(world, aino)
    asked = sa.select(links.c.command_id)
    command = await world.store.read(lambda tx: tx.execute(asked).scalar_one())
    no = CommandReported(state=CommandState.FAILED, reason="busy")
    await world.run(
        lambda tx: devices.command_reported(
            tx,
            world.setup,
            DeviceName("d-salla-01"),
            command=MessageId(command),
            reported=no,
            now=world.clock.now(),
        )
    )
    assert await told(world, aino) == "booth_gone"
    await open_link(world, aino)
    world.boots.clear()
    await world.device_up()
    assert not await stands(world, aino)


async def test_the_clerk_takes_the_picture_away(world: World) -> None:
    await world.device_up()
    aino, bertta = await world.clerk(), await world.clerk("bertta")
    link = await open_link(world, aino)
    for who, allowed in ((bertta, False), (aino, True), (aino, True)):
        act = partial(linking.close_link, scope=who, link_id=link.id, now=world.clock.now())
        if allowed:
            await world.run(act)
        else:
            with pytest.raises(Refusal):
                await world.run(act)
    assert not await stands(world, aino)
    assert len(await sent(world, "link.close")) == 1


async def ends_at(world: World, clerk: Scope) -> datetime:
    link = (await world.desk(clerk)).link
    assert link is not None
    return link.ends_at
