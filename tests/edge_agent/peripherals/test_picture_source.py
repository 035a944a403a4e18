"""How do pictures fare that a camera spoils, or that several want at once?"""

import asyncio
from contextlib import aclosing
from fractions import Fraction
from pathlib import Path

import av
import pytest
from PIL import Image

from edge_agent.errors import PeripheralError
from edge_agent.peripherals.drivers.picture_source import Opening, PictureSource
from shared.telemetry import Condition

SIZE = (320, 240)
PICTURES = 8


def spoilt_film(path: Path) -> None:
    """Ever brighter pictures as JPEG, as a camera sends them; the third is no picture."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=10)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuvj420p"
        stream.time_base = Fraction(1, 10)
        for number in range(PICTURES):
            picture = Image.new("L", SIZE, brightness(number)).convert("RGB")
            [packet] = stream.encode(av.VideoFrame.from_image(picture))  # type: ignore[no-untyped-call]
            if number == 2:
                packet.update(bytes(packet.size))
            container.mux(packet)


def brightness(number: int) -> int:
    """The grey of that picture."""
    return 40 + 20 * number


async def test_a_spoilt_picture_does_not_end_the_look(tmp_path: Path) -> None:
    path = tmp_path / "desk.mkv"
    spoilt_film(path)
    source = PictureSource(Opening(url=str(path), format=None, options={}, paced=True, device=True))
    seen: list[int] = []
    with pytest.raises(PeripheralError) as trouble:
        await look(source, seen)
    assert trouble.value.reason == Condition.FAILED  # a device's film has no end
    assert len(set(seen)) >= PICTURES - 3  # the spoilt one, and what a slow reader missed
    assert max(seen) > brightness(PICTURES - 3)


async def test_the_same_picture_serves_several_looks_and_stills_at_once() -> None:
    source = PictureSource(
        Opening(url="testsrc2=size=1280x720:rate=30", format="lavfi", options={}, paced=True)
    )

    async def watch() -> int:
        seen = 0
        async with aclosing(source.frames(width=640, height=360, fps=30)) as frames:
            async for _ in frames:
                seen += 1
                if seen == 40:
                    break
        return seen

    async def keep() -> int:
        stills = [await source.still() for _ in range(10)]
        return len({still.jpeg for still in stills})

    async with asyncio.TaskGroup() as tasks:
        watching = [tasks.create_task(watch()) for _ in range(3)]
        keeping = [tasks.create_task(keep()) for _ in range(2)]
    assert [task.result() for task in watching] == [40] * 3
    assert all(task.result() >= 5 for task in keeping)


async def look(source: PictureSource, seen: list[int]) -> None:
    """Note how bright each live picture is."""
    across, down = SIZE
    async with aclosing(source.frames(width=across, height=down, fps=30)) as frames:
        async for frame in frames:
            seen.append(bytes(frame.planes[0])[0])  # noqa: PERF401 - kept when the look ends
