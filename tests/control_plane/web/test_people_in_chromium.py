"""Setting people up in a browser, against a control plane that is real."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, Page, expect

from control_plane.database import Store
from control_plane.security.scope import Role
from tests.browsers import IN_A_BROWSER, LOOP
from tests.control_plane.web.real import Real, serving, signed_in, somebody

pytestmark = IN_A_BROWSER

OWN = "oma pitkä salasana"


@pytest_asyncio.fixture(loop_scope=LOOP)
async def real(sqlite_store: Store, pages: Path, tmp_path: Path) -> AsyncIterator[Real]:
    async with serving(sqlite_store, pages, tmp_path) as real:
        await real.world.account("paakayttaja", Role.AGENCY_ADMIN, agency="kela")
        yield real


async def at_people(browser: Browser, real: Real) -> Page:
    page = await somebody(browser)
    await signed_in(page, real, "paakayttaja")
    await page.get_by_role("link", name="Henkilöt").click()
    await expect(page.get_by_text("Näytetään 1 / 1")).to_be_visible()
    return page


async def test_a_new_clerk_comes_to_the_desk_and_is_sent_out_of_it(
    browser: Browser, real: Real
) -> None:
    """From nothing to an own password, the desk, and a word why it closed."""
    main_user = await at_people(browser, real)
    await main_user.get_by_role("button", name="Lisää henkilö").click()
    await main_user.keyboard.type("Maija Virtanen")
    await main_user.keyboard.press("Tab")
    await main_user.keyboard.type("maija")
    await main_user.get_by_role("button", name="Lisää osaaminen").click()
    await main_user.get_by_label("Osaamisen koodi", exact=True).fill("pensions")
    await main_user.keyboard.press("Enter")
    await main_user.get_by_role("button", name="Tee linkki").click()
    await main_user.get_by_role("button", name="Kopioi").click()
    await expect(main_user.get_by_text("Kopioitu leikepöydälle.")).to_be_visible()
    link = await main_user.evaluate("navigator.clipboard.readText()")
    await main_user.get_by_role("button", name="Olen ottanut linkin talteen").click()
    row = main_user.get_by_role("row").filter(has_text="maija")
    await expect(row).to_contain_text("odottaa salasanaa")
    await expect(row).to_contain_text("pensions 3")

    maija = await somebody(browser)
    await maija.goto(link)
    await expect(maija.get_by_text("Hei, Maija Virtanen.")).to_be_visible()
    assert "#" not in maija.url
    await maija.keyboard.type("lyhyt")
    await maija.keyboard.press("Enter")
    await expect(maija.get_by_role("alert").get_by_text("12–200 merkkiä")).to_be_visible()  # noqa: RUF001
    await maija.get_by_label("Uusi salasana").fill(OWN)
    await maija.keyboard.press("Enter")
    await expect(maija.get_by_text("Salasanasi on nyt voimassa.")).to_be_visible()
    await maija.get_by_label("Salasana", exact=True).fill(OWN)
    await maija.keyboard.press("Enter")
    await expect(maija.get_by_role("button", name="Aloita palvelu")).to_be_visible()
    again = await somebody(browser)
    await again.goto(link)
    await expect(again.get_by_role("alert").get_by_text("Linkki ei enää toimi")).to_be_visible()

    await row.get_by_role("button", name="Muuta").click()
    await main_user.get_by_role("button", name="Poista käytöstä").click()
    await expect(row).to_contain_text("pois käytöstä")
    await expect(maija.get_by_text("Tunnuksesi on poistettu käytöstä.")).to_be_visible(
        timeout=5_000
    )


async def test_a_role_that_is_taken_says_so_on_the_open_desk(browser: Browser, real: Real) -> None:
    await real.world.account("aino", Role.CLERK, Role.SUPERVISOR, agency="kela")
    aino, main_user = await somebody(browser), await somebody(browser)
    await signed_in(aino, real, "aino")
    await expect(aino.get_by_role("button", name="Aloita palvelu")).to_be_visible()
    await signed_in(main_user, real, "paakayttaja")
    await main_user.goto(f"{real.origin}/people")
    await main_user.get_by_label("Etsi nimellä").fill("AINO")
    await expect(main_user.get_by_text("Näytetään 1 / 2")).to_be_visible()
    await main_user.get_by_role("button", name="Muuta: aino Nimi").click()
    await main_user.get_by_role("checkbox", name="Virkailija").uncheck()
    await main_user.get_by_role("button", name="Tallenna").click()
    await expect(main_user.get_by_role("dialog")).to_be_hidden()
    await expect(aino.get_by_text("Käyttöoikeuksiasi on muutettu.")).to_be_visible(timeout=5_000)


async def test_a_sheet_is_looked_at_line_by_line_and_comes_in_whole(
    browser: Browser, real: Real
) -> None:
    page = await at_people(browser, real)
    async with page.expect_download() as taken:
        await page.get_by_role("link", name="Vie taulukkoon (CSV)").click()
    path = await (await taken.value).path()
    head, own = path.read_bytes().decode().splitlines()
    assert head.startswith("\ufeffusername;display_name")
    good = "maija;Maija Virtanen;;clerk;;fi sv;pensions:3;;"
    wrong = "ville;Ville Niemi;;owner;;;;;"

    async def choose(*lines: str) -> None:
        buffer = "\r\n".join((head, own, *lines)).encode()
        sheet = FilePayload(name="x.csv", mimeType="text/csv", buffer=buffer)
        await page.get_by_label("Tiedosto").set_input_files([sheet])

    await page.get_by_role("button", name="Tuo taulukosta").click()
    await choose(good, wrong)
    line = page.get_by_role("row").filter(has_text="ville")
    await expect(line).to_contain_text("et voi antaa tai muuttaa tätä tehtävää (roles)")
    bring = page.get_by_role("button", name="Tuo kaikki rivit")
    await expect(bring).to_be_disabled()
    await choose(good)
    await expect(page.get_by_text("Uusia 1, muuttuvia 0, ennallaan 1.")).to_be_visible()
    await bring.click()
    await expect(page.get_by_text("Tuotu. Uusia 1")).to_be_visible()
    link = await page.get_by_label("Maija Virtanen (maija)").input_value()
    await page.get_by_role("button", name="Olen ottanut linkit talteen").click()
    await expect(page.get_by_text("Näytetään 2 / 2")).to_be_visible()
    maija = await somebody(browser)
    await maija.goto(link)
    await expect(maija.get_by_text("Hei, Maija Virtanen.")).to_be_visible()


async def test_what_is_refused_is_told_in_the_dialog(browser: Browser, real: Real) -> None:
    await real.world.account("omistaja", Role.OWNER)
    page = await somebody(browser)
    await signed_in(page, real, "omistaja")
    await page.goto(f"{real.origin}/people")
    await page.get_by_role("button", name="Muuta: paakayttaja Nimi").click()
    await page.get_by_role("button", name="Poista käytöstä").click()
    await expect(
        page.get_by_role("alert").get_by_text("Viraston viimeinen pääkäyttäjä.")
    ).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Lisää henkilö").click()
    await page.keyboard.type("Toinen")
    await page.get_by_label("Käyttäjätunnus").fill("Paakayttaja")
    await page.get_by_role("dialog").get_by_role("combobox").first.select_option("kela")
    await page.get_by_role("button", name="Lisää ja tee").click()
    await expect(
        page.get_by_role("alert").get_by_text("Käyttäjätunnus on jo käytössä.")
    ).to_be_visible()


@pytest.mark.parametrize("size", [(1366, 768), (400, 900)])
async def test_whoever_may_not_is_told_so_at_any_size(
    browser: Browser, real: Real, size: tuple[int, int]
) -> None:
    await real.world.account("aino", Role.CLERK, agency="kela")
    page = await somebody(browser)
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await signed_in(page, real, "aino")
    await page.goto(f"{real.origin}/people")
    await expect(page.get_by_role("alert").get_by_text("ei hallita henkilöitä")).to_be_visible()
    over = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert over == 0
