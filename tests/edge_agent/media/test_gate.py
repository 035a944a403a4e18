"""Nothing that acts, hides or explodes reaches the printer, and plain paper does."""

import io
from collections.abc import Callable

import pikepdf
import pypdfium2
import pytest

from edge_agent.media.gate.warden import LimitedGate
from edge_agent.ports import CheckedDocument, DocumentRefusal
from shared.documents import MAX_DOCUMENT
from tests.edge_agent.media import odd_documents as odd

Maker = Callable[[], bytes]


async def passed(document: bytes) -> CheckedDocument:
    verdict = await LimitedGate().check(document)
    assert isinstance(verdict, CheckedDocument), verdict
    return verdict


@pytest.mark.parametrize("make", [odd.plain, odd.with_first_view])
async def test_a_plain_document_passes_untouched(make: Maker) -> None:
    document = make()
    verdict = await passed(document)
    assert verdict == CheckedDocument(pdf=document, pages=1, flattened=False)


@pytest.mark.parametrize(
    "make",
    [
        odd.with_javascript,
        odd.with_named_javascript,
        odd.with_launch,
        odd.with_launch_in_object_stream,
        odd.with_embedded_file,
        odd.with_file_annotation,
        odd.with_xfa,
        odd.with_actions_on_keys,
        odd.huge_page,
    ],
)
async def test_what_is_more_than_ink_on_paper_is_flattened(make: Maker) -> None:
    verdict = await passed(make())
    assert verdict.flattened
    with pikepdf.open(io.BytesIO(verdict.pdf)) as pdf:
        assert len(pdf.pages) == verdict.pages == 1
        assert {"/Names", "/OpenAction", "/AcroForm", "/AA"}.isdisjoint(pdf.Root.keys())
        page = pdf.pages[0]
        assert "/Annots" not in page.obj
        assert sorted(float(side) for side in page.mediabox[2:]) == pytest.approx([595, 842], abs=1)
    drawn = pypdfium2.PdfDocument(verdict.pdf)[0].render(scale=0.2).to_pil()
    assert len(drawn.getcolors(1_000_000) or ()) > 1, "the page's blue square is still there"


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (odd.encrypted, DocumentRefusal.ENCRYPTED),
        (odd.encrypted_without_password, DocumentRefusal.ENCRYPTED),
        (odd.thousand_pages, DocumentRefusal.TOO_MANY_PAGES),
        (odd.text_named_pdf, DocumentRefusal.NOT_A_PDF),
        (odd.empty, DocumentRefusal.NOT_A_PDF),
        (odd.without_pages, DocumentRefusal.NOT_A_PDF),
        (odd.truncated, DocumentRefusal.NOT_A_PDF),
        (odd.torn_picture, DocumentRefusal.NOT_A_PDF),
        (odd.picture_bomb, DocumentRefusal.TOO_LARGE),
    ],
)
async def test_what_cannot_be_printed_is_refused_with_its_reason(
    make: Maker, reason: DocumentRefusal
) -> None:
    assert await LimitedGate().check(make()) is reason


async def test_a_document_over_the_limit_is_refused_unread() -> None:
    assert await LimitedGate().check(b"%PDF-" + b" " * MAX_DOCUMENT) is DocumentRefusal.TOO_LARGE


@pytest.mark.parametrize("make", [odd.decompression_bomb, odd.forms_within_forms])
async def test_a_bomb_dies_within_its_limits(make: Maker) -> None:
    verdict = await LimitedGate().check(make())
    assert verdict in {DocumentRefusal.HOSTILE, DocumentRefusal.TIMEOUT}


async def test_a_page_that_draws_for_ever_is_stopped() -> None:
    verdict = await LimitedGate(cpu_s=2, longest_s=15).check(odd.endless_drawing())
    assert verdict is DocumentRefusal.TIMEOUT


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
async def test_a_picture_becomes_one_a4_page_in_its_own_direction(kind: str) -> None:
    verdict = await passed(odd.picture(kind))
    assert (verdict.pages, verdict.flattened) == (1, False)
    with pikepdf.open(io.BytesIO(verdict.pdf)) as pdf:
        width, height = (float(side) for side in pdf.pages[0].mediabox[2:])
    assert (width, height) == pytest.approx((842, 595), abs=1)


async def test_what_is_see_through_is_white_on_paper() -> None:
    verdict = await passed(odd.see_through_picture())
    drawn = pypdfium2.PdfDocument(verdict.pdf)[0].render(scale=0.2).to_pil().convert("L")
    assert drawn.getextrema()[0] > 240


async def test_the_time_out_holds_when_the_child_hangs() -> None:
    assert await LimitedGate(longest_s=0.01).check(odd.plain()) is DocumentRefusal.TIMEOUT
