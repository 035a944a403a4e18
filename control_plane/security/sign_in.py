"""How does a person come in, and what is written of it? Sign-in and sign-out as operations.

Every try is counted before the password is compared (`throttle`), compared outside of any
transaction (argon2 takes its time), and its outcome written with an audit row.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Tx
from control_plane.errors import TOO_MANY_TRIES, WRONG_CREDENTIALS, Refusal
from control_plane.security import audit, sessions, throttle
from control_plane.security.accounts import StaffId, subject
from control_plane.security.boundary import Boundary
from control_plane.security.scope import Scope
from control_plane.security.sessions import SignedIn
from control_plane.security.tables import account

_SCOPE = Scope.system("sign-in")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What stands against a password."""

    id: UUID
    password_hash: str


async def sign_in(
    at: Boundary, *, username: str, password: str, address: str
) -> tuple[str, SignedIn]:
    """A new session and its cookie's token, or a refusal that does not tell which was wrong."""
    name = username.strip().lower()
    known, wait_s = await at.store.run(partial(_begin, at=at, name=name, address=address))
    if wait_s:
        # Whoever is held back may try again without end: counted, not one by one.
        code = TOO_MANY_TRIES.code
        about = _account(known)
        await at.refusals.note(_SCOPE, "session.refused", code=code, wish="session", subject=about)
        raise Refusal(TOO_MANY_TRIES, retry_after_s=wait_s)
    right = await at.passwords.matches(password, known.password_hash if known else None)
    if known is None or not right:
        await at.store.run(partial(_refuse, known=known, now=at.clock.now()))
        raise Refusal(WRONG_CREDENTIALS)
    token = secrets.token_urlsafe(32)
    who = await at.store.run(
        partial(_open, known=known, token=token, name=name, address=address, now=at.clock.now())
    )
    if who is None:
        raise Refusal(WRONG_CREDENTIALS)
    return token, who


def sign_out(tx: Tx, who: SignedIn, *, now: datetime) -> None:
    """End the session."""
    sessions.close(tx, who, now=now)
    audit.record(tx, who.scope, "session.closed", subject=subject(who.account.id), now=now)


def _begin(tx: Tx, at: Boundary, name: str, address: str) -> tuple[Credentials | None, int]:
    now = at.clock.now()
    wait = throttle.begin(tx, username=name, address=address, now=now)
    row = tx.execute(
        sa.select(account.c.id, account.c.password_hash).where(
            account.c.username == name, account.c.disabled.is_(False)
        )
    ).one_or_none()
    known = None if row is None else Credentials(row.id, row.password_hash)
    wait_s = -int(-wait.total_seconds() // 1)
    return known, wait_s


def _refuse(tx: Tx, known: Credentials | None, now: datetime) -> None:
    code = WRONG_CREDENTIALS.code
    audit.record(tx, _SCOPE, "session.refused", subject=_account(known), now=now, code=code)


def _open(  # noqa: PLR0913 - what a session begins with
    tx: Tx, *, known: Credentials, token: str, name: str, address: str, now: datetime
) -> SignedIn | None:
    throttle.succeeded(tx, username=name, address=address)
    who = sessions.open_for(tx, StaffId(known.id), token=token, now=now)
    if who is not None:
        audit.record(tx, who.scope, "session.opened", subject=subject(who.account.id), now=now)
    return who


def _account(known: Credentials | None) -> str:
    # What was typed as a name is not kept: people type passwords there.
    return f"account:{known.id}" if known else "account:unknown"
