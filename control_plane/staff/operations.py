"""How are people set up by those who may?"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from control_plane.database import Tx
from control_plane.errors import NOT_ALLOWED, Reason, Refusal
from control_plane.security import accounts, audit, password_links, second_factor
from control_plane.security.accounts import (
    NO_AGENCY,
    NO_PASSWORD,
    Account,
    AccountChange,
    NewAccount,
    StaffId,
)
from control_plane.security.clearance import Clearance
from control_plane.security.password_links import PasswordLink
from control_plane.security.scope import Role, Scope
from control_plane.staff import queries
from control_plane.staff.people_rules import may_give, may_reach
from control_plane.staff.queries import Abilities
from control_plane.staff.rules import skills_text
from shared.identifiers import AgencyCode

ROLE_NOT_YOURS = Reason(
    "role_not_yours", 403, "You may not give that role, nor change who has it; see role."
)
OWN_ACCOUNT = Reason(
    "own_account",
    409,
    "Nobody changes the own roles or clearance, or suspends or ends the own account.",
)
LAST_MAIN_USER = Reason("last_main_user", 409, "It is the agency's last main user.")


@dataclass(frozen=True, slots=True)
class StaffMember:
    """An account with what its clerk can do."""

    account: Account
    abilities: Abilities = field(default_factory=Abilities)
    link_until: datetime | None = None  # a link to set a password waits for the person


def listed(tx: Tx, scope: Scope, now: datetime) -> list[StaffMember]:
    """Everybody whom the asker may see."""
    known = queries.abilities(tx, scope)
    links = password_links.open_until(tx, scope, now)
    return [
        StaffMember(account, known.get(account.id, Abilities()), links.get(account.id))
        for account in accounts.listed(tx, scope)
    ]


def add(
    tx: Tx,
    scope: Scope,
    new: NewAccount,
    *,
    abilities: Abilities,
    now: datetime,
) -> StaffMember:
    """Make an account without a password, which its person sets by a link."""
    _may_set_up(scope, new.roles, new.agency)
    account = accounts.add(tx, scope, new, NO_PASSWORD, now)
    return _with(tx, scope, account, abilities, now)


def change(  # noqa: PLR0913 - who changes whom, and what about them
    tx: Tx,
    scope: Scope,
    identity: StaffId,
    wanted: AccountChange,
    *,
    skills: Iterable[tuple[str, int]] | None,
    clearance: Clearance | None,
    now: datetime,
) -> StaffMember:
    """Change an account that the asker may change."""
    before = _reached(tx, scope, identity)
    known = queries.abilities_of(tx, scope, identity)
    wished = Abilities(
        known.skills if skills is None else frozenset(skills),
        known.clearance if clearance is None else clearance,
    )
    roles = before.roles if wanted.roles is None else wanted.roles
    _may_set_up(scope, roles, before.agency)
    disabled = before.disabled if wanted.disabled is None else wanted.disabled
    own = str(identity) == scope.name
    if own and (roles != before.roles or disabled or wished.clearance is not known.clearance):
        raise Refusal(OWN_ACCOUNT)
    if disabled or Role.AGENCY_ADMIN not in roles:
        _leave_one(tx, scope, before)
    account = accounts.change(tx, scope, identity, wanted, now)
    return _with(tx, scope, account, wished, now)


def end(tx: Tx, scope: Scope, identity: StaffId, now: datetime) -> StaffMember:
    """End an account for good; a repeat changes nothing."""
    before = _reached(tx, scope, identity)
    if str(identity) == scope.name:
        raise Refusal(OWN_ACCOUNT)
    _leave_one(tx, scope, before)
    account = accounts.end(tx, scope, identity, now)
    return StaffMember(account, queries.abilities_of(tx, scope, identity))


def make_password_link(tx: Tx, scope: Scope, identity: StaffId, now: datetime) -> PasswordLink:
    """A link by which a person sets a password, the first one or a new one."""
    _reached(tx, scope, identity)
    return password_links.make(tx, scope, identity, now)


def reset_second_factor(tx: Tx, scope: Scope, identity: StaffId, now: datetime) -> None:
    """Take away a second factor that was lost; whoever needs one begins anew."""
    found = _reached(tx, scope, identity)
    if str(identity) == scope.name:
        raise Refusal(OWN_ACCOUNT)
    second_factor.reset(tx, scope, identity, agency=found.agency, now=now)


def export(tx: Tx, scope: Scope, now: datetime) -> list[StaffMember]:
    """Everybody for a sheet, which leaves the house: it stands in the log."""
    found = [each for each in listed(tx, scope, now) if each.account.ended_at is None]
    audit.record(tx, scope, "staff.exported", subject="staff", now=now, count=len(found))
    return found


def _reached(tx: Tx, scope: Scope, identity: StaffId) -> Account:
    """An account that the asker may set up, as it is."""
    found = accounts.find(tx, scope, identity)
    _may_set_up(scope, found.roles, found.agency)
    return found


def _may_set_up(scope: Scope, roles: frozenset[Role], agency: AgencyCode | None) -> None:
    if not may_reach(scope, agency):
        raise Refusal(NOT_ALLOWED)
    for role in sorted(roles):
        if not may_give(scope, role):
            raise Refusal(ROLE_NOT_YOURS, role=str(role))


def _leave_one(tx: Tx, scope: Scope, leaves: Account) -> None:
    """An agency keeps a main user: without one nobody sets its people up."""
    if leaves.agency is None or Role.AGENCY_ADMIN not in leaves.roles or leaves.disabled:
        return
    if not accounts.main_users(tx, scope, leaves.agency) - {leaves.id}:
        raise Refusal(LAST_MAIN_USER)


def _with(tx: Tx, scope: Scope, account: Account, wanted: Abilities, now: datetime) -> StaffMember:
    link = password_links.open_until(tx, scope, now, of=account.id).get(account.id)
    if account.agency is None:
        if wanted != Abilities():
            raise Refusal(NO_AGENCY)
        return StaffMember(account, link_until=link)
    queries.enrol(tx, scope, staff_id=account.id, agency=account.agency, now=now)
    if queries.abilities_of(tx, scope, account.id) != wanted:
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
    return StaffMember(account, wanted, link)
