"""Which statements read and write visits?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Tx, built_once, insert_or, one_of
from control_plane.security.scope import Asker, Reach, Scope
from control_plane.staff import queries as staff
from control_plane.visits.rules import ACTIVE, Times, VisitState
from control_plane.visits.tables import notices, prints, visits
from shared.languages import Language
from shared.visits import PrintEnded, PrintState

RECENT = 10
LISTED = 200


@dataclass(frozen=True, slots=True)
class Visit:
    """A stored visit."""

    id: UUID
    state: VisitState
    ticket_id: UUID
    number: int
    agency: str
    service: str
    language: Language
    point: str
    booth: str
    device: str
    staff_id: UUID
    room_id: UUID
    created_at: datetime
    since: datetime
    called_at: datetime | None
    attempts: int
    began_at: datetime | None
    ended_at: datetime | None
    on_hold: bool
    help_pressed_at: datetime | None
    ended_by_visitor: bool
    failed_reason: str | None
    outcome: str | None
    rated: bool
    wiped: bool
    seated: bool
    command_id: UUID
    turn: int
    due_at: datetime | None

    @property
    def times(self) -> Times:
        """What decides about the next step."""
        return Times(
            state=self.state,
            since=self.since,
            called_at=self.called_at,
            attempts=self.attempts,
            begun=self.began_at is not None,
            ended_by_visitor=self.ended_by_visitor,
            outcome_given=self.outcome is not None,
        )


@dataclass(frozen=True, slots=True)
class Running:
    """What a forecast knows of a visit that goes on or is prepared."""

    id: UUID
    service: str
    point: str
    booth: str
    staff_id: UUID
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Print:
    """How a print job ended."""

    job_id: UUID
    state: PrintState
    reason: str
    pages: int
    sheets: int | None


@dataclass(frozen=True, slots=True)
class Noted:
    """What a clerk must be told."""

    code: str
    reason: str
    at: datetime
    number: int | None


def _mine(scope: Scope) -> sa.ColumnElement[bool]:
    """A device sees the visits of its own booth, staff those of the own agency."""
    if scope.asker is Asker.DEVICE:
        return visits.c.device == scope.name
    return scope.only(visits.c.agency)


def _whose(scope: Scope) -> tuple[Reach | None, dict[str, Any]]:
    """The same for statements that are built once; None: a device's own."""
    return (None, {"own": scope.name}) if scope.asker is Asker.DEVICE else (scope.reach, {})


def _seen(reach: Reach | None) -> sa.ColumnElement[bool]:
    own = visits.c.device == sa.bindparam("own")
    return own if reach is None else reach.only(visits.c.agency)


@built_once
def _one(reach: Reach | None) -> sa.Select[Any]:
    return sa.select(visits).where(visits.c.id == sa.bindparam("this"), _seen(reach))


@built_once
def _active(reach: Reach | None) -> sa.Select[Any]:
    return (
        sa.select(visits)
        .where(visits.c.state.in_([str(state) for state in ACTIVE]), _seen(reach))
        .order_by(visits.c.id.desc())
        .limit(1)
    )


@built_once
def _active_on(reach: Reach | None) -> sa.Select[Any]:
    return _active(reach).where(visits.c.device == sa.bindparam("where"))


@built_once
def _active_of(reach: Reach | None) -> sa.Select[Any]:
    return _active(reach).where(visits.c.ticket_id == sa.bindparam("whom"))


@built_once
def _several(reach: Reach) -> sa.Select[Any]:
    return sa.select(visits).where(one_of(visits.c.id, named="these"), reach.only(visits.c.agency))


@built_once
def _recent(reach: Reach) -> sa.Select[Any]:
    newest = (
        sa.func.row_number()
        .over(
            partition_by=visits.c.staff_id, order_by=[visits.c.ended_at.desc(), visits.c.id.desc()]
        )
        .label("newest")
    )
    ended = (
        sa.select(visits, newest)
        .where(
            one_of(visits.c.staff_id, named="these"),
            visits.c.ended_at.is_not(None),
            visits.c.ended_at >= sa.bindparam("then"),
            reach.only(visits.c.agency),
        )
        .subquery()
    )
    columns = [ended.c[name] for name in visits.columns.keys()]  # noqa: SIM118 - no mapping
    return sa.select(*columns).where(ended.c.newest <= RECENT).order_by(ended.c.newest)


@built_once
def _change(reach: Reach | None) -> sa.Update:
    return sa.update(visits).where(visits.c.id == sa.bindparam("this"), _seen(reach))


_INSERT = sa.insert(visits)
_CALLED_AT = (
    sa.select(visits)
    .where(
        visits.c.point == sa.bindparam("there"),
        visits.c.state == VisitState.CALLED.value,
        sa.or_(visits.c.seated.is_(False), visits.c.attempts > 1),
    )
    .order_by(visits.c.called_at.desc(), visits.c.id)
)
_LAST_BOOTHS = (
    sa.select(visits.c.ticket_id, visits.c.booth)
    .where(one_of(visits.c.ticket_id, named="these"))
    .order_by(visits.c.id)
)
_PRINTS = sa.select(prints).where(one_of(prints.c.visit_id, named="these")).order_by(prints.c.at)
_NOTES = sa.select(notices).where(one_of(notices.c.staff_id, named="these"))
_FORGET = sa.delete(notices).where(notices.c.staff_id == sa.bindparam("whose"))


def insert(tx: Tx, _scope: Scope, visit: Visit) -> None:
    """Store a new visit."""
    tx.execute(
        _INSERT,
        {name: getattr(visit, name) for name in visits.columns.keys()},  # noqa: SIM118
    )


def visit_of(tx: Tx, scope: Scope, visit_id: UUID) -> Visit | None:
    """One visit that the asker may see."""
    reach, own = _whose(scope)
    row = tx.execute(_one(reach), {"this": visit_id} | own).one_or_none()
    return None if row is None else _visit(row)


def visit_of_command(tx: Tx, scope: Scope, command_id: UUID) -> Visit | None:
    """The visit that is prepared by this command."""
    row = tx.execute(
        sa.select(visits).where(visits.c.command_id == command_id, _mine(scope))
    ).one_or_none()
    return None if row is None else _visit(row)


def visits_by_ids(tx: Tx, scope: Scope, ids: Iterable[UUID | None]) -> dict[UUID, Visit]:
    """These visits, as far as the asker may see them."""
    wanted = [each for each in ids if each is not None]
    if not wanted:
        return {}
    rows = tx.execute(_several(scope.reach), {"these": wanted})
    return {row.id: _visit(row) for row in rows}


def active_on(tx: Tx, scope: Scope, device: str) -> Visit | None:
    """The visit that runs in the booth of this device now."""
    reach, own = _whose(scope)
    row = tx.execute(_active_on(reach), {"where": device} | own).one_or_none()
    return None if row is None else _visit(row)


def visit_of_ticket(tx: Tx, scope: Scope, ticket_id: UUID) -> Visit | None:
    """The visit that a ticket is in now."""
    reach, own = _whose(scope)
    row = tx.execute(_active_of(reach), {"whom": ticket_id} | own).one_or_none()
    return None if row is None else _visit(row)


def last_of_ticket(tx: Tx, scope: Scope, ticket_id: UUID) -> Visit | None:
    """The newest visit of a ticket, ended or not."""
    row = tx.execute(
        sa.select(visits)
        .where(visits.c.ticket_id == ticket_id, _mine(scope))
        .order_by(visits.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else _visit(row)


def running(tx: Tx, _scope: Scope) -> list[Running]:
    """The visits all over the country that go on or are prepared."""
    columns = [visits.c[name] for name in Running.__dataclass_fields__]
    rows = tx.execute(
        sa.select(*columns).where(visits.c.state.in_([str(state) for state in ACTIVE]))
    )
    return [Running(**row._mapping) for row in rows]  # noqa: SLF001 - a row as a mapping


def change(tx: Tx, scope: Scope, visit_id: UUID, values: Mapping[str, Any]) -> None:
    """Store what is different about a visit; the caller holds its lock."""
    reach, own = _whose(scope)
    tx.execute(_change(reach), {"this": visit_id} | own | dict(values))


def listed(tx: Tx, scope: Scope) -> list[Visit]:
    """The newest visits that the asker may see, newest first."""
    rows = tx.execute(
        sa.select(visits).where(_mine(scope)).order_by(visits.c.id.desc()).limit(LISTED)
    )
    return [_visit(row) for row in rows]


def recent_of_clerks(
    tx: Tx, scope: Scope, ids: Iterable[UUID], *, since: datetime
) -> dict[UUID, list[Visit]]:
    """Each clerk's latest visits that came to an end, newest first; at one instant by their ids."""
    found: dict[UUID, list[Visit]] = {}
    for row in tx.execute(_recent(scope.reach), {"these": list(ids), "then": since}):
        found.setdefault(row.staff_id, []).append(_visit(row))
    return found


def called_at_point(tx: Tx, _scope: Scope, point: str) -> list[Visit]:
    """The visits that are called at a point now, newest call first.

    Whoever sits in the booth already need not be called there, unless nobody answered.
    """
    return [_visit(row) for row in tx.execute(_CALLED_AT, {"there": point})]


def last_booths(tx: Tx, _scope: Scope, ticket_ids: Iterable[UUID]) -> dict[UUID, str]:
    """To which booth each of these tickets was called last."""
    wanted = list(ticket_ids)
    rows = tx.execute(_LAST_BOOTHS, {"these": wanted}) if wanted else ()
    return {row.ticket_id: row.booth for row in rows}


# --- prints and notices ------------------------------------------------------------------------


def keep_print(tx: Tx, _scope: Scope, ended: PrintEnded, now: datetime) -> None:
    """Store how a print job ended."""
    values = {
        "visit_id": ended.visit_id,
        "at": now,
        "state": str(ended.state),
        "reason": ended.reason,
        "pages": ended.pages,
        "sheets": ended.sheets,
    }
    tx.execute(
        insert_or(tx.dialect, prints)
        .values(job_id=ended.job_id, **values)
        .on_conflict_do_update(index_elements=["job_id"], set_=values)
    )


def prints_of_visits(tx: Tx, _scope: Scope, ids: Iterable[UUID]) -> dict[UUID, list[Print]]:
    """The print jobs of each of these visits, in order."""
    wanted = list(ids)
    if not wanted:
        return {}
    found: dict[UUID, list[Print]] = {}
    for row in tx.execute(_PRINTS, {"these": wanted}):
        found.setdefault(row.visit_id, []).append(
            Print(row.job_id, PrintState(row.state), row.reason, row.pages, row.sheets)
        )
    return found


def note(tx: Tx, _scope: Scope, staff_id: UUID, noted: Noted) -> None:
    """Keep what the clerk must be told; the latest wins."""
    values = {
        "code": noted.code,
        "reason": noted.reason,
        "at": noted.at,
        "number": noted.number,
    }
    tx.execute(
        insert_or(tx.dialect, notices)
        .values(staff_id=staff_id, **values)
        .on_conflict_do_update(index_elements=["staff_id"], set_=values)
    )
    tx.touch(staff.subject(staff_id))


def forget_note(tx: Tx, _scope: Scope, staff_id: UUID) -> None:
    """The clerk went on."""
    if tx.execute(_FORGET, {"whose": staff_id}).rowcount:
        tx.touch(staff.subject(staff_id))


def notes_for(tx: Tx, _scope: Scope, ids: Iterable[UUID]) -> dict[UUID, Noted]:
    """What each of these clerks must be told."""
    rows = tx.execute(_NOTES, {"these": list(ids)})
    return {row.staff_id: Noted(row.code, row.reason, row.at, row.number) for row in rows}


def _visit(row: sa.Row[Any]) -> Visit:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    return Visit(
        **values | {"state": VisitState(values["state"]), "language": Language(values["language"])}
    )
