"""Documents that a printer had better not see: made here, so that each says what is odd in it."""

import io
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image


def written(pdf: Pdf, **options: object) -> bytes:
    buffer = io.BytesIO()
    pdf.save(buffer, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


def blank(pages: int = 1, *, size: tuple[float, float] = (595.0, 842.0)) -> Pdf:
    pdf = pikepdf.new()
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=size)
        page.obj.Contents = pdf.make_stream(b"0 0 1 rg 100 100 300 300 re f")
    return pdf


def plain(pages: int = 1) -> bytes:
    return written(blank(pages))


def with_first_view() -> bytes:
    """As LibreOffice writes it: opening at the first page is no action to fear."""
    pdf = blank()
    pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.XYZ, None, None, 0])
    return written(pdf)


def encrypted() -> bytes:
    return written(blank(), encryption=pikepdf.Encryption(owner="owner", user="user"))


def encrypted_without_password() -> bytes:
    return written(blank(), encryption=pikepdf.Encryption(owner="owner", user=""))


def with_javascript() -> bytes:
    pdf = blank()
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert('hello')"))
    return written(pdf)


def with_named_javascript() -> bytes:
    pdf = blank()
    action = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), action])))
    return written(pdf)


def with_launch() -> bytes:
    pdf = blank()
    pdf.Root.OpenAction = Dictionary(S=Name.Launch, F=String("/bin/sh"))
    return written(pdf)


def with_launch_in_object_stream() -> bytes:
    pdf = blank()
    action = pdf.make_indirect(Dictionary(S=Name.Launch, F=String("cmd.exe")))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])
    return written(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def with_embedded_file() -> bytes:
    pdf = blank()
    pdf.attachments["secret.exe"] = b"MZ" + b"\0" * 64
    return written(pdf)


def with_file_annotation() -> bytes:
    pdf = blank()
    note = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]))
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])
    return written(pdf)


def with_xfa() -> bytes:
    pdf = blank()
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp/>"))
    return written(pdf)


def with_actions_on_keys() -> bytes:
    pdf = blank()
    submit = Dictionary(S=Name.SubmitForm, F=String("http://localhost/"))
    pdf.Root.AA = Dictionary(WC=submit)
    return written(pdf)


def thousand_pages() -> bytes:
    return plain(1000)


def huge_page() -> bytes:
    return written(blank(size=(14_000.0, 14_000.0)))


def decompression_bomb() -> bytes:
    """A page whose content is 2 GB of blanks, packed twice."""
    pdf = blank()
    packer = zlib.compressobj(9)
    block = b" " * (16 * 1024 * 1024)
    once = b"".join(packer.compress(block) for _ in range(128)) + packer.flush()
    stream = pdf.make_stream(b"")
    stream.write(
        zlib.compress(once, 9),
        filter=Array([Name.FlateDecode, Name.FlateDecode]),
        decode_parms=None,
    )
    pdf.pages[0].obj.Contents = stream
    # It must be drawn to be dangerous: so it also has what makes the gate draw it.
    pdf.Root.AA = Dictionary()
    return written(pdf, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def endless_drawing() -> bytes:
    """The whole page painted over a hundred thousand times."""
    pdf = blank()
    pdf.pages[0].obj.Contents = pdf.make_stream(b"0 0 595 842 re f " * 100_000)
    pdf.Root.AA = Dictionary()
    return written(pdf)


def forms_within_forms() -> bytes:
    """20 uses of the next one, 8 deep."""
    pdf = blank()
    inner = pdf.make_stream(b"0 0 1 1 re f", Type=Name.XObject, Subtype=Name.Form)
    inner.BBox = Array([0, 0, 595, 842])
    for _ in range(8):
        outer = pdf.make_stream(b"/X Do " * 20, Type=Name.XObject, Subtype=Name.Form)
        outer.BBox = Array([0, 0, 595, 842])
        outer.Resources = Dictionary(XObject=Dictionary(X=inner))
        inner = outer
    page = pdf.pages[0].obj
    page.Resources = Dictionary(XObject=Dictionary(X=inner))
    page.Contents = pdf.make_stream(b"/X Do")
    pdf.Root.AA = Dictionary()
    return written(pdf)


def truncated() -> bytes:
    whole = plain(3)
    return whole[: len(whole) // 3]


def text_named_pdf() -> bytes:
    return "Hyvä vastaanottaja, tämä on vain tekstiä.".encode()


def empty() -> bytes:
    return b""


def without_pages() -> bytes:
    return written(pikepdf.new())


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (1200, 800)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, kind)
    return buffer.getvalue()


def see_through_picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(buffer, "PNG")
    return buffer.getvalue()


def picture_bomb() -> bytes:
    buffer = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def torn_picture() -> bytes:
    return picture()[:400]
