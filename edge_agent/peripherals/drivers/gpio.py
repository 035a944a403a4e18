"""How do buttons, the lamp and the door's sensor hang on the device's pins? By gpiozero.

gpiozero calls back from its own threads; here its calls come into the loop. ``pins`` is given
by tests, which have no pins but gpiozero's own mock ones.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from edge_agent.errors import PeripheralError
from edge_agent.ports import Place
from shared.telemetry import Condition, Port

_DEBOUNCE_S = 0.05


class _Pin:
    """Opened at first use; pins that cannot be had are a condition, not a crash."""

    def __init__(self, open_: Callable[[Any], Any]) -> None:
        self._open = open_
        self._opened: Any = None

    def get(self) -> Any:
        """gpiozero's device, or `PeripheralError`."""
        if self._opened is None:
            import gpiozero  # noqa: PLC0415 - loaded only where there are pins

            try:
                self._opened = self._open(gpiozero)
            except (gpiozero.GPIOZeroError, OSError, ImportError):
                raise PeripheralError(Condition.FAILED) from None
        return self._opened

    def condition(self) -> Condition:
        """Can it be had?"""
        try:
            self.get()
        except PeripheralError as trouble:
            return Condition(trouble.reason)
        return Condition.READY

    def close(self) -> None:
        """Give the pin back."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None


class GpioCallButton:
    """A button to each place that has a pin; pressed means closed to ground."""

    port = Port.CALL_BUTTON
    simulated = False

    def __init__(
        self, *, waiting_area: int | None = None, booth: int | None = None, pins: Any = None
    ) -> None:
        wired = ((Place.WAITING_AREA, waiting_area), (Place.BOOTH, booth))
        self._buttons = {
            place: _Pin(_button_opener(pin, pins)) for place, pin in wired if pin is not None
        }
        self._listeners: set[asyncio.Queue[Place]] = set()

    async def status(self) -> Condition:
        """As bad as the worst of the pins."""
        conditions = [button.condition() for button in self._buttons.values()]
        broken = (condition for condition in conditions if condition is not Condition.READY)
        return next(broken, Condition.READY)

    async def presses(self) -> AsyncIterator[Place]:
        """One item for each press."""
        loop = asyncio.get_running_loop()
        pressed: asyncio.Queue[Place] = asyncio.Queue()
        for place, button in self._buttons.items():
            button.get().when_pressed = self._caller(loop, place)
        self._listeners.add(pressed)
        try:
            while True:
                yield await pressed.get()
        finally:
            self._listeners.discard(pressed)

    def _caller(self, loop: asyncio.AbstractEventLoop, place: Place) -> Callable[[], None]:
        def tell() -> None:
            for listener in self._listeners:
                listener.put_nowait(place)

        return lambda: _call(loop, tell)

    async def close(self) -> None:
        """Give the pins back."""
        for button in self._buttons.values():
            button.close()


class GpioLamp:
    """A light, with a buzzer on the same or on a pin of its own."""

    port = Port.LAMP
    simulated = False

    def __init__(self, *, pin: int, buzzer: int | None = None, pins: Any = None) -> None:
        wired = [pin] if buzzer is None else [pin, buzzer]
        self._outputs = [_Pin(_output_opener(one, pins)) for one in wired]

    async def status(self) -> Condition:
        """As bad as the worst of the pins."""
        broken = (one.condition() for one in self._outputs)
        return next((found for found in broken if found is not Condition.READY), Condition.READY)

    async def show(self, *, lit: bool) -> None:
        """Light it or put it out."""
        for output in self._outputs:
            output.get().value = lit

    async def close(self) -> None:
        """Give the pins back; the light goes out."""
        for output in self._outputs:
            output.close()


class GpioPresenceSensor:
    """A contact or a movement sensor; ``active`` is the level that means somebody is there."""

    port = Port.PRESENCE
    simulated = False

    def __init__(self, *, pin: int, active_high: bool = True, pins: Any = None) -> None:
        self._input = _Pin(_input_opener(pin, active_high=active_high, pins=pins))

    async def status(self) -> Condition:
        """Can the pin be had?"""
        return self._input.condition()

    async def changes(self) -> AsyncIterator[bool]:
        """The present state, then each change of it."""
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()
        sensor = self._input.get()
        sensor.when_activated = sensor.when_deactivated = lambda: _call(loop, changed.set)
        told = bool(sensor.is_active)
        yield told
        while True:
            await changed.wait()
            changed.clear()
            if bool(sensor.is_active) is not told:
                told = not told
                yield told

    async def close(self) -> None:
        """Give the pin back."""
        self._input.close()


def _call(loop: asyncio.AbstractEventLoop, what: Callable[[], object]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(what)


def _button_opener(pin: int, pins: Any) -> Callable[[Any], Any]:
    return lambda gpiozero: gpiozero.Button(pin, bounce_time=_DEBOUNCE_S, pin_factory=pins)


def _output_opener(pin: int, pins: Any) -> Callable[[Any], Any]:
    return lambda gpiozero: gpiozero.DigitalOutputDevice(pin, pin_factory=pins)


def _input_opener(pin: int, *, active_high: bool, pins: Any) -> Callable[[Any], Any]:
    # No pull of our own: such sensors drive both levels themselves.
    return lambda gpiozero: gpiozero.DigitalInputDevice(
        pin, pull_up=None, active_state=active_high, bounce_time=_DEBOUNCE_S, pin_factory=pins
    )
