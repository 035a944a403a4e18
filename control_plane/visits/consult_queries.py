"""Which statements read and write consults?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Tx, built_once, one_of
from control_plane.security.scope import Reach, Scope
from control_plane.security.tables import account
from control_plane.service_points.tables import agencies, services
from control_plane.visits.consult_rules import OPEN, ConsultState, Course
from control_plane.visits.tables import consults, visits
from shared.languages import Language, Text


@dataclass(frozen=True, slots=True)
class Consult:
    """A stored consult, with what both clerks are shown of one another and of the matter."""

    id: UUID
    state: ConsultState
    visit_id: UUID
    agency: str  # the visit's
    agency_name: Text
    asked_by: UUID
    asked_by_alias: str
    asked_by_sub: str
    staff_id: UUID
    alias: str
    sub: str  # in the statement of the key with which the colleague enters rooms
    staff_agency: str
    staff_agency_name: Text
    handed_on: bool
    asked_at: datetime
    expires_at: datetime
    joined_at: datetime | None
    service: str
    service_name: Text
    language: Language
    room_id: UUID
    device: str
    on_hold: bool

    @property
    def course(self) -> Course:
        """What decides about the next step."""
        return Course(self.state, self.handed_on)


_asker, _colleague = account.alias(), account.alias()
_own, _other = agencies.alias(), agencies.alias()

_CONSULT = (
    sa.select(
        *(
            consults.c[name]
            for name in (
                "id",
                "state",
                "visit_id",
                "agency",
                "asked_by",
                "staff_id",
                "staff_agency",
                "handed_on",
                "asked_at",
                "expires_at",
                "joined_at",
            )
        ),
        _own.c.name.label("agency_name"),
        _other.c.name.label("staff_agency_name"),
        _asker.c.alias.label("asked_by_alias"),
        sa.func.coalesce(_asker.c.pseudonym, "").label("asked_by_sub"),
        _colleague.c.alias.label("alias"),
        sa.func.coalesce(_colleague.c.pseudonym, "").label("sub"),
        visits.c.service,
        services.c.name.label("service_name"),
        visits.c.language,
        visits.c.room_id,
        visits.c.device,
        visits.c.on_hold,
    )
    .join_from(consults, visits, visits.c.id == consults.c.visit_id)
    .join(_asker, _asker.c.id == consults.c.asked_by)
    .join(_colleague, _colleague.c.id == consults.c.staff_id)
    .join(_own, _own.c.code == consults.c.agency)
    .join(_other, _other.c.code == consults.c.staff_agency)
    .join(services, services.c.code == visits.c.service)
)
_OPEN = consults.c.state.in_([str(state) for state in OPEN])
_INSERT = sa.insert(consults)


def _seen(reach: Reach) -> sa.ColumnElement[bool]:
    """The visit's agency sees a consult, and the colleague's, while it is open."""
    return sa.or_(reach.only(consults.c.agency), reach.only(consults.c.staff_agency))


@built_once
def _open(reach: Reach, by: str) -> sa.Select[Any]:
    """Those that go on, of the one whose column ``by`` is *this*."""
    return _CONSULT.where(_OPEN, consults.c[by] == sa.bindparam("this"), _seen(reach))


@built_once
def _open_of(reach: Reach, by: str) -> sa.Select[Any]:
    """The same of several."""
    return _CONSULT.where(_OPEN, one_of(consults.c[by], named="these"), _seen(reach))


@built_once
def _advance(reach: Reach) -> sa.Update:
    return sa.update(consults).where(
        consults.c.id == sa.bindparam("this"),
        consults.c.state == sa.bindparam("from_where"),
        _seen(reach),
    )


def insert(  # noqa: PLR0913 - a whole row
    tx: Tx,
    _scope: Scope,
    *,
    consult_id: UUID,
    visit_id: UUID,
    agency: str,
    asked_by: UUID,
    staff_id: UUID,
    staff_agency: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Store a new consult; a second open one of the visit or the colleague is an error."""
    tx.execute(
        _INSERT,
        {
            "id": consult_id,
            "state": ConsultState.ASKED.value,
            "visit_id": visit_id,
            "agency": agency,
            "asked_by": asked_by,
            "staff_id": staff_id,
            "staff_agency": staff_agency,
            "handed_on": False,
            "asked_at": now,
            "expires_at": expires_at,
            "how": "",
        },
    )


def advance(tx: Tx, scope: Scope, consult: Consult, wanted: Course, now: datetime) -> bool:
    """Bring a consult from where it was seen to where it shall be; False: it is not there now."""
    values: dict[str, Any] = {"state": str(wanted.state), "handed_on": wanted.handed_on}
    if wanted.state is ConsultState.JOINED and consult.state is ConsultState.ASKED:
        values["joined_at"] = now
    if wanted.end is not None:
        values |= {"ended_at": now, "how": str(wanted.end)}
    which = {"this": consult.id, "from_where": str(consult.state)}
    return tx.execute(_advance(scope.reach), which | values).rowcount == 1


def open_by_id(tx: Tx, scope: Scope, consult_id: UUID) -> Consult | None:
    """This consult, while it is open."""
    return _one(tx, scope, "id", consult_id)


def open_of_visit(tx: Tx, scope: Scope, visit_id: UUID) -> Consult | None:
    """The consult of this visit."""
    return _one(tx, scope, "visit_id", visit_id)


def open_of_clerk(tx: Tx, scope: Scope, staff_id: UUID) -> Consult | None:
    """The consult to which this one was asked."""
    return _one(tx, scope, "staff_id", staff_id)


def open_of_clerks(tx: Tx, scope: Scope, ids: Iterable[UUID]) -> dict[UUID, Consult]:
    """To which consult each of these was asked."""
    return {each.staff_id: each for each in _some(tx, scope, "staff_id", ids)}


def open_of_visits(tx: Tx, scope: Scope, ids: Iterable[UUID]) -> dict[UUID, Consult]:
    """The consult of each of these visits."""
    return {each.visit_id: each for each in _some(tx, scope, "visit_id", ids)}


def was_asked(tx: Tx, scope: Scope, consult_id: UUID, staff_id: UUID) -> bool:
    """Was this one ever asked to this consult? Then it has ended, else it is none of theirs."""
    return bool(
        tx.execute(
            sa.select(sa.true()).where(
                consults.c.id == consult_id,
                consults.c.staff_id == staff_id,
                scope.only(consults.c.staff_agency),
            )
        ).scalar()
    )


def purge(tx: Tx, _scope: Scope, *, before: datetime) -> None:
    """Erase consults that ended long ago."""
    tx.execute(sa.delete(consults).where(consults.c.ended_at < before))


def _one(tx: Tx, scope: Scope, by: str, this: UUID) -> Consult | None:
    row = tx.execute(_open(scope.reach, by), {"this": this}).one_or_none()
    return None if row is None else _consult(row)


def _some(tx: Tx, scope: Scope, by: str, ids: Iterable[UUID]) -> list[Consult]:
    wanted = list(ids)
    if not wanted:
        return []
    return [_consult(row) for row in tx.execute(_open_of(scope.reach, by), {"these": wanted})]


def _consult(row: sa.Row[Any]) -> Consult:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    return Consult(
        **values | {"state": ConsultState(row.state), "language": Language(row.language)}
    )
