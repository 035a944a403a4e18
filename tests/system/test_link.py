"""Does an open link become the visit, keep the booth from nobody, and may a visitor leave?"""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.system.demo import Demo
from tests.system.people import SLOWLY_MS, Clerk, Visitor, meet
from tests.system.words import FINNISH

pytestmark = [pytest.mark.system, pytest.mark.slow]

TAX = replace(FINNISH, agency="Verohallinto", service="Verokortti")
ALONE = "Kukaan ei näe eikä kuule sinua."
STANDS = "Kuvasi on nyt asiointitilan näytöllä."


def opens_a_link(clerk: Clerk, visitor: Visitor) -> None:
    """The clerk's picture stands in the booth, with the words for it on both sides."""
    button = clerk.desk.get_by_role("button", name="Avaa yhteys")
    expect(button).to_have_count(1, timeout=30_000)
    button.click()
    expect(visitor.booth.locator("[data-scene=link]")).to_be_visible(timeout=SLOWLY_MS)
    expect(visitor.booth.get_by_text(ALONE)).to_be_visible()
    expect(clerk.desk.get_by_text(STANDS)).to_be_visible(timeout=SLOWLY_MS)


def connections(page: Page) -> int:
    made: int = page.evaluate("window.connectionsOfTest.length")
    return made


def test_the_tax_administrations_link_is_the_visit_when_a_visitor_is_called(
    demo: Demo, kiosk: BrowserContext, clerk: BrowserContext, clerk_browser: Browser
) -> None:
    other = clerk_browser.new_context(locale="fi-FI")
    try:
        visitor = Visitor(demo, kiosk, TAX)
        vero = Clerk(demo, clerk, TAX, demo.account("verohallinto"))
        vero.sign_in()
        opens_a_link(vero, visitor)
        assert visitor.sees_the_clerk()
        assert vero.has_received() == 0
        assert connections(vero.desk) == 1

        visitor.take_number()
        vero.call_next()
        vero.has_called()
        visitor.step_in()
        assert vero.sees_the_visitor()
        assert visitor.sees_the_clerk()
        # The one of the link, and the one of the booth's devices.
        assert connections(vero.desk) == 2
        vero.ends()
        visitor.rate()
        visitor.leave()
        expect(visitor.booth.locator("[data-scene=idle]")).to_be_visible(timeout=30_000)
        vero.wraps_up()

        # A booth with a link is as free for another agency as one without.
        opens_a_link(vero, visitor)
        visitor.words = FINNISH
        kela = Clerk(demo, other, FINNISH, demo.account("kela"))
        number = meet(visitor, kela)
        expect(vero.desk.get_by_text("tila tarvittiin toiseen asiointiin")).to_be_visible()

        # Sent on, the visitor sits on for the tax administration, and does not want to wait.
        kela.sends_on(TAX.service)
        expect(visitor.booth.get_by_text(f"Numerosi on {number}")).to_be_visible(timeout=SLOWLY_MS)
        expect(vero.desk.locator(".queue-rows .row-number")).to_have_text([str(number)])
        visitor.booth.get_by_role("button", name="Lopeta asiointi").click(timeout=SLOWLY_MS)
        visitor.booth.get_by_role("button", name="Kyllä, lopeta").click()
        expect(visitor.booth.get_by_role("heading", name="Ota mukaan")).to_be_visible()
        expect(vero.desk.locator(".queue-rows .row-number")).to_have_count(0, timeout=SLOWLY_MS)
        visitor.leave()
        expect(visitor.booth.locator("[data-scene=idle]")).to_be_visible(timeout=30_000)
        expect(vero.desk.get_by_role("button", name="Avaa yhteys")).to_have_count(1, timeout=30_000)
    finally:
        other.close()
