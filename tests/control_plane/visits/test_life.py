"""Whatever clerks, visitors and devices do in any order: no ticket is lost, no arrival changed."""

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from random import Random
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from control_plane.errors import Refusal
from control_plane.security.scope import Scope
from control_plane.staff.rules import ClerkState
from control_plane.tickets.rules import FINAL, TicketState, may_become
from control_plane.tickets.tables import tickets
from control_plane.visits.operations import course, parking, passing, transferring
from control_plane.visits.operations.transferring import Transfer
from control_plane.visits.queries import Visit
from control_plane.visits.rules import ParkReason, Place, TransferReason, VisitState
from control_plane.visits.tables import visits
from shared.identifiers import VisitId
from shared.visits import BoothWiped, Outcome, VisitLost, VisitorArrived
from tests.control_plane.visits.steps import pass_time
from tests.control_plane.world import World

SERVICES = ("kela-tuki", "kela-todistus", "vero-kortti")
STEPS = 40


@given(st.lists(st.sampled_from(TicketState), max_size=30))
def test_a_ticket_that_is_not_over_can_always_go_on_to_waiting_or_to_its_end(
    wishes: list[TicketState],
) -> None:
    state = TicketState.WAITING
    for wish in wishes:
        if may_become(state, wish):
            state = wish
    if state not in FINAL | {TicketState.WAITING}:
        assert may_become(state, TicketState.WAITING)


@dataclass
class Day:
    """Three clerks of two agencies, two booths, and whatever chance lets them do."""

    world: World
    random: Random
    clerks: list[Scope]
    arrivals: dict[UUID, datetime] = field(default_factory=dict)

    async def rows(self) -> dict[UUID, sa.Row[tuple[object, ...]]]:
        asked = sa.select(tickets.c.id, tickets.c.state, tickets.c.arrived_at)
        found = await self.world.store.read(lambda tx: tx.execute(asked).all())
        return {row.id: row for row in found}

    async def visit_of(self, clerk: Scope) -> Visit | None:
        shown = (await self.world.desk(clerk)).visit
        return None if shown is None else await self.world.stored(str(shown.id))

    async def step(self) -> None:
        """One thing that somebody does; what is refused changes nothing."""
        clerk = self.random.choice(self.clerks)
        visit = await self.visit_of(clerk)
        going_on = visit is not None and visit.ended_at is None
        deeds = self._in_visit(clerk, visit) if visit and going_on else self._between(clerk)
        with contextlib.suppress(Refusal):
            await self.random.choice(deeds)()

    def _between(self, clerk: Scope) -> list[Callable[[], Awaitable[object]]]:
        world = self.world
        device = self.random.choice(["d-inari-01", "d-inari-02"])
        return [
            lambda: world.take(self.random.choice(SERVICES), device=device),
            lambda: world.call_next(clerk),
            lambda: world.call_next(clerk),
            lambda: world.choose(clerk, ClerkState.AVAILABLE),
            lambda: self._parked(clerk),
            lambda: self.wait(minutes=self.random.choice([1, 6])),
        ]

    def _in_visit(self, clerk: Scope, visit: Visit) -> list[Callable[[], Awaitable[object]]]:
        world, random = self.world, self.random
        now, setup = world.clock.now(), world.setup
        at, who = VisitId(visit.id), [None, *(UUID(each.name) for each in self.clerks)]
        wanted = Transfer(
            service=random.choice(SERVICES),
            reason=TransferReason.OTHER_MATTER,
            staff=random.choice(who),
            place=random.choice(list(Place)),
            stays_seated=random.random() < 0.7,
        )
        come = VisitorArrived(visit_id=at, at=now)
        lost = VisitLost(visit_id=at, reason="restarted", at=now)
        event = partial(world.event, device=visit.device)
        before: list[Callable[..., object]] = [passing.let_pass]
        during: list[Callable[..., object]] = [
            partial(transferring.transfer, wanted=wanted),
            partial(transferring.transfer, wanted=wanted),
            partial(parking.park, reason=ParkReason.FORM, minutes=random.choice([1, 20])),
            transferring.another_booth,
            partial(course.end, outcome=Outcome.DONE),
        ]
        met = visit.state is VisitState.IN_SESSION
        return [
            *(
                partial(world.run, partial(deed, setup=setup, scope=clerk, visit_id=at, now=now))
                for deed in (during if met else before)
            ),
            partial(event, lost),
            *([] if met else [partial(world.reported, visit), partial(event, come)] * 4),
        ]

    async def _parked(self, clerk: Scope) -> None:
        for row in (await self.world.desk(clerk)).parked[:1]:
            to = self.random.choice([None, UUID(self.random.choice(self.clerks).name)])
            call = partial(parking.call_back, setup=self.world.setup, scope=clerk)
            give = partial(parking.hand_over, setup=self.world.setup, scope=clerk, to=to)
            deeds: list[Callable[..., object]] = [call, give]
            deed = self.random.choice(deeds)
            now = self.world.clock.now()
            await self.world.run(partial(deed, ticket_id=row.ticket_id, now=now))

    async def wait(self, **time: float) -> None:
        """Time passes, booths that have to are wiped."""
        await pass_time(self.world, present=tuple(self.clerks), **time)
        await self.wipe()

    async def wipe(self) -> None:
        for device in ("d-inari-01", "d-inari-02"):
            for visit_id in await self._unwiped(device):
                body = BoothWiped(visit_id=visit_id, clean=True, at=self.world.clock.now())
                await self.world.event(body, device=device)

    async def _unwiped(self, device: str) -> list[VisitId]:
        asked = sa.select(visits.c.id).where(
            visits.c.device == device, visits.c.wiped.is_(False), visits.c.ended_at.is_not(None)
        )
        found = await self.world.store.read(lambda tx: tx.execute(asked).scalars().all())
        return [VisitId(each) for each in found]

    async def check(self) -> None:
        """Nobody has vanished, and nobody's first arrival is another than it was."""
        rows = await self.rows()
        for identity, arrived_at in self.arrivals.items():
            assert rows[identity].arrived_at == arrived_at
        self.arrivals = {identity: row.arrived_at for identity, row in rows.items()}

    async def drain(self) -> None:
        """From now on everybody is served who waits; gives up when that does not end."""
        rows = await self.rows()
        for _ in range(200):
            # Whoever missed the call may come back until the day is over.
            over = FINAL | {TicketState.MISSED}
            if all(TicketState(row.state) in over for row in rows.values()):
                return
            for clerk in self.clerks:
                await self._serve(clerk)
            await self.wait(minutes=1)
            rows = await self.rows()
        raise AssertionError(f"never served: {[row.state for row in rows.values()]}")

    async def _serve(self, clerk: Scope) -> None:
        visit = await self.visit_of(clerk)
        if visit is None or visit.ended_at is not None:
            with contextlib.suppress(Refusal):
                await self.world.choose(clerk, ClerkState.AVAILABLE)
                visit = await self.world.call_next(clerk)
        if visit is None or visit.ended_at is not None:
            return
        await self.world.reported(visit)
        come = VisitorArrived(visit_id=VisitId(visit.id), at=self.world.clock.now())
        await self.world.event(come, device=visit.device)
        now = self.world.clock.now()
        end = partial(course.end, setup=self.world.setup, scope=clerk, outcome=Outcome.DONE)
        await self.world.run(partial(end, visit_id=visit.id, now=now))


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_done_in_any_order_nobody_is_left_behind(world: World, seed: int) -> None:
    for device in ("d-inari-01", "d-inari-02"):
        await world.device_up(device)
    clerks = [
        await world.clerk("aino"),
        await world.clerk("bertta"),
        await world.clerk("vilho", "vero"),
    ]
    day = Day(world, Random(seed), clerks)  # noqa: S311 - a story, not a secret
    for _ in range(3):
        await world.take("kela-tuki", device="d-inari-01")
    for _ in range(STEPS):
        await day.step()
        await day.wipe()
        await day.check()
    await day.drain()
