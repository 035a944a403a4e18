"""Facts and their consequences are committed together, or not at all."""

from datetime import datetime
from typing import ClassVar

import pytest
import sqlalchemy as sa

from control_plane import facts
from control_plane.database import Store, Tx
from control_plane.facts import Fact, Listeners
from tests.clock import FakeClock
from tests.control_plane.world import counted_statements


class Paused(Fact):
    kind: ClassVar[str] = "test.paused"
    booth: str

    @property
    def subject(self) -> str:
        return f"booth:{self.booth}"


class Reported(Fact):
    kind: ClassVar[str] = "test.reported"
    booth: str

    @property
    def subject(self) -> str:
        return f"booth:{self.booth}"


def kinds(tx: Tx) -> list[str]:
    rows = tx.execute(sa.select(facts.facts.c.kind).order_by(facts.facts.c.id))
    return [row.kind for row in rows]


async def test_a_fact_is_a_row_and_reaches_who_joins_in_the_same_transaction(
    store: Store, clock: FakeClock
) -> None:
    seen: list[str] = []
    listeners = Listeners()

    def report(tx: Tx, fact: Paused, now: datetime) -> None:
        facts.record(tx, Reported(booth=fact.booth), now=now)

    def see(_tx: Tx, fact: Reported, _now: datetime) -> None:
        seen.append(fact.booth)

    listeners.on(Paused, report)
    listeners.on(Reported, see)
    listeners.install(store)
    await store.run(lambda tx: facts.record(tx, Paused(booth="salla-1"), now=clock.now()))
    assert seen == ["salla-1"]
    assert await store.read(kinds) == ["test.paused", "test.reported"]


async def test_facts_of_one_operation_are_written_at_once_and_on_postgresql_with_its_versions(
    store: Store, clock: FakeClock
) -> None:
    def operation(tx: Tx) -> None:
        for booth in ("salla-1", "salla-2"):
            facts.record(tx, Paused(booth=booth), now=clock.now())
            tx.touch(f"booth:{booth}")
        facts.record(tx, Reported(booth="salla-1"), now=clock.now())

    with counted_statements() as statements:
        await store.run(operation)
    wrote = [each for each in statements if "INSERT INTO" in each]
    assert len(wrote) == (1 if store.engine.dialect.name == "postgresql" else 2)
    assert await store.read(kinds) == ["test.paused", "test.paused", "test.reported"]


async def test_a_fact_of_a_last_step_is_kept_and_one_that_touches_nothing_too(
    store: Store, clock: FakeClock
) -> None:
    def operation(tx: Tx) -> None:
        tx.touch("booth:salla-1")
        tx.defer(lambda tx: facts.record(tx, Reported(booth="salla-1"), now=clock.now()))

    await store.run(operation)
    await store.run(lambda tx: facts.record(tx, Paused(booth="salla-1"), now=clock.now()))
    assert await store.read(kinds) == ["test.reported", "test.paused"]


async def test_a_reaction_that_fails_undoes_the_cause(store: Store, clock: FakeClock) -> None:
    listeners = Listeners()

    def fail(_tx: Tx, _fact: Paused, _now: datetime) -> None:
        raise ZeroDivisionError

    listeners.on(Paused, fail)
    listeners.install(store)
    with pytest.raises(ZeroDivisionError):
        await store.run(lambda tx: facts.record(tx, Paused(booth="a"), now=clock.now()))
    assert await store.read(kinds) == []


async def test_reactions_that_go_round_in_a_circle_are_a_bug(
    sqlite_store: Store, clock: FakeClock
) -> None:
    listeners = Listeners()

    def again(tx: Tx, fact: Paused, now: datetime) -> None:
        facts.record(tx, fact, now=now)

    listeners.on(Paused, again)
    listeners.install(sqlite_store)
    with pytest.raises(RuntimeError, match="circle"):
        await sqlite_store.run(lambda tx: facts.record(tx, Paused(booth="a"), now=clock.now()))
