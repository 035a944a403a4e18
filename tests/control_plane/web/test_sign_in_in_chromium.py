"""Signing in, in a real browser."""

import pytest
from playwright.async_api import Page, expect

from tests.control_plane.web.plane import Plane, desk

pytestmark = pytest.mark.system


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


async def test_the_start_page_leads_to_everything(page: Page, origin: str, plane: Plane) -> None:
    plane.demo = {
        "links": [{"code": "booth", "url": "http://127.0.0.1:8081/booth#token=x"}],
        "accounts": [{"username": "maija", "password": "demo-password", "agency": "Kela"}],
    }
    await page.goto(origin)
    await expect(page.get_by_role("link", name="Asiointitilan näyttö")).to_have_attribute(
        "href", "http://127.0.0.1:8081/booth#token=x"
    )
    await expect(page.get_by_text("demo-password")).to_be_visible()
    await page.get_by_role("link", name="Kirjaudu tällä").click()
    await expect(page.get_by_label("Käyttäjätunnus")).to_have_value("maija")
    await expect(page.get_by_label("Salasana", exact=True)).to_be_focused()


async def test_the_start_page_of_a_production_shows_no_accounts(page: Page, origin: str) -> None:
    await page.goto(origin)
    await expect(page.get_by_text("Palvelu toimii")).to_be_visible()
    await expect(page.get_by_role("table")).to_have_count(0)
    await expect(page.get_by_role("link", name="Kirjaudu työpöydälle")).to_be_visible()
