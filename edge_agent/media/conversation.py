"""What do the clerk and the booth's agent say to each other on the data channels?

Pings and the bytes of documents are dealt with as they are heard; what the clerk asks for goes
to the desk in turn. Half documents outlive a connection: on the next one they go on.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import assert_never

import structlog

from edge_agent.errors import PeripheralError
from edge_agent.media.receiving import DocumentReceiver, Whole
from edge_agent.media.sending import DocumentSender, Lane, announce
from edge_agent.ports import RoomDesk
from shared.documents import (
    FromBooth,
    Ping,
    Pong,
    PrintCancel,
    PrintOffer,
    SetBooth,
    StillTaken,
    TakeStill,
    TransferReceived,
    read_from_clerk,
)
from shared.envelope import NotUnderstood
from shared.notes import NoteFromClerk, NoteOffer, NoteRead, NoteWithdraw

log = structlog.get_logger()

PING_EVERY_S = 2.0
SILENCE_S = 8.0

Asked = PrintOffer | PrintCancel | Whole | TakeStill | SetBooth | NoteFromClerk


class Conversation:
    """One for a room; its channels come and go with the connections."""

    def __init__(
        self,
        desk: RoomDesk,
        *,
        say: Callable[[FromBooth], None],
        now: Callable[[], datetime],
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._desk = desk
        self._say = say
        self._now = now
        self._tasks = tasks
        self._asked: asyncio.Queue[Asked] = asyncio.Queue()
        self._receiver = DocumentReceiver()
        self._sender = DocumentSender(tasks)

    async def run(self) -> None:
        """Do what is asked, one thing after the other; what takes long gets its own task."""
        while True:
            await self._do(await self._asked.get())

    def forget(self) -> None:
        """The room is closed: every byte of it goes."""
        self._receiver.forget()
        self._sender.forget()

    def documents_open(self, lane: Lane) -> None:
        """A new connection: say for each half document from where it goes on."""
        self._sender.attach(lane)
        for word in self._receiver.resume():
            self._say(word)

    def documents_closed(self) -> None:
        """The connection is gone; what is half here stays."""
        self._sender.attach(None)

    def ping(self) -> None:
        """Let the other side know that we are here."""
        self._say(Ping(sent_at=self._now()))

    def hear(self, text: str) -> None:
        """A message of the control channel."""
        try:
            message = read_from_clerk(text)
        except NotUnderstood as trouble:
            log.info("a control message was not understood", reason=trouble.reason)
            return
        match message:
            case Ping():
                self._say(Pong(sent_at=message.sent_at))
            case Pong():
                return
            case TransferReceived():
                self._sender.received(message)
            case PrintOffer():
                # The bytes may come at once; whether they are wanted is asked meanwhile.
                self._say(self._receiver.expect(message.job_id, message.document))
                self._asked.put_nowait(message)
            case _:
                self._asked.put_nowait(message)

    def take(self, frame: bytes) -> None:
        """A message of the documents channel."""
        word, whole = self._receiver.take(frame)
        if word is not None:
            self._say(word)
        if whole is not None:
            self._asked.put_nowait(whole)

    async def _do(self, asked: Asked) -> None:
        match asked:
            case PrintOffer():
                if not await self._desk.print_offered(asked):
                    self._say(self._receiver.refuse(asked.document.transfer_id, "refused"))
            case PrintCancel():
                for word in self._receiver.drop_job(asked.job_id):
                    self._say(word)
                await self._desk.print_cancelled(asked)
            case Whole():
                self._tasks.create_task(self._desk.document_arrived(asked.job, asked.document))
            case TakeStill():
                self._tasks.create_task(self._take_still(asked))
            case SetBooth():
                await self._desk.set_booth(asked)
            case NoteOffer() | NoteWithdraw() | NoteRead():
                await self._desk.note_said(asked)
            case _:
                assert_never(asked)

    async def _take_still(self, wanted: TakeStill) -> None:
        try:
            still = await self._desk.still_wanted(wanted)
        except PeripheralError as trouble:
            self._say(StillTaken(still_id=wanted.still_id, reason=trouble.reason))
            return
        if still is None:
            self._say(StillTaken(still_id=wanted.still_id, reason="no_camera"))
            return
        announced = announce(still.jpeg, "image/jpeg")
        self._say(
            StillTaken(
                still_id=wanted.still_id,
                document=announced,
                width=still.width,
                height=still.height,
            )
        )
        self._sender.send(announced, still.jpeg)
