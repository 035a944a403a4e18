"""Which statements tell of the numbers and visits of some days? Training points never count."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa

from control_plane import facts
from control_plane.database import Tx
from control_plane.facts import facts as told
from control_plane.fleet.operations import BoothTrouble, DeviceOnline
from control_plane.routing.rules.reasons import Kind
from control_plane.routing.tables import routing_decisions
from control_plane.security.scope import Scope
from control_plane.service_points.tables import device_places, service_points
from control_plane.staff.history import ClerkMoved
from control_plane.staff.rules import ClerkState
from control_plane.tickets.tables import tickets
from control_plane.visits.link_rules import LinkEnd
from control_plane.visits.operations.link_ending import LinkEnded
from control_plane.visits.operations.steps import VisitMoved
from control_plane.visits.operations.transferring import TicketTransferred
from control_plane.visits.rules import VisitState
from control_plane.visits.tables import visits

F = TypeVar("F", bound=facts.Fact)

# A day of a point begins and ends within a day of that of the world's clock; what belongs to its
# visits is over within another one.
_AROUND = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A ticket, as far as a report looks at it; its agency and service are the present ones."""

    id: UUID
    point: str
    day: date
    agency: str
    service: str
    state: str
    arrived_at: datetime
    ended_at: datetime | None
    waited_s: int | None
    missed_at: datetime | None
    returned: bool
    closed_by: str | None
    transfers: int
    promised_low_min: int | None
    promised_high_min: int | None
    promised_s: int | None


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit, as far as a report looks at it; ``day``: that of its number."""

    id: UUID
    point: str
    agency: str
    service: str
    state: str
    staff_id: UUID
    created_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    failed_reason: str | None
    outcome: str | None
    seated: bool
    day: date
    booked: bool
    straight_in: bool


def numbers(tx: Tx, scope: Scope, since: date, until: date) -> Iterator[NumberRow]:
    """The numbers of these days that are, or may have been, of the asker's agency.

    One that was sent on may have been taken of it: who counts looks where it was taken.
    """
    columns = [tickets.c[name] for name in NumberRow.__dataclass_fields__]
    rows = tx.execute(
        sa.select(*columns)
        .join(service_points, service_points.c.code == tickets.c.point)
        .where(
            tickets.c.day.between(since, until),
            sa.or_(scope.only(tickets.c.agency), tickets.c.transfers > 0),
            service_points.c.training.is_(False),
        )
    )
    return (NumberRow(**row._mapping) for row in rows)  # noqa: SLF001 - a row as a mapping


def visits_of(tx: Tx, scope: Scope, since: date, until: date) -> Iterator[VisitRow]:
    """The visits to numbers of these days."""
    own = [name for name in VisitRow.__dataclass_fields__ if name in visits.c]
    straight_in = sa.exists().where(
        routing_decisions.c.ticket_id == visits.c.ticket_id,
        routing_decisions.c.at == visits.c.created_at,
        routing_decisions.c.kind == str(Kind.DIRECT),
    )
    rows = tx.execute(
        sa.select(
            *(visits.c[name] for name in own),
            tickets.c.day,
            tickets.c.booked_for.is_not(None).label("booked"),
            straight_in.label("straight_in"),
        )
        .join(tickets, tickets.c.id == visits.c.ticket_id)
        .join(service_points, service_points.c.code == visits.c.point)
        .where(
            tickets.c.day.between(since, until),
            scope.only(visits.c.agency),
            service_points.c.training.is_(False),
        )
    )
    return (VisitRow(**row._mapping) for row in rows)  # noqa: SLF001 - a row as a mapping


def sent_on(tx: Tx, _scope: Scope, since: date, until: date) -> Iterator[TicketTransferred]:
    """Every step by which a number of these days went on to another queue, in order."""
    return (fact for _, fact in _told(tx, TicketTransferred, since, until))


def ways_s(tx: Tx, _scope: Scope, since: date, until: date) -> dict[UUID, int]:
    """By visit: the seconds from the first call until the visitor was in the booth."""
    began = _told(tx, VisitMoved, since, until, state=str(VisitState.IN_SESSION))
    return {UUID(str(fact.visit)): fact.in_state_s for _, fact in began}


def wrap_ups(
    tx: Tx, _scope: Scope, since: date, until: date
) -> Iterator[tuple[datetime, ClerkMoved]]:
    """Every end of a wrap-up, in order."""
    return _told(tx, ClerkMoved, since, until, before=str(ClerkState.WRAP_UP))


def through_links(tx: Tx, _scope: Scope, since: date, until: date) -> set[tuple[UUID, datetime]]:
    """The clerks whose standing picture a visitor was called to, and when."""
    ended = _told(tx, LinkEnded, since, until, how=str(LinkEnd.CALLED))
    return {(fact.clerk, at) for at, fact in ended}


# --- devices -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BoothDevice:
    """The device that owns a booth, at a point that is no training point."""

    point: str
    booth: str
    device: str


def booth_devices(tx: Tx, _scope: Scope) -> list[BoothDevice]:
    """Every booth with its device, the first by name; places are shared by all agencies."""
    rows = tx.execute(
        sa.select(device_places.c.point, device_places.c.booth, device_places.c.device)
        .join(service_points, service_points.c.code == device_places.c.point)
        .where(device_places.c.booth.is_not(None), service_points.c.training.is_(False))
        .order_by(device_places.c.point, device_places.c.booth, device_places.c.device)
    )
    found: dict[tuple[str, str], BoothDevice] = {}
    for row in rows:
        found.setdefault((row.point, row.booth), BoothDevice(row.point, row.booth, row.device))
    return list(found.values())


def came_and_went(
    tx: Tx, _scope: Scope, since: date, until: date
) -> dict[str, list[tuple[datetime, bool]]]:
    """By device: when it came on the line or was lost, with the last time before these days."""
    begins, _ = _range(since, until)
    before = (
        sa.select(told.c.subject, sa.func.max(told.c.id.cast(sa.String)).label("last"))
        .where(told.c.kind == DeviceOnline.kind, told.c.at < begins)
        .group_by(told.c.subject)
        .subquery()
    )
    earlier = tx.execute(
        sa.select(told.c.at, told.c.body).join(before, told.c.id.cast(sa.String) == before.c.last)
    )
    found: dict[str, list[tuple[datetime, bool]]] = {}
    for row in earlier:
        fact = DeviceOnline.model_validate_json(row.body)
        found.setdefault(fact.device, []).append((row.at, fact.online))
    for at, fact in _told(tx, DeviceOnline, since, until):
        found.setdefault(fact.device, []).append((at, fact.online))
    return found


def troubles(
    tx: Tx, _scope: Scope, since: date, until: date
) -> Iterator[tuple[datetime, BoothTrouble]]:
    """Every time that a booth failed its check, or could not be cleared."""
    return _told(tx, BoothTrouble, since, until)


# --- facts -------------------------------------------------------------------------------------


def _range(since: date, until: date) -> tuple[datetime, datetime]:
    begins = datetime.combine(since, time(), UTC) - _AROUND
    return begins, datetime.combine(until, time(), UTC) + 3 * _AROUND


def _told(
    tx: Tx, kind: type[F], since: date, until: date, **says: str
) -> Iterator[tuple[datetime, F]]:
    """The facts of one kind around these days, in order; ``says``: only those that say so."""
    begins, ends = _range(since, until)
    rows = tx.execute(
        sa.select(told.c.at, told.c.body)
        .where(
            told.c.kind == kind.kind,
            told.c.at >= begins,
            told.c.at < ends,
            *(told.c.body.contains(f'"{name}":"{value}"') for name, value in says.items()),
        )
        .order_by(told.c.id)
    )
    return ((row.at, kind.model_validate_json(row.body)) for row in rows)
