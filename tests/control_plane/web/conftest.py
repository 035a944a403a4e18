"""What do the tests of the control plane's pages share? Built pages, a browser, a plane."""

import fcntl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.browsers import LOOP, close_pages, running_chromium
from tests.control_plane.web.plane import Plane

ROOT = Path(__file__).parents[3]


def build(config: str, out: Path) -> Path:
    """Once in a run, by whichever of its processes comes first."""
    with out.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not out.exists():
            folder = (ROOT / config).parent
            making = out.with_suffix(".made")
            command = ["npx", "--no-install", "vite", "build", "--config", str(ROOT / config)]
            options = ["--outDir", str(making), "--emptyOutDir"]
            subprocess.run([*command, *options], cwd=folder, check=True, capture_output=True)
            making.rename(out)
    return out


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Where the built pages of this run lie."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def pages(built: Path) -> Path:
    return build("control_plane/web/vite.config.ts", built / "pages")


@pytest.fixture(scope="session")
def booth_page(built: Path) -> Path:
    return build("control_plane/web/tests/browser/vite.config.ts", built / "booth-page")


@pytest.fixture
def plane(pages: Path, booth_page: Path) -> Plane:
    return Plane(pages, booth_page)


@pytest_asyncio.fixture(loop_scope=LOOP)
async def origin(plane: Plane) -> AsyncIterator[str]:
    async with plane.serving() as origin:
        yield origin


@pytest_asyncio.fixture(scope=LOOP, loop_scope=LOOP)
async def chromium() -> AsyncIterator[Browser]:
    async with running_chromium(
        "--allow-loopback-in-peer-connection", "--autoplay-policy=user-gesture-required"
    ) as running:
        yield running


@pytest_asyncio.fixture(loop_scope=LOOP)
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    yield chromium
    await close_pages(chromium)


@pytest_asyncio.fixture(loop_scope=LOOP)
async def page(browser: Browser) -> Page:
    context = await browser.new_context(
        viewport={"width": 1920, "height": 1080},
        locale="fi-FI",
        permissions=["camera", "microphone"],
    )
    return await context.new_page()
