"""Does a whole visit work, from the touch to the paper in the hand, and is it then forgotten?

Two real browsers: the point's, with devices, and the clerk's, with none, without flags and in
the end hidden. Real broker, real TURN, the real agent; the A4 printer is a real CUPS queue to
an IPP printer.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.system import canaries, papers
from tests.system.demo import Demo, running_demo
from tests.system.free_browser import FreeBrowser
from tests.system.pages import read_text
from tests.system.people import Clerk, Visitor
from tests.system.records import smileys
from tests.system.words import FINNISH, SWEDISH, Words
from tests.virtual.print_stack import PrintStack, running_print_stack, wait_for

pytestmark = pytest.mark.system

ON_THE_PAPER = "Koivunlehti"
ON_THE_PRINT = "Hiidenkirnu7431"


@pytest.fixture(scope="module")
def printer() -> Iterator[PrintStack]:
    """CUPS with an IPP printer behind it."""
    with running_print_stack() as stack:
        yield stack


@pytest.fixture(scope="module")
def demo(printer: PrintStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo whose A4 printer is real."""
    simulated = "".join(
        f'[{port}]\ndriver = "simulated"\n\n'
        for port in ("ticket_printer", "document_camera", "call_button", "lamp", "presence")
    )
    peripherals = simulated + (
        f'[document_printer]\ndriver = "cups"\nqueue = "{printer.queue}"\n'
        f'server = "127.0.0.1"\nserver_port = {printer.cups_port}\n'
    )
    with running_demo(
        tmp_path_factory.mktemp("visit") / "demo", peripherals=peripherals
    ) as running:
        yield running


@pytest.mark.parametrize(
    "words",
    [FINNISH, pytest.param(SWEDISH, marks=pytest.mark.slow)],
    ids=["in Finnish", "in Swedish"],
)
def test_a_visit_is_walked_whole_and_forgotten(
    demo: Demo,
    printer: PrintStack,
    kiosk: BrowserContext,
    free_browser: FreeBrowser,
    words: Words,
    tmp_path: Path,
) -> None:
    visitor = Visitor(demo, kiosk, words)
    clerk = Clerk(demo, free_browser.hold(), words, demo.account("kela"))
    ratings = smileys(demo)
    papers_before = len(printer.arrived())

    clerk.sign_in()
    number = visitor.take_number()
    clerk.call_next()

    # The clerk's face is up before the call, and nothing of the booth reaches anybody.
    clerk.has_called()
    visitor.is_called(number)
    assert visitor.sees_the_clerk()
    expect(visitor.booth.get_by_text(words.not_seen_yet)).to_be_visible()
    assert clerk.has_received() == 0

    visitor.step_in()
    expect(visitor.booth.get_by_text(words.seen_and_heard)).to_be_visible(timeout=15_000)
    assert clerk.sees_the_visitor()

    # A paper under the camera is read back from the sharp picture.
    visitor.lay_under_camera(papers.sheet("Hakemus", ON_THE_PAPER, "3.12.2026"))
    assert clerk.sees_the_paper()
    assert ON_THE_PAPER in read_text(clerk.takes_a_still())

    # A page arrives at the printer, and the desk says so once its sheet was counted.
    clerk.prints(papers.pdf("Lopullinen asiakirja", ON_THE_PRINT))
    expect(clerk.desk.get_by_text(words.print_out)).to_be_visible(timeout=30_000)
    assert len(printer.arrived()) == papers_before + 1
    assert ON_THE_PRINT in papers.text_of(printer.arrived()[-1])

    # A hidden window's picture keeps moving.
    free_browser.let_go()
    cover = free_browser.cover()
    visitor.booth.wait_for_timeout(3_000)
    assert free_browser.is_hidden("/desk.html")
    assert visitor.sees_the_clerk()
    free_browser.uncover(cover)
    clerk.desk = free_browser.page(free_browser.hold(), "/desk.html")

    clerk.ends()
    expect(visitor.booth.get_by_text(words.take_identity)).to_be_visible()
    visitor.rate()
    expect(visitor.booth.get_by_text(words.thanks).first).to_be_visible()
    visitor.leave()
    expect(visitor.booth.locator("[data-scene=idle]")).to_be_visible(timeout=20_000)
    wait_for(lambda: smileys(demo) == ratings + 1, "the smiley to be stored")
    clerk.wraps_up()
    expect(clerk.desk.get_by_role("button", name=words.next)).to_be_visible()
    clerk.signs_out()

    # Forgotten: in the profile of the point's browser, the spool, the agent, the broker, the logs.
    kiosk.close()
    free_browser.stop()
    # What arrived at the printer is the paper in the visitor's hand; all else is searched.
    print_system = [place for place in printer.root.iterdir() if place.name != "arrived"]
    left = canaries.found(
        [ON_THE_PAPER, ON_THE_PRINT],
        [demo.state, tmp_path / "kiosk-profile", tmp_path / "clerk-profile", *print_system],
    )
    assert left == []
