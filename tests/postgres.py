"""A PostgreSQL server of the distribution for the length of a test run.

It runs as an unprivileged account, since it refuses root, in a temporary directory and on a
Unix socket only. Without PostgreSQL the tests fail: `make setup` installs it.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

_PLACES = ("/usr/local/bin", *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")))[::-1])


# Whatever a test might have changed of the schema, and who is still connected: a database that
# differs from its template is not lent again.
_SHAPE = b"""
    SELECT (SELECT md5(string_agg(relname, ' ' ORDER BY oid)) FROM pg_class),
           (SELECT count(*) FROM pg_attribute), (SELECT count(*) FROM pg_proc),
           (SELECT md5(string_agg(tgname || tgenabled::text, ' ' ORDER BY oid)) FROM pg_trigger),
           (SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid())
"""
_TABLES = b"SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


class Lent:
    """Databases with the same tables, lent to one test after the other.

    To copy one takes ten times as long as to empty it again: most tests write a few rows.
    """

    def __init__(self, server: "Postgres", template: str) -> None:
        self._server = server
        self._template = template
        self._free: list[str] = []
        with server.connect(template) as connection:
            self._shape = connection.execute(_SHAPE).fetchone()
            self._tables = [Identifier(row[0]) for row in connection.execute(_TABLES).fetchall()]
            filled = [
                each
                for each in self._tables
                if connection.execute(SQL("SELECT 1 FROM {} LIMIT 1").format(each)).fetchone()
            ]
            assert not filled, "emptying a database would lose what stands in its template"

    @contextmanager
    def one(self) -> Iterator[str]:
        """The name of a database with every table, and nothing of another test in them."""
        name = self._free.pop() if self._free else self._server.create(self._template)
        try:
            yield name
        finally:
            if self._is_emptied(name):
                self._free.append(name)
            else:
                self._server.drop(name)

    def _is_emptied(self, name: str) -> bool:
        """False: another shape, or somebody is still connected."""
        with self._server.connect(name) as connection:
            if connection.execute(_SHAPE).fetchone() != self._shape:
                return False
            # The audit log's own triggers would keep what is in it.
            connection.execute(b"SET session_replication_role = replica")
            emptied = [SQL("DELETE FROM {}").format(table) for table in self._tables]
            connection.execute(SQL("; ").join(emptied))
        return True


class Postgres:
    """A running server; every database on it is made from an empty template."""

    def __init__(
        self, directory: Path, start: Callable[[], None], stop: Callable[[], None]
    ) -> None:
        self.directory = directory
        self.start = start
        # At once, as after a power cut: what was committed is found again in the log.
        self.crash = stop
        self._made = 0

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.directory}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            dbname=database, user="postgres", host=str(self.directory), autocommit=True
        )

    def create(self, template: str = "template1") -> str:
        """A fresh database; gives its name."""
        self._made += 1
        name = f"test_{self._made}"
        with self.connect() as connection:
            # Copied as files, where the log need not hold every page of it.
            wanted = f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"
            connection.execute(wanted.encode())
        return name

    def drop(self, name: str) -> None:
        with self.connect() as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """Start a server, and stop it afterwards; only a ``durable`` one may crash meanwhile."""
    directory = Path(tempfile.mkdtemp(prefix="etapiste-pg-"))
    as_user = _unprivileged(directory)
    data = directory / "data"
    try:
        _call(
            *as_user,
            program("initdb"),
            *("--pgdata", str(data), "--username", "postgres", "--auth", "trust"),
            *("--encoding", "UTF8", "--no-locale", "--no-sync"),
        )
        # Tests of this run need no power-cut safety; what is measured, or crashes, does.
        fsync = "on" if durable else "off"
        options = f"-k {directory} -c listen_addresses='' -c fsync={fsync} -c max_connections=100"
        control = (*as_user, program("pg_ctl"), "--pgdata", str(data), "--wait")
        log = str(directory / "log")

        def start() -> None:
            _call(*control, "--log", log, "--options", options, "start")

        def stop() -> None:
            _call(*control, "--mode", "immediate", "stop")

        start()
        try:
            yield Postgres(directory, start, stop)
        finally:
            stop()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def program(name: str) -> str:
    """Where a program of the distribution's PostgreSQL is."""
    for place in _PLACES:
        if (path := Path(place) / name).exists():
            return str(path)
    raise RuntimeError(f"PostgreSQL's {name} is not installed: run `make setup`")


def _unprivileged(directory: Path) -> tuple[str, ...]:
    if os.geteuid() != 0:
        return ()
    shutil.chown(directory, "postgres", "postgres")
    return ("runuser", "--user", "postgres", "--")


def _call(*command: str) -> None:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd="/", stdin=subprocess.DEVNULL
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[-1]}: {done.stderr or done.stdout}")
