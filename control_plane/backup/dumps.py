"""How is a database copied in one moment, and put back? With its own tools.

SQLite: ``VACUUM INTO``, a compact copy. PostgreSQL: ``pg_dump`` and ``pg_restore`` in the custom
format, over an exported snapshot, so that what is counted is what is dumped.
"""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from psycopg.pq import Conninfo
from sqlalchemy.engine import Connection

from control_plane.backup.refusals import BackupRefused
from control_plane.database import open_engine
from control_plane.migrations.tables import import_tables

VERSIONS = "alembic_version"
_ROUTINES = sa.text(
    "SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
)


def backend_of(url: str) -> str:
    """``sqlite`` or ``postgresql``."""
    return sa.make_url(url).get_backend_name()


@contextmanager
def copied(url: str, to: Path) -> Iterator[Connection]:
    """Copy the database at ``url`` into the file ``to``; gives a look at what was copied."""
    if backend_of(url) == "sqlite":
        _copy_sqlite(url, to)
        with looking_at(f"sqlite:///{to}") as connection:
            yield connection
        return
    with looking_at(url) as connection:
        snapshot = connection.execute(sa.text("SELECT pg_export_snapshot()")).scalar_one()
        _tool("pg_dump", url, "--format=custom", f"--snapshot={snapshot}", f"--file={to}")
        yield connection


def is_empty(url: str) -> bool:
    """Has the database no table at all?"""
    if backend_of(url) == "sqlite" and not _file(url).exists():
        return True
    engine = open_engine(url)
    try:
        return not sa.inspect(engine).get_table_names()
    finally:
        engine.dispose()


def load(url: str, dump: Path) -> None:
    """Fill the empty database at ``url`` from a dump of the same backend."""
    if backend_of(url) == "sqlite":
        shutil.copyfile(dump, _file(url))
        _file(url).chmod(0o600)
        return
    _tool(
        "pg_restore",
        url,
        *("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"),
        f"--dbname={sa.make_url(url).database}",
        str(dump),
    )


def clear(url: str) -> None:
    """Leave the database as empty as it was."""
    if backend_of(url) == "sqlite":
        for end in ("", "-wal", "-shm"):
            _file(url).with_name(_file(url).name + end).unlink(missing_ok=True)
        return
    engine = open_engine(url)
    there = sa.MetaData()
    with engine.begin() as connection:
        there.reflect(connection)
        there.drop_all(connection)
        for routine in connection.execute(_ROUTINES).scalars():
            connection.execute(sa.text(f"DROP ROUTINE {routine}"))
    engine.dispose()


@contextmanager
def looking_at(url: str) -> Iterator[Connection]:
    """One transaction over one unchanging view of the database at ``url``."""
    engine = open_engine(url)
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def rows_by_table(connection: Connection) -> dict[str, int]:
    """How many rows has each table that is there?"""
    import_tables()
    names = sorted(set(sa.inspect(connection).get_table_names()) - {VERSIONS})
    return {
        name: connection.execute(
            sa.select(sa.func.count()).select_from(sa.table(name))
        ).scalar_one()
        for name in names
    }


def _copy_sqlite(url: str, to: Path) -> None:
    engine = open_engine(url)
    try:
        plain = engine.raw_connection()
        try:
            plain.cursor().execute("VACUUM INTO ?", (str(to),))
        finally:
            plain.close()
    finally:
        engine.dispose()
    to.chmod(0o600)


def _file(url: str) -> Path:
    return Path(sa.make_url(url).database or "")


def _tool(name: str, url: str, *arguments: str) -> None:
    program = shutil.which(name)
    if program is None:
        raise BackupRefused(f"{name} is not installed: it comes with postgresql-client")
    done = subprocess.run(  # noqa: S603 - the distribution's tool, arguments of our own
        [program, "--no-password", *arguments],
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **_place(url)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupRefused(f"{name}: {done.stderr.strip()}")


def _place(url: str) -> Mapping[str, str]:
    """Where and who, as libpq reads it from the environment: arguments are for all to see."""
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return {
        each.envvar.decode(): each.val.decode()
        for each in Conninfo.parse(plain.encode())
        if each.envvar and each.val
    }
