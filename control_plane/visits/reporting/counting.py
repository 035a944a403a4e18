"""Which number and visit counts where? Every one once, for its agency, service, point and day."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from control_plane.database import Tx
from control_plane.reports.rules.figures import (
    Course,
    End,
    Meeting,
    Number,
    Result,
    Tally,
    Way,
    together,
)
from control_plane.reports.rules.periods import Period
from control_plane.reports.rules.promises import Verdict, judge, off_by
from control_plane.routing import queries as policies
from control_plane.routing.rules.choices import LevelTarget
from control_plane.security.scope import Scope
from control_plane.staff.history import ClerkMoved
from control_plane.tickets.rules import TicketState
from control_plane.visits.operations.transferring import TicketTransferred
from control_plane.visits.reporting import queries
from control_plane.visits.reporting.queries import NumberRow, VisitRow
from control_plane.visits.rules import VisitState
from shared.visits import Outcome

# The clerk who is told that the visitor ended the visit has some time to say how it went; a
# wrap-up that begins later is not that of the visit.
FOLLOWS = timedelta(minutes=5)
# Why a visit never began, when it was no technical trouble.
NOBODYS_FAULT = frozenset({"clerk_gone", "withdrawn", "no_show", "visitor_left"})

_GONE = frozenset({TicketState.CANCELLED, TicketState.EXPIRED, TicketState.MISSED})
_ENDED = frozenset({VisitState.CLOSING, VisitState.CLOSED})


class Key(NamedTuple):
    """Where something counts."""

    agency: str
    service: str
    point: str
    day: date


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue in which a number was taken."""

    agency: str
    service: str


def count(tx: Tx, scope: Scope, period: Period) -> dict[Key, Tally]:
    """All that counts in these days for whoever asks, where it counts."""
    days = (period.since, period.until)
    chosen = policies.newest(tx, scope)
    targets = {agency: each.choices.service_level for agency, each in chosen.items()}
    steps = list(queries.sent_on(tx, scope, *days))
    counted: defaultdict[Key, Tally] = defaultdict(Tally)
    first = taken_of(steps)
    for row in queries.numbers(tx, scope, *days):
        queue = first.get(row.id) or Queue(row.agency, row.service)
        if scope.sees(queue.agency):
            target = targets.get(queue.agency) or LevelTarget()
            counted[Key(queue.agency, queue.service, row.point, row.day)].number(
                number(row, target, left=queue.agency != row.agency)
            )
    rows = list(queries.visits_of(tx, scope, *days))
    went_on = {step.visit for step in steps}
    ways = queries.ways_s(tx, scope, *days)
    after = wrapped_up(rows, queries.wrap_ups(tx, scope, *days))
    linked = queries.through_links(tx, scope, *days)
    for visit in rows:
        tally = counted[Key(visit.agency, visit.service, visit.point, visit.day)]
        if visit.began_at is None:
            if withheld(visit):
                tally.withheld()
            continue
        tally.meeting(
            Meeting(
                way=way(visit, through_link=(visit.staff_id, visit.created_at) in linked),
                course=course(visit),
                result=result(visit),
                way_s=None if visit.seated else ways.get(visit.id),
                talk_s=_seconds(visit.began_at, visit.ended_at),
                wrap_up_s=after.get(visit.id),
                sent_on=visit.id in went_on,
            )
        )
    return dict(counted)


def taken_of(steps: Iterable[TicketTransferred]) -> dict[UUID, Queue]:
    """Of which queue numbers were taken that were sent on; ``steps`` come in order."""
    first: dict[UUID, Queue] = {}
    for step in steps:
        first.setdefault(step.ticket, Queue(step.from_agency, step.from_service))
    return first


def number(row: NumberRow, target: LevelTarget, *, left: bool) -> Number:
    """What counts of a ticket; ``left``: it was sent on to another agency, whose matter it is."""
    promised = None
    if row.promised_low_min is not None and row.promised_high_min is not None:
        promised = (row.promised_low_min, row.promised_high_min)
    waited = row.waited_s
    return Number(
        end=End.SERVED if left else end(row, target),
        waited_s=waited,
        target_s=target.within_s,
        missed=row.missed_at is not None or row.returned,
        returned=row.returned,
        verdict=Verdict.UNKNOWN if waited is None else judge(promised, waited),
        off_by_min=0 if waited is None else off_by(row.promised_s, waited),
    )


def end(row: NumberRow, target: LevelTarget) -> End:
    """Where a ticket has come to."""
    state = TicketState(row.state)
    if state is TicketState.COMPLETED:
        return End.SERVED
    if row.closed_by is not None:
        return End.SENT_AWAY
    if state not in _GONE:
        return End.OPEN
    if row.missed_at is not None:
        return End.NO_SHOW
    left_s = _seconds(row.arrived_at, row.ended_at)
    if row.waited_s is None and left_s is not None and left_s < target.short_abandon_s:
        return End.MISTAKEN
    return End.GIVEN_UP


def course(visit: VisitRow) -> Course:
    """Where a visit that began has come to."""
    state = VisitState(visit.state)
    if state is VisitState.LOST:
        return Course.BROKEN_OFF
    if state not in _ENDED:
        return Course.GOES_ON
    return Course.MOVED_ON if visit.outcome == Outcome.MOVED_ON else Course.CONCLUDED


def result(visit: VisitRow) -> Result | None:
    """What became of its matter; None of a visit that was not concluded."""
    if course(visit) is not Course.CONCLUDED:
        return None
    return Result.NOT_SAID if visit.outcome is None else Result(visit.outcome)


def way(visit: VisitRow, *, through_link: bool) -> Way:
    """How a visit came about; a booking that goes straight in is a booking."""
    if visit.booked:
        return Way.BOOKING
    if visit.straight_in:
        return Way.STRAIGHT_IN
    return Way.LINK if through_link else Way.QUEUE


def withheld(visit: VisitRow) -> bool:
    """Was the visitor of a visit that never began not called, or left standing, by technology?"""
    failed = VisitState(visit.state) in {VisitState.WITHDRAWN, VisitState.LOST}
    return failed and visit.failed_reason not in NOBODYS_FAULT


def wrapped_up(
    rows: Iterable[VisitRow], ends: Iterable[tuple[datetime, ClerkMoved]]
) -> Mapping[UUID, int]:
    """By visit: the seconds of the wrap-up that followed it, unless it was forgotten."""
    of_clerk: defaultdict[UUID, list[tuple[datetime, UUID]]] = defaultdict(list)
    for row in rows:
        if row.began_at is not None and row.ended_at is not None:
            of_clerk[row.staff_id].append((row.ended_at, row.id))
    for own in of_clerk.values():
        own.sort()
    found: dict[UUID, int] = {}
    for at, moved in ends:
        began = at - timedelta(seconds=moved.in_state_s)
        own = of_clerk.get(moved.clerk, [])
        # Seconds are whole ones, so that a beginning may look earlier than it was by one.
        place = bisect_right(own, began + timedelta(seconds=1), key=lambda each: each[0])
        if place == 0 or moved.inaccurate:
            continue
        ended_at, visit = own[place - 1]
        if began - ended_at <= FOLLOWS:
            found[visit] = moved.in_state_s
    return found


def gathered(counted: Mapping[Key, Tally], by: Callable[[Key], str]) -> dict[str, Tally]:
    """The tallies by one part of where they count."""
    found: defaultdict[str, list[Tally]] = defaultdict(list)
    for key, tally in counted.items():
        found[by(key)].append(tally)
    return {code: together(tallies) for code, tallies in found.items()}


def _seconds(since: datetime | None, until: datetime | None) -> int | None:
    return None if since is None or until is None else int((until - since).total_seconds())
