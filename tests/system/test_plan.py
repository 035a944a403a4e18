"""Is a visitor with matters at two agencies served by both, with one number and from one seat?

Two matters by touch; while Kela serves, the tax administration's desk is told «busy elsewhere» and
nothing more, and then it calls the same number.
"""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.system.demo import Demo
from tests.system.people import SLOWLY_MS, Clerk, Visitor
from tests.system.words import FINNISH

pytestmark = [pytest.mark.system, pytest.mark.slow]

TAX = replace(FINNISH, agency="Verohallinto", service="Verokortti")


def take_number_for_both(visitor: Visitor) -> int:
    """Choose a matter of each agency, then take the one number."""
    page = visitor.waiting_area
    page.get_by_role("button", name=FINNISH.own_name).click()
    for words in (FINNISH, TAX):
        page.locator("button.agency").filter(has_text=words.agency).first.click()
        page.locator("button.service").filter(has_text=words.service).first.click()
        if words is FINNISH:
            page.get_by_role("button", name="Lisää toinen asia").click()
    expect(page.locator(".errand")).to_have_count(2)
    page.locator(".take-number").click()
    expect(page.get_by_text("Tällä numerolla hoidetaan 2 asiaa")).to_be_visible(timeout=SLOWLY_MS)
    number = int(page.locator(".big-number").inner_text())
    page.get_by_role("button", name=FINNISH.done, exact=True).click()
    return number


def test_one_number_is_served_by_two_agencies_one_after_the_other(
    demo: Demo, kiosk: BrowserContext, clerk: BrowserContext, clerk_browser: Browser
) -> None:
    other = clerk_browser.new_context(locale="fi-FI")
    try:
        visitor = Visitor(demo, kiosk, FINNISH)
        kela = Clerk(demo, clerk, FINNISH, demo.account("kela"))
        vero = Clerk(demo, other, TAX, demo.account("verohallinto"))
        kela.sign_in()
        vero.sign_in()
        number = take_number_for_both(visitor)
        waiting = vero.desk.locator(".queue-rows .row-number")
        expect(waiting).to_have_text([str(number)], timeout=SLOWLY_MS)

        kela.call_next()
        kela.has_called()
        held = vero.desk.get_by_role("region", name="Asioi muualla")
        expect(held.get_by_text(str(number))).to_be_visible(timeout=SLOWLY_MS)
        expect(waiting).to_have_count(0)
        assert "Kela" not in held.inner_text()
        visitor.step_in()
        assert kela.sees_the_visitor()
        kela.ends()

        # A clerk is free there, so the visitor stays; nobody calls the number outside.
        expect(waiting).to_have_text([str(number)], timeout=SLOWLY_MS)
        expect(vero.desk.get_by_text("istuu asiointitilassa")).to_be_visible(timeout=SLOWLY_MS)
        vero.call_next()
        assert vero.sees_the_visitor(within_s=30)
        assert visitor.sees_the_clerk()
        vero.ends()
        visitor.rate()
        visitor.leave()
        expect(visitor.booth.locator("[data-scene=idle]")).to_be_visible(timeout=30_000)
        expect(waiting).to_have_count(0)
    finally:
        other.close()
