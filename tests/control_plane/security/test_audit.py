"""No action without a row, and no change of a row without being found."""

import asyncio
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import KeySet, OKPKey

from control_plane.database import Instant, Store, Tx, open_engine
from control_plane.security import audit, audit_check
from control_plane.security.audit import Row, chain
from control_plane.security.audit_check import Checkpoint, Verdict
from control_plane.security.keys import Keyring
from control_plane.security.scope import Asker, Role, Scope
from control_plane.security.tables import audit as table
from control_plane.security.tables import audit_head
from tests.clock import FakeClock

CLERK = Scope(Asker.STAFF, "0190", frozenset({Role.CLERK}), "kela")


def write(tx: Tx, clock: FakeClock, number: int, scope: Scope = CLERK) -> None:
    audit.record(
        tx, scope, "ticket.called", subject=f"ticket:{number}", now=clock.now(), number=number
    )


async def fill(store: Store, clock: FakeClock, count: int) -> Checkpoint:
    for number in range(count):
        await store.run(lambda tx, number=number: write(tx, clock, number))  # type: ignore[misc]
        clock.pass_(seconds=1)
    return await store.read(lambda tx: audit_check.head(tx, now=clock.now()))


async def verdict(store: Store, *against: Checkpoint) -> Verdict:
    return await store.read(lambda tx: audit_check.verify(tx, *against))


async def tamper(store: Store, *statements: sa.Executable) -> None:
    """What somebody can do who owns the database: triggers off, rows changed, triggers on."""

    def operation(tx: Tx) -> None:
        if tx.dialect == "sqlite":
            tx.execute(sa.text("DROP TRIGGER IF EXISTS audit_no_update"))
            tx.execute(sa.text("DROP TRIGGER IF EXISTS audit_no_delete"))
        else:
            tx.execute(sa.text("ALTER TABLE audit DISABLE TRIGGER ALL"))
        for statement in statements:
            tx.execute(statement)

    await store.run(operation)


async def test_rows_are_chained_in_the_order_of_commits(store: Store, clock: FakeClock) -> None:
    head = await fill(store, clock, 5)
    rows = await store.read(lambda tx: audit.rows(tx, Scope.system()))
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5]
    assert rows[0].prev_hash == audit.GENESIS
    assert head.hash == rows[-1].hash
    assert json.loads(rows[3].entry.detail) == {"number": 3}
    assert await verdict(store, head) == Verdict(intact=True, size=5, hash=head.hash)


async def test_an_empty_log_is_intact(store: Store) -> None:
    assert (await verdict(store)).intact


async def test_many_writers_at_once_make_one_chain(store: Store, clock: FakeClock) -> None:
    async with asyncio.TaskGroup() as tasks:
        for number in range(60):
            tasks.create_task(
                store.run(lambda tx, number=number: write(tx, clock, number))  # type: ignore[misc]
            )
    found = await verdict(store)
    assert (found.intact, found.size) == (True, 60)


async def test_several_rows_of_one_transaction_are_chained(store: Store, clock: FakeClock) -> None:
    def both(tx: Tx) -> None:
        write(tx, clock, 1)
        write(tx, clock, 2)

    await store.run(both)
    found = await verdict(store)
    assert (found.intact, found.size) == (True, 2)


async def test_an_operation_that_fails_leaves_no_row(store: Store, clock: FakeClock) -> None:
    def failing(tx: Tx) -> None:
        write(tx, clock, 1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.run(failing)
    await fill(store, clock, 1)
    found = await verdict(store)
    assert (found.intact, found.size) == (True, 1)


async def test_no_action_without_its_row(store: Store, clock: FakeClock) -> None:
    await store.run(lambda tx: tx.execute(sa.text("ALTER TABLE audit RENAME TO away")).rowcount)

    def action(tx: Tx) -> None:
        tx.execute(sa.insert(audit_head).values(id=7, seq=0, prev_hash="", hash=""))
        write(tx, clock, 1)

    with pytest.raises(sa.exc.DBAPIError):
        await store.run(action)
    assert await store.read(lambda tx: tx.execute(sa.select(audit_head)).all()) == []


@pytest.mark.parametrize(
    "forbidden",
    [
        sa.update(table).values(action="nothing"),
        sa.delete(table).where(table.c.seq == 2),
        sa.delete(table),
    ],
)
async def test_the_database_itself_refuses_changes(
    store: Store, clock: FakeClock, forbidden: sa.Executable
) -> None:
    await fill(store, clock, 3)
    with pytest.raises(sa.exc.DBAPIError, match="only grows"):
        await store.run(lambda tx: tx.execute(forbidden).rowcount)


async def test_one_statement_writes_a_row(store: Store, clock: FakeClock) -> None:
    await fill(store, clock, 1)
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement.split(maxsplit=1)[0])

    sa.event.listen(store.engine, "before_cursor_execute", note)
    await store.run(lambda tx: write(tx, clock, 2))
    around = {"BEGIN", "SAVEPOINT", "RELEASE"}
    assert len([each for each in statements if each not in around]) == 1


KEYS = KeySet([OKPKey.generate_key("Ed25519")])
EARLIER = FakeClock().pass_(days=-1)
TAMPERINGS: dict[str, Callable[[int], sa.Executable]] = {
    "edit": lambda seq: sa.update(table).where(table.c.seq == seq).values(subject="ticket:x"),
    "edit_actor": lambda seq: sa.update(table).where(table.c.seq == seq).values(actor="other"),
    "edit_agency": lambda seq: sa.update(table).where(table.c.seq == seq).values(agency=None),
    "edit_time": lambda seq: sa.update(table).where(table.c.seq == seq).values(at=EARLIER),
    "edit_detail": lambda seq: sa.update(table).where(table.c.seq == seq).values(detail="{}"),
    "edit_hash": lambda seq: sa.update(table).where(table.c.seq == seq).values(hash="f" * 64),
    "delete": lambda seq: sa.delete(table).where(table.c.seq == seq),
    "cut_off": lambda seq: sa.delete(table).where(table.c.seq >= seq),
    "empty": lambda _seq: sa.delete(table),
}


@pytest.mark.parametrize("name", TAMPERINGS)
async def test_a_checkpoint_finds_every_tampering(
    store: Store, clock: FakeClock, name: str
) -> None:
    head = await fill(store, clock, 6)
    await tamper(store, TAMPERINGS[name](4))
    found = await verdict(store, head)
    assert not found.intact
    assert found.wrong_at is not None


async def test_a_log_that_was_written_anew_differs_from_the_checkpoint(
    store: Store, clock: FakeClock
) -> None:
    head = await fill(store, clock, 6)
    rows = await store.read(lambda tx: audit.rows(tx, Scope.system()))
    statements = rewritten(rows, 2)
    await tamper(store, *statements)
    assert (await verdict(store)).intact  # the chain alone cannot tell
    found = await verdict(store, head)
    assert (found.intact, found.reason, found.wrong_at) == (False, "differs_from_checkpoint", 6)


def rewritten(rows: list[Row], edited: int) -> list[sa.Executable]:
    """The chain, computed again after an edit of one row: what a clever forger does."""
    previous = audit.GENESIS
    statements: list[sa.Executable] = []
    for row in rows:
        entry = row.entry
        if row.seq == edited:
            entry = audit.Entry(
                entry.at, entry.asker, "other", None, entry.action, entry.subject, entry.detail
            )
        new = chain(previous, entry.leaf())
        statements.append(
            sa.update(table)
            .where(table.c.seq == row.seq)
            .values(actor=entry.actor, agency=entry.agency, prev_hash=previous, hash=new)
        )
        previous = new
    return statements


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_change_of_any_stored_field_breaks_the_chain(data: st.DataObject) -> None:
    clock = FakeClock()
    entries = [
        audit.Entry(
            at=clock.pass_(seconds=1),
            asker="staff",
            actor=f"a{number}",
            agency=data.draw(st.sampled_from([None, "kela", ""])),
            action="ticket.called",
            subject=f"ticket:{number}",
            detail="{}",
        )
        for number in range(4)
    ]
    field = data.draw(st.sampled_from(["asker", "actor", "agency", "action", "subject", "detail"]))
    victim = data.draw(st.integers(0, 3))
    before = getattr(entries[victim], field)
    after = data.draw(
        st.one_of(st.none(), st.text(max_size=20)) if field == "agency" else st.text(max_size=20)
    )
    values = {name: getattr(entries[victim], name) for name in audit.Entry.__slots__}
    changed = audit.Entry(**{**values, field: after})
    assert (changed.leaf() == entries[victim].leaf()) == (before == after)
    # Moving text from one field into its neighbour is a change too.
    moved = audit.Entry(**{**values, "asker": "staf", "actor": "f" + values["actor"]})
    assert moved.leaf() != entries[victim].leaf()


async def test_a_signed_checkpoint_is_read_with_the_audit_key_only(
    store: Store, clock: FakeClock, keyring: Keyring
) -> None:
    head = await fill(store, clock, 2)
    token = audit_check.sign(head, key=keyring.audit)
    assert audit_check.read(token + "\n", keys=keyring.audit_keys()) == head
    foreign = audit_check.sign(head, key=type(keyring.audit).generate_key("Ed25519"))
    assert audit_check.read(foreign, keys=keyring.audit_keys()) is None
    order = keyring.sign_order("d-salla-01", b"{}", now=clock.now())
    assert audit_check.read(order, keys=keyring.audit_keys()) is None


@settings(max_examples=200, deadline=None)
@given(junk=st.one_of(st.text(max_size=200), st.binary(max_size=100).map(str)))
def test_junk_is_no_checkpoint(junk: str) -> None:
    assert audit_check.read(junk, keys=KEYS) is None


async def test_a_scope_sees_its_own_agencys_rows_only(store: Store, clock: FakeClock) -> None:
    other = Scope(Asker.STAFF, "0191", frozenset({Role.AGENCY_ADMIN}), "migri")
    await fill(store, clock, 2)
    await store.run(lambda tx: write(tx, clock, 9, other))
    assert [row.seq for row in await store.read(lambda tx: audit.rows(tx, other))] == [3]
    nobody = Scope(Asker.STAFF, "0192")
    assert await store.read(lambda tx: audit.rows(tx, nobody)) == []


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Checkpoint]:
    """A log of twelve rows in an SQLite file, and a checkpoint that somebody else keeps."""
    path = tmp_path_factory.mktemp("audit") / "log.db"
    engine = open_engine(f"sqlite:///{path}")
    clock = FakeClock()
    with engine.begin() as connection:
        table.create(connection)
        for number in range(12):
            tx = Tx(connection)
            write(tx, clock, number)
            tx.settle(())
            clock.pass_(seconds=1)
        head = audit_check.head(Tx(connection), now=clock.now())
    engine.dispose()
    return path, head


FIELDS = ("at", "asker", "actor", "agency", "action", "subject", "detail", "prev_hash", "hash")
SPOTS = st.integers(1, 12)
STROKES = st.one_of(
    st.tuples(st.just("edit"), SPOTS, st.sampled_from(FIELDS), st.text("abc{}", min_size=1)),
    st.tuples(
        st.just("edit_and_hash"), SPOTS, st.sampled_from(FIELDS[1:7]), st.text("xyz", min_size=1)
    ),
    st.tuples(st.just("delete"), SPOTS),
    st.tuples(st.just("delete_and_close_up"), SPOTS),
    st.tuples(st.just("cut_off"), SPOTS),
    st.tuples(st.just("swap"), SPOTS, SPOTS),
    st.tuples(st.just("repeat"), SPOTS),
)


@settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(stroke=STROKES)
def test_every_tampering_is_found_against_a_checkpoint(
    written: tuple[Path, Checkpoint], stroke: tuple[Any, ...]
) -> None:
    path, head = written
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory) / "log.db"
        shutil.copy(path, copy)
        before = content(copy)
        forge(copy, stroke)
        changed = content(copy) != before
        engine = open_engine(f"sqlite:///{copy}")
        with engine.connect() as connection:
            found = audit_check.verify(Tx(connection), head)
        engine.dispose()
    assert found.intact == (not changed), (stroke, found)


def content(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM audit ORDER BY seq").fetchall()


def forge(path: Path, stroke: tuple[Any, ...]) -> None:
    """Change the file as its owner can, around every trigger."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for verb in ("update", "delete"):
            connection.execute(f"DROP TRIGGER IF EXISTS audit_no_{verb}")
        match stroke:
            case ("edit", seq, field, value):
                new = 7 if field == "at" else value
                connection.execute(f"UPDATE audit SET {field} = ? WHERE seq = ?", (new, seq))  # noqa: S608
            case ("edit_and_hash", seq, field, value):
                connection.execute(f"UPDATE audit SET {field} = ? WHERE seq = ?", (value, seq))  # noqa: S608
                hash_again(connection)
            case ("delete", seq):
                connection.execute("DELETE FROM audit WHERE seq = ?", (seq,))
            case ("delete_and_close_up", seq):
                connection.execute("DELETE FROM audit WHERE seq = ?", (seq,))
                connection.execute("UPDATE audit SET seq = seq - 1 WHERE seq > ?", (seq,))
                hash_again(connection)
            case ("cut_off", seq):
                connection.execute("DELETE FROM audit WHERE seq >= ?", (seq,))
            case ("swap", one, other):
                for seq, new in ((one, 99), (other, one), (99, other)):
                    connection.execute("UPDATE audit SET seq = ? WHERE seq = ?", (new, seq))
                hash_again(connection)
            case ("repeat", seq):
                columns = ", ".join(FIELDS)
                connection.execute(
                    f"INSERT INTO audit (seq, {columns}) SELECT 13, {columns} FROM audit "  # noqa: S608
                    "WHERE seq = ?",
                    (seq,),
                )
            case _:
                raise AssertionError(stroke)


def hash_again(connection: sqlite3.Connection) -> None:
    previous = audit.GENESIS
    for row in connection.execute("SELECT seq, * FROM audit ORDER BY seq").fetchall():
        seq, _, at, *said = row
        entry = audit.Entry(Instant().process_result_value(at, sa.Dialect()), *said[:6])  # type: ignore[arg-type]
        new = chain(previous, entry.leaf())
        connection.execute(
            "UPDATE audit SET prev_hash = ?, hash = ? WHERE seq = ?", (previous, new, seq)
        )
        previous = new
