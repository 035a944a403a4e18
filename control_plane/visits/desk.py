"""What does a clerk's desk show now? The same from rows just read and from those in memory."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from control_plane.database import Tx
from control_plane.errors import Refusal
from control_plane.fleet import operations as fleet
from control_plane.fleet.booth_queries import BoothNow
from control_plane.fleet.rules import BoothState
from control_plane.routing.rules.eligibility import WhyNot, booth_reasons, clerk_reasons
from control_plane.routing.rules.facts import Booth, WaitingTicket
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.staff.queries import Clerk
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import is_over, may_return
from control_plane.visits import consult_queries, message_queries, queries
from control_plane.visits.consult_queries import Consult
from control_plane.visits.consults import consult_call, consult_view
from control_plane.visits.desk_rows import (
    SHIFT,
    Own,
    Places,
    Shared,
    own_of,
    places_at,
    same,
    shared_of,
)
from control_plane.visits.links import link_view
from control_plane.visits.message_queries import DeskMessage
from control_plane.visits.operations.calling import SOFT
from control_plane.visits.operations.matching import as_booth, as_free_clerk
from control_plane.visits.operations.refusals import NOT_A_CLERK
from control_plane.visits.queries import Print, Visit
from control_plane.visits.rules import BEFORE, ParkReason, VisitState, recall_at
from control_plane.visits.setup import Setup
from control_plane.visits.views import (
    BoothView,
    BreakView,
    Can,
    Desk,
    DeskMessageView,
    HeldRow,
    Me,
    MissedRow,
    Named,
    NoticeView,
    OfferView,
    OwnPart,
    ParkedRow,
    PointView,
    PrintView,
    QueuedService,
    QueueRow,
    RecentVisit,
    SharedPart,
    VisitedBooth,
    VisitedService,
    VisitView,
)
from shared.identifiers import JobId, RoomId, TicketId, VisitId
from shared.visits import Outcome


def desk(tx: Tx, setup: Setup, scope: Scope, now: datetime) -> Desk:
    """The desk of the clerk who asks, read in one snapshot of the database."""
    identity = UUID(scope.name)
    own = own_of(tx, scope, [identity], now).get(identity)
    agency = None if scope.agency is None else places.agency_of(tx, scope, scope.agency)
    if own is None or agency is None:
        raise Refusal(NOT_A_CLERK)
    shared = shared_of(tx, scope, agency, now)
    messages = message_queries.unread_by(tx, scope, identity, now)
    points = [point_view(shared.around, code, now) for code in shared.around.points]
    return Desk(
        **dict(shared_part(setup, shared, now, points)),
        **dict(own_part(setup, own, messages, shared.around, now)),
        queue=queue(shared, own.clerk, now),
    )


def visit_view(tx: Tx, setup: Setup, scope: Scope, visit: Visit, now: datetime) -> VisitView:
    """One visit as its clerk sees it."""
    services = {each.code: each for each in places.services_seen(tx, scope)}
    # A nation's other points have no part in it.
    points = places.points_of_agency(tx, scope, only=visit.point)
    around = places_at(tx, scope, points, services)
    ticket = tickets.ticket_of(tx, scope, visit.ticket_id)
    prints: Sequence[Print] = ()
    if visit.state not in BEFORE:
        prints = queries.prints_of_visits(tx, scope, [visit.id]).get(visit.id, ())
    company = None
    if visit.state is VisitState.IN_SESSION:
        company = consult_queries.open_of_visit(tx, scope, visit.id)
    return _visit(setup, visit, ticket, prints, company, around, now)


# --- what is the same for all ------------------------------------------------------------------


def shared_part(setup: Setup, shared: Shared, now: datetime, points: list[PointView]) -> SharedPart:
    """What every desk of the agency shows alike."""
    waits = [waited_s(ticket, now) for ticket, _ in shared.waiting]
    return SharedPart(
        agency=Named(code=shared.agency.code, name=shared.agency.name),
        now=now,
        waiting=len(waits),
        longest_wait_s=max(waits, default=0),
        on_duty=shared.on_duty,
        points=points,
        mode=shared.chosen.choices.offers.mode,
        kept_for=shared.kept_for,
        breaks=[
            BreakView(code=each.code, name=each.name) for each in shared.chosen.choices.desk.breaks
        ],
        missed=_missed(setup, shared, now),
        held=[
            HeldRow(
                ticket_id=TicketId(each.id),
                number=each.number,
                point=shared.around.point(each.point),
                service=shared.around.service(each.service),
                arrived_at=each.arrived_at,
            )
            for each in shared.held
        ],
    )


def _missed(setup: Setup, shared: Shared, now: datetime) -> list[MissedRow]:
    return [
        MissedRow(
            ticket_id=TicketId(each.id),
            number=each.number,
            point=shared.around.point(each.point),
            service=shared.around.service(each.service),
            missed_at=each.missed_at,
        )
        for each in shared.missed
        if each.missed_at is not None
        and may_return(each.missed_at, now, within=setup.timings.return_within)
    ]


def point_view(around: Places, code: str, now: datetime) -> PointView:
    """A point with its booths."""
    return PointView(
        **dict(around.point(code)),
        booths=[_booth(around, booth, now) for booth in around.now_at.get(code, {}).values()],
    )


def _booth(around: Places, booth: BoothNow, now: datetime) -> BoothView:
    can = fleet.ready(booth, now)
    return BoothView(
        **dict(around.booth(booth.point, booth.booth)),
        state=BoothState.CLOSED if booth.closed else booth.state,
        ready=can.ready,
        why=list(can.why),
        peripherals=list(booth.peripherals),
    )


# --- the queue, as clerks of one profile see it ------------------------------------------------


def queue(shared: Shared, clerk: Clerk, now: datetime) -> list[QueueRow]:
    """Everybody who waits, and what stands between each and this clerk."""
    here = booths_of(shared.around, {ticket.point for ticket, _ in shared.waiting}, now)
    rows = []
    for ticket, waiting in shared.waiting:
        booths = here.get(ticket.point, ())
        reasons = reasons_against(shared, clerk, waiting, now) + booth_reasons(waiting, booths)
        for_me = waiting.only == clerk.id
        rows.append(row(ticket, shared.around, reasons, can_at(booths), for_me=for_me, now=now))
    return rows


def booths_of(around: Places, points: set[str], now: datetime) -> Mapping[str, Sequence[Booth]]:
    """The booths of these points as routing sees them."""
    return {
        point: [as_booth(booth, now) for booth in around.now_at.get(point, {}).values()]
        for point in points
    }


def reasons_against(
    shared: Shared, clerk: Clerk, waiting: WaitingTicket, now: datetime
) -> list[WhyNot]:
    """What stands between a ticket and a clerk, whatever the booths."""
    kept = shared.kept_for is not None
    return clerk_reasons(waiting, as_free_clerk(clerk, now), now, shared.chosen.policy, kept=kept)


def can_at(booths: Sequence[Booth]) -> Can:
    """What a point can do now."""
    return Can(
        print=any(booth.can_print for booth in booths),
        camera=any(booth.can_show_papers for booth in booths),
    )


def may_call(reasons: Sequence[WhyNot]) -> bool:
    """May the clerk call the visitor by hand, with a reason?"""
    return all(reason in SOFT for reason in reasons)


def waited_s(ticket: Ticket, now: datetime) -> int:
    """How long the visitor has waited since the first arrival."""
    return int((now - ticket.arrived_at).total_seconds())


def row(  # noqa: PLR0913 - the ticket and all that is shown around it
    ticket: Ticket,
    around: Places,
    reasons: Sequence[WhyNot],
    can: Can,
    *,
    for_me: bool,
    now: datetime,
) -> QueueRow:
    """One waiting ticket."""
    return QueueRow(
        ticket_id=TicketId(ticket.id),
        number=ticket.number,
        point=around.point(ticket.point),
        service=_queued_service(ticket.service, around),
        language=ticket.language,
        arrived_at=ticket.arrived_at,
        wait_s=waited_s(ticket, now),
        promised=ticket.promise.wait,
        over=is_over(ticket.promise.wait, ticket.arrived_at, now),
        returned=ticket.returned,
        seated=ticket.kept_booth is not None,
        for_me=for_me,
        callable=may_call(reasons),
        why_not=[str(reason) for reason in reasons],
        can=can,
    )


def _queued_service(code: str, around: Places) -> QueuedService:
    service = around.services.get(code)
    return QueuedService(
        code=code,
        name=service.name if service else same(code),
        minutes=service.minutes if service else 0,
        needs_print=service.needs_print if service else False,
    )


# --- the clerk's own ---------------------------------------------------------------------------


def own_part(
    setup: Setup, own: Own, messages: Sequence[DeskMessage], around: Places, now: datetime
) -> OwnPart:
    """What this clerk alone sees."""
    note = own.note
    return OwnPart(
        me=_me(own.clerk),
        offer=_offer(own, around, now),
        link=None if own.link is None else link_view(setup, own.link, around, now),
        consult=None if own.consult is None else consult_call(setup, own.consult, now),
        visit=None
        if own.visit is None
        else _visit(setup, own.visit, own.visited, own.prints, own.company, around, now),
        recent=[
            RecentVisit(
                visit_id=VisitId(each.id),
                number=each.number,
                point=around.point(each.point),
                state=each.state,
                outcome=Outcome(each.outcome) if each.outcome else None,
                by_visitor=each.ended_by_visitor,
                ended_at=each.ended_at,
            )
            for each in own.recent
            if each.ended_at is not None and each.ended_at >= now - SHIFT
        ],
        notice=None
        if note is None
        else NoticeView(code=note.code, reason=note.reason, at=note.at, number=note.number),
        messages=[DeskMessageView.model_validate(each, from_attributes=True) for each in messages],
        parked=[
            ParkedRow(
                ticket_id=TicketId(each.id),
                number=each.number,
                point=around.point(each.point),
                service=around.service(each.service),
                reason=ParkReason(each.parked_for),
                recall_at=each.not_before or each.arrived_at,
            )
            for each in own.parked
        ],
    )


def _me(clerk: Clerk) -> Me:
    return Me(
        state=clerk.state,
        since=clerk.since,
        reason=clerk.reason,
        wrap_up_until=clerk.wrap_up_until,
        last_one=clerk.last_one,
        wants_next=clerk.wants_next,
        busy_with=clerk.busy_with,
        busy_since=clerk.busy_since,
        busy_until=clerk.busy_until,
        shift_until=clerk.shift_until,
        may_overrun=clerk.may_overrun,
        forgotten=clerk.forgotten,
    )


def _offer(own: Own, around: Places, now: datetime) -> OfferView | None:
    made, ticket = own.offer, own.offered
    if made is None or ticket is None:
        return None
    return OfferView(
        id=made.id,
        number=ticket.number,
        point=around.point(made.point),
        booth=around.booth(made.point, made.booth),
        service=_queued_service(ticket.service, around),
        language=ticket.language,
        wait_s=waited_s(ticket, now),
        offered_at=made.created_at,
        expires_at=made.expires_at,
    )


def _visit(  # noqa: PLR0913, PLR0917 - the visit and all that is shown around it
    setup: Setup,
    visit: Visit,
    ticket: Ticket | None,
    prints: Sequence[Print],
    company: Consult | None,
    around: Places,
    now: datetime,
) -> VisitView:
    service = around.services.get(visit.service)
    booth = around.now_at.get(visit.point, {}).get(visit.booth)
    return VisitView(
        id=VisitId(visit.id),
        state=visit.state,
        ticket_id=TicketId(visit.ticket_id),
        number=visit.number,
        point=around.point(visit.point),
        booth=VisitedBooth(**dict(around.booth(visit.point, visit.booth)), device=visit.device),
        service=VisitedService(
            code=visit.service,
            name=service.name if service else same(visit.service),
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
        seated=visit.seated,
        transfers_left=setup.timings.transfers - (ticket.transfers if ticket else 0),
        passes_left=setup.timings.step_backs - (ticket.passes if ticket else 0),
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
            for each in prints
        ],
        consult=None if company is None else consult_view(company),
    )
