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

_PLACES = ("/usr/local/bin", *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")))[::-1])


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
