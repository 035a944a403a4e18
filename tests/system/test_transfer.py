"""Does a visitor who has a matter with another agency go on there without losing place or seat?

Kela's clerk sends the visitor on, somebody else takes a number for the tax administration
meanwhile, and the tax administration's clerk calls the next.
"""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.system.demo import Demo
from tests.system.people import SLOWLY_MS, Clerk, Visitor, meet
from tests.system.words import FINNISH

pytestmark = [pytest.mark.system, pytest.mark.slow]

TAX = replace(FINNISH, agency="Verohallinto", service="Verokortti")
STAYS = "Toinen virkailija jatkaa asiaasi"


def test_from_kela_to_the_tax_administration_with_the_place_and_the_seat(
    demo: Demo, kiosk: BrowserContext, clerk: BrowserContext, clerk_browser: Browser
) -> None:
    other = clerk_browser.new_context(locale="fi-FI")
    try:
        visitor = Visitor(demo, kiosk, FINNISH)
        kela = Clerk(demo, clerk, FINNISH, demo.account("kela"))
        vero = Clerk(demo, other, TAX, demo.account("verohallinto"))
        vero.sign_in()
        number = meet(visitor, kela)
        visitor.words = TAX  # somebody else at the same screen
        later = visitor.take_number()
        visitor.words = FINNISH
        rows = vero.desk.locator(".queue-rows .row-number")
        expect(rows).to_have_text([str(later)], timeout=SLOWLY_MS)

        # All by keyboard: the dialog, where to, and off.
        kela.desk.keyboard.press("t")
        dialog = kela.desk.get_by_role("dialog")
        choice = dialog.get_by_label("Minne")
        expect(choice).to_be_focused(timeout=SLOWLY_MS)
        choice.select_option(label="Verokortti")
        dialog.get_by_role("button", name="Siirrä").press("Enter")
        expect(kela.desk.get_by_role("heading", name=FINNISH.wrap_up)).to_be_visible(
            timeout=SLOWLY_MS
        )

        # The visitor stays, nobody sees or hears them, and no smiley is asked for.
        expect(visitor.booth.get_by_role("heading", name=STAYS)).to_be_visible(timeout=SLOWLY_MS)
        expect(visitor.booth.get_by_text(f"Numerosi on {number}")).to_be_visible()
        expect(rows).to_have_text([str(number), str(later)], timeout=SLOWLY_MS)
        expect(vero.desk.get_by_text("istuu asiointitilassa")).to_be_visible()

        # Exactly this visitor, in that booth, before who came later; no call outside.
        vero.call_next()
        expect(vero.desk.get_by_role("heading", name=f"Numero {number}")).to_be_visible(
            timeout=30_000
        )
        assert visitor.waiting_area.locator(".call-number").count() == 0
        assert vero.sees_the_visitor()
        assert visitor.sees_the_clerk()
        expect(visitor.booth.get_by_text("Verohallinto")).to_be_visible()
        vero.ends()
        visitor.rate()
        visitor.leave()
        expect(visitor.booth.locator("[data-scene=idle]")).to_be_visible(timeout=30_000)
    finally:
        other.close()
