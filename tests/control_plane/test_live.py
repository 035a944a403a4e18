"""Browsers see the latest state, soon, and a slow one delays nobody."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import datetime

import pytest
import sqlalchemy as sa

from control_plane.database import Store, Tx, live_subjects, open_store
from control_plane.live import POLL_S, Hub, Snapshot
from tests.clock import FakeClock
from tests.postgres import Postgres

DESK = frozenset({"desk:kela"})


def touch(*subjects: str) -> Callable[[Tx], None]:
    def operation(tx: Tx) -> None:
        for subject in subjects or DESK:
            tx.touch(subject)

    return operation


def total(tx: Tx, _now: datetime) -> int:
    return int(tx.execute(sa.select(sa.func.count()).select_from(live_subjects)).scalar_one())


@asynccontextmanager
async def hub_over(store: Store, clock: FakeClock, poll_s: float = POLL_S) -> AsyncIterator[Hub]:
    hub = Hub(store, clock, poll_s=poll_s)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(hub.run())
        yield hub
        task.cancel()


async def soon(stream: AsyncIterator[Snapshot[int]], seconds: float = 5) -> Snapshot[int]:
    async with asyncio.timeout(seconds):
        return await anext(stream)


async def test_a_watcher_gets_the_state_at_once_and_after_each_change(
    store: Store, clock: FakeClock
) -> None:
    async with hub_over(store, clock) as hub, aclosing(hub.watch(DESK, total)) as stream:
        assert await soon(stream) == Snapshot(0, 0)
        await store.run(touch())
        assert await soon(stream, 0.4) == Snapshot(1, 1)


async def test_what_others_change_is_not_told(store: Store, clock: FakeClock) -> None:
    async with hub_over(store, clock) as hub, aclosing(hub.watch(DESK, total)) as stream:
        await soon(stream)
        await store.run(touch("desk:migri"))
        with pytest.raises(TimeoutError):
            await soon(stream, 1.2)


async def test_a_slow_watcher_gets_the_latest_state_only(store: Store, clock: FakeClock) -> None:
    async with hub_over(store, clock) as hub, aclosing(hub.watch(DESK, total)) as stream:
        await soon(stream)
        for _ in range(20):
            await store.run(touch())
        assert (await soon(stream)).version == 20
        with pytest.raises(TimeoutError):
            await soon(stream, 1.2)


async def test_another_replicas_commit_is_seen_within_a_second(
    store: Store, store_url: str, clock: FakeClock
) -> None:
    other = open_store(store_url)
    async with hub_over(store, clock) as hub, aclosing(hub.watch(DESK, total)) as stream:
        await soon(stream)
        for version in (1, 2):
            await other.run(touch())
            assert (await soon(stream, 1.5)).version == version
    await other.close()


async def test_another_replicas_commit_is_hinted_at_and_an_own_one_is_not_looked_for(
    postgres: Postgres, postgres_template: str, clock: FakeClock
) -> None:
    name = postgres.create(postgres_template)
    store, other = (open_store(postgres.url(name)) for _ in range(2))
    looks = 0

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal looks
        looks += "live_subjects.stamp >=" in statement

    sa.event.listen(store.engine, "before_cursor_execute", count)
    async with (
        hub_over(store, clock, poll_s=60) as hub,
        hub_over(other, clock, poll_s=60) as elsewhere,
        aclosing(hub.watch(DESK, total)) as stream,
    ):
        await soon(stream)
        async with asyncio.timeout(5):
            while not (hub._hinter and elsewhere._hinter):  # noqa: ASYNC110 - told by nobody
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)  # each has looked once, when it began to listen
        before = looks
        for version in range(1, 6):
            await store.run(touch())
            assert (await soon(stream)).version == version
        await asyncio.sleep(0.2)
        assert looks == before
        await other.run(touch())
        assert (await soon(stream)).version == 6
        assert looks > before
    for each in (store, other):
        await each.close()
    postgres.drop(name)


async def test_others_commits_are_followed_while_every_reader_is_busy(
    store: Store, store_url: str, clock: FakeClock
) -> None:
    other = open_store(store_url)
    async with hub_over(store, clock) as hub:
        told = asyncio.Event()
        hub.follow(lambda subjects: told.set() if "ticket:1" in subjects else None)
        async with readers_busy(store):
            await other.run(touch("ticket:1"))
            async with asyncio.timeout(5):
                await told.wait()
            assert hub.follows
    await other.close()


@asynccontextmanager
async def readers_busy(store: Store, many: int = 40) -> AsyncIterator[None]:
    """So many reads that none of them ends before the block does."""
    over = threading.Event()
    reads = asyncio.gather(*(store.read(lambda _: over.wait()) for _ in range(many)))
    try:
        yield
    finally:
        over.set()
        await reads


async def test_a_commit_of_another_replica_is_not_hidden_by_an_own_one_of_the_same_subject(
    store: Store, store_url: str, clock: FakeClock
) -> None:
    other = open_store(store_url)
    hub = Hub(store, clock)
    told: list[frozenset[str]] = []
    hub.follow(told.append)
    await store.run(touch())
    await hub._find_changes()

    # Between two looks: the other one's visitor stands behind the same subject as our commits.
    await other.run(touch("ticket:1", *DESK))
    await store.run(touch())
    await store.run(touch())
    told.clear()
    await hub._find_changes()
    assert told == [DESK | {"ticket:1"}]

    # What no other replica has touched is told once.
    await store.run(touch())
    assert told[1:] == [DESK]
    await hub._find_changes()
    assert told[1:] == [DESK]
    await other.close()


async def test_what_moves_with_the_time_is_told_without_a_change(
    store: Store, clock: FakeClock
) -> None:
    async with (
        hub_over(store, clock) as hub,
        aclosing(hub.watch(DESK, total, refresh_s=0.05)) as stream,
    ):
        first = await soon(stream)
        assert await soon(stream, 1) == first


async def test_who_has_left_is_forgotten(store: Store, clock: FakeClock) -> None:
    async with hub_over(store, clock) as hub:
        async with aclosing(hub.watch(DESK, total)) as stream:
            await soon(stream)
        assert not hub._watchers


async def test_hints_come_again_after_the_database_ended_the_connection(
    postgres: Postgres, postgres_template: str, clock: FakeClock
) -> None:
    name = postgres.create(postgres_template)
    store, other = (open_store(postgres.url(name)) for _ in range(2))
    async with hub_over(store, clock) as hub, aclosing(hub.watch(DESK, total)) as stream:
        await soon(stream)
        with postgres.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                (name,),
            )
        await other.run(touch())
        assert (await soon(stream)).version == 1
    await store.close()
    await other.close()
    postgres.drop(name)
