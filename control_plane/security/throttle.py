"""May this password be tried now? Tries are counted per account and per address.

They are counted before they are judged, so that a hundred tries at once are a
hundred tries. Keys are digests: neither names that somebody typed nor addresses are stored.
"""

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from control_plane.database import Tx
from control_plane.errors import TOO_MANY_TRIES, Refusal
from control_plane.security.tables import sign_in_tries

FREE_PER_ACCOUNT = 5
FREE_PER_CODE = 5
FREE_PER_ADDRESS = 30  # an office of clerks may stand behind one address
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=15)
FORGOTTEN = timedelta(hours=12)


def account_key(username: str) -> str:
    """Under what an account's tries are counted, whether it exists or not."""
    return _digest("account", username.lower())


def address_key(address: str) -> str:
    """Under what an address's tries are counted."""
    return _digest("address", address)


def pause(failures: int, free: int) -> timedelta:
    """How long to wait after so many failures: nothing, then doubling to a quarter of an hour."""
    if failures < free:
        return timedelta(0)
    doubled: int = 2 ** min(failures - free, 10)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def begin(tx: Tx, *, username: str, address: str, now: datetime) -> timedelta:
    """Count a try; gives how long to wait instead, nothing when it may be judged."""
    return _begin(
        tx, {account_key(username): FREE_PER_ACCOUNT, address_key(address): FREE_PER_ADDRESS}, now
    )


def begin_code(tx: Tx, *, account: str, now: datetime) -> timedelta:
    """Count a try of a second factor's code, which no right password sets back."""
    return _begin(tx, {_digest("code", account): FREE_PER_CODE}, now)


def _begin(tx: Tx, keys: dict[str, int], now: datetime) -> timedelta:
    tx.lock("sign-in")
    found = tx.execute(sa.select(sign_in_tries).where(sign_in_tries.c.key.in_(sorted(keys))))
    wait = timedelta(0)
    for row in found:
        if now - row.last_at < FORGOTTEN:
            until = row.last_at + pause(row.failures, keys[row.key])
            wait = max(wait, until - now)
    if wait > timedelta(0):
        return wait
    _count(tx, sorted(keys), now)
    return timedelta(0)


def succeeded(tx: Tx, *, username: str, address: str) -> None:
    """It was the right password: the account's count ends, the address's goes back by one."""
    tx.execute(sa.delete(sign_in_tries).where(sign_in_tries.c.key == account_key(username)))
    tx.execute(
        sa.update(sign_in_tries)
        .where(sign_in_tries.c.key == address_key(address), sign_in_tries.c.failures > 0)
        .values(failures=sign_in_tries.c.failures - 1)
    )


def code_succeeded(tx: Tx, *, account: str) -> None:
    """It was a right code: its account's count ends."""
    tx.execute(sa.delete(sign_in_tries).where(sign_in_tries.c.key == _digest("code", account)))


def password_was_right(tx: Tx, *, username: str, address: str) -> None:
    """The try does not count, since a code is asked for next; those before it still do."""
    keys = [account_key(username), address_key(address)]
    tx.execute(
        sa.update(sign_in_tries)
        .where(sign_in_tries.c.key.in_(keys), sign_in_tries.c.failures > 0)
        .values(failures=sign_in_tries.c.failures - 1)
    )


def held_back(wait: timedelta) -> Refusal:
    """What whoever tries too early is told."""
    return Refusal(TOO_MANY_TRIES, retry_after_s=-int(-wait.total_seconds() // 1))


def purge(tx: Tx, *, now: datetime) -> None:
    """Forget old tries."""
    tx.execute(sa.delete(sign_in_tries).where(sign_in_tries.c.last_at < now - FORGOTTEN))


def _count(tx: Tx, keys: list[str], now: datetime) -> None:
    insert = (sqlite if tx.dialect == "sqlite" else postgresql).insert(sign_in_tries)
    old = sign_in_tries.c.last_at < now - FORGOTTEN
    tx.execute(
        insert.values(
            [{"key": key, "failures": 1, "last_at": now} for key in keys]
        ).on_conflict_do_update(
            index_elements=["key"],
            set_={
                "failures": sa.case((old, 1), else_=sign_in_tries.c.failures + 1),
                "last_at": now,
            },
        )
    )


def _digest(kind: str, what: str) -> str:
    return hashlib.sha256(f"{kind}:{what}".encode()).hexdigest()
