"""In any order, or at once: nobody is in two things, and nobody in a room without a right."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
import sqlalchemy as sa

from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Refusal
from control_plane.rooms.tables import room_guests, rooms
from control_plane.security.accounts import SignedOut
from control_plane.security.scope import Scope
from control_plane.staff import queries as staff
from control_plane.staff.rules import ClerkState
from control_plane.visits.operations import consulting, course, transferring
from control_plane.visits.operations import desk as at_desk
from control_plane.visits.queries import Visit
from control_plane.visits.rules import VisitState
from control_plane.visits.tables import consults, visits
from shared.visits import BoothWiped, Outcome, VisitorArrived
from tests.control_plane.visits.consults import answer, ask, hand_on, keep, two
from tests.control_plane.visits.steps import SYSTEM, pass_time
from tests.control_plane.world import World, visit_id

STEPS = 120


@dataclass
class Nation:
    """What the database says of clerks, visits, consults and rooms at one moment."""

    states: dict[UUID, ClerkState]
    having: dict[UUID, UUID]  # by clerk, whose visit goes on
    running: set[UUID]
    asked: dict[UUID, UUID]  # by colleague: the visit
    joined: dict[UUID, UUID]
    seats: dict[UUID, UUID]  # guests in open rooms, by who: the visit

    @property
    def hosts(self) -> set[UUID]:
        """Whose visit a colleague has joined."""
        return {clerk for clerk, visit in self.having.items() if visit in self.joined.values()}

    @property
    def free(self) -> set[UUID]:
        return {clerk for clerk, state in self.states.items() if state is ClerkState.AVAILABLE}


def seen(tx: Tx) -> Nation:
    running = {
        row.id: row.staff_id
        for row in tx.execute(
            sa.select(visits.c.id, visits.c.staff_id).where(
                visits.c.state == VisitState.IN_SESSION.value
            )
        )
    }
    open_ = tx.execute(sa.select(consults).where(consults.c.state != "ended")).all()
    seats = tx.execute(
        sa.select(room_guests.c.staff_id, rooms.c.visit_id)
        .join(rooms, rooms.c.id == room_guests.c.room_id)
        .where(room_guests.c.until.is_(None))
    ).all()
    return Nation(
        states={each.id: each.state for each in staff.on_watch(tx, SYSTEM)},
        having={clerk: visit for visit, clerk in running.items()},
        running=set(running),
        asked={row.staff_id: row.visit_id for row in open_ if row.state == "asked"},
        joined={row.staff_id: row.visit_id for row in open_ if row.state == "joined"},
        seats={row.staff_id: row.visit_id for row in seats},
    )


async def holds(world: World) -> None:
    nation = await world.store.read(seen)
    for clerk, state in nation.states.items():
        assert (state is ClerkState.CONSULT) == (clerk in nation.joined), state
        assert (state is ClerkState.RESERVED) == (clerk in nation.asked), state
        met = state in {ClerkState.IN_SESSION, ClerkState.HOLD}
        assert met == (clerk in nation.having), state
    assert {*nation.asked.values(), *nation.joined.values()} <= nation.running
    assert nation.seats == nation.joined


class Walk:
    """Three clerks of Kela, who do at random what a desk lets them do and what it does not."""

    def __init__(self, world: World, clerks: list[Scope], seed: int) -> None:
        self.world = world
        self.clerks = clerks
        self.random = random.Random(seed)  # noqa: S311 - a walk, and no secret
        self.reached: set[str] = set()

    async def step(self) -> None:
        act: Callable[[], Awaitable[None]] = self.random.choice(
            [
                *[self.come] * 4,
                *[self.begin] * 2,
                *[self.ask] * 6,
                *[self.answer] * 6,
                *[self.hand_on] * 4,
                *[self.keep] * 4,
                *[self.leave, self.hold, self.end, self.time, self.sign_out],
            ]
        )
        try:
            await act()
        except Refusal:
            return
        self.reached.add(act.__name__)

    @property
    def somebody(self) -> Scope:
        return self.random.choice(self.clerks)

    async def among(self, *parts: str) -> Scope:
        """Most often somebody who has a visit, was asked or has joined; else anybody."""
        nation = await self.world.store.read(seen)
        known = {name for part in parts for name in getattr(nation, part)}
        fit = [each for each in self.clerks if UUID(each.name) in known]
        return self.random.choice(fit) if fit and self.random.random() < 0.8 else self.somebody

    async def visit_of(self, clerk: Scope) -> UUID:
        nation = await self.world.store.read(seen)
        return nation.having.get(UUID(clerk.name)) or UUID(int=0)

    async def stored(self, clerk: Scope) -> Visit:
        found = await self.visit_of(clerk)
        if not found.int:
            raise Refusal(NOT_FOUND)
        return await self.world.stored(str(found))

    async def consult_of(self, clerk: Scope) -> UUID:
        call = (await self.world.desk(clerk)).consult
        return call.id if call else UUID(int=0)

    async def begin(self) -> None:
        device = self.random.choice(["d-salla-01", "d-inari-01", "d-inari-02"])
        await self.world.take(device=device)
        visit = await self.world.call_next(self.somebody)
        await self.world.reported(visit)
        arrived = VisitorArrived(visit_id=visit_id(visit), at=self.world.clock.now())
        await self.world.event(arrived, device=visit.device)

    async def ask(self) -> None:
        clerk, colleague = await self.among("having"), await self.among("free")
        visit = await self.stored(clerk)
        await ask(self.world, clerk, visit, staff=colleague)

    async def answer(self) -> None:
        clerk = await self.among("asked")
        yes = self.random.random() < 0.8
        await answer(self.world, clerk, await self.consult_of(clerk), yes=yes)

    async def leave(self) -> None:
        clerk, now = await self.among("joined"), self.world.clock.now()
        consult = await self.consult_of(clerk)
        await self.world.run(lambda tx: consulting.leave(tx, clerk, consult, now))

    async def hand_on(self) -> None:
        clerk = await self.among("hosts")
        visit = await self.stored(clerk)
        await hand_on(self.world, clerk, visit, on=self.random.random() < 0.8)

    async def keep(self) -> None:
        clerk = await self.among("joined")
        await keep(self.world, clerk, await self.consult_of(clerk))

    async def hold(self) -> None:
        clerk, now = self.somebody, self.world.clock.now()
        visit, on = await self.visit_of(clerk), self.random.random() < 0.5
        await self.world.run(
            lambda tx: course.put_on_hold(tx, self.world.setup, clerk, visit, on=on, now=now)
        )

    async def end(self) -> None:
        clerk, now, setup = self.somebody, self.world.clock.now(), self.world.setup
        visit = await self.visit_of(clerk)
        if self.random.random() < 0.5:
            ended = await self.world.run(
                lambda tx: transferring.another_booth(tx, setup, clerk, visit, now)
            )
        else:
            ended = await self.world.run(
                lambda tx: course.end(tx, setup, clerk, visit, outcome=Outcome.DONE, now=now)
            )
        wiped = BoothWiped(visit_id=visit_id(ended), clean=True, at=now)
        await self.world.event(wiped, device=ended.device)

    async def time(self) -> None:
        present = tuple(each for each in self.clerks if self.random.random() < 0.8)
        await pass_time(self.world, present=present, seconds=self.random.choice([5, 25, 40]))

    async def sign_out(self) -> None:
        gone, now = SignedOut(account=UUID(self.somebody.name)), self.world.clock.now()
        await self.world.run(lambda tx: at_desk.signed_out(tx, gone, now))

    async def come(self) -> None:
        nation = await self.world.store.read(seen)
        for clerk in self.clerks:
            # Whoever is asked would say no by this.
            if UUID(clerk.name) not in nation.asked or self.random.random() < 0.1:
                with contextlib.suppress(Refusal):
                    await self.world.choose(clerk, ClerkState.AVAILABLE)


@pytest.mark.parametrize("seed", range(1, 5))
async def test_in_any_order_of_steps_each_clerk_is_in_one_thing(world: World, seed: int) -> None:
    for device in ("d-salla-01", "d-inari-01", "d-inari-02"):
        await world.device_up(device)
    clerks = [await world.clerk(name) for name in ("aino", "bertta", "cecilia")]
    walk = Walk(world, clerks, seed)
    for _ in range(STEPS):
        await walk.step()
        await holds(world)
    assert {"begin", "ask", "answer", "keep"} <= walk.reached, sorted(walk.reached)


@pytest.mark.parametrize("other", ["end", "take_back", "leave_work"])
async def test_what_happens_at_the_same_instant_leaves_nobody_between(
    world: World, other: str
) -> None:
    clerk, colleague, visit = await two(world)
    consult = await ask(world, clerk, visit, staff=colleague)
    now, setup = world.clock.now(), world.setup
    gone = SignedOut(account=UUID(colleague.name))
    others: dict[str, Callable[[Tx], object]] = {
        "end": lambda tx: course.end(tx, setup, clerk, visit.id, outcome=Outcome.DONE, now=now),
        "take_back": lambda tx: consulting.take_back(tx, clerk, visit.id, now),
        "leave_work": lambda tx: at_desk.signed_out(tx, gone, now),
    }
    found = await asyncio.gather(
        world.run(lambda tx: consulting.accept(tx, setup, colleague, consult, now)),
        world.run(others[other]),
        return_exceptions=True,
    )
    assert all(
        each is None or not isinstance(each, BaseException) or isinstance(each, Refusal)
        for each in found
    )
    await holds(world)


async def test_of_two_who_ask_the_same_colleague_at_once_one_gets_them(world: World) -> None:
    clerk, colleague, visit = await two(world)
    await world.device_up("d-inari-01")
    await world.take(device="d-inari-01")
    second = await world.clerk("cecilia")
    await world.choose(colleague, ClerkState.ON_BREAK)
    other = await world.call_next(second)
    await world.choose(colleague, ClerkState.AVAILABLE)
    await world.reported(other)
    arrived = VisitorArrived(visit_id=visit_id(other), at=world.clock.now())
    await world.event(arrived, device=other.device)
    found = await asyncio.gather(
        ask(world, clerk, visit, staff=colleague),
        ask(world, second, other, staff=colleague),
        return_exceptions=True,
    )
    codes = [each.reason.code for each in found if isinstance(each, Refusal)]
    assert codes == ["colleague_busy"]
    await holds(world)
