"""What is in this document? The whole program of the limited child process.

Reads a document from its input; writes one line of JSON, then the PDF that may be printed.
Run by path with ``python -I``: it imports nothing of ours and trusts nothing that it reads.
A plain PDF passes as it is; one with anything that acts, hides or fills in is flattened to
pictures of its pages; one that cannot be drawn within the limits is refused.
"""

import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

import img2pdf
import pikepdf
import pypdfium2
from PIL import Image

_DPI = 200
_A4_POINTS = (595.276, 841.89)
_A4_PIXELS = (round(_A4_POINTS[0] / 72 * _DPI), round(_A4_POINTS[1] / 72 * _DPI))
_MAX_PICTURE_PIXELS = 80_000_000
_MAX_OBJECTS = 200_000
_JPEG_QUALITY = 88
_PICTURES = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}

# Any of these in a document makes it more than ink on paper (ISO 32000-2 §12.6, §7.11.4, §12.7).
_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToR", "/GoToE"}
_ACTIONS |= {"/Rendition", "/Movie", "/Sound", "/RichMediaExecute"}
_CARRIERS = {"/JavaScript", "/JS", "/EmbeddedFiles", "/EmbeddedFile", "/XFA", "/AA"}
_ACTING_TYPES = {"/EmbeddedFile", "/Filespec"}
_ACTING_ANNOTATIONS = {"/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/3D", "/Sound"}


class Refused(Exception):
    """The document goes no further; the reason is a word of the port."""


def main() -> None:
    """Read, look, answer."""
    max_pages, memory_bytes, cpu_s = (int(limit) for limit in sys.argv[1:4])
    _confine(memory_bytes=memory_bytes, cpu_s=cpu_s)
    document = sys.stdin.buffer.read()
    head: dict[str, Any]
    try:
        pages, flattened, pdf = _look(document, max_pages=max_pages)
        head = {"pages": pages, "flattened": flattened}
    except Refused as refusal:
        head, pdf = {"refused": str(refusal)}, b""
    except (MemoryError, RecursionError, pikepdf.PdfError, pypdfium2.PdfiumError):
        head, pdf = {"refused": "hostile"}, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + pdf)
    sys.stdout.buffer.flush()


def _confine(*, memory_bytes: int, cpu_s: int) -> None:
    """For good: hard limits cannot be raised again."""
    limits = (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    )
    for limit, value in limits:
        resource.setrlimit(limit, (value, value))


def _look(document: bytes, *, max_pages: int) -> tuple[int, bool, bytes]:
    for magic, kind in _PICTURES.items():
        if document.startswith(magic):
            return 1, False, _from_picture(document, kind)
    if b"%PDF-" not in document[:1024]:
        raise Refused("not_a_pdf")
    try:
        opened = pikepdf.open(io.BytesIO(document))
    except pikepdf.PasswordError:
        raise Refused("encrypted") from None
    except pikepdf.PdfError:
        raise Refused("not_a_pdf") from None
    with opened as pdf:
        if pdf.is_encrypted:
            raise Refused("encrypted")
        pages = len(pdf.pages)
        if pages > max_pages:
            raise Refused("too_many_pages")
        if pages == 0:
            raise Refused("not_a_pdf")
        acts = _acts(pdf)
    if acts or not _fits(document, pages):
        return pages, True, _flat(document, pages)
    return pages, False, document


def _acts(pdf: pikepdf.Pdf) -> bool:
    """Is there anything in it that does more than lie on the page?"""
    objects = list(pdf.objects)
    if len(objects) > _MAX_OBJECTS:
        raise Refused("hostile")
    return any(_object_acts(found) for top in (*objects, pdf.Root) for found in _within(top, 0))


def _within(top: Any, depth: int) -> Iterator[Any]:
    """The object and the direct ones inside it; indirect ones come by themselves."""
    if not isinstance(top, (pikepdf.Dictionary, pikepdf.Array, pikepdf.Stream)):
        return
    if depth > 50:  # noqa: PLR2004 - no honest document nests direct objects so deep
        raise Refused("hostile")
    yield top
    inner = top if isinstance(top, pikepdf.Array) else [top[key] for key in top.keys()]  # noqa: SIM118
    for item in inner:
        if not getattr(item, "is_indirect", False):
            yield from _within(item, depth + 1)


def _object_acts(found: Any) -> bool:
    if isinstance(found, pikepdf.Array):
        return False
    if _CARRIERS & set(found.keys()):
        return True
    kind, subtype, action = (str(found.get(key, "")) for key in ("/Type", "/Subtype", "/S"))
    acts = kind in _ACTING_TYPES or subtype in _ACTING_ANNOTATIONS
    return acts or action in _ACTIONS


def _fits(document: bytes, pages: int) -> bool:
    """Do all pages have a size that a printer takes as it is? Also proves that PDFium reads it."""
    try:
        opened = pypdfium2.PdfDocument(document)
    except pypdfium2.PdfiumError:
        raise Refused("not_a_pdf") from None
    try:
        if len(opened) != pages:  # damaged: the two readers mend it each in its own way
            raise Refused("not_a_pdf")
        sizes = [opened.get_page_size(number) for number in range(pages)]
    finally:
        opened.close()
    # A little beyond A4 is what cropped scans have; the printer scales that.
    longest = max(_A4_POINTS) * 1.25
    return all(10 < side <= longest for size in sizes for side in size)  # noqa: PLR2004 - points


def _flat(document: bytes, pages: int) -> bytes:
    """Every page as a picture on A4."""
    opened = pypdfium2.PdfDocument(document)
    drawn: list[bytes] = []
    for number in range(pages):
        page = opened[number]
        width, height = page.get_size()
        if width <= 0 or height <= 0:
            raise Refused("hostile")
        across, down = sorted(_A4_PIXELS) if height >= width else sorted(_A4_PIXELS, reverse=True)
        scale = min(across / width, down / height, _DPI / 72)
        picture = page.render(scale=scale).to_pil().convert("RGB")
        drawn.append(_jpeg(picture))
        page.close()
    opened.close()
    return _bound(drawn)


def _from_picture(document: bytes, kind: str) -> bytes:
    Image.MAX_IMAGE_PIXELS = _MAX_PICTURE_PIXELS
    try:
        with Image.open(io.BytesIO(document), formats=(kind,)) as opened:
            if opened.width * opened.height > _MAX_PICTURE_PIXELS:
                raise Refused("too_large")
            opened.draft("RGB", (_A4_PIXELS[0] * 2, _A4_PIXELS[1] * 2))
            picture = _upright(opened)
    except Image.DecompressionBombError:
        raise Refused("too_large") from None
    except (OSError, SyntaxError, ValueError):
        raise Refused("not_a_pdf") from None
    picture.thumbnail((_A4_PIXELS[1] * 2, _A4_PIXELS[1] * 2))
    return _bound([_jpeg(picture)])


def _upright(opened: Image.Image) -> Image.Image:
    from PIL import ImageOps  # noqa: PLC0415 - only for pictures

    turned = ImageOps.exif_transpose(opened)
    if turned.mode in {"RGBA", "LA", "P", "PA"}:
        seen = turned.convert("RGBA")
        paper = Image.new("RGBA", seen.size, "white")
        paper.alpha_composite(seen)
        return paper.convert("RGB")
    return turned.convert("RGB")


def _jpeg(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=_JPEG_QUALITY, dpi=(_DPI, _DPI))
    return written.getvalue()


def _bound(drawn: list[bytes]) -> bytes:
    """Pictures as the pages of a PDF, each fitted onto A4 in its own direction."""
    layout = img2pdf.get_layout_fun(pagesize=_A4_POINTS, fit=img2pdf.FitMode.into, auto_orient=True)
    return bytes(img2pdf.convert(drawn, layout_fun=layout))


if __name__ == "__main__":
    main()
