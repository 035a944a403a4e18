"""How does text get onto simulated paper? As a small PDF in the fonts that every reader has.

Drawn by PDFium, which brings its own Helvetica and Courier with every Finnish and Swedish
letter: so that no font need be installed on the machine.
"""

import io
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

POINTS_PER_MM = 72 / 25.4
_FONTS = {"F1": "Helvetica", "F2": "Helvetica-Bold", "F3": "Courier", "F4": "Courier-Bold"}
COURIER_WIDTH = 0.6  # of the size, for every letter

# PDFium is not safe to use from two threads.
_pdfium = Lock()


@dataclass(slots=True)
class Page:
    """One page under the pen; millimetres from its top left corner, sizes in points."""

    width_mm: float
    height_mm: float
    _strokes: list[bytes] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, *, size: float = 11, font: str = "F1") -> None:
        """One line of text, its base at ``y``."""
        letters = text.encode("cp1252", errors="replace").hex()
        left, up = x * POINTS_PER_MM, (self.height_mm - y) * POINTS_PER_MM
        self._strokes.append(
            f"BT /{font} {size} Tf 1 0 0 1 {left:.2f} {up:.2f} Tm <{letters}> Tj ET".encode()
        )

    def centred(self, y: float, text: str, *, size: float = 11, bold: bool = False) -> None:
        """One line in the middle, in a typewriter's letters."""
        width = len(text) * size * COURIER_WIDTH / POINTS_PER_MM
        left = max(0.0, (self.width_mm - width) / 2)
        self.text(left, y, text, size=size, font="F4" if bold else "F3")

    def box(self, x: float, y: float, size: tuple[float, float], *, grey: float) -> None:
        """A filled box; ``grey`` from 0 (black) to 1."""
        width, height = (side * POINTS_PER_MM for side in size)
        left, up = x * POINTS_PER_MM, (self.height_mm - y) * POINTS_PER_MM - height
        self._strokes.append(
            f"q {grey} g {left:.2f} {up:.2f} {width:.2f} {height:.2f} re f Q".encode()
        )

    def pdf(self) -> bytes:
        """The page as a document."""
        import pikepdf  # noqa: PLC0415 - an idle agent must not carry it

        document = pikepdf.new()
        size = (self.width_mm * POINTS_PER_MM, self.height_mm * POINTS_PER_MM)
        page = document.add_blank_page(page_size=size)
        fonts = pikepdf.Dictionary()
        for name, base in _FONTS.items():
            fonts[f"/{name}"] = pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.Type1,
                BaseFont=pikepdf.Name(f"/{base}"),
                Encoding=pikepdf.Name.WinAnsiEncoding,
            )
        page.obj.Resources = pikepdf.Dictionary(Font=fonts)
        page.obj.Contents = document.make_stream(b"\n".join(self._strokes))
        written = io.BytesIO()
        document.save(written)
        return written.getvalue()

    def picture(self, *, dpi: float) -> "Image":
        """The page as it looks."""
        return pictures(self.pdf(), dpi=dpi)[0]


def pictures(pdf: bytes, *, dpi: float) -> list["Image"]:
    """Every page of a document as it would look on paper."""
    import pypdfium2  # noqa: PLC0415 - an idle agent must not carry it

    with _pdfium:
        document: Any = pypdfium2.PdfDocument(pdf)
        try:
            return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]
        finally:
            document.close()


def png(picture: "Image") -> bytes:
    """A picture as a file."""
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()
