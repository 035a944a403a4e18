"""How does the Store run on PostgreSQL? A small pool; what can be run again is run again.

Transactions are READ COMMITTED: hot paths are one statement each, the others take `Tx.lock`
first. A stricter level would turn the audit log's head, which every operation moves, into a
serialization failure for each.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

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
        self.engine = sa.create_engine(
            url, pool_size=POOL + KEEPERS, max_overflow=0, pool_pre_ping=True
        )
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

    def _read(self, query: Operation[T]) -> T:
        with self._reading.connect() as connection, connection.begin():
            return query(Tx(connection, self.memory))

    def _write(self, operation: Operation[T], loop: asyncio.AbstractEventLoop) -> T:
        for _ in range(ATTEMPTS - 1):
            try:
                return self._attempt(operation, loop)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in AGAIN:
                    raise
        return self._attempt(operation, loop)

    def _attempt(self, operation: Operation[T], loop: asyncio.AbstractEventLoop) -> T:
        with self.engine.begin() as connection:
            tx = Tx(connection, self.memory)
            outcome = operation(tx)
            tx.settle(self.steps)
        self.tell(tx, loop)
        return outcome
