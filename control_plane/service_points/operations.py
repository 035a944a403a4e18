"""How are places set up, and how do devices hear what they are meant to be?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from control_plane import outbox
from control_plane.database import Tx
from control_plane.errors import NOT_ALLOWED, NOT_FOUND, Refusal
from control_plane.security import audit
from control_plane.security.clearance import Clearance
from control_plane.security.scope import Role, Scope
from control_plane.service_points import queries
from control_plane.service_points.rules.days import Hours, local_day
from control_plane.service_points.rules.offers import canonical, catalogue, digest
from control_plane.service_points.seed import SeedAgency, SeedFile, SeedPoint, SeedSwitches
from control_plane.service_points.tables import (
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
from shared.identifiers import MessageId, new_uuid
from shared.languages import Language
from shared.topics import Down
from shared.twin import NO_TWIN, BoothPlan, TwinDesired

TWINS = Scope.system("twin")
# Older twins of a device are not sent any more once there is a newer one.
TWIN = "twin"
# Who may say what a service asks of its clerk, and what of a service is the agency's to say.
SETTERS = (Role.AGENCY_ADMIN, Role.OWNER, Role.ADMIN)
OF_THE_AGENCY = frozenset({"skill", "skill_level", "clearance", "priority"})


def import_seed(tx: Tx, seed: SeedFile, now: datetime) -> None:
    """Set up what the file names; what it does not name stays. Importing twice changes nothing."""
    scope = Scope.system("import")
    tx.lock(queries.SETTING_UP)
    for position, agency in enumerate(seed.agencies):
        _import_agency(tx, scope, agency, position)
    known = [agency.code for agency in queries.agencies_seen(tx, scope)]
    for position, point in enumerate(seed.points):
        _import_point(tx, scope, point, position, known)
    for code in queries.point_codes(tx, scope):
        refresh_twins(tx, code, now)
        tx.touch(f"point:{code}")


def refresh_twins(tx: Tx, point_code: str, now: datetime) -> None:
    """Tell the devices of a point what they are meant to be, where that has changed."""
    point = queries.point_of(tx, TWINS, point_code)
    if point is None:
        return
    for place in queries.devices_at(tx, TWINS, point_code):
        old = queries.twin_of(tx, TWINS, place.device)
        plan, text = _wanted(tx, point, place, now)
        if old is not None and old.content_sha256 == digest(plan.model_dump_json()):
            continue
        row = {"sha256": plan.catalogue_sha256, "body": text, "made_at": now}
        queries.upsert(tx, TWINS, catalogues, [row])
        _send_twin(tx, place.device, plan, 1 if old is None else old.version + 1, now)


def offer_twin(tx: Tx, device: str, now: datetime) -> None:
    """Send the twin once more: a device has started and may have forgotten what it was told."""
    place = queries.place_of(tx, TWINS, device)
    if place is None:
        return
    refresh_twins(tx, place.point, now)
    point = queries.point_of(tx, TWINS, place.point)
    twin = queries.twin_of(tx, TWINS, device)
    if point is not None and twin is not None:
        plan, _ = _wanted(tx, point, place, now)
        _send_twin(tx, device, plan, twin.version, now)


def twin_reported(tx: Tx, device: str, version: int, now: datetime) -> None:
    """The device says by which version it lives; one that has none is told again."""
    scope = Scope.of_device(device)
    queries.twin_reported(tx, scope, device=device, version=version, now=now)
    twin = queries.twin_of(tx, scope, device)
    if twin is not None and version >= twin.version:
        outbox.acknowledge(tx, MessageId(twin.message_id), device=device, now=now)
    elif version == NO_TWIN:
        offer_twin(tx, device, now)


def _wanted(
    tx: Tx, point: ServicePoint, place: queries.Place, now: datetime
) -> tuple[TwinDesired, str]:
    """The device's twin without its version, and the text of the catalogue that it names."""
    day = local_day(now, point.timezone)
    text = canonical(catalogue(queries.offers_at(tx, TWINS, point, day)))
    plan = TwinDesired(
        version=0,
        point=point.code,
        point_name=point.name,
        languages=tuple(Language(each) for each in point.languages),
        timezone=point.timezone,
        booths=tuple(
            BoothPlan(booth=room.code, name=room.name, direction=room.direction)
            for room in queries.booths_of(tx, TWINS, [point.code])
        ),
        booth=place.booth,
        catalogue_sha256=digest(text),
    )
    return plan, text


def _send_twin(tx: Tx, device: str, plan: TwinDesired, version: int, now: datetime) -> None:
    message = MessageId(new_uuid())
    row = {
        "device": device,
        "version": version,
        "content_sha256": digest(plan.model_dump_json()),
        "catalogue_sha256": plan.catalogue_sha256,
        "message_id": message,
    }
    queries.upsert(tx, TWINS, device_twins, [row])
    outbox.post(
        tx,
        device=device,
        channel=Down.TWIN,
        body=plan.model_copy(update={"version": version}),
        id=message,
        now=now,
        replaces=TWIN,
    )


def _import_agency(tx: Tx, scope: Scope, agency: SeedAgency, position: int) -> None:
    queries.upsert(
        tx,
        scope,
        agencies,
        [
            agency.model_dump(exclude={"services", "name", "about"})
            | {"name": agency.name, "about": agency.about, "position": position}
        ],
    )
    known = {each.code for each in queries.services_seen(tx, scope)}
    for place, service in enumerate(agency.services):
        stays = OF_THE_AGENCY - service.model_fields_set if service.code in known else set()
        row = service.model_dump(exclude={"name", "needs", *stays}) | {
            "name": service.name,
            "needs": service.needs,
            "agency": agency.code,
            "position": place,
            "offered": True,
        }
        queries.upsert(tx, scope, services, [row])


def set_needs(  # noqa: PLR0913 - who says what of which service, and when
    tx: Tx,
    scope: Scope,
    code: str,
    *,
    skill: str,
    skill_level: int,
    clearance: Clearance,
    priority: str,
    now: datetime,
) -> Service:
    """Say what a service asks of its clerk, and in which class its visitors wait."""
    found = queries.service_of(tx, scope, code)
    if found is None:
        raise Refusal(NOT_FOUND)
    if not scope.has(*SETTERS):
        raise Refusal(NOT_ALLOWED)
    needs = {
        "skill": skill,
        "skill_level": skill_level,
        "clearance": str(clearance),
        "priority": priority,
    }
    queries.change_service(tx, scope, code, needs)
    audit.record(
        tx,
        scope,
        "service.needs_set",
        subject=f"service:{code}",
        agency=found.agency,
        now=now,
        **needs,
    )
    return Service(**found.model_dump() | needs)


def _import_point(tx: Tx, scope: Scope, point: SeedPoint, position: int, known: list[str]) -> None:
    row: Mapping[str, Any] = {
        "code": point.code,
        "name": point.name,
        "municipality": point.municipality,
        "region": point.region,
        "timezone": point.timezone,
        "languages": tuple(point.languages),
        "hours": tuple(Hours(each.weekday, each.opens, each.closes) for each in point.hours),
        "training": point.training,
        "position": position,
    }
    queries.upsert(tx, scope, service_points, [row])
    queries.upsert(
        tx,
        scope,
        booths,
        [
            {
                "point": point.code,
                "code": booth.code,
                "name": booth.name,
                "direction": booth.direction,
                "closed": booth.closed,
            }
            for booth in point.booths
        ],
    )
    queries.upsert(
        tx,
        scope,
        device_places,
        [
            {"device": device.name, "point": point.code, "booth": device.booth}
            for device in point.devices
        ],
    )
    chosen = point.agencies
    if chosen is None:
        chosen = tuple(SeedSwitches(agency=code) for code in known)
    queries.upsert(
        tx,
        scope,
        switches,
        [
            each.model_dump() | {"point": point.code, "position": place}
            for place, each in enumerate(chosen)
        ],
    )
