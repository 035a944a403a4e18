"""Alembic's environment: one connection, given by the caller, and the one metadata."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from control_plane.database import metadata
from control_plane.migrations.tables import import_tables


def in_plain_types(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations name what the database stores, not our types, which may move."""
    if kind == "type" and isinstance(item, sa.types.TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    if kind == "type" and type(item).__module__.startswith("sqlmodel"):
        return f"sa.String(length={item.length})"
    return False


import_tables()
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=in_plain_types,
    compare_type=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
