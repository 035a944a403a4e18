"""What do the tests of the control plane's pages share? Built pages, a browser, a plane."""

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.control_plane.web.plane import Plane

ROOT = Path(__file__).parents[3]


def build(config: str, out: Path) -> Path:
    command = ["npx", "--no-install", "vite", "build", "--config", config, "--outDir", str(out)]
    folder = (ROOT / config).parent
    subprocess.run([*command, "--emptyOutDir"], cwd=folder, check=True, capture_output=True)
    return out


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = str(ROOT / "control_plane/web/vite.config.ts")
    return build(config, tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="session")
def booth_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = str(ROOT / "control_plane/web/tests/browser/vite.config.ts")
    return build(config, tmp_path_factory.mktemp("booth-page"))


@pytest.fixture
def plane(pages: Path, booth_page: Path) -> Plane:
    return Plane(pages, booth_page)


@pytest.fixture
async def origin(plane: Plane) -> AsyncIterator[str]:
    async with plane.serving() as origin:
        yield origin


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=[
                "--no-sandbox",
                "--allow-loopback-in-peer-connection",
                "--autoplay-policy=user-gesture-required",
            ],
        )
        yield chromium
        await chromium.close()


@pytest.fixture
async def page(browser: Browser) -> Page:
    context = await browser.new_context(
        viewport={"width": 1920, "height": 1080},
        locale="fi-FI",
        permissions=["camera", "microphone"],
    )
    return await context.new_page()
