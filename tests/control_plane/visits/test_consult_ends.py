"""However a consult ends, it ends for good: the colleague is free, and the visit goes on or not."""

from uuid import UUID

import pytest

from control_plane.rooms.operations import NoWay, ToDevice, ToStaff
from control_plane.security import audit
from control_plane.security.accounts import SignedOut
from control_plane.security.scope import Scope
from control_plane.staff.rules import ClerkState
from control_plane.visits.operations import consulting, course, supervising
from control_plane.visits.operations import desk as at_desk
from control_plane.visits.queries import Visit
from control_plane.visits.rules import VisitState
from shared.visits import Outcome, VisitLost, VisitorEnded
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
    hand_on,
    keep,
    refusal_of,
    together,
    two,
    way,
)
from tests.control_plane.visits.steps import SYSTEM, clerk_state, pass_time, sent
from tests.control_plane.world import World, visit_id

# --- its end ------------------------------------------------------------------------------------


async def over(world: World, clerk: Scope, colleague: Scope, visit: Visit) -> None:
    """The colleague is out of everything, and the booth and the visit go on."""
    await free(world, colleague)
    assert (await world.visit(visit)).state is VisitState.IN_SESSION
    assert await clerk_state(world, clerk) is ClerkState.IN_SESSION
    first, last = await sent(world, "visit.parties")
    assert (first["turn"], last["turn"], last.get("companions")) == (1, 2, None)
    assert last["room_id"] == first["room_id"]
    assert await way(world, colleague, visit, COLLEAGUE, SCREEN) is NoWay.OVER
    world.clock.pass_(seconds=11)
    assert await way(world, colleague, visit, COLLEAGUE, SCREEN) is NoWay.NOT_YOURS
    assert await way(world, colleague, visit, COLLEAGUE, CLERK) is NoWay.NOT_YOURS


async def test_the_colleague_leaves(world: World) -> None:
    clerk, colleague, visit, consult = await together(world)
    await world.run(lambda tx: consulting.leave(tx, colleague, consult, world.clock.now()))
    await over(world, clerk, colleague, visit)
    assert await actions(world) == ["consult.asked", "consult.joined", "consult.left"]


async def test_the_clerk_thanks_and_goes_on_alone(world: World) -> None:
    clerk, colleague, visit, _ = await together(world)
    await world.run(lambda tx: consulting.take_back(tx, clerk, visit.id, world.clock.now()))
    await over(world, clerk, colleague, visit)


async def test_a_colleague_whose_page_is_gone_ends_the_consult_and_not_the_visit(
    world: World,
) -> None:
    clerk, colleague, visit, _ = await together(world)
    for _ in range(4):
        await pass_time(world, present=clerk, seconds=20)
    await free(world, colleague, ClerkState.OFFLINE)
    assert (await world.visit(visit)).state is VisitState.IN_SESSION


async def test_a_colleague_who_signs_out_ends_the_consult_and_not_the_visit(world: World) -> None:
    clerk, colleague, visit, _ = await together(world)
    gone = SignedOut(account=UUID(colleague.name))
    await world.run(lambda tx: at_desk.signed_out(tx, gone, world.clock.now()))
    await free(world, colleague, ClerkState.OFFLINE)
    assert (await world.visit(visit)).state is VisitState.IN_SESSION
    notice = (await world.desk(clerk)).notice
    assert notice is not None
    assert (notice.code, notice.reason) == ("consult_ended", "gone")


async def test_a_colleague_who_signs_out_while_asked_is_waited_for_no_longer(world: World) -> None:
    clerk, colleague, visit = await two(world)
    await ask(world, clerk, visit, staff=colleague)
    gone = SignedOut(account=UUID(colleague.name))
    await world.run(lambda tx: at_desk.signed_out(tx, gone, world.clock.now()))
    await free(world, colleague, ClerkState.OFFLINE)


async def test_a_break_instead_of_an_answer_is_an_answer(world: World) -> None:
    clerk, colleague, visit = await two(world)
    await ask(world, clerk, visit, staff=colleague)
    await world.choose(colleague, ClerkState.ON_BREAK)
    await free(world, colleague, ClerkState.ON_BREAK)


async def test_a_supervisors_break_begins_when_the_consult_ends(world: World) -> None:
    _, colleague, _, consult = await together(world)
    boss = await world.clerk("esihenkilo")
    await world.run(
        lambda tx: supervising.force_state(
            tx,
            boss,
            UUID(colleague.name),
            wanted=ClerkState.ON_BREAK,
            reason="tauko",
            now=world.clock.now(),
        )
    )
    assert await clerk_state(world, colleague) is ClerkState.CONSULT
    await world.run(lambda tx: consulting.leave(tx, colleague, consult, world.clock.now()))
    await free(world, colleague, ClerkState.ON_BREAK)


@pytest.mark.parametrize("how", ["clerk", "visitor", "booth", "clerk_gone"])
async def test_with_the_visit_ends_the_consult(world: World, how: str) -> None:
    clerk, colleague, visit, _ = await together(world)
    now = world.clock.now()
    match how:
        case "clerk":
            await world.run(
                lambda tx: course.end(
                    tx, world.setup, clerk, visit.id, outcome=Outcome.DONE, now=now
                )
            )
        case "visitor":
            await world.event(VisitorEnded(visit_id=visit_id(visit), at=now))
        case "booth":
            await world.event(VisitLost(visit_id=visit_id(visit), reason="restarted", at=now))
        case _:
            for _ in range(7):
                await pass_time(world, present=colleague, seconds=20)
    assert (await world.visit(visit)).state is not VisitState.IN_SESSION
    await free(world, colleague)
    notice = (await world.desk(colleague)).notice
    assert notice is not None
    assert (notice.code, notice.reason, notice.number) == ("consult_ended", "visit_over", None)
    assert await way(world, colleague, visit, COLLEAGUE, SCREEN) is NoWay.OVER


async def test_an_asking_ends_with_its_visit(world: World) -> None:
    clerk, colleague, visit = await two(world)
    consult = await ask(world, clerk, visit, staff=colleague)
    now = world.clock.now()
    await world.run(
        lambda tx: course.end(tx, world.setup, clerk, visit.id, outcome=Outcome.DONE, now=now)
    )
    await free(world, colleague)
    assert await refusal_of(answer(world, colleague, consult)) == "consult_gone"


# --- kept ---------------------------------------------------------------------------------------


async def test_the_colleague_keeps_a_visit_that_was_handed_on(world: World) -> None:
    clerk, colleague, visit, consult = await together(world)
    assert await refusal_of(keep(world, colleague, consult)) == "not_kept"
    await hand_on(world, clerk, visit)
    assert (await call_of(world, colleague)).handed_on
    kept = await keep(world, colleague, consult)
    assert (kept.id, kept.ticket_id, kept.state) == (
        visit.id,
        visit.ticket_id,
        VisitState.IN_SESSION,
    )
    assert kept.staff_id == UUID(colleague.name)
    assert await clerk_state(world, clerk) is ClerkState.WRAP_UP
    assert await clerk_state(world, colleague) is ClerkState.IN_SESSION
    assert (await world.desk(clerk)).visit is None
    desk = await world.desk(colleague)
    assert desk.consult is None
    assert desk.visit is not None
    assert desk.visit.room_id == kept.room_id != visit.room_id
    last = (await sent(world, "visit.parties"))[-1]
    assert (last["room_id"], last["clerk_name"], last.get("companions")) == (
        str(kept.room_id),
        "Bertta",
        None,
    )
    assert "consult.kept" in await actions(world)


async def test_after_a_keep_the_first_clerk_has_no_way_in_and_the_second_has_the_agent(
    world: World,
) -> None:
    clerk, colleague, visit, consult = await together(world)
    await hand_on(world, clerk, visit)
    kept = await keep(world, colleague, consult)
    for receiver in (SCREEN, AGENT):
        assert await way(world, clerk, visit, CLERK, receiver) is NoWay.OVER
        assert await way(world, clerk, kept, CLERK, receiver) is NoWay.NOT_YOURS
        assert await way(world, colleague, kept, CLERK, receiver) == ToDevice(visit.device)
    booth = Scope.of_device(visit.device)
    assert await way(world, booth, kept, AGENT, CLERK) == ToStaff(UUID(colleague.name))
    assert await refusal_of(hand_on(world, clerk, visit)) == "not_found"


async def test_a_kept_visit_ends_as_any_other_and_can_have_another_consult(world: World) -> None:
    clerk, colleague, visit, consult = await together(world)
    await hand_on(world, clerk, visit)
    kept = await keep(world, colleague, consult)
    await pass_time(world, present=(clerk, colleague), seconds=31)
    assert await clerk_state(world, clerk) is ClerkState.AVAILABLE
    again = await ask(world, colleague, kept, staff=clerk)
    await answer(world, clerk, again)
    assert await way(world, clerk, kept, COLLEAGUE, SCREEN) == ToDevice(visit.device)
    now = world.clock.now()
    await world.run(
        lambda tx: course.end(tx, world.setup, colleague, kept.id, outcome=Outcome.DONE, now=now)
    )
    await free(world, clerk)
    assert await clerk_state(world, colleague) is ClerkState.WRAP_UP


async def test_who_changes_their_mind_stays(world: World) -> None:
    clerk, colleague, visit, consult = await together(world)
    await hand_on(world, clerk, visit)
    await hand_on(world, clerk, visit, on=False)
    assert await refusal_of(keep(world, colleague, consult)) == "not_kept"
    assert (await world.visit(visit)).staff_id == UUID(clerk.name)


async def test_a_visit_whose_clerk_is_away_can_be_kept_and_is_not_lost(world: World) -> None:
    clerk, colleague, visit, consult = await together(world)
    await pass_time(world, present=colleague, seconds=20)
    assert await refusal_of(keep(world, colleague, consult)) == "not_kept"
    await pass_time(world, present=colleague, seconds=20)
    await keep(world, colleague, consult)
    for _ in range(8):
        await pass_time(world, present=colleague, seconds=20)
    assert (await world.visit(visit)).state is VisitState.IN_SESSION
    assert await clerk_state(world, clerk) is ClerkState.OFFLINE


async def test_a_visit_on_hold_is_kept_on_hold(world: World) -> None:
    clerk, colleague, visit, consult = await together(world)
    await world.run(
        lambda tx: course.put_on_hold(
            tx, world.setup, clerk, visit.id, on=True, now=world.clock.now()
        )
    )
    await hand_on(world, clerk, visit)
    await keep(world, colleague, consult)
    assert await clerk_state(world, colleague) is ClerkState.HOLD


# --- another agency -----------------------------------------------------------------------------


async def test_another_agency_helps_and_sees_nothing_before_and_after(world: World) -> None:
    clerk, colleague, visit, consult = await together(world, "vero")
    call = await call_of(world, colleague)
    assert (call.agency.code, call.service.name.fi, call.can_keep) == ("kela", "Tuki", False)
    assert (await sent(world, "visit.parties"))[0]["companions"][0]["agency_name"] == "Verohallinto"
    assert await way(world, colleague, visit, COLLEAGUE, SCREEN) == ToDevice(visit.device)
    assert await refusal_of(hand_on(world, clerk, visit)) == "not_kept"
    assert await refusal_of(keep(world, colleague, consult)) == "not_kept"
    await world.run(lambda tx: consulting.leave(tx, colleague, consult, world.clock.now()))
    await over(world, clerk, colleague, visit)
    rows = await world.store.read(lambda tx: audit.rows(tx, SYSTEM))
    joined = [row.entry for row in rows if row.entry.action.startswith("consult.")]
    assert {each.agency for each in joined} == {"kela"}


async def test_of_another_agency_whoever_is_free_and_longest_idle_is_asked(world: World) -> None:
    clerk, first, visit = await two(world, "vero")
    world.clock.pass_(seconds=1)
    await world.clerk("cecilia", "vero")
    await ask(world, clerk, visit, service="vero-kortti")
    assert (await call_of(world, first)).asked_by == "Aino"
    assert await refusal_of(ask(world, clerk, visit, staff=first)) == "person_not_there"


async def test_nobody_free_is_said(world: World) -> None:
    clerk, colleague, visit = await two(world, "vero")
    await world.choose(colleague, ClerkState.ON_BREAK)
    assert await refusal_of(ask(world, clerk, visit, service="vero-kortti")) == "nobody_free"
    assert await refusal_of(ask(world, clerk, visit, service="vanha-asia")) == "not_offered_here"


async def test_whom_one_can_ask_is_who_is_free(world: World) -> None:
    clerk, colleague, visit = await two(world)
    vero = await world.clerk("vilho", "vero")
    now = world.clock.now()

    async def found() -> tuple[list[str], list[str]]:
        targets = await world.store.read(lambda tx: consulting.targets(tx, clerk, visit.id, now))
        return [each.alias for each in targets.colleagues], [
            each.service for each in targets.offers
        ]

    assert await found() == (["Bertta"], ["vero-kortti"])
    await world.choose(colleague, ClerkState.ON_BREAK)
    await world.choose(vero, ClerkState.ON_BREAK)
    assert await found() == ([], [])
