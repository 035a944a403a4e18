"""What does an operation see of the database, and what does a Store promise?"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, CursorResult, Dialect, Engine
from sqlalchemy.sql import Executable
from sqlmodel import SQLModel

from control_plane.database.memory import Memory
from control_plane.database.rows import Rows, as_json, from_json, insert_prepared

T = TypeVar("T")

# One schema: Core tables and SQLModel classes alike stand in it.
metadata = SQLModel.metadata

# The database cannot be reached or cannot write now: pause, and try again.
UNAVAILABLE = (sa.exc.OperationalError, sa.exc.InterfaceError)

# Who keeps this process up: the look at others' commits, and the nation in memory.
KEEPERS = 2

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(sa.types.TypeDecorator[datetime]):
    """A UTC instant as microseconds since 1970, the same in every database."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Aware time → integer; a naive one is a bug."""
        return None if value is None else instant(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Integer → aware time in UTC."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


def instant(value: datetime) -> int:
    """As it is stored: for statements whose values go in as one array."""
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return (value - _EPOCH) // timedelta(microseconds=1)


# What browsers and the live model watch: a subject's version grows in the transaction that
# changed it. The stamp orders changes for whoever follows them: on PostgreSQL the transaction's
# own number, on SQLite, which has one writer, a running one.
live_subjects = sa.Table(
    "live_subjects",
    metadata,
    sa.Column("subject", sa.String(100), primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("stamp", sa.BigInteger, nullable=False, server_default="0"),
    sa.Index("live_subjects_by_stamp", "stamp"),
)

# All subjects at once; the WHERE tells SQLite's parser that no join follows.
_BUMP_SQLITE = sa.text(
    """
    INSERT INTO live_subjects (subject, version, stamp)
    SELECT value, 1, (SELECT coalesce(max(stamp), 0) + 1 FROM live_subjects)
    FROM json_each(:subjects) WHERE true
    ON CONFLICT (subject) DO UPDATE
    SET version = live_subjects.version + 1, stamp = excluded.stamp
    RETURNING subject, version
    """
)
# Sorted, so that two transactions never wait for each other crosswise.
_BUMP_POSTGRESQL = """
    INSERT INTO live_subjects (subject, version, stamp)
    SELECT subject, 1, CAST(CAST(pg_current_xact_id() AS text) AS bigint)
    FROM unnest(CAST(:subjects AS text[])) AS subject ORDER BY subject
    ON CONFLICT (subject) DO UPDATE
    SET version = live_subjects.version + 1, stamp = excluded.stamp
    RETURNING subject, version
    """


@cache
def _last_postgresql(tables: tuple[sa.Table, ...]) -> sa.TextClause:
    """The rows that were added to these tables go with the versions: one round trip for all."""
    added = ", ".join(f"to_{table.name} AS ({from_json(table)})" for table in tables)
    return sa.text(f"WITH {added} {_BUMP_POSTGRESQL}" if added else _BUMP_POSTGRESQL)


_LOCK_POSTGRESQL = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")

Step = Callable[["Tx"], None]


@dataclass(slots=True)
class Tx:
    """One operation's view of the database, and what it will have changed once committed."""

    connection: Connection
    memory: Memory = field(default_factory=Memory)
    touched: set[str] = field(default_factory=set)
    wakes: set[str] = field(default_factory=set)
    versions: dict[str, int] = field(default_factory=dict)  # of what was touched, once settled
    # What happened in it and was not yet handed to whoever joins (see `facts`).
    news: list[Any] = field(default_factory=list)
    _added: dict[sa.Table, list[Sequence[Any]]] = field(default_factory=dict)
    _last: list[Step] = field(default_factory=list)
    # By subject, what was recalled after it was touched: this transaction's own, to its end.
    _own: dict[str, dict[Hashable, Any]] = field(default_factory=dict)
    _began: int = 0

    def __post_init__(self) -> None:
        self._began = self.memory.changes

    def execute(
        self,
        statement: Executable,
        parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> CursorResult[Any]:
        """Run one statement."""
        return self.connection.execute(statement, parameters)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``; for `queries` only, where the two differ."""
        return self.connection.dialect.name

    def recall(self, subject: str, key: Hashable, read: Callable[[], T]) -> T:
        """What this process remembers under ``subject``, or else what ``read`` finds.

        For rows whose every change touches ``subject`` once they are written; who gets the value
        must not change it. What was read after the own change is remembered up to the next one.
        """
        if subject in self.touched:
            own = self._own.setdefault(subject, {})
            if key not in own:
                own[key] = read()
            value: T = own[key]
            return value
        return self.memory.recall(subject, key, read, began=self._began)

    def lock(self, name: str) -> None:
        """Let no other transaction that locks ``name`` run beside this one, until its end.

        For *fetch, decide, record* over several statements: what is fetched after it holds until
        the commit. SQLite has one writer, so there it costs nothing.
        """
        if self.dialect == "postgresql":
            self.execute(_LOCK_POSTGRESQL, {"name": name})

    def touch(self, subject: str) -> None:
        """Say that what browsers see of ``subject`` has changed."""
        self.touched.add(subject)
        self._own.pop(subject, None)

    def add(self, table: sa.Table, rows: Rows) -> None:
        """Insert rows with the last statement of this transaction, however many times it is asked.

        For what nothing in this transaction reads, such as facts.
        """
        if rows:
            self._added.setdefault(table, []).extend(rows)

    def wake(self, worker: str) -> None:
        """Say that a worker, such as the outbox sender, has something to do."""
        self.wakes.add(worker)

    def defer(self, step: Step) -> None:
        """Run ``step`` as the last thing of this transaction; its failure undoes everything.

        For what takes a lock that everybody wants, so that it is held for a moment only.
        """
        self._last.append(step)

    def settle(self, steps: Sequence[Step]) -> None:
        """Finish the operation: the Store's own steps, versions of subjects, what was deferred."""
        for step in steps:
            step(self)
        self._finish()
        for step in self._last:
            step(self)
        self._last.clear()
        self._insert()

    def _finish(self) -> None:
        subjects = sorted(self.touched)
        if not subjects:
            return
        if self.dialect == "postgresql":
            tables = tuple(sorted(self._added, key=lambda table: table.name))
            added = {
                each.name: as_json(self.connection, each, self._added[each]) for each in tables
            }
            self._added.clear()
            rows = self.execute(_last_postgresql(tables), added | {"subjects": subjects})
        else:
            rows = self.execute(_BUMP_SQLITE, {"subjects": json.dumps(subjects)})
        self.versions = {row.subject: row.version for row in rows}

    def _insert(self) -> None:
        for table, rows in self._added.items():
            if self.dialect == "postgresql":
                text = as_json(self.connection, table, rows)
                self.execute(sa.text(from_json(table)), {table.name: text})
            else:
                insert_prepared(self.connection, table, rows)
        self._added.clear()


Operation = Callable[[Tx], T]


@dataclass(frozen=True, slots=True)
class Committed:
    """What a commit changed, for whoever listens in this process."""

    touched: Mapping[str, int]  # subjects and their versions
    wakes: frozenset[str]


Listener = Callable[[Committed], None]


class StoreClosed(RuntimeError):
    """The Store was asked for something after it was closed: a bug of whoever asked."""


class Store(Protocol):
    """Runs operations. Listeners are called in the event loop that ran the operation."""

    engine: Engine
    memory: Memory

    async def run(self, operation: Operation[T]) -> T:
        """Execute a writing operation; returns after the durable commit."""

    async def read(self, query: Operation[T]) -> T:
        """Execute a read over one snapshot, which has every commit answered before it began."""

    async def keep_up(self, query: Operation[T]) -> T:
        """The same, by which this process keeps up with the rows: it waits for no other read.

        Memory that is not kept up may not be believed, and then everybody reads: what mends that
        must not stand in their line. For one reader at a time for each of `KEEPERS`.
        """

    def listen(self, listener: Listener) -> None:
        """Call ``listener`` after each commit that touched or woke something."""

    def before_commit(self, step: Step) -> None:
        """Run ``step`` at the end of every writing operation, inside its transaction."""

    async def close(self) -> None:
        """Finish what was accepted, then let go of the database."""


class Listening:
    """The part that both Stores share: steps before the commit, listeners after it."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.steps: list[Step] = []
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Call ``listener`` after each commit that touched or woke something."""
        self._listeners.append(listener)

    def before_commit(self, step: Step) -> None:
        """Run ``step`` at the end of every writing operation, inside its transaction."""
        self.steps.append(step)

    def tell(self, tx: Tx, loop: asyncio.AbstractEventLoop) -> None:
        """From the thread that committed; also when the one who asked has gone meanwhile."""
        self.memory.forget(tx.touched)
        if tx.touched or tx.wakes:
            committed = Committed(tx.versions, frozenset(tx.wakes))
            # A closed loop has nobody left who listens.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._tell, committed)

    def _tell(self, committed: Committed) -> None:
        for listener in self._listeners:
            listener(committed)
