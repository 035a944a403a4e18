"""Which statements read and write tickets?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Tx, built_once, one_of
from control_plane.security.scope import Reach, Scope
from control_plane.tickets import series_queries
from control_plane.tickets.rules import TO_BE_SERVED, Method, Promise, TicketState, sources
from control_plane.tickets.tables import tickets
from shared.languages import Language
from shared.tickets import WaitRange

RECENT = 200


@dataclass(frozen=True, slots=True)
class Ticket:
    """A stored ticket."""

    id: UUID
    number: int
    point: str
    day: date
    agency: str
    service: str
    language: Language
    state: TicketState
    arrived_at: datetime
    expires_at: datetime
    missed_at: datetime | None
    ended_at: datetime | None
    returned: bool
    promise: Promise
    waited_s: int | None  # to the first call
    closed_by: str | None
    queued_at: datetime
    priority: str
    for_staff: UUID | None
    for_staff_until: datetime | None
    not_before: datetime | None
    parked_for: str
    kept_booth: str | None
    kept_until: datetime | None
    avoids_booth: str
    transfers: int
    passes: int
    plan_id: UUID | None
    plan_step: int
    plan_after: int | None
    booked_for: datetime | None


# What a ticket carries from one queue to the next and loses when its visit begins.
ON_THE_WAY: dict[str, Any] = {
    "priority": "",
    "for_staff": None,
    "for_staff_until": None,
    "not_before": None,
    "parked_for": "",
    "kept_booth": None,
    "kept_until": None,
    "avoids_booth": "",
}


_INSERT = sa.insert(tickets)
_WAITING_AT = sa.select(sa.func.count(tickets.c.number.distinct())).where(
    tickets.c.point == sa.bindparam("there"), tickets.c.state == TicketState.WAITING.value
)
_MISSED_AT = (
    sa.select(tickets)
    .where(
        tickets.c.point == sa.bindparam("there"),
        tickets.c.state == TicketState.MISSED.value,
        tickets.c.missed_at >= sa.bindparam("then"),
    )
    .order_by(tickets.c.missed_at.desc())
)

# Of a row that was changed: what must be touched.
_WHOSE = (tickets.c.id, tickets.c.plan_id)


def subject(ticket_id: UUID) -> str:
    """The subject that a change of a ticket touches."""
    return f"ticket:{ticket_id}"


def plan_of(plan_id: UUID) -> str:
    """The subject that a change of one of a visit's errands touches as well."""
    return f"plan:{plan_id}"


def _touched(tx: Tx, rows: Iterable[Any]) -> bool:
    """Touch whatever these changed rows are; False when there is none."""
    changed = False
    for row in rows:
        changed = True
        tx.touch(subject(row.id))
        if row.plan_id is not None:
            tx.touch(plan_of(row.plan_id))
    return changed


def issue(
    tx: Tx,
    _scope: Scope,
    *,
    wanted: Sequence[Mapping[str, Any]],
    days: Mapping[str, int],
    contingents: Mapping[tuple[str, date], int] | None = None,
) -> int | None:
    """Give the next number of the point's day: two statements, whatever the queue's length.

    ``wanted``: what is written of the ticket, or of each errand of one visit, all at one point.
    ``days``: by agency, the version of its days at the point by which it may have a queue there.
    ``contingents``: by name and day, how many numbers each of them may give. They are counted in
    the same statement, so that none is ever overdrawn; None when one of them is used up, or other
    days are in force by now.
    """
    first = wanted[0]
    number = series_queries.count(
        tx, first["point"], first["day"], days=days, contingents=contingents or {}
    )
    if number is None:
        return None
    tx.execute(_INSERT, [_new(each, number) for each in wanted])
    for each in wanted:
        tx.touch(subject(each["id"]))
    return number


def _new(wanted: Mapping[str, Any], number: int) -> dict[str, Any]:
    given = dict(wanted)
    promise: Promise = given.pop("promise")
    usual = {
        "number": number,
        "state": TicketState.WAITING.value,
        "returned": False,
        "queued_at": given["arrived_at"],
        "transfers": 0,
        "passes": 0,
        "plan_id": None,
        "plan_step": 0,
        "plan_after": None,
    }
    return usual | ON_THE_WAY | given | _promised(promise)


def _promised(promise: Promise) -> dict[str, Any]:
    return {
        "promised_low_min": promise.wait and promise.wait.low_min,
        "promised_high_min": promise.wait and promise.wait.high_min,
        "promised_s": promise.middle_s,
        "promised_by": str(promise.method),
    }


def ticket_of(tx: Tx, scope: Scope, ticket_id: UUID) -> Ticket | None:
    """One ticket that the asker may see."""
    row = tx.execute(_one(scope.reach), {"this": ticket_id}).one_or_none()
    return None if row is None else as_ticket(row)


@built_once
def _one(reach: Reach) -> sa.Select[Any]:
    return sa.select(tickets).where(
        tickets.c.id == sa.bindparam("this"), reach.only(tickets.c.agency)
    )


def waiting(tx: Tx, scope: Scope) -> list[Ticket]:
    """The waiting tickets that the asker may see, in order."""
    return [as_ticket(row) for row in tx.execute(_waiting(scope.reach))]


@built_once
def _waiting(reach: Reach) -> sa.Select[Any]:
    return (
        sa.select(tickets)
        .where(tickets.c.state == TicketState.WAITING.value, reach.only(tickets.c.agency))
        .order_by(tickets.c.arrived_at, tickets.c.id)
    )


def recent(tx: Tx, scope: Scope) -> list[Ticket]:
    """The newest tickets that the asker may see, newest first."""
    rows = tx.execute(
        sa.select(tickets)
        .where(scope.only(tickets.c.agency))
        .order_by(tickets.c.id.desc())
        .limit(RECENT)
    )
    return [as_ticket(row) for row in rows]


def by_ids(tx: Tx, scope: Scope, ids: Iterable[UUID]) -> list[Ticket]:
    """These tickets, as far as the asker may see them."""
    rows = tx.execute(_several(scope.reach), {"these": list(ids)})
    return [as_ticket(row) for row in rows]


@built_once
def _several(reach: Reach) -> sa.Select[Any]:
    return sa.select(tickets).where(
        one_of(tickets.c.id, named="these"), reach.only(tickets.c.agency)
    )


def before(tx: Tx, scope: Scope, *, agency: str, arrived_at: datetime) -> int:
    """How many of the agency wait who arrived earlier?"""
    values = {"whose": agency, "then": arrived_at}
    found: int = tx.execute(_before(scope.reach), values).scalar_one()
    return found


@built_once
def _before(reach: Reach) -> sa.Select[Any]:
    return sa.select(sa.func.count()).where(
        tickets.c.agency == sa.bindparam("whose"),
        tickets.c.state == TicketState.WAITING.value,
        tickets.c.arrived_at < sa.bindparam("then"),
        reach.only(tickets.c.agency),
    )


def waiting_at(tx: Tx, _scope: Scope, point: str) -> int:
    """How many wait at the point, whatever for: the only queue a public screen shows."""
    found: int = tx.execute(_WAITING_AT, {"there": point}).scalar_one()
    return found


def to_be_served(tx: Tx, _scope: Scope, *, agency: str, point: str, booked: bool) -> int:
    """How many of the agency wait at the point, or will again; ``booked``: with bookings too."""
    found: int = tx.execute(
        sa.select(sa.func.count()).where(
            tickets.c.agency == agency,
            tickets.c.point == point,
            tickets.c.state.in_([str(state) for state in TO_BE_SERVED]),
            sa.true() if booked else tickets.c.booked_for.is_(None),
        )
    ).scalar_one()
    return found


def missed_at_point(tx: Tx, _scope: Scope, point: str, *, since: datetime) -> list[Ticket]:
    """The tickets of a point that were missed lately and may still come back, newest first."""
    rows = tx.execute(_MISSED_AT, {"there": point, "then": since})
    return [as_ticket(row) for row in rows]


def advance(tx: Tx, scope: Scope, ticket_id: UUID, wanted: TicketState, **values: Any) -> bool:
    """Bring a ticket to ``wanted`` if that is a step of its life from where it is now."""
    return alter(tx, scope, ticket_id, sources(wanted), {"state": str(wanted)} | values)


def move(tx: Tx, scope: Scope, ticket_id: UUID, service: str, now: datetime) -> bool:
    """Put a waiting ticket into another queue of its agency; its first arrival counts there too."""
    values = {"service": service, "queued_at": now}
    return alter(tx, scope, ticket_id, [TicketState.WAITING], values)


def alter(
    tx: Tx,
    scope: Scope,
    ticket_id: UUID,
    among: Iterable[TicketState],
    values: Mapping[str, Any],
) -> bool:
    """Change a ticket that is in one of these states."""
    chosen = {"this": ticket_id, "among": [str(state) for state in among]}
    done = tx.execute(_change(scope.reach), chosen | dict(values))
    return _touched(tx, done.all())


@built_once
def _change(reach: Reach) -> sa.Executable:
    return (
        sa.update(tickets)
        .where(
            tickets.c.id == sa.bindparam("this"),
            one_of(tickets.c.state),
            reach.only(tickets.c.agency),
        )
        .returning(*_WHOSE)
    )


def send_away(  # noqa: PLR0913 - whose tickets, where, for what, by which closing and when
    tx: Tx,
    scope: Scope,
    *,
    agency: str,
    point: str | None,
    service: str | None,
    closing: str,
    now: datetime,
) -> list[Ticket]:
    """End the tickets of all who wait, were set aside or missed a call in a queue that closes."""
    rows = tx.execute(
        sa.update(tickets)
        .where(
            tickets.c.agency == agency,
            sa.true() if point is None else tickets.c.point == point,
            sa.true() if service is None else tickets.c.service == service,
            tickets.c.state.in_(
                [
                    TicketState.WAITING.value,
                    TicketState.HELD.value,
                    TicketState.PARKED.value,
                    TicketState.MISSED.value,
                ]
            ),
            scope.only(tickets.c.agency),
        )
        .values(state=TicketState.CANCELLED.value, ended_at=now, closed_by=closing)
        .returning(tickets)
    ).all()
    _touched(tx, rows)
    return [as_ticket(row) for row in rows]


def of_day(tx: Tx, scope: Scope, day: date) -> list[Ticket]:
    """Every ticket of a day that the asker may see, and those of another day that still wait."""
    rows = tx.execute(
        sa.select(tickets)
        .where(
            scope.only(tickets.c.agency),
            sa.or_(tickets.c.day == day, tickets.c.state == TicketState.WAITING.value),
        )
        .order_by(tickets.c.arrived_at, tickets.c.id)
    )
    return [as_ticket(row) for row in rows]


def parked_by(tx: Tx, scope: Scope, staff_ids: Iterable[UUID]) -> dict[UUID, list[Ticket]]:
    """By clerk, the tickets that each of these has parked, next to come first."""
    found: dict[UUID, list[Ticket]] = {}
    for row in tx.execute(_parked(scope.reach), {"these": list(staff_ids)}):
        found.setdefault(row.for_staff, []).append(as_ticket(row))
    return found


@built_once
def _parked(reach: Reach) -> sa.Select[Any]:
    return (
        sa.select(tickets)
        .where(
            one_of(tickets.c.for_staff, named="these"),
            tickets.c.state == TicketState.PARKED.value,
            reach.only(tickets.c.agency),
        )
        .order_by(tickets.c.not_before, tickets.c.arrived_at, tickets.c.id)
    )


def release(tx: Tx, _scope: Scope, staff_id: UUID) -> set[str]:
    """Nobody waits any longer for a clerk who has gone: whoever did waits for anybody.

    Gives the points concerned.
    """
    rows = tx.execute(
        sa.update(tickets)
        .where(
            tickets.c.for_staff == staff_id,
            tickets.c.state.in_(
                [TicketState.WAITING.value, TicketState.HELD.value, TicketState.PARKED.value]
            ),
        )
        .values(
            state=sa.case(
                (tickets.c.state == TicketState.PARKED.value, TicketState.WAITING.value),
                else_=tickets.c.state,
            ),
            for_staff=None,
            for_staff_until=None,
            not_before=sa.case(
                (tickets.c.state == TicketState.PARKED.value, sa.null()),
                else_=tickets.c.not_before,
            ),
            parked_for="",
        )
        .returning(*_WHOSE, tickets.c.point)
    ).all()
    _touched(tx, rows)
    return {row.point for row in rows}


def missed(tx: Tx, scope: Scope) -> list[Ticket]:
    """The tickets that the asker may see which were missed today, newest first."""
    return [as_ticket(row) for row in tx.execute(_missed(scope.reach))]


@built_once
def _missed(reach: Reach) -> sa.Select[Any]:
    return (
        sa.select(tickets)
        .where(tickets.c.state == TicketState.MISSED.value, reach.only(tickets.c.agency))
        .order_by(tickets.c.missed_at.desc(), tickets.c.id)
    )


def expire(tx: Tx, _scope: Scope, now: datetime) -> list[Ticket]:
    """Let the numbers of days that are over lapse."""
    rows = tx.execute(
        sa.update(tickets)
        .where(
            tickets.c.state.in_([str(state) for state in sources(TicketState.EXPIRED)]),
            tickets.c.expires_at <= now,
        )
        .values(state=TicketState.EXPIRED.value, ended_at=now)
        .returning(tickets)
    ).all()
    _touched(tx, rows)
    return [as_ticket(row) for row in rows]


def as_ticket(row: sa.Row[Any]) -> Ticket:
    """A stored row."""
    return Ticket(
        id=row.id,
        number=row.number,
        point=row.point,
        day=row.day,
        agency=row.agency,
        service=row.service,
        language=Language(row.language),
        state=TicketState(row.state),
        arrived_at=row.arrived_at,
        expires_at=row.expires_at,
        missed_at=row.missed_at,
        ended_at=row.ended_at,
        returned=row.returned,
        promise=Promise(
            Method(row.promised_by),
            None
            if row.promised_low_min is None
            else WaitRange(low_min=row.promised_low_min, high_min=row.promised_high_min),
            row.promised_s,
        ),
        waited_s=row.waited_s,
        closed_by=row.closed_by,
        queued_at=row.queued_at,
        priority=row.priority,
        for_staff=row.for_staff,
        for_staff_until=row.for_staff_until,
        not_before=row.not_before,
        parked_for=row.parked_for,
        kept_booth=row.kept_booth,
        kept_until=row.kept_until,
        avoids_booth=row.avoids_booth,
        transfers=row.transfers,
        passes=row.passes,
        plan_id=row.plan_id,
        plan_step=row.plan_step,
        plan_after=row.plan_after,
        booked_for=row.booked_for,
    )
