"""What keeps the database itself from changing an audit row? Triggers on both databases."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from control_plane.security.tables import audit

_SQLITE = tuple(
    f"CREATE TRIGGER IF NOT EXISTS audit_no_{verb.lower()} BEFORE {verb} ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
    for verb in ("UPDATE", "DELETE")
)
_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit log only grows'; END $$
    """,
    "DROP TRIGGER IF EXISTS audit_no_change ON audit",
    """
    CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()
    """,
)


def put_up(connection: Connection) -> None:
    """Forbid every change of audit rows; may be repeated."""
    on_sqlite = connection.dialect.name == "sqlite"
    for statement in _SQLITE if on_sqlite else _POSTGRESQL:
        connection.execute(sa.text(statement))


@sa.event.listens_for(audit, "after_create")
def _after_create(_table: sa.Table, connection: Connection, **_: Any) -> None:
    put_up(connection)
