"""A fault, device to everybody who must know: how is each peripheral, and since when?"""

import asyncio

import structlog

from edge_agent.clock import Clock
from edge_agent.core.faults import Reading, nothing_seen, settle
from edge_agent.core.scenes import booth_state
from edge_agent.flows.showing import Showing
from edge_agent.ports import Peripheral, Rooms, Screen, Screens, Uplink
from shared.identifiers import BoothCode
from shared.telemetry import Condition, PeripheralsChanged, Port

log = structlog.get_logger()

POLL_S = 2.0
ANSWER_S = 3.0

_PAGES = {Port.SCREEN: Screen.BOOTH, Port.WAITING_SCREEN: Screen.WAITING_AREA}


class Monitoring:
    """Asks every peripheral each 2 s; what lasts is told to screens, clerk and control plane."""

    def __init__(  # noqa: PLR0913 - each is another port
        self,
        *,
        peripherals: tuple[Peripheral, ...],
        screens: Screens,
        rooms: Rooms,
        uplink: Uplink,
        showing: Showing,
        clock: Clock,
    ) -> None:
        self._peripherals = peripherals
        self._screens = screens
        self._rooms = rooms
        self._uplink = uplink
        self._showing = showing
        self._clock = clock
        self._faults = nothing_seen()
        self._told_for: BoothCode | None = None
        self._look_now = asyncio.Event()
        self.looked_at = clock.monotonic()

    def trouble(self, port: Port, condition: Condition) -> None:
        """A flow met trouble itself: look now rather than in two seconds."""
        log.warning("a peripheral failed in use", port=port, condition=condition)
        self._look_now.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            try:
                async with asyncio.timeout(POLL_S):
                    await self._look_now.wait()
            except TimeoutError:
                continue
            self._look_now.clear()

    async def look(self) -> None:
        """One round."""
        readings = [*await asyncio.gather(*map(self._read, self._peripherals)), *self._pages()]
        self._faults, news = settle(
            self._faults,
            tuple(readings),
            now=self._clock.monotonic(),
            at=self._clock.now(),
        )
        self.looked_at = self._clock.monotonic()
        twin = self._showing.scene.twin
        booth = twin.booth if twin else None
        screen_here = self._screens.alive(Screen.BOOTH)
        if news or screen_here != self._showing.scene.screen_here:
            self._showing.change(peripherals=self._faults.told, screen_here=screen_here)
            await self._rooms.say(booth_state(self._showing.scene))
        if news or booth != self._told_for:
            self._told_for = booth
            await self._uplink.tell(PeripheralsChanged(booth=booth, peripherals=self._faults.told))

    async def _read(self, peripheral: Peripheral) -> Reading:
        try:
            async with asyncio.timeout(ANSWER_S):
                condition = await peripheral.status()
        except TimeoutError:
            condition = Condition.UNPLUGGED
        return Reading(port=peripheral.port, condition=condition, simulated=peripheral.simulated)

    def _pages(self) -> list[Reading]:
        return [
            Reading(
                port=port,
                condition=Condition.READY if self._screens.alive(screen) else Condition.UNPLUGGED,
            )
            for port, screen in _PAGES.items()
        ]
