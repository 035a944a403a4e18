"""How does the agent come into a room and out of it? A light shell around `seat`.

aiortc and av are loaded when the first room is opened: an idle agent carries neither.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from edge_agent.media.conversation import Conversation
from edge_agent.ports import DocumentCamera, Prover, RoomDesk, ToClerk, Uplink
from shared.identifiers import RoomId
from shared.rooms import Signal
from shared.visits import PrepareVisit

if TYPE_CHECKING:
    from edge_agent.media.seat import Seat


class MediaRooms:
    """Fulfils `ports.Rooms`; one room at a time. `run` owns whatever happens in it."""

    def __init__(
        self,
        *,
        uplink: Uplink,
        prover: Prover,
        camera: DocumentCamera | None,
        now: Callable[[], datetime],
        loopback: bool = False,
    ) -> None:
        self._uplink = uplink
        self._prover = prover
        self._camera = camera
        self._now = now
        self._loopback = loopback
        self._running: asyncio.Future[tuple[RoomDesk, asyncio.TaskGroup]] | None = None
        self._seat: Seat | None = None
        self._sitting: asyncio.Task[None] | None = None
        # What is asked of a seat that is still being taken is done as soon as it is.
        self._in_turn = asyncio.Lock()

    async def run(self, desk: RoomDesk) -> None:
        """For the agent's whole life: what the clerk asks for in a room goes to ``desk``."""
        async with asyncio.TaskGroup() as tasks:
            self._owner().set_result((desk, tasks))
            await asyncio.Event().wait()

    async def open(self, visit: PrepareVisit) -> None:
        """Take the seat and wait for the clerk's offer; a seat elsewhere is left first."""
        async with self._in_turn:
            await self._open(visit)

    async def _open(self, visit: PrepareVisit) -> None:
        if self._seat is not None:
            if self._seat.visit.room_id == visit.room_id:
                return
            await self._close(self._seat.visit.room_id)
        desk, tasks = await self._owner()
        seat = await asyncio.to_thread(self._load, visit, desk)
        self._seat = seat
        self._sitting = tasks.create_task(
            seat.run(lambda own: Conversation(desk, say=seat.say, now=self._now, tasks=own))
        )

    async def take_signal(self, signal: Signal) -> None:
        """A signal for `Participant.BOOTH_AGENT`; one for another room falls on the floor."""
        if self._seat is not None and signal.room_id == self._seat.visit.room_id:
            self._seat.take_signal(signal)

    async def faces_are_up(self) -> None:
        """The clerk's face is seen in the booth: take part without further delay."""
        async with self._in_turn:
            if self._seat is not None:
                self._seat.faces_are_up()

    async def show_camera(self) -> None:
        """Let the document camera's picture flow: the visit has begun."""
        async with self._in_turn:
            if self._seat is not None:
                self._seat.show_camera()

    async def say(self, message: ToClerk) -> None:
        """Tell the clerk something on the control channel, if it is open."""
        if self._seat is not None:
            self._seat.say(message)

    async def close(self, room: RoomId) -> None:
        """Leave, and forget every byte that came."""
        async with self._in_turn:
            await self._close(room)

    async def _close(self, room: RoomId) -> None:
        if self._seat is None or self._seat.visit.room_id != room:
            return
        sitting, self._seat, self._sitting = self._sitting, None, None
        if sitting is not None:
            sitting.cancel()
            await asyncio.wait([sitting])

    def _owner(self) -> asyncio.Future[tuple[RoomDesk, asyncio.TaskGroup]]:
        if self._running is None:
            self._running = asyncio.get_running_loop().create_future()
        return self._running

    def _load(self, visit: PrepareVisit, desk: RoomDesk) -> "Seat":
        from edge_agent.media.seat import Seat  # noqa: PLC0415 - see the first line

        if self._loopback:
            from edge_agent.media.peer import allow_loopback  # noqa: PLC0415 - as above

            allow_loopback()
        return Seat(
            visit,
            uplink=self._uplink,
            prover=self._prover,
            camera=self._camera,
            desk=desk,
        )
