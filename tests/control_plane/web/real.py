"""The real control plane behind the pages that this run has built, and people who look at them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page
from starlette.routing import Mount

from control_plane.app import create_app
from control_plane.app.pages import Pages
from control_plane.clock import SystemClock
from control_plane.database import Store
from control_plane.security.keys import Keyring
from provisioning.own_ports import own_ports
from tests.clock import FakeClock
from tests.control_plane.plane import running, settings_for
from tests.control_plane.world import PASSWORD, World


@dataclass
class Real:
    origin: str
    world: World
    keys: Keyring


@asynccontextmanager
async def serving(
    store: Store, pages: Path, folder: Path, *, second_factor_roles: tuple[str, ...] = ()
) -> AsyncIterator[Real]:
    world = await World(store, FakeClock(SystemClock().now())).found()
    settings = settings_for(folder / "state", port=own_ports()).model_copy(
        update={"second_factor_roles": second_factor_roles}
    )
    app = create_app(settings, store)
    [mount] = [each for each in app.routes if isinstance(each, Mount) and each.name == "pages"]
    mount.app = Pages(pages)
    async with running(app, settings):
        yield Real(settings.public_origin, world, Keyring(settings.state_dir))


async def somebody(browser: Browser) -> Page:
    context = await browser.new_context(
        viewport={"width": 1366, "height": 900},
        locale="fi-FI",
        permissions=["camera", "microphone", "clipboard-read", "clipboard-write"],
    )
    return await context.new_page()


async def signed_in(page: Page, real: Real, username: str, password: str = PASSWORD) -> None:
    await typed(page, real, username, password)
    await page.wait_for_url(lambda url: "sign-in" not in url)


async def typed(page: Page, real: Real, username: str, password: str = PASSWORD) -> None:
    """Username and password, and Enter."""
    await page.goto(f"{real.origin}/sign-in.html")
    await page.get_by_label("Käyttäjätunnus").fill(username)
    await page.get_by_label("Salasana", exact=True).fill(password)
    await page.keyboard.press("Enter")
