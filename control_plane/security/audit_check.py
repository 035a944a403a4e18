"""Is the audit log as it was written? Checkpoints and their verification.

A checkpoint is a compact JWS (Ed25519, the audit key, apart from the command keys) that says how
many rows there were and what the last hash was. Whoever holds one, an agency above all, finds
any later edit, re-hash, deletion or truncation of those rows.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from control_plane.database import Tx
from control_plane.security.audit import GENESIS, Row, chain, rows
from control_plane.security.scope import Scope
from control_plane.security.tables import audit

CHECKPOINT_TYPE = "etapiste-audit+jws"
PAGE = 1000


class Checkpoint(BaseModel):
    """The log's length and last hash at an instant."""

    model_config = ConfigDict(frozen=True)

    size: int
    hash: str
    at: AwareDatetime


class Verdict(BaseModel):
    """What a verification found: the first row that does not hold, and why."""

    model_config = ConfigDict(frozen=True)

    intact: bool
    size: int
    hash: str
    wrong_at: int | None = None
    reason: str = ""


@dataclass(slots=True)
class _Chain:
    """The chain as far as it was followed."""

    size: int = 0
    hash: str = GENESIS

    def follow(self, row: Row) -> str:
        """Take one more row; gives what is wrong with it, or nothing."""
        if row.seq != self.size + 1:
            return "missing"
        if row.prev_hash != self.hash:
            return "not_chained"
        if row.hash != chain(self.hash, row.entry.leaf()):
            return "changed"
        self.size, self.hash = row.seq, row.hash
        return ""


def head(tx: Tx, *, now: datetime) -> Checkpoint:
    """The log's present length and last hash."""
    last = tx.execute(
        sa.select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
    ).one_or_none()
    if last is None:
        return Checkpoint(size=0, hash=GENESIS, at=now)
    return Checkpoint(size=last.seq, hash=last.hash, at=now)


def sign(checkpoint: Checkpoint, *, key: OKPKey) -> str:
    """A checkpoint that can be given away."""
    header = {"alg": "Ed25519", "typ": CHECKPOINT_TYPE, "kid": key.thumbprint()}
    return jws.serialize_compact(header, checkpoint.model_dump_json(), key, algorithms=["Ed25519"])


def read(token: str, *, keys: KeySet) -> Checkpoint | None:
    """A checkpoint whose signature holds, else None."""
    try:
        opened = jws.deserialize_compact(token.strip(), keys, algorithms=["Ed25519"])
        if opened.headers().get("typ") != CHECKPOINT_TYPE:
            return None
        return Checkpoint.model_validate_json(opened.payload)
    except (JoseError, ValidationError, ValueError, TypeError):
        return None


def verify(tx: Tx, *against: Checkpoint) -> Verdict:
    """Follow the whole chain, and hold it against earlier checkpoints."""
    followed = _Chain()
    expected = {each.size: each.hash for each in against if each.size > 0}
    while page := rows(tx, Scope.system("audit"), after=followed.size, limit=PAGE):
        for row in page:
            if reason := followed.follow(row):
                return _wrong(followed, followed.size + 1, reason)
            if expected.get(row.seq, row.hash) != row.hash:
                return _wrong(followed, row.seq, "differs_from_checkpoint")
    longest = max(expected, default=0)
    if longest > followed.size:
        return _wrong(followed, followed.size + 1, "cut_off")
    return Verdict(intact=True, size=followed.size, hash=followed.hash)


def _wrong(followed: _Chain, at: int, reason: str) -> Verdict:
    return Verdict(intact=False, size=followed.size, hash=followed.hash, wrong_at=at, reason=reason)
