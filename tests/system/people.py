"""What do a visitor and a clerk do at the pages? By the names that a person reads there."""

import contextlib
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.system.demo import Account, Place
from tests.system.pages import CAMERA_CLOCK, REMEMBER_CONNECTIONS, media_received, moves
from tests.system.words import Words

SLOWLY_MS = 20_000


@dataclass
class Visitor:
    """Somebody at the point, who touches the waiting-area screen and nothing else."""

    demo: Place
    context: BrowserContext
    words: Words
    waiting_area: Page = field(init=False)
    booth: Page = field(init=False)
    bench: Page = field(init=False)

    def __post_init__(self) -> None:
        self.waiting_area = self._open("waiting_area", width=1080, height=1920)
        self.booth = self._open("booth", width=1920, height=1080)
        self.bench = self._open("bench", width=1366, height=768)

    def take_number(self) -> int:
        """Language, agency, service; the number that stands on the screen."""
        page, words = self.waiting_area, self.words
        page.get_by_role("button", name=words.own_name).click()
        page.locator("button.agency").filter(has_text=words.agency).first.click()
        page.locator("button.service").filter(has_text=words.service).first.click()
        page.locator(".take-number").click()
        told = page.locator(".wait-for")
        expect(told).to_be_visible(timeout=SLOWLY_MS)
        number = int(re.sub(r"\D", "", told.inner_text()))
        page.get_by_role("button", name=words.done, exact=True).click()
        return number

    def is_called(self, number: int) -> None:
        """The number stands large on the waiting-area screen."""
        call = self.waiting_area.locator(".call-number")
        expect(call).to_have_text(str(number), timeout=SLOWLY_MS)

    def step_in(self) -> None:
        """Open the booth's door and sit down: the sensor sees it, nothing is touched."""
        self._presence(on=True)

    def leave(self) -> None:
        """Go out of the booth."""
        self._presence(on=False)

    def lay_under_camera(self, sheet: FilePayload) -> None:
        """Lay a paper of one's own on the desk."""
        self.bench.locator("input[type=file]").set_input_files(sheet)
        expect(self.bench.locator("ul.lay button[aria-pressed=true]")).to_be_visible()

    def sees_the_clerk(self, *, within_s: float = 15) -> bool:
        """Does the clerk's picture move on the booth's screen?"""
        return moves(self.booth.locator("video.clerk-picture"), within_s=within_s)

    def reads_the_note(self, text: str) -> None:
        """The clerk's note stands beside the clerk's face, word for word."""
        expect(self.booth.locator(".note-text")).to_have_text(text, timeout=SLOWLY_MS)

    def lets_the_note_pass(self) -> None:
        """The next clerk may read it."""
        self.booth.get_by_role("button", name="Saa välittää").click(timeout=SLOWLY_MS)

    def rate(self) -> None:
        """Press a smiley."""
        self.booth.get_by_role("button", name=self.words.smiley).click(timeout=SLOWLY_MS)

    def pages(self) -> dict[str, Page]:
        """The point's screens by name."""
        return {"waiting area": self.waiting_area, "booth": self.booth, "bench": self.bench}

    def _presence(self, *, on: bool) -> None:
        switch = self.bench.get_by_role("switch").first
        wanted = str(on).lower()
        # After the wiping the played visitor leaves alone: a click may then turn it back on.
        while switch.get_attribute("aria-checked") != wanted:
            switch.click()
            with contextlib.suppress(AssertionError):
                expect(switch).to_have_attribute("aria-checked", wanted, timeout=5_000)

    def _open(self, screen: str, *, width: int, height: int) -> Page:
        page = self.context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.goto(self.demo.link(screen))
        return page


@dataclass
class Clerk:
    """Somebody at the desk, in any browser."""

    demo: Place
    context: BrowserContext
    words: Words
    account: Account
    desk: Page = field(init=False)

    def __post_init__(self) -> None:
        self.context.add_init_script(REMEMBER_CONNECTIONS)
        self.desk = self.context.new_page()
        self.desk.set_viewport_size({"width": 1920, "height": 1080})

    def sign_in(self) -> None:
        """From the start page to the desk, in the clerk's own language."""
        page = self.desk
        page.goto(f"{self.demo.url}/sign-in.html")
        page.get_by_role("button", name=self.words.own_name).click()
        page.locator("input[name=username]").fill(self.account.username)
        page.locator("input[name=password]").fill(self.account.password)
        page.keyboard.press("Enter")
        page.get_by_role("button", name=self.words.start_service).click(timeout=SLOWLY_MS)

    def call_next(self) -> None:
        """Press «call next»."""
        button = self.desk.get_by_role("button", name=self.words.next)
        expect(button).to_be_enabled(timeout=SLOWLY_MS)
        button.click()

    def has_called(self) -> None:
        """The desk says that the visitor is called."""
        expect(self.desk.get_by_role("heading", name=self.words.called)).to_be_visible(
            timeout=30_000
        )

    def has_received(self) -> int:
        """Bytes of sound and picture that have reached the desk."""
        return media_received(self.desk)

    def sees_the_visitor(self, *, within_s: float = 15) -> bool:
        """Does the visitor's picture move at the desk?"""
        return moves(self.desk.locator("video#visitor"), within_s=within_s)

    def sees_the_paper(self, *, within_s: float = 15) -> bool:
        """Does the document camera's picture move at the desk?"""
        camera = self.desk.locator("video#document-camera")
        return moves(camera, part=CAMERA_CLOCK, within_s=within_s)

    def takes_a_still(self) -> bytes:
        """A sharp picture, saved as a file into the agency's own system."""
        page, words = self.desk, self.words
        page.get_by_role("button", name=words.take_still).click()
        page.get_by_role("button", name=words.open_still).click(timeout=SLOWLY_MS)
        with page.expect_download() as saved:
            page.locator(".viewer-tools .button-primary").click()
        page.keyboard.press("Escape")
        with tempfile.TemporaryDirectory() as folder:
            saved.value.save_as(f"{folder}/still.jpg")
            return Path(f"{folder}/still.jpg").read_bytes()

    def prints(self, document: FilePayload) -> None:
        """Choose a file, see it, print it to the booth."""
        page, words = self.desk, self.words
        page.get_by_role("tab", name=words.print_tab).click()
        page.locator("#panel-print input[type=file]").set_input_files(document)
        send = page.get_by_role("button", name=words.print_send)
        expect(send).to_be_enabled(timeout=SLOWLY_MS)
        send.click()

    def offers_a_note(self, text: str) -> None:
        """Write a note for the next clerk and let the visitor read it."""
        page = self.desk
        page.get_by_role("tab", name="Viesti").click()
        page.get_by_label("Viestin teksti", exact=True).fill(text)
        # The button is there to press once the desk and the booth's device are connected.
        page.get_by_role("button", name="Lähetä asiakkaan luettavaksi").click(timeout=30_000)

    def may_pass_the_note(self) -> None:
        """The desk says that the visitor gave leave."""
        said = self.desk.locator(".note-write").get_by_text("Asiakas antoi luvan")
        expect(said).to_be_visible(timeout=SLOWLY_MS)

    def reads_the_passed_note(self, text: str) -> None:
        """What the clerk before wrote stands at this desk, word for word."""
        expect(self.desk.locator(".note-passed-text")).to_have_text(text, timeout=30_000)

    def sends_on(self, service: str) -> None:
        """The visitor goes on with another matter, and stays seated: all by keyboard."""
        page = self.desk
        page.keyboard.press("t")
        dialog = page.get_by_role("dialog")
        choice = dialog.get_by_label("Minne")
        expect(choice).to_be_focused(timeout=SLOWLY_MS)
        choice.select_option(label=service)
        dialog.get_by_role("button", name="Siirrä").press("Enter")
        expect(page.get_by_role("heading", name=self.words.wrap_up)).to_be_visible(
            timeout=SLOWLY_MS
        )

    def ends(self) -> None:
        """End the visit with the outcome «done»."""
        page, words = self.desk, self.words
        page.get_by_role("button", name=words.end).click()
        page.get_by_role("dialog").get_by_role("button", name=words.outcome_done).first.click()
        expect(page.get_by_role("heading", name=words.wrap_up)).to_be_visible(timeout=SLOWLY_MS)

    def wraps_up(self) -> None:
        """Done with the notes: free for the next."""
        self.desk.get_by_role("button", name=self.words.wrap_up_done, exact=True).click()

    def signs_out(self) -> None:
        """The day is done."""
        page = self.desk
        page.locator("header").get_by_role("button", name=self.words.own_menu).click()
        page.get_by_text(self.words.sign_out, exact=True).click()
        expect(page.locator("input[name=username]")).to_be_visible(timeout=SLOWLY_MS)


def meet(visitor: Visitor, clerk: Clerk) -> int:
    """From the touch to the two seeing each other; gives the visitor's number."""
    clerk.sign_in()
    number = visitor.take_number()
    clerk.call_next()
    clerk.has_called()
    visitor.step_in()
    assert clerk.sees_the_visitor()
    assert visitor.sees_the_clerk()
    return number


def part(visitor: Visitor, clerk: Clerk) -> None:
    """The visit ends well, the booth is empty again, the clerk goes home."""
    clerk.ends()
    visitor.rate()
    visitor.leave()
    expect(visitor.booth.locator("[data-scene=idle]")).to_be_visible(timeout=30_000)
    clerk.wraps_up()
    clerk.signs_out()
