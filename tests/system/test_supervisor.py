"""A supervisor closes a queue while somebody stands before the waiting-area screen.

The real demo: whoever comes is told before a number is given, whoever waits is served, and the
queue opens again.
"""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.system.demo import Account, Demo
from tests.system.people import SLOWLY_MS, Clerk, Visitor
from tests.system.words import FINNISH

pytestmark = [pytest.mark.system, pytest.mark.slow]

KELA = "button.agency"


def board_of(demo: Demo, context: BrowserContext, account: Account) -> Page:
    """The supervisor's page: signing in leads there."""
    page = context.new_page()
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{demo.url}/sign-in.html#as={account.username}")
    page.locator("input[name=password]").fill(account.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Nyt")).to_be_visible(timeout=SLOWLY_MS)
    return page


def because(page: Page, reason: str) -> None:
    """Why; the dialog goes when it is done."""
    page.get_by_label("Syy").fill(reason)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=SLOWLY_MS)


def test_a_supervisor_closes_a_queue_and_opens_it_again(
    demo: Demo, kiosk: BrowserContext, clerk: BrowserContext
) -> None:
    accounts = {each.username: each for each in demo.accounts}
    aino = Clerk(demo, clerk, FINNISH, accounts["aino"])
    aino.sign_in()
    visitor = Visitor(demo, kiosk, FINNISH)
    number = visitor.take_number()
    browser = clerk.browser
    assert browser is not None
    own = browser.new_context(locale="fi-FI")
    try:
        board = board_of(demo, own, accounts["kela-esihenkilo"])
        expect(board.get_by_role("row", name="Perustoimeentulotuki").first).to_contain_text("1")

        board.get_by_role("button", name="Sulje jono").click()
        because(board, "Järjestelmä päivitetään")
        door = visitor.waiting_area.locator(KELA).filter(has_text="Kela").first
        expect(door).to_have_attribute("data-readiness", "queue_closed", timeout=SLOWLY_MS)
        expect(door).to_contain_text("Ei uusia numeroita nyt")
        door.click()
        told = visitor.waiting_area.locator(".explained")
        expect(told).to_contain_text("Ne, joilla on jo numero, palvellaan.")
        expect(visitor.waiting_area.locator("button.service")).to_have_count(0)
        visitor.waiting_area.get_by_role("button", name="Takaisin").click()

        # Who waited before is called and served.
        aino.call_next()
        aino.has_called()
        visitor.is_called(number)
        visitor.step_in()
        aino.ends()
        visitor.rate()
        visitor.leave()
        expect(board.get_by_role("region", name="Tänään")).to_contain_text(
            "Palvellut1", timeout=SLOWLY_MS
        )

        board.get_by_role("button", name="Avaa jono").click()
        because(board, "Päivitys on ohi")
        expect(door).to_have_attribute("data-readiness", "open", timeout=SLOWLY_MS)
        assert visitor.take_number() == number + 1
        expect(board.get_by_role("region", name="Tehdyt toimet")).to_contain_text(
            "Riitta Koskinen avasi jonon"
        )
    finally:
        own.close()
