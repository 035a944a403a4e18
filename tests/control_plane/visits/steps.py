"""Steps that several tests of visits take, and what they look at."""

import json
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from control_plane.fleet import operations as fleet
from control_plane.fleet.rules import BoothState
from control_plane.outbox.tables import outbox
from control_plane.queues.queries import StoredClosing
from control_plane.queues.rules.closing import ASK, Kind, end_of_country_day
from control_plane.security.scope import Role, Scope
from control_plane.staff import queries as staff
from control_plane.staff.rules import ClerkState
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.visits.due_queries import due
from control_plane.visits.operations import closing
from control_plane.visits.operations.due import come_due
from control_plane.visits.queries import Visit
from shared.visits import (
    VisitorArrived,
)
from tests.control_plane.world import World, visit_id

SYSTEM = Scope.system("test")


async def ticket(world: World, visit: Visit) -> Ticket:
    found = await world.store.read(lambda tx: tickets.ticket_of(tx, SYSTEM, visit.ticket_id))
    assert found is not None
    return found


async def clerk_state(world: World, scope: Scope) -> ClerkState:
    found = await world.store.read(lambda tx: staff.clerk_of(tx, SYSTEM, UUID(scope.name)))
    assert found is not None
    return found.state


async def booth_state(world: World, clerk: Scope, point: str = "salla") -> BoothState:
    desk = await world.desk(clerk)
    return next(each for each in desk.points if each.code == point).booths[0].state


async def commands(world: World) -> list[str]:
    rows = await world.store.read(
        lambda tx: (
            tx.execute(
                sa.select(outbox.c.kind).where(outbox.c.channel == "command").order_by(outbox.c.id)
            )
            .scalars()
            .all()
        )
    )
    return list(rows)


async def prepared_for(world: World) -> tuple[int, str]:
    """The number and its day, as the device heard them last."""
    [*_, body] = await sent(world, "visit.prepare")
    return body["number"], body["day"]


async def goes_on(world: World) -> bool:
    """Does the device know of the last visit's end that its number has another one to come?"""
    [*_, body] = await sent(world, "visit.cancel", "visit.end")
    return not body.get("number_ends", False)


async def sent(world: World, *kinds: str) -> list[dict[str, Any]]:
    """What the devices were told by commands of these kinds, in order."""
    asked = sa.select(outbox.c.payload).where(outbox.c.kind.in_(kinds)).order_by(outbox.c.id)
    found = await world.store.read(lambda tx: tx.execute(asked).scalars().all())
    return [json.loads(payload)["body"] for payload in found]


async def pass_time(
    world: World, *, present: Scope | tuple[Scope, ...] = (), **time: float
) -> None:
    """Let time pass and do what comes due with it; ``present``: these clerks' pages live."""
    now = world.clock.pass_(**time)
    here = present if isinstance(present, tuple) else (present,)
    await world.run(lambda tx: staff.heard(tx, SYSTEM, [UUID(each.name) for each in here], now))
    if world.online:
        await world.run(lambda tx: fleet.heard(tx, dict.fromkeys(world.online, now), now))
    items = await world.store.read(lambda tx: due(tx, SYSTEM, world.setup.timings, now))
    for item in items:
        await world.run(partial(come_due, setup=world.setup, item=item, now=now))


async def called(world: World, clerk: Scope) -> Visit:
    """A visit whose visitor is called."""
    await world.take()
    visit = await world.call_next(clerk)
    await world.reported(visit)
    return await world.visit(visit)


async def begun(world: World, clerk: Scope) -> Visit:
    """A visit whose visitor sits in the booth."""
    visit = await called(world, clerk)
    await world.event(VisitorArrived(visit_id=visit_id(visit), at=world.clock.now()))
    return await world.visit(visit)


async def supervisor(world: World, agency: str = "kela") -> Scope:
    return await world.account(f"esihenkilo-{agency}", Role.SUPERVISOR, agency=agency)


async def close(world: World, who: Scope, kind: Kind = Kind.NOW, **change: Any) -> str:
    now = world.clock.now()
    values: dict[str, Any] = {
        "id": str(uuid4()),
        "agency": who.agency or "kela",
        "point": None,
        "service": None,
        "kind": kind,
        "most": None,
        "instead": ASK,
        "made_at": now,
        "ends_at": end_of_country_day(now),
        "ended_at": None,
    }
    wanted = StoredClosing(**values | change)
    await world.run(lambda tx: closing.close(tx, who, wanted, "reason", now))
    return wanted.id
