"""Which statements read and write places and what is offered there?

Places, agencies and services hardly ever change and are looked at by nearly everything: a process
remembers them whole (`Tx.recall`), until the subject `setup` is touched.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Tx, insert_or
from control_plane.security.scope import Role, Scope
from control_plane.service_points.rules.offers import Offer, is_valid, serves
from control_plane.service_points.tables import (
    Agency,
    Booth,
    Service,
    ServicePoint,
    agencies,
    booths,
    catalogues,
    device_places,
    device_twins,
    service_points,
    services,
    switches,
)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device stands."""

    device: str
    point: str
    booth: str | None


# What stands where, who serves what: the subject that a change of it touches.
SETUP = "setup"
# Whoever changes that locks this name first.
SETTING_UP = "setting up"
REFERENCE = (agencies, services, service_points, booths, device_places, switches)


def upsert(tx: Tx, _scope: Scope, table: sa.Table, rows: Sequence[Row]) -> None:
    """Insert rows, or change those whose key is there."""
    if not rows:
        return
    statement = insert_or(tx.dialect, table)
    keys = [column.name for column in table.primary_key]
    changed = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if column.name not in keys and column.name in rows[0]
    }
    tx.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=changed),
        [dict(row) for row in rows],
    )
    if table in REFERENCE:
        tx.touch(SETUP)


def place_of(tx: Tx, _scope: Scope, device: str) -> Place | None:
    """Where does the device stand?"""
    return _places(tx).get(device)


def device_of(tx: Tx, scope: Scope, *, point: str, booth: str) -> str | None:
    """Which device owns the booth's screens and peripherals? The first by name."""
    here = (each.device for each in devices_at(tx, scope, point) if each.booth == booth)
    return next(here, None)


def devices_at(tx: Tx, _scope: Scope, point: str) -> list[Place]:
    """The devices of a point, by name."""
    return _places_at(tx).get(point, [])


def point_codes(tx: Tx, _scope: Scope) -> list[str]:
    """Every point's code."""
    return sorted(_points(tx))


def point_of(tx: Tx, _scope: Scope, code: str) -> ServicePoint | None:
    """One point; places are shared by all agencies."""
    return _points(tx).get(code)


def points_of_agency(tx: Tx, scope: Scope, *, only: str = "") -> list[ServicePoint]:
    """The points that the asker's agency serves; every point for those who run them all.

    ``only`` asks for one of them.
    """
    if scope.over_agencies or scope.has(Role.OPERATOR, Role.ADVISER):
        seen = frozenset(_points(tx))
    else:
        seen = frozenset(each.point for each in _switches(tx) if scope.sees(each.agency))
    return [
        point for code, point in _points(tx).items() if code in seen and (not only or code == only)
    ]


def booths_of(tx: Tx, _scope: Scope, points: Iterable[str]) -> list[Booth]:
    """The booths of these points, by code."""
    here = _booths(tx)
    return [each for point in sorted(frozenset(points)) for each in here.get(point, ())]


def agency_of(tx: Tx, _scope: Scope, code: str) -> Agency | None:
    """One agency; that it exists is no secret."""
    return _agencies(tx).get(code)


def agencies_seen(tx: Tx, _scope: Scope) -> list[Agency]:
    """Every agency: reference data, in the order of screens."""
    return list(_agencies(tx).values())


def services_seen(tx: Tx, scope: Scope) -> list[Service]:
    """The services of the asker's agency, or all for those over agencies."""
    return [each for each in _services(tx) if scope.sees(each.agency)]


def service_of(tx: Tx, scope: Scope, code: str) -> Service | None:
    """One service that the asker may see."""
    return next((each for each in services_seen(tx, scope) if each.code == code), None)


def change_service(tx: Tx, scope: Scope, code: str, values: Row) -> None:
    """Change what is said of a service."""
    tx.execute(
        sa.update(services)
        .where(services.c.code == code, scope.only(services.c.agency))
        .values(**values)
    )
    tx.touch(SETUP)


_OFFERS = (
    sa.select(
        agencies.c.code.label("agency"),
        agencies.c.name.label("agency_name"),
        agencies.c.about,
        agencies.c.valid_from,
        agencies.c.valid_to,
        agencies.c.service_area,
        services.c.code.label("service"),
        services.c.name.label("service_name"),
        services.c.minutes,
        services.c.needs,
        services.c.needs_print,
    )
    .join(services, services.c.agency == agencies.c.code)
    .join(switches, switches.c.agency == agencies.c.code)
    .where(switches.c.point == sa.bindparam("there"), switches.c.queue, services.c.offered)
    .order_by(switches.c.position, agencies.c.code, services.c.position, services.c.code)
)


def offers_at(tx: Tx, _scope: Scope, point: ServicePoint, day: date) -> list[Offer]:
    """What the point's screens may offer for queue visits on ``day``, in order."""
    rows = tx.recall(
        SETUP, ("offers", point.code), lambda: tx.execute(_OFFERS, {"there": point.code}).all()
    )
    return [
        Offer(
            agency=row.agency,
            agency_name=row.agency_name,
            about=row.about,
            service=row.service,
            service_name=row.service_name,
            minutes=row.minutes,
            needs=row.needs,
            needs_print=row.needs_print,
        )
        for row in rows
        if is_valid(day, row.valid_from, row.valid_to)
        and serves(row.service_area, point.municipality)
    ]


@dataclass(frozen=True, slots=True)
class Twin:
    """What a device was last told to be."""

    version: int
    content_sha256: str
    message_id: UUID
    reported_version: int | None


def twin_of(tx: Tx, _scope: Scope, device: str) -> Twin | None:
    """The device's desired twin, if one was made."""
    row = tx.execute(sa.select(device_twins).where(device_twins.c.device == device)).one_or_none()
    if row is None:
        return None
    return Twin(row.version, row.content_sha256, row.message_id, row.reported_version)


def twin_reported(tx: Tx, _scope: Scope, *, device: str, version: int, now: datetime) -> None:
    """Keep the version that the device says it lives by."""
    tx.execute(
        sa.update(device_twins)
        .where(device_twins.c.device == device)
        .values(reported_version=version, reported_at=now)
    )


def catalogue_text(tx: Tx, _scope: Scope, sha256: str) -> str | None:
    """The canonical JSON of a catalogue by its digest."""
    found: str | None = tx.execute(
        sa.select(catalogues.c.body).where(catalogues.c.sha256 == sha256)
    ).scalar()
    return found


def points_served(tx: Tx, _scope: Scope, agency: str) -> list[str]:
    """The codes of the points that an agency serves, by switch."""
    return sorted(each.point for each in _switches(tx) if each.agency == agency)


def queue_points(tx: Tx, _scope: Scope, agency: str) -> frozenset[str]:
    """The points at which an agency takes queue visits, all within its service area."""
    here, points = _agencies(tx).get(agency), _points(tx)
    area = () if here is None else here.service_area
    return frozenset(
        each.point
        for each in _switches(tx)
        if each.agency == agency and each.queue and serves(area, points[each.point].municipality)
    )


def prints_at(tx: Tx, _scope: Scope, *, agency: str, point: str) -> bool:
    """Has the agency switched printing on at the point?"""
    return any(each.print for each in _switches(tx) if (each.agency, each.point) == (agency, point))


# --- what is remembered whole ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Switch:
    """That an agency serves a point, whether it takes queue visits there, and whether it prints."""

    agency: str
    point: str
    queue: bool
    print: bool


def _places(tx: Tx) -> Mapping[str, Place]:
    def read() -> dict[str, Place]:
        rows = tx.execute(sa.select(device_places).order_by(device_places.c.device))
        return {row.device: Place(row.device, row.point, row.booth) for row in rows}

    return tx.recall(SETUP, "places", read)


def _places_at(tx: Tx) -> Mapping[str, list[Place]]:
    def read() -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = defaultdict(list)
        for each in _places(tx).values():
            found[each.point].append(each)
        return dict(found)

    return tx.recall(SETUP, "places at", read)


def _points(tx: Tx) -> Mapping[str, ServicePoint]:
    def read() -> dict[str, ServicePoint]:
        order = (service_points.c.position, service_points.c.code)
        rows = tx.execute(sa.select(service_points).order_by(*order)).mappings()
        return {row["code"]: ServicePoint(**row) for row in rows}

    return tx.recall(SETUP, "points", read)


def _booths(tx: Tx) -> Mapping[str, Sequence[Booth]]:
    def read() -> dict[str, list[Booth]]:
        found: dict[str, list[Booth]] = defaultdict(list)
        for row in tx.execute(sa.select(booths).order_by(booths.c.code)).mappings():
            found[row["point"]].append(Booth(**row))
        return dict(found)

    return tx.recall(SETUP, "booths", read)


def _agencies(tx: Tx) -> Mapping[str, Agency]:
    def read() -> dict[str, Agency]:
        order = (agencies.c.position, agencies.c.code)
        rows = tx.execute(sa.select(agencies).order_by(*order)).mappings()
        return {row["code"]: Agency(**row) for row in rows}

    return tx.recall(SETUP, "agencies", read)


def _services(tx: Tx) -> Sequence[Service]:
    def read() -> list[Service]:
        order = (services.c.agency, services.c.position, services.c.code)
        rows = tx.execute(sa.select(services).order_by(*order)).mappings()
        return [Service(**row) for row in rows]

    return tx.recall(SETUP, "services", read)


def _switches(tx: Tx) -> Sequence[_Switch]:
    def read() -> list[_Switch]:
        columns = (switches.c.agency, switches.c.point, switches.c.queue, switches.c.print)
        rows = tx.execute(sa.select(*columns))
        return [_Switch(row.agency, row.point, row.queue, row.print) for row in rows]

    return tx.recall(SETUP, "switches", read)
