"""Which statements read and write what is set up, its changes, and what stands on it?

Contents are read as they are stored, and not as a process remembers them: whoever changes one has
locked `places.SETTING_UP`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Tx, insert_or
from control_plane.fleet.rules import BoothState
from control_plane.fleet.tables import booth_uses, device_states
from control_plane.security.clearance import Clearance
from control_plane.security.scope import Scope
from control_plane.security.tables import account, device_certificate
from control_plane.service_points import queries as places
from control_plane.service_points.rules.days import Hours
from control_plane.service_points.tables import (
    agencies,
    agency_days,
    agency_hours,
    booths,
    device_places,
    device_twins,
    service_points,
    services,
    switches,
)
from control_plane.setup.rules.contents import (
    CONTENTS,
    Content,
    Kind,
    PointContent,
    Thing,
)
from control_plane.setup.tables import changes, point_steps
from control_plane.tickets.rules import TO_BE_SERVED, TicketState
from control_plane.tickets.tables import tickets

_TABLES: dict[Kind, sa.Table] = {
    Kind.AGENCY: agencies,
    Kind.SERVICE: services,
    Kind.POINT: service_points,
    Kind.BOOTH: booths,
    Kind.DEVICE: device_places,
    Kind.SWITCHES: switches,
}
# What a page of this room does not say of a thing that it adds.
_AT_FIRST: dict[Kind, Mapping[str, Any]] = {
    Kind.SERVICE: {"skill": "", "skill_level": 1, "clearance": Clearance.NONE, "priority": ""}
}
_IN_USE = [
    str(each)
    for each in BoothState
    if each not in {BoothState.FREE, BoothState.CLOSED, BoothState.OUT_OF_USE}
]


@dataclass(frozen=True, slots=True)
class Change:
    """A change as it was stored; contents are JSON."""

    id: UUID
    at: datetime
    thing: Thing
    agency: str | None
    actor: str
    before: str | None
    after: str | None
    undoes: UUID | None


@dataclass(frozen=True, slots=True)
class Tick:
    """A step that a person has ticked."""

    step: str
    at: datetime
    role: str
    actor: str


# --- contents ----------------------------------------------------------------------------------


def content_of(tx: Tx, _scope: Scope, thing: Thing) -> Content | None:
    """What the thing holds; None: it is not there."""
    table = _TABLES[thing.kind]
    row = tx.execute(sa.select(table).where(_key(thing))).mappings().one_or_none()
    return None if row is None else _content(thing.kind, row)


def contents(tx: Tx, _scope: Scope, kind: Kind) -> dict[Thing, Content]:
    """All things of a kind, in the order of screens."""
    table = _TABLES[kind]
    order = [table.c.position] if "position" in table.c else []
    keys = [column.name for column in table.primary_key]
    rows = tx.execute(sa.select(table).order_by(*order, *table.primary_key)).mappings()
    return {Thing(kind, tuple(row[name] for name in keys)): _content(kind, row) for row in rows}


def put(tx: Tx, scope: Scope, thing: Thing, content: Content, *, new: bool) -> None:
    """Store the content."""
    row: dict[str, Any] = {name: getattr(content, name) for name in type(content).model_fields}
    if isinstance(content, PointContent):
        row["hours"] = tuple(Hours(each.weekday, each.opens, each.closes) for each in content.hours)
        row["languages"] = tuple(str(each) for each in content.languages)
    if new:
        row |= _AT_FIRST.get(thing.kind, {})
    places.upsert(tx, scope, _TABLES[thing.kind], [row | _names(thing)])


def remove(tx: Tx, _scope: Scope, thing: Thing) -> None:
    """Take the thing away, and the steps that were ticked on the way to it."""
    if thing.kind is Kind.POINT:
        tx.execute(sa.delete(point_steps).where(point_steps.c.point == thing.key[0]))
    tx.execute(sa.delete(_TABLES[thing.kind]).where(_key(thing)))
    tx.touch(places.SETUP)


def _content(kind: Kind, row: sa.RowMapping) -> Content:
    return CONTENTS[kind].model_validate(dict(row), from_attributes=True)


def _names(thing: Thing) -> dict[str, str]:
    names = (column.name for column in _TABLES[thing.kind].primary_key)
    return dict(zip(names, thing.key, strict=True))


def _key(thing: Thing) -> sa.ColumnElement[bool]:
    table = _TABLES[thing.kind]
    return sa.and_(*(table.c[name] == value for name, value in _names(thing).items()))


# --- what stands on a thing --------------------------------------------------------------------


def uses(tx: Tx, _scope: Scope, thing: Thing) -> dict[str, int]:
    """How many of what need the thing to be there; those of which there are none left out."""
    found = {name: _count(tx, where) for name, where in _users(thing).items()}
    return {name: many for name, many in found.items() if many}


def in_use(tx: Tx, _scope: Scope, *, point: str, booth: str) -> bool:
    """Is the booth reserved, in a visit, or being wiped after one?"""
    return bool(
        _count(
            tx,
            sa.and_(
                booth_uses.c.point == point,
                booth_uses.c.booth == booth,
                booth_uses.c.state.in_(_IN_USE),
            ),
        )
    )


def _users(thing: Thing) -> dict[str, sa.ColumnElement[bool]]:
    first = thing.key[0]
    match thing.kind:
        case Kind.AGENCY:
            return {
                "services": services.c.agency == first,
                "points": switches.c.agency == first,
                "accounts": account.c.agency == first,
                "predecessors": agencies.c.successor == first,
                "numbers": tickets.c.agency == first,
                "hours": agency_hours.c.agency == first,
                "days": agency_days.c.agency == first,
            }
        case Kind.SERVICE:
            return {"numbers": tickets.c.service == first}
        case Kind.POINT:
            return {
                "booths": booths.c.point == first,
                "devices": device_places.c.point == first,
                "agencies": switches.c.point == first,
                "numbers": tickets.c.point == first,
                "days": agency_days.c.point == first,
            }
        case Kind.BOOTH:
            return {
                "devices": sa.and_(
                    device_places.c.point == first, device_places.c.booth == thing.key[1]
                ),
                # A booth has such a row from its first visit on.
                "visits": sa.and_(booth_uses.c.point == first, booth_uses.c.booth == thing.key[1]),
            }
        case Kind.DEVICE | Kind.SWITCHES:
            return {}


def _count(tx: Tx, where: sa.ColumnElement[bool]) -> int:
    found: int = tx.execute(sa.select(sa.func.count()).where(where)).scalar_one()
    return found


def waiting(tx: Tx, _scope: Scope) -> dict[tuple[str, str, str], int]:
    """How many wait, or will again, by agency, point and service."""
    by = (tickets.c.agency, tickets.c.point, tickets.c.service)
    rows = tx.execute(
        sa.select(*by, sa.func.count().label("many"))
        .where(tickets.c.state.in_([str(state) for state in TO_BE_SERVED]))
        .group_by(*by)
    )
    return {(row.agency, row.point, row.service): row.many for row in rows}


# --- changes -----------------------------------------------------------------------------------


def keep(tx: Tx, _scope: Scope, change: Change) -> None:
    """Keep a change."""
    tx.execute(
        sa.insert(changes),
        {
            "id": change.id,
            "at": change.at,
            "thing": str(change.thing),
            "agency": change.agency,
            "actor": change.actor,
            "before": change.before,
            "after": change.after,
            "undoes": change.undoes,
        },
    )


def change_of(tx: Tx, scope: Scope, change_id: UUID) -> Change | None:
    """One change that the asker may see."""
    row = tx.execute(
        sa.select(changes).where(changes.c.id == change_id, scope.only(changes.c.agency))
    ).one_or_none()
    return None if row is None else _change(row)


def latest(tx: Tx, _scope: Scope, thing: Thing) -> UUID | None:
    """The last change of a thing."""
    found: UUID | None = tx.execute(
        sa.select(changes.c.id)
        .where(changes.c.thing == str(thing))
        .order_by(changes.c.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return found


def changes_seen(tx: Tx, scope: Scope, *, limit: int) -> Sequence[Change]:
    """The latest changes that the asker may see, newest first."""
    rows = tx.execute(
        sa.select(changes)
        .where(scope.only(changes.c.agency))
        .order_by(changes.c.id.desc())
        .limit(limit)
    )
    return [_change(row) for row in rows]


def _change(row: sa.Row[Any]) -> Change:
    return Change(
        id=row.id,
        at=row.at,
        thing=Thing.read(row.thing),
        agency=row.agency,
        actor=row.actor,
        before=row.before,
        after=row.after,
        undoes=row.undoes,
    )


# --- the steps of a point ----------------------------------------------------------------------


def ticks_of(tx: Tx, _scope: Scope, point: str) -> list[Tick]:
    """The steps that people have ticked."""
    rows = tx.execute(sa.select(point_steps).where(point_steps.c.point == point))
    return [Tick(row.step, row.at, row.role, row.actor) for row in rows]


def tick(tx: Tx, _scope: Scope, point: str, done: Tick) -> bool:
    """Tick a step; False when it is ticked already."""
    statement = insert_or(tx.dialect, point_steps).values(
        point=point, step=done.step, at=done.at, role=done.role, actor=done.actor
    )
    made = tx.execute(
        statement.on_conflict_do_nothing(index_elements=["point", "step"]).returning(
            point_steps.c.step
        )
    )
    return made.one_or_none() is not None


def untick(tx: Tx, _scope: Scope, point: str, step: str) -> bool:
    """Take a tick back; False when there is none."""
    done = tx.execute(
        sa.delete(point_steps).where(point_steps.c.point == point, point_steps.c.step == step)
    )
    return bool(done.rowcount)


@dataclass(frozen=True, slots=True)
class DeviceThere:
    """A device of a point, as far as it tells whether the point is ready."""

    enrolled: bool
    online: bool
    knows: bool  # it lives by the latest twin


def devices_there(
    tx: Tx, _scope: Scope, now: datetime, *, point: str | None = None
) -> dict[str, DeviceThere]:
    """The devices of a point, or all, by name."""
    certified = sa.exists().where(
        device_certificate.c.device == device_places.c.device,
        device_certificate.c.revoked_at.is_(None),
        device_certificate.c.not_after > now,
    )
    rows = tx.execute(
        sa.select(
            device_places.c.device,
            certified.label("enrolled"),
            device_states.c.online,
            device_twins.c.version,
            device_twins.c.reported_version,
        )
        .outerjoin(device_states, device_states.c.device == device_places.c.device)
        .outerjoin(device_twins, device_twins.c.device == device_places.c.device)
        .where(sa.true() if point is None else device_places.c.point == point)
        .order_by(device_places.c.device)
    )
    return {
        row.device: DeviceThere(
            enrolled=row.enrolled,
            online=bool(row.online),
            knows=row.version is not None and row.version == row.reported_version,
        )
        for row in rows
    }


def served_there(tx: Tx, _scope: Scope, point: str) -> int:
    """How many numbers of the point were served to their end."""
    return _count(
        tx,
        sa.and_(tickets.c.point == point, tickets.c.state == str(TicketState.COMPLETED)),
    )
