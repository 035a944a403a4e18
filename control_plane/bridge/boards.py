"""How do a point's public screens hear of changes? Once per change, best effort.

Some come with the clock alone: a point opens, a queue takes nobody more who could not be served
before the point closes. Whoever told a board last looks again at that moment.

A screen that missed one asks when it connects; a higher version wins.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

import structlog

from control_plane.clock import Clock
from control_plane.database import UNAVAILABLE, Committed, Store, Tx
from control_plane.outbox.sender import NotConnected
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.visits.operations.board import Looked, look
from control_plane.visits.operations.steps import board_of, boards_of
from control_plane.visits.setup import Setup
from control_plane.visits.waits import Waits
from shared.envelope import wrap
from shared.identifiers import DeviceName, MessageId, new_uuid
from shared.tickets import Board
from shared.topics import Down

# Changes that come together are told together.
GATHER_S = 0.1
# After telling, a rest of so many times as long as it took, and no longer than a call may be late
# on the screens: the more changes, the more together.
REST, LONGEST_REST_S = 3, 1.0
RECONNECT_S = 1.0
LIFE = timedelta(minutes=2)
POINT = board_of("").rstrip(":")
AGENCY = boards_of("").rstrip(":")
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
        self._agencies: set[str] = set()  # whose points are all to be told
        self._until: dict[str, datetime] = {}  # by point: when its board will be another
        self._work = asyncio.Event()
        # What a point's screens were told last, without its version.
        self._told: dict[str, Board] = {}
        store.listen(self._committed)

    async def run(self) -> None:
        """Send what changed, for ever."""
        clock = asyncio.get_running_loop().time
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._pause()):
                    await self._work.wait()
                await asyncio.sleep(GATHER_S)
            self._work.clear()
            began = clock()
            try:
                await self._send_all()
            except UNAVAILABLE:
                log.warning("boards wait for the database")
                await asyncio.sleep(RECONNECT_S)
                self._work.set()
            await asyncio.sleep(min(LONGEST_REST_S, REST * (clock() - began)))

    def _pause(self) -> float | None:
        """Seconds until the clock alone changes a board; None while nothing is known."""
        if not self._until:
            return None
        first = min(self._until.values())
        return max(0.0, (first - self._clock.now()).total_seconds()) + GATHER_S

    async def _send_all(self) -> None:
        """Tell every point whose board may be another; what fails here is still to be told."""
        now = self._clock.now()
        self._points |= {point for point, until in self._until.items() if until <= now}
        if self._agencies:
            agencies = frozenset(self._agencies)
            self._points |= await self._store.read(lambda tx: _points_of(tx, agencies))
            self._agencies -= agencies
        for point in sorted(self._points):
            self._points.discard(point)
            try:
                await self._send(point)
            except UNAVAILABLE:
                self._points.add(point)
                raise

    def _committed(self, committed: Committed) -> None:
        points = set()
        for wake in committed.wakes:
            kind, _, name = wake.partition(":")
            if kind == POINT:
                points.add(name)
            elif kind == AGENCY:
                self._agencies.add(name)
        if points or self._agencies:
            self.look(points)

    def look(self, points: Iterable[str]) -> None:
        """What the screens of these points say may have changed."""
        self._points.update(points)
        self._work.set()

    async def _send(self, point: str) -> None:
        found, devices = await self._store.read(lambda tx: self._look(tx, point))
        self._until.pop(point, None)
        if found is None:
            return
        if found.until is not None:
            self._until[point] = found.until
        board = found.board
        if self._told.get(point) == board.model_copy(update={"version": 0}):
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

    def _look(self, tx: Tx, point: str) -> tuple[Looked | None, list[DeviceName]]:
        found = look(tx, self._setup, point, self._clock.now(), self._waits)
        return found, [place.device for place in places.devices_at(tx, BRIDGE, point)]


def _points_of(tx: Tx, agencies: frozenset[str]) -> set[str]:
    return {point for agency in agencies for point in places.points_served(tx, BRIDGE, agency)}
