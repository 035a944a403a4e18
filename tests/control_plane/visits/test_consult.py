"""A clerk asks a colleague in: who is told what, and who may what in the room."""

import json
from uuid import UUID

from control_plane.rooms.operations import NoWay, ToDevice, ToStaff
from control_plane.security.scope import Scope
from control_plane.staff import queries as staff
from control_plane.staff.rules import ClerkState
from control_plane.visits.operations import course
from control_plane.visits.rules import VisitState
from shared.languages import Language
from tests.control_plane.visits.consults import (
    AGENT,
    CLERK,
    COLLEAGUE,
    SCREEN,
    actions,
    answer,
    ask,
    call_of,
    free,
    refusal_of,
    together,
    two,
    way,
)
from tests.control_plane.visits.steps import SYSTEM, clerk_state, pass_time, sent
from tests.control_plane.world import World

# --- asked --------------------------------------------------------------------------------------


async def test_the_colleague_hears_who_asks_for_what_and_nothing_about_the_visitor(
    world: World,
) -> None:
    clerk, colleague, visit = await two(world)
    await ask(world, clerk, visit, staff=colleague)
    call = await call_of(world, colleague)
    assert (call.asked_by, call.agency.code, call.service.code) == ("Aino", "kela", "kela-tuki")
    assert (call.language, call.room) == (Language.FINNISH, None)
    told = call.model_dump_json()
    assert not [
        secret
        for secret in (visit.id, visit.ticket_id, visit.room_id, visit.point, visit.device)
        if str(secret) in told
    ]
    assert "number" not in json.loads(told)
    assert await clerk_state(world, colleague) is ClerkState.RESERVED
    mine = (await world.desk(clerk)).visit
    assert mine is not None
    assert mine.consult is not None
    assert (mine.consult.alias, mine.consult.state) == ("Bertta", "asked")


async def test_whoever_was_asked_is_offered_nobody_and_calls_nobody(world: World) -> None:
    clerk, colleague, visit = await two(world)
    await ask(world, clerk, visit, staff=colleague)
    await world.take()
    assert await refusal_of(world.call_next(colleague)) == "not_available"


async def test_a_colleague_who_is_not_free_is_not_asked(world: World) -> None:
    clerk, colleague, visit = await two(world)
    await world.choose(colleague, ClerkState.ON_BREAK)
    assert await refusal_of(ask(world, clerk, visit, staff=colleague)) == "colleague_busy"
    assert await refusal_of(ask(world, clerk, visit, staff=clerk)) == "to_oneself"
    await world.choose(colleague, ClerkState.OFFLINE)
    assert await refusal_of(ask(world, clerk, visit, staff=colleague)) == "colleague_busy"


async def test_one_consult_at_a_time(world: World) -> None:
    clerk, colleague, visit = await two(world)
    third = await world.clerk("cecilia")
    await ask(world, clerk, visit, staff=colleague)
    assert await refusal_of(ask(world, clerk, visit, staff=third)) == "consult_open"
    assert await clerk_state(world, third) is ClerkState.AVAILABLE


async def test_two_clerks_cannot_both_have_one_colleague(world: World) -> None:
    clerk, colleague, visit = await two(world)
    await world.device_up("d-inari-01")
    await world.take(device="d-inari-01")
    second = await world.clerk("cecilia")
    await world.choose(colleague, ClerkState.ON_BREAK)
    other = await world.call_next(second)
    await world.choose(colleague, ClerkState.AVAILABLE)
    await world.reported(other)
    await world.run(lambda tx: course.arrived(tx, world.setup, second, other.id, world.clock.now()))
    await ask(world, clerk, visit, staff=colleague)
    assert await refusal_of(ask(world, second, other, staff=colleague)) == "colleague_busy"


async def test_only_into_a_visit_whose_visitor_is_there(world: World) -> None:
    await world.device_up()
    clerk, colleague = await world.clerk(), await world.clerk("bertta")
    await world.choose(colleague, ClerkState.ON_BREAK)
    await world.take()
    visit = await world.call_next(clerk)
    await world.choose(colleague, ClerkState.AVAILABLE)
    assert await refusal_of(ask(world, clerk, visit, staff=colleague)) == "wrong_state"


async def test_nobody_asks_into_a_visit_that_is_not_their_own(world: World) -> None:
    _, colleague, visit = await two(world)
    third = await world.clerk("cecilia")
    foreign = await world.clerk("vilho", "vero")
    for stranger in (third, foreign):
        assert await refusal_of(ask(world, stranger, visit, staff=colleague)) == "not_found"
    assert await clerk_state(world, colleague) is ClerkState.AVAILABLE


async def test_a_refusal_frees_the_colleague_and_is_told(world: World) -> None:
    clerk, colleague, visit = await two(world)
    consult = await ask(world, clerk, visit, staff=colleague)
    await answer(world, colleague, consult, yes=False)
    await free(world, colleague)
    notice = (await world.desk(clerk)).notice
    assert notice is not None
    assert (notice.code, notice.reason) == ("consult_ended", "refused")
    assert await refusal_of(answer(world, colleague, consult)) == "consult_gone"
    assert await actions(world) == ["consult.asked", "consult.refused"]


async def test_without_an_answer_the_asking_lapses_as_an_offer_does(world: World) -> None:
    clerk, colleague, visit = await two(world)
    consult = await ask(world, clerk, visit, staff=colleague)
    await pass_time(world, present=(clerk, colleague), seconds=19)
    assert (await call_of(world, colleague)).id == consult
    await pass_time(world, present=(clerk, colleague), seconds=1)
    await free(world, colleague)
    person = await world.store.read(lambda tx: staff.clerk_of(tx, SYSTEM, UUID(colleague.name)))
    assert person is not None
    assert person.misses == 1
    assert (await world.visit(visit)).state is VisitState.IN_SESSION


async def test_an_answer_at_the_end_of_its_time_is_refused(world: World) -> None:
    clerk, colleague, visit = await two(world)
    consult = await ask(world, clerk, visit, staff=colleague)
    world.clock.pass_(seconds=20)
    assert await refusal_of(answer(world, colleague, consult)) == "consult_gone"
    assert await clerk_state(world, colleague) is ClerkState.RESERVED


# --- together -----------------------------------------------------------------------------------


async def test_the_booth_is_told_who_comes_before_they_can_say_a_word(world: World) -> None:
    _, colleague, visit, _ = await together(world)
    [told] = await sent(world, "visit.parties")
    assert told["turn"] == 1
    assert told["room_id"] == str(visit.room_id)
    [companion] = told["companions"]
    assert (companion["participant"], companion["name"]) == ("colleague", "Bertta")
    assert companion["agency_name"] == "Kela"
    call = await call_of(world, colleague)
    assert call.room is not None
    assert (call.room.room_id, call.room.device) == (visit.room_id, visit.device)
    assert await clerk_state(world, colleague) is ClerkState.CONSULT
    assert (await world.desk(colleague)).visit is None


async def test_in_the_room_everybody_reaches_everybody_but_the_agent_is_the_clerks(
    world: World,
) -> None:
    clerk, colleague, visit, _ = await together(world)
    booth = Scope.of_device(visit.device)
    one, other = UUID(clerk.name), UUID(colleague.name)
    assert await way(world, clerk, visit, CLERK, COLLEAGUE) == ToStaff(other)
    assert await way(world, colleague, visit, COLLEAGUE, CLERK) == ToStaff(one)
    assert await way(world, colleague, visit, COLLEAGUE, SCREEN) == ToDevice(visit.device)
    assert await way(world, booth, visit, SCREEN, COLLEAGUE) == ToStaff(other)
    assert await way(world, booth, visit, SCREEN, CLERK) == ToStaff(one)
    assert await way(world, colleague, visit, COLLEAGUE, AGENT) is NoWay.NOT_YOURS
    assert await way(world, colleague, visit, CLERK, SCREEN) is NoWay.NOT_YOURS
    assert await way(world, clerk, visit, COLLEAGUE, SCREEN) is NoWay.NOT_YOURS
    third = await world.clerk("cecilia")
    assert await way(world, third, visit, COLLEAGUE, SCREEN) is NoWay.NOT_YOURS


async def test_nobody_is_in_the_room_who_is_only_asked(world: World) -> None:
    clerk, colleague, visit = await two(world)
    await ask(world, clerk, visit, staff=colleague)
    assert await way(world, colleague, visit, COLLEAGUE, SCREEN) is NoWay.NOT_YOURS
    assert await way(world, clerk, visit, CLERK, COLLEAGUE) is NoWay.NOT_YOURS


async def test_a_supervisor_has_no_way_into_a_room(world: World) -> None:
    _, _, visit, consult = await together(world)
    boss = await world.clerk("esihenkilo")
    assert await way(world, boss, visit, COLLEAGUE, SCREEN) is NoWay.NOT_YOURS
    assert await refusal_of(answer(world, boss, consult)) == "not_found"


async def test_the_colleague_hears_of_a_hold(world: World) -> None:
    clerk, colleague, visit, _ = await together(world)
    await world.run(
        lambda tx: course.put_on_hold(
            tx, world.setup, clerk, visit.id, on=True, now=world.clock.now()
        )
    )
    room = (await call_of(world, colleague)).room
    assert room is not None
    assert room.on_hold


async def test_out_of_a_consult_nobody_walks_by_another_choice(world: World) -> None:
    _, colleague, visit, _ = await together(world)
    assert await refusal_of(world.choose(colleague, ClerkState.ON_BREAK)) == "clerk_busy"
    await world.take()
    assert await refusal_of(world.call_next(colleague)) == "clerk_busy"
    assert (await world.visit(visit)).state is VisitState.IN_SESSION
