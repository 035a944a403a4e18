"""What must the control plane still hear? Events wait on disk and are sent until they arrived.

Two lanes that do not wait for each other. An *event* is sent until the control plane says
`Received`, one after the other, so that their order holds. A command's final *report* is sent
until it is received too, but gives up after some tries: the command itself is asked again.
"""

import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import structlog

from edge_agent.uplink.disk import Disk
from shared.identifiers import MessageId
from shared.telemetry import PeripheralsChanged
from shared.topics import Up

log = structlog.get_logger()

# Days of an offline point; a help call pressed a thousand presses ago helps nobody.
MOST_WAITING = 2_000
# Of these only the newest says something.
_ONLY_NEWEST = frozenset({PeripheralsChanged.kind})


class Lane(StrEnum):
    """Which kind of message; each lane has its own topic and order."""

    EVENT = "event"
    REPORT = "report"

    @property
    def channel(self) -> Up:
        """The topic's last part."""
        return Up.EVENT if self is Lane.EVENT else Up.REPLY


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message on its way to the disk."""

    id: MessageId
    lane: Lane
    kind: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that has not arrived yet as far as we know."""

    id: MessageId
    payload: bytes
    tries: int


def put(db: sqlite3.Connection, message: NewMessage) -> int:
    """Write it within a transaction, the same id once; gives how many old ones had to go."""
    if message.kind in _ONLY_NEWEST:
        db.execute("DELETE FROM outbox WHERE kind = ? AND tries = 0", (message.kind,))
    db.execute(
        "INSERT OR IGNORE INTO outbox (id, lane, kind, payload) VALUES (?, ?, ?, ?)",
        (str(message.id), message.lane.value, message.kind, message.payload),
    )
    dropped = db.execute(
        "DELETE FROM outbox WHERE seq <= "
        "(SELECT seq FROM outbox ORDER BY seq DESC LIMIT 1 OFFSET ?)",
        (MOST_WAITING,),
    )
    return dropped.rowcount


class Outbox:
    """Messages on disk, oldest first."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk

    async def add(self, message: NewMessage) -> None:
        """Put a message on disk; it is durable when this returns."""
        dropped = await self._disk.run(lambda db: put(db, message))
        if dropped:
            log.error("outbox is full and the oldest messages were dropped", dropped=dropped)

    async def oldest(self, lane: Lane, *, at_most: int = 1) -> list[Waiting]:
        """The messages of a lane that have waited longest."""

        def read(db: sqlite3.Connection) -> list[Waiting]:
            rows = db.execute(
                "SELECT id, payload, tries FROM outbox WHERE lane = ? ORDER BY seq LIMIT ?",
                (lane.value, at_most),
            ).fetchall()
            return [
                Waiting(id=MessageId(UUID(row[0])), payload=bytes(row[1]), tries=row[2])
                for row in rows
            ]

        return await self._disk.run(read)

    async def tried(self, message: MessageId) -> None:
        """It was sent once more."""
        await self._disk.run(
            lambda db: db.execute(
                "UPDATE outbox SET tries = tries + 1 WHERE id = ?", (str(message),)
            )
        )

    async def defer(self, message: MessageId) -> None:
        """Let it wait behind all others."""
        await self._disk.run(
            lambda db: db.execute(
                "UPDATE outbox SET seq = (SELECT max(seq) + 1 FROM outbox) WHERE id = ?",
                (str(message),),
            )
        )

    async def done(self, message: MessageId) -> None:
        """The control plane has it, or it is given up."""
        await self._disk.run(
            lambda db: db.execute("DELETE FROM outbox WHERE id = ?", (str(message),))
        )

    async def count(self) -> int:
        """How many messages have not arrived yet."""
        return await self._disk.run(
            lambda db: int(db.execute("SELECT count(*) FROM outbox").fetchone()[0])
        )
