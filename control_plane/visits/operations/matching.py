"""How are ticket, clerk and booth found for each other, and claimed together?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from control_plane.database import Tx
from control_plane.fleet import booth_queries as devices
from control_plane.fleet import operations as fleet
from control_plane.fleet.rules import BoothState
from control_plane.rooms import operations as rooms
from control_plane.routing.rules.facts import (
    Booth,
    FreeClerk,
    Need,
    Pairing,
    Profile,
    WaitingTicket,
)
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.service_points.tables import Service
from control_plane.staff import queries as staff
from control_plane.staff.queries import Clerk
from control_plane.staff.rules import ClerkState
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import TicketState
from control_plane.visits import queries
from control_plane.visits.operations.steps import JOURNEY, tell
from control_plane.visits.queries import Visit
from control_plane.visits.rules import VisitState, next_due
from control_plane.visits.setup import Setup
from shared.identifiers import DeviceName, RoomId, VisitId, new_uuid
from shared.visits import PrepareVisit

# Staff records say which skills a clerk has and no levels: whoever has one has it whole.
SKILLED = 5


@dataclass(frozen=True, slots=True)
class Field:
    """All that a match looks at, for one clerk."""

    clerk: Clerk
    tickets: list[WaitingTicket]
    booths: list[Booth]
    stored: Mapping[UUID, Ticket]
    services: Mapping[str, Service]

    @property
    def free_clerk(self) -> FreeClerk:
        """The clerk as routing sees one."""
        return FreeClerk(
            id=self.clerk.id,
            agency=self.clerk.agency,
            profile=Profile(
                languages=self.clerk.languages,
                skills=frozenset((skill, SKILLED) for skill in self.clerk.skills),
            ),
            idle_since=self.clerk.since,
        )


@dataclass(frozen=True, slots=True)
class Seat:
    """What was claimed for a visit."""

    visit: VisitId
    room: RoomId
    point: str
    booth: str
    device: DeviceName


def look(tx: Tx, scope: Scope, clerk: Clerk, now: datetime) -> Field:
    """Fetch the clerk's field: the agency's waiting tickets and the booths where they wait."""
    waiting = tickets.waiting(tx, scope)
    services = {service.code: service for service in places.services_seen(tx, scope)}
    here = places.queue_points(tx, scope, clerk.agency)
    booths = devices.booths_now(tx, scope, {ticket.point for ticket in waiting})
    return Field(
        clerk=clerk,
        tickets=[
            _waiting(ticket, services.get(ticket.service), served_here=ticket.point in here)
            for ticket in waiting
        ],
        booths=[as_booth(booth, now) for booth in booths],
        stored={ticket.id: ticket for ticket in waiting},
        services=services,
    )


def as_booth(booth: devices.BoothNow, now: datetime) -> Booth:
    """A booth as routing sees it."""
    can = fleet.ready(booth, now)
    return Booth(
        point=booth.point,
        code=booth.booth,
        free=booth.state is BoothState.FREE and not booth.closed,
        ready=can.ready,
        can_print=can.can_print,
        can_show_papers=can.can_show_papers,
    )


def _waiting(ticket: Ticket, service: Service | None, *, served_here: bool) -> WaitingTicket:
    return WaitingTicket(
        id=ticket.id,
        arrived_at=ticket.arrived_at,
        point=ticket.point,
        need=Need(
            agency=ticket.agency,
            language=ticket.language,
            skill=service.skill if service else "",
            prints=service.needs_print if service else False,
            shows_papers=service.needs_camera if service else False,
            minutes=service.minutes if service else 0,
        ),
        served_here=served_here,
    )


def pair(  # noqa: PLR0913 - one of each, claimed together
    tx: Tx, setup: Setup, scope: Scope, field: Field, pairing: Pairing, *, now: datetime
) -> Visit | None:
    """Claim ticket, booth and clerk and prepare the booth; None when one was gone already."""
    ticket = field.stored[pairing.ticket.id]
    seat = _claim(tx, scope, ticket, pairing.booth, now)
    if seat is None:
        return None
    staff.change(
        tx,
        scope,
        field.clerk.id,
        among=[ClerkState.AVAILABLE],
        state=str(ClerkState.PREPARING),
        since=now,
        reason="",
        visit_id=seat.visit,
    )
    command = fleet.command(
        tx,
        scope,
        seat.device,
        _prepare(tx, setup, ticket, field.clerk, seat, now=now),
        now=now,
        expires_at=now + setup.timings.prepare,
    )
    visit = _visit(ticket, field.clerk, seat, command, now)
    due = next_due(visit.times, setup.timings, wiped=False)
    visit = replace(visit, due_at=due[0] if due else None)
    queries.insert(tx, scope, visit)
    queries.forget_note(tx, scope, visit.staff_id)
    tell(tx, agency=visit.agency, point=visit.point)
    tx.touch(f"point:{visit.point}")
    return visit


def _claim(tx: Tx, scope: Scope, ticket: Ticket, booth: Booth, now: datetime) -> Seat | None:
    device = places.device_of(tx, scope, point=booth.point, booth=booth.code)
    if device is None or not tickets.advance(tx, scope, ticket.id, TicketState.OFFERED):
        return None
    visit = VisitId(new_uuid())
    if not fleet.claim(tx, point=booth.point, booth=booth.code, visit=visit, now=now):
        tickets.advance(tx, scope, ticket.id, TicketState.WAITING)
        return None
    room = rooms.open_room(tx, scope, visit=visit, agency=ticket.agency, device=device, now=now)
    return Seat(visit, room, booth.point, booth.code, device)


def _prepare(  # noqa: PLR0913 - who meets whom, where and by which relay
    tx: Tx,
    setup: Setup,
    ticket: Ticket,
    clerk: Clerk,
    seat: Seat,
    *,
    now: datetime,
) -> PrepareVisit:
    agency = places.agency_of(tx, JOURNEY, ticket.agency)
    return PrepareVisit(
        visit_id=seat.visit,
        room_id=seat.room,
        booth=seat.booth,
        number=ticket.number,
        language=ticket.language,
        clerk_name=clerk.alias,
        clerk_sub=clerk.pseudonym,
        agency_name=agency.name.in_(ticket.language)[:120] if agency else ticket.agency,
        ice_servers=setup.turn.servers(seat.room, now=now),
        relay_only=setup.relay_only,
    )


def _visit(ticket: Ticket, clerk: Clerk, seat: Seat, command: UUID, now: datetime) -> Visit:
    return Visit(
        id=seat.visit,
        state=VisitState.PREPARING,
        ticket_id=ticket.id,
        number=ticket.number,
        agency=ticket.agency,
        service=ticket.service,
        language=ticket.language,
        point=seat.point,
        booth=seat.booth,
        device=seat.device,
        staff_id=clerk.id,
        room_id=seat.room,
        created_at=now,
        since=now,
        called_at=None,
        attempts=0,
        began_at=None,
        ended_at=None,
        on_hold=False,
        help_pressed_at=None,
        ended_by_visitor=False,
        failed_reason=None,
        outcome=None,
        rated=False,
        wiped=False,
        command_id=command,
        due_at=None,
    )
