"""What must be known before a number is given? Everything in one statement: the hot path."""

from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Instant, Tx
from control_plane.outbox.tables import inbox
from control_plane.queues.queries import CONTINGENT, in_force, stored
from control_plane.queues.rules.closing import Closing, country_day
from control_plane.queues.tables import queue_closings
from control_plane.security.scope import Scope
from control_plane.service_points.day_queries import held
from control_plane.service_points.tables import (
    agencies,
    device_places,
    service_points,
    services,
    switches,
)
from control_plane.staff.rules import ON_DUTY, WORKING
from control_plane.staff.tables import clerks
from control_plane.tickets.rules import IN_HAND, TicketState
from control_plane.tickets.tables import handling, series, tickets


@dataclass(frozen=True, slots=True)
class ServiceHere:
    """The service that is asked for, as its agency offers it at the device's point."""

    agency: str
    minutes: int
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
    service: ServiceHere | None
    closings: tuple[Closing, ...]  # those that cover this service here
    on_duty: int
    working: int
    ahead: int  # of the agency: who waits, is called or is served
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
        services.c.agency,
        services.c.minutes,
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
            tickets.c.state.in_([str(state) for state in IN_HAND]),
        ).label("ahead"),
        _count(
            tickets.c.agency == services.c.agency,
            tickets.c.state == str(TicketState.WAITING),
            tickets.c.arrived_at < sa.bindparam("arrived_at", type_=Instant),
        ).label("before"),
        _one(handling.c.served).label("served"),
        _one(handling.c.total_s).label("handling_s"),
        *(column.label(f"closing_{column.name}") for column in queue_closings.c),
        sa.func.coalesce(series.c.last, 0).label("given"),
    )
    .select_from(device_places)
    .join(service_points, service_points.c.code == device_places.c.point)
    .outerjoin(services, services.c.code == sa.bindparam("service"))
    .outerjoin(agencies, agencies.c.code == services.c.agency)
    .outerjoin(
        switches,
        sa.and_(switches.c.agency == services.c.agency, switches.c.point == device_places.c.point),
    )
    # A row for each closing that covers the service here, and one where there is none.
    .outerjoin(
        queue_closings,
        sa.and_(
            queue_closings.c.agency == services.c.agency,
            in_force(sa.bindparam("now", type_=Instant)),
            sa.or_(
                queue_closings.c.point.is_(None),
                queue_closings.c.point == device_places.c.point,
            ),
            sa.or_(queue_closings.c.service.is_(None), queue_closings.c.service == services.c.code),
        ),
    )
    .outerjoin(
        series,
        sa.and_(
            series.c.name == sa.literal(CONTINGENT) + queue_closings.c.id,
            series.c.day == sa.bindparam("day", type_=sa.Date),
        ),
    )
    .where(device_places.c.device == sa.bindparam("asker"))
)


# With it the point's days are held by all who take numbers there, beside one another: who sets the
# days waits for their commits, and they for that one's.
_HOLDING = _ARRIVAL.add_columns(
    sa.func.pg_advisory_xact_lock_shared(
        sa.func.hashtextextended(sa.literal(held("")) + service_points.c.code, 0)
    ).label("held")
)
_OF_DIALECT = {"sqlite": _ARRIVAL, "postgresql": _HOLDING}


def arrival(  # noqa: PLR0913 - which request, of what, and when
    tx: Tx, scope: Scope, *, request: UUID, service: str, arrived_at: datetime, now: datetime
) -> Arrival | None:
    """What is known, and the point's days held; None when the device that asks stands nowhere."""
    rows = tx.execute(
        _OF_DIALECT[tx.dialect],
        {
            "request": request,
            "asker": scope.device,
            "service": service,
            "arrived_at": arrived_at,
            "now": now,
            "day": country_day(now),
        },
    ).all()
    if not rows:
        return None
    row = rows[0]
    here = None
    if row.agency is not None:
        here = ServiceHere(
            agency=row.agency,
            minutes=row.minutes,
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
        service=here,
        closings=tuple(_closing(each) for each in rows if each.closing_id is not None),
        on_duty=row.on_duty,
        working=row.working,
        ahead=row.ahead,
        before=row.before,
        served=row.served or 0,
        handling_s=row.handling_s or 0,
    )


def _closing(row: sa.Row[Any]) -> Closing:
    values = {name: getattr(row, f"closing_{name}") for name in queue_closings.c.keys()}  # noqa: SIM118
    return stored(SimpleNamespace(**values)).now(row.given)
