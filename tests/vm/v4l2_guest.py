"""Inside the guest: does the V4L2 driver keep the cameras' contract on a real /dev/video0?

`vivid` is the kernel's own camera without optics: the picture is drawn, everything from the device
node to the buffers is what a camera on USB goes through. It is unplugged by taking the driver away
from it, which is what the kernel does when a cable is pulled.
"""

import asyncio
import fcntl
import io
import struct
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import av  # noqa: F401 - loading it under emulation is no part of a look's time
import pytest
from PIL import Image

from edge_agent.errors import PeripheralError
from edge_agent.peripherals.drivers.v4l2 import V4l2DocumentCamera
from edge_agent.ports import DocumentCamera
from shared.telemetry import Condition
from tests.edge_agent.peripherals.contract_document_camera import (
    DocumentCameraContract,
    DocumentCameraRig,
    live,
)

DEVICE = Path("/dev/video0")
FULL_HD = (1920, 1080)
SENSOR = (3840, 2160)  # at two pictures a second: under emulation only where size is the point
_VIVID = Path("/sys/bus/platform/drivers/vivid")
_NOTICED_S = 10.0  # the clerk is told of an unplugged camera within this time


def camera(size: tuple[int, int] = FULL_HD, *, input_format: str = "yuyv422") -> V4l2DocumentCamera:
    """The driver as a device would have it, but for the format: vivid has no MJPEG."""
    across, down = size
    return V4l2DocumentCamera(
        device=str(DEVICE), size=f"{across}x{down}", fps=5, input_format=input_format
    )


class VividRig(DocumentCameraRig):
    full = FULL_HD

    def __init__(self) -> None:
        self.camera = camera()

    async def turn(self, action: str) -> None:
        (_VIVID / ("unbind" if action == "unplug" else "bind")).write_text("vivid.0")


def press(name: str) -> None:
    """Press one of the buttons by which vivid can be made to misbehave."""
    with DEVICE.open("rb") as device:
        control = 0
        while True:
            query = bytearray(struct.pack("=I64x", control | _NEXT_CONTROL))
            fcntl.ioctl(device, _VIDIOC_QUERYCTRL, query)  # EINVAL after the last control
            control = int.from_bytes(query[:4], "little")
            if query[8:40].rstrip(b"\0").decode() == name:
                fcntl.ioctl(device, _VIDIOC_S_CTRL, struct.pack("=Ii", control, 1))
                return


# linux/videodev2.h
_VIDIOC_QUERYCTRL = 0xC0445624
_VIDIOC_S_CTRL = 0xC008561C
_NEXT_CONTROL = 0x80000000


async def look(camera: DocumentCamera, *, begun: asyncio.Event) -> str:
    """Look until it ends, and say why it did; ``begun`` with the first picture, or without any."""
    try:
        async with aclosing(camera.frames(width=1280, height=720, fps=10)) as frames:
            async for _ in frames:
                begun.set()
    except PeripheralError as trouble:
        return trouble.reason
    finally:
        begun.set()
    return ""


class TestVivid(DocumentCameraContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[VividRig]:
        rig = VividRig()
        yield rig
        await rig.camera.close()
        if not (_VIVID / "vivid.0").exists():
            await rig.turn("plug")

    def test_the_camera_is_a_v4l2_device(self) -> None:
        assert DEVICE.is_char_device()
        name = Path("/sys/class/video4linux", DEVICE.name, "name").read_text().strip()
        assert name == "vivid-000-vid-cap"

    async def test_a_4k_still_is_taken_while_1080p_flows(self, rig: VividRig) -> None:
        rig.camera = camera(SENSOR, input_format="yuv420p")
        async with aclosing(rig.camera.frames(width=1920, height=1080, fps=10)) as frames:
            before = await anext(frames)
            still = await rig.camera.still()
            after = await anext(frames)
        assert (before.width, before.height) == (after.width, after.height) == FULL_HD
        assert bytes(before.planes[0]) != bytes(after.planes[0])
        with Image.open(io.BytesIO(still.jpeg)) as picture:
            assert picture.size == (still.width, still.height) == SENSOR

    async def test_a_look_ends_when_the_camera_is_unplugged_and_it_comes_back(
        self, rig: VividRig
    ) -> None:
        async with asyncio.TaskGroup() as tasks:
            begun = asyncio.Event()
            ended = tasks.create_task(look(rig.camera, begun=begun))
            await begun.wait()
            await rig.turn("unplug")
            async with asyncio.timeout(_NOTICED_S):
                assert await ended == Condition.UNPLUGGED
        assert await rig.camera.status() is Condition.UNPLUGGED
        await rig.turn("plug")
        assert await rig.camera.status() is Condition.READY
        await live(rig.camera, 1)

    async def test_a_picture_outlives_its_device(self, rig: VividRig) -> None:
        raw = camera(input_format="yuv420p")  # needs no scaling: the driver's own buffers
        kept = []
        async with aclosing(raw.frames(width=1920, height=1080, fps=10)) as frames:
            async for frame in frames:
                kept.append(frame)
                if len(kept) == 3:
                    break
        await raw.close()
        await rig.turn("unplug")
        assert len({bytes(frame.planes[0]) for frame in kept}) > 1

    async def test_a_spoilt_picture_is_passed_over(self, rig: VividRig) -> None:
        seen = 0
        async with (
            asyncio.timeout(20),
            aclosing(rig.camera.frames(width=1280, height=720, fps=10)) as frames,
        ):
            async for _ in frames:
                seen += 1
                if seen == 2:
                    press("Inject V4L2_BUF_FLAG_ERROR")
                if seen == 6:
                    return

    async def test_a_camera_that_another_program_holds_has_failed(self, rig: VividRig) -> None:
        other = camera()
        async with aclosing(other.frames(width=640, height=360, fps=10)) as frames:
            await anext(frames)
            assert await look(rig.camera, begun=asyncio.Event()) == Condition.FAILED
            assert await rig.camera.status() is Condition.FAILED
        await other.close()
        await live(rig.camera, 1)
        assert await rig.camera.status() is Condition.READY
