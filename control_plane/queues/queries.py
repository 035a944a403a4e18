"""Which statements read and write closings?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from control_plane.database import Tx, insert_or
from control_plane.queues.rules.closing import Closing, Kind
from control_plane.queues.tables import queue_closings
from control_plane.security.scope import Scope
from shared.tickets import Instead, InsteadWay

# Before a contingent's id, in the name under which its numbers are counted.
CONTINGENT = "contingent:"


@dataclass(frozen=True, slots=True)
class StoredClosing:
    """A closing as it was made."""

    id: str
    agency: str
    point: str | None
    service: str | None
    kind: Kind
    most: int | None
    instead: Instead
    made_at: datetime
    ends_at: datetime | None
    ended_at: datetime | None

    def now(self, given: int = 0) -> Closing:
        """As the rules see it; ``given``: the numbers of a contingent that are taken today."""
        return Closing(
            id=self.id,
            agency=self.agency,
            point=self.point,
            service=self.service,
            kind=self.kind,
            most=self.most,
            given=given,
            instead=self.instead,
        )


def counter(closing_id: str) -> str:
    """The name under which a contingent's numbers are counted, day by day."""
    return CONTINGENT + closing_id


def in_force(now: datetime | sa.BindParameter[Any]) -> sa.ColumnElement[bool]:
    """The condition that a closing is neither ended nor over."""
    return sa.and_(
        queue_closings.c.ended_at.is_(None),
        sa.or_(queue_closings.c.ends_at.is_(None), queue_closings.c.ends_at > now),
    )


def add(tx: Tx, _scope: Scope, made: StoredClosing) -> bool:
    """Store a closing; False when there is one of that id."""
    values: Mapping[str, Any] = {
        "id": made.id,
        "agency": made.agency,
        "point": made.point,
        "service": made.service,
        "kind": str(made.kind),
        "most": made.most,
        "instead": str(made.instead.way),
        "instead_service": made.instead.service,
        "made_at": made.made_at,
        "ends_at": made.ends_at,
    }
    done = tx.execute(
        insert_or(tx.dialect, queue_closings)
        .values(**values)
        .on_conflict_do_nothing()
        .returning(queue_closings.c.id)
    )
    return done.one_or_none() is not None


def end(tx: Tx, scope: Scope, closing_id: str, now: datetime) -> bool:
    """End a closing that is in force; False when it is over already."""
    done = tx.execute(
        sa.update(queue_closings)
        .where(
            queue_closings.c.id == closing_id,
            in_force(now),
            scope.only(queue_closings.c.agency),
        )
        .values(ended_at=now)
    )
    return done.rowcount == 1


def closing_of(tx: Tx, scope: Scope, closing_id: str) -> StoredClosing | None:
    """One closing that the asker may see, over or not."""
    row = tx.execute(
        sa.select(queue_closings).where(
            queue_closings.c.id == closing_id, scope.only(queue_closings.c.agency)
        )
    ).one_or_none()
    return None if row is None else stored(row)


def closings(tx: Tx, scope: Scope, now: datetime) -> list[StoredClosing]:
    """What is closed now, of the agencies that the asker may see, oldest first."""
    rows = tx.execute(
        sa.select(queue_closings)
        .where(in_force(now), scope.only(queue_closings.c.agency))
        .order_by(queue_closings.c.made_at, queue_closings.c.id)
    )
    return [stored(row) for row in rows]


def stored(row: Any) -> StoredClosing:
    """A row of `queue_closings` as a closing."""
    return StoredClosing(
        id=row.id,
        agency=row.agency,
        point=row.point,
        service=row.service,
        kind=Kind(row.kind),
        most=row.most,
        instead=Instead(way=InsteadWay(row.instead), service=row.instead_service),
        made_at=row.made_at,
        ends_at=row.ends_at,
        ended_at=row.ended_at,
    )
