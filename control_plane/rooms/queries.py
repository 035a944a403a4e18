"""Which statements read and write rooms?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Tx
from control_plane.rooms.rules import Guest
from control_plane.rooms.tables import room_guests, rooms
from control_plane.security.scope import Asker, Scope
from shared.identifiers import new_uuid
from shared.rooms import Participant


@dataclass(frozen=True, slots=True)
class Room:
    """A room: whose signals may pass in it, and until when they did."""

    id: UUID
    visit_id: UUID
    device: str
    staff_id: UUID
    closed_at: datetime | None
    guests: tuple[Guest, ...]


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


def lead_to(tx: Tx, _scope: Scope, room_id: UUID, visit_id: UUID) -> None:
    """The room is that of a visit which was not known when it was opened."""
    tx.execute(sa.update(rooms).where(rooms.c.id == room_id).values(visit_id=visit_id))


def admit(  # noqa: PLR0913 - a whole row
    tx: Tx,
    _scope: Scope,
    room_id: UUID,
    *,
    participant: Participant,
    staff_id: UUID,
    agency: str,
    now: datetime,
) -> None:
    """Give somebody a seat in a room; a seat that is taken is an error."""
    tx.execute(
        sa.insert(room_guests),
        {
            "id": new_uuid(),
            "room_id": room_id,
            "participant": str(participant),
            "staff_id": staff_id,
            "agency": agency,
            "since": now,
        },
    )


def dismiss(
    tx: Tx, _scope: Scope, room_id: UUID, now: datetime, *, staff_id: UUID | None = None
) -> None:
    """Whoever has a seat has it no longer; None: nobody has."""
    whose = sa.true() if staff_id is None else room_guests.c.staff_id == staff_id
    tx.execute(
        sa.update(room_guests)
        .where(room_guests.c.room_id == room_id, room_guests.c.until.is_(None), whose)
        .values(until=now)
    )


def own_room(tx: Tx, scope: Scope, room_id: UUID) -> Room | None:
    """A room in which the asker may signal, or might.

    The device's own, the clerk's own, and one to which the asker was asked, of whatever agency.
    """
    row = tx.execute(
        sa.select(rooms).where(rooms.c.id == room_id, _of(scope, room_id))
    ).one_or_none()
    if row is None:
        return None
    guests = tx.execute(
        sa.select(room_guests.c.participant, room_guests.c.staff_id, room_guests.c.until).where(
            room_guests.c.room_id == room_id
        )
    )
    return Room(
        id=row.id,
        visit_id=row.visit_id,
        device=row.device,
        staff_id=row.staff_id,
        closed_at=row.closed_at,
        guests=tuple(
            Guest(Participant(each.participant), each.staff_id, each.until) for each in guests
        ),
    )


def _of(scope: Scope, room_id: UUID) -> sa.ColumnElement[bool]:
    match scope.asker:
        case Asker.SYSTEM:
            return sa.true()
        case Asker.DEVICE:
            return rooms.c.device == scope.name
        case Asker.STAFF | Asker.INTEGRATION:
            me = UUID(scope.name)
            asked_in = sa.exists().where(
                room_guests.c.room_id == room_id,
                room_guests.c.staff_id == me,
                scope.only(room_guests.c.agency),
            )
            own = sa.and_(rooms.c.staff_id == me, scope.only(rooms.c.agency))
            return sa.or_(own, asked_in)
