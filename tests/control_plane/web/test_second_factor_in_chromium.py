"""Setting a second factor and signing in with it, by keyboard, against a real control plane."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from control_plane.database import Store
from control_plane.security.scope import Role, Scope
from control_plane.security.second_factor import STEP_S, code_at
from tests.browsers import IN_A_BROWSER, LOOP
from tests.control_plane.web.real import Real, serving, signed_in, somebody, typed

pytestmark = IN_A_BROWSER


@pytest_asyncio.fixture(loop_scope=LOOP)
async def real(sqlite_store: Store, pages: Path, tmp_path: Path) -> AsyncIterator[Real]:
    roles = ("agency_admin",)
    async with serving(sqlite_store, pages, tmp_path, second_factor_roles=roles) as real:
        yield real


def code(real: Real, account: Scope, *, off: int = 0, generation: int = 1) -> str:
    """What the phone shows."""
    secret = real.keys.factor_secret(account.name, generation)
    return code_at(secret, int(time.time()) // STEP_S + off)


async def shows_alert(page: Page, words: str) -> None:
    await expect(page.get_by_role("alert").get_by_text(words)).to_be_visible()


async def test_a_main_user_sets_the_factor_that_is_demanded_and_signs_in_with_it(
    browser: Browser, real: Real
) -> None:
    boss = await real.world.account("paakayttaja", Role.AGENCY_ADMIN, agency="kela")
    page = await somebody(browser)
    await signed_in(page, real, "paakayttaja")
    await expect(page.get_by_text("Tehtäväsi vaatii kaksivaiheisen")).to_be_visible()
    # Nothing else is served before.
    await page.goto(f"{real.origin}/people")
    await expect(page.get_by_role("link", name="Ota kaksivaiheinen")).to_be_visible()
    await page.get_by_role("link", name="Ota kaksivaiheinen").click()
    await page.get_by_role("button", name="Ota käyttöön").click()
    await expect(page.get_by_role("img", name="QR-koodi")).to_be_visible()
    await page.keyboard.type("123456")
    await page.keyboard.press("Enter")
    await shows_alert(page, "Koodi on väärä.")
    used = code(real, boss)
    await page.keyboard.type(used)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("listitem")).to_have_count(10)
    recovery = await page.get_by_role("listitem").first.inner_text()
    await page.get_by_role("button", name="Olen ottanut koodit talteen").click()
    await page.wait_for_url("**/supervisor.html")

    again = await somebody(browser)
    await typed(again, real, "paakayttaja")
    field = again.get_by_label("Koodi sovelluksesta tai varakoodi")
    await expect(field).to_be_focused()
    await expect(again.get_by_text("Salasana on oikein.")).to_be_visible()
    for wrong, words in (
        ("000000", "Koodi on väärä."),
        (used, "Koodi on jo käytetty."),
    ):
        await again.keyboard.type(wrong)
        await again.keyboard.press("Enter")
        await shows_alert(again, words)
        await expect(field).to_be_focused()
        await expect(field).to_have_value("")
    await again.keyboard.type(recovery)
    await again.keyboard.press("Enter")
    await again.wait_for_url("**/supervisor.html")

    await again.get_by_role("link", name="Tunnistautuminen", exact=True).click()
    await expect(again.get_by_text("on jo käytössä")).to_be_visible()
    await again.get_by_label("Sovelluksen koodi").fill(code(real, boss, off=1))
    await again.keyboard.press("Enter")
    await expect(again.get_by_role("listitem")).to_have_count(10)
    assert recovery not in await again.get_by_role("list").inner_text()


async def with_factor(browser: Browser, real: Real, who: Scope, username: str) -> Page:
    """Signed in for the first time, and the factor set."""
    page = await somebody(browser)
    await signed_in(page, real, username)
    await page.get_by_role("button", name="Ota käyttöön").click()
    await page.get_by_label("Sovelluksen koodi").fill(code(real, who))
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Olen ottanut koodit").click()
    return page


async def test_guessing_is_held_back_in_sight(browser: Browser, real: Real) -> None:
    boss = await real.world.account("paakayttaja", Role.AGENCY_ADMIN, agency="kela")
    await with_factor(browser, real, boss, "paakayttaja")
    other = await somebody(browser)
    await typed(other, real, "paakayttaja")
    await expect(other.get_by_label("Koodi sovelluksesta")).to_be_focused()
    for _ in range(5):
        await other.keyboard.type("000000")
        await other.keyboard.press("Enter")
        await expect(other.get_by_label("Koodi sovelluksesta")).to_have_value("")
        await shows_alert(other, "Koodi on väärä.")
    await other.keyboard.type(code(real, boss, off=1))
    await other.keyboard.press("Enter")
    await expect(other.get_by_text("sekunnin kuluttua")).to_be_visible()
    await expect(other.get_by_role("button", name="Kirjaudu", exact=True)).to_be_disabled()


async def test_a_clerk_is_offered_one_at_the_first_sign_in_and_may_go_on(
    browser: Browser, real: Real
) -> None:
    await real.world.account("aino", Role.CLERK, agency="kela")
    page = await somebody(browser)
    await signed_in(page, real, "aino")
    await page.get_by_role("button", name="Ei nyt").click()
    await expect(page.get_by_role("button", name="Aloita palvelu")).to_be_visible()
    again = await somebody(browser)
    await signed_in(again, real, "aino")
    await expect(again.get_by_role("button", name="Aloita palvelu")).to_be_visible()
    await again.get_by_role("button", name="Oma valikko").click()
    async with again.context.expect_page() as opened:
        await again.get_by_role("link", name="Kaksivaiheinen tunnistautuminen").click()
    page = await opened.value
    await expect(page.get_by_role("button", name="Ota käyttöön")).to_be_visible()


async def test_a_factor_that_was_lost_is_taken_away(browser: Browser, real: Real) -> None:
    boss = await real.world.account("paakayttaja", Role.AGENCY_ADMIN, agency="kela")
    aino = await real.world.account("aino", Role.CLERK, agency="kela")
    main_user = await with_factor(browser, real, boss, "paakayttaja")
    await main_user.wait_for_url("**/supervisor.html")
    page = await with_factor(browser, real, aino, "aino")
    await expect(page.get_by_role("button", name="Aloita palvelu")).to_be_visible()
    await main_user.goto(f"{real.origin}/people")
    row = main_user.get_by_role("row").filter(has_text="aino Nimi")
    await expect(row).to_contain_text("kaksivaiheinen tunnistautuminen")
    await row.get_by_role("button").click()
    await main_user.get_by_role("button", name="Poista kaksivaiheinen").click()
    await expect(row).not_to_contain_text("kaksivaiheinen")
    # Whoever had the phone is out, and the password alone opens the desk again.
    await expect(page.get_by_text("Kirjautumisesi on päättynyt.")).to_be_visible()
    await page.get_by_label("Käyttäjätunnus").fill("aino")
    await signed_in(page, real, "aino")
    await expect(page.get_by_role("button", name="Aloita palvelu")).to_be_visible()
