"""The page of reports: what it tells, what it does not, and how a period is chosen."""

import pytest
from playwright.async_api import Page, Route, expect

from control_plane.app.headers import HEADERS
from tests.browsers import IN_A_BROWSER
from tests.control_plane.web.plane import Plane
from tests.control_plane.web.reports import nothing, report
from tests.control_plane.web.test_accessibility_in_chromium import set_up, violations

pytestmark = IN_A_BROWSER


async def test_the_five_groups_and_what_is_not_told_of_few(
    page: Page, origin: str, plane: Plane
) -> None:
    plane.report = report()
    await page.goto(f"{origin}/reports.html")
    key = page.get_by_role("region", name="Tunnusluvut")
    await expect(key).to_contain_text("7 min 1 s")
    await expect(key).to_contain_text("3,9–4,1")  # noqa: RUF001 - a range
    for group in ("1. Tiedotus", "2. Asiakkaan", "3. Palveluneuvojan", "4. Virk", "5. Viraston"):
        await expect(page.get_by_role("heading", name=group)).to_be_visible()
    few = page.get_by_role("row").filter(has_text="Inari").nth(1)
    await expect(few).to_contain_text("ei kerrota")
    await expect(page.get_by_text("asiakkaita on alle 5")).to_be_visible()
    await expect(page.get_by_text("Harjoituspisteet eivät ole mukana")).to_be_visible()
    booth = page.get_by_role("row").filter(has_text="Salla: Asiointitila 1")
    await expect(booth).to_contain_text("5 %")
    chart = page.get_by_role("img", name="Pylväskaavio")
    await expect(chart.locator("canvas")).to_be_visible()
    # The same as a table, by keyboard.
    days = page.get_by_role("table", name="Päivät")
    await expect(days.get_by_role("row")).to_have_count(8)
    summary = page.locator("summary")
    await summary.focus()
    await page.keyboard.press("Enter")
    await expect(days).to_be_hidden()


async def test_a_period_an_agency_and_a_point_are_chosen_and_files_follow(
    page: Page, origin: str, plane: Plane
) -> None:
    plane.report = report()
    await page.goto(f"{origin}/reports.html")
    async with page.expect_request(lambda asked: "unit=week" in asked.url):
        await page.get_by_role("combobox", name="Jakso").select_option("week")
    await page.get_by_label("Päivämäärä").fill("2026-11-25")
    async with page.expect_request(lambda asked: "day=2026-11-18" in asked.url):
        await page.get_by_role("button", name="Edellinen jakso").click()
    async with page.expect_request(lambda asked: "agency=vero" in asked.url):
        await page.get_by_role("combobox", name="Virasto").select_option("vero")
    async with page.expect_request(lambda asked: "point=salla" in asked.url):
        await page.get_by_role("combobox", name="Palvelupiste").select_option("salla")
    link = page.get_by_role("link", name="XLSX")
    href = await link.get_attribute("href") or ""
    for part in ("form=xlsx", "unit=week", "day=2026-11-18", "agency=vero", "point=salla"):
        assert part in href
    async with page.expect_request(lambda asked: "agency" not in asked.url.partition("?")[2]):
        await page.get_by_role("combobox", name="Virasto").select_option("")


async def test_an_empty_day_says_so_and_hides_nothing(
    page: Page, origin: str, plane: Plane
) -> None:
    plane.report = nothing()
    await page.goto(f"{origin}/reports.html")
    await expect(page.get_by_text("ei ole yhtään vuoronumeroa eikä asiointia")).to_be_visible()
    await expect(page.get_by_role("cell", name="ei kerrota")).to_have_count(0)
    await expect(page.locator("canvas")).to_have_count(0)


async def test_whoever_may_not_look_is_told_so_and_a_failure_can_be_tried_again(
    page: Page, origin: str, plane: Plane
) -> None:
    plane.report = report()
    plane.signed_in = False
    await page.goto(f"{origin}/reports.html")
    await expect(page.get_by_text("Kirjaudu, niin näet raportit.")).to_be_visible()
    plane.signed_in = True
    plane.refuse["reports/visits"] = (403, {"code": "not_allowed", "detail": {}})
    await page.reload()
    await expect(page.get_by_text("Tunnuksellasi ei voi katsoa raportteja.")).to_be_visible()
    await expect(page.get_by_role("combobox", name="Jakso")).to_have_count(0)
    plane.refuse["reports/visits"] = (500, {"code": "internal", "detail": {}})
    await page.reload()
    await expect(page.get_by_text("Raporttia ei saatu haettua.")).to_be_visible()
    del plane.refuse["reports/visits"]
    await page.get_by_role("button", name="Yritä uudelleen").click()
    await expect(page.get_by_role("heading", name="Tunnusluvut")).to_be_visible()


@pytest.mark.parametrize("contrast", ["normal", "high"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_axe_finds_nothing(
    page: Page, origin: str, plane: Plane, language: str, contrast: str
) -> None:
    plane.report = report()
    await set_up(page, language, contrast)
    await page.goto(f"{origin}/reports.html")
    await page.wait_for_selector(".reports-group canvas, .reports-chart canvas")
    assert await violations(page) == []


@pytest.mark.parametrize("width", [1920, 1366, 400])
async def test_nothing_is_cut_off_sideways_and_paper_has_no_buttons(
    page: Page, origin: str, plane: Plane, width: int
) -> None:
    plane.report = report()
    await page.set_viewport_size({"width": width, "height": 900})
    await page.goto(f"{origin}/reports.html")
    await page.wait_for_selector(".reports-chart canvas")
    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(over) <= 0
    await page.emulate_media(media="print")
    await expect(page.get_by_role("button", name="Tulosta")).to_be_hidden()
    await expect(page.get_by_role("table", name="Päivät")).to_be_visible()


async def test_the_chart_is_drawn_under_our_own_content_policy(
    page: Page, origin: str, plane: Plane
) -> None:
    plane.report = report()
    broken: list[str] = []
    page.on("console", lambda said: broken.append(said.text) if said.type == "error" else None)

    async def guarded(route: Route) -> None:
        answer = await route.fetch()
        headers = {**answer.headers, "content-security-policy": HEADERS["Content-Security-Policy"]}
        await route.fulfill(response=answer, headers=headers)

    await page.route("**/reports.html", guarded)
    await page.goto(f"{origin}/reports.html")
    await expect(page.locator(".reports-chart canvas")).to_be_visible()
    assert broken == []
