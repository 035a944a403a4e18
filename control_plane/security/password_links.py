"""How does a person set an own password? By a link that somebody who may made, once, in 72 hours.

The link's secret stands in the part of the address that a browser sends to nobody; here only its
digest is kept. A new link makes the one before it worthless, and so does the end of the account.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from control_plane.database import Tx
from control_plane.errors import Reason, Refusal
from control_plane.security import accounts, audit
from control_plane.security.accounts import ENDED, Account, StaffId, subject
from control_plane.security.scope import Scope
from control_plane.security.sessions import digest
from control_plane.security.tables import account, password_link

LIFE = timedelta(hours=72)
LINK_GONE = Reason(
    "password_link_gone", 404, "The link was used, has lapsed, or was replaced by a newer one."
)

_LINK = Scope.system("password-link")


@dataclass(frozen=True, slots=True)
class PasswordLink:
    """A link as it is shown once."""

    token: str
    expires_at: datetime


def make(tx: Tx, scope: Scope, identity: StaffId, now: datetime) -> PasswordLink:
    """Make a link for the account; whoever asks has been found to be allowed to."""
    found = accounts.find(tx, scope, identity)
    if found.ended_at is not None:
        raise Refusal(ENDED)
    link = PasswordLink(secrets.token_urlsafe(32), now + LIFE)
    void(tx, identity)
    tx.execute(
        sa.insert(password_link),
        {
            "account_id": identity,
            "token_hash": digest(link.token),
            "made_at": now,
            "expires_at": link.expires_at,
        },
    )
    tx.touch(subject(identity))
    audit.record(
        tx,
        scope,
        "account.password_link_made",
        subject=subject(identity),
        now=now,
        agency=found.agency,
    )
    return link


def look(tx: Tx, token: str, now: datetime) -> Account:
    """Whose password the link would set."""
    row = tx.execute(
        sa.select(*accounts.COLUMNS)
        .join(password_link, password_link.c.account_id == account.c.id)
        .where(
            password_link.c.token_hash == digest(token),
            password_link.c.expires_at > now,
            account.c.disabled.is_(False),
        )
    ).one_or_none()
    if row is None:
        raise Refusal(LINK_GONE)
    return accounts.read(row)


def use(tx: Tx, token: str, password_hash: str, now: datetime) -> Account:
    """Set the password; the link is worth nothing any more."""
    used = tx.execute(
        sa.delete(password_link)
        .where(password_link.c.token_hash == digest(token), password_link.c.expires_at > now)
        .returning(password_link.c.account_id)
    ).one_or_none()
    if used is None:
        raise Refusal(LINK_GONE)
    found = accounts.find(tx, _LINK, StaffId(used.account_id))
    if found.disabled:
        raise Refusal(LINK_GONE)
    accounts.set_password(tx, _LINK, found.id, password_hash, now)
    return found


def open_until(
    tx: Tx, scope: Scope, now: datetime, *, of: StaffId | None = None
) -> dict[StaffId, datetime]:
    """Until when the links are good that wait for the people whom the asker may see, or for one."""
    rows = tx.execute(
        sa.select(password_link.c.account_id, password_link.c.expires_at)
        .join(account, account.c.id == password_link.c.account_id)
        .where(
            password_link.c.expires_at > now,
            scope.only(account.c.agency),
            sa.true() if of is None else account.c.id == of,
        )
    )
    return {StaffId(row.account_id): row.expires_at for row in rows}


def void(tx: Tx, identity: StaffId) -> None:
    """Make the account's link worthless."""
    tx.execute(sa.delete(password_link).where(password_link.c.account_id == identity))


def void_all(tx: Tx) -> None:
    """Make every link worthless: one may have been used that this database still knows."""
    tx.execute(sa.delete(password_link))


def purge(tx: Tx, *, now: datetime) -> None:
    """Erase links that have lapsed."""
    tx.execute(sa.delete(password_link).where(password_link.c.expires_at <= now))
