"""How is a room opened and closed, and where does a signal go?"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from control_plane.database import Tx
from control_plane.rooms import queries
from control_plane.rooms.rules import Side, just_closed, may_pass
from control_plane.security.scope import Scope
from shared.identifiers import DeviceName, RoomId, VisitId, new_uuid
from shared.rooms import Signal


def open_room(  # noqa: PLR0913 - a room is where all of these meet
    tx: Tx,
    scope: Scope,
    *,
    visit: VisitId,
    agency: str,
    device: DeviceName,
    staff_id: UUID,
    now: datetime,
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
        staff_id=staff_id,
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


class NoWay(StrEnum):
    """Why a signal goes nowhere."""

    NOT_YOURS = "not_yours"  # not the asker's room, or not the asker's word
    OVER = "over"  # it was on its way when the room closed


def route_of(tx: Tx, scope: Scope, signal: Signal, now: datetime) -> Route | NoWay:
    """Where may the asker's signal go, or why nowhere?"""
    side = Side.BOOTH if scope.device is not None else Side.CLERK
    if not may_pass(signal, side):
        return NoWay.NOT_YOURS
    room = queries.own_room(tx, scope, signal.room_id)
    if room is None:
        return NoWay.NOT_YOURS
    if room.closed_at is None:
        return Route(room.device, room.staff_id)
    return NoWay.OVER if just_closed(room.closed_at, now) else NoWay.NOT_YOURS
