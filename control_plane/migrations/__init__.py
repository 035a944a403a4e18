"""How does the schema come to be and change? Alembic, expand and contract only."""

from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from control_plane.database import open_engine
from control_plane.migrations.tables import import_tables
from control_plane.security import audit_guard

# Two processes that start together must not both migrate.
_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('etapiste-migrations', 0))")


def configuration(connection: Connection) -> Config:
    """Alembic's configuration for one connection; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str) -> None:
    """Bring the database to the newest schema, in one transaction."""
    import_tables()
    engine = open_engine(url)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(_LOCK)
        command.upgrade(configuration(connection), "head")
        # Repeated each time, so that a guard which somebody took down stands again.
        audit_guard.put_up(connection)
    engine.dispose()


def is_current(connection: Connection) -> bool:
    """Has the database the schema of this program?"""
    return set(heads_there(connection)) == set(_script().get_heads())


def heads_there(connection: Connection) -> tuple[str, ...]:
    """The schema that the database has, as revisions."""
    return tuple(MigrationContext.configure(connection).get_current_heads())


def knows(revisions: Iterable[str]) -> bool:
    """Has this program been through them all? A later one's it does not know."""
    known = {each.revision for each in _script().walk_revisions()}
    return known.issuperset(revisions)


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(Path(__file__).parent))
