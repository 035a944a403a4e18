"""The PyAV cameras, on a file and on a picture that FFmpeg draws; V4L2 needs the VM stage."""

import asyncio
from fractions import Fraction
from pathlib import Path

import av
import pytest
from PIL import Image, ImageDraw

from edge_agent.errors import ConfigurationError, PeripheralError
from edge_agent.peripherals.drivers.file_camera import FileDocumentCamera
from edge_agent.peripherals.drivers.v4l2 import V4l2DocumentCamera
from shared.telemetry import Condition
from tests.edge_agent.peripherals.contract_document_camera import (
    DocumentCameraContract,
    DocumentCameraRig,
    live,
)

FULL = (1920, 1080)


def film(path: Path, *, seconds: float = 1.0) -> None:
    """A square that wanders over a desk."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height = FULL
        stream.pix_fmt = "yuv420p"
        stream.time_base = Fraction(1, 10)
        for number in range(int(seconds * 10)):
            picture = Image.new("RGB", FULL, "tan")
            ImageDraw.Draw(picture).rectangle((number * 80, 200, number * 80 + 200, 800), "white")
            for packet in stream.encode(av.VideoFrame.from_image(picture)):  # type: ignore[no-untyped-call]
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)


class FileRig(DocumentCameraRig):
    full = FULL

    def __init__(self, path: Path) -> None:
        self.path = path
        film(path)
        self.camera = FileDocumentCamera(path=str(path))

    async def turn(self, action: str) -> None:
        away = self.path.with_suffix(".away")
        if action == "unplug":
            self.path.rename(away)
        else:
            away.rename(self.path)


class TestFile(DocumentCameraContract):
    @pytest.fixture
    def rig(self, tmp_path: Path) -> FileRig:
        return FileRig(tmp_path / "desk.mkv")

    async def test_a_film_begins_again_at_its_end(self, rig: FileRig) -> None:
        assert len(await live(rig.camera, 15)) == 15

    async def test_a_file_that_holds_no_picture_has_failed(self, tmp_path: Path) -> None:
        path = tmp_path / "no.mkv"
        path.write_bytes(b"this is no film")
        camera = FileDocumentCamera(path=str(path))
        with pytest.raises(PeripheralError) as trouble:
            await camera.still()
        assert trouble.value.reason == Condition.FAILED
        assert await camera.status() is Condition.FAILED


async def test_a_drawn_source_is_read_at_its_own_size() -> None:
    camera = FileDocumentCamera(lavfi="testsrc2=size=3840x2160:rate=10")
    still = await camera.still()
    assert (still.width, still.height) == (3840, 2160)
    assert len(set(await live(camera, 4))) == 4


async def test_nothing_is_read_when_nobody_looks(tmp_path: Path) -> None:
    film(tmp_path / "desk.mkv")
    camera = FileDocumentCamera(path=str(tmp_path / "desk.mkv"))
    assert camera._source._reader is None
    await live(camera, 2)
    assert camera._source._reader is None


def test_a_file_camera_wants_one_source() -> None:
    with pytest.raises(ConfigurationError):
        FileDocumentCamera()


async def test_a_v4l2_device_that_is_not_there_is_unplugged(tmp_path: Path) -> None:
    camera = V4l2DocumentCamera(device=str(tmp_path / "video0"))
    assert await camera.status() is Condition.UNPLUGGED
    with pytest.raises(PeripheralError) as trouble:
        async with asyncio.timeout(5):
            await camera.still()
    assert trouble.value.reason == Condition.UNPLUGGED
