"""How are clerks set up by those who may?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from control_plane.database import Tx
from control_plane.errors import NOT_ALLOWED, Refusal
from control_plane.security import accounts
from control_plane.security.accounts import Account, AccountChange, NewAccount, StaffId
from control_plane.security.scope import Role, Scope
from control_plane.staff import queries
from shared.identifiers import AgencyCode

# What an agency's main user may give to the agency's own people.
OF_AN_AGENCY = frozenset({Role.CLERK, Role.AGENCY_ADMIN})


@dataclass(frozen=True, slots=True)
class StaffMember:
    """An account with the skills of its clerk."""

    account: Account
    skills: tuple[str, ...]


def listed(tx: Tx, scope: Scope) -> list[StaffMember]:
    """Everybody whom the asker may see."""
    skills = queries.skills_of(tx, scope)
    return [
        StaffMember(account, skills.get(account.id, ())) for account in accounts.listed(tx, scope)
    ]


def add(  # noqa: PLR0913 - an account, its password and its skills
    tx: Tx,
    scope: Scope,
    new: NewAccount,
    *,
    password_hash: str,
    skills: Iterable[str],
    now: datetime,
) -> StaffMember:
    """Make an account; an agency's main user makes those of the own agency only."""
    _may_give(scope, new.roles, new.agency)
    account = accounts.add(tx, scope, new, password_hash, now)
    return _with_skills(tx, scope, account, tuple(skills), now)


def change(  # noqa: PLR0913 - who changes whom, and what about them
    tx: Tx,
    scope: Scope,
    identity: StaffId,
    wanted: AccountChange,
    *,
    password_hash: str | None,
    skills: Iterable[str] | None,
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
    if skills is None:
        return StaffMember(account, queries.skills_of(tx, scope).get(identity, ()))
    return _with_skills(tx, scope, account, tuple(skills), now)


def _may_give(scope: Scope, roles: frozenset[Role], agency: AgencyCode | None) -> None:
    if scope.has(Role.ADMIN):
        return
    if agency is None or agency != scope.agency or not roles <= OF_AN_AGENCY:
        raise Refusal(NOT_ALLOWED)


def _with_skills(
    tx: Tx, scope: Scope, account: Account, skills: tuple[str, ...], now: datetime
) -> StaffMember:
    if account.agency is not None:
        queries.enrol(tx, scope, staff_id=account.id, agency=account.agency, now=now)
        queries.set_skills(tx, scope, account.id, skills)
    return StaffMember(account, skills if account.agency is not None else ())
