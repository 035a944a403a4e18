"""Is a day that was lived replayed from its rows, decision by decision?"""

from datetime import timedelta
from functools import partial

from control_plane.routing import operations as routing
from control_plane.routing.rules.choices import Choices, ShorterChoice
from control_plane.routing.rules.reasons import Ahead, Because, Reasons, Score
from control_plane.routing.tables import routing_decisions
from control_plane.security.scope import Role
from control_plane.staff.rules import ClerkState
from control_plane.tickets.rules import local_day
from control_plane.visits.operations import course, plans
from control_plane.visits.replay_report import as_data, as_html, as_text
from control_plane.visits.replaying import Replayed, replayed
from shared.identifiers import new_uuid
from shared.visits import BoothWiped, Outcome, VisitorArrived
from tests.control_plane.visits.test_plans import serve, taken, two_clerks
from tests.control_plane.world import World, visit_id

SHORTER = Choices(shorter_first=ShorterChoice(gain=5, mean_minutes=15, cap_minutes=60))


async def lived(world: World) -> None:
    """Three come to one booth; the shorter matter last."""
    aino = await world.clerk()
    await world.device_up()
    for service in ("kela-tuki", "kela-tuki", "kela-todistus"):
        await world.take(service)
        world.clock.pass_(seconds=30)
    for _ in range(3):
        await world.choose(aino, ClerkState.AVAILABLE)
        await world.device_up()
        visit = await world.call_next(aino)
        await world.reported(visit)
        await world.event(VisitorArrived(visit_id=visit_id(visit), at=world.clock.now()))
        now = world.clock.pass_(minutes=10)
        await world.run(
            partial(
                course.end,
                setup=world.setup,
                scope=aino,
                visit_id=visit.id,
                outcome=Outcome.DONE,
                now=now,
            )
        )
        await world.event(BoothWiped(visit_id=visit_id(visit), clean=True, at=now))


async def told(world: World, choices: Choices | None = None) -> Replayed:
    day = local_day(world.clock.now(), "Europe/Helsinki")
    return await world.store.read(
        lambda tx: replayed(tx, day, "kela", choices, timedelta(seconds=30))
    )


async def test_the_days_decisions_agree_with_the_choices_of_their_time(world: World) -> None:
    await lived(world)
    owner = await world.account("owner", Role.OWNER)
    await world.run(
        lambda tx: routing.choose(tx, owner, "kela", SHORTER, instead_of=0, now=world.clock.now())
    )
    found = await told(world)
    assert (found.came, found.served, found.decisions, found.differs) == (3, 3, 3, [])
    assert "agree with the choices of their time: 3 of 3" in as_text(found)


async def test_a_decision_that_was_changed_afterwards_is_found(world: World) -> None:
    await lived(world)
    await world.run(
        lambda tx: (
            tx.execute(
                routing_decisions.update().values(
                    reasons='{"score": {"waited_s": 1}, "ahead": 0, "behind": 0}', policy_version=0
                )
            ).rowcount
        )
    )
    stranger = Ahead(
        ticket=new_uuid(), score=Score(waited_s=1), because=Because.EARLIER, why_not=()
    )
    untrue = Reasons(score=Score(waited_s=1), ahead=1, behind=0, passed=(stranger,))
    assert (await told(world)).differs == []  # they took the oldest each time: none was ahead
    await world.run(
        lambda tx: (
            tx.execute(routing_decisions.update().values(reasons=untrue.model_dump_json())).rowcount
        )
    )
    assert len((await told(world)).differs) == 3


async def test_whoever_is_busy_with_another_errand_is_not_waiting_meanwhile(world: World) -> None:
    """One for Vero and then Kela: Kela's clerk takes the next one while Vero has the first."""
    world.store.before_commit(lambda tx: plans.follow(tx, world.clock.now()))
    kela, vero = await two_clerks(world)
    for device in ("d-inari-01", "d-inari-02"):
        await world.device_up(device)
    await taken(world, "vero-kortti", "kela-tuki", device="d-inari-01")
    world.clock.pass_(seconds=30)
    await world.take("kela-tuki")
    first = await world.call_next(vero)
    world.clock.pass_(seconds=5)
    other = await world.call_next(kela)
    assert (first.point, other.point) == ("inari", "salla")
    found = await told(world)
    assert (found.came, found.decisions, found.differs) == (2, 1, [])
    world.clock.pass_(minutes=4)
    await serve(world, first, vero)
    await serve(world, other, kela)
    await world.choose(kela, ClerkState.AVAILABLE)
    world.clock.pass_(minutes=1)
    last = await world.call_next(kela)
    await serve(world, last, kela)
    found = await told(world, SHORTER)
    assert (found.served, found.decisions, found.differs) == (2, 2, [])
    assert found.difference is not None
    # Kela's errand waits for the end of Vero's, by whatever choices.
    assert found.difference.all.before.longest_s >= 4 * 60


async def test_other_choices_are_compared_by_agency_language_size_and_matter(
    world: World,
) -> None:
    await lived(world)
    found = await told(world, SHORTER)
    data = as_data(found)["difference"]
    assert data["all"]["before"]["count"] == 3
    assert data["minutes"]["10"]["after"]["mean_min"] < data["minutes"]["10"]["before"]["mean_min"]
    assert data["longer"] >= 1
    assert "by the other choices" in as_text(found)
    assert as_html(found).startswith("<!doctype html>")
