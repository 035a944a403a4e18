"""A desk from memory is the one from the database, of one agency only, and as new as was told."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from control_plane.database import Store, open_store
from control_plane.errors import Refusal
from control_plane.live import Hub
from control_plane.routing import operations as routing
from control_plane.routing.rules.choices import Choices, Mode, OfferChoice
from control_plane.security import accounts
from control_plane.security.accounts import AccountChange, StaffId
from control_plane.security.scope import Role, Scope
from control_plane.staff.rules import ClerkState
from control_plane.visits.desks import Desks
from control_plane.visits.live_nation import LiveNation
from control_plane.visits.operations import (
    consulting,
    course,
    parking,
    passing,
    supervising,
    transferring,
)
from control_plane.visits.operations.ending import miss
from control_plane.visits.operations.transferring import Transfer
from control_plane.visits.queries import Visit
from control_plane.visits.rules import ParkReason, TransferReason
from control_plane.visits.views import Desk, OwnPart, SharedPart
from shared.identifiers import JobId
from shared.languages import Language
from shared.telemetry import Condition, PeripheralsChanged
from shared.tickets import CancelTicket
from shared.visits import BoothWiped, Outcome, PrintEnded, PrintState, VisitorArrived
from tests.clock import FakeClock
from tests.control_plane.visits.consults import answer, ask
from tests.control_plane.visits.steps import begun, called, pass_time
from tests.control_plane.world import World, counted_statements, ready_ports, visit_id

SYSTEM = Scope.system("test")
JOB = JobId(UUID(int=7))


@dataclass
class Replica:
    """What one replica keeps in memory, at work over a Store."""

    hub: Hub
    live: LiveNation
    desks: Desks

    async def desk(self, clerk: Scope) -> dict[str, Any]:
        """The desk as its page gets it."""
        shown: dict[str, Any] = json.loads(await self.desks.text(clerk))
        return shown


@asynccontextmanager
async def replica(world: World, store: Store | None = None) -> AsyncIterator[Replica]:
    store = store or world.store
    hub = Hub(store, world.clock)
    live = LiveNation(store, world.clock, hub)
    desks = Desks(store, world.clock, world.setup, live)
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(each.run()) for each in (hub, live, desks)]
        async with asyncio.timeout(10):
            while live.nation is None or not hub.follows:  # noqa: ASYNC110 - told by nobody
                await asyncio.sleep(0.01)
        yield Replica(hub, live, desks)
        for task in running:
            task.cancel()


async def from_database(world: World, clerk: Scope) -> dict[str, Any]:
    shown: dict[str, Any] = (await world.desk(clerk)).model_dump(mode="json")
    return shown


def test_a_desk_is_its_two_parts_and_the_queue() -> None:
    parts = [*SharedPart.model_fields, *OwnPart.model_fields, "queue"]
    assert sorted(parts) == sorted(Desk.model_fields)


async def test_memory_shows_the_queue_and_the_booths_as_the_database_does(world: World) -> None:
    desks = [
        await world.clerk(),
        await world.clerk("bertta", languages=[Language.FINNISH]),
        await world.clerk("tuula", agency="vero"),
    ]
    await world.device_up()
    await world.device_up("d-inari-01")
    async with replica(world) as memory:
        agree = partial(agrees, world, memory, desks)
        await agree()
        first = await world.take()
        await agree()
        await world.take("kela-todistus", language=Language.SWEDISH)
        await world.take("kela-elake", device="d-inari-01", language=Language.ENGLISH)
        await world.take("vero-kortti", device="d-inari-01")
        await agree()
        world.clock.pass_(minutes=11)  # English may be served by anybody now
        assert (await memory.desk(desks[0]))["queue"][0]["wait_s"] >= 660
        await agree()
        out = PeripheralsChanged(booth=None, peripherals=ready_ports(printer=Condition.PAPER_OUT))
        await world.event(out)
        await agree()
        await world.ask(CancelTicket(ticket_id=first.ticket_id))
        await world.choose(desks[1], ClerkState.OFFLINE)
        await world.device_up(online=False)
        await agree()


async def test_memory_follows_what_people_and_agencies_choose(world: World) -> None:
    clerk, other = await world.clerk(), await world.clerk("bertta", languages=[Language.FINNISH])
    owner = await world.account("owner", Role.OWNER)
    await world.device_up()
    await world.take("kela-tuki", language=Language.SWEDISH)
    push = Choices(offers=OfferChoice(mode=Mode.PUSH))
    speaks = AccountChange(languages=(Language.FINNISH, Language.SWEDISH))
    identity, now = StaffId(UUID(other.name)), world.clock.now()
    async with replica(world) as memory:
        agree = partial(agrees, world, memory, [clerk, other])
        assert (await memory.desk(other))["queue"][0]["why_not"] == ["language"]
        await world.run(lambda tx: accounts.change(tx, SYSTEM, identity, speaks, now))
        assert (await memory.desk(other))["queue"][0]["why_not"] == []
        await agree()
        await world.run(lambda tx: routing.choose(tx, owner, "kela", push, instead_of=0, now=now))
        assert (await memory.desk(other))["mode"] == "push"
        await world.offer(other)
        assert (await memory.desk(other))["offer"] is not None
        await agree()
        await world.choose(other, ClerkState.ON_BREAK)
        await agree()


async def test_memory_follows_a_visit_to_its_end(world: World) -> None:
    clerk, other = await world.clerk(), await world.clerk("bertta")
    await world.device_up()
    await world.take()
    async with replica(world) as memory:
        agree = partial(agrees, world, memory, [clerk, other])
        visit = await world.call_next(clerk)
        await agree()
        await world.reported(visit)
        await agree()
        await world.event(VisitorArrived(visit_id=visit_id(visit), at=world.clock.now()))
        await agree()
        printed = PrintEnded(
            visit_id=visit_id(visit), job_id=JOB, state=PrintState.OUT, pages=1, sheets=1
        )
        await world.event(printed)
        assert len((await memory.desk(clerk))["visit"]["prints"]) == 1
        await agree()
        ended, now = partial(course.end, setup=world.setup, scope=clerk), world.clock.now()
        await world.run(lambda tx: ended(tx, visit_id=visit.id, outcome=Outcome.DONE, now=now))
        await agree()
        await world.event(PeripheralsChanged(booth=None, peripherals=ready_ports()))
        assert len((await memory.desk(clerk))["recent"]) == 1
        await agree()


async def test_memory_follows_what_supervisors_say_and_who_has_read_it(world: World) -> None:
    clerk, other = await world.clerk(), await world.clerk("bertta")
    taxes = await world.clerk("tuula", agency="vero")
    boss = await world.account("paa", Role.AGENCY_ADMIN, agency="kela")
    message, now = UUID(int=8), world.clock.now()
    async with replica(world) as memory:
        agree = partial(agrees, world, memory, [clerk, other, taxes])
        await agree()
        said = partial(supervising.broadcast, scope=boss, message_id=message, minutes=5, now=now)
        await world.run(lambda tx: said(tx, text="Kahvi on valmis"))
        assert [each["text"] for each in (await memory.desk(clerk))["messages"]] == [
            "Kahvi on valmis"
        ]
        assert "Kahvi" not in await memory.desks.text(taxes)
        await agree()
        await world.run(lambda tx: supervising.read(tx, clerk, message, UUID(clerk.name)))
        assert (await memory.desk(clerk))["messages"] == []
        await agree()
        world.clock.pass_(minutes=6)
        assert (await memory.desk(other))["messages"] == []
        await agree()


async def test_memory_shows_who_is_sent_on_set_aside_or_missed_as_the_database_does(
    world: World,
) -> None:
    clerk, other = await world.clerk(), await world.clerk("bertta")
    desks, setup = [clerk, other, await world.clerk("vilho", agency="vero")], world.setup
    await world.device_up()

    async def wiped(visit: Visit) -> None:
        body = BoothWiped(visit_id=visit_id(visit), clean=True, at=world.clock.now())
        await world.event(body)

    async with replica(world) as memory:
        agree = partial(agrees, world, memory, desks)
        visit, now = await begun(world, clerk), world.clock.now()
        await agree()
        to_bertta = Transfer(
            service="kela-tuki", reason=TransferReason.SPECIALIST, staff=UUID(other.name)
        )
        send = partial(transferring.transfer, setup=setup, visit_id=visit.id)
        await world.run(partial(send, scope=clerk, wanted=to_bertta, now=now))
        await wiped(visit)
        for seen, by in ((False, clerk), (True, other)):
            [row] = (await memory.desk(by))["queue"]
            assert (row["seated"], row["for_me"]) == (True, seen)
        await agree()
        await pass_time(world, present=tuple(desks), minutes=11)  # anybody may serve now
        assert (await memory.desk(clerk))["queue"][0]["why_not"] != ["for_another"]
        await agree()
        await wiped(visit)
        visit = await world.call_next(other)
        await world.reported(visit)
        await world.event(VisitorArrived(visit_id=visit_id(visit), at=world.clock.now()))
        assert (await memory.desk(other))["visit"]["transfers_left"] == setup.timings.transfers - 1
        await agree()
        park = partial(parking.park, setup=setup, visit_id=visit.id, reason=ParkReason.FORM)
        await world.run(partial(park, scope=other, minutes=15, now=world.clock.now()))
        assert [len((await memory.desk(each))["parked"]) for each in desks] == [0, 1, 0]
        await agree()
        await wiped(visit)
        give = partial(parking.hand_over, setup=setup, ticket_id=visit.ticket_id)
        await world.run(partial(give, scope=other, to=UUID(clerk.name), now=world.clock.now()))
        assert [len((await memory.desk(each))["parked"]) for each in desks] == [0, 0, 0]
        assert (await memory.desk(clerk))["queue"][0]["for_me"]
        await agree()
        visit = await world.call_next(clerk)
        await world.reported(visit)
        let = partial(passing.let_pass, setup=setup, visit_id=visit.id)
        await world.run(partial(let, scope=clerk, now=world.clock.now()))
        assert (await memory.desk(clerk))["queue"][0]["why_not"][0] == "not_yet"
        await agree()
        world.clock.pass_(minutes=6)
        assert "not_yet" not in (await memory.desk(clerk))["queue"][0]["why_not"]
        await agree()


async def test_memory_shows_a_consult_to_both_as_the_database_does(world: World) -> None:
    await world.device_up()
    clerk = await world.clerk()
    visit = await begun(world, clerk)
    colleague = await world.clerk("vilho", "vero")
    async with replica(world) as memory:
        agree = partial(agrees, world, memory, [clerk, colleague])
        consult = await ask(world, clerk, visit, service="vero-kortti")
        await agree()
        assert (await memory.desk(colleague))["consult"]["service"]["name"]["fi"] == "Tuki"
        await answer(world, colleague, consult)
        await agree()
        assert (await memory.desk(clerk))["visit"]["consult"]["alias"] == "Vilho"
        hold = partial(course.put_on_hold, setup=world.setup, scope=clerk, visit_id=visit.id)
        await world.run(lambda tx: hold(tx, on=True, now=world.clock.now()))
        await agree()
        assert (await memory.desk(colleague))["consult"]["room"]["on_hold"]
        await world.run(lambda tx: consulting.leave(tx, colleague, consult, world.clock.now()))
        await agree()
        assert (await memory.desk(colleague))["consult"] is None


async def test_memory_shows_a_missed_number_as_long_as_the_database_does(world: World) -> None:
    clerk, other = await world.clerk(), await world.clerk("bertta")
    desks = [clerk, other, await world.clerk("vilho", agency="vero")]
    await world.device_up()
    async with replica(world) as memory:
        agree = partial(agrees, world, memory, desks)
        visits = [await missed(world, clerk) for _ in range(2)]
        shown = [(await memory.desk(each))["missed"] for each in desks]
        assert [len(each) for each in shown] == [2, 2, 0]
        await agree()
        take_back = partial(parking.take_back_missed, setup=world.setup, scope=other)
        await world.run(partial(take_back, ticket_id=visits[0].ticket_id, now=world.clock.now()))
        assert len((await memory.desk(clerk))["missed"]) == 1
        await agree()
        world.clock.pass_(minutes=16)
        assert (await memory.desk(clerk))["missed"] == []
        await agree()


async def missed(world: World, clerk: Scope) -> Visit:
    """A visitor who did not come to any call."""
    world.clock.pass_(seconds=1)
    visit = await called(world, clerk)
    await world.run(lambda tx: miss(tx, world.setup, visit, world.clock.now()))
    await world.event(BoothWiped(visit_id=visit_id(visit), clean=True, at=world.clock.now()))
    await world.choose(clerk, ClerkState.AVAILABLE)
    return visit


async def agrees(world: World, memory: Replica, clerks: list[Scope]) -> None:
    """Each desk is the same from memory and from the database."""
    for clerk in clerks:
        assert await memory.desk(clerk) == await from_database(world, clerk)


async def test_no_word_of_another_agency_is_in_a_desk_from_memory(world: World) -> None:
    clerk = await world.clerk()
    taxes = await world.clerk("tuula", agency="vero")
    await world.device_up()
    ours = [await world.take() for _ in range(3)]
    theirs = [await world.take("vero-kortti") for _ in range(3)]
    await world.call_next(taxes)
    async with replica(world) as memory:
        for _ in range(2):  # written, and from what was kept
            mine, foreign = await memory.desks.text(clerk), await memory.desks.text(taxes)
            for ticket in ours:
                assert str(ticket.ticket_id) in mine
                assert str(ticket.ticket_id) not in foreign
            for ticket in theirs:
                assert str(ticket.ticket_id) not in mine
            for word in ("vero", "Vero", taxes.name, "tuula", "Tuula"):
                assert word not in mine
            for word in ("kela", "Kela", clerk.name, "Aino"):
                assert word not in foreign
            world.clock.pass_(seconds=1)


async def test_another_clerk_of_the_agency_sees_none_of_what_is_a_clerks_own(world: World) -> None:
    clerk, other = await world.clerk(), await world.clerk("bertta")
    await world.device_up()
    await world.take()
    visit = await world.call_next(clerk)
    async with replica(world) as memory:
        assert (await memory.desk(clerk))["visit"]["id"] == str(visit.id)
        text = await memory.desks.text(other)
        assert str(visit.id) not in text
        assert str(visit.room_id) not in text


async def test_who_sees_more_than_one_agency_is_answered_from_the_database(world: World) -> None:
    wide = await world.account("paula", Role.CLERK, Role.ADVISER, agency="kela")
    await world.choose(wide, ClerkState.AVAILABLE)
    async with replica(world) as memory:
        with counted_statements() as statements:
            shown = await memory.desk(wide)
        assert statements
        assert shown == await from_database(world, wide)


async def test_an_account_that_belongs_to_another_agency_now_gets_nothing_of_the_former(
    world: World,
) -> None:
    clerk = await world.clerk()
    await world.take()
    async with replica(world) as memory:
        await memory.desks.text(clerk)
        moved = Scope(clerk.asker, clerk.name, clerk.roles, "vero")
        with pytest.raises(Refusal):
            await memory.desks.text(moved)


async def test_a_desk_that_is_known_costs_no_statement(world: World) -> None:
    clerk, other = await world.clerk(), await world.clerk("bertta")
    await world.take()
    async with replica(world) as memory:
        await memory.desks.text(clerk)
        await memory.desks.text(other)
        with counted_statements() as statements:
            for _ in range(20):
                await memory.desks.text(clerk)
                await memory.desks.text(other)
        # The hub looks for other replicas' changes meanwhile, if it is its time.
        assert [each for each in statements if "account" in each or "tickets" in each] == []


async def test_who_has_written_reads_the_own_write_every_time(world: World) -> None:
    clerk = await world.clerk()
    async with replica(world) as memory:
        for state in [ClerkState.ON_BREAK, ClerkState.AVAILABLE] * 15:
            await world.choose(clerk, state)
            assert (await memory.desk(clerk))["me"]["state"] == state


async def test_a_number_that_was_given_is_in_the_next_desk_every_time(world: World) -> None:
    clerk = await world.clerk()
    async with replica(world) as memory:
        for waiting in range(1, 11):
            await world.take()
            assert (await memory.desk(clerk))["waiting"] == waiting


async def test_what_another_replica_wrote_is_seen_within_a_second(
    world: World, store_url: str
) -> None:
    clerk = await world.clerk()
    elsewhere = open_store(store_url)
    async with replica(world, elsewhere) as memory:
        assert (await memory.desk(clerk))["waiting"] == 0
        await world.take()
        async with asyncio.timeout(1.5):
            while (await memory.desk(clerk))["waiting"] == 0:  # noqa: ASYNC110 - told by nobody
                await asyncio.sleep(0.02)
    await elsewhere.close()


async def test_memory_that_no_longer_hears_of_others_is_not_believed(world: World) -> None:
    clerk = await world.clerk()
    async with replica(world) as memory:
        await memory.desks.text(clerk)
        memory.hub._looked_at = 0.0
        with counted_statements() as statements:
            await memory.desks.text(clerk)
        assert any("account" in each for each in statements)


async def test_before_the_nation_is_read_the_database_answers(world: World) -> None:
    clerk = await world.clerk()
    await world.take()
    hub = Hub(world.store, world.clock)
    desks = Desks(world.store, world.clock, world.setup, LiveNation(world.store, world.clock, hub))
    assert json.loads(await desks.text(clerk)) == await from_database(world, clerk)


async def wakes(memory: Replica, clerk: Scope, deed: Callable[[], Awaitable[None]]) -> int:
    """How often a desk that looks at once was woken by what was done."""
    await asyncio.sleep(0.7)  # what was before is told by then
    count = 0
    with memory.desks.watching(UUID(clerk.name), clerk.agency or "") as watcher:
        await deed()
        async with asyncio.timeout(5):
            while True:
                try:
                    async with asyncio.timeout(0.6):
                        await watcher.woken.wait()
                except TimeoutError:
                    return count
                watcher.woken.clear()
                count += 1


async def test_changes_that_come_together_are_told_together(world: World) -> None:
    clerk = await world.clerk()
    async with replica(world) as memory:

        async def rush() -> None:
            for _ in range(30):
                await world.take()

        assert 1 <= await wakes(memory, clerk, rush) <= 8


async def test_another_agencys_queue_wakes_no_desk(world: World) -> None:
    clerk = await world.clerk()
    await world.clerk("tuula", agency="vero")
    async with replica(world) as memory:

        async def theirs() -> None:
            await world.take("vero-kortti")

        assert await wakes(memory, clerk, theirs) == 0


async def test_a_clerks_own_news_wakes_the_own_desk_once(world: World) -> None:
    clerk = await world.clerk()
    async with replica(world) as memory:

        async def pause() -> None:
            await world.choose(clerk, ClerkState.ON_BREAK)

        assert await wakes(memory, clerk, pause) == 1


async def test_what_comes_right_after_a_clerks_own_news_is_told_too(world: World) -> None:
    clerk = await world.clerk()
    async with replica(world) as memory:
        await asyncio.sleep(0.7)  # what was before is told by then
        with memory.desks.watching(UUID(clerk.name), "kela") as watcher:
            memory.desks._heard(frozenset({f"clerk:{clerk.name}", "desk:kela"}))
            assert watcher.woken.is_set()
            watcher.woken.clear()  # the page has looked, and now somebody comes to the queue
            memory.desks._heard(frozenset({"desk:kela"}))
            async with asyncio.timeout(5):
                await watcher.woken.wait()


async def test_what_nobody_asked_for_lately_is_let_go(world: World, clock: FakeClock) -> None:
    clerk = await world.clerk()
    async with replica(world) as memory:
        await memory.desks.text(clerk)
        assert UUID(clerk.name) in memory.live.nation.own  # type: ignore[union-attr]
        clock.pass_(minutes=6)
        await world.take()
        await memory.live.newest()
        assert memory.live.nation.own == {}  # type: ignore[union-attr]
