"""The migrated schema is the one that the tables say, on both databases."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection

from control_plane.database import metadata, open_engine, open_store
from control_plane.migrations import is_current, upgrade
from control_plane.security import audit
from control_plane.security.scope import Scope
from control_plane.security.tables import audit as audit_table
from tests.clock import FakeClock


def test_an_empty_database_becomes_what_the_tables_say(empty_url: str) -> None:
    upgrade(empty_url)

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    engine = open_engine(empty_url)
    with engine.connect() as connection:
        assert differences(connection) == []
        assert is_current(connection)
    engine.dispose()


def test_a_database_that_was_never_migrated_is_not_current(empty_url: str) -> None:
    engine = open_engine(empty_url)
    with engine.connect() as connection:
        assert not is_current(connection)
    engine.dispose()


def test_migrating_again_changes_nothing(empty_url: str) -> None:
    upgrade(empty_url)
    upgrade(empty_url)


async def test_two_processes_may_migrate_at_once(empty_url: str) -> None:
    await asyncio.gather(*(asyncio.to_thread(upgrade, empty_url) for _ in range(2)))


async def test_who_opens_a_new_database_waits_for_whoever_writes_in_it(tmp_path: Path) -> None:
    file = tmp_path / "etapiste.db"
    first = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    first.execute("BEGIN IMMEDIATE")  # not in WAL mode yet: SQLite itself would not wait
    first.execute("CREATE TABLE something (of INTEGER)")
    with (
        contextlib.closing(sqlite3.connect(file, timeout=5)) as other,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("PRAGMA journal_mode=WAL")
    async with asyncio.TaskGroup() as tasks:
        second = tasks.create_task(asyncio.to_thread(upgrade, f"sqlite:///{file}"))
        await asyncio.sleep(0.3)
        assert not second.done()
        first.execute("COMMIT")
    assert first.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
    first.close()


async def test_the_audit_log_of_a_migrated_database_only_grows(
    empty_url: str, clock: FakeClock
) -> None:
    upgrade(empty_url)
    store = open_store(empty_url)
    await store.run(
        lambda tx: audit.record(tx, Scope.system(), "test", subject="x", now=clock.now())
    )
    with pytest.raises(sa.exc.DBAPIError, match="only grows"):
        await store.run(lambda tx: tx.execute(sa.delete(audit_table)).rowcount)
    await store.close()
