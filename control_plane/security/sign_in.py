"""How does a person come in, and what is written of it? Sign-in and sign-out as operations.

Every try is counted before the password is compared (`throttle`), compared outside of any
transaction (argon2 takes its time), and its outcome written with an audit row. Where the account
has a second factor the password is asked for together with its code: between the two steps nothing
is kept here.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Tx
from control_plane.errors import TOO_MANY_TRIES, WRONG_CREDENTIALS, Reason, Refusal
from control_plane.security import audit, second_factor, sessions, throttle
from control_plane.security.accounts import StaffId, subject
from control_plane.security.boundary import Boundary
from control_plane.security.scope import Scope
from control_plane.security.second_factor import CODE_NEEDED
from control_plane.security.sessions import SignedIn
from control_plane.security.tables import account

_SCOPE = Scope.system("sign-in")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What stands against a password."""

    id: UUID
    password_hash: str
    signed_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class Came:
    """Somebody came in."""

    token: str
    who: SignedIn
    first: bool  # never was here before


async def sign_in(at: Boundary, *, username: str, password: str, code: str, address: str) -> Came:
    """A new session and its cookie's token, or a refusal that does not tell which was wrong."""
    name = username.strip().lower()
    known, wait = await at.store.run(partial(_begin, at=at, name=name, address=address))
    if wait:
        await _note_held_back(at, known)
        raise throttle.held_back(wait)
    right = await at.passwords.matches(password, known.password_hash if known else None)
    if known is None or not right:
        await at.store.run(partial(_refuse, known=known, now=at.clock.now()))
        raise Refusal(WRONG_CREDENTIALS)
    token = secrets.token_urlsafe(32)
    found = await at.store.run(
        partial(_open, at=at, known=known, token=token, name=name, address=address, code=code)
    )
    if isinstance(found, Refusal):
        if found.reason is TOO_MANY_TRIES:
            await _note_held_back(at, known)
        raise found
    return Came(token, found, first=known.signed_in_at is None)


def sign_out(tx: Tx, who: SignedIn, *, now: datetime) -> None:
    """End the session."""
    sessions.close(tx, who, now=now)
    audit.record(tx, who.scope, "session.closed", subject=subject(who.account.id), now=now)


async def _note_held_back(at: Boundary, known: Credentials | None) -> None:
    """Whoever is held back may try again without end: counted, not one by one."""
    code, about = TOO_MANY_TRIES.code, _account(known)
    await at.refusals.note(_SCOPE, "session.refused", code=code, wish="session", subject=about)


def _begin(tx: Tx, at: Boundary, name: str, address: str) -> tuple[Credentials | None, timedelta]:
    now = at.clock.now()
    wait = throttle.begin(tx, username=name, address=address, now=now)
    row = tx.execute(
        sa.select(account.c.id, account.c.password_hash, account.c.signed_in_at).where(
            account.c.username == name, account.c.disabled.is_(False)
        )
    ).one_or_none()
    known = None if row is None else Credentials(row.id, row.password_hash, row.signed_in_at)
    return known, wait


def _refuse(
    tx: Tx, known: Credentials | None, now: datetime, *, why: Reason = WRONG_CREDENTIALS
) -> None:
    audit.record(tx, _SCOPE, "session.refused", subject=_account(known), now=now, code=why.code)


def _open(  # noqa: PLR0913 - what a session begins with
    tx: Tx, *, at: Boundary, known: Credentials, token: str, name: str, address: str, code: str
) -> SignedIn | Refusal:
    """A session, or why not: a refusal is returned, since what it counted must stay."""
    identity, now = StaffId(known.id), at.clock.now()
    factor = second_factor.find(tx, identity)
    if factor is not None and factor.confirmed:
        throttle.password_was_right(tx, username=name, address=address)
        if not code:
            _refuse(tx, known, now, why=CODE_NEEDED)
            return Refusal(CODE_NEEDED)
        secret_of = at.keys.factor_secret
        refused = second_factor.check(tx, identity, factor, code, secret_of=secret_of, now=now)
        if refused is not None:
            if refused.reason is not TOO_MANY_TRIES:
                _refuse(tx, known, now, why=refused.reason)
            return refused
    throttle.succeeded(tx, username=name, address=address)
    who = sessions.open_for(tx, identity, token=token, now=now)
    if who is None:
        _refuse(tx, known, now)
        return Refusal(WRONG_CREDENTIALS)
    audit.record(tx, who.scope, "session.opened", subject=subject(identity), now=now)
    return who


def _account(known: Credentials | None) -> str:
    # What was typed as a name is not kept: people type passwords there.
    return f"account:{known.id}" if known else "account:unknown"
