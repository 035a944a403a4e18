"""Who is behind this cookie? Server-side sessions: only a digest of the token is stored.

A session ends after 30 minutes without use, after 12 hours at the latest, at sign-out, and at
once when its account is disabled. Roles are read with every request, never kept in it.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from control_plane.database import Tx
from control_plane.security.accounts import (
    COLUMNS,
    Account,
    StaffId,
    close_sessions,
    read,
    subject,
)
from control_plane.security.scope import Scope
from control_plane.security.tables import account, session

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
# Whoever signs in within this time of the last sign-in goes on with the same shift; longer than
# any session, so that no session outlives the name that was certified in it.
SHIFT = LONGEST + timedelta(hours=1)
# A session's last use is written at most this often.
NOTED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session: who it is, and what proves that our own page asks."""

    account: Account
    token_hash: str
    csrf: str
    pseudonym: str
    key_statement: str | None
    expires_at: datetime
    seen_at: datetime

    @property
    def scope(self) -> Scope:
        """What the session may see."""
        return self.account.scope


def digest(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_for(tx: Tx, identity: StaffId, *, token: str, now: datetime) -> SignedIn | None:
    """Begin a session under ``token``; None when the account was disabled meanwhile."""
    tx.execute(
        sa.insert(session),
        {
            "token_hash": digest(token),
            "account_id": identity,
            "csrf": secrets.token_urlsafe(32),
            "created_at": now,
            "seen_at": now,
            "expires_at": now + LONGEST,
        },
    )
    tx.execute(
        sa.update(account)
        .where(account.c.id == identity)
        .values(signed_in_at=now, pseudonym=_pseudonym(now))
    )
    tx.touch(subject(identity))
    return find(tx, token, now=now)


def find(tx: Tx, token: str, *, now: datetime) -> SignedIn | None:
    """The live session behind a cookie's token."""
    row = tx.execute(
        sa.select(
            *COLUMNS,
            session.c.token_hash,
            session.c.csrf,
            session.c.key_statement,
            session.c.expires_at,
            session.c.seen_at,
        )
        .join(session, session.c.account_id == account.c.id)
        .where(
            session.c.token_hash == digest(token),
            session.c.expires_at > now,
            session.c.seen_at > now - IDLE,
            account.c.disabled.is_(False),
        )
    ).one_or_none()
    if row is None:
        return None
    return SignedIn(
        account=read(row),
        token_hash=row.token_hash,
        csrf=row.csrf,
        pseudonym=row.pseudonym,
        key_statement=row.key_statement,
        expires_at=row.expires_at,
        seen_at=row.seen_at,
    )


def _pseudonym(now: datetime) -> sa.ColumnElement[str | None]:
    """The same for a whole shift: a visit goes on when its clerk has to sign in anew."""
    same = sa.and_(account.c.signed_in_at > now - SHIFT, account.c.pseudonym.is_not(None))
    return sa.case((same, account.c.pseudonym), else_=f"staff-{secrets.token_hex(8)}")


def used(tx: Tx, who: SignedIn, *, now: datetime) -> None:
    """Note that the session is in use."""
    tx.execute(sa.update(session).where(session.c.token_hash == who.token_hash).values(seen_at=now))


def keep_key(tx: Tx, who: SignedIn, statement: str) -> None:
    """Remember the statement about the key that this browser uses for the shift."""
    tx.touch(subject(who.account.id))
    tx.execute(
        sa.update(session)
        .where(session.c.token_hash == who.token_hash)
        .values(key_statement=statement)
    )


def close(tx: Tx, who: SignedIn, *, now: datetime) -> None:
    """End this session, and tell the account's browsers to look."""
    close_sessions(tx, who.account.id, now, token_hash=who.token_hash)


def close_all(tx: Tx, *, now: datetime) -> None:
    """End every session of everybody: one may have been ended that this database still knows."""
    for identity in tx.execute(sa.select(session.c.account_id).distinct()).scalars():
        close_sessions(tx, identity, now)


def purge(tx: Tx, *, now: datetime) -> None:
    """Erase sessions that ended."""
    over = sa.or_(session.c.expires_at <= now, session.c.seen_at <= now - IDLE)
    tx.execute(sa.delete(session).where(over))
