"""How do a point's public screens hear of changes? Once per change, best effort.

A screen that missed one asks when it connects; a higher version wins.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta

import structlog

from control_plane.clock import Clock
from control_plane.database import Committed, Store, Tx
from control_plane.outbox.sender import NotConnected
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.visits.operations.board import board_of_point
from control_plane.visits.operations.steps import board_of
from control_plane.visits.setup import Setup
from control_plane.visits.waits import Waits
from shared.envelope import wrap
from shared.identifiers import DeviceName, MessageId, new_uuid
from shared.tickets import Board
from shared.topics import Down

# Changes that come together are told together.
GATHER_S = 0.1
LIFE = timedelta(minutes=2)
PREFIX = board_of("")
BRIDGE = Scope.system("bridge")

Answer = Callable[[DeviceName, Down, bytes], Awaitable[None]]

log = structlog.get_logger()


class Boards:
    """Sends the boards of points whose state a commit of this replica changed."""

    def __init__(
        self, store: Store, clock: Clock, setup: Setup, *, waits: Waits, answer: Answer
    ) -> None:
        self._store = store
        self._clock = clock
        self._setup = setup
        self._waits = waits
        self._answer = answer
        self._points: set[str] = set()
        self._work = asyncio.Event()
        # What a point's screens were told last, without its version.
        self._told: dict[str, Board] = {}
        store.listen(self._committed)

    async def run(self) -> None:
        """Send what changed, for ever."""
        while True:
            await self._work.wait()
            await asyncio.sleep(GATHER_S)
            self._work.clear()
            points, self._points = self._points, set()
            for point in sorted(points):
                await self._send(point)

    def _committed(self, committed: Committed) -> None:
        changed = {each.removeprefix(PREFIX) for each in committed.wakes if _is_board(each)}
        if changed:
            self.look(changed)

    def look(self, points: Iterable[str]) -> None:
        """What the screens of these points say may have changed."""
        self._points.update(points)
        self._work.set()

    async def _send(self, point: str) -> None:
        board, devices = await self._store.read(lambda tx: self._look(tx, point))
        if board is None or self._told.get(point) == board.model_copy(update={"version": 0}):
            return
        now = self._clock.now()
        envelope = wrap(board, id=MessageId(new_uuid()), now=now, expires_at=now + LIFE)
        try:
            for device in devices:
                await self._answer(device, Down.TWIN, envelope)
        except NotConnected:
            # Devices ask when the connection is back.
            self._told.pop(point, None)
            return
        self._told[point] = board.model_copy(update={"version": 0})

    def _look(self, tx: Tx, point: str) -> tuple[Board | None, list[DeviceName]]:
        board = board_of_point(tx, self._setup, point, self._clock.now(), self._waits)
        return board, [place.device for place in places.devices_at(tx, BRIDGE, point)]


def _is_board(worker: str) -> bool:
    return worker.startswith(PREFIX)
