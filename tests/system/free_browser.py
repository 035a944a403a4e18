"""How does a browser behave that no test tool holds? A plain Chromium, attached to and let go.

While a tool is attached, a page always believes that it is seen. Let go, a covered tab is really
hidden: its timers run once a second and it draws no frames.
"""

import json
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright
from websockets.sync.client import connect

from tests.virtual.print_stack import wait_for

CHROMIUM = "/usr/bin/chromium"
# Only what a machine without a screen, a first user or a way out needs; nothing that helps media.
FLAGS = ("--headless", "--no-sandbox", "--no-first-run", "--remote-debugging-port=0")


class FreeBrowser:
    """A running Chromium with a profile of its own."""

    def __init__(self, playwright: Playwright, profile: Path) -> None:
        self._playwright = playwright
        self._held: Browser | None = None
        self._process = subprocess.Popen(
            [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stderr=subprocess.DEVNULL,
        )
        # Chromium writes there which port it took.
        told = profile / "DevToolsActivePort"
        wait_for(told.exists, "Chromium")
        self._port = int(told.read_text().splitlines()[0])

    def hold(self) -> BrowserContext:
        """Attach to it; its pages believe from now on that they are seen."""
        self._held = self._playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{self._port}")
        return self._held.contexts[0]

    def let_go(self) -> None:
        """Detach; the pages stay open."""
        if self._held is not None:
            self._held.close()
            self._held = None

    def cover(self) -> str:
        """Put a new tab over the others; gives its id."""
        tab = self._ask("/json/new?about:blank", method="PUT")
        self._ask(f"/json/activate/{tab['id']}", method="GET")
        return str(tab["id"])

    def uncover(self, tab: str) -> None:
        """Close the tab that covered the others."""
        self._ask(f"/json/close/{tab}", method="GET")

    def is_hidden(self, url: str) -> bool:
        """Does the page whose address holds ``url`` know that nobody sees it?"""
        return bool(self._evaluate(url, "document.visibilityState === 'hidden'"))

    def page(self, context: BrowserContext, url: str) -> Page:
        """The open page whose address holds ``url``."""
        return next(page for page in context.pages if url in page.url)

    def stop(self) -> None:
        """End it."""
        self.let_go()
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        finally:
            self._process.kill()
            self._process.wait()

    def _evaluate(self, url: str, expression: str) -> object:
        target = next(tab for tab in self._ask("/json/list", method="GET") if url in tab["url"])
        wanted = {"expression": expression, "returnByValue": True}
        with connect(target["webSocketDebuggerUrl"]) as socket:
            socket.send(json.dumps({"id": 1, "method": "Runtime.evaluate", "params": wanted}))
            answer = json.loads(socket.recv(timeout=10))
        return answer["result"]["result"].get("value")

    def _ask(self, path: str, *, method: str) -> Any:
        request = urllib.request.Request(f"http://127.0.0.1:{self._port}{path}", method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            said = answer.read().decode()
        return json.loads(said) if said[:1] in {"{", "["} else said
