"""How does a document go to the clerk? In frames, no faster than the line takes them.

The receiver says from where: at first, and again after each new connection.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Protocol

from shared.documents import (
    CHUNK,
    HIGH_WATER,
    LOW_WATER,
    Announced,
    MediaType,
    TransferReceived,
    frame,
)
from shared.identifiers import TransferId, new_uuid

AT_ONCE = 2
# A receiver that says nothing for so long after the announcement is sent to all the same.
GO_AHEAD_S = 1.0


class Lane(Protocol):
    """What sending needs of the documents channel."""

    async def drained(self, *, above: int, to: int) -> bool:
        """Wait while more than ``above`` bytes are on their way, until ``to``; False: closed."""

    def send(self, message: bytes) -> None:
        """Put one frame on its way."""


@dataclass(slots=True)
class _Going:
    announced: Announced
    document: bytes
    run: asyncio.Task[None] | None = None


def announce(document: bytes, media_type: MediaType) -> Announced:
    """What the other side is told before the document comes."""
    return Announced(
        transfer_id=TransferId(new_uuid()),
        size=len(document),
        sha256=hashlib.sha256(document).hexdigest(),
        media_type=media_type,
    )


class DocumentSender:
    """What is going out of one room; its tasks belong to the seat's group."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks
        self._lane: Lane | None = None
        self._going: dict[TransferId, _Going] = {}

    def attach(self, lane: Lane | None) -> None:
        """A new connection, or none: what was under way waits for the receiver's word."""
        self._lane = lane
        for going in self._going.values():
            self._wait_for_word(going)

    def send(self, announced: Announced, document: bytes) -> None:
        """Send it as soon as the receiver says so; an older one too many is given up."""
        while len(self._going) >= AT_ONCE:
            self._drop(next(iter(self._going)))
        going = _Going(announced, document)
        self._going[announced.transfer_id] = going
        self._wait_for_word(going)

    def received(self, word: TransferReceived) -> None:
        """The receiver's word: whole, failed, or go on from here."""
        going = self._going.get(word.transfer_id)
        if going is None:
            return
        if word.whole or word.reason:
            self._drop(word.transfer_id)
        elif going.run is None or going.run.done() or going.run.get_name() == "waiting":
            self._start(going, word.offset)

    def forget(self) -> None:
        """The room is closed."""
        for transfer in list(self._going):
            self._drop(transfer)

    def _drop(self, transfer: TransferId) -> None:
        going = self._going.pop(transfer)
        if going.run is not None:
            going.run.cancel()

    def _wait_for_word(self, going: _Going) -> None:
        if going.run is not None:
            going.run.cancel()
        going.run = None
        if self._lane is not None:
            going.run = self._tasks.create_task(self._go_ahead(going), name="waiting")

    def _start(self, going: _Going, offset: int) -> None:
        if going.run is not None:
            going.run.cancel()
        if self._lane is not None:
            going.run = self._tasks.create_task(
                _pump(self._lane, going.announced, going.document, offset)
            )

    async def _go_ahead(self, going: _Going) -> None:
        await asyncio.sleep(GO_AHEAD_S)
        if self._lane is not None:
            await _pump(self._lane, going.announced, going.document, 0)


async def _pump(lane: Lane, announced: Announced, document: bytes, offset: int) -> None:
    for at in range(offset, len(document), CHUNK):
        if not await lane.drained(above=HIGH_WATER, to=LOW_WATER):
            return
        lane.send(frame(announced.transfer_id, at, document[at : at + CHUNK]))
