"""How are pictures read from whatever FFmpeg can open? In one thread, the newest one kept.

The source is opened at its full size and only while somebody looks: live pictures are scaled
down from the same pictures that stills are made of, since a camera streams to one reader only.
"""

import asyncio
import io
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_agent.errors import PeripheralError
from edge_agent.ports import Still
from shared.telemetry import Condition

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer
    from PIL.Image import Image

_FIRST_PICTURE_S = 8.0
_LET_GO_S = 5.0
_JPEG_QUALITY = 90


@dataclass(frozen=True, slots=True)
class Opening:
    """How to open the source with FFmpeg."""

    url: str
    format: str | None
    options: dict[str, str]
    loops: bool = False  # a file begins again at its end
    paced: bool = False  # a file comes as fast as it is read: keep to its own time
    device: bool = False  # its pictures lie in its own memory and may come spoilt


class PictureSource:
    """Read by a thread from the first look until the last one."""

    def __init__(
        self, opening: Opening, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._opening = opening
        self._monotonic = monotonic
        self._lookers = 0
        self._reader: _Reader | None = None
        self._thread: threading.Thread | None = None  # the newest one; it may still hold the source
        self._failed = False
        # One conversion at a time: a picture keeps one scaler of FFmpeg's for all who want it
        # converted, and two threads in it end the process.
        self._converting = threading.Lock()

    @property
    def failed(self) -> bool:
        """Was it there at the last look and gave no picture all the same?"""
        return self._failed

    async def frames(
        self, *, width: int, height: int, fps: int
    ) -> AsyncGenerator["VideoFrame", None]:
        """Live pictures of at most this size, in the source's own proportions."""
        reader = self._look()
        try:
            number, due = 0, 0.0
            while True:
                number, frame = await self._newest(reader, after=number)
                yield await asyncio.to_thread(self._scaled, frame, width, height)
                due = max(due + 1 / fps, self._monotonic())
                await asyncio.sleep(max(0.0, due - self._monotonic()))
        finally:
            self._look_away(reader)

    async def still(self) -> Still:
        """One picture at full size, taken now."""
        reader = self._look()
        try:
            _, frame = await self._newest(reader, after=reader.number)
            return await asyncio.to_thread(self._jpeg, frame)
        finally:
            self._look_away(reader)

    async def close(self) -> None:
        """Let go of the source; returns when somebody else can have it."""
        if self._reader is not None:
            self._reader.stop()
            self._reader = None
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, _LET_GO_S)

    def _scaled(self, frame: "VideoFrame", width: int, height: int) -> "VideoFrame":
        scale = min(width / frame.width, height / frame.height, 1.0)
        # The codec wants even sides.
        across, down = (max(2, round(side * scale / 2) * 2) for side in (frame.width, frame.height))
        with self._converting:
            return frame.reformat(width=across, height=down, format="yuv420p")

    def _jpeg(self, frame: "VideoFrame") -> Still:
        with self._converting:
            picture: Image = frame.to_image()  # type: ignore[no-untyped-call] # av's own gap
        written = io.BytesIO()
        picture.save(written, "JPEG", quality=_JPEG_QUALITY)
        return Still(jpeg=written.getvalue(), width=frame.width, height=frame.height)

    def _look(self) -> "_Reader":
        if self._reader is None or self._reader.ended:
            loop = asyncio.get_running_loop()
            self._reader = _Reader(self._opening, loop, after=self._thread)
            self._thread = self._reader.thread
            self._lookers = 0
        self._lookers += 1
        return self._reader

    def _look_away(self, reader: "_Reader") -> None:
        if reader is not self._reader:
            return
        self._lookers -= 1
        if self._lookers == 0:
            reader.stop()
            self._reader = None

    async def _newest(self, reader: "_Reader", *, after: int) -> tuple[int, "VideoFrame"]:
        try:
            async with asyncio.timeout(_FIRST_PICTURE_S):
                found = await reader.newest(after=after)
        except TimeoutError:
            self._failed = True
            raise PeripheralError(Condition.FAILED) from None
        if found is None:
            self._failed = reader.trouble == Condition.FAILED
            raise PeripheralError(reader.trouble)
        self._failed = False
        return found


class _Reader:
    """One opening of the source; ends by itself when the source does."""

    def __init__(
        self,
        opening: Opening,
        loop: asyncio.AbstractEventLoop,
        *,
        after: threading.Thread | None,
    ) -> None:
        self.number = 0
        self.trouble: str = ""
        self._opening = opening
        self._loop = loop
        self._frame: VideoFrame | None = None
        self._news = asyncio.Event()
        self._stopped = threading.Event()
        self.thread = threading.Thread(
            target=self._read, args=(after,), name="pictures", daemon=True
        )
        self.thread.start()

    @property
    def ended(self) -> bool:
        """Will no more picture come?"""
        return bool(self.trouble) or self._stopped.is_set()

    def stop(self) -> None:
        """Let go of the source; the thread ends after the picture that it is at."""
        self._stopped.set()

    async def newest(self, *, after: int) -> tuple[int, "VideoFrame"] | None:
        """A picture newer than that number; None when there will be none."""
        while self.number <= after or self._frame is None:
            if self.trouble:
                return None
            self._news.clear()
            await self._news.wait()
        return self.number, self._frame

    def _read(self, after: threading.Thread | None) -> None:
        import av  # noqa: PLC0415 - an idle agent must not carry it

        if after is not None:
            after.join(_LET_GO_S)  # a camera is busy until the reader before has let go of it
        try:
            self._read_all(av)
        except (OSError, ValueError, av.error.FFmpegError) as trouble:
            gone = getattr(trouble, "errno", 0) in _GONE or (
                # A wait that is broken off gets «invalid argument» from the kernel's queue.
                self._opening.device and not Path(self._opening.url).exists()
            )
            self._end(Condition.UNPLUGGED if gone else Condition.FAILED)
        else:
            self._end(Condition.FAILED)

    def _read_all(self, av: Any) -> None:
        opening = self._opening
        while not self._stopped.is_set():
            with av.open(opening.url, format=opening.format, options=opening.options) as source:
                source.streams.video[0].thread_type = "AUTO"
                if opening.device:
                    # Not even a packet may be left when the device is closed.
                    with closing(_kept(av, source)) as pictures:
                        self._read_once(pictures)
                else:
                    self._read_once(source.decode(video=0))
            if not opening.loops:
                return

    def _read_once(self, pictures: Iterator["VideoFrame"]) -> None:
        began = time.monotonic()
        for frame in pictures:
            if self._opening.paced and frame.time is not None:
                self._stopped.wait(max(0.0, frame.time - (time.monotonic() - began)))
            if self._stopped.is_set():
                return
            self._tell(self._take, frame)

    def _take(self, frame: "VideoFrame") -> None:
        self._frame = frame
        self.number += 1
        self._news.set()

    def _end(self, trouble: Condition) -> None:
        if not self._stopped.is_set():
            self._tell(self._fail, trouble)

    def _fail(self, trouble: Condition) -> None:
        self.trouble = trouble
        self._news.set()

    def _tell(self, what: Callable[..., None], *about: Any) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(what, *about)


_GONE = frozenset({2, 5, 6, 19})  # ENOENT, EIO, ENXIO, ENODEV: the cable was pulled


def _kept(av: Any, source: "InputContainer") -> Generator["VideoFrame", None, None]:
    """A device's pictures, in memory that stays when the device goes.

    FFmpeg hands out the driver's own buffers, raw pictures without copying: one that is still
    being scaled when the cable is pulled would take the whole process with it.
    """
    stream = source.streams.video[0]
    for lent in source.demux(stream):
        if not lent.size:
            continue  # so FFmpeg passes on a buffer that the driver marks as spoilt
        packet = av.Packet(lent.size)
        packet.update(lent)
        packet.pts, packet.dts, packet.time_base = lent.pts, lent.dts, lent.time_base
        del lent
        try:
            yield from stream.decode(packet)
        except av.error.InvalidDataError:
            continue  # a picture lost on the cable; without any, the looker's patience ends
