"""Ticket, clerk and booth are leased together, all three or none, each once, however many ask."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from control_plane.database import PostgresqlStore, Store
from control_plane.fleet.tables import booth_uses
from control_plane.routing.rules.facts import (
    Booth,
    FreeClerk,
    Need,
    Pairing,
    Profile,
    WaitingTicket,
)
from control_plane.routing.rules.reasons import Kind, Reasons, Score
from control_plane.staff.tables import clerks
from control_plane.tickets.tables import tickets
from control_plane.visits.offer_queries import Offer
from control_plane.visits.operations.deciding import Grounds
from control_plane.visits.operations.offering import offer_all
from control_plane.visits.tables import offers
from shared.identifiers import new_uuid
from shared.languages import Language
from tests.clock import FakeClock
from tests.control_plane.world import World

LASTS = {"kela": timedelta(seconds=20)}
SCORE = Score(waited_s=0, head_start_s=0, rate=1, shorter_s=0)
WHY = Grounds(Kind.OFFER, 0, Reasons(score=SCORE, ahead=0, behind=0))


async def pairings(world: World, number: int, *, booths_used: bool = True) -> list[Pairing]:
    """So many tickets that wait, clerks who are free and booths, each with its own."""
    made = [_pairing(each, world.clock) for each in range(number)]
    await world.run(
        lambda tx: tx.execute(sa.insert(tickets), [_ticket(each, world.clock) for each in made])
    )
    await world.run(
        lambda tx: tx.execute(sa.insert(clerks), [_clerk(each, world.clock) for each in made])
    )
    if booths_used:
        rows = [_booth(each, world.clock) for each in made]
        await world.run(lambda tx: tx.execute(sa.insert(booth_uses), rows))
    return made


def _pairing(number: int, clock: FakeClock) -> Pairing:
    profile = Profile(frozenset({Language.FINNISH}))
    return Pairing(
        WaitingTicket(new_uuid(), clock.now(), "salla", Need("kela", Language.FINNISH)),
        FreeClerk(new_uuid(), "kela", profile, clock.now()),
        Booth("salla", f"b{number}", free=True, ready=True, can_print=True, can_show_papers=True),
    )


def _ticket(pair: Pairing, clock: FakeClock) -> dict[str, object]:
    return {
        "id": pair.ticket.id,
        "number": int(pair.booth.code[1:]),
        "point": "salla",
        "day": clock.now().date(),
        "agency": "kela",
        "service": "kela-tuki",
        "language": "fi",
        "state": "waiting",
        "arrived_at": clock.now(),
        "queued_at": clock.now(),
        "expires_at": clock.now() + timedelta(hours=9),
        "returned": False,
        "promised_by": "unknown",
    }


def _clerk(pair: Pairing, clock: FakeClock) -> dict[str, object]:
    return {
        "staff_id": pair.clerk.id,
        "agency": "kela",
        "skills": "",
        "state": "available",
        "since": clock.now(),
        "reason": "",
        "last_one": False,
        "leaving": False,
        "misses": 0,
        "wants_next": False,
        "told_state": "available",
        "told_at": clock.now(),
    }


def _booth(pair: Pairing, clock: FakeClock) -> dict[str, object]:
    return {
        "point": "salla",
        "booth": pair.booth.code,
        "state": "free",
        "since": clock.now(),
        "distrusted_for": "",
    }


async def claim(world: World, wanted: list[Pairing]) -> list[Offer]:
    found = [(each, WHY) for each in wanted]
    return await world.run(partial(offer_all, found=found, lasts=LASTS, now=world.clock.now()))


async def states(world: World) -> dict[str, Counter[str]]:
    """How many tickets, clerks and booths are in which state."""
    found = {}
    for name, table in {"tickets": tickets, "clerks": clerks, "booths": booth_uses}.items():
        query = sa.select(table.c.state)
        found[name] = Counter(
            await world.store.read(lambda tx, query=query: list(tx.execute(query).scalars()))  # type: ignore[misc]
        )
    return found


async def test_what_is_free_is_leased_in_one_go(world: World) -> None:
    wanted = await pairings(world, 5)
    made = await claim(world, wanted)
    assert {each.ticket_id for each in made} == {each.ticket.id for each in wanted}
    assert await states(world) == {
        "tickets": {"offered": 5},
        "clerks": {"reserved": 5},
        "booths": {"reserved": 5},
    }
    stored = await world.store.read(lambda tx: tx.execute(sa.select(offers)).all())
    assert {(each.ticket_id, each.staff_id, each.booth) for each in stored} == {
        (each.ticket.id, each.clerk.id, each.booth.code) for each in wanted
    }
    uses = await world.store.read(lambda tx: tx.execute(sa.select(booth_uses)).all())
    assert {(each.booth, each.visit_id) for each in uses} == {
        (each.booth, each.id) for each in made
    }


async def test_a_booth_that_was_never_used_is_free(world: World) -> None:
    wanted = await pairings(world, 3, booths_used=False)
    assert len(await claim(world, wanted)) == 3
    assert (await states(world))["booths"] == {"reserved": 3}


async def test_all_three_or_none_and_one_that_is_gone_spoils_no_other(world: World) -> None:
    wanted = await pairings(world, 4)
    taken = {tickets: ("id", wanted[0].ticket.id), clerks: ("staff_id", wanted[1].clerk.id)}
    for table, (column, key) in taken.items():
        statement = sa.update(table).where(table.c[column] == key).values(state="elsewhere")
        await world.run(lambda tx, statement=statement: tx.execute(statement))  # type: ignore[misc]
    busy = sa.update(booth_uses).where(booth_uses.c.booth == "b2").values(state="occupied")
    await world.run(lambda tx: tx.execute(busy))
    made = await claim(world, wanted)
    assert [each.ticket_id for each in made] == [wanted[3].ticket.id]
    assert await states(world) == {
        "tickets": {"elsewhere": 1, "waiting": 2, "offered": 1},
        "clerks": {"elsewhere": 1, "available": 2, "reserved": 1},
        "booths": {"occupied": 1, "free": 2, "reserved": 1},
    }


async def test_a_booth_that_is_kept_is_leased_for_its_ticket_alone_and_stays_kept(
    world: World,
) -> None:
    wanted = await pairings(world, 2)
    for number, pair in enumerate(wanted):
        keep = (
            sa.update(booth_uses)
            .where(booth_uses.c.booth == pair.booth.code)
            .values(state="kept", kept_for=wanted[0].ticket.id)
        )
        await world.run(lambda tx, keep=keep: tx.execute(keep))  # type: ignore[misc]
        assert len(await claim(world, [pair])) == (number == 0)
    uses = await world.store.read(lambda tx: tx.execute(sa.select(booth_uses)).all())
    assert {(each.booth, each.state, each.kept_for) for each in uses} == {
        ("b0", "reserved", wanted[0].ticket.id),
        ("b1", "kept", wanted[0].ticket.id),
    }


async def test_replicas_that_claim_the_same_at_once_get_each_once(world: World) -> None:
    wanted = await pairings(world, 40)
    # Everybody wants everything, in another order and with other partners.
    askers = [
        [
            replace(each, clerk=wanted[(at + turn) % 40].clerk)
            for at, each in enumerate(wanted[turn:] + wanted[:turn])
        ]
        for turn in range(8)
    ]
    results = await asyncio.gather(*(claim(world, asker[:5]) for asker in askers * 4))
    made = [each for result in results for each in result]
    assert made
    for parts in (
        [each.ticket_id for each in made],
        [each.staff_id for each in made],
        [each.booth for each in made],
    ):
        assert len(set(parts)) == len(parts)
    counted = await states(world)
    assert counted["tickets"]["offered"] == len(made)
    assert counted["clerks"]["reserved"] == len(made)
    assert counted["booths"]["reserved"] == len(made)


async def test_a_clerk_whose_step_at_the_desk_is_under_way_is_passed_over(
    world: World, store: Store
) -> None:
    if not isinstance(store, PostgresqlStore):
        return  # one writer: no step is ever half done
    wanted = await pairings(world, 2)
    with store.engine.connect() as other, other.begin():
        other.execute(
            sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
            {"name": f"clerk:{wanted[0].clerk.id}"},
        )
        async with asyncio.timeout(5):
            made = await claim(world, wanted)
        assert [each.staff_id for each in made] == [wanted[1].clerk.id]
    assert {each.staff_id for each in await claim(world, wanted)} == {wanted[0].clerk.id}


async def test_what_was_leased_is_told_by_ticket_clerk_point_and_agency(world: World) -> None:
    [pair] = await pairings(world, 1)
    heard: set[str] = set()
    world.store.listen(lambda committed: heard.update(committed.touched))
    await claim(world, [pair])
    await asyncio.sleep(0)
    assert heard == {
        f"ticket:{pair.ticket.id}",
        f"clerk:{pair.clerk.id}",
        "point:salla",
        "desk:kela",
    }
