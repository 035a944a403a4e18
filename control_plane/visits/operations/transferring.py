"""How is a visitor sent on to another queue, agency, clerk or booth, without losing the place?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from control_plane import facts
from control_plane.database import Tx
from control_plane.errors import Refusal
from control_plane.routing.rules.policy import FIRST, LAST
from control_plane.security import audit
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.service_points.rules.days import DayKind, QueueNow, local_day
from control_plane.service_points.rules.offers import Offer
from control_plane.staff import queries as staff
from control_plane.staff.queries import Clerk
from control_plane.staff.rules import ON_DUTY
from control_plane.tickets import queries as tickets
from control_plane.tickets.rules import TicketState
from control_plane.visits.operations.able import who_is_able
from control_plane.visits.operations.days import hold_days, queue_at, queue_held
from control_plane.visits.operations.ending import lose, move_on
from control_plane.visits.operations.refusals import (
    CLOSED_NOW,
    MOVED_TOO_OFTEN,
    NO_QUEUE_TODAY,
    NOT_OFFERED_HERE,
    PERSON_NOT_THERE,
    SAME_QUEUE,
    TO_ONESELF,
    WRONG_STATE,
)
from control_plane.visits.operations.steps import JOURNEY, desk_of, hold
from control_plane.visits.queries import Visit
from control_plane.visits.rules import Place, TransferReason, VisitState
from control_plane.visits.setup import Setup

CLASS_OF = {Place.ARRIVAL: "", Place.FIRST: FIRST, Place.LAST: LAST}


@dataclass(frozen=True, slots=True)
class Transfer:
    """Where a visitor is sent; ``staff``: to this clerk, as long as that one is waited for."""

    service: str
    reason: TransferReason
    staff: UUID | None = None
    place: Place = Place.ARRIVAL
    stays_seated: bool = True


class TicketTransferred(facts.Fact):
    """A ticket went on to another queue, agency or clerk."""

    kind: ClassVar[str] = "ticket.transferred"
    ticket: UUID
    visit: UUID
    from_agency: str
    from_service: str
    agency: str
    service: str
    point: str
    place: Place
    reason: TransferReason
    to_person: bool
    seated: bool
    since_arrival_s: int

    @property
    def subject(self) -> str:
        """The ticket."""
        return f"ticket:{self.ticket}"


def transfer(  # noqa: PLR0913 - whose visit goes where, and when
    tx: Tx, setup: Setup, scope: Scope, visit_id: UUID, *, wanted: Transfer, now: datetime
) -> Visit:
    """Send the visitor of a visit on: the ticket changes queue, and agency if need be."""
    visit = hold(tx, scope, visit_id)
    if visit.state is not VisitState.IN_SESSION:
        raise Refusal(WRONG_STATE, state=str(visit.state))
    ticket = tickets.ticket_of(tx, JOURNEY, visit.ticket_id)
    if ticket is None:
        raise Refusal(WRONG_STATE, state=str(visit.state))
    if ticket.transfers >= setup.timings.transfers:
        raise Refusal(MOVED_TOO_OFTEN, transfers=ticket.transfers)
    hold_days(tx, visit.point)
    target = target_here(tx, visit, wanted.service, now, look=queue_held)
    person = None if wanted.staff is None else _person(tx, visit, target, wanted.staff)
    if person is None and (target.agency, target.service) == (visit.agency, visit.service):
        raise Refusal(SAME_QUEUE)
    seated = wanted.stays_seated and _somebody(tx, visit, target, person)
    until = now + setup.timings.seat
    values: dict[str, Any] = {
        "agency": target.agency,
        "service": target.service,
        "queued_at": now,
        "priority": CLASS_OF[wanted.place],
        "for_staff": None if person is None else person.id,
        "for_staff_until": None if person is None else now + setup.timings.person,
        "kept_booth": visit.booth if seated else None,
        "kept_until": until if seated else None,
        "transfers": ticket.transfers + 1,
        "booked_for": None,
    }
    if not tickets.advance(tx, JOURNEY, ticket.id, TicketState.WAITING, **values):
        raise Refusal(WRONG_STATE, state=str(visit.state))
    facts.record(
        tx,
        TicketTransferred(
            ticket=ticket.id,
            visit=visit.id,
            from_agency=visit.agency,
            from_service=visit.service,
            agency=target.agency,
            service=target.service,
            point=visit.point,
            place=wanted.place,
            reason=wanted.reason,
            to_person=person is not None,
            seated=seated,
            since_arrival_s=int((now - ticket.arrived_at).total_seconds()),
        ),
        now=now,
    )
    audit.record(
        tx,
        scope,
        "ticket.transferred",
        subject=f"ticket:{ticket.id}",
        now=now,
        reason=str(wanted.reason),
        service=target.service,
        place=str(wanted.place),
        to_person=person is not None,
    )
    tx.touch(desk_of(target.agency))
    seated_s = int(setup.timings.seat.total_seconds()) if seated else 0
    return move_on(tx, setup, visit, now, seated_s=seated_s)


def another_booth(tx: Tx, setup: Setup, scope: Scope, visit_id: UUID, now: datetime) -> Visit:
    """Technical trouble: the visitor is first in line, and another booth is tried first."""
    visit = hold(tx, scope, visit_id)
    if visit.state is VisitState.LOST:
        return visit
    if visit.state is not VisitState.IN_SESSION:
        raise Refusal(WRONG_STATE, state=str(visit.state))
    audit.record(
        tx, scope, "ticket.returned", subject=f"ticket:{visit.ticket_id}", now=now, reason=TECHNICAL
    )
    return lose(tx, setup, visit, now, reason=TECHNICAL)


TECHNICAL = "technical"


@dataclass(frozen=True, slots=True)
class Targets:
    """Where a visit's visitor can be sent: services of this point today, and colleagues."""

    offers: list[Offer]
    on_duty: frozenset[str]  # agencies
    colleagues: list[Clerk]


def targets(tx: Tx, scope: Scope, visit_id: UUID, now: datetime) -> Targets:
    """What may be chosen for this visit."""
    visit = hold(tx, scope, visit_id)
    return Targets(
        offers=open_at(tx, visit.point, now),
        on_duty=staff.agencies_on_duty(tx, JOURNEY),
        colleagues=colleagues(tx, scope, besides=visit.staff_id),
    )


def colleagues(tx: Tx, scope: Scope, *, besides: UUID) -> list[Clerk]:
    """Whom of the own agency a visitor can be given to: on duty, and not about to leave."""
    return [
        each
        for each in staff.on_watch(tx, scope)
        if each.state in ON_DUTY and each.id != besides and not each.leaving
    ]


def offered_at(tx: Tx, code: str, now: datetime) -> list[Offer]:
    """What the point of this code offers today."""
    point = places.point_of(tx, JOURNEY, code)
    if point is None:
        return []
    return places.offers_at(tx, JOURNEY, point, local_day(now, point.timezone))


def open_at(tx: Tx, code: str, now: datetime) -> list[Offer]:
    """Those of them whose agency's queue is open there now."""
    offered = offered_at(tx, code, now)
    queues = {each.agency: queue_at(tx, each.agency, code, now) for each in offered}
    opened = {agency for agency, queue in queues.items() if queue is not None and queue.is_open}
    return [each for each in offered if each.agency in opened]


def target_here(
    tx: Tx,
    visit: Visit,
    service: str,
    now: datetime,
    *,
    look: Callable[[Tx, str, str, datetime], QueueNow | None] = queue_at,
) -> Offer:
    """The service as it is offered at the visit's point today; refused when it is not.

    ``look``: at the agency's queue there; with `queue_held` its days stay as they are.
    """
    offered = offered_at(tx, visit.point, now)
    found = next((each for each in offered if each.service == service), None)
    queue = None if found is None else look(tx, found.agency, visit.point, now)
    if found is None or queue is None:
        raise Refusal(NOT_OFFERED_HERE)
    if queue.kind is not DayKind.QUEUE:
        raise Refusal(NO_QUEUE_TODAY)
    if not queue.is_open:
        raise Refusal(CLOSED_NOW)
    return found


def _person(tx: Tx, visit: Visit, target: Offer, staff_id: UUID) -> Clerk:
    """A colleague on duty; clerks of other agencies are nobody whom this one can name."""
    if staff_id == visit.staff_id:
        raise Refusal(TO_ONESELF)
    person = staff.clerk_of(tx, JOURNEY, staff_id)
    if person is None or person.agency != visit.agency or target.agency != visit.agency:
        raise Refusal(PERSON_NOT_THERE)
    if person.state not in ON_DUTY or person.leaving:
        raise Refusal(PERSON_NOT_THERE)
    return person


def _somebody(tx: Tx, visit: Visit, target: Offer, person: Clerk | None) -> bool:
    """Is a clerk on duty for whom it is worth to stay seated?"""
    if person is not None:
        return True
    able = who_is_able(
        tx,
        target.service,
        agency=target.agency,
        language=visit.language,
        waited=timedelta(0),
        states=ON_DUTY,
        besides=visit.staff_id,
    )
    return bool(able)
