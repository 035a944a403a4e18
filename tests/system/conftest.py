"""What do the system tests share? One demo for all that leave it as they found it; browsers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, expect, sync_playwright

from tests.system.demo import ROOT, Demo, running_demo
from tests.system.free_browser import FreeBrowser

CHROMIUM = "/usr/bin/chromium"
# A browser of a test must not ask the world for anything; root has no sandbox to offer.
QUIET = [
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
]
# What a point's kiosk has: devices, permissions, sound without a touch.
KIOSK = [
    *QUIET,
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
# How long anything may take that is not itself what a test times: three browsers code their
# pictures on two processors.
PATIENCE_MS = 20_000


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of the browsers."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def clerk_browser(playwright: Playwright) -> Iterator[Browser]:
    """Any browser: no devices, no permissions, no flags that help."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
    yield browser
    browser.close()


@pytest.fixture
def kiosk(playwright: Playwright, tmp_path: Path) -> Iterator[BrowserContext]:
    """The point's browser with a profile of its own, so that the profile can be searched."""
    context = playwright.chromium.launch_persistent_context(
        tmp_path / "kiosk-profile",
        executable_path=CHROMIUM,
        args=KIOSK,
        permissions=["camera", "microphone"],
        locale="fi-FI",
    )
    yield context
    context.close()


@pytest.fixture
def clerk(clerk_browser: Browser) -> Iterator[BrowserContext]:
    """The clerk's own window."""
    context = clerk_browser.new_context(locale="fi-FI")
    yield context
    context.close()


@pytest.fixture
def free_browser(playwright: Playwright, tmp_path: Path) -> Iterator[FreeBrowser]:
    """Any browser, with a profile that can be searched and a window that can be hidden."""
    browser = FreeBrowser(playwright, tmp_path / "clerk-profile")
    yield browser
    browser.stop()


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker, as one script."""
    return (ROOT / "node_modules/axe-core/axe.min.js").read_text()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A running demo with simulated peripherals."""
    with running_demo(tmp_path_factory.mktemp("point") / "demo") as running:
        yield running
