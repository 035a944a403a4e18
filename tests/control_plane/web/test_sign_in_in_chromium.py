"""Signing in, in a real browser."""

from playwright.async_api import Page, expect

from tests.browsers import IN_A_BROWSER
from tests.control_plane.web.plane import Plane, demo, desk

pytestmark = IN_A_BROWSER


async def try_it(page: Page, password: str) -> None:
    await page.get_by_label("Käyttäjätunnus").fill("maija")
    await page.get_by_label("Salasana", exact=True).fill(password)
    await page.keyboard.press("Enter")


async def test_the_right_password_opens_the_desk(page: Page, origin: str, plane: Plane) -> None:
    await plane.show(desk())
    await page.goto(f"{origin}/sign-in.html")
    await try_it(page, "right")
    await expect(page.get_by_role("button", name="Kutsu seuraava")).to_be_visible()


async def test_a_wrong_password_is_told_and_the_field_is_empty_again(
    page: Page, origin: str, plane: Plane
) -> None:
    plane.refuse["session"] = (401, {"code": "wrong_credentials", "detail": {}})
    await page.goto(f"{origin}/sign-in.html")
    await try_it(page, "wrong")
    await expect(page.get_by_role("alert").get_by_text("on väärä")).to_be_visible()
    await expect(page.get_by_label("Salasana", exact=True)).to_have_value("")
    await expect(page.get_by_label("Salasana", exact=True)).to_be_focused()


async def test_after_too_many_tries_the_wait_is_counted_down(
    page: Page, origin: str, plane: Plane
) -> None:
    refusal = {"code": "too_many_tries", "detail": {"retry_after_s": 2}}
    plane.refuse["session"] = (429, refusal)
    await page.goto(f"{origin}/sign-in.html")
    await try_it(page, "wrong")
    submit = page.get_by_role("button", name="Kirjaudu")
    await expect(submit).to_be_disabled()
    await expect(page.get_by_text("sekunnin kuluttua")).to_be_visible()
    await expect(submit).to_be_enabled(timeout=4_000)


async def test_nothing_is_asked_of_the_server_without_a_name_and_a_password(
    page: Page, origin: str, plane: Plane
) -> None:
    await page.goto(f"{origin}/sign-in.html")
    await page.get_by_role("button", name="Kirjaudu").click()
    await expect(page.get_by_role("alert").get_by_text("Kirjoita käyttäjätunnus")).to_be_visible()
    assert not [asked for asked in plane.asked if asked[0] == "POST"]


async def test_the_start_page_leads_to_both_windows_of_the_play_and_to_the_rest(
    page: Page, origin: str, plane: Plane
) -> None:
    plane.demo = demo()
    await page.goto(origin)
    visitor = page.get_by_role("link", name="1. Avaa asiakkaan ikkuna")
    await expect(visitor).to_have_attribute("href", "http://127.0.0.1:8081/stage#token=x")
    await expect(visitor).to_contain_text("Kela")
    await expect(page.get_by_role("link", name="2. Avaa virkailijan ikkuna")).to_be_visible()
    await expect(page.get_by_role("link", name="Asiointitilan näyttö")).to_have_attribute(
        "href", "http://127.0.0.1:8081/booth#token=x"
    )


async def test_agencies_and_roles_of_the_demo_are_named_in_the_pages_language(
    page: Page, origin: str, plane: Plane
) -> None:
    plane.demo = demo()
    await page.goto(origin)
    rows = page.get_by_role("row")
    await expect(rows.filter(has_text="maija")).to_contain_text("Kela")
    await expect(rows.filter(has_text="tekninen-tuki")).to_contain_text("Tekninen tuki")
    await page.get_by_role("button", name="Svenska").click()
    await expect(rows.filter(has_text="maija")).to_contain_text("FPA")
    await expect(rows.filter(has_text="maija")).to_contain_text("Tjänsteman")


async def test_the_clerks_window_of_the_play_is_one_click_from_the_desk(
    page: Page, origin: str, plane: Plane
) -> None:
    plane.demo = demo()
    await plane.show(desk())
    await page.goto(origin)
    async with page.context.expect_page() as opened:
        await page.get_by_role("link", name="2. Avaa virkailijan ikkuna").click()
    clerks = await opened.value
    await expect(clerks.get_by_label("Käyttäjätunnus")).to_have_value("maija")
    await expect(clerks.get_by_label("Salasana", exact=True)).to_have_value("demo-password")
    await expect(clerks.get_by_role("button", name="Kirjaudu")).to_be_focused()
    await clerks.keyboard.press("Enter")
    await expect(clerks.get_by_role("button", name="Kutsu seuraava")).to_be_visible()
    assert ("POST", "session", {"username": "maija", "password": "demo-password"}) in plane.asked


async def test_nobody_but_the_demos_people_gets_a_password(
    page: Page, origin: str, plane: Plane
) -> None:
    plane.demo = demo()
    await page.goto(f"{origin}/sign-in.html#as=ville")
    await expect(page.get_by_label("Käyttäjätunnus")).to_have_value("ville")
    await expect(page.get_by_label("Salasana", exact=True)).to_be_focused()
    await expect(page.get_by_label("Salasana", exact=True)).to_have_value("")


async def test_the_start_page_of_a_production_shows_no_accounts(page: Page, origin: str) -> None:
    await page.goto(origin)
    await expect(page.get_by_text("Palvelu toimii")).to_be_visible()
    await expect(page.get_by_role("table")).to_have_count(0)
    await expect(page.get_by_role("link", name="Kirjaudu työpöydälle")).to_be_visible()
