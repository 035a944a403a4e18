"""Somebody needs help: what happens at once, also when the line is down?"""

import asyncio
from functools import partial

import structlog

from edge_agent.clock import Clock
from edge_agent.errors import PeripheralError
from edge_agent.flows.showing import Showing
from edge_agent.ports import CallButton, Lamp, Place, Uplink
from edge_agent.supervision import keep_trying
from shared.telemetry import HelpPressed

log = structlog.get_logger()

# Nobody tells the device yet that help has come, so the lamp goes out by itself.
LIT_S = 180.0
# A second press within this time is the same call.
SAME_CALL_S = 5.0


class Help:
    """`ports.Help`; lamp and screen first, then the event, which waits on disk."""

    def __init__(
        self,
        *,
        lamp: Lamp | None,
        button: CallButton | None,
        uplink: Uplink,
        showing: Showing,
        clock: Clock,
    ) -> None:
        self._lamp = lamp
        self._button = button
        self._uplink = uplink
        self._showing = showing
        self._clock = clock
        self._lit_until: float | None = None
        self._pressed = asyncio.Event()
        self._last: dict[Place, float] = {}

    async def press(self, place: Place) -> None:
        """Somebody needs help."""
        now = self._clock.monotonic()
        again = now - self._last.get(place, -SAME_CALL_S) < SAME_CALL_S
        self._last[place] = now
        self._lit_until = now + LIT_S
        self._pressed.set()
        called = dict(self._showing.scene.help_in) | {place.value: True}
        self._showing.change(help_in=called)
        await self._show_lamp(lit=True)
        if not again:
            await self._uplink.tell(HelpPressed(where=place.value, at=self._clock.now()))

    async def seek(self) -> None:
        """Light the lamp for whoever is on the spot: somebody does not hear the call."""
        self._lit_until = self._clock.monotonic() + LIT_S
        self._pressed.set()
        await self._show_lamp(lit=True)

    async def settle(self) -> None:
        """Help has come."""
        self._lit_until = None
        self._showing.change(help_in={})
        await self._show_lamp(lit=False)

    async def run(self) -> None:
        """Hear the buttons, and put the lamp out in time."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._put_out())
            if self._button is not None:
                group.create_task(
                    keep_trying(
                        "call button",
                        partial(self._hear, self._button),
                        expected=(PeripheralError,),
                    )
                )

    async def _hear(self, button: CallButton) -> None:
        async for place in button.presses():
            await self.press(place)
        raise PeripheralError("ended")

    async def _put_out(self) -> None:
        while True:
            await self._pressed.wait()
            self._pressed.clear()
            while self._lit_until is not None:
                left = self._lit_until - self._clock.monotonic()
                if left <= 0:
                    await self.settle()
                    break
                await asyncio.sleep(left)

    async def _show_lamp(self, *, lit: bool) -> None:
        if self._lamp is None:
            return
        try:
            await self._lamp.show(lit=lit)
        except PeripheralError as trouble:
            log.warning("the lamp does not obey", reason=trouble.reason)
