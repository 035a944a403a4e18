"""What has an agency chosen for its queue, and who may choose?"""

from datetime import datetime

from control_plane.database import Tx
from control_plane.errors import CHANGED_MEANWHILE, NOT_ALLOWED, NOT_FOUND, Refusal
from control_plane.routing import queries
from control_plane.routing.queries import StoredPolicy
from control_plane.routing.rules.choices import Choices
from control_plane.security import audit
from control_plane.security.scope import Role, Scope
from control_plane.service_points import queries as places
from shared.identifiers import AgencyCode

CHOOSERS = (Role.AGENCY_ADMIN, Role.OWNER, Role.ADMIN)


# The subject that every change of any agency's choices touches.
POLICIES = "policies"


def policy_of(tx: Tx, scope: Scope, agency: AgencyCode) -> StoredPolicy:
    """What is in force for an agency; the defaults if it has chosen nothing. Remembered."""
    key = (agency, scope.sees(agency))
    return tx.recall(POLICIES, key, lambda: _newest(tx, scope, agency))


def policies(tx: Tx, scope: Scope) -> list[StoredPolicy]:
    """What is in force for every agency that the asker may see."""
    chosen = queries.newest(tx, scope)
    return [
        chosen.get(agency.code) or StoredPolicy(agency.code)
        for agency in places.agencies_seen(tx, scope)
        if scope.sees(agency.code)
    ]


def history(tx: Tx, scope: Scope, agency: AgencyCode) -> list[StoredPolicy]:
    """Everything that an agency has chosen, newest first."""
    _seen(tx, scope, agency)
    return queries.versions(tx, scope, agency)


def choose(  # noqa: PLR0913 - who chooses what, for whom, knowing which version
    tx: Tx,
    scope: Scope,
    agency: AgencyCode,
    choices: Choices,
    *,
    instead_of: int,
    now: datetime,
) -> StoredPolicy:
    """Put further choices in force; refused when they were made without knowing the present ones.

    The same choices again make no version.
    """
    _seen(tx, scope, agency)
    if not scope.has(*CHOOSERS):
        raise Refusal(NOT_ALLOWED)
    present = _newest(tx, scope, agency)
    if present.choices == choices and present.version:
        return present
    made = StoredPolicy(agency, choices, instead_of + 1, now, scope.name)
    if present.version != instead_of or not queries.add(tx, scope, made):
        raise Refusal(CHANGED_MEANWHILE, version=present.version)
    audit.record(
        tx,
        scope,
        "routing.policy_chosen",
        subject=f"agency:{agency}",
        agency=agency,
        now=now,
        version=made.version,
        changed=_changed(present.choices, choices),
    )
    tx.touch(f"policy:{agency}")
    tx.touch(POLICIES)
    return made


def _newest(tx: Tx, scope: Scope, agency: AgencyCode) -> StoredPolicy:
    found = queries.versions(tx, scope, agency, limit=1)
    return found[0] if found else StoredPolicy(agency)


def _seen(tx: Tx, scope: Scope, agency: AgencyCode) -> None:
    if not scope.sees(agency) or places.agency_of(tx, scope, agency) is None:
        raise Refusal(NOT_FOUND)


def _changed(before: Choices, after: Choices) -> dict[str, object]:
    """What each changed choice is now."""
    was, is_now = before.model_dump(mode="json"), after.model_dump(mode="json")
    return {name: value for name, value in is_now.items() if value != was[name]}
