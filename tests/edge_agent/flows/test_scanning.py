"""A paper, desk to clerk."""

import asyncio

import pytest

from edge_agent.errors import PeripheralError
from edge_agent.flows.scanning import Scanning
from edge_agent.peripherals.simulated.bell import Bell
from edge_agent.peripherals.simulated.document_camera import SimulatedDocumentCamera


async def test_a_still_is_taken_at_full_size() -> None:
    still = await Scanning(SimulatedDocumentCamera(Bell())).still()
    assert still is not None
    assert (still.width, still.height) == (3840, 2160)


async def test_without_a_camera_there_is_none() -> None:
    assert await Scanning(None).still() is None


async def test_a_camera_in_trouble_says_what_is_wrong() -> None:
    camera = SimulatedDocumentCamera(Bell())
    camera.switches.turn("unplug")
    with pytest.raises(PeripheralError, match="unplugged"):
        await Scanning(camera).still()


async def test_two_wishes_at_once_are_both_fulfilled() -> None:
    scanning = Scanning(SimulatedDocumentCamera(Bell()))
    one, other = await asyncio.gather(scanning.still(), scanning.still())
    assert one is not None
    assert other is not None
