"""The queue offers by itself: ticket, clerk and booth together, and nobody is lost by an answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from control_plane.database import Store
from control_plane.errors import Refusal
from control_plane.fleet.rules import BoothState
from control_plane.live import Hub
from control_plane.routing import operations as routing
from control_plane.routing.rules.choices import Choices, Mode, OfferChoice
from control_plane.routing.rules.offers import RejectReason
from control_plane.security.accounts import SignedOut, StaffId
from control_plane.security.scope import Role, Scope
from control_plane.staff.rules import ClerkState
from control_plane.visits.due_queries import due
from control_plane.visits.live_nation import LiveNation
from control_plane.visits.matcher import Matcher
from control_plane.visits.operations import calling, desk, offering
from control_plane.visits.operations.due import come_due
from control_plane.visits.rules import VisitState
from control_plane.visits.views import Desk, OfferView
from shared.languages import Language
from shared.telemetry import Condition, PeripheralsChanged
from shared.tickets import CancelTicket
from tests.clock import FakeClock
from tests.control_plane.world import World, ready_ports

TEST = Scope.system("test")
SOON_S = 5.0


@pytest.fixture
async def world(store: Store, clock: FakeClock) -> World:
    return await World(store, clock).found()


@asynccontextmanager
async def matching(world: World) -> AsyncIterator[Matcher]:
    """The control plane's own matcher, at work."""
    hub = Hub(world.store, world.clock)
    live = LiveNation(world.store, world.clock, hub)
    matcher = Matcher(world.store, world.clock, world.setup, live)
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(each.run()) for each in (hub, live, matcher)]
        yield matcher
        for task in running:
            task.cancel()


async def choose(world: World, mode: Mode, *, misses: int = 3, agency: str = "kela") -> None:
    owner = await world.account(f"owner-{agency}", Role.OWNER)
    choices = Choices(offers=OfferChoice(mode=mode, misses_until_not_responding=misses))
    await world.run(
        lambda tx: routing.choose(tx, owner, agency, choices, instead_of=0, now=world.clock.now())
    )


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(SOON_S):
        while not await holds():  # noqa: ASYNC110 - the database has no event for this
            await asyncio.sleep(0.02)


async def offered(world: World, clerk: Scope) -> OfferView:
    """The offer at this clerk's desk, as soon as there is one."""
    seen: list[OfferView] = []

    async def there() -> bool:
        offer = (await world.desk(clerk)).offer
        if offer is not None:
            seen.append(offer)
        return offer is not None

    await until(there)
    return seen[-1]


async def nobody_is_offered(world: World, clerk: Scope) -> Desk:
    await asyncio.sleep(0.4)
    seen = await world.desk(clerk)
    assert seen.offer is None
    return seen


async def pass_time(world: World, **time: float) -> None:
    """Let time pass, and do what came due."""
    world.clock.pass_(**time)
    now = world.clock.now()
    items = await world.store.read(lambda tx: due(tx, TEST, world.setup.timings, now))
    for item in items:
        await world.run(lambda tx, item=item: come_due(tx, world.setup, item, now))  # type: ignore[misc]


async def booth_state(world: World, clerk: Scope) -> BoothState:
    points = {point.code: point for point in (await world.desk(clerk)).points}
    return points["salla"].booths[0].state


async def test_whoever_comes_is_offered_at_once_and_acceptance_prepares_the_booth(
    world: World,
) -> None:
    await choose(world, Mode.PUSH)
    clerk = await world.clerk()
    await world.device_up()
    async with matching(world):
        issued = await world.take()
        offer = await offered(world, clerk)
        assert offer.number == issued.number
        assert (await world.desk(clerk)).me.state is ClerkState.RESERVED
        assert await booth_state(world, clerk) is BoothState.RESERVED

        visit = await world.run(
            lambda tx: offering.accept(tx, world.setup, clerk, offer.id, world.clock.now())
        )
        assert (visit.state, visit.id) == (VisitState.PREPARING, offer.id)
        seen = await world.desk(clerk)
        assert (seen.me.state, seen.offer) == (ClerkState.PREPARING, None)
        await world.reported(visit)
        assert (await world.visit(visit)).state is VisitState.CALLED


async def test_who_waited_before_the_clerk_came_is_offered_when_the_clerk_comes(
    world: World,
) -> None:
    await choose(world, Mode.PUSH)
    first = await world.clerk()
    await world.device_up()
    await world.take()
    async with matching(world):
        offer = await offered(world, first)
        second = await world.clerk("bertta")
        await nobody_is_offered(world, second)  # one ticket, one booth, one offer
        assert (await world.desk(first)).offer == offer


async def test_in_pull_nobody_is_offered_and_a_stored_next_is_called_without_asking(
    world: World,
) -> None:
    clerk = await world.clerk()
    await world.device_up()
    async with matching(world):
        await world.take("kela-tuki")
        await nobody_is_offered(world, clerk)
        await world.run(lambda tx: desk.want_next(tx, clerk, on=True, now=world.clock.now()))

        async def called() -> bool:
            return (await world.desk(clerk)).visit is not None

        await until(called)
        seen = await world.desk(clerk)
        assert (seen.me.state, seen.me.wants_next) == (ClerkState.PREPARING, False)


async def test_a_rejected_visitor_keeps_the_place_and_goes_to_another_clerk(world: World) -> None:
    await choose(world, Mode.PUSH)
    first = await world.clerk()
    await world.device_up()
    async with matching(world):
        await world.take()
        offer = await offered(world, first)
        second = await world.clerk("bertta")
        await world.run(
            lambda tx: offering.reject(
                tx, first, offer.id, reason=RejectReason.BUSY, now=world.clock.now()
            )
        )
        again = await offered(world, second)
        assert again.number == offer.number
        assert again.id != offer.id
        assert (await world.desk(first)).me.state is ClerkState.AVAILABLE
        with pytest.raises(Refusal) as refused:
            await world.run(
                lambda tx: offering.accept(tx, world.setup, first, offer.id, world.clock.now())
            )
        assert refused.value.reason.code == "offer_gone"


async def test_who_never_answers_is_asked_again_and_then_no_more(world: World) -> None:
    await choose(world, Mode.PUSH, misses=2)
    clerk = await world.clerk()
    await world.device_up()
    async with matching(world) as matcher:
        await world.take()
        first = await offered(world, clerk)
        await pass_time(world, seconds=20)
        assert (await world.desk(clerk)).me.state is ClerkState.AVAILABLE
        with pytest.raises(Refusal):
            await world.run(
                lambda tx: offering.accept(tx, world.setup, clerk, first.id, world.clock.now())
            )
        await nobody_is_offered(world, clerk)  # a pause lies between two offers
        world.clock.pass_(seconds=10)
        matcher._wake.set()  # its own timer goes by the real clock
        second = await offered(world, clerk)
        assert second.number == first.number
        await pass_time(world, seconds=20)
        seen = await nobody_is_offered(world, clerk)
        assert seen.me.state is ClerkState.NOT_RESPONDING
        assert [row.number for row in seen.queue] == [first.number]
        await world.choose(clerk, ClerkState.AVAILABLE)
        assert (await offered(world, clerk)).number == first.number


async def test_a_visitor_who_gives_the_number_up_takes_the_offer_along(world: World) -> None:
    await choose(world, Mode.PUSH)
    clerk = await world.clerk()
    await world.device_up()
    async with matching(world):
        issued = await world.take()
        await offered(world, clerk)
        await world.ask(CancelTicket(ticket_id=issued.ticket_id))
        seen = await nobody_is_offered(world, clerk)
        assert (seen.me.state, seen.queue) == (ClerkState.AVAILABLE, [])
        assert await booth_state(world, clerk) is BoothState.FREE


async def test_a_booth_that_fails_withdraws_the_offer_and_is_offered_again_when_it_is_back(
    world: World,
) -> None:
    await choose(world, Mode.PUSH)
    clerk = await world.clerk()
    await world.device_up()
    async with matching(world):
        issued = await world.take()
        await offered(world, clerk)
        await world.event(
            PeripheralsChanged(booth=None, peripherals=ready_ports(screen=Condition.UNPLUGGED))
        )
        seen = await nobody_is_offered(world, clerk)
        assert seen.me.state is ClerkState.AVAILABLE
        await world.event(PeripheralsChanged(booth=None, peripherals=ready_ports()))
        assert (await offered(world, clerk)).number == issued.number


@pytest.mark.parametrize("leaves", ["break", "signs out"])
async def test_a_clerk_who_leaves_leaves_the_visitor_to_another(world: World, leaves: str) -> None:
    await choose(world, Mode.PUSH)
    first = await world.clerk()
    await world.device_up()
    async with matching(world):
        issued = await world.take()
        await offered(world, first)
        second = await world.clerk("bertta")
        if leaves == "break":
            await world.choose(first, ClerkState.ON_BREAK)
        else:
            gone = SignedOut(account=StaffId(UUID(first.name)))
            await world.run(lambda tx: desk.signed_out(tx, gone, world.clock.now()))
        assert (await offered(world, second)).number == issued.number


async def test_nobody_can_answer_another_clerks_offer(world: World) -> None:
    await choose(world, Mode.PUSH)
    mine = await world.clerk()
    await world.device_up()
    async with matching(world):
        await world.take()
        offer = await offered(world, mine)
        for other in (await world.clerk("bertta"), await world.clerk("celia", agency="vero")):
            with pytest.raises(Refusal) as refused:
                await world.run(
                    lambda tx, other=other: offering.accept(  # type: ignore[misc]
                        tx, world.setup, other, offer.id, world.clock.now()
                    )
                )
            assert refused.value.reason.code == "offer_gone"
        assert (await world.desk(mine)).offer == offer


async def test_in_push_a_clerk_calls_nobody_but_by_name(world: World) -> None:
    await choose(world, Mode.PUSH)
    clerk = await world.clerk()
    await world.device_up()
    issued = await world.take()
    with pytest.raises(Refusal) as refused:
        await world.call_next(clerk)
    assert refused.value.reason.code == "push_only"
    visit = await world.run(
        lambda tx: calling.call_this(
            tx, world.setup, clerk, issued.ticket_id, reason="agreed", now=world.clock.now()
        )
    )
    assert visit.number == issued.number


async def test_two_replicas_that_see_the_same_make_one_offer(world: World) -> None:
    await choose(world, Mode.MIXED)
    await world.device_up()
    await world.device_up("d-inari-01")
    clerks = [await world.clerk(name) for name in ("aino", "bertta", "celia")]
    async with matching(world), matching(world):
        numbers = [
            (await world.take()).number,
            (await world.take(device="d-inari-01")).number,
        ]

        async def settled() -> bool:
            desks = [await world.desk(clerk) for clerk in clerks]
            return sum(seen.offer is not None for seen in desks) == len(numbers)

        await until(settled)
        await asyncio.sleep(0.3)
        desks = [await world.desk(clerk) for clerk in clerks]
        offers = [seen.offer for seen in desks if seen.offer is not None]
        assert sorted((each.point.code, each.number) for each in offers) == [
            ("inari", numbers[1]),
            ("salla", numbers[0]),
        ]


async def test_what_an_agency_chose_decides_whom_call_next_calls(world: World) -> None:
    clerk = await world.clerk(languages=(Language.FINNISH,))
    await world.device_up()
    await world.take(language=Language.ENGLISH)
    world.clock.pass_(minutes=6)
    await world.device_up()
    with pytest.raises(Refusal):
        await world.call_next(clerk)
    owner = await world.account("owner", Role.OWNER)
    sooner = Choices(further_languages_relax_after_minutes=5)
    await world.run(
        lambda tx: routing.choose(tx, owner, "kela", sooner, instead_of=0, now=world.clock.now())
    )
    assert (await world.call_next(clerk)).language is Language.ENGLISH
