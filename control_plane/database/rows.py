"""How do many rows go into a table at once? In one statement, whatever their number.

For hot paths: as one JSON text on PostgreSQL, as prepared rows on SQLite. SQLAlchemy would look up
the name and the type of each value anew for every row.
"""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

# Whole rows of texts, numbers, ids and instants, each in the order of the columns.
Rows = Sequence[Sequence[Any]]


def insert_prepared(connection: Connection, table: sa.Table, rows: Rows) -> None:
    """Insert rows on SQLite."""
    columns = _stored(connection, table, rows)
    connection.exec_driver_sql(_prepared(table), list(zip(*columns, strict=True)))


def as_json(connection: Connection, table: sa.Table, rows: Rows) -> str:
    """Rows for the parameter of `from_json`."""
    names, columns = table.columns.keys(), _stored(connection, table, rows)
    named = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    return json.dumps(named, default=str)


@cache
def from_json(table: sa.Table) -> str:
    """The INSERT on PostgreSQL, with one parameter that is called as the table is."""
    name, names = table.name, ", ".join(table.columns.keys())
    return (
        f"INSERT INTO {name} ({names}) SELECT {names} "  # noqa: S608 - names of ours
        f"FROM json_populate_recordset(CAST(NULL AS {name}), CAST(:{name} AS json))"
    )


def _stored(connection: Connection, table: sa.Table, rows: Rows) -> list[Sequence[Any]]:
    dialect = connection.dialect
    stored: list[Sequence[Any]] = []
    for column, values in zip(table.columns, zip(*rows, strict=True), strict=True):
        bind = column.type.dialect_impl(dialect).bind_processor(dialect)
        stored.append(values if bind is None else [bind(value) for value in values])
    return stored


@cache
def _prepared(table: sa.Table) -> str:
    names, marks = ", ".join(table.columns.keys()), ", ".join("?" for _ in table.columns)
    return f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - names of ours
