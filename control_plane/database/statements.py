"""What does a statement of a hot path cost beside running it? Building, which is done once.

To build a statement from columns and conditions takes SQLAlchemy several times as long as SQLite
takes to run it. On hot paths the shapes of a statement are therefore built once each, with a bound
parameter wherever a value goes.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, ParamSpec, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import Executable

P = ParamSpec("P")
S = TypeVar("S", bound=Executable)

# Of one statement: at most one for each agency that may ask.
SHAPES = 512


def built_once(build: Callable[P, S]) -> Callable[P, S]:
    """Keep what ``build`` gives for its arguments: they choose a shape, and are never a value."""
    return cast("Callable[P, S]", lru_cache(maxsize=SHAPES)(build))


def one_of(column: sa.ColumnElement[Any], *, named: str = "among") -> sa.ColumnElement[bool]:
    """Is it one of those that the parameter ``named`` lists when the statement runs?"""
    return column.in_(sa.bindparam(named, expanding=True))


def insert_or(dialect: str, table: sa.Table) -> "postgresql.Insert | sqlite.Insert":
    """An INSERT that can say what to do about a row that is there already."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
