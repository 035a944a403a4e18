"""Which statements read and write what supervisors say to desks?"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Tx, insert_or
from control_plane.security.scope import Scope
from control_plane.visits.tables import messages, messages_read

# What supervisors say: the subject that every change of it touches.
MESSAGES = "messages"


@dataclass(frozen=True, slots=True)
class DeskMessage:
    """A message to one desk (``staff_id``) or to all of the agency's."""

    id: UUID
    agency: str
    staff_id: UUID | None
    code: str
    text: str
    sender: str
    at: datetime
    ends_at: datetime
    read: int = 0  # by how many


def add(tx: Tx, _scope: Scope, message: DeskMessage) -> bool:
    """Store a message; False when there is one of that id."""
    done = tx.execute(
        insert_or(tx.dialect, messages)
        .values(
            id=message.id,
            agency=message.agency,
            staff_id=message.staff_id,
            code=message.code,
            text=message.text,
            sender=message.sender,
            at=message.at,
            ends_at=message.ends_at,
        )
        .on_conflict_do_nothing()
        .returning(messages.c.id)
    )
    tx.touch(MESSAGES)
    return done.one_or_none() is not None


def message_of(tx: Tx, scope: Scope, message_id: UUID) -> DeskMessage | None:
    """One message that the asker may see."""
    row = tx.execute(
        sa.select(messages).where(messages.c.id == message_id, scope.only(messages.c.agency))
    ).one_or_none()
    return None if row is None else _message(row)


def unread_by(tx: Tx, scope: Scope, staff_id: UUID, now: datetime) -> list[DeskMessage]:
    """What this clerk's desk shows now, oldest first."""
    rows = tx.execute(
        sa.select(messages)
        .where(
            scope.only(messages.c.agency),
            messages.c.ends_at > now,
            sa.or_(messages.c.staff_id.is_(None), messages.c.staff_id == staff_id),
            ~sa.exists().where(
                messages_read.c.message_id == messages.c.id, messages_read.c.staff_id == staff_id
            ),
        )
        .order_by(messages.c.at, messages.c.id)
    )
    return [_message(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Said:
    """All that is said to any desk, and who has read what."""

    messages: Sequence[DeskMessage] = ()
    read: AbstractSet[tuple[UUID, UUID]] = frozenset()  # message, clerk

    def to(self, staff_id: UUID, agency: str, now: datetime) -> list[DeskMessage]:
        """What this clerk's desk shows now, oldest first; as `unread_by`."""
        return [
            each
            for each in self.messages
            if each.agency == agency
            and each.ends_at > now
            and each.staff_id in {None, staff_id}
            and (each.id, staff_id) not in self.read
        ]

    def after(self, now: datetime) -> "Said":
        """Without what has had its time: no text is kept longer than it is shown."""
        if all(each.ends_at > now for each in self.messages):
            return self
        return Said([each for each in self.messages if each.ends_at > now], self.read)


def said(tx: Tx, scope: Scope, now: datetime) -> Said:
    """What is said to the desks that the asker may see."""
    rows = tx.execute(
        sa.select(messages)
        .where(scope.only(messages.c.agency), messages.c.ends_at > now)
        .order_by(messages.c.at, messages.c.id)
    )
    told = [_message(row) for row in rows]
    if not told:
        return Said()
    read = tx.execute(
        sa.select(messages_read).where(messages_read.c.message_id.in_([each.id for each in told]))
    )
    return Said(told, frozenset((row.message_id, row.staff_id) for row in read))


def broadcasts(tx: Tx, scope: Scope, now: datetime) -> list[DeskMessage]:
    """What is said to all desks of the agencies that the asker may see, and how many read it."""
    count = (
        sa.select(sa.func.count())
        .where(messages_read.c.message_id == messages.c.id)
        .scalar_subquery()
    )
    rows = tx.execute(
        sa.select(messages, count.label("read"))
        .where(
            scope.only(messages.c.agency),
            messages.c.ends_at > now,
            messages.c.staff_id.is_(None),
        )
        .order_by(messages.c.at, messages.c.id)
    )
    return [_message(row) for row in rows]


def mark_read(tx: Tx, _scope: Scope, message_id: UUID, staff_id: UUID) -> None:
    """The clerk has read it; twice is once."""
    tx.execute(
        insert_or(tx.dialect, messages_read)
        .values(message_id=message_id, staff_id=staff_id)
        .on_conflict_do_nothing()
    )
    tx.touch(MESSAGES)


def remove(tx: Tx, scope: Scope, message_id: UUID) -> None:
    """Erase a message and who read it."""
    tx.execute(sa.delete(messages_read).where(messages_read.c.message_id == message_id))
    tx.execute(
        sa.delete(messages).where(messages.c.id == message_id, scope.only(messages.c.agency))
    )
    tx.touch(MESSAGES)


def forget_forced(tx: Tx, _scope: Scope, staff_id: UUID) -> None:
    """What was said to this clerk alone is over: something newer takes its place."""
    of_clerk = messages.c.staff_id == staff_id
    ids = sa.select(messages.c.id).where(of_clerk)
    tx.execute(sa.delete(messages_read).where(messages_read.c.message_id.in_(ids)))
    if tx.execute(sa.delete(messages).where(of_clerk)).rowcount:
        tx.touch(MESSAGES)


def erase_ended(tx: Tx, _scope: Scope, now: datetime) -> None:
    """Erase what has had its time."""
    ended = sa.select(messages.c.id).where(messages.c.ends_at <= now)
    tx.execute(sa.delete(messages_read).where(messages_read.c.message_id.in_(ended)))
    tx.execute(sa.delete(messages).where(messages.c.ends_at <= now))


def _message(row: sa.Row[Any]) -> DeskMessage:
    return DeskMessage(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
