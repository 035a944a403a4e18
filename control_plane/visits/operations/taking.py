"""How does a visitor get a number, for one errand or for several of one visit?"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from control_plane import facts
from control_plane.database import Tx
from control_plane.queues.queries import counter
from control_plane.queues.rules.closing import Kind, Load, Shut, country_day, shut
from control_plane.security.scope import Scope
from control_plane.service_points import day_queries
from control_plane.service_points.day_queries import Stored
from control_plane.service_points.rules.days import DayChoices, DayKind, QueueNow
from control_plane.service_points.rules.offers import is_valid, serves
from control_plane.tickets import queries as tickets
from control_plane.tickets.plan_rules import Expected, Wish, fault, whole_visit
from control_plane.tickets.rules import (
    ENOUGH_SERVED,
    NO_PROMISE,
    Promise,
    TicketState,
    arrival,
    boxes,
    by_position,
    end_of_day,
    local_day,
    mean_handling_s,
)
from control_plane.visits.arrival_query import Arrival, ServiceHere
from control_plane.visits.arrival_query import arrival as fetch_arrival
from control_plane.visits.operations.days import queue_at, queue_held
from control_plane.visits.operations.steps import JOURNEY, boards_of, tell
from control_plane.visits.waits import Waits
from shared.identifiers import DeviceName, MessageId, TicketId, new_uuid
from shared.languages import Language
from shared.tickets import RefusalCode, Refused, TakeTicket, TicketIssued, WaitRange

LookAtQueue = Callable[[Tx, str, str, datetime], QueueNow | None]
LookAtDays = Callable[[Tx, Scope, str, str], Stored[DayChoices]]


class TicketTaken(facts.Fact):
    """A number was given."""

    kind: ClassVar[str] = "ticket.taken"
    ticket: TicketId
    agency: str
    service: str
    point: str
    language: str
    before: int

    @property
    def subject(self) -> str:
        """The ticket."""
        return f"ticket:{self.ticket}"


@dataclass(frozen=True, slots=True)
class Sought:
    """An errand, what is known of its service here, and what is foreseen of its wait."""

    wish: Wish
    found: Arrival
    agency: str
    days: int  # the version of its days here by which it has a queue now
    foreseen: Promise
    lasts_s: float

    @property
    def promise(self) -> Promise:
        """What is kept as promised: of an errand that comes after another one, nothing."""
        return self.foreseen if self.wish.after is None else NO_PROMISE


def take(  # noqa: PLR0913, PLR0917 - who asks what, when, and what is foreseen
    tx: Tx,
    device: DeviceName,
    request: MessageId,
    wanted: TakeTicket,
    now: datetime,
    waits: Waits,
) -> TicketIssued | Refused | str:
    """A number, or why there is none; a string: the answer to an earlier copy of the request."""
    arrived_at = arrival(now, wanted.age_s)
    wishes = [Wish(wanted.service, wanted.after)]
    wishes += [Wish(each.service, each.after) for each in wanted.more]
    wrong = fault(wishes)
    sought: list[Sought] = []
    for wish in wishes:
        found = fetch_arrival(
            tx,
            Scope.of_device(device),
            request=request,
            service=wish.service,
            arrived_at=arrived_at,
            now=now,
        )
        if found is not None and found.answer is not None:
            return found.answer
        if wrong is not None:
            return Refused(code=RefusalCode(wrong))
        # Before the queue is looked at: days that are set meanwhile are newer ones.
        days = _days(tx, found, day_queries.days_of)
        refused = _why_refused(tx, found, now)
        if found is None or found.service is None or refused is not None:
            return refused or Refused(code=RefusalCode.SERVICE_NOT_OFFERED)
        agency = found.service.agency
        foreseen = _promise(found, wish, wanted.language, waits, agency=agency, now=now)
        lasts_s = _mean_handling_s(found, found.service)
        sought.append(Sought(wish, found, agency, days, foreseen, lasts_s))
    return _issue(tx, sought, wanted, arrived_at=arrived_at, now=now)


def _why_refused(
    tx: Tx, found: Arrival | None, now: datetime, *, look: LookAtQueue = queue_at
) -> Refused | None:
    if found is None or found.service is None:
        return Refused(code=RefusalCode.SERVICE_NOT_OFFERED)
    service = found.service
    day = local_day(now, found.timezone)
    offered = (
        service.offered
        and service.queue
        and is_valid(day, service.valid_from, service.valid_to)
        and serves(service.service_area, found.municipality)
    )
    queue = look(tx, service.agency, found.point, now)
    if queue is None or not offered:
        return Refused(code=RefusalCode.SERVICE_NOT_OFFERED)
    if queue.kind is DayKind.BOOKING:
        return Refused(code=RefusalCode.BOOKING_DAY, opens_at=queue.opens_at)
    if not queue.is_open:
        return Refused(code=RefusalCode.CLOSED, opens_at=queue.opens_at)
    closed = _closed(found, service, queue, now)
    if closed is not None:
        return Refused(code=RefusalCode(closed.readiness), instead=closed.instead)
    return Refused(code=RefusalCode.NO_CLERK_ON_DUTY) if found.on_duty == 0 else None


def _closed(found: Arrival, service: ServiceHere, queue: QueueNow, now: datetime) -> Shut | None:
    mean = _mean_handling_s(found, service)
    load = Load(ahead=found.ahead, mean_s=mean, working=found.working)
    return shut(found.closings, load, closes_at=queue.closes_at, now=now)


def _mean_handling_s(found: Arrival, service: ServiceHere) -> float:
    return mean_handling_s(served=found.served, total_s=found.handling_s, minutes=service.minutes)


def _days(tx: Tx, found: Arrival | None, look: LookAtDays) -> int:
    """The version of the agency's days at the point."""
    if found is None or found.service is None:
        return 0
    return look(tx, JOURNEY, found.service.agency, found.point).version


def _issue(
    tx: Tx, sought: list[Sought], wanted: TakeTicket, *, arrived_at: datetime, now: datetime
) -> TicketIssued | Refused:
    here = sought[0].found
    day = local_day(now, here.timezone)
    ids = [TicketId(new_uuid()) for _ in sought]
    contingents = {
        each.id: each
        for errand in sought
        for each in errand.found.closings
        if each.kind is Kind.CONTINGENT
    }
    number = tickets.issue(
        tx,
        JOURNEY,
        wanted=[
            {
                "id": identity,
                "point": here.point,
                "day": day,
                "agency": each.agency,
                "service": each.wish.service,
                "language": str(wanted.language),
                "arrived_at": arrived_at,
                "expires_at": end_of_day(day, here.timezone),
                "promise": each.promise,
            }
            | planned
            for identity, each, planned in zip(ids, sought, _planned(sought), strict=True)
        ],
        days={each.agency: each.days for each in sought},
        contingents={
            (counter(each.id), country_day(now)): each.most or 0 for each in contingents.values()
        },
    )
    stored = sought if number else _as_stored(tx, sought)
    if stored != sought:
        # The days were set just now, maybe by another replica: once more, by those in force.
        why = (_why_refused(tx, each.found, now, look=queue_held) for each in stored)
        refused = next((each for each in why if each is not None), None)
        return refused or _issue(tx, stored, wanted, arrived_at=arrived_at, now=now)
    for each in sought:
        limits = [limit for limit in each.found.closings if limit.kind is Kind.CONTINGENT]
        if number is None or any(limit.given + 1 >= (limit.most or 0) for limit in limits):
            # What was the last number of a contingent is news at every point.
            tx.wake(boards_of(each.agency))
    if number is None:
        gone = min(contingents.values(), key=lambda each: each.id)
        return Refused(code=RefusalCode.FULL_TODAY, instead=gone.instead)
    _tell(tx, sought, ids, wanted, now)
    soonest = min(
        (each for each in sought if each.wish.after is None),
        key=lambda each: (each.promise.wait is None, each.promise.middle_s or 0),
    )
    return TicketIssued(
        ticket_id=ids[0],
        number=number,
        day=day,
        service=wanted.service,
        before=soonest.found.before,
        wait=soonest.promise.wait,
        more=tuple(each.service for each in wanted.more),
        total=_total(sought),
    )


def _as_stored(tx: Tx, sought: list[Sought]) -> list[Sought]:
    """By the days that are in force, which are held here."""
    return [replace(each, days=_days(tx, each.found, day_queries.days_held)) for each in sought]


def _total(sought: list[Sought]) -> WaitRange | None:
    """Until everything is done; nothing for one errand alone, or where one's wait is not known."""
    expected = [
        Expected(
            each.wish,
            (each.foreseen.wait.low_min, each.foreseen.wait.high_min),
            each.lasts_s / 60,
        )
        for each in sought
        if each.foreseen.wait is not None
    ]
    if len(sought) == 1 or len(expected) < len(sought):
        return None
    least, most = whole_visit(expected)
    return boxes(60 * least, 60 * most)


def _planned(sought: list[Sought]) -> list[dict[str, Any]]:
    """What each errand's ticket says of the visit; nothing where there is one only."""
    if len(sought) == 1:
        return [{}]
    plan = new_uuid()
    steps = {each.wish.service: step for step, each in enumerate(sought)}
    return [
        {
            "plan_id": plan,
            "plan_step": step,
            "plan_after": None if each.wish.after is None else steps[each.wish.after],
            "state": str(TicketState.WAITING if each.wish.after is None else TicketState.HELD),
        }
        for step, each in enumerate(sought)
    ]


def _tell(
    tx: Tx, sought: list[Sought], ids: list[TicketId], wanted: TakeTicket, now: datetime
) -> None:
    taken = [
        TicketTaken(
            ticket=identity,
            agency=each.agency,
            service=each.wish.service,
            point=each.found.point,
            language=str(wanted.language),
            before=each.found.before,
        )
        for identity, each in zip(ids, sought, strict=True)
    ]
    facts.record(tx, *taken, now=now)
    for each in sought:
        tell(tx, agency=each.agency, point=each.found.point)


def _promise(  # noqa: PLR0913 - who comes where, for what and when
    found: Arrival, wish: Wish, language: Language, waits: Waits, *, agency: str, now: datetime
) -> Promise:
    """What is foreseen; without a forecast by position; nothing before enough were served."""
    if found.served < ENOUGH_SERVED:
        return NO_PROMISE
    foreseen = waits.promise(
        wish.service,
        language,
        found.point,
        agency=agency,
        before=found.before,
        now=now,
    )
    return foreseen or by_position(
        before=found.before,
        served=found.served,
        mean_handling_s=found.handling_s / found.served,
        clerks=found.working,
    )
