"""Which statements tell how a day went, from the rows and facts that it left?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Tx
from control_plane.facts import facts
from control_plane.security.scope import Scope
from control_plane.staff.history import ClerkMoved
from control_plane.tickets.tables import tickets
from control_plane.visits.tables import visits


@dataclass(frozen=True, slots=True)
class Served:
    """A visit that took place."""

    ticket_id: UUID
    staff_id: UUID
    point: str
    booth: str
    created_at: datetime
    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """A clerk came to a state at a time."""

    at: datetime
    moved: ClerkMoved


def tickets_of_day(tx: Tx, _scope: Scope, day: date) -> list[UUID]:
    """The tickets of a local day, whosever they are."""
    return list(
        tx.execute(
            sa.select(tickets.c.id).where(tickets.c.day == day).order_by(tickets.c.arrived_at)
        ).scalars()
    )


def served(tx: Tx, _scope: Scope, ticket_ids: Iterable[UUID]) -> list[Served]:
    """The visits of these tickets that began and ended."""
    columns = [visits.c[name] for name in Served.__dataclass_fields__]
    rows = tx.execute(
        sa.select(*columns)
        .where(
            visits.c.ticket_id.in_(list(ticket_ids)),
            visits.c.began_at.is_not(None),
            visits.c.ended_at.is_not(None),
        )
        .order_by(visits.c.created_at)
    )
    return [Served(**row._mapping) for row in rows]  # noqa: SLF001 - a row as a mapping


def told_of(
    tx: Tx, _scope: Scope, ticket_ids: Iterable[UUID], kind: str
) -> list[tuple[datetime, str]]:
    """The facts of one kind about these tickets, in order."""
    rows = tx.execute(
        sa.select(facts.c.at, facts.c.body)
        .where(facts.c.kind == kind, facts.c.subject.in_([f"ticket:{each}" for each in ticket_ids]))
        .order_by(facts.c.id)
    )
    return [(row.at, row.body) for row in rows]


def moves(tx: Tx, _scope: Scope, since: datetime, until: datetime) -> list[Moved]:
    """What clerks came to do in that time, in order."""
    rows = tx.execute(
        sa.select(facts.c.at, facts.c.body)
        .where(facts.c.kind == ClerkMoved.kind, facts.c.at >= since, facts.c.at < until)
        .order_by(facts.c.id)
    )
    return [Moved(row.at, ClerkMoved.model_validate_json(row.body)) for row in rows]
