"""What stands in the simulated room beside the printers: buttons, a lamp, a sensor at the door."""

import asyncio
from collections.abc import AsyncIterator, Callable

from edge_agent.peripherals.simulated.bell import Bell
from edge_agent.peripherals.simulated.switches import Switches
from edge_agent.ports import Place
from shared.telemetry import Condition, Port


class SimulatedCallButton:
    """Buttons for help, pressed on the bench."""

    port = Port.CALL_BUTTON
    simulated = True

    def __init__(self, bell: Bell) -> None:
        self.switches = Switches(bell)
        self._listeners: set[asyncio.Queue[Place]] = set()

    async def status(self) -> Condition:
        """As the switches stand."""
        return self.switches.condition

    def press(self, place: Place) -> None:
        """A hand on the button; a button that is torn off does nothing."""
        if self.switches.unplugged:
            return
        for listener in self._listeners:
            listener.put_nowait(place)

    async def presses(self) -> AsyncIterator[Place]:
        """One item for each press."""
        pressed: asyncio.Queue[Place] = asyncio.Queue()
        self._listeners.add(pressed)
        try:
            while True:
                yield await pressed.get()
        finally:
            self._listeners.discard(pressed)

    async def close(self) -> None:
        """Nothing to let go of."""


class SimulatedLamp:
    """A light that the bench shows."""

    port = Port.LAMP
    simulated = True

    def __init__(self, bell: Bell) -> None:
        self.switches = Switches(bell)
        self.lit = False
        self._bell = bell

    async def status(self) -> Condition:
        """As the switches stand."""
        return self.switches.condition

    async def show(self, *, lit: bool) -> None:
        """Light it or put it out."""
        self.lit = lit
        self._bell.ring()

    async def close(self) -> None:
        """Nothing to let go of."""


class SimulatedPresenceSensor:
    """The door's sensor: somebody is in the booth when the bench says so."""

    port = Port.PRESENCE
    simulated = True

    def __init__(self, bell: Bell) -> None:
        self.switches = Switches(bell)
        self.somebody = False
        self._bell = bell

    async def status(self) -> Condition:
        """As the switches stand."""
        return self.switches.condition

    def sense(self, *, somebody: bool) -> None:
        """Somebody came or went."""
        self.somebody = somebody
        self._bell.ring()

    async def changes(self) -> AsyncIterator[bool]:
        """The present state, then each change of it."""
        told = self.somebody
        yield told
        while True:
            await self._bell.until(self._differs_from(told=told))
            told = self.somebody
            yield told

    def _differs_from(self, *, told: bool) -> Callable[[], bool]:
        return lambda: self.somebody is not told

    async def close(self) -> None:
        """Nothing to let go of."""
