"""How do operations reach the stored rows? The Store: every write and every read goes through it.

An operation is a synchronous function over a `Tx`, re-runnable and without any effect outside
its transaction. SQLite has one writer thread that gathers many operations into one durable
commit, a savepoint each; PostgreSQL has a small pool and retries serialization failures.
The answer is given after the commit, and only then are the listeners told what changed.
"""

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from control_plane.database.postgresql import PostgresqlStore
from control_plane.database.sqlite import SqliteStore, sqlite_engine
from control_plane.database.statements import built_once, insert_or, one_of
from control_plane.database.transaction import (
    UNAVAILABLE,
    Committed,
    Instant,
    Listener,
    Operation,
    Step,
    Store,
    StoreClosed,
    Tx,
    instant,
    live_subjects,
    metadata,
)

__all__ = [
    "UNAVAILABLE",
    "Committed",
    "Instant",
    "Listener",
    "Operation",
    "PostgresqlStore",
    "SqliteStore",
    "Step",
    "Store",
    "StoreClosed",
    "Tx",
    "built_once",
    "insert_or",
    "instant",
    "live_subjects",
    "metadata",
    "one_of",
    "open_engine",
    "open_store",
]


def open_store(url: str) -> Store:
    """A Store for ``sqlite:///path`` or ``postgresql+psycopg://…``."""
    if sa.make_url(url).get_backend_name() == "sqlite":
        return SqliteStore(url)
    return PostgresqlStore(url)


def open_engine(url: str) -> Engine:
    """A bare engine beside any Store, for migrations: the caller disposes of it."""
    if sa.make_url(url).get_backend_name() == "sqlite":
        return sqlite_engine(url, read_only=False)
    return sa.create_engine(url)
