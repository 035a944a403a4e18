"""How does a clerk put the own picture into a booth for the day, and what takes it away again?"""

from datetime import datetime
from uuid import UUID

from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Refusal
from control_plane.fleet import booth_queries
from control_plane.fleet import operations as fleet
from control_plane.fleet.rules import BoothState
from control_plane.rooms import operations as rooms
from control_plane.security import audit
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.service_points.rules.days import DayKind
from control_plane.staff import queries as staff
from control_plane.staff.history import ClerkMoved
from control_plane.staff.queries import Clerk
from control_plane.staff.rules import ClerkState
from control_plane.visits import link_queries
from control_plane.visits.link_queries import Link
from control_plane.visits.link_rules import STANDS_IN, LinkEnd, ends_at
from control_plane.visits.operations.days import queue_at
from control_plane.visits.operations.desk import clerk_at_desk
from control_plane.visits.operations.link_ending import end
from control_plane.visits.operations.refusals import (
    BOOTH_NOT_FREE,
    CLERK_BUSY,
    CLOSED_NOW,
    LINK_THERE,
    NO_QUEUE_TODAY,
    NOT_AVAILABLE,
    NOT_OFFERED_HERE,
)
from control_plane.visits.operations.steps import JOURNEY
from control_plane.visits.setup import Setup
from shared.identifiers import DeviceName, VisitId, new_uuid
from shared.links import OpenLink


def open_link(  # noqa: PLR0913 - who, where and when
    tx: Tx, setup: Setup, scope: Scope, *, point: str, booth: str, now: datetime
) -> None:
    """Let the clerk's picture stand in a free booth where the agency's queue is open."""
    clerk = clerk_at_desk(tx, scope, now)
    if clerk.visit_id is not None:
        raise Refusal(CLERK_BUSY)
    if clerk.state is not ClerkState.AVAILABLE:
        raise Refusal(NOT_AVAILABLE, state=str(clerk.state))
    until = _until(tx, clerk, point, now)
    device = _free_device(tx, point, booth, now)
    for link in link_queries.met_by(tx, JOURNEY, staff_id=clerk.id, point=point, booth=booth):
        if link.staff_id != clerk.id:
            raise Refusal(LINK_THERE)
        if (link.point, link.booth) == (point, booth):
            return
        end(tx, link, LinkEnd.CLOSED, now, scope=scope)
    _open(tx, setup, scope, clerk, point=point, booth=booth, device=device, until=until, now=now)


def _until(tx: Tx, clerk: Clerk, point: str, now: datetime) -> datetime:
    queue = queue_at(tx, clerk.agency, point, now)
    if queue is None or point not in places.queue_points(tx, JOURNEY, clerk.agency):
        raise Refusal(NOT_OFFERED_HERE)
    if queue.kind is not DayKind.QUEUE:
        raise Refusal(NO_QUEUE_TODAY)
    if not queue.is_open:
        raise Refusal(CLOSED_NOW)
    return ends_at(queue, clerk.shift_until, now)


def _free_device(tx: Tx, point: str, booth: str, now: datetime) -> DeviceName:
    found = booth_queries.booths_now(tx, JOURNEY, [point], booth=booth)
    if not found:
        raise Refusal(NOT_FOUND)
    [there] = found
    can = fleet.ready(there, now)
    if there.closed or there.state is not BoothState.FREE or not can.ready or there.device is None:
        raise Refusal(BOOTH_NOT_FREE, why_not=list(can.why))
    return DeviceName(there.device)


def _open(  # noqa: PLR0913 - whose picture stands where, by which device, until when
    tx: Tx,
    setup: Setup,
    scope: Scope,
    clerk: Clerk,
    *,
    point: str,
    booth: str,
    device: DeviceName,
    until: datetime,
    now: datetime,
) -> None:
    identity = new_uuid()
    room = rooms.open_room(
        tx,
        scope,
        # The visit that comes through the link, if one does, takes the room over.
        visit=VisitId(identity),
        agency=clerk.agency,
        device=device,
        staff_id=clerk.id,
        now=now,
    )
    agency = places.agency_of(tx, JOURNEY, clerk.agency)
    if agency is None:
        raise Refusal(NOT_FOUND)
    order = OpenLink(
        link_id=identity,
        room_id=room,
        booth=booth,
        clerk_name=clerk.alias,
        clerk_sub=clerk.pseudonym,
        agency_name=agency.name,
        ice_servers=setup.turn.servers(room, now=now, until=until),
        relay_only=setup.relay_only,
        lasts_s=max(1, int((until - now).total_seconds())),
    )
    command = fleet.command(
        tx, JOURNEY, device, order, now=now, expires_at=now + setup.timings.prepare
    )
    link = Link(
        id=identity,
        staff_id=clerk.id,
        agency=clerk.agency,
        point=point,
        booth=booth,
        device=device,
        room_id=room,
        opened_at=now,
        ends_at=until,
    )
    link_queries.insert(tx, JOURNEY, link, command=command)
    audit.record(
        tx,
        scope,
        "link.opened",
        subject=staff.subject(clerk.id),
        agency=clerk.agency,
        now=now,
        point=point,
        booth=booth,
    )
    tx.touch(staff.subject(clerk.id))


def close_link(tx: Tx, scope: Scope, link_id: UUID, now: datetime) -> None:
    """The clerk takes the own picture away; one that is gone already is gone."""
    clerk = clerk_at_desk(tx, scope, now)
    link = link_queries.open_of_clerk(tx, scope, clerk.id)
    if link is not None and link.id == link_id:
        end(tx, link, LinkEnd.CLOSED, now, scope=scope)
    elif not link_queries.known(tx, scope, link_id, clerk.id):
        raise Refusal(NOT_FOUND)


def clerk_moved(tx: Tx, moved: ClerkMoved, now: datetime) -> None:
    """A clerk who is not at the desk any more, or not free, has no picture anywhere."""
    # What prepares a visit has taken the link over, or ended it, itself.
    if moved.before not in STANDS_IN or moved.state in STANDS_IN | {ClerkState.PREPARING}:
        return
    link = link_queries.open_of_clerk(tx, JOURNEY, moved.clerk)
    if link is not None:
        end(tx, link, LinkEnd.CLERK_AWAY, now)


def link_due(tx: Tx, link_id: UUID, now: datetime) -> None:
    """The time is over, or the booth's device has been away for too long."""
    link = link_queries.open_by_id(tx, JOURNEY, link_id)
    if link is not None:
        end(tx, link, LinkEnd.OVER if link.ends_at <= now else LinkEnd.BOOTH_GONE, now)


def booth_gone(tx: Tx, *, point: str, booth: str, now: datetime) -> None:
    """The booth's device started anew and knows of no link."""
    link = link_queries.open_at(tx, JOURNEY, point=point, booth=booth)
    if link is not None:
        end(tx, link, LinkEnd.BOOTH_GONE, now)


def not_shown(tx: Tx, command: UUID, now: datetime) -> None:
    """The device would not, or could not."""
    link = link_queries.open_by_command(tx, JOURNEY, command)
    if link is not None:
        end(tx, link, LinkEnd.BOOTH_GONE, now)
