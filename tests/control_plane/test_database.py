"""The Store keeps its promises on both databases."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from control_plane.database import (
    Committed,
    Instant,
    SqliteStore,
    Store,
    StoreClosed,
    Tx,
    live_subjects,
    open_store,
)
from tests.postgres import Postgres

ZERO = "a-subject"


def add(name: str, version: int = 1) -> sa.Insert:
    return sa.insert(live_subjects).values(subject=name, version=version)


def names(tx: Tx) -> list[str]:
    rows = tx.execute(sa.select(live_subjects.c.subject).order_by(live_subjects.c.subject))
    return [row.subject for row in rows]


async def test_what_an_operation_wrote_is_read_after_its_answer(store: Store) -> None:
    await store.run(lambda tx: tx.execute(add("one")).rowcount)
    assert await store.read(names) == ["one"]


async def test_a_failing_operation_leaves_nothing_and_harms_no_other(store: Store) -> None:
    def failing(tx: Tx) -> None:
        tx.execute(add("never"))
        raise ZeroDivisionError

    outcomes = await asyncio.gather(
        store.run(lambda tx: tx.execute(add("one")).rowcount),
        store.run(failing),
        store.run(lambda tx: tx.execute(add("two")).rowcount),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], ZeroDivisionError)
    assert await store.read(names) == ["one", "two"]


async def test_a_failing_last_step_undoes_the_operation(store: Store) -> None:
    def failing(_tx: Tx) -> None:
        raise ZeroDivisionError

    def operation(tx: Tx) -> None:
        tx.defer(failing)
        tx.execute(add("never"))

    with pytest.raises(ZeroDivisionError):
        await store.run(operation)
    assert await store.read(names) == []


async def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(sa.exc.DBAPIError):
        await store.read(lambda tx: tx.execute(add("sly")).rowcount)
    assert await store.read(names) == []


async def test_a_read_sees_one_snapshot(store: Store) -> None:
    began, written = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def twice(tx: Tx) -> tuple[list[str], list[str]]:
        before = names(tx)
        loop.call_soon_threadsafe(began.set)
        asyncio.run_coroutine_threadsafe(written.wait(), loop).result(10)
        return before, names(tx)

    async def write() -> None:
        await began.wait()
        await store.run(lambda tx: tx.execute(add("one")).rowcount)
        written.set()

    (before, after), _ = await asyncio.gather(store.read(twice), write())
    assert before == after == []


async def test_listeners_hear_after_the_commit_and_before_the_answer(store: Store) -> None:
    heard: list[Committed] = []
    store.listen(heard.append)

    def operation(tx: Tx) -> None:
        tx.touch("desk:kela")
        tx.wake("outbox")

    await store.run(operation)
    assert heard == [Committed({"desk:kela": 1}, frozenset({"outbox"}))]


async def test_nobody_is_told_of_what_failed_or_changed_nothing(store: Store) -> None:
    heard: list[Committed] = []
    store.listen(heard.append)

    def failing(tx: Tx) -> None:
        tx.touch("desk:kela")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.run(failing)
    await store.run(lambda tx: tx.execute(add("quiet")).rowcount)
    assert heard == []


async def test_a_touched_subject_has_a_higher_version_each_time(store: Store) -> None:
    def touch(tx: Tx) -> None:
        tx.touch("b")
        tx.touch("a")

    for _ in range(3):
        await store.run(touch)
    rows = await store.read(
        lambda tx: tx.execute(
            sa.select(live_subjects.c.subject, live_subjects.c.version).order_by(
                live_subjects.c.subject
            )
        ).all()
    )
    assert [tuple(row) for row in rows] == [("a", 3), ("b", 3)]


async def test_who_leaves_before_the_answer_stops_nobody_else(store: Store) -> None:
    heard: list[Committed] = []
    store.listen(heard.append)

    def touching(tx: Tx) -> None:
        tx.touch("a")

    for _ in range(20):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await store.run(touching)
    await asyncio.wait_for(store.run(touching), 10)
    assert await store.read(names) == ["a"]
    assert heard


async def test_two_who_lock_the_same_name_do_not_overlap(store: Store) -> None:
    def count_up(tx: Tx) -> None:
        tx.lock("counter")
        now = tx.execute(
            sa.select(live_subjects.c.version).where(live_subjects.c.subject == ZERO)
        ).scalar_one()
        tx.execute(
            sa.update(live_subjects).where(live_subjects.c.subject == ZERO).values(version=now + 1)
        )

    await store.run(lambda tx: tx.execute(add(ZERO, 0)).rowcount)
    await asyncio.gather(*(store.run(count_up) for _ in range(50)))
    assert (
        await store.read(lambda tx: tx.execute(sa.select(live_subjects.c.version)).scalar_one())
        == 50
    )


async def test_many_operations_share_a_commit_on_sqlite(sqlite_store: Store) -> None:
    commits = 0

    def count(_connection: object) -> None:
        nonlocal commits
        commits += 1

    sa.event.listen(sqlite_store.engine, "commit", count)
    await asyncio.gather(
        *(
            sqlite_store.run(lambda tx, n=n: tx.execute(add(f"s{n}")).rowcount)  # type: ignore[misc]
            for n in range(100)
        )
    )
    assert len(await sqlite_store.read(names)) == 100
    assert commits < 20


async def test_a_commit_that_fails_serves_nobody(sqlite_store: Store) -> None:
    def refuse(_connection: object) -> None:
        raise ZeroDivisionError

    sa.event.listen(sqlite_store.engine, "commit", refuse)
    outcomes = await asyncio.gather(
        *(
            sqlite_store.run(lambda tx, n=n: tx.execute(add(f"s{n}")).rowcount)  # type: ignore[misc]
            for n in range(5)
        ),
        return_exceptions=True,
    )
    sa.event.remove(sqlite_store.engine, "commit", refuse)
    assert all(isinstance(each, ZeroDivisionError) for each in outcomes)
    assert await sqlite_store.read(names) == []
    await sqlite_store.run(lambda tx: tx.execute(add("later")).rowcount)
    assert await sqlite_store.read(names) == ["later"]


async def test_a_full_disk_keeps_what_was_answered(sqlite_store: Store) -> None:
    def limit_pages(tx: Tx) -> None:
        pages = tx.execute(sa.text("PRAGMA page_count")).scalar_one()
        tx.execute(sa.text(f"PRAGMA max_page_count={pages + 5}"))

    await sqlite_store.run(limit_pages)
    outcomes = await asyncio.gather(
        *(
            sqlite_store.run(
                lambda tx, n=n: tx.execute(add(f"{n:03}-{'x' * 90}")).rowcount  # type: ignore[misc]
            )
            for n in range(1000)
        ),
        return_exceptions=True,
    )
    kept = sum(1 for each in outcomes if each == 1)
    assert kept < len(outcomes)
    assert len(await sqlite_store.read(names)) == kept


async def test_a_closed_store_says_so(store_url: str) -> None:
    store = open_store(store_url)
    await store.close()
    with pytest.raises(StoreClosed):
        await store.run(names)
    with pytest.raises(StoreClosed):
        await store.read(names)


async def test_closing_finishes_what_was_accepted(store_url: str) -> None:
    store = open_store(store_url)
    async with asyncio.TaskGroup() as tasks:
        for n in range(20):
            tasks.create_task(
                store.run(lambda tx, n=n: tx.execute(add(f"s{n:02}")).rowcount)  # type: ignore[misc]
            )
        await asyncio.sleep(0)
        await store.close()
    again = open_store(store_url)
    assert len(await again.read(names)) == 20
    await again.close()


def test_sqlite_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="file"):
        SqliteStore("sqlite://")


def test_a_path_that_cannot_be_opened_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(sa.exc.OperationalError):
        SqliteStore(f"sqlite:///{tmp_path / 'missing' / 'etapiste.db'}")


async def test_an_instant_comes_back_in_utc_to_the_microsecond(store: Store) -> None:
    at = datetime(2026, 3, 29, 4, 30, 0, 123456, tzinfo=UTC)
    helsinki = at.astimezone()
    found = await store.read(
        lambda tx: tx.execute(sa.select(sa.cast(sa.literal(helsinki, Instant), Instant))).scalar()
    )
    assert found == at
    assert found.utcoffset() == timedelta(0)


def test_a_naive_time_is_a_bug() -> None:
    with pytest.raises(ValueError, match="zone"):
        Instant().process_bind_param(datetime(2026, 1, 1), sa.Dialect())  # noqa: DTZ001


async def test_connections_that_the_server_ended_are_made_again(
    postgres: Postgres, postgres_template: str
) -> None:
    name = postgres.create(postgres_template)
    store = open_store(postgres.url(name))
    await store.run(lambda tx: tx.execute(add("before")).rowcount)
    await asyncio.gather(*(store.read(names) for _ in range(20)))  # more than one connection
    with postgres.connect() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
    await store.run(lambda tx: tx.execute(add("after")).rowcount)
    read = await asyncio.gather(*(store.read(names) for _ in range(20)))
    assert read == [["after", "before"]] * 20
    await store.close()
    postgres.drop(name)


@pytest.mark.parametrize("last", [True, False])
async def test_what_loses_its_connection_before_the_commit_is_run_again_and_else_not(
    postgres: Postgres, postgres_template: str, *, last: bool
) -> None:
    name = postgres.create(postgres_template)
    store = open_store(postgres.url(name))
    attempts = 0

    def operation(tx: Tx) -> None:
        nonlocal attempts
        attempts += 1
        tx.execute(add("one"))
        if attempts == 1:
            pid = tx.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
            with postgres.connect() as connection:
                connection.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))
        if not last:
            tx.execute(add("two"))

    if last:  # nobody knows whether such a COMMIT was done
        with pytest.raises(sa.exc.OperationalError):
            await store.run(operation)
    else:
        await store.run(operation)
    assert attempts == (1 if last else 2)
    assert await store.read(names) == ([] if last else ["one", "two"])
    await store.close()
    postgres.drop(name)


async def test_a_deadlock_is_run_again(postgres: Postgres, postgres_template: str) -> None:
    name = postgres.create(postgres_template)
    store = open_store(postgres.url(name))
    first = asyncio.Barrier(2)
    loop = asyncio.get_running_loop()
    attempts = 0

    def crosswise(one: str, other: str) -> Callable[[Tx], None]:
        met = False

        def operation(tx: Tx) -> None:
            nonlocal attempts, met
            attempts += 1
            tx.lock(one)
            if not met:
                met = True
                asyncio.run_coroutine_threadsafe(first.wait(), loop).result(10)
            tx.lock(other)

        return operation

    await asyncio.gather(store.run(crosswise("a", "b")), store.run(crosswise("b", "a")))
    assert attempts == 3
    await store.close()
    postgres.drop(name)
