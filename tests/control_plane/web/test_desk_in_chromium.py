"""The clerk's desk in a real browser: a whole visit with a booth, and what can go wrong."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pikepdf
import pytest
from playwright.async_api import Page, expect

from shared.signing import Holder
from tests.browsers import IN_A_BROWSER
from tests.control_plane.web.plane import Json, Plane, at, desk, peripherals, row, visit

pytestmark = IN_A_BROWSER


async def open_desk(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/desk.html")
    await page.wait_for_selector("[data-stage]")


async def booth_joins(page: Page, origin: str, plane: Plane, going_on: Json) -> Page:
    """A booth's page, screen and agent in one, that joins the room of the visit."""
    booth = await page.context.new_page()
    await booth.goto(f"{origin}/booth/booth.html")
    await booth.wait_for_function("() => window.booth")
    jwk = await booth.evaluate("booth.makeKey('booth-screen')")
    statement = plane.certify(jwk, sub="d-salla-01", holder=Holder.DEVICE)
    await booth.evaluate(
        "booth.setPeripherals({document_printer: 'ready', document_camera: 'ready'})"
    )
    await booth.evaluate(
        "([room, statement, keys]) => booth.join(room, statement, keys)",
        [going_on["room_id"], statement, [plane.issuer.as_dict(private=False)]],
    )
    await page.bring_to_front()
    return booth


async def until(page: Page, question: str, holds: Callable[[Any], bool]) -> Any:
    answer: Any = None
    with anyio.move_on_after(20):
        while True:
            answer = await page.evaluate(question)
            if holds(answer):
                return answer
            await anyio.sleep(0.1)
    pytest.fail(f"{question} was still {answer}")


def verbs(plane: Plane) -> list[str]:
    """What the page has asked to change, in order."""
    asked = [path for method, path, _ in plane.asked if method == "POST"]
    return [path.rsplit("/", 1)[-1] for path in asked if path != "session/key"]


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    pdf = pikepdf.new()
    for _ in range(2):
        pdf.add_blank_page(page_size=(595, 842))
    pdf.save(tmp_path / "letter.pdf")
    return tmp_path / "letter.pdf"


async def test_a_visit_from_the_call_to_wrap_up(
    page: Page, origin: str, plane: Plane, letter: Path
) -> None:
    size = len(letter.read_bytes())  # noqa: ASYNC240 - a test's own small file
    await plane.show(desk())
    await open_desk(page, origin)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Kutsu seuraava")).to_be_enabled()
    assert verbs(plane) == ["next"]

    going_on = visit("preparing")
    await plane.show(desk("preparing", visit=going_on))
    booth = await booth_joins(page, origin, plane, going_on)
    seen = await until(booth, "booth.seesClerk()", bool)
    assert seen["source"] == 1
    await expect(page.locator(".check-done")).to_have_count(4)

    going_on |= {"state": "called", "called_at": at(-30), "attempts": 1, "recall_at": at(-1)}
    await plane.show(desk("preparing", visit=going_on))
    await page.get_by_role("button", name="Kutsu uudelleen").click()
    await page.get_by_role("button", name="Asiakas on tilassa").click()
    await expect(page.get_by_role("button", name="Asiakas on tilassa")).to_be_enabled()
    assert verbs(plane)[1:] == ["recall", "arrived"]

    going_on |= {"state": "in_session", "began_at": at()}
    await plane.show(desk("in_session", visit=going_on))
    await booth.evaluate("booth.open()")
    await expect(page.locator(".faces-none")).to_have_count(0)
    await expect(page.get_by_text("kuulee sinut")).to_be_visible()
    await page.keyboard.press("m")
    await expect(page.get_by_role("main").get_by_text("ei kuule sinua")).to_be_visible()

    await page.keyboard.press("s")
    await page.get_by_role("button", name="Avaa kuva 1").click()
    await expect(page.get_by_text("2263 kuvapistettä")).to_be_visible()
    async with page.expect_download() as saved:
        await page.get_by_role("button", name="Tallenna levylle").click()
    assert (await saved.value).suggested_filename == "etapiste-1.jpg"
    await page.keyboard.press("Escape")

    await page.get_by_role("tab", name="Tulosta").click()
    await page.set_input_files("input[type=file]", letter)
    await page.get_by_role("button", name="Tulosta asiointitilaan").click()
    await expect(page.get_by_text("Paperi on ulkona tulostimesta")).to_be_visible()
    assert await booth.evaluate("booth.printed()") == [{"size": size, "copies": 1}]

    await page.keyboard.press("e")
    await expect(page.get_by_role("button", name="Valmis")).to_be_focused()
    await page.keyboard.press("2")
    await until(page, "document.querySelector('dialog[open]') === null", bool)
    assert plane.asked[-1][1].endswith("/end")
    assert plane.asked[-1][2] == {"outcome": "posted"}

    await plane.show(desk("wrap_up", visit={**going_on, "state": "closing"}))
    await expect(page.get_by_text("on poistettu tältä sivulta")).to_be_visible()
    assert await page.locator("img, video, canvas").count() == 0
    await until(booth, "booth.phases()", lambda phases: phases == ["waiting", "waiting"])


async def test_the_printer_and_camera_come_back_by_themselves(
    page: Page, origin: str, plane: Plane
) -> None:
    going_on = visit("in_session", began_at=at(-60))
    await plane.show(desk("in_session", visit=going_on))
    await open_desk(page, origin)
    booth = await booth_joins(page, origin, plane, going_on)
    both = ["connected", "connected"]
    await until(booth, "booth.phases()", lambda phases: phases == both)
    await booth.evaluate("booth.leaveAgent()")
    await expect(page.get_by_text("Yhteys tilan tulostimeen ja kameraan katkesi")).to_be_visible()
    await booth.evaluate("booth.comeAgentBack()")
    await until(booth, "booth.phases()", lambda phases: phases == both)
    await expect(page.get_by_text("Yhteys tilan tulostimeen")).to_have_count(0)


async def test_a_page_that_is_loaded_again_is_in_the_same_visit(
    page: Page, origin: str, plane: Plane
) -> None:
    going_on = visit("in_session", began_at=at(-60))
    await plane.show(desk("in_session", visit=going_on))
    await open_desk(page, origin)
    booth = await booth_joins(page, origin, plane, going_on)
    await booth.evaluate("booth.open()")
    both = ["connected", "connected"]
    await until(booth, "booth.phases()", lambda phases: phases == both)
    await page.reload()
    await expect(page.locator(".faces-none")).to_have_count(0, timeout=15_000)
    await until(booth, "booth.phases()", lambda phases: phases == both)


async def test_a_second_tab_does_not_disturb_the_first_and_may_take_over(
    page: Page, origin: str, plane: Plane
) -> None:
    await plane.show(desk())
    await open_desk(page, origin)
    second = await page.context.new_page()
    await second.goto(f"{origin}/desk.html")
    await expect(second.get_by_text("toisessa välilehdessä")).to_be_visible()
    await second.get_by_role("button", name="Käytä tässä").click()
    await expect(second.get_by_role("button", name="Kutsu seuraava")).to_be_visible()
    await expect(page.get_by_text("toisessa välilehdessä")).to_be_visible()


async def test_a_session_that_ended_leads_to_sign_in_and_says_so(
    page: Page, origin: str, plane: Plane
) -> None:
    await plane.show(desk())
    await open_desk(page, origin)
    plane.signed_in = False
    await plane.drop_lines(code=4401)
    await expect(page.get_by_text("Kirjautumisesi on päättynyt")).to_be_visible()


async def test_a_lost_line_is_said_and_found_again(page: Page, origin: str, plane: Plane) -> None:
    await plane.show(desk())
    await open_desk(page, origin)
    await page.evaluate("window.stays = true")
    await plane.drop_lines()
    await expect(page.get_by_text("Yhteys palveluun katkesi")).to_be_visible()
    await expect(page.get_by_text("Yhteys toimii")).to_be_visible()
    assert await page.evaluate("window.stays") is True


async def test_a_refusal_is_told_in_words(page: Page, origin: str, plane: Plane) -> None:
    await plane.show(desk())
    plane.refuse["desk/next"] = (409, {"code": "no_booth_ready", "detail": {}})
    await open_desk(page, origin)
    await page.get_by_role("button", name="Kutsu seuraava").click()
    await expect(page.get_by_text("Yksikään asiointitila ei ole nyt valmis")).to_be_visible()


async def test_calling_out_of_turn_asks_for_the_reason(
    page: Page, origin: str, plane: Plane
) -> None:
    await plane.show(desk())
    await open_desk(page, origin)
    await page.get_by_role("button", name="Kutsu tämä 108").click()
    await page.get_by_label("Jatkaa kesken jäänyttä asiaa").check()
    await page.get_by_role("dialog").get_by_role("button", name="Kutsu numero 108").click()
    await until(page, "document.querySelector('dialog[open]') === null", bool)
    ticket = plane.desk["queue"][2]["ticket_id"]
    assert plane.asked[-1] == (
        "POST",
        f"desk/tickets/{ticket}/call",
        {"reason": "continues"},
    )


async def test_when_the_visitor_ends_the_visit_the_clerk_is_asked_how_it_went(
    page: Page, origin: str, plane: Plane
) -> None:
    ended = visit("closing", began_at=at(-60), ended_by_visitor=True)
    await plane.show(desk("in_session", visit=ended))
    await open_desk(page, origin)
    await expect(page.get_by_text("Asiakas lopetti asioinnin")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Valmis").click()
    assert plane.asked[-1][2] == {"outcome": "done"}


async def test_a_text_file_named_pdf_is_refused_before_it_is_sent(
    page: Page, origin: str, plane: Plane, tmp_path: Path
) -> None:
    going_on = visit("in_session", began_at=at(-60))
    await plane.show(desk("in_session", visit=going_on))
    await open_desk(page, origin)
    fake = tmp_path / "letter.pdf"
    fake.write_text("hello")
    await page.get_by_role("tab", name="Tulosta").click()
    await page.set_input_files("input[type=file]", fake)
    await expect(page.locator(".notice").get_by_text("Tiedosto ei ole PDF")).to_be_visible()


async def test_a_notice_moves_no_button_from_under_a_hand(
    page: Page, origin: str, plane: Plane
) -> None:
    await plane.show(desk("available"))
    await open_desk(page, origin)
    call = page.get_by_role("button", name="Kutsu tämä").first
    before = await call.bounding_box()
    told = {"code": "not_ready", "reason": "no_picture", "number": 104}
    await plane.show(desk("available", notice=told))
    await expect(page.get_by_text("Numeroa 104 ei voitu kutsua")).to_be_in_viewport()
    assert await call.bounding_box() == before


async def test_help_pressed_and_paper_out_are_told_at_once(
    page: Page, origin: str, plane: Plane
) -> None:
    going_on = visit("in_session", began_at=at(-60))
    await plane.show(desk("in_session", visit=going_on))
    await open_desk(page, origin)
    troubled = {
        "help_pressed_at": at(),
        "peripherals": peripherals(document_printer="paper_out"),
    }
    await plane.show(desk("in_session", visit={**going_on, **troubled}))
    await expect(page.get_by_role("alert").get_by_text("painoi apua")).to_be_visible()
    await expect(page.get_by_text("Tulostin: paperi loppu")).to_be_visible()


async def test_why_a_number_cannot_be_called_stands_on_its_row(
    page: Page, origin: str, plane: Plane
) -> None:
    blocked = row(110, 60, callable=False, why_not=["booth_taken"])
    await plane.show(desk(queue=[blocked], waiting=1))
    await open_desk(page, origin)
    await expect(page.get_by_role("row").get_by_text("asiointitila on varattu")).to_be_visible()
    kept = row(111, 60, why_not=["kept"])
    await plane.show(desk(queue=[kept], waiting=1, kept_for="2026-11-24T08:00:00Z"))
    # By the clock of the clerk's own machine, as every time at the desk.
    words = page.get_by_role("row").get_by_text(re.compile(r"klo \d\d\.00 varattua aikaa"))
    await expect(words).to_be_visible()
    await expect(page.get_by_role("button", name="Kutsu seuraava")).to_be_disabled()
