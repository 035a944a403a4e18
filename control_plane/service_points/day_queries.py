"""Which statements read and write hours and kinds of days? Remembered whole, as places are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from control_plane.database import Tx, insert_or
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.service_points.queries import SETUP
from control_plane.service_points.rules.days import (
    ALL_HOURS,
    ALL_QUEUE,
    Calendar,
    DayChoices,
    HourChoices,
)
from control_plane.service_points.tables import ServicePoint, agency_days, agency_hours

Chosen = TypeVar("Chosen", HourChoices, DayChoices)

_STORED_DAYS = sa.select(agency_days.c.version, agency_days.c.choices).where(
    agency_days.c.agency == sa.bindparam("of"), agency_days.c.point == sa.bindparam("at")
)


@dataclass(frozen=True, slots=True)
class Stored(Generic[Chosen]):
    """What is in force; version 0 is that of an agency that has set nothing."""

    choices: Chosen
    version: int = 0


def hours_of(tx: Tx, _scope: Scope, agency: str) -> Stored[HourChoices]:
    """The hours of an agency's queue: every screen tells them."""
    return _hours(tx).get(agency) or Stored(ALL_HOURS)


def days_of(tx: Tx, _scope: Scope, agency: str, point: str) -> Stored[DayChoices]:
    """The days of an agency at a point."""
    return _days(tx).get((agency, point)) or Stored(ALL_QUEUE)


def calendar_of(tx: Tx, scope: Scope, agency: str, point: ServicePoint) -> Calendar:
    """All that says when the agency's queue at the point is open."""

    def made() -> Calendar:
        return Calendar(
            timezone=point.timezone,
            point=point.hours,
            hours=hours_of(tx, scope, agency).choices,
            days=days_of(tx, scope, agency, point.code).choices,
        )

    return tx.recall(SETUP, ("calendar", agency, point.code), made)


def held(point: str) -> str:
    """Whoever locks this name keeps the days of the point's agencies as they are."""
    return f"days:{point}"


def days_held(tx: Tx, scope: Scope, agency: str, point: str) -> Stored[DayChoices]:
    """The days that are stored now, and not those that a process remembers.

    The caller has locked `held`, alone or shared: it stays so until the transaction ends.
    """
    if tx.dialect == "sqlite":  # one process, one writer: what it remembers is what is stored
        return days_of(tx, scope, agency, point)
    row = tx.execute(_STORED_DAYS, {"of": agency, "at": point}).one_or_none()
    return Stored(ALL_QUEUE) if row is None else _stored_days(row)


def calendar_held(tx: Tx, scope: Scope, agency: str, point: ServicePoint) -> Calendar:
    """The calendar with those days."""
    known = calendar_of(tx, scope, agency, point)
    return replace(known, days=days_held(tx, scope, agency, point.code).choices)


def calendars_of(tx: Tx, scope: Scope, agency: str) -> Mapping[str, Calendar]:
    """By point, of those at which the agency's queue is not always open."""

    def made() -> dict[str, Calendar]:
        served = places.points_served(tx, scope, agency)
        points = (places.point_of(tx, scope, code) for code in served)
        found = {each.code: calendar_of(tx, scope, agency, each) for each in points if each}
        return {code: each for code, each in found.items() if each.limits}

    return tx.recall(SETUP, ("calendars", agency), made)


def put_hours(tx: Tx, _scope: Scope, agency: str, made: Stored[HourChoices]) -> bool:
    """Store them; False when somebody else has set that version meanwhile."""
    return _put(tx, agency_hours, {"agency": agency}, made)


def put_days(tx: Tx, _scope: Scope, agency: str, point: str, made: Stored[DayChoices]) -> bool:
    """Store them; False when somebody else has set that version meanwhile."""
    return _put(tx, agency_days, {"agency": agency, "point": point}, made)


def _put(
    tx: Tx, table: sa.Table, key: Mapping[str, str], made: Stored[HourChoices] | Stored[DayChoices]
) -> bool:
    statement = insert_or(tx.dialect, table).values(
        **key, version=made.version, choices=made.choices.model_dump_json()
    )
    done = tx.execute(
        statement.on_conflict_do_update(
            index_elements=list(key),
            set_={name: statement.excluded[name] for name in ("version", "choices")},
            where=table.c.version == made.version - 1,
        ).returning(table.c.version)
    )
    tx.touch(SETUP)
    return done.one_or_none() is not None


def _hours(tx: Tx) -> Mapping[str, Stored[HourChoices]]:
    def read() -> dict[str, Stored[HourChoices]]:
        rows = tx.execute(sa.select(agency_hours))
        return {
            row.agency: Stored(HourChoices.model_validate_json(row.choices), row.version)
            for row in rows
        }

    return tx.recall(SETUP, "hours", read)


def _days(tx: Tx) -> Mapping[tuple[str, str], Stored[DayChoices]]:
    def read() -> dict[tuple[str, str], Stored[DayChoices]]:
        rows = tx.execute(sa.select(agency_days))
        return {(row.agency, row.point): _stored_days(row) for row in rows}

    return tx.recall(SETUP, "days", read)


def _stored_days(row: sa.Row[Any]) -> Stored[DayChoices]:
    return Stored(DayChoices.model_validate_json(row.choices), row.version)
