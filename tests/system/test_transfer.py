"""Does a visitor who has a matter with another agency go on there without losing place or seat?

Kela's clerk sends the visitor on with a note that the visitor has approved, somebody else takes a
number for the tax administration meanwhile, and the tax administration's clerk calls the next.
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
ONLY_HERE = "Asiakkaan hyväksymä viesti odottaa vain tässä asiointitilassa."
WRITTEN = "Rautalampi2208"
NOTE = f"Päätös <b>{WRITTEN}</b> on tehty.\nVerokortti puuttuu."


def test_from_kela_to_the_tax_administration_with_the_place_the_seat_and_the_note(
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

        kela.offers_a_note(NOTE)
        visitor.reads_the_note(NOTE)
        visitor.lets_the_note_pass()
        kela.may_pass_the_note()
        kela.desk.get_by_role("tab", name="Dokumenttikamera").click()

        kela.desk.keyboard.press("t")
        expect(kela.desk.get_by_role("dialog").get_by_text(ONLY_HERE)).to_be_visible()
        kela.desk.keyboard.press("Escape")
        kela.sends_on(TAX.service)

        # The visitor stays, nobody sees or hears them, and no smiley is asked for.
        expect(visitor.booth.get_by_role("heading", name=STAYS)).to_be_visible(timeout=SLOWLY_MS)
        expect(visitor.booth.get_by_text(f"Numerosi on {number}")).to_be_visible()
        expect(rows).to_have_text([str(number), str(later)], timeout=SLOWLY_MS)
        expect(vero.desk.get_by_text("istuu asiointitilassa")).to_be_visible()

        # The booth alone holds the note now, and shows it to nobody.
        assert WRITTEN not in visitor.booth.content() + vero.desk.content()

        # Exactly this visitor, in that booth, before who came later; no call outside.
        vero.call_next()
        expect(vero.desk.get_by_role("heading", name=f"Numero {number}")).to_be_visible(
            timeout=30_000
        )
        assert visitor.waiting_area.locator(".call-number").count() == 0
        assert vero.sees_the_visitor()
        assert visitor.sees_the_clerk()
        expect(visitor.booth.get_by_text("Verohallinto")).to_be_visible()
        vero.reads_the_passed_note(NOTE)
        vero.ends()
        visitor.rate()
        visitor.leave()
        expect(visitor.booth.locator("[data-scene=idle]")).to_be_visible(timeout=30_000)
    finally:
        other.close()
