"""Steps of a consult that several tests take, and what they look at."""

from collections.abc import Awaitable
from uuid import UUID

import pytest
import sqlalchemy as sa

from control_plane.errors import Refusal
from control_plane.rooms.operations import route_of
from control_plane.security import audit
from control_plane.security.scope import Scope
from control_plane.staff.rules import ClerkState
from control_plane.visits import consult_queries
from control_plane.visits.operations import consulting
from control_plane.visits.queries import Visit
from control_plane.visits.tables import consults
from control_plane.visits.views import ConsultCall
from shared.identifiers import RoomId
from shared.rooms import Participant, Signal, SignalType
from tests.control_plane.visits.steps import SYSTEM, begun, clerk_state
from tests.control_plane.world import World

CLERK, COLLEAGUE = Participant.CLERK, Participant.COLLEAGUE
SCREEN, AGENT = Participant.BOOTH_SCREEN, Participant.BOOTH_AGENT


async def ask(
    world: World, clerk: Scope, visit: Visit, *, staff: Scope | None = None, service: str = ""
) -> UUID:
    await world.run(
        lambda tx: consulting.ask(
            tx,
            clerk,
            visit.id,
            colleague=None if staff is None else UUID(staff.name),
            service=service or None,
            now=world.clock.now(),
        )
    )
    found = await world.store.read(lambda tx: consult_queries.open_of_visit(tx, SYSTEM, visit.id))
    assert found is not None
    return found.id


async def answer(world: World, colleague: Scope, consult: UUID, *, yes: bool = True) -> None:
    now = world.clock.now()
    if yes:
        await world.run(lambda tx: consulting.accept(tx, world.setup, colleague, consult, now))
    else:
        await world.run(lambda tx: consulting.refuse(tx, colleague, consult, now))


async def call_of(world: World, colleague: Scope) -> ConsultCall:
    call = (await world.desk(colleague)).consult
    assert call is not None
    return call


async def two(world: World, agency: str = "kela") -> tuple[Scope, Scope, Visit]:
    """A clerk with a visitor, and a colleague who is free."""
    await world.device_up()
    clerk = await world.clerk()
    visit = await begun(world, clerk)
    return clerk, await world.clerk("bertta", agency), visit


async def together(world: World, agency: str = "kela") -> tuple[Scope, Scope, Visit, UUID]:
    """Both are with the visitor."""
    clerk, colleague, visit = await two(world, agency)
    service = "" if agency == "kela" else "vero-kortti"
    whom = colleague if agency == "kela" else None
    consult = await ask(world, clerk, visit, staff=whom, service=service)
    await answer(world, colleague, consult)
    return clerk, colleague, visit, consult


async def hand_on(world: World, clerk: Scope, visit: Visit, *, on: bool = True) -> None:
    await world.run(
        lambda tx: consulting.hand_on(tx, clerk, visit.id, on=on, now=world.clock.now())
    )


async def keep(world: World, colleague: Scope, consult: UUID) -> Visit:
    return await world.run(
        lambda tx: consulting.keep(tx, world.setup, colleague, consult, world.clock.now())
    )


async def way(
    world: World, asker: Scope, visit: Visit, sender: Participant, receiver: Participant
) -> object:
    """Where a candidate goes in the visit's room."""
    signal = Signal(
        room_id=RoomId(visit.room_id),
        sender=sender,
        receiver=receiver,
        attempt=1,
        type=SignalType.CANDIDATE,
    )
    now = world.clock.now()
    return await world.store.read(lambda tx: route_of(tx, asker, signal, now))


async def refusal_of(pending: Awaitable[object]) -> str:
    with pytest.raises(Refusal) as refusal:
        await pending
    return refusal.value.reason.code


async def actions(world: World) -> list[str]:
    rows = await world.store.read(lambda tx: audit.rows(tx, SYSTEM))
    return [row.entry.action for row in rows if row.entry.action.startswith("consult.")]


async def free(world: World, colleague: Scope, state: ClerkState = ClerkState.AVAILABLE) -> None:
    """The colleague is in no consult any more, and no row says so either."""
    assert await clerk_state(world, colleague) is state
    left = await world.store.read(
        lambda tx: tx.execute(sa.select(consults).where(consults.c.state != "ended")).all()
    )
    assert list(left) == []
    assert (await world.desk(colleague)).consult is None
