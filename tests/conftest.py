"""What do tests share? Both databases, a real broker, a clock that they move."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from control_plane.database import Store, metadata, open_engine, open_store
from control_plane.migrations.tables import import_tables
from tests.clock import FakeClock
from tests.compiled import compile_statements_once
from tests.mosquitto import Broker, running_mosquitto
from tests.postgres import Lent, Postgres, running_postgres

DATABASES = ("sqlite", "postgresql")

# A machine that is busy with other tests is no finding.
settings.register_profile("etapiste", deadline=None)
settings.load_profile("etapiste")

compile_statements_once()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever drives browsers from the main thread comes last: no other loop runs there after it.

    With its whole file: that is what one process of several takes at a time.
    """
    drives = {each.path for each in items if "playwright" in getattr(each, "fixturenames", ())}
    items.sort(key=lambda each: each.path in drives)


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still until the test moves it."""
    return FakeClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The distribution's PostgreSQL, running for this session."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """A database with every table, from which tests' own ones are copied."""
    name = postgres.create()
    _create_tables(postgres.url(name))
    return name


@pytest.fixture(scope="session")
def lent(postgres: Postgres, postgres_template: str) -> Lent:
    """Such databases, for one test after the other."""
    return Lent(postgres, postgres_template)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a file."""
    path = tmp_path_factory.mktemp("template") / "etapiste.db"
    _create_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table, on both databases."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'etapiste.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture(params=DATABASES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with every table, on both databases."""
    if request.param == "sqlite":
        copied = shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path)
        yield f"sqlite:///{copied}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    databases: Lent = request.getfixturevalue("lent")
    with databases.one() as name:
        yield server.url(name)


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """A Store with every table, on both databases."""
    opened = open_store(store_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_store(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Store]:
    """A Store on SQLite, where the database makes no difference."""
    opened = open_store(f"sqlite:///{shutil.copy(sqlite_template, tmp_path)}")
    yield opened
    await opened.close()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A real Mosquitto with mutual TLS and our rights."""
    with running_mosquitto(tmp_path / "mqtt") as started:
        yield started


def _create_tables(url: str) -> None:
    import_tables()
    engine = open_engine(url)
    with engine.begin() as connection:
        metadata.create_all(connection)
    engine.dispose()
