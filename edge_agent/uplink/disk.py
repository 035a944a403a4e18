"""Where do messages wait that must outlive the process? One SQLite file with its own thread."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS inbox (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  received_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  lane TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload BLOB NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0
);
"""


class Disk:
    """Runs short transactions in its own thread; each is durable when its call returns."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="uplink-disk")
        # One connection, used by the one thread only, after this.
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(_SCHEMA)

    async def run(self, transaction: Callable[[sqlite3.Connection], T]) -> T:
        """One transaction; raises what it raises, and then nothing of it was written.

        Once begun it is finished even if the caller is cancelled: half a write helps nobody.
        """
        work = asyncio.get_running_loop().run_in_executor(self._thread, self._within, transaction)
        return await asyncio.shield(work)

    def _within(self, transaction: Callable[[sqlite3.Connection], T]) -> T:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            result = transaction(self._connection)
            # A commit that fails (disk full) must leave nothing open either.
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        return result

    def close(self) -> None:
        """Wait for what was begun, and close the file."""
        self._thread.shutdown(wait=True)
        self._connection.close()
