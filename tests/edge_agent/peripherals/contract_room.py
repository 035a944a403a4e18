"""What buttons, lamp and presence sensor do, on pins or simulated; a subclass gives the rig."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TypeVar

from edge_agent.ports import CallButton, Lamp, Place, PresenceSensor
from shared.telemetry import Condition, Port
from tests.virtual.patience import until

T = TypeVar("T")


class RoomRig(ABC):
    """The three and the hands on them."""

    button: CallButton
    lamp: Lamp
    presence: PresenceSensor

    @abstractmethod
    async def press(self, place: Place) -> None:
        """Press and let go."""

    @abstractmethod
    def lit(self) -> bool:
        """Is the lamp on?"""

    @abstractmethod
    async def sense(self, *, somebody: bool) -> None:
        """Somebody came or went."""


class Heard:
    """Collects what an iterator gives, in the background."""

    def __init__(self, items: AsyncIterator[T]) -> None:
        self.items: list[object] = []
        self._task = asyncio.get_running_loop().create_task(self._collect(items))

    async def _collect(self, items: AsyncIterator[T]) -> None:
        async for item in items:
            self.items.append(item)

    async def until(self, *items: object) -> None:
        await until(lambda: self.items == list(items), 5)

    async def stop(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


class RoomContract:
    async def test_each_stands_behind_its_port(self, rig: RoomRig) -> None:
        for one, port in (
            (rig.button, Port.CALL_BUTTON),
            (rig.lamp, Port.LAMP),
            (rig.presence, Port.PRESENCE),
        ):
            assert one.port is port
            assert await one.status() is Condition.READY

    async def test_each_press_is_heard_with_its_place(self, rig: RoomRig) -> None:
        heard = Heard(rig.button.presses())
        await asyncio.sleep(0.1)
        await rig.press(Place.BOOTH)
        await heard.until(Place.BOOTH)
        await rig.press(Place.WAITING_AREA)
        await rig.press(Place.BOOTH)
        await heard.until(Place.BOOTH, Place.WAITING_AREA, Place.BOOTH)
        await heard.stop()

    async def test_the_lamp_is_lit_and_put_out(self, rig: RoomRig) -> None:
        assert not rig.lit()
        await rig.lamp.show(lit=True)
        assert rig.lit()
        await rig.lamp.show(lit=False)
        assert not rig.lit()

    async def test_presence_tells_the_present_state_first_and_then_changes(
        self, rig: RoomRig
    ) -> None:
        heard = Heard(rig.presence.changes())
        await heard.until(False)
        await rig.sense(somebody=True)
        await heard.until(False, True)
        await rig.sense(somebody=False)
        await heard.until(False, True, False)
        await heard.stop()
