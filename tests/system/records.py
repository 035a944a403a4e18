"""What does the control plane's database say? Read from the side, as an auditor would."""

import sqlite3
from contextlib import closing
from typing import Any

from tests.system.demo import Demo


def rows(demo: Demo, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Ask the demo's database, without a right to change it."""
    path = f"file:{demo.state}/control-plane/etapiste.db?mode=ro"
    with closing(sqlite3.connect(path, uri=True, timeout=10)) as database:
        return list(database.execute(statement, values))


def visits_of(demo: Demo, number: int) -> list[tuple[str, str]]:
    """The visits that a number has led to: (id, state), oldest first."""
    found = rows(demo, "select id, state from visits where number = ? order by created_at", number)
    return [(str(identity), str(state)) for identity, state in found]


def tickets_of(demo: Demo, number: int) -> list[str]:
    """The states of the tickets with this number: exactly one, always."""
    return [
        str(state) for (state,) in rows(demo, "select state from tickets where number = ?", number)
    ]


def smileys(demo: Demo) -> int:
    """How many ratings are stored; a rating has no visit and no time of day."""
    ((count,),) = rows(demo, "select coalesce(sum(count), 0) from smiley_counts")
    return int(count)
