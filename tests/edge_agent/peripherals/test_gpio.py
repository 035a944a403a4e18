"""Buttons, lamp and sensor on gpiozero's own mock pins; real pins and edges are not proved here."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from gpiozero.pins.mock import MockFactory

from edge_agent.errors import PeripheralError
from edge_agent.peripherals.drivers.gpio import GpioCallButton, GpioLamp, GpioPresenceSensor
from edge_agent.ports import Place
from shared.telemetry import Condition
from tests.edge_agent.peripherals.contract_room import RoomContract, RoomRig

PINS = {Place.WAITING_AREA: 17, Place.BOOTH: 27}
LAMP, BUZZER, DOOR = 22, 24, 23


class Rig(RoomRig):
    def __init__(self, pins: MockFactory) -> None:
        self.pins = pins
        self.button = GpioCallButton(
            waiting_area=PINS[Place.WAITING_AREA], booth=PINS[Place.BOOTH], pins=pins
        )
        self.lamp = GpioLamp(pin=LAMP, buzzer=BUZZER, pins=pins)
        pins.pin(DOOR).drive_low()
        self.presence = GpioPresenceSensor(pin=DOOR, pins=pins)

    async def press(self, place: Place) -> None:
        pin = self.pins.pin(PINS[place])
        pin.drive_low()
        await asyncio.sleep(0.1)
        pin.drive_high()
        await asyncio.sleep(0.1)

    def lit(self) -> bool:
        return bool(self.pins.pin(LAMP).state) and bool(self.pins.pin(BUZZER).state)

    async def sense(self, *, somebody: bool) -> None:
        pin = self.pins.pin(DOOR)
        (pin.drive_high if somebody else pin.drive_low)()


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    pins = MockFactory()
    rig = Rig(pins)
    yield rig
    for one in (rig.button, rig.lamp, rig.presence):
        await one.close()
    pins.close()


class TestGpio(RoomContract):
    async def test_pins_that_are_taken_are_a_condition_and_no_crash(self, rig: Rig) -> None:
        assert await rig.lamp.status() is Condition.READY
        other = GpioLamp(pin=LAMP, pins=rig.pins)
        assert await other.status() is Condition.FAILED
        with pytest.raises(PeripheralError):
            await other.show(lit=True)
