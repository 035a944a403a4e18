"""Was this message received before, and what was answered?

A device repeats a request under the same id until it hears the answer, and an event until it is
acknowledged. The id, with the answer, is stored in the transaction that had the effect.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from control_plane.database import Tx
from control_plane.outbox.tables import inbox
from shared.identifiers import DeviceName, MessageId

_SEEN = sa.select(inbox.c.answer).where(
    inbox.c.id == sa.bindparam("message"), inbox.c.device == sa.bindparam("sender")
)
_REMEMBER = sa.insert(inbox)


@dataclass(frozen=True, slots=True)
class Answered:
    """A message that had its effect already; ``answer`` is the envelope that was replied."""

    answer: str | None


def seen(tx: Tx, id: MessageId, *, device: DeviceName) -> Answered | None:  # noqa: A002
    """What became of an earlier copy of this message? None: it is new."""
    row = tx.execute(_SEEN, {"message": id, "sender": device}).one_or_none()
    return None if row is None else Answered(row.answer)


def remember(  # noqa: PLR0913 - what the row is, each by its name
    tx: Tx,
    id: MessageId,  # noqa: A002
    *,
    device: DeviceName,
    kind: str,
    answer: bytes | str | None,
    now: datetime,
) -> None:
    """Store that the message had its effect. A copy that raced with this one fails here."""
    text = answer.decode() if isinstance(answer, bytes) else answer
    tx.execute(_REMEMBER, {"id": id, "device": device, "kind": kind, "answer": text, "at": now})
