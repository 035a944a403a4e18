"""Does a note go from clerk to clerk by the visitor's leave, and stay written nowhere?

The number's first visit breaks off when its clerk's page goes, or ends with the visitor sent on;
the number is called again in the same booth, by another clerk. Browsers with profiles on disk.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.system import canaries
from tests.system.conftest import CHROMIUM, QUIET
from tests.system.demo import Account, Demo, running_demo
from tests.system.people import SLOWLY_MS, Clerk, Visitor
from tests.system.records import tickets_of, visits_of
from tests.system.words import FINNISH
from tests.virtual.print_stack import wait_for

pytestmark = [pytest.mark.system, pytest.mark.slow]

APPROVED = "Kiukaankoski4417"
DECLINED = "Hallanvaara9032"
TEXT = f"Liite <b>{APPROVED}</b> puuttuu.\nPäätös vasta sen jälkeen."
VERO = replace(FINNISH, agency="Verohallinto", service="Verokortti")
# Three browsers code pictures for one another on two processors, maybe slow ones.
MET_MS = 60_000
# A page that is gone is missed by the device after eight seconds, and waited for thirty more.
LOST_MS = 120_000


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of this module's own: all that it wrote is searched."""
    with running_demo(tmp_path_factory.mktemp("note") / "demo") as running:
        yield running


@pytest.fixture
def profile(playwright: Playwright, tmp_path: Path) -> Iterator[Callable[[str], BrowserContext]]:
    """Browsers of clerks, each with a profile on disk that can be searched."""
    opened: list[BrowserContext] = []

    def browser(name: str) -> BrowserContext:
        context = playwright.chromium.launch_persistent_context(
            tmp_path / name, executable_path=CHROMIUM, args=QUIET, locale="fi-FI"
        )
        opened.append(context)
        return context

    yield browser
    for context in opened:
        context.close()


def kela(demo: Demo) -> list[Account]:
    """Kela's clerks."""
    return [
        each
        for each in demo.accounts
        if each.agency == "kela" and each.username != "kela-paakayttaja"
    ]


def meets(visitor: Visitor, clerk: Clerk) -> None:
    """From the call to the visitor in the booth."""
    clerk.call_next()
    clerk.has_called()
    visitor.step_in()
    expect(visitor.booth.get_by_text(FINNISH.seen_and_heard)).to_be_visible(timeout=MET_MS)


def is_lost(visitor: Visitor, clerk: Clerk) -> None:
    """The clerk's page goes and does not come back; the booth forgets, the number waits again."""
    clerk.desk.goto("about:blank")
    expect(visitor.booth.locator("[data-scene=idle]")).to_be_visible(timeout=LOST_MS)
    visitor.leave()


def ends(visitor: Visitor, clerk: Clerk) -> None:
    """The visit ends well."""
    clerk.ends()
    visitor.rate()
    expect(visitor.booth.locator("[data-scene=idle]")).to_be_visible(timeout=LOST_MS)
    visitor.leave()


def nowhere(demo: Demo, place: Path, texts: list[str]) -> None:
    """In no table, log, store of the broker, file of the agent or profile of a browser."""
    assert canaries.found(texts, [demo.state, *place.iterdir()]) == []


def stands(page: Page, text: str) -> bool:
    """Is it anywhere on the page?"""
    return text in page.content()


def test_an_approved_note_is_read_by_the_next_clerk_of_its_number_and_by_nobody_else(
    demo: Demo,
    kiosk: BrowserContext,
    profile: Callable[[str], BrowserContext],
    tmp_path: Path,
) -> None:
    first, second = kela(demo)[:2]
    visitor = Visitor(demo, kiosk, FINNISH)
    aino = Clerk(demo, profile("first-clerk"), FINNISH, first)
    aino.sign_in()
    number = visitor.take_number()
    meets(visitor, aino)

    aino.offers_a_note(TEXT)
    visitor.reads_the_note(TEXT)
    visitor.booth.get_by_role("button", name="Kuuntele").click()
    expect(visitor.booth.get_by_role("button", name="Lopeta kuuntelu")).to_be_visible()
    visitor.lets_the_note_pass()
    aino.may_pass_the_note()
    is_lost(visitor, aino)
    wait_for(lambda: tickets_of(demo, number) == ["waiting"], "to wait again", within_s=60)

    # Another number in the same booth, with another clerk: nothing of it is seen.
    vero = Clerk(demo, aino.context, VERO, demo.account("verohallinto"))
    aino.context.clear_cookies()
    vero.sign_in()
    visitor.words = VERO
    other = visitor.take_number()
    meets(visitor, vero)
    assert visits_of(demo, other)
    assert vero.sees_the_paper()  # what the booth passes on would be there by now
    for page in (vero.desk, visitor.booth):
        assert not stands(page, APPROVED)
    ends(visitor, vero)
    vero.wraps_up()
    vero.signs_out()

    # The number is called again: its next clerk has the note, word for word.
    visitor.words = FINNISH
    pekka = Clerk(demo, profile("second-clerk"), FINNISH, second)
    pekka.sign_in()
    meets(visitor, pekka)
    assert len(visits_of(demo, number)) == 2
    pekka.reads_the_passed_note(TEXT)
    expect(visitor.booth.get_by_text("Virkailija sai viestin")).to_be_visible()
    assert not stands(visitor.booth, APPROVED)
    # Also after the page was loaded again, as long as the visit lasts.
    pekka.desk.reload()
    pekka.reads_the_passed_note(TEXT)
    ends(visitor, pekka)
    assert not stands(pekka.desk, APPROVED)
    pekka.wraps_up()
    pekka.signs_out()

    kiosk.close()
    aino.context.close()
    pekka.context.close()
    nowhere(demo, tmp_path, [APPROVED])


def test_a_declined_note_never_arrives(
    demo: Demo,
    kiosk: BrowserContext,
    profile: Callable[[str], BrowserContext],
    tmp_path: Path,
) -> None:
    visitor = Visitor(demo, kiosk, FINNISH)
    aino = Clerk(demo, profile("first-clerk"), FINNISH, kela(demo)[0])
    vero = Clerk(demo, profile("second-clerk"), VERO, demo.account("verohallinto"))
    vero.sign_in()
    aino.sign_in()
    number = visitor.take_number()
    meets(visitor, aino)
    aino.offers_a_note(f"Salassa pidettävä {DECLINED}")
    visitor.booth.get_by_role("button", name="Ei välitetä").click(timeout=SLOWLY_MS)
    expect(aino.desk.locator(".notices").get_by_text("Asiakas ei antanut lupaa")).to_be_visible()
    expect(visitor.booth.get_by_text("Viestiä ei välitetä.")).to_be_visible()
    aino.desk.get_by_role("tab", name="Dokumenttikamera").click()
    # On this way an approved note arrives: `test_transfer` reads it.
    aino.sends_on(VERO.service)

    vero.call_next()
    expect(visitor.booth.get_by_text(FINNISH.seen_and_heard)).to_be_visible(timeout=MET_MS)
    assert len(visits_of(demo, number)) == 2
    # What the booth passes on would be there with its camera.
    assert vero.sees_the_paper()
    vero.desk.get_by_role("tab", name="Viesti").click()
    expect(vero.desk.get_by_label("Viestin teksti", exact=True)).to_be_visible()
    expect(vero.desk.locator(".note-passed")).to_have_count(0)
    for page in (vero.desk, visitor.booth):
        assert not stands(page, DECLINED)
    ends(visitor, vero)

    kiosk.close()
    aino.context.close()
    vero.context.close()
    nowhere(demo, tmp_path, [DECLINED])
