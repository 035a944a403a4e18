"""How does the Store run on PostgreSQL? A small pool; what left nothing behind is run again.

Transactions are READ COMMITTED: hot paths are one statement each, the others take `Tx.lock`
first. A stricter level would turn the audit log's head, which every operation moves, into a
serialization failure for each.
"""

import asyncio
import select
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from control_plane.database.transaction import KEEPERS, Listening, Operation, StoreClosed, Tx

T = TypeVar("T")

POOL = 8
ATTEMPTS = 5
# SQLSTATE classes that mean «run it again»: serialization_failure, deadlock_detected.
AGAIN = frozenset({"40001", "40P01"})


class PostgresqlStore(Listening):
    """A pool of workers; serialization failures and deadlocks are run again."""

    def __init__(self, url: str) -> None:
        super().__init__()
        # As many connections as workers: none ever waits for one.
        self.engine = sa.create_engine(url, pool_size=POOL + KEEPERS, max_overflow=0)
        sa.event.listen(self.engine, "checkout", self._ask_if_it_spoke)
        self._reading = self.engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._workers = ThreadPoolExecutor(POOL, thread_name_prefix="postgresql")
        self._keepers = ThreadPoolExecutor(KEEPERS, thread_name_prefix="postgresql-keeper")
        self._closed = False

    async def run(self, operation: Operation[T]) -> T:
        """Execute a writing operation; returns after the durable commit."""
        if self._closed:
            raise StoreClosed
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._workers, self._write, operation, loop)

    async def read(self, query: Operation[T]) -> T:
        """Execute a read over one snapshot, which has every commit answered before it began."""
        return await self._read_by(self._workers, query)

    async def keep_up(self, query: Operation[T]) -> T:
        """The same, waiting for no other read or write."""
        return await self._read_by(self._keepers, query)

    async def close(self) -> None:
        """Finish what was accepted, then let go of the database."""
        self._closed = True
        await asyncio.to_thread(self._workers.shutdown)
        await asyncio.to_thread(self._keepers.shutdown)
        self.engine.dispose()

    async def _read_by(self, workers: ThreadPoolExecutor, query: Operation[T]) -> T:
        if self._closed:
            raise StoreClosed
        return await asyncio.get_running_loop().run_in_executor(workers, self._read, query)

    def _ask_if_it_spoke(self, connection: Any, _record: object, _proxy: object) -> None:
        """Is the server of a connection that rested still there? Else another one is made.

        A server that goes says so or hangs up, so that there is something to read; to ask each
        time would be one round trip more for each transaction.
        """
        heard = select.poll()
        heard.register(connection.fileno(), select.POLLIN)
        if heard.poll(0):
            try:
                self.engine.dialect.do_ping(connection)
            except psycopg.Error as error:
                raise sa.exc.DisconnectionError from error

    def _read(self, query: Operation[T]) -> T:
        def look() -> T:
            with self._reading.connect() as connection, connection.begin():
                return query(Tx(connection, self.memory))

        return _again(look)

    def _write(self, operation: Operation[T], loop: asyncio.AbstractEventLoop) -> T:
        return _again(lambda: self._attempt(operation, loop))

    def _attempt(self, operation: Operation[T], loop: asyncio.AbstractEventLoop) -> T:
        with self.engine.begin() as connection:
            tx = Tx(connection, self.memory)
            outcome = operation(tx)
            tx.settle(self.steps)
        self.tell(tx, loop)
        return outcome


def _again(attempt: Callable[[], T]) -> T:
    for _ in range(ATTEMPTS - 1):
        try:
            return attempt()
        except DBAPIError as error:
            if not _left_nothing(error):
                raise
    return attempt()


def _left_nothing(error: DBAPIError) -> bool:
    """Is it certain that nothing was committed, and may it go well the next time?

    Whose connection breaks while a statement runs has not committed. A COMMIT, which to SQLAlchemy
    is no statement, may have reached the disk before its answer was lost.
    """
    broke = error.connection_invalidated and error.statement is not None
    return broke or getattr(error.orig, "sqlstate", None) in AGAIN
