"""What does the supervisor's board show now? In a dozen statements, however many points there are.

Whoever sees over the agencies' fences sees how many wait where, and no visitor's matter: no
service, no single number, no clerk by name.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from control_plane.database import Tx
from control_plane.fleet import booth_queries as devices
from control_plane.fleet import operations as fleet
from control_plane.fleet.booth_queries import BoothNow
from control_plane.fleet.rules import BoothState
from control_plane.queues.operations import CLOSERS
from control_plane.queues.rules.closing import country_day
from control_plane.queues.rules.level import Course, End, Target, figures
from control_plane.routing import queries as policies
from control_plane.routing.rules.choices import Choices
from control_plane.security import accounts, audit
from control_plane.security.scope import Role, Scope
from control_plane.service_points import queries as places
from control_plane.service_points.day_queries import calendars_of
from control_plane.service_points.rules.days import Calendar, queue_now
from control_plane.service_points.tables import ServicePoint
from control_plane.staff import queries as staff
from control_plane.staff.queries import Member
from control_plane.staff.rules import BY_SUPERVISOR, ClerkState
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import TicketState
from control_plane.visits import closing_queries, message_queries
from control_plane.visits.operations.steps import desk_of
from control_plane.visits.supervision_views import (
    ActView,
    BroadcastView,
    ClosingView,
    Day,
    May,
    QueueCell,
    QueueHours,
    StateCount,
    SupervisedPoint,
    SupervisedService,
    Supervision,
    TeamMember,
    WaitingNumber,
)
from control_plane.visits.views import Named
from shared.identifiers import TicketId

WATCHERS = CLOSERS
STEERERS = (Role.SUPERVISOR, Role.AGENCY_ADMIN)
# More single numbers than this nobody looks through; how many there are is told.
LISTED = 100
HISTORY = 50
OF_QUEUES = ("queue.closed", "queue.reopened")
OF_SUPERVISORS = (
    *OF_QUEUES,
    "ticket.moved",
    "ticket.given_back",
    "ticket.class_set",
    "clerk.state_forced",
    "desks.told",
    "desks.told_no_more",
)

_SITTING = frozenset({TicketState.IN_SESSION})
_CALLED = frozenset({TicketState.OFFERED, TicketState.CALLED})
_LEFT = frozenset({TicketState.CANCELLED, TicketState.EXPIRED})


def steers(scope: Scope) -> bool:
    """May the asker move numbers, set clerks' states and write to desks?"""
    return scope.agency is not None and bool(scope.roles & set(STEERERS))


def subjects(tx: Tx, scope: Scope) -> frozenset[str]:
    """What an open board watches: the desks of the agencies that it shows, and their points."""
    seen = [each.code for each in places.agencies_seen(tx, scope) if scope.sees(each.code)]
    points = places.points_of_agency(tx, scope)
    return frozenset(
        {*map(desk_of, seen), *(f"point:{point.code}" for point in points)}
        | {f"policy:{agency}" for agency in seen}
    )


def board(tx: Tx, scope: Scope, now: datetime) -> Supervision:
    """The board of whoever asks."""
    single = not scope.over_agencies
    agencies = [each for each in places.agencies_seen(tx, scope) if scope.sees(each.code)]
    points = places.points_of_agency(tx, scope)
    booths = _by_point(devices.booths_now(tx, scope, [point.code for point in points]))
    today = tickets.of_day(tx, scope, country_day(now))
    team = staff.team(tx, scope)
    chosen = policies.newest(tx, scope)
    rows = [_number(each) for each in today if each.state in _LISTED] if single else []
    return Supervision(
        now=now,
        may=May(close=scope.has(*CLOSERS), steer=steers(scope)),
        agencies=[Named(code=each.code, name=each.name) for each in agencies],
        services=[
            SupervisedService(code=each.code, name=each.name, agency=each.agency)
            for each in places.services_seen(tx, scope)
        ],
        points=[
            SupervisedPoint(
                code=point.code,
                name=point.name,
                region=point.region,
                **_booths(booths[point.code], now),
            )
            for point in points
        ],
        hours=[] if scope.agency is None else _hours(tx, scope, scope.agency, points, now),
        cells=_cells(today, services=single),
        tickets=rows[:LISTED],
        more_tickets=max(0, len(rows) - LISTED),
        classes=[
            each.name
            for stored in (chosen.values() if single else ())
            for each in stored.choices.classes
            if each.name
        ],
        days=[
            _day(
                each.code,
                [ticket for ticket in today if ticket.agency == each.code],
                chosen[each.code].choices if each.code in chosen else Choices(),
            )
            for each in agencies
        ],
        clerks=[_member(each) for each in team] if single else [],
        states=_states(team),
        closings=[
            ClosingView(
                id=each.stored.id,
                agency=each.stored.agency,
                point=each.stored.point,
                service=each.stored.service,
                kind=each.stored.kind,
                most=each.stored.most,
                given=each.given,
                instead=each.stored.instead.way,
                instead_service=each.stored.instead.service,
                made_at=each.stored.made_at,
                ends_at=each.stored.ends_at,
            )
            for each in closing_queries.closed(tx, scope, now)
        ],
        broadcasts=[
            BroadcastView.model_validate(each, from_attributes=True)
            for each in message_queries.broadcasts(tx, scope, now)
        ]
        if single
        else [],
    )


def _hours(
    tx: Tx, scope: Scope, agency: str, points: Iterable[ServicePoint], now: datetime
) -> list[QueueHours]:
    """Of each point at which the agency has a queue."""
    here = places.queue_points(tx, scope, agency)
    calendars = calendars_of(tx, scope, agency)
    standing = [
        (each, queue_now(calendars.get(each.code) or Calendar(each.timezone), now))
        for each in points
        if each.code in here
    ]
    return [
        QueueHours(
            point=point.code,
            timezone=point.timezone,
            kind=queue.kind,
            is_open=queue.is_open,
            closes_at=queue.closes_at,
            opens_at=queue.opens_at,
        )
        for point, queue in standing
    ]


def history(tx: Tx, scope: Scope) -> list[ActView]:
    """What supervisors did lately, newest first, from the audit log."""
    actions = OF_QUEUES if scope.over_agencies else OF_SUPERVISORS
    names = {str(each.id): each.display_name for each in accounts.listed(tx, scope)}
    found = audit.rows(tx, scope, limit=HISTORY, newest_first=True, actions=actions)
    return [
        ActView(
            seq=row.seq,
            at=row.entry.at,
            who=names.get(row.entry.actor),
            action=row.entry.action,
            subject=row.entry.subject,
            detail=json.loads(row.entry.detail),
        )
        for row in found
    ]


_LISTED = frozenset({TicketState.WAITING, TicketState.HELD, TicketState.MISSED})


def _number(ticket: Ticket) -> WaitingNumber:
    return WaitingNumber(
        id=TicketId(ticket.id),
        number=ticket.number,
        point=ticket.point,
        service=ticket.service,
        language=ticket.language,
        state=ticket.state,
        arrived_at=ticket.arrived_at,
        returned=ticket.returned,
        priority=ticket.priority,
    )


def _cells(today: Iterable[Ticket], *, services: bool) -> list[QueueCell]:
    """Where somebody waits, is called or is served; ``today`` comes by first arrival."""
    gathered: defaultdict[tuple[str, str | None, str], list[Ticket]] = defaultdict(list)
    for ticket in today:
        if ticket.state is TicketState.WAITING or ticket.state in _CALLED | _SITTING:
            service = ticket.service if services else None
            gathered[ticket.agency, service, ticket.point].append(ticket)
    return [
        QueueCell(
            agency=agency,
            service=service,
            point=point,
            waiting=sum(each.state is TicketState.WAITING for each in found),
            oldest_at=next(
                (each.arrived_at for each in found if each.state is TicketState.WAITING), None
            ),
            called=sum(each.state in _CALLED for each in found),
            in_session=sum(each.state in _SITTING for each in found),
        )
        for (agency, service, point), found in gathered.items()
    ]


def _day(agency: str, today: list[Ticket], choices: Choices) -> Day:
    chosen = choices.service_level
    target = Target(chosen.percent, chosen.within_s, chosen.short_abandon_s)
    return Day(
        agency=agency,
        target_percent=chosen.percent,
        target_s=chosen.within_s,
        short_s=chosen.short_abandon_s,
        **asdict(figures(map(_course, today), target)),
    )


def _course(ticket: Ticket) -> Course:
    ended = ticket.ended_at
    end = End.OPEN
    if ticket.state is TicketState.COMPLETED:
        end = End.SERVED
    elif ticket.closed_by is not None:
        end = End.SENT_AWAY
    elif ticket.state in _LEFT:
        end = End.LEFT
    uncalled = ticket.waited_s is None and end in {End.LEFT, End.SENT_AWAY}
    return Course(
        end=end,
        waited_s=ticket.waited_s,
        left_s=(ended - ticket.arrived_at).total_seconds() if uncalled and ended else None,
        missed=ticket.missed_at is not None or ticket.returned,
        returned=ticket.returned,
    )


def _member(clerk: Member) -> TeamMember:
    return TeamMember(
        id=clerk.id,
        name=clerk.name,
        state=clerk.state,
        since=clerk.since,
        reason=clerk.reason,
        last_one=clerk.last_one,
        forced=clerk.reason == BY_SUPERVISOR,
    )


def _states(team: Iterable[Member]) -> list[StateCount]:
    counted: Counter[tuple[str, ClerkState]] = Counter((each.agency, each.state) for each in team)
    return [
        StateCount(agency=agency, state=state, count=count)
        for (agency, state), count in sorted(counted.items())
    ]


def _by_point(booths: Iterable[BoothNow]) -> defaultdict[str, list[BoothNow]]:
    found: defaultdict[str, list[BoothNow]] = defaultdict(list)
    for booth in booths:
        found[booth.point].append(booth)
    return found


def _booths(booths: Iterable[BoothNow], now: datetime) -> dict[str, int]:
    found = {"free": 0, "in_use": 0, "out_of_use": 0}
    for booth in booths:
        if booth.state is not BoothState.FREE and booth.state is not BoothState.OUT_OF_USE:
            found["in_use"] += 1
        elif booth.closed or not fleet.ready(booth, now).ready:
            found["out_of_use"] += 1
        else:
            found["free"] += 1
    return found
