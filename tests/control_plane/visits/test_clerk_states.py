"""What clerks do between visits: breaks with reasons, back office, wrap-up, shifts."""

import json
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from control_plane.database import Store
from control_plane.errors import Refusal
from control_plane.facts import facts
from control_plane.routing import operations as routing
from control_plane.routing.rules.choices import Choices, DeskChoice, Mode, OfferChoice
from control_plane.routing.rules.matching import match
from control_plane.security.scope import Role, Scope
from control_plane.staff import history
from control_plane.staff.rules import ClerkState
from control_plane.tickets import queries as tickets
from control_plane.visits.nation import Nation, News
from control_plane.visits.nation import read as read_nation
from control_plane.visits.operations import course, desk
from shared.tickets import RefusalCode, Refused
from shared.visits import Outcome
from tests.clock import FakeClock
from tests.control_plane.app.conftest import Api, make_api
from tests.control_plane.visits.steps import SYSTEM, begun, clerk_state, pass_time
from tests.control_plane.world import World, take


async def chooses(world: World, choices: Choices) -> None:
    now = world.clock.now()
    await world.run(lambda tx: routing.choose(tx, SYSTEM, "kela", choices, instead_of=0, now=now))


async def on_break(world: World, clerk: Scope, reason: str) -> None:
    now = world.clock.now()
    await world.run(lambda tx: desk.choose(tx, clerk, ClerkState.ON_BREAK, reason, now))


async def ends(world: World, clerk: Scope) -> None:
    visit = await begun(world, clerk)
    now = world.clock.now()
    await world.run(
        lambda tx: course.end(tx, world.setup, clerk, visit.id, outcome=Outcome.DONE, now=now)
    )


async def test_a_break_has_a_reason_that_the_agency_knows(world: World) -> None:
    aino = await world.clerk()
    await on_break(world, aino, "lunch")
    assert (await world.desk(aino)).me.reason == "lunch"
    await world.choose(aino, ClerkState.AVAILABLE)
    with pytest.raises(Refusal, match="unknown_reason"):
        await on_break(world, aino, "golf")


async def test_an_agency_names_its_own_reasons(world: World) -> None:
    own = {"code": "union", "name": {"fi": "Luottamustoimi", "sv": "Fack", "en": "Union"}}
    choices = Choices.model_validate({"desk": {"breaks": [{"code": "lunch"}, own]}})
    await chooses(world, choices)
    aino = await world.clerk()
    await on_break(world, aino, "union")
    shown = (await world.desk(aino)).breaks
    assert [each.code for each in shown] == ["lunch", "union"]
    for nonsense in ([], [{"code": "golf"}], [{"code": "lunch"}] * 2):
        with pytest.raises(ValueError, match="desk"):
            Choices.model_validate({"desk": {"breaks": nonsense}})


async def test_nobody_is_promised_a_clerk_who_is_in_the_back_office(world: World) -> None:
    await world.device_up()
    aino = await world.clerk()
    await world.choose(aino, ClerkState.BACK_OFFICE)
    assert await world.ask(take()) == Refused(code=RefusalCode.NO_CLERK_ON_DUTY)
    await world.choose(aino, ClerkState.AVAILABLE)
    await world.take()


@pytest.mark.parametrize("seconds", [0, 90])
async def test_wrap_up_lasts_as_the_agency_chose(world: World, seconds: int) -> None:
    await chooses(world, Choices(offers=OfferChoice(wrap_up_s=seconds)))
    await world.device_up()
    aino = await world.clerk()
    await ends(world, aino)
    if seconds:
        assert await clerk_state(world, aino) is ClerkState.WRAP_UP
        await pass_time(world, present=aino, seconds=seconds - 1)
        assert await clerk_state(world, aino) is ClerkState.WRAP_UP
        await pass_time(world, present=aino, seconds=1)
    assert await clerk_state(world, aino) is ClerkState.AVAILABLE


async def test_a_wrap_up_that_ends_by_hand_is_noticed_when_it_is_forgotten(world: World) -> None:
    await chooses(world, Choices(desk=DeskChoice(wrap_up_ends_by_hand=True)))
    await world.device_up()
    aino = await world.clerk()
    await ends(world, aino)
    await pass_time(world, present=aino, minutes=14)
    me = (await world.desk(aino)).me
    assert (me.state, me.wrap_up_until, me.forgotten) == (ClerkState.WRAP_UP, None, False)
    await pass_time(world, present=aino, minutes=1)
    assert (await world.desk(aino)).me.forgotten
    now = world.clock.now()
    await world.run(lambda tx: desk.end_wrap_up(tx, aino, now))
    assert await clerk_state(world, aino) is ClerkState.AVAILABLE


async def test_a_forgotten_break_is_told_once_and_its_time_is_marked(world: World) -> None:
    aino = await world.clerk()
    world.store.before_commit(lambda tx: history.follow(tx, SYSTEM, world.clock.now()))
    await on_break(world, aino, "lunch")
    for _ in range(3):
        await pass_time(world, present=aino, minutes=31)
    await world.choose(aino, ClerkState.AVAILABLE)
    rows = await world.store.read(lambda tx: tx.execute(facts.select().order_by(facts.c.id)).all())
    told = [json.loads(row.body) for row in rows if row.kind == "clerk.state_forgotten"]
    assert [each["state"] for each in told] == ["break"]
    moves = [json.loads(row.body) for row in rows if row.kind == "clerk.moved"]
    assert [(each["state"], each["inaccurate"], each["in_state_s"]) for each in moves[-1:]] == [
        ("available", True, 93 * 60)
    ]
    assert not (await world.desk(aino)).me.forgotten


async def test_near_a_shifts_end_only_what_still_fits_is_offered(world: World) -> None:
    await chooses(world, Choices(offers=OfferChoice(mode=Mode.PUSH)))
    await world.device_up()
    aino = await world.clerk()
    await world.take("kela-tuki")  # a quarter of an hour
    now = world.clock.now()
    until = now + timedelta(minutes=20)
    await world.run(lambda tx: desk.set_shift(tx, aino, begins=None, until=until, now=now))
    nation = await world.store.read(lambda tx: Nation.load(tx, now))
    assert match(nation.board, now)

    instant = timedelta(microseconds=1)
    assert nation.next_due() == now + instant  # what takes twenty minutes ends too late from then
    nation.come_due(now + instant)
    assert match(nation.board, now + instant)
    late = now + timedelta(minutes=5) + instant
    assert nation.next_due() == late
    nation.come_due(late)
    assert not match(nation.board, late)
    # A shorter matter still fits; it is there for somebody who can print.
    await world.take("kela-todistus")
    subjects = {f"ticket:{each}" for each in await waiting(world)}
    news = await world.store.read(lambda tx: read_nation(tx, subjects, late))
    assert isinstance(news, News)
    nation.take(news, late)
    assert [each.ticket.need.minutes for each in match(nation.board, late)] == [10]


async def waiting(world: World) -> list[UUID]:
    return [each.id for each in await world.store.read(lambda tx: tickets.waiting(tx, SYSTEM))]


async def test_somebody_may_allow_a_clerk_to_overrun(world: World) -> None:
    await chooses(world, Choices(offers=OfferChoice(mode=Mode.PUSH)))
    await world.device_up()
    aino = await world.clerk()
    await world.take()
    now = world.clock.now()
    until = now + timedelta(minutes=1)
    for allowed in (False, True):
        clerk = await world.run(lambda tx: desk.clerk_at_desk(tx, aino, now))
        give = partial(desk.change_shift, scope=SYSTEM, clerk=clerk, begins=None, until=until)
        await world.run(partial(give, now=now, may_overrun=allowed))
        nation = await world.store.read(lambda tx: Nation.load(tx, now))
        assert bool(match(nation.board, now)) == allowed


async def test_a_shift_is_of_today(world: World) -> None:
    aino = await world.clerk()
    now = world.clock.now()
    for begins, hours in ((None, 0), (None, -1), (None, 25), (now + timedelta(hours=9), 8)):
        until = now + timedelta(hours=hours)
        wish = partial(desk.set_shift, scope=aino, begins=begins, until=until, now=now)
        with pytest.raises(Refusal, match="odd_shift"):
            await world.run(wish)


async def test_the_main_user_sets_shifts_of_the_own_agency_only(
    store: Store, clock: FakeClock, tmp_path: Path
) -> None:
    api: Api = await make_api(store, clock, tmp_path)
    aino = await api.world.clerk("aino", "kela")
    until = (api.world.clock.now() + timedelta(hours=3)).isoformat()
    for agency, status in (("kela", 204), ("vero", 404)):
        await api.world.account(f"paa-{agency}", Role.AGENCY_ADMIN, agency=agency)
        page = await api.page(f"paa-{agency}")
        answer = await page.http.put(
            f"/api/v1/staff/{aino.name}/shift", json={"until": until, "may_overrun": True}
        )
        assert answer.status_code == status, answer.text
    me = (await api.world.desk(aino)).me
    assert me.may_overrun
    assert me.shift_until is not None


async def holds(world: World, clerk: Scope, visit: UUID, *, on: bool) -> None:
    now = world.clock.now()
    await world.run(lambda tx: course.put_on_hold(tx, world.setup, clerk, visit, on=on, now=now))


async def test_a_visitor_on_hold_is_a_state_with_a_time_of_its_own(world: World) -> None:
    await world.device_up()
    world.store.before_commit(lambda tx: history.follow(tx, SYSTEM, world.clock.now()))
    clerk = await world.clerk()
    visit = await begun(world, clerk)
    world.clock.pass_(minutes=2)
    for on in (True, True, False, False):
        await holds(world, clerk, visit.id, on=on)
        assert await clerk_state(world, clerk) is (ClerkState.HOLD if on else ClerkState.IN_SESSION)
        assert (await world.visit(visit)).on_hold is on
        world.clock.pass_(seconds=30)
    rows = await world.store.read(lambda tx: tx.execute(facts.select().order_by(facts.c.id)).all())
    moves = [json.loads(row.body) for row in rows if row.kind == "clerk.moved"]
    moved = [
        (each["before"], each["state"], each["in_state_s"])
        for each in moves
        if ClerkState.HOLD in {each["before"], each["state"]}
    ]
    assert moved == [("in_session", "hold", 120), ("hold", "in_session", 60)]


async def test_a_visit_ends_out_of_a_hold_as_any_other(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await begun(world, clerk)
    await holds(world, clerk, visit.id, on=True)
    now = world.clock.now()
    await world.run(
        lambda tx: course.end(tx, world.setup, clerk, visit.id, outcome=Outcome.DONE, now=now)
    )
    assert await clerk_state(world, clerk) is ClerkState.WRAP_UP


async def test_a_page_that_dies_on_hold_is_waited_for_and_then_the_visit_ends(
    world: World,
) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await begun(world, clerk)
    await holds(world, clerk, visit.id, on=True)
    await pass_time(world, seconds=100)
    assert await clerk_state(world, clerk) is ClerkState.HOLD
    await pass_time(world, seconds=30)
    assert await clerk_state(world, clerk) is ClerkState.OFFLINE
