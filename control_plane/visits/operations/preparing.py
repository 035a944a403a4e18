"""How are ticket, clerk and booth claimed together, and a visit prepared for them?"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from control_plane.database import Tx
from control_plane.fleet import operations as fleet
from control_plane.fleet.rules import BoothState
from control_plane.rooms import operations as rooms
from control_plane.routing.rules.facts import Booth
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.staff import queries as staff
from control_plane.staff.queries import Clerk
from control_plane.staff.rules import ClerkState
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import TicketState
from control_plane.visits import queries
from control_plane.visits.operations.link_ending import taken_over
from control_plane.visits.operations.plans import hold_plan
from control_plane.visits.operations.steps import JOURNEY, tell
from control_plane.visits.queries import Visit
from control_plane.visits.rules import VisitState, next_due
from control_plane.visits.setup import Setup
from shared.identifiers import DeviceName, RoomId, VisitId, new_uuid
from shared.visits import PrepareVisit


@dataclass(frozen=True, slots=True)
class Seat:
    """A ticket and a booth that were claimed together, for a visit or an offer of one."""

    visit: VisitId
    ticket: Ticket
    booth: str
    device: DeviceName


def claim(  # noqa: PLR0913 - what is claimed, by whom, for what and when
    tx: Tx, scope: Scope, ticket: Ticket, booth: Booth, *, use: BoothState, now: datetime
) -> Seat | None:
    """Take ticket and booth, both or none; None when somebody was faster."""
    device = places.device_of(tx, scope, point=booth.point, booth=booth.code)
    if ticket.plan_id is not None:
        hold_plan(tx, ticket.plan_id)
    if device is None or not tickets.advance(tx, scope, ticket.id, TicketState.OFFERED):
        return None
    visit = VisitId(new_uuid())
    taken = fleet.claim(
        tx,
        point=booth.point,
        booth=booth.code,
        visit=visit,
        ticket=ticket.id,
        now=now,
        state=use,
    )
    if not taken:
        tickets.advance(tx, scope, ticket.id, TicketState.WAITING)
        return None
    return Seat(visit, ticket, booth.code, DeviceName(device))


def prepare(  # noqa: PLR0913 - who meets whom, where, from which state and when
    tx: Tx,
    setup: Setup,
    scope: Scope,
    clerk: Clerk,
    seat: Seat,
    *,
    among: ClerkState,
    now: datetime,
) -> Visit:
    """Let the clerk and the booth that were claimed prepare for the visitor."""
    staff.change(
        tx,
        scope,
        clerk.id,
        among=[among],
        state=str(ClerkState.PREPARING),
        since=now,
        reason="",
        visit_id=seat.visit,
        misses=0,
        wants_next=False,
    )
    point, booth = seat.ticket.point, seat.booth
    room = taken_over(tx, staff_id=clerk.id, point=point, booth=booth, now=now)
    if room is None:
        room = rooms.open_room(
            tx,
            scope,
            visit=seat.visit,
            agency=seat.ticket.agency,
            device=seat.device,
            staff_id=clerk.id,
            now=now,
        )
    else:
        rooms.lead_to(tx, JOURNEY, room, seat.visit)
    command = fleet.command(
        tx,
        scope,
        seat.device,
        _prepare_visit(tx, setup, clerk, seat, room, now=now),
        now=now,
        expires_at=now + setup.timings.prepare,
    )
    visit = _visit(clerk, seat, room, command, now)
    due = next_due(visit.times, setup.timings, wiped=False)
    visit = replace(visit, due_at=due[0] if due else None)
    queries.insert(tx, scope, visit)
    queries.forget_note(tx, scope, visit.staff_id)
    tell(tx, agency=visit.agency, point=visit.point)
    return visit


def _prepare_visit(  # noqa: PLR0913 - who meets whom, where and by which relay
    tx: Tx, setup: Setup, clerk: Clerk, seat: Seat, room: RoomId, *, now: datetime
) -> PrepareVisit:
    ticket = seat.ticket
    agency = places.agency_of(tx, JOURNEY, ticket.agency)
    return PrepareVisit(
        visit_id=seat.visit,
        room_id=room,
        booth=seat.booth,
        number=ticket.number,
        day=ticket.day,
        language=ticket.language,
        clerk_name=clerk.alias,
        clerk_sub=clerk.pseudonym,
        agency_name=agency.name.in_(ticket.language)[:120] if agency else ticket.agency,
        ice_servers=setup.turn.servers(room, now=now),
        relay_only=setup.relay_only,
        may_print=places.prints_at(tx, JOURNEY, agency=ticket.agency, point=ticket.point),
    )


def _visit(clerk: Clerk, seat: Seat, room: RoomId, command: UUID, now: datetime) -> Visit:
    ticket = seat.ticket
    return Visit(
        id=seat.visit,
        state=VisitState.PREPARING,
        ticket_id=ticket.id,
        number=ticket.number,
        agency=ticket.agency,
        service=ticket.service,
        language=ticket.language,
        point=ticket.point,
        booth=seat.booth,
        device=seat.device,
        staff_id=clerk.id,
        room_id=room,
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
        seated=ticket.kept_booth == seat.booth,
        command_id=command,
        turn=0,
        due_at=None,
    )
