"""What does it mean for the journey what a device says?"""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from control_plane.database import Tx
from control_plane.fleet import booth_queries as fleet_booths
from control_plane.fleet import operations as fleet
from control_plane.fleet.rules import NOT_DONE, BoothState
from control_plane.reports import operations as reports
from control_plane.reports.promise_queries import Promised
from control_plane.reports.rules.promises import judge, off_by
from control_plane.routing.rules.offers import WithdrawReason
from control_plane.security import audit
from control_plane.security.scope import Scope
from control_plane.service_points import operations as places
from control_plane.service_points import queries as places_queries
from control_plane.service_points.rules.days import local_day
from control_plane.staff import queries as staff
from control_plane.tickets import queries as tickets
from control_plane.tickets.rules import TicketState
from control_plane.visits import offer_queries, queries
from control_plane.visits.operations.calling import call
from control_plane.visits.operations.course import begin
from control_plane.visits.operations.ending import NOT_WIPED, close, lose, not_prepared
from control_plane.visits.operations.leaving import visitor_ended
from control_plane.visits.operations.linking import booth_gone, not_shown
from control_plane.visits.operations.offer_ending import withdraw_offer
from control_plane.visits.operations.steps import (
    JOURNEY,
    board_of,
    change,
    free_booth,
    move,
    use_booth,
)
from control_plane.visits.queries import Visit
from control_plane.visits.rules import ACTIVE, VisitState
from control_plane.visits.setup import Setup
from shared.commands import CommandReported, CommandState
from shared.envelope import Body, Message
from shared.identifiers import DeviceName, MessageId, VisitId
from shared.telemetry import DeviceStatus, HelpPressed, PeripheralsChanged
from shared.twin import TwinReported
from shared.visits import (
    BoothWiped,
    PrintEnded,
    VisitLost,
    VisitorArrived,
    VisitorEnded,
    VisitRated,
)


def status_told(tx: Tx, device: DeviceName, status: DeviceStatus, now: datetime) -> None:
    """A device is on the line, or is not; one that started anew hears what it is meant to be."""
    told = fleet.status_told(tx, device, status, now)
    place = places_queries.place_of(tx, Scope.of_device(device), device)
    if told.started:
        places.offer_twin(tx, device, now)
        if place is not None and place.booth is not None:
            booth_gone(tx, point=place.point, booth=place.booth, now=now)
    if place is not None and told.changed:
        tx.wake(board_of(place.point))
    if told.changed:
        _check_offer(tx, device, now)


def command_reported(  # noqa: PLR0913 - whose word about which command
    tx: Tx,
    setup: Setup,
    device: DeviceName,
    *,
    command: MessageId,
    reported: CommandReported,
    now: datetime,
) -> None:
    """A device's word about a command; the one that prepares a visit moves the visit."""
    if not fleet.command_reported(tx, device, command, reported, now):
        return
    scope = Scope.of_device(device)
    found = queries.visit_of_command(tx, scope, command)
    if found is None:
        if reported.state in NOT_DONE:
            not_shown(tx, command, now)
        return
    visit = _held(tx, scope, VisitId(found.id))
    if visit is None or visit.state is not VisitState.PREPARING:
        return
    match reported.state:
        case CommandState.DONE:
            _prepared(tx, setup, visit, now)
        case state if state in NOT_DONE:
            reason = reported.reason or str(reported.state)
            not_prepared(tx, setup, visit, reason, now, tell_device=False)
        case _:
            return


def _prepared(tx: Tx, setup: Setup, visit: Visit, now: datetime) -> None:
    """The clerk's face is up in the booth: the visitor is called at once."""
    ready = move(tx, setup, visit, VisitState.READY, now)
    called = move(tx, setup, ready, VisitState.CALLED, now)
    _ticket_called(tx, visit, now)
    use_booth(tx, visit, BoothState.CALLED, now)
    call(tx, setup, called, now)


def _ticket_called(tx: Tx, visit: Visit, now: datetime) -> None:
    """The first call is what was promised: promise and fact are counted together."""
    ticket = tickets.ticket_of(tx, JOURNEY, visit.ticket_id)
    if ticket is None or ticket.waited_s is not None:
        tickets.advance(tx, JOURNEY, visit.ticket_id, TicketState.CALLED)
        return
    waited_s = int((now - ticket.arrived_at).total_seconds())
    tickets.advance(tx, JOURNEY, ticket.id, TicketState.CALLED, waited_s=waited_s)
    wait = ticket.promise.wait
    reports.promise_met(
        tx,
        promised=Promised(
            point=ticket.point,
            agency=ticket.agency,
            service=ticket.service,
            day=ticket.day,
            method=str(ticket.promise.method),
        ),
        verdict=judge(None if wait is None else (wait.low_min, wait.high_min), waited_s),
        off_by_min=off_by(ticket.promise.middle_s, waited_s),
    )


def event(tx: Tx, setup: Setup, device: DeviceName, message: Message[Body], now: datetime) -> None:
    """What happened at a point."""
    match message.body:
        case PeripheralsChanged() as changed:
            fleet.peripherals_told(tx, device, changed, sent_at=message.sent_at, now=now)
            _check_offer(tx, device, now)
        case HelpPressed() as pressed:
            fleet.help_asked(tx, device, pressed, now)
            _help(tx, setup, Scope.of_device(device), pressed, now)
        case TwinReported() as twin:
            places.twin_reported(tx, device, twin.version, now)
        case VisitorEnded() as ended:
            visitor_ended(tx, setup, device, ended.visit_id, now)
        case (VisitorArrived() | VisitLost() | VisitRated() | PrintEnded() | BoothWiped()) as said:
            # A visit that is not of this device's booth is nobody's.
            visit = _held(tx, Scope.of_device(device), said.visit_id)
            if visit is not None:
                _visit_event(tx, setup, visit, said, now)
        case _:
            return


def _check_offer(tx: Tx, device: DeviceName, now: datetime) -> None:
    """An offer whose booth can no longer take the visitor is nobody's to accept."""
    place = places_queries.place_of(tx, Scope.of_device(device), device)
    if place is None or place.booth is None:
        return
    offered = offer_queries.open_at(tx, JOURNEY, point=place.point, booth=place.booth)
    if offered is None:
        return
    ticket = tickets.ticket_of(tx, JOURNEY, offered.ticket_id)
    services = {each.code: each for each in places_queries.services_seen(tx, JOURNEY)}
    service = None if ticket is None else services.get(ticket.service)
    booths = fleet_booths.booths_now(tx, JOURNEY, [place.point], booth=place.booth)
    can = [fleet.ready(booth, now) for booth in booths]
    fit = any(
        each.ready
        and (service is None or each.can_print or not service.needs_print)
        and (service is None or each.can_show_papers or not service.needs_camera)
        for each in can
    )
    if not fit:
        withdraw_offer(tx, offered.id, WithdrawReason.BOOTH_NOT_READY, now)


VisitEvent = VisitorArrived | VisitLost | VisitRated | PrintEnded | BoothWiped


def _visit_event(tx: Tx, setup: Setup, visit: Visit, said: VisitEvent, now: datetime) -> None:
    """What happened in a visit; what comes late or twice finds another step and is dropped."""
    match said:
        case VisitorArrived():
            if visit.state is VisitState.CALLED:
                begin(tx, setup, visit, now)
        case VisitLost():
            if visit.state in ACTIVE:
                lose(tx, setup, visit, now, reason="visit_lost")
        case VisitRated():
            _rated(tx, visit, said, now)
        case PrintEnded():
            _print_ended(tx, setup, visit, said, now)
        case BoothWiped():
            _wiped(tx, setup, visit, said, now)
        case _:
            assert_never(said)


def _held(tx: Tx, scope: Scope, visit_id: VisitId) -> Visit | None:
    tx.lock(f"visit:{visit_id}")
    return queries.visit_of(tx, scope, visit_id)


def _help(tx: Tx, setup: Setup, scope: Scope, pressed: HelpPressed, now: datetime) -> None:
    visit = queries.active_on(tx, scope, scope.name)
    if visit is not None and pressed.where == "booth":
        change(tx, setup, replace(visit, help_pressed_at=now), was=visit)


def _rated(tx: Tx, visit: Visit, said: VisitRated, now: datetime) -> None:
    """Keep the smiley as one more of its kind on this day; the visit only knows that it rated."""
    if visit.rated or visit.began_at is None:
        return
    point = places_queries.point_of(tx, JOURNEY, visit.point)
    if point is None:
        return
    queries.change(tx, JOURNEY, visit.id, {"rated": True})
    reports.rate(
        tx,
        point=visit.point,
        agency=visit.agency,
        day=local_day(now, point.timezone),
        smiley=said.smiley,
    )


def _print_ended(tx: Tx, setup: Setup, visit: Visit, said: PrintEnded, now: datetime) -> None:
    scope = Scope.of_device(visit.device)
    queries.keep_print(tx, scope, said, now)
    tx.touch(staff.subject(visit.staff_id))
    audit.record(
        tx,
        scope,
        "print.ended",
        subject=f"visit:{visit.id}",
        now=now,
        agency=visit.agency,
        job=str(said.job_id),
        state=str(said.state),
        reason=said.reason,
        pages=said.pages,
        sheets=said.sheets,
    )
    change(tx, setup, visit, was=visit)


def _wiped(tx: Tx, setup: Setup, visit: Visit, said: BoothWiped, now: datetime) -> None:
    """The booth has forgotten the visit, or says that it could not."""
    if visit.state in ACTIVE:
        return
    if said.clean:
        free_booth(tx, visit, now)
    else:
        use_booth(tx, visit, BoothState.OUT_OF_USE, now, trouble=NOT_WIPED)
    audit.record(
        tx,
        Scope.of_device(visit.device),
        "booth.wiped",
        subject=f"visit:{visit.id}",
        now=now,
        agency=visit.agency,
        clean=said.clean,
        found=list(said.found),
    )
    close(tx, setup, visit, now)
