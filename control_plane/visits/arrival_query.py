"""What must be known before a number is given? Everything in one statement: the hot path."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Instant, Tx
from control_plane.outbox.tables import inbox
from control_plane.security.scope import Scope
from control_plane.service_points.rules import Hours
from control_plane.service_points.tables import (
    agencies,
    device_places,
    service_points,
    services,
    switches,
)
from control_plane.staff.rules import ON_DUTY, WORKING
from control_plane.staff.tables import clerks
from control_plane.tickets.rules import TicketState
from control_plane.tickets.tables import handling, tickets


@dataclass(frozen=True, slots=True)
class ServiceHere:
    """The service that is asked for, as its agency offers it at the device's point."""

    agency: str
    offered: bool
    queue: bool
    valid_from: date
    valid_to: date | None
    service_area: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """The ground on which it is decided whether a number is given."""

    answer: str | None  # to an earlier copy of the same request
    point: str
    timezone: str
    municipality: str
    hours: tuple[Hours, ...]
    service: ServiceHere | None
    on_duty: int
    working: int
    before: int
    served: int
    handling_s: int


def _count(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).where(*conditions).scalar_subquery()


def _one(column: sa.Column[int]) -> sa.ScalarSelect[int]:
    return sa.select(column).where(handling.c.agency == services.c.agency).scalar_subquery()


_ARRIVAL = (
    sa.select(
        sa.select(inbox.c.answer)
        .where(
            inbox.c.id == sa.bindparam("request", type_=sa.Uuid),
            inbox.c.device == sa.bindparam("asker"),
        )
        .scalar_subquery()
        .label("answer"),
        service_points.c.code,
        service_points.c.timezone,
        service_points.c.municipality,
        service_points.c.hours,
        services.c.agency,
        services.c.offered,
        switches.c.queue,
        agencies.c.valid_from,
        agencies.c.valid_to,
        agencies.c.service_area,
        _count(
            clerks.c.agency == services.c.agency,
            clerks.c.state.in_([str(state) for state in ON_DUTY]),
            clerks.c.last_one.is_(False),
            clerks.c.leaving.is_(False),
        ).label("on_duty"),
        _count(
            clerks.c.agency == services.c.agency,
            clerks.c.state.in_([str(state) for state in WORKING]),
        ).label("working"),
        _count(
            tickets.c.agency == services.c.agency,
            tickets.c.state == str(TicketState.WAITING),
            tickets.c.arrived_at < sa.bindparam("arrived_at", type_=Instant),
        ).label("before"),
        _one(handling.c.served).label("served"),
        _one(handling.c.total_s).label("handling_s"),
    )
    .select_from(device_places)
    .join(service_points, service_points.c.code == device_places.c.point)
    .outerjoin(services, services.c.code == sa.bindparam("service"))
    .outerjoin(agencies, agencies.c.code == services.c.agency)
    .outerjoin(
        switches,
        sa.and_(switches.c.agency == services.c.agency, switches.c.point == device_places.c.point),
    )
    .where(device_places.c.device == sa.bindparam("asker"))
)


def arrival(
    tx: Tx, scope: Scope, *, request: UUID, service: str, arrived_at: datetime
) -> Arrival | None:
    """What is known; None when the device that asks stands nowhere."""
    row = tx.execute(
        _ARRIVAL,
        {
            "request": request,
            "asker": scope.device,
            "service": service,
            "arrived_at": arrived_at,
        },
    ).one_or_none()
    if row is None:
        return None
    here = None
    if row.agency is not None:
        here = ServiceHere(
            agency=row.agency,
            offered=row.offered,
            queue=bool(row.queue),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            service_area=row.service_area,
        )
    return Arrival(
        answer=row.answer,
        point=row.code,
        timezone=row.timezone,
        municipality=row.municipality,
        hours=row.hours,
        service=here,
        on_duty=row.on_duty,
        working=row.working,
        before=row.before,
        served=row.served or 0,
        handling_s=row.handling_s or 0,
    )
