"""Which statements read and write rooms?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Tx
from control_plane.rooms.tables import rooms
from control_plane.security.scope import Scope


@dataclass(frozen=True, slots=True)
class Room:
    """A room: whose signals may pass in it, and until when they did."""

    id: UUID
    visit_id: UUID
    device: str
    staff_id: UUID
    closed_at: datetime | None


def insert(  # noqa: PLR0913 - a whole row
    tx: Tx,
    _scope: Scope,
    *,
    room_id: UUID,
    visit_id: UUID,
    agency: str,
    device: str,
    staff_id: UUID,
    now: datetime,
) -> None:
    """Store a new room."""
    tx.execute(
        sa.insert(rooms),
        {
            "id": room_id,
            "visit_id": visit_id,
            "agency": agency,
            "device": device,
            "staff_id": staff_id,
            "opened_at": now,
        },
    )


def close(tx: Tx, _scope: Scope, room_id: UUID, now: datetime) -> None:
    """Let no more signals pass."""
    tx.execute(
        sa.update(rooms)
        .where(rooms.c.id == room_id, rooms.c.closed_at.is_(None))
        .values(closed_at=now)
    )


def own_room(tx: Tx, scope: Scope, room_id: UUID) -> Room | None:
    """A room in which the asker may signal, or might: the device's own, or the clerk's own."""
    mine = (
        rooms.c.device == scope.device
        if scope.device is not None
        else sa.and_(rooms.c.staff_id == UUID(scope.name), scope.only(rooms.c.agency))
    )
    row = tx.execute(sa.select(rooms).where(rooms.c.id == room_id, mine)).one_or_none()
    if row is None:
        return None
    return Room(row.id, row.visit_id, row.device, row.staff_id, row.closed_at)
