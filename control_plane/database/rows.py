"""How do many rows go into a table at once? In one statement, whatever their number.

For hot paths: as one JSON text on PostgreSQL, as prepared rows on SQLite. SQLAlchemy would look up
the name and the type of each value anew for every row.
"""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from control_plane.database.transaction import Tx


def insert_rows(tx: Tx, table: sa.Table, rows: Sequence[Sequence[Any]]) -> None:
    """Insert whole rows of texts, numbers, ids and instants, in the order of the columns."""
    if not rows:
        return
    dialect, columns = tx.connection.dialect, table.columns
    stored = []
    for column, values in zip(columns, zip(*rows, strict=True), strict=True):
        bind = column.type.dialect_impl(dialect).bind_processor(dialect)
        stored.append(values if bind is None else [bind(value) for value in values])
    if tx.dialect == "postgresql":
        named = [dict(zip(columns.keys(), row, strict=True)) for row in zip(*stored, strict=True)]
        tx.connection.exec_driver_sql(_from_json(table), (json.dumps(named, default=str),))
    else:
        tx.connection.exec_driver_sql(_prepared(table), list(zip(*stored, strict=True)))


@cache
def _from_json(table: sa.Table) -> str:
    names = ", ".join(table.columns.keys())
    return (
        f"INSERT INTO {table.name} ({names}) "  # noqa: S608 - names of ours
        f"SELECT {names} FROM json_populate_recordset(CAST(NULL AS {table.name}), %s)"
    )


@cache
def _prepared(table: sa.Table) -> str:
    names, marks = ", ".join(table.columns.keys()), ", ".join("?" for _ in table.columns)
    return f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - names of ours
