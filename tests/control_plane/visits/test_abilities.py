"""What clerks can do and have done today decides, from rows, whom the queue gives to whom."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa

from control_plane.database import Store
from control_plane.errors import Refusal
from control_plane.routing import operations as routing
from control_plane.routing.rules.choices import Choices, LevelChoice, Mode, OfferChoice
from control_plane.routing.rules.eligibility import WhyNot
from control_plane.routing.rules.matching import match
from control_plane.routing.rules.policy import ClerkOrder
from control_plane.security.clearance import Clearance
from control_plane.security.scope import Role, Scope
from control_plane.security.tables import audit
from control_plane.service_points import operations as places
from control_plane.service_points import queries
from control_plane.service_points.operations import import_seed
from control_plane.staff import queries as staff
from control_plane.staff.queries import Abilities
from control_plane.staff.rules import ClerkState
from control_plane.visits.nation import Nation
from control_plane.visits.operations import course, desk, standing
from control_plane.visits.supervision import board, history
from control_plane.visits.why import why
from shared.visits import BoothWiped, Outcome
from tests.clock import FakeClock
from tests.control_plane.visits.steps import SYSTEM, begun, pass_time
from tests.control_plane.world import World, seed, visit_id

ELAKE = "kela-elake"


@pytest.fixture
async def world(store: Store, clock: FakeClock) -> World:
    return await World(store, clock).found()


async def choose(world: World, choices: Choices) -> None:
    owner = await world.account("omistaja", Role.OWNER)
    await world.run(
        lambda tx: routing.choose(tx, owner, "kela", choices, instead_of=0, now=world.clock.now())
    )


async def can(world: World, clerk: Scope, abilities: Abilities) -> None:
    await world.run(lambda tx: staff.set_abilities(tx, SYSTEM, UUID(clerk.name), abilities))


async def asks(
    world: World, *, level: int = 1, clearance: Clearance = Clearance.NONE, priority: str = ""
) -> None:
    """What the matter of pensions asks, as the agency's main user says it."""
    main_user = await world.account("paakayttaja", Role.AGENCY_ADMIN, agency="kela")
    await world.run(
        lambda tx: places.set_needs(
            tx,
            main_user,
            ELAKE,
            skill="pensions",
            skill_level=level,
            clearance=clearance,
            priority=priority,
            now=world.clock.now(),
        )
    )


async def first_clerk(world: World) -> str:
    """Who would be offered the one who waits."""
    now = world.clock.now()
    nation = await world.store.read(partial(Nation.load, now=now))
    nation.come_due(now)
    return str(match(nation.board, now)[0].clerk.id)


async def why_not(world: World, clerk: Scope) -> list[str]:
    return (await world.desk(clerk)).queue[0].why_not


async def test_a_level_too_low_is_refused_until_the_agencys_step_relaxes_it(world: World) -> None:
    await choose(world, Choices(level_steps=(LevelChoice(after_minutes=20, lower_by=2),)))
    await asks(world, level=4)
    aino, bertta = await world.clerk(), await world.clerk("bertta")
    await can(world, aino, Abilities(frozenset({("pensions", 2)})))
    await can(world, bertta, Abilities(frozenset({("pensions", 4)})))
    await world.device_up()
    await world.take(ELAKE)
    assert await why_not(world, aino) == [WhyNot.SKILL]
    assert await why_not(world, bertta) == []
    with pytest.raises(Refusal):
        await world.call_next(aino)

    await pass_time(world, minutes=20)
    assert await why_not(world, aino) == []


async def test_a_clearance_is_asked_for_whatever_the_wait(world: World) -> None:
    await asks(world, clearance=Clearance.STANDARD)
    clerk = await world.clerk()
    skilled = frozenset({("pensions", 5)})
    await can(world, clerk, Abilities(skilled, Clearance.CONCISE))
    await world.device_up()
    await world.take(ELAKE)
    world.clock.pass_(hours=3)
    assert await why_not(world, clerk) == [WhyNot.CLEARANCE]

    await can(world, clerk, Abilities(skilled, Clearance.COMPREHENSIVE))
    assert await why_not(world, clerk) == []


async def test_the_class_of_the_service_moves_its_visitors_and_says_why(world: World) -> None:
    await choose(
        world, Choices.model_validate({"classes": [{"name": "urgent", "head_start_minutes": 30}]})
    )
    await asks(world, priority="urgent")
    clerk = await world.clerk()
    await can(world, clerk, Abilities(frozenset({("pensions", 5)})))
    await world.device_up()
    await world.take()
    world.clock.pass_(minutes=5)
    urgent = await world.take(ELAKE)

    assert (await world.call_next(clerk)).ticket_id == urgent.ticket_id


async def test_only_an_agencys_main_user_says_what_its_services_ask(world: World) -> None:
    foreign = await world.account("vieras", Role.AGENCY_ADMIN, agency="vero")
    clerk = await world.clerk()
    for scope, code in ((foreign, "not_found"), (clerk, "not_allowed")):
        with pytest.raises(Refusal) as refused:
            await world.run(
                lambda tx, scope=scope: places.set_needs(  # type: ignore[misc]
                    tx,
                    scope,
                    ELAKE,
                    skill="",
                    skill_level=1,
                    clearance=Clearance.NONE,
                    priority="",
                    now=world.clock.now(),
                )
            )
        assert refused.value.reason.code == code


async def test_what_a_service_asks_is_audited_and_outlives_the_next_import(world: World) -> None:
    await asks(world, level=3, clearance=Clearance.CONCISE)
    actions = await world.store.read(lambda tx: tx.execute(sa.select(audit.c.action)).scalars())
    assert "service.needs_set" in list(actions)
    await world.run(lambda tx: import_seed(tx, seed(), world.clock.now()))

    nation = await world.store.read(partial(Nation.load, now=world.clock.now()))
    found = nation.reference.services[ELAKE]
    assert (found.skill, found.skill_level, found.clearance) == ("pensions", 3, "concise")


async def serve(world: World, clerk: Scope, *others: Scope, minutes: float) -> None:
    """One whole visit of so many minutes; the clerk is available after it."""
    visit = await begun(world, clerk)
    await pass_time(world, present=(clerk, *others), minutes=minutes)
    await world.run(
        lambda tx: course.end(
            tx, world.setup, clerk, visit.id, outcome=Outcome.DONE, now=world.clock.now()
        )
    )
    await world.event(BoothWiped(visit_id=visit_id(visit), clean=True, at=world.clock.now()))
    await world.run(lambda tx: desk.choose(tx, clerk, ClerkState.AVAILABLE, "", world.clock.now()))


ORDERS = [
    # Aino has one long visit, Bertta two short ones that ended later.
    (ClerkOrder.FEWEST_TODAY, "aino"),
    (ClerkOrder.LEAST_TALK, "bertta"),
    (ClerkOrder.ROUND_ROBIN, "aino"),
]


@pytest.mark.parametrize(("order", "first"), ORDERS)
async def test_the_order_of_clerks_goes_by_what_they_did_today(
    world: World, order: ClerkOrder, first: str
) -> None:
    await choose(world, Choices(clerk_order=order, offers=OfferChoice(mode=Mode.MIXED)))
    aino, bertta = await world.clerk(), await world.clerk("bertta")
    await world.device_up()
    await serve(world, aino, bertta, minutes=30)
    await serve(world, bertta, aino, minutes=2)
    await serve(world, bertta, aino, minutes=2)
    # A break changes who has been idle longest, and none of these orders.
    await world.choose(aino, ClerkState.ON_BREAK)
    await world.choose(aino, ClerkState.AVAILABLE)
    await world.take()
    assert await first_clerk(world) == {"aino": aino, "bertta": bertta}[first].name


async def test_the_days_visits_count_until_midnight(world: World) -> None:
    await choose(
        world, Choices(clerk_order=ClerkOrder.FEWEST_TODAY, offers=OfferChoice(mode=Mode.MIXED))
    )
    aino = await world.clerk()
    await world.device_up()
    await serve(world, aino, minutes=5)
    world.clock.pass_(seconds=1)
    bertta = await world.clerk("bertta")

    now = world.clock.now()
    nation = await world.store.read(partial(Nation.load, now=now))
    known = {str(each.id): each.visits_today for each in nation.board.clerks.values()}
    assert known == {aino.name: 1, bertta.name: 0}
    midnight = nation.next_due()
    assert midnight is not None
    assert now < midnight <= now + timedelta(days=1)
    nation.come_due(midnight)
    assert {each.visits_today for each in nation.board.clerks.values()} == {0}


async def test_a_supervisor_puts_one_number_into_a_class_and_back_with_a_reason(
    world: World,
) -> None:
    await choose(
        world, Choices.model_validate({"classes": [{"name": "urgent", "head_start_minutes": 30}]})
    )
    boss = await world.account("esihenkilo", Role.SUPERVISOR, agency="kela")
    clerk = await world.clerk()
    await world.device_up()
    first, second = await world.take(), await world.take()

    async def put(priority: str) -> None:
        await world.run(
            lambda tx: standing.set_class(
                tx,
                boss,
                second.ticket_id,
                priority=priority,
                reason="vauva mukana",
                now=world.clock.now(),
            )
        )

    with pytest.raises(Refusal) as refused:
        await put("unknown")
    assert refused.value.reason.code == "no_such_class"
    await put("urgent")
    shown = await world.store.read(lambda tx: board(tx, boss, world.clock.now()))
    assert shown.classes == ["urgent"]
    assert [each.priority for each in shown.tickets] == ["", "urgent"]
    seen = await world.store.read(lambda tx: why(tx, boss, first.ticket_id, world.clock.now()))
    assert [(each.number, each.because) for each in seen.before] == [(second.number, "class")]
    await put("")
    assert (await world.call_next(clerk)).ticket_id == first.ticket_id
    acts = await world.store.read(lambda tx: history(tx, boss))
    assert [(act.action, act.detail["reason"]) for act in acts] == [
        ("ticket.class_set", "vauva mukana")
    ] * 2
    with pytest.raises(Refusal) as refused:
        await world.run(
            lambda tx: standing.set_class(
                tx, boss, first.ticket_id, priority="urgent", reason="x", now=world.clock.now()
            )
        )
    assert refused.value.reason.code == "not_waiting"


async def test_who_came_for_a_booking_goes_first_when_its_time_comes_and_all_hear_why(
    world: World,
) -> None:
    clerk = await world.clerk()
    await world.device_up()
    first, second = await world.take(), await world.take()
    at = world.clock.now() + timedelta(minutes=15)

    async def check_in(booked_for: datetime | None) -> None:
        await world.run(
            lambda tx: standing.check_in(
                tx, clerk, second.ticket_id, booked_for=booked_for, now=world.clock.now()
            )
        )

    with pytest.raises(Refusal) as refused:
        await check_in(world.clock.now() + timedelta(days=2))
    assert refused.value.reason.code == "not_that_day"
    await check_in(at)
    now = world.clock.now()
    nation = await world.store.read(partial(Nation.load, now=now))
    before = await world.store.read(lambda tx: why(tx, clerk, first.ticket_id, now))
    assert before.before == []
    then = now + timedelta(minutes=5)
    seen = await world.store.read(lambda tx: why(tx, clerk, first.ticket_id, then))
    assert [(each.number, each.booked_for) for each in seen.before] == [(second.number, at)]
    assert nation.tickets[second.ticket_id].booked_for == at

    await pass_time(world, present=clerk, minutes=5)
    assert (await world.call_next(clerk)).ticket_id == second.ticket_id


async def test_a_point_outside_the_service_area_is_not_served_whatever_the_switch(
    world: World,
) -> None:
    found = await world.store.read(lambda tx: queries.queue_points(tx, SYSTEM, "ita-lappi"))
    assert found == {"salla"}
    assert await world.store.read(lambda tx: queries.queue_points(tx, SYSTEM, "kela")) == {
        "salla",
        "inari",
    }
