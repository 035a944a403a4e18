"""Which statements read and write links, a clerk's standing picture in a booth?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Tx, built_once, one_of
from control_plane.security.scope import Reach, Scope
from control_plane.visits.link_rules import LinkEnd
from control_plane.visits.tables import links


@dataclass(frozen=True, slots=True)
class Link:
    """An open link: whose picture stands where, in which room, until when."""

    id: UUID
    staff_id: UUID
    agency: str
    point: str
    booth: str
    device: str
    room_id: UUID
    opened_at: datetime
    ends_at: datetime


_COLUMNS = [links.c[name] for name in Link.__dataclass_fields__]
_OPEN = links.c.ended_at.is_(None)
_INSERT = sa.insert(links)


@built_once
def _open(reach: Reach) -> sa.Select[Any]:
    return sa.select(*_COLUMNS).where(_OPEN, reach.only(links.c.agency))


@built_once
def _of_clerks(reach: Reach) -> sa.Select[Any]:
    return _open(reach).where(one_of(links.c.staff_id, named="these"))


@built_once
def _met_by(reach: Reach) -> sa.Select[Any]:
    here = sa.and_(links.c.point == sa.bindparam("there"), links.c.booth == sa.bindparam("which"))
    return (
        _open(reach)
        .where(sa.or_(links.c.staff_id == sa.bindparam("whose"), here))
        .order_by(links.c.id)
    )


@built_once
def _end(reach: Reach) -> sa.Update:
    return sa.update(links).where(
        links.c.id == sa.bindparam("this"), _OPEN, reach.only(links.c.agency)
    )


def insert(tx: Tx, _scope: Scope, link: Link, *, command: UUID) -> None:
    """Store a link; a second open one of the clerk or in the booth is an error."""
    values = {name: getattr(link, name) for name in Link.__dataclass_fields__}
    tx.execute(_INSERT, values | {"command_id": command, "how": ""})


def end(tx: Tx, scope: Scope, link_id: UUID, how: LinkEnd, now: datetime) -> bool:
    """End an open link; False when it had ended already."""
    values = {"this": link_id, "ended_at": now, "how": str(how)}
    return tx.execute(_end(scope.reach), values).rowcount == 1


def shorten(tx: Tx, scope: Scope, link_id: UUID, ends_at: datetime) -> None:
    """A link ends at another time than was thought."""
    tx.execute(_end(scope.reach), {"this": link_id, "ends_at": ends_at})


def open_of_clerk(tx: Tx, scope: Scope, staff_id: UUID) -> Link | None:
    """The link of this clerk."""
    return open_of_clerks(tx, scope, [staff_id]).get(staff_id)


def open_of_clerks(tx: Tx, scope: Scope, ids: Iterable[UUID]) -> dict[UUID, Link]:
    """The link of each of these clerks."""
    wanted = list(ids)
    if not wanted:
        return {}
    rows = tx.execute(_of_clerks(scope.reach), {"these": wanted})
    return {each.staff_id: each for each in map(_link, rows)}


def met_by(tx: Tx, scope: Scope, *, staff_id: UUID, point: str, booth: str) -> list[Link]:
    """The links that a visit of this clerk in this booth takes over or ends: two at most."""
    met = {"whose": staff_id, "there": point, "which": booth}
    return [_link(row) for row in tx.execute(_met_by(scope.reach), met)]


def open_at(tx: Tx, scope: Scope, *, point: str, booth: str) -> Link | None:
    """Whoever's link stands in this booth."""
    return _one(tx, scope, links.c.point == point, links.c.booth == booth)


def open_by_id(tx: Tx, scope: Scope, link_id: UUID) -> Link | None:
    """This link, while it is open."""
    return _one(tx, scope, links.c.id == link_id)


def open_by_command(tx: Tx, scope: Scope, command: UUID) -> Link | None:
    """The link that a device was told of by this command."""
    return _one(tx, scope, links.c.command_id == command)


def open_of_agency(tx: Tx, scope: Scope, agency: str) -> list[Link]:
    """Every link of an agency's clerks."""
    rows = tx.execute(_open(scope.reach).where(links.c.agency == agency).order_by(links.c.id))
    return [_link(row) for row in rows]


def known(tx: Tx, scope: Scope, link_id: UUID, staff_id: UUID) -> bool:
    """Was there ever such a link of this clerk's?"""
    return bool(
        tx.execute(
            sa.select(sa.true()).where(
                links.c.id == link_id, links.c.staff_id == staff_id, scope.only(links.c.agency)
            )
        ).scalar()
    )


def purge(tx: Tx, _scope: Scope, *, before: datetime) -> None:
    """Erase links that ended long ago."""
    tx.execute(sa.delete(links).where(links.c.ended_at < before))


def _one(tx: Tx, scope: Scope, *where: sa.ColumnElement[bool]) -> Link | None:
    row = tx.execute(_open(scope.reach).where(*where)).one_or_none()
    return None if row is None else _link(row)


def _link(row: sa.Row[Any]) -> Link:
    return Link(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
