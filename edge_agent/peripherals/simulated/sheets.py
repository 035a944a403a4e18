"""Which sheets lie beside a simulated document camera, and how do they look?

Made up from end to end: the letter and the card belong to nobody.
"""

import io
from typing import TYPE_CHECKING

from edge_agent.peripherals.simulated.paper import Page

if TYPE_CHECKING:
    from PIL.Image import Image

LETTER, ID_CARD, UPLOADED = "letter", "id-card", "uploaded"
SAMPLES = (LETTER, ID_CARD)
A4_MM = (210.0, 297.0)
MAX_UPLOAD = 10 * 1024 * 1024
_MAX_PIXELS = 60_000_000

_LETTER = (
    "Hyvä vastaanottaja",
    "",
    "Olette hakenut asumistukea 3.11.2026. Hakemuksenne on otettu",
    "käsittelyyn, ja se on saanut asianumeron ESI/1234/2026.",
    "",
    "Pyydämme toimittamaan seuraavat liitteet 15.12.2026 mennessä:",
    "",
    "  1. vuokrasopimus kokonaisuudessaan",
    "  2. kuitit kolmelta viimeiseltä kuukaudelta",
    "  3. selvitys varallisuudesta (lomake AT 1)",
    "",
    "Liitteet voi näyttää asiointitilan dokumenttikameralla. Niistä",
    "otetaan kuva, ja paperit jäävät teille.",
    "",
    "Jos ette toimita liitteitä määräaikaan mennessä, asia ratkaistaan",
    "käytettävissä olevien tietojen perusteella.",
    "",
    "Ystävällisin terveisin",
    "",
    "Maija Mallikas",
    "käsittelijä",
)


def sheet(name: str, *, dpi: float) -> "Image":
    """A sample sheet as a picture."""
    match name:
        case "letter":
            return _letter().picture(dpi=dpi)
        case "id-card":
            return _id_card().picture(dpi=dpi)
        case _:
            raise ValueError(name)


def uploaded(picture: bytes) -> "Image":
    """A picture of one's own as a sheet; ValueError when it is none that can be laid."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415 - loaded on demand

    if len(picture) > MAX_UPLOAD:
        raise ValueError("too_large")
    try:
        with Image.open(io.BytesIO(picture), formats=("JPEG", "PNG", "WEBP")) as opened:
            if opened.width * opened.height > _MAX_PIXELS:
                raise ValueError("too_large")
            return ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise ValueError("not_a_picture") from error


def _letter() -> Page:
    width, height = A4_MM
    page = Page(width, height)
    page.box(0, 0, (width, height), grey=0.99)
    page.text(20, 24, "MALLIVIRASTO", size=15, font="F2")
    page.text(120, 20, "Tiedoksianto", size=11, font="F2")
    page.text(120, 26, "24.11.2026", size=11)
    page.text(120, 32, "ESI/1234/2026", size=11)
    page.text(20, 50, "Matti Esimerkki", size=11)
    page.text(20, 56, "Mallikuja 1 A 2", size=11)
    page.text(20, 62, "99800 ESIMERKKILÄ", size=11)
    page.text(20, 84, "Lisäselvityspyyntö: asumistuki", size=16, font="F2")
    for row, line in enumerate(_LETTER):
        page.text(20, 98 + 7.2 * row, line, size=12)
    page.box(20, 272, (170, 0.4), grey=0.2)
    page.text(20, 279, "Mallivirasto · PL 0, 00000 MALLILA · esimerkki, ei asiakirja", size=9)
    return page


def _id_card() -> Page:
    page = Page(85.6, 54.0)
    page.box(0, 0, (85.6, 54), grey=0.86)
    page.box(0, 0, (85.6, 10), grey=0.35)
    page.text(4, 7, "HENKILÖKORTTI  MALLI / SPECIMEN", size=10, font="F2")
    page.box(4, 14, (22, 28), grey=0.65)
    page.box(11, 18, (8, 9), grey=0.45)
    page.box(8, 29, (14, 13), grey=0.45)
    rows = (
        ("Sukunimi / Efternamn", "ESIMERKKI"),
        ("Etunimet / Förnamn", "MATTI MALLI"),
        ("Syntymäaika / Födelsetid", "01.01.1900"),
        ("Numero / Nummer", "SPEC1M3N0"),
    )
    for row, (label, value) in enumerate(rows):
        page.text(30, 16.5 + 8 * row, label, size=5.5)
        page.text(30, 20.5 + 8 * row, value, size=9.5, font="F2")
    page.text(4, 51, "SPECIMEN<<<ESIMERKKI<<MATTI<MALLI<<<<<<", size=8, font="F3")
    return page
