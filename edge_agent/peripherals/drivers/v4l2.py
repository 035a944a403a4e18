"""How is a document camera on USB read? As a V4L2 device, at its full size, by PyAV."""

import stat
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import TYPE_CHECKING

from edge_agent.peripherals.drivers.picture_source import Opening, PictureSource
from edge_agent.ports import Still
from shared.telemetry import Condition, Port

if TYPE_CHECKING:
    from av import VideoFrame


class V4l2DocumentCamera:
    """Named by a path that stays the same for the same socket, such as /dev/v4l/by-path/…"""

    port = Port.DOCUMENT_CAMERA
    simulated = False

    def __init__(
        self,
        *,
        device: str = "/dev/video0",
        size: str = "3840x2160",
        fps: int = 15,
        input_format: str = "mjpeg",
    ) -> None:
        self._device = Path(device)
        options = {"video_size": size, "framerate": str(fps), "input_format": input_format}
        self._source = PictureSource(
            Opening(url=device, format="v4l2", options=options, device=True)
        )

    async def status(self) -> Condition:
        """Is the device there? Nothing is read from it for that."""
        try:
            there = stat.S_ISCHR(self._device.stat().st_mode)
        except OSError:
            there = False
        if not there:
            return Condition.UNPLUGGED
        return Condition.FAILED if self._source.failed else Condition.READY

    def frames(self, *, width: int, height: int, fps: int) -> AsyncGenerator["VideoFrame", None]:
        """Live pictures, scaled down."""
        return self._source.frames(width=width, height=height, fps=fps)

    async def still(self) -> Still:
        """One picture at full size."""
        return await self._source.still()

    async def close(self) -> None:
        """Let go of the device now, and not with the next picture."""
        await self._source.close()
