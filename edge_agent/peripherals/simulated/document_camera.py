"""What does a document camera see when it is none? A desk, a sheet on it, and time going by.

The mark that counts and moves lets everybody see whether the picture lives or is frozen.
"""

import asyncio
import io
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from edge_agent.errors import PeripheralError
from edge_agent.peripherals.simulated import sheets
from edge_agent.peripherals.simulated.bell import Bell
from edge_agent.peripherals.simulated.paper import png
from edge_agent.peripherals.simulated.switches import Switches
from edge_agent.ports import Still
from shared.telemetry import Condition, Port

if TYPE_CHECKING:
    from av import VideoFrame
    from PIL.Image import Image

FULL = (3840, 2160)
_DPI = 168  # A4 fills the height of the picture at full size
_DESK = (92, 78, 64)
_TILT_DEGREES = 0.8
_MARK = (420, 64)  # at 1080 lines
_THUMBNAIL = (320, 452)


class SimulatedDocumentCamera:
    """Draws the desk once for each sheet, then only the mark anew for each picture."""

    port = Port.DOCUMENT_CAMERA
    simulated = True

    def __init__(self, bell: Bell) -> None:
        self.switches = Switches(bell)
        self.sheet: str | None = None
        self._bell = bell
        self._uploaded: bytes | None = None
        self._laid = 0  # rises whenever something else lies on the desk

    @property
    def sheets(self) -> tuple[str, ...]:
        """What can be laid on the desk."""
        return sheets.SAMPLES if self._uploaded is None else (*sheets.SAMPLES, sheets.UPLOADED)

    async def status(self) -> Condition:
        """As the switches stand."""
        return self.switches.condition

    def lay(self, name: str | None) -> None:
        """Put a sheet on the desk, or clear it; ValueError for a sheet that is not there."""
        if name is not None and name not in self.sheets:
            raise ValueError("unknown_sheet")
        self.sheet = name
        self._laid += 1
        self._bell.ring()

    async def upload(self, picture: bytes) -> None:
        """Lay a picture of one's own; ValueError when it is none."""
        kept = await asyncio.to_thread(lambda: png(sheets.uploaded(picture)))
        self._uploaded = kept
        self.lay(sheets.UPLOADED)

    def forget_upload(self) -> None:
        """Take one's own picture away again."""
        self._uploaded = None
        if self.sheet == sheets.UPLOADED:
            self.lay(None)

    async def frames(
        self, *, width: int, height: int, fps: int
    ) -> AsyncGenerator["VideoFrame", None]:
        """The desk, ``fps`` times a second."""
        loop = asyncio.get_running_loop()
        began = due = loop.time()
        laid, canvas = -1, None
        while True:
            self._must_be_plugged()
            if canvas is None or laid != self._laid:
                laid = self._laid
                canvas = await asyncio.to_thread(self._canvas, width, height)
            yield await asyncio.to_thread(canvas.frame, loop.time() - began)
            due = max(due + 1 / fps, loop.time())
            await asyncio.sleep(due - loop.time())

    async def still(self) -> Still:
        """The desk at full size."""
        self._must_be_plugged()
        return await asyncio.to_thread(self._still)

    def _still(self) -> Still:
        written = io.BytesIO()
        self._desk(*FULL).save(written, "JPEG", quality=88)
        return Still(jpeg=written.getvalue(), width=FULL[0], height=FULL[1])

    def _must_be_plugged(self) -> None:
        if self.switches.unplugged:
            raise PeripheralError(Condition.UNPLUGGED)

    def _desk(self, width: int, height: int) -> "Image":
        from PIL import Image  # noqa: PLC0415 - an idle agent must not carry it

        desk = Image.new("RGB", FULL, _DESK)
        sheet = self._picture_of(self.sheet, dpi=_DPI)
        if sheet is not None:
            fits = min(FULL[0] * 0.9 / sheet.width, FULL[1] * 0.92 / sheet.height)
            if self.sheet == sheets.UPLOADED or fits < 1:
                size = (round(sheet.width * fits), round(sheet.height * fits))
                sheet = sheet.resize(size, Image.Resampling.LANCZOS)
            opaque = Image.new("L", sheet.size, 255)
            sheet = sheet.rotate(_TILT_DEGREES, Image.Resampling.BICUBIC, expand=True)
            opaque = opaque.rotate(_TILT_DEGREES, Image.Resampling.BICUBIC, expand=True)
            corner = ((FULL[0] - sheet.width) // 2, (FULL[1] - sheet.height) // 2)
            desk.paste(sheet, corner, opaque)
        return desk if (width, height) == FULL else desk.resize((width, height))

    def _canvas(self, width: int, height: int) -> "_Canvas":
        return _Canvas(self._desk(width, height))

    def _picture_of(self, name: str | None, *, dpi: float) -> "Image | None":
        from PIL import Image  # noqa: PLC0415 - an idle agent must not carry it

        if name == sheets.UPLOADED and self._uploaded is not None:
            with Image.open(io.BytesIO(self._uploaded)) as opened:
                return opened.convert("RGB")
        return sheets.sheet(name, dpi=dpi) if name in sheets.SAMPLES else None

    def picture(self, name: str) -> bytes | None:
        """A sheet beside the camera, small."""
        found = self._picture_of(name, dpi=60)
        if found is None:
            return None
        found.thumbnail(_THUMBNAIL)
        return png(found)

    async def close(self) -> None:
        """Nothing to let go of."""


class _Canvas:
    """The desk as planes of YUV, so that a new picture costs a copy and a mark."""

    def __init__(self, desk: "Image") -> None:
        from av import VideoFrame  # noqa: PLC0415 - an idle agent must not carry it

        drawn: VideoFrame = VideoFrame.from_image(desk)  # type: ignore[no-untyped-call] # av's own gap
        frame = drawn.reformat(format="yuv420p")
        self._size = (frame.width, frame.height)
        self._planes = [bytes(plane) for plane in frame.planes]
        self._line = frame.planes[0].line_size
        scale = frame.height / 1080
        self._mark = (max(2, round(_MARK[0] * scale)), max(2, round(_MARK[1] * scale)))

    def frame(self, elapsed_s: float) -> "VideoFrame":
        """The desk at this moment."""
        from av import VideoFrame  # noqa: PLC0415 - an idle agent must not carry it

        frame = VideoFrame(*self._size, "yuv420p")
        luma = bytearray(self._planes[0])
        width, height = self._mark
        mark = self._draw(elapsed_s)
        left = top = height // 3
        for row in range(height):
            start = (top + row) * self._line + left
            luma[start : start + width] = mark[row * width : (row + 1) * width]
        for plane, content in zip(frame.planes, (bytes(luma), *self._planes[1:]), strict=True):
            plane.update(content)
        return frame

    def _draw(self, elapsed_s: float) -> bytes:
        from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - loaded on demand

        width, height = self._mark
        mark = Image.new("L", (width, height), 40)
        pen = ImageDraw.Draw(mark)
        minutes, seconds = divmod(elapsed_s, 60)
        clock = f"{int(minutes):02}:{seconds:04.1f}"
        pen.text(
            (height * 0.2, height * 0.1), clock, fill=220, font=ImageFont.load_default(height * 0.6)
        )
        along = round((width - height * 0.3) * (elapsed_s % 2) / 2)
        pen.rectangle((along, height * 0.86, along + height * 0.3, height), fill=220)
        return mark.tobytes()
