"""How do operations reach the stored rows? The Store: every write and every read goes through it.

An operation is a synchronous function over a `Tx`, re-runnable and without any effect outside
its transaction. SQLite has one writer thread that gathers many operations into one durable
commit, a savepoint each; PostgreSQL has a small pool and retries serialization failures.
The answer is given after the commit, and only then are the listeners told what changed.
"""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, CursorResult, Dialect, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable

T = TypeVar("T")

POSTGRESQL_POOL = 8
SQLITE_READERS = 4
BATCH = 256
ATTEMPTS = 5
# SQLSTATE classes that mean «run it again»: serialization_failure, deadlock_detected.
AGAIN = frozenset({"40001", "40P01"})


class Instant(sa.types.TypeDecorator[datetime]):
    """A UTC instant as microseconds since 1970, the same in every database."""

    impl = sa.BigInteger
    cache_ok = True
    _EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Aware time → integer; a naive one is a bug."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return (value - self._EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Integer → aware time in UTC."""
        return None if value is None else self._EPOCH + timedelta(microseconds=value)


@dataclass(slots=True)
class Tx:
    """One operation's view of the database, and what it will have changed once committed."""

    connection: Connection
    touched: set[str] = field(default_factory=set)
    wakes: set[str] = field(default_factory=set)

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

    def touch(self, subject: str) -> None:
        """Say that what browsers see of ``subject`` has changed."""
        self.touched.add(subject)

    def wake(self, worker: str) -> None:
        """Say that a worker, such as the outbox sender, has something to do."""
        self.wakes.add(worker)


Operation = Callable[[Tx], T]


@dataclass(frozen=True, slots=True)
class Committed:
    """What a commit changed, for whoever listens in this process."""

    touched: frozenset[str]
    wakes: frozenset[str]


Listener = Callable[[Committed], None]


class Store(Protocol):
    """Runs operations. Listeners are called in the event loop that ran the operation."""

    engine: Engine

    async def run(self, operation: Operation[T]) -> T:
        """Execute a writing operation; returns after the durable commit."""

    async def read(self, query: Operation[T]) -> T:
        """Execute a read; it sees every commit that was answered before it began."""

    def listen(self, listener: Listener) -> None:
        """Call ``listener`` after each commit that touched or woke something."""

    async def close(self) -> None:
        """Finish what was accepted, then let go of the database."""


def open_store(url: str) -> "Store":
    """A Store for ``sqlite:///path`` or ``postgresql+psycopg://…``."""
    if sa.make_url(url).get_backend_name() == "sqlite":
        return SqliteStore(url)
    return PostgresqlStore(url)


class _Listeners:
    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def tell(self, tx: Tx) -> None:
        if tx.touched or tx.wakes:
            committed = Committed(frozenset(tx.touched), frozenset(tx.wakes))
            for listener in self._listeners:
                listener(committed)


@dataclass(slots=True)
class _Job:
    operation: Operation[Any]
    answer: "Future[tuple[Tx, Any]]"


class SqliteStore(_Listeners):
    """One writer thread with group commit; readers apart, in WAL mode."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.engine = _sqlite_engine(url)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="sqlite-writer", daemon=True)
        self._writer.start()
        self._readers = ThreadPoolExecutor(SQLITE_READERS, thread_name_prefix="sqlite-reader")

    async def run(self, operation: Operation[T]) -> T:
        answer: Future[tuple[Tx, T]] = Future()
        self._jobs.put(_Job(operation, answer))
        tx, outcome = await asyncio.wrap_future(answer)
        self.tell(tx)
        return outcome

    async def read(self, query: Operation[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(
            self._readers, _read, self.engine, query
        )

    async def close(self) -> None:
        self._jobs.put(None)
        await asyncio.to_thread(self._writer.join)
        self._readers.shutdown()
        self.engine.dispose()

    def _write(self) -> None:
        with self.engine.connect() as connection:
            while (batch := self._gather()) is not None:
                self._commit(connection, batch)

    def _gather(self) -> list[_Job] | None:
        first = self._jobs.get()
        if first is None:
            return None
        batch = [first]
        with contextlib.suppress(queue.Empty):
            while len(batch) < BATCH:
                job = self._jobs.get_nowait()
                if job is None:
                    self._jobs.put(None)  # finish this batch first, then stop
                    break
                batch.append(job)
        return batch

    def _commit(self, connection: Connection, batch: list[_Job]) -> None:
        done: list[tuple[_Job, Tx, Any]] = []
        try:
            with connection.begin():
                for job in batch:
                    tx = Tx(connection)
                    try:
                        with connection.begin_nested():
                            outcome = job.operation(tx)
                    except Exception as error:  # noqa: BLE001 - given to whoever asked
                        job.answer.set_exception(error)
                    else:
                        done.append((job, tx, outcome))
        except Exception as error:  # noqa: BLE001 - the commit itself failed: nobody was served
            for job, _, _ in done:
                job.answer.set_exception(error)
            return
        for job, tx, outcome in done:
            job.answer.set_result((tx, outcome))


def _sqlite_engine(url: str) -> Engine:
    engine = sa.create_engine(url, connect_args={"check_same_thread": False, "timeout": 30})

    @sa.event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        # The driver's own transactions would begin too late and end by themselves.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "busy_timeout=30000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


class PostgresqlStore(_Listeners):
    """A pool of workers; serialization failures and deadlocks are run again."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.engine = sa.create_engine(
            url, pool_size=POSTGRESQL_POOL, max_overflow=0, pool_pre_ping=True
        )
        self._workers = ThreadPoolExecutor(POSTGRESQL_POOL, thread_name_prefix="postgresql")

    async def run(self, operation: Operation[T]) -> T:
        loop = asyncio.get_running_loop()
        tx, outcome = await loop.run_in_executor(self._workers, self._write, operation)
        self.tell(tx)
        return outcome

    async def read(self, query: Operation[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(
            self._workers, _read, self.engine, query
        )

    async def close(self) -> None:
        await asyncio.to_thread(self._workers.shutdown)
        self.engine.dispose()

    def _write(self, operation: Operation[T]) -> tuple[Tx, T]:
        for _ in range(ATTEMPTS - 1):
            try:
                return self._attempt(operation)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in AGAIN:
                    raise
        return self._attempt(operation)

    def _attempt(self, operation: Operation[T]) -> tuple[Tx, T]:
        with self.engine.begin() as connection:
            tx = Tx(connection)
            outcome = operation(tx)
        return tx, outcome


def _read(engine: Engine, query: Operation[T]) -> T:
    with _reading(engine) as connection:
        return query(Tx(connection))


@contextlib.contextmanager
def _reading(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(read_only=True) as connection, connection.begin():
        yield connection
