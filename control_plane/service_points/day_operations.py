"""Who says at which hours an agency's queue is open and what its days are, and how is it kept?"""

from datetime import datetime

from control_plane.database import Tx
from control_plane.errors import CHANGED_MEANWHILE, NOT_ALLOWED, NOT_FOUND, Reason, Refusal
from control_plane.security import audit
from control_plane.security.scope import Scope
from control_plane.service_points import day_queries as days
from control_plane.service_points import queries as places
from control_plane.service_points.day_queries import Stored
from control_plane.service_points.operations import SETTERS
from control_plane.service_points.rules.days import DayChoices, HourChoices
from control_plane.service_points.tables import ServicePoint

NOT_SERVED_THERE = Reason("not_served_there", 422, "The agency does not serve at that point.")


def may_see(tx: Tx, scope: Scope, agency: str) -> None:
    """Refused for an agency that is not the asker's."""
    if not scope.sees(agency) or places.agency_of(tx, scope, agency) is None:
        raise Refusal(NOT_FOUND)


def served_point(tx: Tx, scope: Scope, agency: str, code: str) -> ServicePoint:
    """A point of the agency's own; refused for another one."""
    may_see(tx, scope, agency)
    point = places.point_of(tx, scope, code)
    if point is None or code not in places.points_served(tx, scope, agency):
        raise Refusal(NOT_SERVED_THERE)
    return point


def set_hours(  # noqa: PLR0913 - who sets what for whom, knowing which version
    tx: Tx, scope: Scope, agency: str, choices: HourChoices, *, instead_of: int, now: datetime
) -> Stored[HourChoices]:
    """Put further hours in force at once; the same again make no version."""
    may_see(tx, scope, agency)
    _may_set(scope)
    present = days.hours_of(tx, scope, agency)
    if present.choices == choices and present.version:
        return present
    made = Stored(choices, instead_of + 1)
    if present.version != instead_of or not days.put_hours(tx, scope, agency, made):
        raise Refusal(CHANGED_MEANWHILE, version=present.version)
    audit.record(
        tx,
        scope,
        "agency.hours_set",
        subject=f"agency:{agency}",
        agency=agency,
        now=now,
        version=made.version,
        hours=choices.model_dump(mode="json"),
    )
    return made


def set_days(  # noqa: PLR0913 - who sets what for whom and where, knowing which version
    tx: Tx,
    scope: Scope,
    agency: str,
    point: str,
    choices: DayChoices,
    *,
    instead_of: int,
    now: datetime,
) -> Stored[DayChoices]:
    """Put further days in force at once; the same again make no version."""
    served_point(tx, scope, agency, point)
    _may_set(scope)
    present = days.days_of(tx, scope, agency, point)
    if present.choices == choices and present.version:
        return present
    made = Stored(choices, instead_of + 1)
    if present.version != instead_of or not days.put_days(tx, scope, agency, point, made):
        raise Refusal(CHANGED_MEANWHILE, version=present.version)
    audit.record(
        tx,
        scope,
        "agency.days_set",
        subject=f"point:{point}",
        agency=agency,
        now=now,
        version=made.version,
        days=choices.model_dump(mode="json"),
    )
    return made


def _may_set(scope: Scope) -> None:
    if not scope.has(*SETTERS):
        raise Refusal(NOT_ALLOWED)
