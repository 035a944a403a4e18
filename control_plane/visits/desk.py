"""What does a clerk's desk show now? Read in one snapshot of the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from control_plane.database import Tx
from control_plane.errors import Refusal
from control_plane.fleet import booth_queries as devices
from control_plane.fleet import operations as fleet
from control_plane.fleet.booth_queries import BoothNow
from control_plane.fleet.rules import BoothState
from control_plane.routing.rules.eligibility import WhyNot, why_not
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.service_points.tables import Service, ServicePoint
from control_plane.staff import queries as staff
from control_plane.staff.queries import Clerk
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import is_over
from control_plane.visits import message_queries, offer_queries, queries
from control_plane.visits.operations.calling import SOFT
from control_plane.visits.operations.matching import Field, look
from control_plane.visits.operations.offer_ending import offer_settings
from control_plane.visits.operations.refusals import NOT_A_CLERK
from control_plane.visits.queries import Visit
from control_plane.visits.rules import recall_at
from control_plane.visits.setup import Setup
from control_plane.visits.views import (
    BoothView,
    Can,
    Desk,
    DeskMessageView,
    Me,
    Named,
    NoticeView,
    OfferView,
    PointView,
    PrintView,
    QueuedService,
    QueueRow,
    RecentVisit,
    VisitedBooth,
    VisitedService,
    VisitView,
)
from shared.identifiers import JobId, RoomId, TicketId, VisitId
from shared.languages import Text
from shared.visits import Outcome

# What was done before this is no matter of today's shift.
SHIFT = timedelta(hours=16)


@dataclass(frozen=True, slots=True)
class Places:
    """Points, booths and services by their codes."""

    points: Mapping[str, ServicePoint]
    booths: Mapping[tuple[str, str], Named]
    now_at: Mapping[tuple[str, str], BoothNow]
    services: Mapping[str, Service]

    def point(self, code: str) -> Named:
        """A point's name; one that the agency left meanwhile is known by its code."""
        point = self.points.get(code)
        return Named(code=code, name=point.name if point else _same(code))

    def booth(self, point: str, code: str) -> Named:
        """A booth's name."""
        return self.booths.get((point, code)) or Named(code=code, name=_same(code))


def desk(tx: Tx, setup: Setup, scope: Scope, now: datetime) -> Desk:
    """The desk of the clerk who asks."""
    clerk = staff.clerk_of(tx, scope, UUID(scope.name))
    agency = None if scope.agency is None else places.agency_of(tx, scope, scope.agency)
    if clerk is None or agency is None:
        raise Refusal(NOT_A_CLERK)
    field = look(tx, scope, clerk, now)
    around = _places(tx, scope, field.services, places.points_of_agency(tx, scope))
    visit = None if clerk.visit_id is None else queries.visit_of(tx, scope, clerk.visit_id)
    note = queries.note_for(tx, scope, clerk.id)
    waits = [int((now - ticket.arrived_at).total_seconds()) for ticket in field.tickets]
    return Desk(
        me=_me(clerk),
        agency=Named(code=agency.code, name=agency.name),
        now=now,
        queue=_queue(field, around, now),
        waiting=len(waits),
        longest_wait_s=max(waits, default=0),
        on_duty=staff.on_duty(tx, scope, clerk.agency),
        points=_points(around, now),
        mode=offer_settings(tx, clerk.agency).mode,
        offer=_offer(tx, scope, clerk, around, now),
        visit=None if visit is None else _visit(tx, setup, scope, visit, around, now=now),
        recent=[
            RecentVisit(
                visit_id=VisitId(each.id),
                number=each.number,
                point=around.point(each.point),
                state=each.state,
                outcome=Outcome(each.outcome) if each.outcome else None,
                ended_at=each.ended_at or each.since,
            )
            for each in queries.recent_of(tx, scope, clerk.id, since=now - SHIFT)
        ],
        notice=None
        if note is None
        else NoticeView(code=note.code, reason=note.reason, at=note.at, number=note.number),
        messages=[
            DeskMessageView.model_validate(each, from_attributes=True)
            for each in message_queries.unread_by(tx, scope, clerk.id, now)
        ],
    )


def visit_view(tx: Tx, setup: Setup, scope: Scope, visit: Visit, now: datetime) -> VisitView:
    """One visit as its clerk sees it."""
    if staff.clerk_of(tx, scope, visit.staff_id) is None:
        raise Refusal(NOT_A_CLERK)
    services = {each.code: each for each in places.services_seen(tx, scope)}
    # A nation's other points have no part in it.
    around = _places(tx, scope, services, places.points_of_agency(tx, scope, only=visit.point))
    return _visit(tx, setup, scope, visit, around, now=now)


def _places(
    tx: Tx, scope: Scope, services: Mapping[str, Service], points: list[ServicePoint]
) -> Places:
    codes = [point.code for point in points]
    return Places(
        points={point.code: point for point in points},
        booths={
            (booth.point, booth.code): Named(code=booth.code, name=booth.name)
            for booth in places.booths_of(tx, scope, codes)
        },
        now_at={
            (booth.point, booth.booth): booth for booth in devices.booths_now(tx, scope, codes)
        },
        services=services,
    )


def _me(clerk: Clerk) -> Me:
    return Me(
        state=clerk.state,
        since=clerk.since,
        reason=clerk.reason,
        wrap_up_until=clerk.wrap_up_until,
        last_one=clerk.last_one,
        wants_next=clerk.wants_next,
    )


def _offer(tx: Tx, scope: Scope, clerk: Clerk, around: Places, now: datetime) -> OfferView | None:
    made = offer_queries.open_of_clerk(tx, scope, clerk.id)
    ticket = None if made is None else tickets.ticket_of(tx, scope, made.ticket_id)
    if made is None or ticket is None:
        return None
    return OfferView(
        id=made.id,
        number=ticket.number,
        point=around.point(made.point),
        booth=around.booth(made.point, made.booth),
        service=_queued_service(ticket.service, around),
        language=ticket.language,
        wait_s=int((now - ticket.arrived_at).total_seconds()),
        offered_at=made.created_at,
        expires_at=made.expires_at,
    )


def _queue(field: Field, around: Places, now: datetime) -> list[QueueRow]:
    rows = []
    for ticket in field.tickets:
        reasons = why_not(ticket, field.free_clerk, field.booths, now, field.policy)
        here = [booth for booth in field.booths if booth.point == ticket.point]
        can = Can(
            print=any(booth.can_print for booth in here),
            camera=any(booth.can_show_papers for booth in here),
        )
        rows.append(_row(field.stored[ticket.id], around, reasons, can, now))
    return rows


def _row(
    ticket: Ticket, around: Places, reasons: list[WhyNot], can: Can, now: datetime
) -> QueueRow:
    return QueueRow(
        ticket_id=TicketId(ticket.id),
        number=ticket.number,
        point=around.point(ticket.point),
        service=_queued_service(ticket.service, around),
        language=ticket.language,
        arrived_at=ticket.arrived_at,
        wait_s=int((now - ticket.arrived_at).total_seconds()),
        promised=ticket.promise.wait,
        over=is_over(ticket.promise.wait, ticket.arrived_at, now),
        returned=ticket.returned,
        callable=all(reason in SOFT for reason in reasons),
        why_not=[str(reason) for reason in reasons],
        can=can,
    )


def _queued_service(code: str, around: Places) -> QueuedService:
    service = around.services.get(code)
    return QueuedService(
        code=code,
        name=service.name if service else _same(code),
        minutes=service.minutes if service else 0,
        needs_print=service.needs_print if service else False,
    )


def _points(around: Places, now: datetime) -> list[PointView]:
    return [
        PointView(
            code=point.code,
            name=point.name,
            booths=[
                _booth(around, booth, now)
                for booth in around.now_at.values()
                if booth.point == point.code
            ],
        )
        for point in around.points.values()
    ]


def _booth(around: Places, booth: BoothNow, now: datetime) -> BoothView:
    can = fleet.ready(booth, now)
    state = BoothState.CLOSED if booth.closed else booth.state
    named = around.booth(booth.point, booth.booth)
    return BoothView(
        code=named.code,
        name=named.name,
        state=state,
        ready=can.ready,
        why=list(can.why),
        peripherals=list(booth.peripherals),
    )


def _visit(  # noqa: PLR0913 - the visit and all that is shown around it
    tx: Tx, setup: Setup, scope: Scope, visit: Visit, around: Places, *, now: datetime
) -> VisitView:
    service = around.services.get(visit.service)
    booth = around.now_at.get((visit.point, visit.booth))
    return VisitView(
        id=VisitId(visit.id),
        state=visit.state,
        ticket_id=TicketId(visit.ticket_id),
        number=visit.number,
        point=around.point(visit.point),
        booth=VisitedBooth(**dict(around.booth(visit.point, visit.booth)), device=visit.device),
        service=VisitedService(
            code=visit.service,
            name=service.name if service else _same(visit.service),
            needs=service.needs if service else None,
        ),
        language=visit.language,
        room_id=RoomId(visit.room_id),
        ice_servers=list(setup.turn.servers(RoomId(visit.room_id), now=now)),
        relay_only=setup.relay_only,
        since=visit.since,
        called_at=visit.called_at,
        attempts=visit.attempts,
        max_attempts=setup.timings.attempts,
        recall_at=recall_at(visit.times, setup.timings),
        began_at=visit.began_at,
        on_hold=visit.on_hold,
        help_pressed_at=visit.help_pressed_at,
        ended_by_visitor=visit.ended_by_visitor,
        failed_reason=visit.failed_reason,
        outcome=Outcome(visit.outcome) if visit.outcome else None,
        peripherals=list(booth.peripherals) if booth else [],
        prints=[
            PrintView(
                job_id=JobId(each.job_id),
                state=each.state,
                reason=each.reason,
                pages=each.pages,
                sheets=each.sheets,
            )
            for each in queries.prints_of(tx, scope, visit.id)
        ],
    )


def _same(code: str) -> Text:
    return Text(fi=code, sv=code, en=code)
