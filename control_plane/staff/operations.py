"""How are clerks set up by those who may?"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from control_plane.database import Tx
from control_plane.errors import NOT_ALLOWED, Refusal
from control_plane.security import accounts, audit
from control_plane.security.accounts import Account, AccountChange, NewAccount, StaffId
from control_plane.security.clearance import Clearance
from control_plane.security.scope import Role, Scope
from control_plane.staff import queries
from control_plane.staff.queries import Abilities
from control_plane.staff.rules import skills_text
from shared.identifiers import AgencyCode

# What an agency's main user may give to the agency's own people.
OF_AN_AGENCY = frozenset({Role.CLERK, Role.AGENCY_ADMIN})


@dataclass(frozen=True, slots=True)
class StaffMember:
    """An account with what its clerk can do."""

    account: Account
    abilities: Abilities = field(default_factory=Abilities)


def listed(tx: Tx, scope: Scope) -> list[StaffMember]:
    """Everybody whom the asker may see."""
    known = queries.abilities(tx, scope)
    return [
        StaffMember(account, known.get(account.id, Abilities()))
        for account in accounts.listed(tx, scope)
    ]


def add(  # noqa: PLR0913 - an account, its password and what its clerk can do
    tx: Tx,
    scope: Scope,
    new: NewAccount,
    *,
    password_hash: str,
    abilities: Abilities,
    now: datetime,
) -> StaffMember:
    """Make an account; an agency's main user makes those of the own agency only."""
    _may_give(scope, new.roles, new.agency)
    account = accounts.add(tx, scope, new, password_hash, now)
    return _with(tx, scope, account, abilities, now)


def change(  # noqa: PLR0913 - who changes whom, and what about them
    tx: Tx,
    scope: Scope,
    identity: StaffId,
    wanted: AccountChange,
    *,
    password_hash: str | None,
    skills: Iterable[tuple[str, int]] | None,
    clearance: Clearance | None,
    now: datetime,
) -> StaffMember:
    """Change an account that the asker may change."""
    before = accounts.find(tx, scope, identity)
    _may_give(scope, before.roles, before.agency)
    if wanted.roles is not None:
        _may_give(scope, wanted.roles, before.agency)
    account = accounts.change(tx, scope, identity, wanted, now)
    if password_hash is not None:
        accounts.set_password(tx, scope, identity, password_hash, now)
    known = queries.abilities(tx, scope).get(identity, Abilities())
    if skills is None and clearance is None:
        return StaffMember(account, known)
    wished = Abilities(
        known.skills if skills is None else frozenset(skills),
        known.clearance if clearance is None else clearance,
    )
    return _with(tx, scope, account, wished, now)


def _may_give(scope: Scope, roles: frozenset[Role], agency: AgencyCode | None) -> None:
    if scope.has(Role.ADMIN):
        return
    if agency is None or agency != scope.agency or not roles <= OF_AN_AGENCY:
        raise Refusal(NOT_ALLOWED)


def _with(tx: Tx, scope: Scope, account: Account, wanted: Abilities, now: datetime) -> StaffMember:
    if account.agency is None:
        return StaffMember(account)
    queries.enrol(tx, scope, staff_id=account.id, agency=account.agency, now=now)
    if queries.abilities(tx, scope).get(account.id) != wanted:
        queries.set_abilities(tx, scope, account.id, wanted)
        audit.record(
            tx,
            scope,
            "staff.abilities_set",
            subject=f"account:{account.id}",
            agency=account.agency,
            now=now,
            skills=skills_text(wanted.skills),
            clearance=str(wanted.clearance),
        )
    return StaffMember(account, wanted)
