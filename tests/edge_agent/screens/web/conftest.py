"""What do the tests of the device's pages share? A stand-in for the agent, a browser, axe."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.browsers import LOOP, close_pages, running_chromium
from tests.edge_agent.screens.web.agent_stand_in import DIST, ROOT, TOKEN, StandIn, running

AXE = ROOT / "node_modules/axe-core/axe.min.js"
# WCAG 2.1 AA, and what 2.2 adds to it.
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COUNT_CONNECTIONS = """window.connections = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...how) { super(...how); window.connections.push(this); } };"""
PORTRAIT = {"width": 1080, "height": 1920}
LANDSCAPE = {"width": 1920, "height": 1080}


@pytest.fixture(scope="session", autouse=True)
def pages_are_built() -> Path:
    """Without the built pages nothing here can be seen."""
    assert (DIST / "stage.html").is_file(), "build the pages first: npm run build"
    return DIST


@pytest_asyncio.fixture(loop_scope=LOOP)
async def agent() -> AsyncIterator[StandIn]:
    """The agent's side of the socket."""
    async with running() as stand_in:
        yield stand_in


@pytest_asyncio.fixture(scope=LOOP, loop_scope=LOOP)
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium, as on a device: sound needs no touch there."""
    async with running_chromium(
        "--allow-loopback-in-peer-connection",
        "--autoplay-policy=no-user-gesture-required",
    ) as running:
        yield running


@pytest_asyncio.fixture(loop_scope=LOOP)
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    yield chromium
    await close_pages(chromium)


class Opener:
    """Opens a screen's page with a first state, and watches that it complains of nothing."""

    def __init__(self, agent: StandIn, browser: Browser) -> None:
        self.complaints: list[str] = []
        self._agent = agent
        self._browser = browser

    async def __call__(
        self,
        screen: str,
        state: dict[str, Any],
        viewport: dict[str, int] | None = None,
        *,
        own_clock: bool = False,
        **how: Any,
    ) -> Page:
        self._agent.states[screen] = state
        context = await self._browser.new_context(
            viewport=viewport or LANDSCAPE,  # type: ignore[arg-type] # a plain dict of the two
            permissions=["camera", "microphone"],
            **how,
        )
        if own_clock:
            await context.clock.install()
        # The browser's own count of what leaves is asked of every connection.
        await context.add_init_script(COUNT_CONNECTIONS)
        page = await context.new_page()
        page.on("console", lambda said: self._complain(said.type, said.text))
        page.on("pageerror", lambda error: self._complain("error", str(error)))
        await page.goto(f"{self._agent.url}/{screen}#token={TOKEN}")
        await page.locator("h1").first.wait_for()
        return page

    def _complain(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)


@pytest_asyncio.fixture(loop_scope=LOOP)
async def opened(agent: StandIn, browser: Browser) -> AsyncIterator[Opener]:
    """Opens pages; a page that says an error or breaks the content policy fails the test."""
    opener = Opener(agent, browser)
    yield opener
    assert opener.complaints == []


async def axe_violations(page: Page) -> list[str]:
    """What axe finds, as rule and place."""
    if not await page.evaluate("Boolean(window.axe)"):
        await page.evaluate(AXE.read_text())
    found = await page.evaluate(
        "rules => axe.run(document, {iframes: false, runOnly: {type: 'tag', values: rules}})",
        AXE_RULES,
    )
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


async def until(holds: Callable[[], bool], *, seconds: float = 10) -> None:
    """Wait for something that a page said or did."""
    with anyio.move_on_after(seconds):
        while not holds():  # noqa: ASYNC110 - what is waited for has no event
            await anyio.sleep(0.02)
    assert holds()
