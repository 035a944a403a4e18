"""Who could serve a matter? Asked before a visitor is told to stay, and for a colleague's help."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from control_plane.database import Tx
from control_plane.routing.operations import policy_of
from control_plane.routing.rules.eligibility import profile_reasons
from control_plane.service_points import queries as places
from control_plane.staff import queries as staff
from control_plane.staff.queries import Clerk
from control_plane.staff.rules import ClerkState
from control_plane.visits.operations.matching import as_profile, asked_by
from control_plane.visits.operations.steps import JOURNEY
from shared.identifiers import AgencyCode
from shared.languages import Language


def who_is_able(  # noqa: PLR0913 - whose matter, since when, and which clerks count
    tx: Tx,
    service: str,
    *,
    agency: str,
    language: Language,
    waited: timedelta,
    states: Collection[ClerkState],
    besides: UUID,
) -> list[Clerk]:
    """Which clerks, in one of ``states`` and about to stay, could serve the matter?"""
    services = {each.code: each for each in places.services_seen(tx, JOURNEY)}
    need = asked_by(services.get(service), agency=agency, language=language)
    policy = policy_of(tx, JOURNEY, AgencyCode(agency)).policy
    return [
        each
        for each in staff.on_watch(tx, JOURNEY)
        if each.agency == agency
        and each.id != besides
        and each.state in states
        and not each.leaving
        and not each.last_one
        and not profile_reasons(need, as_profile(each), waited, policy)
    ]
