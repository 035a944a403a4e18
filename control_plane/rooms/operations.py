"""How is a room opened and closed, and where does a signal go?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from control_plane.database import Tx
from control_plane.rooms import queries
from control_plane.rooms.rules import Side, may_pass
from control_plane.security.scope import Scope
from shared.identifiers import DeviceName, RoomId, VisitId, new_uuid
from shared.rooms import Signal


def open_room(  # noqa: PLR0913 - a room is where all of these meet
    tx: Tx, scope: Scope, *, visit: VisitId, agency: str, device: DeviceName, now: datetime
) -> RoomId:
    """Open the room of a visit for its clerk and its booth's device."""
    room = RoomId(new_uuid())
    queries.insert(
        tx,
        scope,
        room_id=room,
        visit_id=visit,
        agency=agency,
        device=device,
        staff_id=UUID(scope.name),
        now=now,
    )
    return room


def close_room(tx: Tx, scope: Scope, room: RoomId, now: datetime) -> None:
    """Let no more signals pass in the room."""
    queries.close(tx, scope, room, now)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a signal goes: the device's topic, or the clerk's sockets."""

    device: DeviceName
    staff_id: UUID


def route_of(tx: Tx, scope: Scope, signal: Signal) -> Route | None:
    """Where may the asker's signal go? None: nowhere, it is not the asker's room or word."""
    side = Side.BOOTH if scope.device is not None else Side.CLERK
    if not may_pass(signal, side):
        return None
    room = queries.open_room(tx, scope, signal.room_id)
    return None if room is None else Route(room.device, room.staff_id)
