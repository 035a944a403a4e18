"""What every document camera does, driver or twin; a subclass gives the rig."""

import asyncio
import io
from abc import ABC, abstractmethod
from contextlib import aclosing

import pytest
from PIL import Image

from edge_agent.errors import PeripheralError
from edge_agent.ports import DocumentCamera
from shared.telemetry import Condition, Port


class DocumentCameraRig(ABC):
    """A camera and the hands on it."""

    camera: DocumentCamera
    full: tuple[int, int]

    @abstractmethod
    async def turn(self, action: str) -> None:
        """``unplug``, ``plug``."""


async def live(camera: DocumentCamera, pictures: int) -> list[bytes]:
    """The brightness of so many live pictures."""
    seen: list[bytes] = []
    async with asyncio.timeout(20):
        async with aclosing(camera.frames(width=1280, height=720, fps=10)) as frames:
            async for frame in frames:
                assert (frame.width, frame.height) == (1280, 720)
                assert frame.format.name == "yuv420p"
                seen.append(bytes(frame.planes[0]))
                if len(seen) == pictures:
                    break
    return seen


class DocumentCameraContract:
    async def test_it_stands_behind_its_port(self, rig: DocumentCameraRig) -> None:
        assert rig.camera.port is Port.DOCUMENT_CAMERA
        assert await rig.camera.status() is Condition.READY

    async def test_live_pictures_move(self, rig: DocumentCameraRig) -> None:
        assert len(set(await live(rig.camera, 6))) >= 4

    async def test_a_still_has_the_sensors_full_size(self, rig: DocumentCameraRig) -> None:
        still = await rig.camera.still()
        with Image.open(io.BytesIO(still.jpeg)) as picture:
            assert picture.format == "JPEG"
            assert picture.size == (still.width, still.height) == rig.full

    async def test_a_still_can_be_taken_while_the_picture_is_live(
        self, rig: DocumentCameraRig
    ) -> None:
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(live(rig.camera, 12))
            await asyncio.sleep(0.3)
            still = await rig.camera.still()
            assert (still.width, still.height) == rig.full
            assert len(await watching) == 12

    async def test_it_can_be_looked_at_again(self, rig: DocumentCameraRig) -> None:
        await live(rig.camera, 2)
        await live(rig.camera, 2)

    async def test_an_unplugged_camera_says_so_and_comes_back(self, rig: DocumentCameraRig) -> None:
        await rig.turn("unplug")
        assert await rig.camera.status() is Condition.UNPLUGGED
        with pytest.raises(PeripheralError) as trouble:
            await rig.camera.still()
        assert trouble.value.reason == Condition.UNPLUGGED
        with pytest.raises(PeripheralError):
            await live(rig.camera, 1)
        await rig.turn("plug")
        assert await rig.camera.status() is Condition.READY
        await live(rig.camera, 1)
