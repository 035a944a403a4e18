"""What must reach a device? Rows that stay due until it acknowledges, or they expire.

A broker's PUBACK proves nothing, so that a message is sent again after 2, 5, 10, 30, 30… s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Instant, Tx, built_once
from control_plane.outbox.tables import inbox, outbox
from shared.envelope import Body, wrap
from shared.identifiers import DeviceName, MessageId
from shared.topics import Down

WORKER = "outbox"

BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (2, 5, 10, 30))
BATCH = 100
KEPT = timedelta(days=7)


_INSERT = sa.insert(outbox)
_UNHEARD = sa.update(outbox).where(
    outbox.c.device == sa.bindparam("of"), outbox.c.acknowledged_at.is_(None)
)
_ACKNOWLEDGE = _UNHEARD.where(outbox.c.id == sa.bindparam("this"))
_ACKNOWLEDGE_ALL = _UNHEARD.where(outbox.c.replaces == sa.bindparam("key"))
_NEXT = sa.select(sa.func.min(outbox.c.next_at))


def _after(tried: int) -> str:
    return f"after_{tried}"


@built_once
def _claim() -> sa.Executable:
    now = sa.bindparam("now", type_=Instant)
    picked = (
        sa.select(outbox.c.id)
        .where(outbox.c.next_at <= now)
        .order_by(outbox.c.next_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    expired = sa.and_(outbox.c.expires_at.is_not(None), outbox.c.expires_at <= now)
    *again, last = (sa.bindparam(_after(tried), type_=Instant) for tried in range(len(BACK_OFF)))
    due = sa.case(
        *((outbox.c.attempts == tried, then) for tried, then in enumerate(again)), else_=last
    )
    return (
        sa.update(outbox)
        .where(outbox.c.id.in_(picked))
        .values(
            attempts=outbox.c.attempts + 1,
            next_at=sa.case((sa.or_(expired, outbox.c.once), None), else_=due),
        )
        .returning(
            outbox.c.id,
            outbox.c.device,
            outbox.c.channel,
            outbox.c.payload,
            outbox.c.attempts,
            outbox.c.created_at,
            expired.label("expired"),
        )
    )


@dataclass(frozen=True, slots=True)
class Due:
    """A message to publish now."""

    id: MessageId
    device: DeviceName
    channel: Down
    payload: str
    attempts: int


def post(  # noqa: PLR0913 - what the row is, each by its name
    tx: Tx,
    *,
    device: DeviceName,
    channel: Down,
    body: Body,
    id: MessageId,  # noqa: A002 - the envelope's own word
    now: datetime,
    expires_at: datetime | None = None,
    re: MessageId | None = None,
    once: bool = False,
    replaces: str | None = None,
) -> None:
    """Put a message on its way in this transaction; the sender hears of it after the commit.

    ``once``: best effort, sent one time. ``replaces``: a key within the device, such as
    ``twin``; older messages of that key are not sent any more.
    """
    if replaces is not None:
        acknowledge_all(tx, device=device, replaces=replaces, now=now)
    tx.execute(
        _INSERT,
        {
            "id": id,
            "device": device,
            "channel": str(channel),
            "kind": body.kind,
            "payload": wrap(body, id=id, now=now, expires_at=expires_at, re=re).decode(),
            "once": once,
            "replaces": replaces,
            "attempts": 0,
            "created_at": now,
            "next_at": now,
            "expires_at": expires_at,
        },
    )
    tx.wake(WORKER)


def acknowledge(tx: Tx, id: MessageId, *, device: DeviceName, now: datetime) -> bool:  # noqa: A002
    """The device has the message. True the first time, False for a repeat or a stranger's id."""
    said = {"this": id, "of": device, "acknowledged_at": now, "next_at": None}
    return tx.execute(_ACKNOWLEDGE, said).rowcount == 1


def acknowledge_all(tx: Tx, *, device: DeviceName, replaces: str, now: datetime) -> None:
    """Send no message of this key any more: the device has it, or a newer one comes."""
    said = {"of": device, "key": replaces, "acknowledged_at": now, "next_at": None}
    tx.execute(_ACKNOWLEDGE_ALL, said)


def claim(tx: Tx, *, now: datetime) -> list[Due]:
    """Take what is due; each message is one sender's until its next time comes."""
    later = {_after(tried): now + pause for tried, pause in enumerate(BACK_OFF)}
    rows = tx.execute(_claim(), {"now": now} | later).all()
    alive = sorted((row for row in rows if not row.expired), key=lambda row: row.id)
    return [_due(row) for row in alive]


def give_back(tx: Tx, ids: Sequence[MessageId], *, now: datetime) -> None:
    """These were claimed but could not be sent at all: they are due as before."""
    tx.execute(
        sa.update(outbox)
        .where(outbox.c.id.in_(ids), outbox.c.acknowledged_at.is_(None))
        .values(attempts=outbox.c.attempts - 1, next_at=now)
    )


def next_at(tx: Tx) -> datetime | None:
    """When is the next message due?"""
    found: datetime | None = tx.execute(_NEXT).scalar()
    return found


def purge(tx: Tx, *, now: datetime) -> int:
    """Erase what nobody needs any more: sent, expired and answered messages of last week."""
    sent = tx.execute(
        sa.delete(outbox).where(outbox.c.next_at.is_(None), outbox.c.created_at < now - KEPT)
    )
    received = tx.execute(sa.delete(inbox).where(inbox.c.at < now - KEPT))
    return sent.rowcount + received.rowcount


def _due(row: sa.Row[Any]) -> Due:
    identity: UUID = row.id
    return Due(
        id=MessageId(identity),
        device=row.device,
        channel=Down(row.channel),
        payload=row.payload,
        attempts=row.attempts,
    )
