"""The page of promised waiting times: what it shows, what it hides and how it is chosen."""

from playwright.async_api import Page, expect

from tests.browsers import IN_A_BROWSER
from tests.control_plane.web.plane import Plane, desk, kept, promises, text

pytestmark = IN_A_BROWSER


async def test_a_table_tells_what_was_kept_and_what_is_not_told(
    page: Page, origin: str, plane: Plane
) -> None:
    plane.promises = promises(
        kept("kela", text("Kela"), within=40, above=8, below=6),
        kept("vero", text("Verohallinto"), within=20, above=None, below=0),
    )
    await page.goto(f"{origin}/promises.html")
    kela = page.get_by_role("row").filter(has_text="Kela")
    vero = page.get_by_role("row").filter(has_text="Verohallinto")
    await expect(kela).to_contain_text("noin 80 %")
    await expect(vero).to_contain_text("ei näytetä")
    await expect(vero).to_contain_text("alle 5")
    async with page.expect_request(lambda asked: "by=point" in asked.url):
        await page.get_by_label("Näytä").select_option("point")
    async with page.expect_request(lambda asked: "by=point" in asked.url):
        await page.get_by_label("Jakso").select_option("30")
    await expect(page.get_by_role("table")).to_be_visible()


async def test_whoever_may_not_look_is_told_so_and_a_failure_can_be_tried_again(
    page: Page, origin: str, plane: Plane
) -> None:
    plane.signed_in = False
    await page.goto(f"{origin}/promises.html")
    await expect(page.get_by_role("link", name="Kirjaudu työpöydälle")).to_be_visible()
    plane.signed_in = True
    plane.refuse["promises/summary"] = (500, {"code": "internal", "detail": {}})
    await page.reload()
    await expect(page.get_by_text("Lupauksia ei saatu haettua.")).to_be_visible()
    del plane.refuse["promises/summary"]
    await page.get_by_role("button", name="Yritä uudelleen").click()
    await expect(page.get_by_text("Tältä jaksolta ei ole yhtään kutsua.")).to_be_visible()


async def test_a_row_says_what_was_promised_and_why_it_stands_there(
    page: Page, origin: str, plane: Plane
) -> None:
    await plane.show(desk())
    await page.goto(f"{origin}/desk.html")
    first = page.get_by_role("row").filter(has_text="104")
    await expect(first).to_contain_text("luvattu 5–10 min – ylittynyt")  # noqa: RUF001 - a range
    why = first.get_by_role("button", name="Miksi tässä?")
    await why.focus()
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Paikka jonossa: 3. Odottanut 12 min.")
    await expect(dialog).to_contain_text("numero 102: palasi omalle paikalleen")
    await expect(dialog).to_contain_text("kutsuttiin seuraavana. Edellä oli 2.")
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(why).to_be_focused()
    plane.refuse[next(path for _, path, _ in plane.asked if path.endswith("/why"))] = (
        404,
        {"code": "not_found", "detail": {}},
    )
    await page.keyboard.press("Enter")
    await expect(dialog).to_contain_text("Syitä ei saatu haettua.")
