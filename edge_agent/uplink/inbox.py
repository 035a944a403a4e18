"""Has this command come before, and what was its answer? Stored before the effect.

A command's id is on disk before anything happens, and its result after; a duplicate, also
after a restart, gets the same answer and has no second effect. Contents are never stored:
a preparation names people.
"""

import sqlite3
from dataclasses import dataclass
from uuid import UUID

from edge_agent.uplink.disk import Disk
from edge_agent.uplink.outbox import NewMessage, put
from shared.commands import FINAL_COMMAND_STATES, CommandState
from shared.identifiers import MessageId

# Longer than any command lives; then its expiry alone refuses it.
KEPT_S = 7 * 24 * 3600
RESTARTED = "restarted"

_FINAL = tuple(state.value for state in FINAL_COMMAND_STATES)


@dataclass(frozen=True, slots=True)
class Known:
    """How far a command had come."""

    state: CommandState
    reason: str


class Inbox:
    """The commands of the last days, without their contents."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk

    async def receive(self, command: MessageId, *, kind: str, at_s: int) -> Known | None:
        """Store a new command as received; gives its state when it is already known."""

        def store(db: sqlite3.Connection) -> Known | None:
            known = _find(db, command)
            if known is not None:
                return known
            db.execute("DELETE FROM inbox WHERE received_at < ?", (at_s - KEPT_S,))
            db.execute(
                "INSERT INTO inbox (id, kind, state, received_at) VALUES (?, ?, ?, ?)",
                (str(command), kind, CommandState.RECEIVED.value, at_s),
            )
            return None

        return await self._disk.run(store)

    async def find(self, command: MessageId) -> Known | None:
        """How far the command has come; None when it was never received."""
        return await self._disk.run(lambda db: _find(db, command))

    async def running(self, command: MessageId) -> None:
        """Note that the effect begins."""
        await self._disk.run(
            lambda db: db.execute(
                "UPDATE inbox SET state = ? WHERE id = ? AND state = ?",
                (CommandState.RUNNING.value, str(command), CommandState.RECEIVED.value),
            )
        )

    async def finish(
        self, command: MessageId, *, state: CommandState, reason: str, report: NewMessage
    ) -> None:
        """Store the result and the report of it in one transaction."""

        def store(db: sqlite3.Connection) -> None:
            ended = db.execute(
                "UPDATE inbox SET state = ?, reason = ? WHERE id = ? AND state NOT IN (?, ?, ?, ?)",
                (state.value, reason, str(command), *_FINAL),
            )
            if ended.rowcount:
                put(db, report)

        await self._disk.run(store)

    async def interrupted(self) -> list[MessageId]:
        """What a former process had not finished."""

        def read(db: sqlite3.Connection) -> list[MessageId]:
            rows = db.execute("SELECT id FROM inbox WHERE state NOT IN (?, ?, ?, ?)", _FINAL)
            return [MessageId(UUID(row[0])) for row in rows.fetchall()]

        return await self._disk.run(read)


def _find(db: sqlite3.Connection, command: MessageId) -> Known | None:
    row = db.execute("SELECT state, reason FROM inbox WHERE id = ?", (str(command),)).fetchone()
    return None if row is None else Known(state=CommandState(row[0]), reason=row[1])
