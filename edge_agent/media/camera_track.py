"""How does the document camera's picture become a WebRTC track?

Only the newest picture counts: a slow line drops pictures, it does not queue them.
"""

import asyncio
from contextlib import aclosing
from fractions import Fraction

import structlog
from aiortc import MediaStreamTrack
from aiortc.codecs import vpx
from aiortc.mediastreams import MediaStreamError
from av import VideoFrame
from av.video.frame import PictureType

from edge_agent.errors import PeripheralError
from edge_agent.ports import DocumentCamera

log = structlog.get_logger()

WIDTH, HEIGHT, FPS = 1920, 1080, 10
_CLOCK_RATE = 90_000
_RETRY_S = 1.0
# aiortc has no setting for it: its cap of 1.5 Mbit/s makes a page of text unreadable.
_BITRATE = 4_000_000
vpx.DEFAULT_BITRATE = vpx.MAX_BITRATE = _BITRATE


class LatestPicture:
    """Where the camera puts its pictures and every track looks for them."""

    def __init__(self) -> None:
        self._frame: VideoFrame | None = None
        self._number = 0
        self._news = asyncio.Condition()

    async def put(self, frame: VideoFrame) -> None:
        """The newest picture."""
        async with self._news:
            self._frame = frame
            self._number += 1
            self._news.notify_all()

    async def after(self, number: int) -> tuple[int, VideoFrame]:
        """A picture newer than the one with this number."""
        async with self._news:
            await self._news.wait_for(lambda: self._number > number)
            if self._frame is None:
                raise MediaStreamError
            return self._number, self._frame

    async def fill_from(self, camera: DocumentCamera) -> None:
        """Watch the camera for good; one that is unplugged is tried again."""
        while True:
            try:
                async with aclosing(camera.frames(width=WIDTH, height=HEIGHT, fps=FPS)) as frames:
                    async for frame in frames:
                        await self.put(frame)
            except PeripheralError as trouble:
                log.warning("the document camera gives no picture", reason=trouble.reason)
            await asyncio.sleep(_RETRY_S)


class CameraTrack(MediaStreamTrack):
    """The camera's pictures for one connection."""

    kind = "video"

    def __init__(self, pictures: LatestPicture) -> None:
        super().__init__()
        self._pictures = pictures
        self._number = 0
        self._began = asyncio.get_running_loop().time()

    async def recv(self) -> VideoFrame:
        """The next picture, stamped with the time of its sending."""
        if self.readyState != "live":
            raise MediaStreamError
        self._number, frame = await self._pictures.after(self._number)
        elapsed = asyncio.get_running_loop().time() - self._began
        frame.pts = round(elapsed * _CLOCK_RATE)
        frame.time_base = Fraction(1, _CLOCK_RATE)
        # A decoder's mark would make aiortc send every picture as a key frame.
        frame.pict_type = PictureType.NONE
        return frame
