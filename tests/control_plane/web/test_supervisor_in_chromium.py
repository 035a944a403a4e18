"""The supervisor's board in a real browser: what it says, and what can be done on it."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browsers import IN_A_BROWSER, LOOKS
from tests.control_plane.web import boards
from tests.control_plane.web.plane import Plane, at, desk
from tests.control_plane.web.test_accessibility_in_chromium import set_up, violations

pytestmark = IN_A_BROWSER


async def open_board(page: Page, origin: str, plane: Plane, board: Any = None) -> None:
    plane.roles = ["supervisor"]
    plane.acts = boards.acts()
    await plane.show_board(board or boards.board())
    await page.goto(f"{origin}/supervisor.html")
    await page.wait_for_selector(".board-main")


async def because(page: Page, reason: str) -> None:
    """Type why, and press Enter."""
    await page.get_by_label("Syy").fill(reason)
    await page.keyboard.press("Enter")


async def test_waits_and_levels_are_told_in_words_that_everybody_in_a_contact_centre_knows(
    page: Page, origin: str, plane: Plane
) -> None:
    await open_board(page, origin, plane)
    now = page.get_by_role("region", name="Nyt")
    await expect(now).to_contain_text("Jonossa6")
    await expect(now).to_contain_text("22 min")
    today = page.get_by_role("region", name="Tänään")
    await expect(today).to_contain_text("83,4 %")
    await expect(today).to_contain_text("tavoitteessa")
    await expect(today).to_contain_text("77,6 %")
    await expect(today).to_contain_text("alle tavoitteen tavoite 80 % / 10 min")
    lapland = page.get_by_role("row", name="Lappi")
    await expect(lapland).to_contain_text("6")
    await expect(page.get_by_role("row", name="Kansaneläke").first).to_contain_text("4 min")


async def test_each_queue_says_what_today_is_and_when_that_changes(
    page: Page, origin: str, plane: Plane
) -> None:
    await open_board(page, origin, plane)
    rows = page.get_by_role("region", name="Jonot alueittain").get_by_role("row")
    await expect(rows.filter(has_text="Salla").last).to_contain_text("Jonopäivä, auki klo")
    await expect(rows.filter(has_text="Savukoski")).to_contain_text(
        "Ajanvarauspäivä, jono avautuu seuraavan kerran"
    )
    await expect(rows.filter(has_text="Pelkosenniemi")).to_contain_text("Suljettu tänään")
    await expect(rows.filter(has_text="Puolanka")).to_contain_text("suljettu tältä päivältä")


async def test_one_service_is_looked_at_alone(page: Page, origin: str, plane: Plane) -> None:
    await open_board(page, origin, plane)
    await page.get_by_label("Näytä palvelu").select_option("elake")
    rows = page.get_by_role("region", name="Jonot alueittain").get_by_role("row")
    await expect(rows.filter(has_text="Savukoski")).to_contain_text("Savukoski0")
    await expect(rows.filter(has_text="Salla")).to_contain_text("Salla1")


async def test_a_queue_is_closed_with_a_limit_and_a_reason_by_keys_alone(
    page: Page, origin: str, plane: Plane
) -> None:
    await open_board(page, origin, plane)
    await page.get_by_role("button", name="Sulje jono").focus()
    await page.keyboard.press("Enter")
    asked = page.get_by_role("dialog", name="Sulje jono")
    service, _, instead = [asked.locator("select").nth(nth) for nth in range(3)]
    await expect(service).to_be_focused()
    await service.select_option("paatos")
    await asked.get_by_label("Päiväkiintiö").check()
    await asked.get_by_label("Numeroita päivässä").fill("40")
    await instead.select_option("another_day")
    await because(page, "Tulostin on rikki")
    await expect(asked).to_have_count(0)
    method, path, body = next(each for each in plane.asked if "closings" in each[1])
    assert (method, path.rsplit("/", 1)[0]) == ("PUT", "supervision/closings")
    assert body == {
        "agency": "kela",
        "point": None,
        "service": "paatos",
        "kind": "contingent",
        "most": 40,
        "instead": "another_day",
        "instead_service": None,
        "today_only": False,
        "reason": "Tulostin on rikki",
    }
    await expect(page.get_by_role("button", name="Sulje jono")).to_be_focused()


async def test_an_emergency_says_first_how_many_it_sends_away(
    page: Page, origin: str, plane: Plane
) -> None:
    await open_board(page, origin, plane)
    await page.get_by_role("button", name="Sulje jono").click()
    await page.get_by_label("Keskeytä heti").check()
    sure = page.get_by_role("button", name="Keskeytä: 6 odottavaa ei kutsuta")
    await expect(sure).to_be_disabled()  # without a reason
    await page.get_by_role("dialog").locator("select").nth(1).select_option("salla")
    await page.get_by_label("Syy").fill("Palohälytys")
    await page.get_by_role("button", name="Keskeytä: 4 odottavaa ei kutsuta").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert plane.asked[-2][2]["kind"] == "emergency"


async def test_what_was_done_can_be_undone_from_the_history(
    page: Page, origin: str, plane: Plane
) -> None:
    await open_board(page, origin, plane)
    history = page.get_by_role("region", name="Tehdyt toimet")
    await expect(history).to_contain_text("Riitta Koskinen sulki jonon: Kansaneläke")
    await expect(history).to_contain_text("Viraston ulkopuolinen avasi jonon")
    await history.get_by_role("button", name="Kumoa sulki jonon").click()
    await because(page, "Sijainen tuli")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    reopened = next(each for each in plane.asked if each[1].endswith("/reopen"))
    assert reopened[1:] == (
        f"supervision/closings/{boards.CLOSED}/reopen",
        {"reason": "Sijainen tuli"},
    )
    await history.get_by_role("button", name="Kumoa asetti virkailijan tilan").click()
    await because(page, "Tauko ohi")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    state = next(each for each in plane.asked if each[1].endswith("/state"))
    assert state[2] == {"state": "available", "reason": "Tauko ohi"}


async def test_numbers_move_and_a_clerk_in_a_visit_is_not_torn_out(
    page: Page, origin: str, plane: Plane
) -> None:
    await open_board(page, origin, plane)
    await page.get_by_role("button", name="Siirrä 104").click()
    await page.get_by_role("dialog").get_by_label("Palvelu").select_option("paatos")
    await because(page, "Väärä jono")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    moved = next(each for each in plane.asked if each[1].endswith("/move"))
    assert moved[2] == {"service": "paatos", "reason": "Väärä jono"}

    await page.get_by_role("button", name="Aseta tila Aino Lahtinen").click()
    asked = page.get_by_role("dialog")
    await expect(asked).to_contain_text("Sitä ei katkaista")
    await expect(asked.get_by_role("radio")).to_have_count(1)


async def test_a_number_goes_into_a_class_that_the_agency_has_named(
    page: Page, origin: str, plane: Plane
) -> None:
    await open_board(page, origin, plane)
    numbers = page.get_by_role("region", name="Numerot")
    await expect(numbers.get_by_role("row").filter(has_text="105")).to_contain_text(
        "käynti keskeytyi"
    )
    await expect(page.get_by_role("button", name="Luokka 101")).to_have_count(0)
    await page.get_by_role("button", name="Luokka 104").click()
    asked = page.get_by_role("dialog", name="Vaihda numeron 104 luokka")
    await expect(asked.locator("select")).to_be_focused()
    await asked.locator("select").select_option("kiire")
    assert await violations(page) == []
    await because(page, "Lapsi mukana")
    await expect(asked).to_have_count(0)
    put = next(each for each in plane.asked if each[1].endswith("/class"))
    assert put[2] == {"priority": "kiire", "reason": "Lapsi mukana"}


async def test_a_number_of_an_agency_without_classes_has_none_to_choose(
    page: Page, origin: str, plane: Plane
) -> None:
    await open_board(page, origin, plane, boards.board(classes=[]))
    await expect(page.get_by_role("button", name="Siirrä 104")).to_be_visible()
    await expect(page.get_by_role("button", name="Luokka 104")).to_have_count(0)


async def test_a_message_goes_to_every_desk_and_the_desk_shows_it_until_read(
    page: Page, origin: str, plane: Plane
) -> None:
    await open_board(page, origin, plane)
    await page.get_by_role("button", name="Lähetä viesti").click()
    await page.get_by_role("dialog").get_by_role("textbox").fill("Järjestelmä hidas, odota hetki")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    told = next(each for each in plane.asked if "messages" in each[1])
    assert told[2] == {"text": "Järjestelmä hidas, odota hetki", "minutes": 60}

    plane.roles = ["clerk"]
    said = {
        "id": "0190d0c2-0000-7000-8000-000000000077",
        "code": "forced_break",
        "text": "Sovittu tauko",
        "sender": "Riitta Koskinen",
        "at": at(),
        "ends_at": at(600),
    }
    await plane.show(desk("break", messages=[said]))
    await page.goto(f"{origin}/desk.html")
    notice = page.get_by_text("Riitta Koskinen asetti sinut tauolle: Sovittu tauko")
    await expect(notice).to_be_visible()
    await page.get_by_role("button", name="Luettu").click()
    await expect(page.get_by_role("button", name="Luettu")).to_be_enabled()
    assert ("POST", f"desk/messages/{said['id']}/read", {}) in plane.asked


async def test_a_refusal_is_told_and_a_line_that_broke_says_how_old_the_figures_are(
    page: Page, origin: str, plane: Plane
) -> None:
    await open_board(page, origin, plane)
    target = f"supervision/clerks/{boards.MIKAEL}/state"
    plane.refuse[target] = (409, {"code": "not_here", "detail": {}})
    await page.get_by_role("button", name="Aseta tila Mikael Strand").click()
    await because(page, "Tauko")
    await expect(page.get_by_role("alert").get_by_text("ei ole työpöydän ääressä")).to_be_visible()
    await plane.drop_lines()
    await expect(page.get_by_text("Luvut ovat kello")).to_be_visible()
    await expect(page.get_by_text("Luvut ovat kello")).to_have_count(0, timeout=5_000)


async def test_an_account_without_a_board_is_told_so(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/supervisor.html")
    await expect(page.get_by_text("ei ole jonojen tilannekuvaa")).to_be_visible()


BOARDS = {
    "ordinary": boards.board,
    "empty": boards.empty,
    "crowded": boards.crowded,
    "owner": boards.owners,
}


@pytest.mark.parametrize(("language", "contrast"), LOOKS)
async def test_every_face_of_the_board_by_axe(
    page: Page, origin: str, plane: Plane, language: str, contrast: str
) -> None:
    await set_up(page, language, contrast)
    await open_board(page, origin, plane)
    found: dict[str, list[str]] = {}
    for name, made in BOARDS.items():
        await plane.show_board(made())
        await page.wait_for_timeout(200)
        found[name] = await violations(page)
    await plane.show_board(boards.board())
    for nth, button in enumerate(
        (".board-head .button-primary", ".row-act .button", ".board-side .row-act .button")
    ):
        await page.locator(button).first.click()
        found[f"dialog {nth}"] = await violations(page)
        await page.keyboard.press("Escape")
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768), (400, 900)])
async def test_nothing_of_the_board_is_cut_off_sideways(
    page: Page, origin: str, plane: Plane, size: tuple[int, int]
) -> None:
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await open_board(page, origin, plane)
    for name, made in BOARDS.items():
        await plane.show_board(made())
        await page.wait_for_timeout(200)
        over = await page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert (name, over) == (name, 0)
