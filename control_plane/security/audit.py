"""Who did what, when, and why was it refused? The audit log: append-only and hash-chained.

``record`` writes its row in the transaction of the action, as its last statement: no action
without a row. Each row's hash covers its content and the hash before it, so that an edit, a
removal or an insertion breaks every later one (`audit_check` finds it). Actors are pseudonymous
(an account's id); details are codes, ids and numbers, never a person's name or a document.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from control_plane.database import Instant, Tx
from control_plane.security import audit_guard as _guard  # noqa: F401 - hooks on the table
from control_plane.security.scope import Scope
from control_plane.security.tables import audit

GENESIS = "0" * 64

_COLUMNS = "at, asker, actor, agency, action, subject, detail"
_VALUES = ":at, :asker, :actor, :agency, :action, :subject, :detail"
_APPEND_SQLITE = sa.text(
    f"""
    INSERT INTO audit (seq, {_COLUMNS}, prev_hash, hash)
    SELECT seq + 1, {_VALUES}, hash, sha256_hex(hash || :leaf)
    FROM (SELECT coalesce(max(seq), 0) AS seq,
                 coalesce((SELECT hash FROM audit ORDER BY seq DESC LIMIT 1), '{GENESIS}') AS hash
          FROM audit)
    """  # noqa: S608 - fixed column names
).bindparams(sa.bindparam("at", type_=Instant))
# The head's lock is held to the commit: rows stand in the order of commits, without gaps.
_APPEND_POSTGRESQL = sa.text(
    f"""
    WITH head AS (
      INSERT INTO audit_head (id, seq, prev_hash, hash)
      VALUES (1, 1, '{GENESIS}',
              encode(sha256(convert_to('{GENESIS}' || CAST(:leaf AS text), 'UTF8')), 'hex'))
      ON CONFLICT (id) DO UPDATE SET
        seq = audit_head.seq + 1,
        prev_hash = audit_head.hash,
        hash = encode(sha256(convert_to(audit_head.hash || CAST(:leaf AS text), 'UTF8')), 'hex')
      RETURNING seq, prev_hash, hash)
    INSERT INTO audit (seq, {_COLUMNS}, prev_hash, hash)
    SELECT seq, {_VALUES}, prev_hash, hash FROM head
    """  # noqa: S608 - fixed column names
).bindparams(sa.bindparam("at", type_=Instant))


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row says; ``detail`` is canonical JSON."""

    at: datetime
    asker: str
    actor: str
    agency: str | None
    action: str
    subject: str
    detail: str

    def leaf(self) -> str:
        """The digest of the content, over one canonical form."""
        at_us = Instant().process_bind_param(self.at, None)  # type: ignore[arg-type]
        parts = [at_us, self.asker, self.actor, self.agency]
        parts += [self.action, self.subject, self.detail]
        return hashlib.sha256(_canonical(parts).encode()).hexdigest()


def chain(previous: str, leaf: str) -> str:
    """The hash of a row after the row whose hash is ``previous``."""
    return hashlib.sha256((previous + leaf).encode()).hexdigest()


def record(  # noqa: PLR0913 - who, what, about what, when and how
    tx: Tx,
    scope: Scope,
    action: str,
    *,
    subject: str,
    now: datetime,
    agency: str | None = None,
    **detail: Any,
) -> None:
    """Write an audit row at the end of this transaction; without the row nothing is committed.

    ``agency``: whose matter it was, when it is not the asker's own. ``detail`` holds codes, ids
    and numbers only.
    """
    entry = Entry(
        at=now,
        asker=str(scope.asker),
        actor=scope.name,
        agency=agency if agency is not None else scope.agency,
        action=action,
        subject=subject,
        detail=_canonical(detail),
    )
    tx.defer(lambda tx: _append(tx, entry))


def _append(tx: Tx, entry: Entry) -> None:
    statement = _APPEND_SQLITE if tx.dialect == "sqlite" else _APPEND_POSTGRESQL
    tx.execute(
        statement,
        {
            "at": entry.at,
            "asker": entry.asker,
            "actor": entry.actor,
            "agency": entry.agency,
            "action": entry.action,
            "subject": entry.subject,
            "detail": entry.detail,
            "leaf": entry.leaf(),
        },
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A stored row, with its place in the chain."""

    seq: int
    entry: Entry
    prev_hash: str
    hash: str


def rows(  # noqa: PLR0913 - whose rows, and which part of them
    tx: Tx,
    scope: Scope,
    *,
    after: int = 0,
    limit: int = 1000,
    newest_first: bool = False,
    actions: Collection[str] = (),
) -> list[Row]:
    """Rows after ``after`` that the scope may see, in order of ``seq``; of ``actions`` only."""
    order = audit.c.seq.desc() if newest_first else audit.c.seq
    found = tx.execute(
        sa.select(audit)
        .where(
            audit.c.seq > after,
            scope.only(audit.c.agency),
            audit.c.action.in_(actions) if actions else sa.true(),
        )
        .order_by(order)
        .limit(limit)
    )
    return [_row(each) for each in found]


def _row(row: sa.Row[Any]) -> Row:
    entry = Entry(
        at=row.at,
        asker=row.asker,
        actor=row.actor,
        agency=row.agency,
        action=row.action,
        subject=row.subject,
        detail=row.detail,
    )
    return Row(seq=row.seq, entry=entry, prev_hash=row.prev_hash, hash=row.hash)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)
