"""How do the tests of a file share one browser? By one loop, and with nothing left after each.

To start a browser and its driver takes more than a second of a processor, and a context of its own
shares nothing with another one.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import pytest
from playwright.async_api import Browser, async_playwright

# What browsers of one file and its tests run in: fixtures name it too.
LOOP: Final = "module"
# How axe looks at a page: in every language and in every contrast. Colours know no language, so it
# need not be each with each.
LOOKS: Final = (("fi", "normal"), ("fi", "high"), ("sv", "normal"), ("en", "normal"))
IN_A_BROWSER = [pytest.mark.system, pytest.mark.asyncio(loop_scope=LOOP)]


@asynccontextmanager
async def running_chromium(*options: str) -> AsyncIterator[Browser]:
    """The distribution's own, without a sandbox where everything is root's."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", *options]
        )
        yield chromium
        await chromium.close()


async def close_pages(browser: Browser) -> None:
    """Nothing of a test goes on, nor is kept for the next one."""
    for context in list(browser.contexts):
        await context.close()
