"""Is an empty installation set up in the browser, and does the kiosk's device follow at once?"""

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from starlette.routing import Mount

from control_plane.app import create_app
from control_plane.app.pages import Pages
from control_plane.clock import SystemClock
from control_plane.database import Store, Tx, open_store
from control_plane.security import accounts
from control_plane.security.accounts import NewAccount
from control_plane.security.keys import Keyring
from control_plane.security.scope import Role, Scope
from control_plane.service_points import queries as places
from control_plane.settings import Settings
from provisioning.own_ports import own_ports
from shared.languages import Language
from shared.twin import Catalogue, TwinDesired
from tests.browsers import IN_A_BROWSER
from tests.control_plane.device import device_online
from tests.control_plane.plane import running, settings_for, until
from tests.control_plane.web import setups
from tests.control_plane.web.plane import Plane
from tests.control_plane.web.test_accessibility_in_chromium import set_up, violations
from tests.control_plane.world import PASSWORD, PASSWORD_HASH
from tests.mosquitto import Broker, running_mosquitto

pytestmark = IN_A_BROWSER

SYSTEM = Scope.system("test")


@dataclass
class RealPlane:
    """A real control plane in which nothing is set up but two people."""

    store: Store
    settings: Settings
    broker: Broker
    keys: Keyring

    @property
    def origin(self) -> str:
        return self.settings.public_origin


@asynccontextmanager
async def empty_plane(template: Path, folder: Path, pages: Path) -> AsyncIterator[RealPlane]:
    store = open_store(f"sqlite:///{shutil.copy(template, folder / 'etapiste.db')}")
    with running_mosquitto(folder / "mqtt") as broker:
        settings = settings_for(broker.directory, broker=broker, port=own_ports())
        app = create_app(settings, store)
        app.router.routes[-1] = Mount("/", app=Pages(pages), name="pages")
        async with running(app, settings):
            await until(lambda: app.state.joined.connection.connected)
            yield RealPlane(store, settings, broker, app.state.joined.boundary.keys)
    await store.close()


async def person(plane: RealPlane, username: str, role: Role, agency: str | None = None) -> None:
    new = NewAccount(
        username=username,
        display_name=f"{username.title()} Nimi",
        alias=username,
        roles=frozenset({role}),
        agency=agency,
        languages=(Language.FINNISH,),
    )
    now = SystemClock().now()
    await plane.store.run(lambda tx: accounts.add(tx, SYSTEM, new, PASSWORD_HASH, now))


async def page_of(browser: Browser, plane: RealPlane, username: str) -> Page:
    context = await browser.new_context(
        viewport={"width": 1366, "height": 900}, locale="fi-FI", base_url=plane.origin
    )
    page = await context.new_page()
    await set_up(page, "fi", "normal")
    body = {"username": username, "password": PASSWORD}
    answer = await context.request.post(
        "/api/v1/session", data=body, headers={"Origin": plane.origin}
    )
    assert answer.ok, await answer.text()
    await page.goto("/setup.html")
    await page.wait_for_selector(".setup-parts")
    return page


async def texts(page: Page, group: str, word: str) -> None:
    """Say something in all three languages."""
    fields = page.get_by_role("dialog").get_by_role("group", name=group, exact=True)
    for nth in range(3):
        await fields.get_by_role("textbox").nth(nth).fill(word)


async def save(page: Page, code: str = "") -> None:
    """Press Enter, and wait until the dialog has gone."""
    if code:
        label = "Laitteen nimi" if code.startswith("d-") else "Tunnus"
        await page.get_by_role("dialog").get_by_label(label).fill(code)
    await page.get_by_role("dialog").get_by_role("button", name="Tallenna").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def add(page: Page, what: str, said: dict[str, str], code: str = "") -> None:
    await page.get_by_role("button", name=what).first.click()
    for group, word in said.items():
        await texts(page, group, word)
    await save(page, code)


async def offered(store: Store, sha256: str) -> list[str]:
    """The services of a catalogue."""

    def read(tx: Tx) -> list[str]:
        found = places.catalogue_text(tx, SYSTEM, sha256)
        assert found is not None
        catalogue = Catalogue.model_validate_json(found)
        return [each.service for agency in catalogue.agencies for each in agency.services]

    return await store.read(read)


async def test_an_empty_installation_is_set_up_and_its_device_offers_the_service(
    browser: Browser, pages: Path, sqlite_template: Path, tmp_path: Path
) -> None:
    async with empty_plane(sqlite_template, tmp_path, pages) as plane:
        await person(plane, "omistaja", Role.OWNER)
        owner = await page_of(browser, plane, "omistaja")
        await expect(owner.get_by_text("Tässä ei ole mitään kytkettävää")).to_be_visible()
        await owner.get_by_role("link", name="Virastot ja palvelut").click()
        await add(owner, "Lisää virasto", {"Nimi": "Kela", "Kuvaus näytöllä": "tuet"})
        await owner.get_by_role("link", name="Pisteet ja laitteet").click()
        await add(owner, "Lisää palvelupiste", {"Nimi": "Salla"})
        said = {"Nimi": "Tila 1", "Suunta odotustilasta": "oikealla"}
        await add(owner, "Lisää asiointitila", said, "salla-1")
        await owner.get_by_role("button", name="Lisää laite").click()
        booth = owner.get_by_role("dialog").get_by_label("Asiointitila")
        await booth.select_option("salla-1")
        await save(owner, "d-salla-01")

        await person(plane, "paakayttaja", Role.AGENCY_ADMIN, "kela")
        main_user = await page_of(browser, plane, "paakayttaja")
        await main_user.get_by_role("link", name="Virastot ja palvelut").click()
        await expect(main_user.get_by_role("button", name="Lisää virasto")).to_have_count(0)
        await add(main_user, "Lisää palvelu", {"Nimi": "Asumistuki"})
        async with device_online(plane.broker, plane.keys) as device:
            await main_user.get_by_role("link", name="Kytkimet").click()
            queue = main_user.get_by_role("switch", name="Jono, Kela, Salla")
            await expect(queue).to_have_attribute("aria-checked", "false")
            for name in ("Tulostus", "Skannaus"):
                off = main_user.get_by_role("switch", name=f"{name}, Kela, Salla")
                await expect(off).to_have_attribute("aria-checked", "false")
            await queue.focus()
            await main_user.keyboard.press("Space")
            await expect(queue).to_have_attribute("aria-checked", "true")
            told = await device.wait_for(TwinDesired, lambda twin: twin.version > 1)
            catalogue = await offered(plane.store, told.body.catalogue_sha256)
            assert catalogue == ["kela-asumistuki"]

            await main_user.get_by_role("link", name="Muutokset").click()
            await main_user.get_by_role("button", name="Kumoa Kytkimet: Kela, Salla").click()
            gone = await device.wait_for(TwinDesired, lambda twin: twin.version > 2)
            assert await offered(plane.store, gone.body.catalogue_sha256) == []
        await expect(main_user.get_by_text("kumosi muutoksen")).to_be_visible()
        await both_versions(owner, main_user)
        await a_file_for_the_device(owner)


async def both_versions(owner: Page, main_user: Page) -> None:
    """Two change the same at the same time: the second sees both versions, and chooses."""
    for page in (owner, main_user):
        await page.goto("/setup.html#offer")
        await page.reload()
        await page.get_by_role("button", name="Muuta Kela").click()
    await texts(main_user, "Kuvaus näytöllä", "tuet ja eläkkeet")
    await save(main_user)
    await texts(owner, "Kuvaus näytöllä", "etuudet")
    await owner.get_by_role("button", name="Tallenna").click()
    asked = owner.get_by_role("dialog")
    await expect(asked).to_contain_text("Kuvaus näytöllä: tuet ja eläkkeet")
    await asked.get_by_role("button", name="Ota hänen versionsa").click()
    await save(owner)
    await expect(owner.get_by_text("tuet ja eläkkeet")).to_be_visible()


async def a_file_for_the_device(owner: Page) -> None:
    """It is made once, and saved by the browser."""
    await owner.goto("/setup.html#places")
    await owner.get_by_role("button", name="Tee rekisteröintitiedosto d-salla-01").click()
    asked = owner.get_by_role("dialog")
    await asked.get_by_role("button", name="Tee rekisteröintitiedosto").click()
    async with owner.expect_download() as saving:
        await asked.get_by_role("link", name="Lataa claim.json").click()
    saved = json.loads((await (await saving.value).path()).read_text())
    assert saved["device"] == "d-salla-01"
    assert set(saved) == {"claim_id", "secret", "device", "endpoint", "service_ca_pem"}


@pytest.mark.parametrize("contrast", ["normal", "high"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_every_face_of_the_setup_by_axe(
    page: Page, origin: str, plane: Plane, language: str, contrast: str
) -> None:
    await set_up(page, language, contrast)
    plane.roles = ["owner"]
    plane.told = setups.told()
    found: dict[str, Any] = {}
    for part in ("switches", "offer", "places", "history"):
        await page.goto(f"{origin}/setup.html#{part}")
        await page.reload()
        await page.wait_for_selector("section h2")
        found[part] = await violations(page)
        for width in (400, 1366):
            await page.set_viewport_size({"width": width, "height": 900})
            over = await page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert (part, width, over) == (part, width, 0)
    await page.goto(f"{origin}/setup.html#places")
    for name in (
        ".setup-head .button-primary",
        *(f".setup-acts .button >> nth={n}" for n in (0, 1, 2, 5)),
    ):
        await page.locator(name).first.click()
        await page.wait_for_selector("dialog .dialog-actions")
        found[name] = await violations(page)
        await page.keyboard.press("Escape")
    plane.told = setups.told(empty=True)
    for part in ("switches", "offer", "places", "history"):
        await page.goto(f"{origin}/setup.html#{part}")
        await page.reload()
        await page.wait_for_selector("p[role=status]")
        found[f"empty {part}"] = await violations(page)
    assert {name: each for name, each in found.items() if each} == {}


async def test_somebody_elses_version_is_shown_beside_the_own_one(
    page: Page, origin: str, plane: Plane
) -> None:
    await set_up(page, "fi", "normal")
    plane.roles = ["owner"]
    plane.told = setups.told()
    plane.refuse["setup/agencies/kela"] = (
        409,
        {"code": "changed_meanwhile", "detail": {"known": "99"}},
    )
    await page.goto(f"{origin}/setup.html#offer")
    await page.get_by_role("button", name="Muuta Kansaneläkelaitos").click()
    await texts(page, "Kuvaus näytöllä", "etuudet")
    await page.get_by_role("button", name="Tallenna").click()
    asked = page.get_by_role("dialog")
    await expect(asked).to_contain_text("Joku muutti tätä sillä välin")
    await expect(asked).to_contain_text("Kuvaus näytöllä: tuet")
    await expect(asked.get_by_role("button", name="Tallenna", exact=True)).to_be_disabled()
    assert await violations(page) == []


async def test_how_many_wait_is_said_where_a_queue_cannot_be_switched_off(
    page: Page, origin: str, plane: Plane
) -> None:
    await set_up(page, "fi", "normal")
    plane.roles = ["owner"]
    plane.told = setups.told()
    refused = {"code": "numbers_wait", "detail": {"numbers": 3}}
    plane.refuse["setup/agencies/kela/points/salla"] = (409, refused)
    await page.goto(f"{origin}/setup.html")
    await page.get_by_role("switch", name="Jono, Kansaneläkelaitos, Salla").click()
    await expect(page.get_by_text("3 numeroa odottaa tätä")).to_be_visible()
    put = next(each for each in plane.asked if each[0] == "PUT")
    assert put[2] == {
        "known": "05",
        "content": setups.SWITCHES | {"queue": False},
    }


@pytest.mark.parametrize("language", ["sv", "en"])
async def test_who_may_set_nothing_up_is_told_so(
    page: Page, origin: str, plane: Plane, language: str
) -> None:
    plane.refuse["setup"] = (403, {"code": "not_allowed", "detail": {}})
    await set_up(page, language, "high")
    await page.goto(f"{origin}/setup.html")
    await expect(page.locator(".notice[role=alert]")).to_be_visible()
    assert await violations(page) == []
