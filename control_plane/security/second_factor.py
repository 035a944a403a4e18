"""Has this person the second factor? Codes by time (RFC 6238), each good once, and recovery codes.

The secret of an account is derived from a key file (`Keyring`), so that the database holds none; a
new generation is another secret. Six digits, SHA-1 and 30 seconds are what every app understands.
A clock may be one step off. Recovery codes are random and stored as digests.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from control_plane.database import Tx, insert_or
from control_plane.errors import Reason, Refusal
from control_plane.security import audit, throttle
from control_plane.security.accounts import StaffId, close_sessions, subject
from control_plane.security.scope import Scope
from control_plane.security.tables import recovery_code, second_factor

STEP_S = 30
DIGITS = 6
# So many steps before and after now are good: 30 seconds each way.
SKEW = 1
# A code that was good within this time is told to be late: the phone's clock is wrong, or the hand.
LATE = timedelta(minutes=5)
RECOVERY_CODES = 10
ISSUER = "Etäpiste"

FACTOR_THERE = Reason("second_factor_there", 409, "The account has a second factor already.")
NOT_BEGUN = Reason("second_factor_not_begun", 409, "No second factor waits to be confirmed.")
CODE_NEEDED = Reason("code_needed", 401, "The password is right; now a code of the second factor.")
WRONG_CODE = Reason("wrong_code", 401, "It is no code of this account.")
CODE_LATE = Reason("code_late", 401, "The code was good before; its time is over.")
CODE_USED = Reason("code_used", 401, "The code was used; wait for the next one.")

SecretOf = Callable[[str, int], bytes]


class Verdict(StrEnum):
    """What a code is worth."""

    RIGHT = "right"
    RECOVERY = "recovery"
    WRONG = "wrong"
    LATE = "late"
    USED = "used"


REASONS = {Verdict.WRONG: WRONG_CODE, Verdict.LATE: CODE_LATE, Verdict.USED: CODE_USED}


@dataclass(frozen=True, slots=True)
class Factor:
    """What is stored of a factor: nothing that makes codes."""

    generation: int
    confirmed: bool
    last_step: int


def code_at(secret: bytes, step: int) -> str:
    """The code of one step of 30 seconds."""
    return TOTP(secret, DIGITS, SHA1(), STEP_S).generate(step * STEP_S).decode()  # noqa: S303


def address(secret: bytes, username: str) -> str:
    """What a QR code holds for an app (the Key URI format)."""
    return TOTP(secret, DIGITS, SHA1(), STEP_S).get_provisioning_uri(username, ISSUER)  # noqa: S303


def by_hand(secret: bytes) -> str:
    """The secret for whoever has no camera, in groups of four."""
    return _grouped(base64.b32encode(secret).decode().rstrip("="))


def step_of(secret: bytes, code: str, last_step: int, now: datetime) -> tuple[Verdict, int]:
    """Which step's code it is, and what it is worth now that ``last_step`` was used."""
    this = int(now.timestamp()) // STEP_S
    late = int(LATE.total_seconds()) // STEP_S
    for step in range(this + SKEW, this - late, -1):
        if hmac.compare_digest(code_at(secret, step), code):
            if step <= last_step:
                return Verdict.USED, step
            return (Verdict.LATE if step < this - SKEW else Verdict.RIGHT), step
    return Verdict.WRONG, 0


def find(tx: Tx, identity: StaffId) -> Factor | None:
    """The account's factor, confirmed or just begun."""
    row = tx.execute(
        sa.select(second_factor).where(second_factor.c.account_id == identity)
    ).one_or_none()
    if row is None:
        return None
    return Factor(row.generation, row.confirmed_at is not None, row.last_step)


def begin(tx: Tx, scope: Scope, identity: StaffId, now: datetime) -> int:
    """Begin with a new secret; gives its generation. Refused while there is a factor."""
    tx.lock(f"second-factor:{identity}")
    known = find(tx, identity)
    if known is not None and known.confirmed:
        raise Refusal(FACTOR_THERE)
    generation = 1 if known is None else known.generation + 1
    values = {"generation": generation, "begun_at": now, "confirmed_at": None, "last_step": 0}
    tx.execute(
        insert_or(tx.dialect, second_factor)
        .values(account_id=identity, **values)
        .on_conflict_do_update(index_elements=["account_id"], set_=values)
    )
    audit.record(tx, scope, "account.second_factor_begun", subject=subject(identity), now=now)
    return generation


def confirm(  # noqa: PLR0913 - whose, and what shows that the secret arrived
    tx: Tx, scope: Scope, identity: StaffId, code: str, *, secret_of: SecretOf, now: datetime
) -> list[str] | Refusal:
    """The first right code puts the factor in force; gives the recovery codes, once.

    What is wrong is returned, not raised: the try was counted.
    """
    tx.lock(f"second-factor:{identity}")
    known = find(tx, identity)
    if known is None:
        return Refusal(NOT_BEGUN)
    if known.confirmed:
        return Refusal(FACTOR_THERE)
    refused = check(tx, identity, known, code, secret_of=secret_of, now=now)
    if refused is not None:
        return refused
    tx.execute(
        sa.update(second_factor)
        .where(second_factor.c.account_id == identity)
        .values(confirmed_at=now)
    )
    codes = _new_codes(tx, identity)
    tx.touch(subject(identity))
    audit.record(tx, scope, "account.second_factor_set", subject=subject(identity), now=now)
    return codes


def renew_codes(  # noqa: PLR0913 - whose, and what shows that it is the person
    tx: Tx, scope: Scope, identity: StaffId, code: str, *, secret_of: SecretOf, now: datetime
) -> list[str] | Refusal:
    """Ten new recovery codes for those before them, against a code of the app or the last of them.

    What is wrong is returned, not raised: the try was counted.
    """
    tx.lock(f"second-factor:{identity}")
    known = find(tx, identity)
    if known is None or not known.confirmed:
        return Refusal(NOT_BEGUN)
    refused = check(tx, identity, known, code, secret_of=secret_of, now=now)
    if refused is not None:
        return refused
    codes = _new_codes(tx, identity)
    audit.record(tx, scope, "account.recovery_codes_made", subject=subject(identity), now=now)
    return codes


def check(  # noqa: PLR0913 - whose factor, and which code
    tx: Tx, identity: StaffId, factor: Factor, code: str, *, secret_of: SecretOf, now: datetime
) -> Refusal | None:
    """Count the try, judge the code, and use it up; what is wrong is returned."""
    wait = throttle.begin_code(tx, account=str(identity), now=now)
    if wait:
        return throttle.held_back(wait)
    verdict = _judge(tx, identity, factor, code, secret_of, now)
    if verdict in REASONS:
        return Refusal(REASONS[verdict])
    throttle.code_succeeded(tx, account=str(identity))
    return None


def reset(tx: Tx, scope: Scope, identity: StaffId, *, agency: str | None, now: datetime) -> None:
    """Take the factor away: its secret never comes back, and the account's sessions end."""
    tx.lock(f"second-factor:{identity}")
    tx.execute(
        sa.update(second_factor)
        .where(second_factor.c.account_id == identity)
        .values(confirmed_at=None, generation=second_factor.c.generation + 1)
    )
    tx.execute(sa.delete(recovery_code).where(recovery_code.c.account_id == identity))
    close_sessions(tx, identity, now)
    tx.touch(subject(identity))
    audit.record(
        tx,
        scope,
        "account.second_factor_reset",
        subject=subject(identity),
        now=now,
        agency=agency,
    )


def void_recovery_codes(tx: Tx) -> None:
    """Make every one worthless: it may have been used since this database was written."""
    tx.execute(sa.delete(recovery_code))


def _judge(  # noqa: PLR0913, PLR0917 - whose factor, and which code
    tx: Tx, identity: StaffId, factor: Factor, code: str, secret_of: SecretOf, now: datetime
) -> Verdict:
    typed = "".join(code.split()).replace("-", "").upper()
    if not (typed.isascii() and typed.isdigit() and len(typed) == DIGITS):
        return _use_recovery_code(tx, identity, typed)
    secret = secret_of(str(identity), factor.generation)
    verdict, step = step_of(secret, typed, factor.last_step, now)
    if verdict is not Verdict.RIGHT:
        return verdict
    # The statement decides between two who show the same code at once.
    used = tx.execute(
        sa.update(second_factor)
        .where(second_factor.c.account_id == identity, second_factor.c.last_step < step)
        .values(last_step=step)
    )
    return Verdict.RIGHT if used.rowcount == 1 else Verdict.USED


def _use_recovery_code(tx: Tx, identity: StaffId, typed: str) -> Verdict:
    used = tx.execute(
        sa.delete(recovery_code).where(
            recovery_code.c.account_id == identity, recovery_code.c.code_hash == _digest(typed)
        )
    )
    return Verdict.RECOVERY if used.rowcount == 1 else Verdict.WRONG


def _new_codes(tx: Tx, identity: StaffId) -> list[str]:
    # 80 random bits each: no dictionary finds them in their digests.
    codes = [base64.b32encode(secrets.token_bytes(10)).decode() for _ in range(RECOVERY_CODES)]
    tx.execute(sa.delete(recovery_code).where(recovery_code.c.account_id == identity))
    tx.execute(
        sa.insert(recovery_code),
        [{"account_id": identity, "code_hash": _digest(code)} for code in codes],
    )
    return [_grouped(code) for code in codes]


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _grouped(text: str) -> str:
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
