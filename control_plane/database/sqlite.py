"""How does the Store run on SQLite? One writer thread with group commit, readers apart.

WAL mode, ``synchronous=FULL``: an answered commit survives a power cut. ``secure_delete``: an
erased row leaves nothing in the file's free pages.
"""

import asyncio
import contextlib
import hashlib
import queue
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from control_plane.database.transaction import KEEPERS, Listening, Operation, StoreClosed, Tx

T = TypeVar("T")

READERS = 4
BATCH = 256
# For so long a connection waits for another one's lock.
BUSY_S, LOOK_AGAIN_S = 30.0, 0.05


@dataclass(slots=True)
class _Job:
    operation: Operation[Any]
    answer: "Future[Any]"
    loop: asyncio.AbstractEventLoop


class _BatchLost(Exception):
    """SQLite itself rolled the whole transaction back (disk full, I/O error)."""


class SqliteStore(Listening):
    """One writer thread with group commit; readers apart, in WAL mode."""

    def __init__(self, url: str) -> None:
        super().__init__()
        if sa.make_url(url).database in (None, "", ":memory:"):
            raise ValueError("the store needs a file: readers have connections of their own")
        self.engine = sqlite_engine(url, read_only=False)
        self._reading = sqlite_engine(url, read_only=True)
        # Made here, so that a path which cannot be opened is told to whoever starts.
        self._connection = self.engine.connect()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self._writer = threading.Thread(target=self._write, name="sqlite-writer", daemon=True)
        self._writer.start()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite-reader")
        self._keepers = ThreadPoolExecutor(KEEPERS, thread_name_prefix="sqlite-keeper")

    async def run(self, operation: Operation[T]) -> T:
        """Execute a writing operation; returns after the durable commit."""
        if self._closed:
            raise StoreClosed
        answer: Future[T] = Future()
        self._jobs.put(_Job(operation, answer, asyncio.get_running_loop()))
        return await asyncio.wrap_future(answer)

    async def read(self, query: Operation[T]) -> T:
        """Execute a read over one snapshot, which has every commit answered before it began."""
        return await self._read_by(self._readers, query)

    async def keep_up(self, query: Operation[T]) -> T:
        """The same, waiting for no other read."""
        return await self._read_by(self._keepers, query)

    async def close(self) -> None:
        """Finish what was accepted, then let go of the database."""
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        await asyncio.to_thread(self._writer.join)
        await asyncio.to_thread(self._readers.shutdown)
        await asyncio.to_thread(self._keepers.shutdown)
        self._reading.dispose()
        self.engine.dispose()

    async def _read_by(self, readers: ThreadPoolExecutor, query: Operation[T]) -> T:
        if self._closed:
            raise StoreClosed
        return await asyncio.get_running_loop().run_in_executor(readers, self._read, query)

    def _read(self, query: Operation[T]) -> T:
        with self._reading.connect() as connection, connection.begin():
            return query(Tx(connection, self.memory))

    def _write(self) -> None:
        with self._connection as connection:
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
        # From here on nobody can cancel them, so that every answer can be given.
        return [job for job in batch if job.answer.set_running_or_notify_cancel()]

    def _commit(self, connection: Connection, batch: list[_Job]) -> None:
        done: list[tuple[_Job, Tx, Any]] = []
        refused: list[tuple[_Job, Exception]] = []
        try:
            with connection.begin():
                for job in batch:
                    try:
                        done.append((job, *self._attempt(connection, job)))
                    except Exception as error:
                        if not _in_transaction(connection):
                            raise _BatchLost from error
                        refused.append((job, error))
        except Exception as error:  # noqa: BLE001 - nothing was committed: nobody was served
            _leave_transaction(connection)
            cause = error.__cause__ if isinstance(error, _BatchLost) else error
            for job in batch:
                job.answer.set_exception(cause or error)
            return
        for job, refusal in refused:
            job.answer.set_exception(refusal)
        for job, tx, outcome in done:
            self.tell(tx, job.loop)
            job.answer.set_result(outcome)

    def _attempt(self, connection: Connection, job: _Job) -> tuple[Tx, Any]:
        tx = Tx(connection, self.memory)
        with _savepoint(connection):
            outcome = job.operation(tx)
            tx.settle(self.steps)
        return tx, outcome


@contextlib.contextmanager
def _savepoint(connection: Connection) -> Iterator[None]:
    """What fails within it is undone, and nothing else.

    By one name for all: SQLAlchemy makes and compiles a new one each time, which takes longer than
    many an operation.
    """
    connection.exec_driver_sql("SAVEPOINT operation")
    try:
        yield
    except BaseException:
        if _in_transaction(connection):
            connection.exec_driver_sql("ROLLBACK TO operation")
            connection.exec_driver_sql("RELEASE operation")
        raise
    connection.exec_driver_sql("RELEASE operation")


def _in_transaction(connection: Connection) -> bool:
    driver = connection.connection.dbapi_connection
    return bool(getattr(driver, "in_transaction", False))


def _leave_transaction(connection: Connection) -> None:
    # After a COMMIT that failed SQLite is still in the transaction, SQLAlchemy is not.
    driver = connection.connection.dbapi_connection
    if driver is not None and _in_transaction(connection):
        driver.rollback()


def _sha256_hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def sqlite_engine(url: str, *, read_only: bool) -> Engine:
    """An engine whose connections are set up as this Store needs them."""
    engine = sa.create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": BUSY_S},
        pool_size=READERS + KEEPERS if read_only else 1,
        max_overflow=0,
    )
    pragmas = [
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ]
    if read_only:
        pragmas.append("query_only=ON")

    @sa.event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        # The driver's own transactions would begin too late and end by themselves.
        connection.isolation_level = None
        _enter_wal(connection)
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        # What PostgreSQL has built in.
        connection.create_function("sha256_hex", 1, _sha256_hex, deterministic=True)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _enter_wal(connection: sqlite3.Connection) -> None:
    """Put a new database into WAL mode, as the first one that opens it.

    SQLite refuses this at once, whatever its time-out, while another connection writes in the mode
    before: two processes that start together would be told that the database is locked.
    """
    for _ in range(int(BUSY_S / LOOK_AGAIN_S)):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(LOOK_AGAIN_S)
        else:
            return
    connection.execute("PRAGMA journal_mode=WAL")
