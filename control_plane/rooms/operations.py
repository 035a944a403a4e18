"""How is a room opened and closed, and where does a signal go?"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from control_plane.database import Tx
from control_plane.rooms import queries
from control_plane.rooms.rules import BOOTH, just_closed, may_pass, seated
from control_plane.security.scope import Asker, Scope
from shared.identifiers import DeviceName, RoomId, VisitId, new_uuid
from shared.rooms import Participant, Signal


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
    queries.dismiss(tx, scope, room, now)
    queries.close(tx, scope, room, now)


def lead_to(tx: Tx, scope: Scope, room: RoomId, visit: VisitId) -> None:
    """A room that was opened before there was a visit is this visit's from now on."""
    queries.lead_to(tx, scope, room, visit)


def admit(  # noqa: PLR0913 - who comes where, as what and when
    tx: Tx,
    scope: Scope,
    room: RoomId,
    *,
    participant: Participant,
    staff_id: UUID,
    agency: str,
    now: datetime,
) -> None:
    """Let somebody whom the clerk asked in signal in the room."""
    queries.admit(
        tx, scope, room, participant=participant, staff_id=staff_id, agency=agency, now=now
    )


def dismiss(tx: Tx, scope: Scope, room: RoomId, staff_id: UUID, now: datetime) -> None:
    """Whoever was asked in has left."""
    queries.dismiss(tx, scope, room, now, staff_id=staff_id)


@dataclass(frozen=True, slots=True)
class ToDevice:
    """A signal goes to the booth's device."""

    device: DeviceName


@dataclass(frozen=True, slots=True)
class ToStaff:
    """A signal goes to the pages of one of the staff."""

    staff_id: UUID


Route = ToDevice | ToStaff


class NoWay(StrEnum):
    """Why a signal goes nowhere."""

    NOT_YOURS = "not_yours"  # not the asker's room, or not the asker's word
    OVER = "over"  # it was on its way when the room closed, or its sender or receiver had left


def route_of(tx: Tx, scope: Scope, signal: Signal, now: datetime) -> Route | NoWay:
    """Where may the asker's signal go, or why nowhere? A replica passes on what another judged."""
    room = queries.own_room(tx, scope, signal.room_id)
    if room is None:
        return NoWay.NOT_YOURS
    guests = seated(room.guests, now)
    staff = {Participant.CLERK: room.staff_id} | {
        seat: guest.staff_id for seat, guest in guests.items()
    }
    match scope.asker:
        case Asker.DEVICE:
            own = BOOTH
        case Asker.SYSTEM:
            own = frozenset({signal.sender})
        case _:
            own = frozenset(seat for seat, who in staff.items() if str(who) == scope.name)
    if not may_pass(signal, own, BOOTH | staff.keys()):
        return NoWay.NOT_YOURS
    if room.closed_at is not None:
        return NoWay.OVER if just_closed(room.closed_at, now) else NoWay.NOT_YOURS
    gone = {seat for seat, guest in guests.items() if guest.until is not None}
    if gone & {signal.sender, signal.receiver}:
        return NoWay.OVER
    return ToDevice(room.device) if signal.receiver in BOOTH else ToStaff(staff[signal.receiver])
