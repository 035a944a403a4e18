"""Which rows changed, in which order? Triggers in the run's own database write it down.

A trigger fires while its transaction holds the row, so two changes that exclude each other are
journalled in the order in which they truly came, whatever the clocks of replicas say. What was
rolled back leaves nothing.
"""

import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

WATCHED = {
    "tickets": ("id", "state", "agency", "service", "language", "point", "number", "arrived_at"),
    "visits": (
        *("id", "state", "ticket_id", "staff_id", "point", "booth"),
        *("created_at", "began_at", "ended_at", "outcome"),
    ),
    "offers": ("id", "state", "ticket_id", "staff_id", "point", "booth", "created_at"),
    "consults": (
        *("id", "state", "visit_id", "asked_by", "staff_id", "handed_on"),
        *("asked_at", "joined_at", "how"),
    ),
    "clerks": ("staff_id", "state", "agency", "visit_id", "wants_next"),
    "booth_uses": ("point", "booth", "state", "visit_id", "distrusted_for"),
    "device_states": ("device", "online"),
}
IDS = {"id", "ticket_id", "staff_id", "visit_id", "asked_by"}


@dataclass(frozen=True, slots=True)
class Change:
    """A row as it became; ``at`` is the database's time, in seconds since 1970."""

    seq: int
    at: float
    table: str
    row: dict[str, Any]


_TABLE = (
    "CREATE TABLE history_journal"
    " (seq {number}, at bigint NOT NULL, what text NOT NULL, content text NOT NULL)"
)
_WRITE = "INSERT INTO history_journal (at, what, content) VALUES ({at}, '{table}', {content})"


def install(engine: Engine) -> None:
    """Write down every change from now on."""
    postgresql = engine.dialect.name == "postgresql"
    with engine.begin() as connection:
        for statement in _postgresql() if postgresql else _sqlite():
            connection.exec_driver_sql(statement)


def read(engine: Engine) -> list[Change]:
    """Everything that was committed, in order."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT seq, at, what, content FROM history_journal ORDER BY seq"
        ).all()
    return [Change(seq, at / 1e6, what, plain(json.loads(row))) for seq, at, what, row in rows]


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """The same on both databases: ids without dashes."""
    return {
        name: str(value).replace("-", "") if name in IDS and value is not None else value
        for name, value in row.items()
    }


def _content(columns: tuple[str, ...], function: str) -> str:
    pairs = ", ".join(f"'{name}', NEW.{name}" for name in columns)
    return f"{function}({pairs})"


def _changed(columns: tuple[str, ...], differs: str) -> str:
    return " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in columns)


def _postgresql() -> list[str]:
    statements = [_TABLE.format(number="bigserial PRIMARY KEY")]
    for table, columns in WATCHED.items():
        content = f"CAST({_content(columns, 'json_build_object')} AS text)"
        at = "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)"
        write = _WRITE.format(at=at, table=table, content=content)
        body = f"BEGIN {write}; RETURN NULL; END"
        changed = _changed(columns, "IS DISTINCT FROM")
        each = f"FOR EACH ROW EXECUTE FUNCTION history_{table}()"
        update = f"AFTER UPDATE ON {table} FOR EACH ROW WHEN ({changed})"
        statements += [
            f"CREATE FUNCTION history_{table}() RETURNS trigger AS $$ {body} $$ LANGUAGE plpgsql",
            f"CREATE TRIGGER history_insert AFTER INSERT ON {table} {each}",
            f"CREATE TRIGGER history_update {update} EXECUTE FUNCTION history_{table}()",
        ]
    return statements


def _sqlite() -> list[str]:
    statements = [_TABLE.format(number="INTEGER PRIMARY KEY AUTOINCREMENT")]
    for table, columns in WATCHED.items():
        at = "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"
        write = _WRITE.format(at=at, table=table, content=_content(columns, "json_object"))
        update = f"AFTER UPDATE ON {table} WHEN {_changed(columns, 'IS NOT')}"
        statements += [
            f"CREATE TRIGGER history_{table}_insert AFTER INSERT ON {table} BEGIN {write}; END",
            f"CREATE TRIGGER history_{table}_update {update} BEGIN {write}; END",
        ]
    return statements


def stored(engine: Engine, statement: sa.Select[Any]) -> list[dict[str, Any]]:
    """Rows as they are at the end."""
    with engine.connect() as connection:
        return [plain(dict(row)) for row in connection.execute(statement).mappings()]
