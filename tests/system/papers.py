"""Which papers go through a visit? A page for the camera and a PDF for the printer."""

import io
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import FilePayload


def sheet(*lines: str) -> FilePayload:
    """An A4 page with large print, as a picture to lay under the camera."""
    page = Image.new("RGB", (1240, 1754), "white")
    drawing = ImageDraw.Draw(page)
    for at, line in enumerate(lines):
        drawing.text((110, 200 + 130 * at), line, fill="black", font=ImageFont.load_default(64))
    written = io.BytesIO()
    page.save(written, "PNG")
    return {"name": "page.png", "mimeType": "image/png", "buffer": written.getvalue()}


def pdf(*lines: str, pages: int = 1) -> FilePayload:
    """A PDF whose text lies in it uncompressed, so that a search would find it; equal pages."""
    text = "BT /F1 18 Tf 72 760 Td " + " ".join(f"({line}) Tj 0 -28 Td" for line in lines) + " ET"
    leaves = " ".join(f"{5 + at} 0 R" for at in range(pages))
    page = (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R"
        " /Resources << /Font << /F1 4 0 R >> >> >>"
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{leaves}] /Count {pages} >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *[page] * pages,
    ]
    written = bytearray(b"%PDF-1.4\n")
    places = []
    for number, each in enumerate(objects, start=1):
        places.append(len(written))
        written += f"{number} 0 obj\n{each}\nendobj\n".encode("latin-1")
    start = len(written)
    written += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    written += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    written += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\n".encode()
    written += f"startxref\n{start}\n%%EOF\n".encode()
    return {"name": "paatos.pdf", "mimeType": "application/pdf", "buffer": bytes(written)}


def text_of(printed: Path) -> str:
    """What stands on a PDF that reached the printer."""
    document = pypdfium2.PdfDocument(printed)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()
