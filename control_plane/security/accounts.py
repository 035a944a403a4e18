"""Which accounts are there, and what may each do?

`staff` builds skills, duty and the administration's routes on top of these rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, NewType, Self
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, model_validator

from control_plane import facts
from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Reason, Refusal
from control_plane.security import audit
from control_plane.security.scope import Asker, Role, Scope
from control_plane.security.tables import account, password_link, second_factor, session
from shared.identifiers import AgencyCode, new_uuid
from shared.languages import Language

StaffId = NewType("StaffId", UUID)

USERNAME_TAKEN = Reason("username_taken", 409, "There is an account of that name.")
WEAK_PASSWORD = Reason("weak_password", 422, "A password has 12 to 200 characters.")
NO_AGENCY = Reason(
    "no_agency", 422, "A clerk, a supervisor and an agency's main user belong to an agency."
)
ENDED = Reason("account_ended", 409, "The account has ended for good.")

# Stored where no password was set: nothing opens it.
NO_PASSWORD = ""

# A page that is open is noted at least this often (`sessions.NOTED`, and the socket's own look).
IN_USE = timedelta(minutes=2)

OF_AN_AGENCY = frozenset({Role.CLERK, Role.SUPERVISOR, Role.AGENCY_ADMIN})


class SignedOut(facts.Fact):
    """An account's last session in use has ended: nobody of that name is here any more."""

    kind: ClassVar[str] = "account.signed_out"
    account: StaffId

    @property
    def subject(self) -> str:
        """The account."""
        return subject(self.account)


Username = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._@-]{1,63}$")]
Roles = Annotated[frozenset[Role], Field(min_length=1)]
Languages = Annotated[tuple[Language, ...], Field(min_length=1, max_length=len(Language))]


class NewAccount(BaseModel):
    """What is needed to make an account."""

    model_config = ConfigDict(frozen=True)

    username: Username
    display_name: Annotated[str, Field(min_length=1, max_length=100)]
    alias: Annotated[str, Field(min_length=1, max_length=64)]
    roles: Roles
    agency: AgencyCode | None = None
    language: Language = Language.FINNISH
    languages: Languages = (Language.FINNISH,)

    @model_validator(mode="after")
    def _of_an_agency(self) -> Self:
        if self.agency is None and self.roles & OF_AN_AGENCY:
            raise ValueError("a clerk, a supervisor and an agency's main user belong to an agency")
        return self


@dataclass(frozen=True, slots=True)
class Account:
    """A stored account, without its password."""

    id: StaffId
    username: str
    display_name: str
    alias: str
    roles: frozenset[Role]
    agency: AgencyCode | None
    language: Language
    languages: tuple[Language, ...]
    disabled: bool
    has_password: bool
    has_factor: bool  # the second one
    signed_in_at: datetime | None
    ended_at: datetime | None

    @property
    def scope(self) -> Scope:
        """What this account may see."""
        return Scope(Asker.STAFF, str(self.id), self.roles, self.agency)


# Everything but the password's hash.
COLUMNS: tuple[sa.ColumnElement[Any], ...] = (
    *(column for column in account.c if column.name != "password_hash"),
    (account.c.password_hash != NO_PASSWORD).label("has_password"),
    sa.exists()
    .where(second_factor.c.account_id == account.c.id, second_factor.c.confirmed_at.is_not(None))
    .label("has_factor"),
)


def subject(identity: StaffId) -> str:
    """What the account's browsers watch: roles changed, disabled, signed out."""
    return f"account:{identity}"


def add(tx: Tx, scope: Scope, new: NewAccount, password_hash: str, now: datetime) -> Account:
    """Make an account; refused when the name is taken."""
    tx.lock("accounts")
    taken = tx.execute(sa.select(account.c.id).where(account.c.username == new.username)).first()
    if taken is not None:
        raise Refusal(USERNAME_TAKEN)
    identity = StaffId(new_uuid())
    tx.execute(
        sa.insert(account),
        {
            "id": identity,
            "username": new.username,
            "password_hash": password_hash,
            "display_name": new.display_name,
            "alias": new.alias,
            "roles": _words(new.roles),
            "agency": new.agency,
            "language": str(new.language),
            "languages": " ".join(new.languages),
            "disabled": False,
            "created_at": now,
        },
    )
    audit.record(
        tx,
        scope,
        "account.added",
        subject=subject(identity),
        now=now,
        agency=new.agency,
        roles=_words(new.roles),
    )
    return find(tx, scope, identity)


def find(tx: Tx, scope: Scope, identity: StaffId) -> Account:
    """One account that the scope may see."""
    own = str(identity) == scope.name
    row = tx.execute(
        sa.select(*COLUMNS).where(
            account.c.id == identity, sa.true() if own else scope.only(account.c.agency)
        )
    ).one_or_none()
    if row is None:
        raise Refusal(NOT_FOUND)
    return read(row)


def listed(tx: Tx, scope: Scope) -> list[Account]:
    """The accounts that the scope may see, by name."""
    rows = tx.execute(
        sa.select(*COLUMNS).where(scope.only(account.c.agency)).order_by(account.c.username)
    )
    return [read(row) for row in rows]


def main_users(tx: Tx, _scope: Scope, agency: AgencyCode) -> frozenset[StaffId]:
    """The agency's main users who may sign in; nobody else makes or unmakes one until the end."""
    tx.lock(f"people:{agency}")
    rows = tx.execute(
        sa.select(account.c.id, account.c.roles).where(
            account.c.agency == agency, account.c.disabled.is_(False)
        )
    )
    return frozenset(StaffId(row.id) for row in rows if Role.AGENCY_ADMIN in row.roles.split())


class AccountChange(BaseModel):
    """What is to be different; what is None stays."""

    model_config = ConfigDict(frozen=True)

    display_name: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    alias: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    roles: Roles | None = None
    language: Language | None = None
    languages: Languages | None = None
    disabled: bool | None = None


def change(
    tx: Tx,
    scope: Scope,
    identity: StaffId,
    wanted: AccountChange,
    now: datetime,
) -> Account:
    """Change an account; disabling it, or taking the desk from it, ends its sessions at once."""
    before = find(tx, scope, identity)
    if before.ended_at is not None:
        raise Refusal(ENDED)
    if before.agency is None and wanted.roles is not None and wanted.roles & OF_AN_AGENCY:
        raise Refusal(NO_AGENCY)
    values: dict[str, Any] = wanted.model_dump(exclude_none=True)
    if wanted.roles is not None:
        values["roles"] = _words(wanted.roles)
    if wanted.languages is not None:
        values["languages"] = " ".join(wanted.languages)
    if values:
        tx.execute(sa.update(account).where(account.c.id == identity).values(**values))
    roles = before.roles if wanted.roles is None else wanted.roles
    if wanted.disabled or Role.CLERK in before.roles - roles:
        # A clerk's sessions keep the clerk on duty: without them the queue gives nobody more.
        close_sessions(tx, identity, now)
    tx.touch(subject(identity))
    audit.record(
        tx,
        scope,
        "account.changed",
        subject=subject(identity),
        now=now,
        agency=before.agency,
        fields=sorted(values),
        **({} if wanted.roles is None else {"roles": values["roles"]}),
        **({} if wanted.disabled is None else {"disabled": wanted.disabled}),
    )
    return find(tx, scope, identity)


def end(tx: Tx, scope: Scope, identity: StaffId, now: datetime) -> Account:
    """End an account for good: no password, no session, and no other person under its username."""
    found = find(tx, scope, identity)
    if found.ended_at is not None:
        return found
    tx.execute(
        sa.update(account)
        .where(account.c.id == identity)
        .values(disabled=True, ended_at=now, password_hash=NO_PASSWORD)
    )
    tx.execute(sa.delete(password_link).where(password_link.c.account_id == identity))
    close_sessions(tx, identity, now)
    tx.touch(subject(identity))
    audit.record(
        tx, scope, "account.ended", subject=subject(identity), now=now, agency=found.agency
    )
    return find(tx, scope, identity)


def set_password(
    tx: Tx, scope: Scope, identity: StaffId, password_hash: str, now: datetime
) -> None:
    """Give an account a new password; its sessions end."""
    found = find(tx, scope, identity)
    tx.execute(
        sa.update(account).where(account.c.id == identity).values(password_hash=password_hash)
    )
    close_sessions(tx, identity, now)
    tx.touch(subject(identity))
    audit.record(
        tx,
        scope,
        "account.password_set",
        subject=subject(identity),
        now=now,
        agency=found.agency,
    )


def close_sessions(tx: Tx, identity: StaffId, now: datetime, *, token_hash: str = "") -> None:
    """End every session of the account, or this one of them, and tell its browsers.

    Whoever left with the last session that was in use has gone; one that a browser forgot
    without signing out keeps nobody here.
    """
    ended = sa.delete(session).where(session.c.account_id == identity)
    if token_hash:
        ended = ended.where(session.c.token_hash == token_hash)
    if not tx.execute(ended).rowcount:
        return
    tx.touch(subject(identity))
    elsewhere = sa.select(session.c.token_hash).where(
        session.c.account_id == identity,
        session.c.expires_at > now,
        session.c.seen_at > now - IN_USE,
    )
    if tx.execute(elsewhere).first() is None:
        facts.record(tx, SignedOut(account=identity), now=now)


def read(row: sa.Row[Any]) -> Account:
    """A row of `COLUMNS` as an account."""
    return Account(
        id=StaffId(row.id),
        username=row.username,
        display_name=row.display_name,
        alias=row.alias,
        roles=frozenset(Role(word) for word in row.roles.split()),
        agency=row.agency,
        language=Language(row.language),
        languages=tuple(Language(word) for word in row.languages.split()),
        disabled=row.disabled,
        has_password=row.has_password,
        has_factor=row.has_factor,
        signed_in_at=row.signed_in_at,
        ended_at=row.ended_at,
    )


def _words(roles: Iterable[Role]) -> str:
    return " ".join(sorted(roles))
