"""How does a video file, or a picture that FFmpeg draws, stand in for a document camera?

For training points and for tests: the same reading as from a real camera, by PyAV.
"""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import TYPE_CHECKING

from edge_agent.errors import ConfigurationError
from edge_agent.peripherals.drivers.picture_source import Opening, PictureSource
from edge_agent.ports import Still
from shared.telemetry import Condition, Port

if TYPE_CHECKING:
    from av import VideoFrame


class FileDocumentCamera:
    """``path`` names a file that is played again and again, ``lavfi`` a drawing of FFmpeg's."""

    port = Port.DOCUMENT_CAMERA
    simulated = False

    def __init__(self, *, path: str = "", lavfi: str = "") -> None:
        if bool(path) == bool(lavfi):
            raise ConfigurationError("[document_camera] driver file wants either path or lavfi")
        self._path = Path(path) if path else None
        opening = Opening(
            url=path or lavfi,
            format=None if path else "lavfi",
            options={},
            loops=bool(path),
            paced=True,
        )
        self._source = PictureSource(opening)

    async def status(self) -> Condition:
        """Is the file there, and could it be read?"""
        if self._path is not None and not self._path.is_file():
            return Condition.UNPLUGGED
        return Condition.FAILED if self._source.failed else Condition.READY

    def frames(self, *, width: int, height: int, fps: int) -> AsyncGenerator["VideoFrame", None]:
        """Live pictures, scaled down."""
        return self._source.frames(width=width, height=height, fps=fps)

    async def still(self) -> Still:
        """One picture at full size."""
        return await self._source.still()

    async def close(self) -> None:
        """It is let go of with the last look."""
