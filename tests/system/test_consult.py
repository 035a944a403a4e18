"""Does a colleague who is asked in meet the visitor, and can the visit be left to them?

Three real browsers: the point's and two clerks', each with a camera of its own colour, so that
whose picture stands where can be seen. Real broker, real agent, real control plane.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Playwright, expect

from tests.system.conftest import CHROMIUM, KIOSK
from tests.system.demo import Demo
from tests.system.pages import REMEMBER_CONNECTIONS, colour, heard_from, media_received, moves
from tests.system.people import SLOWLY_MS, Clerk, Visitor, meet
from tests.system.words import FINNISH

pytestmark = [pytest.mark.system, pytest.mark.slow]

WIDTH, HEIGHT, FRAMES = 320, 180, 12
# Y, U and V of a red and of a green that no page draws.
RED, GREEN = (82, 90, 240), (145, 54, 34)


def film(path: Path, hue: tuple[int, int, int]) -> Path:
    """A moving picture of one colour, as a camera's: a dark bar goes down it."""
    luma, *chroma = hue
    plane = WIDTH * HEIGHT
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F12:1 Ip A1:1 C420jpeg\n".encode())
        for frame in range(FRAMES):
            rows = [luma] * HEIGHT
            top = frame * HEIGHT // FRAMES
            rows[top : top + 10] = [30] * 10
            file.write(b"FRAME\n" + b"".join(bytes([row]) * WIDTH for row in rows))
            file.write(b"".join(bytes([part]) * (plane // 4) for part in chroma))
    return path


@contextmanager
def with_camera(playwright: Playwright, picture: Path) -> Iterator[BrowserContext]:
    """A clerk's browser whose camera sees this."""
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM, args=[*KIOSK, f"--use-file-for-fake-video-capture={picture}"]
    )
    yield browser.new_context(locale="fi-FI", permissions=["camera", "microphone"])
    browser.close()


def is_red(video: Locator) -> bool:
    red, green, _ = colour(video)
    return red > green + 60


def is_green(video: Locator) -> bool:
    red, green, _ = colour(video)
    return green > red + 60


def test_a_colleague_is_asked_in_is_seen_and_heard_and_keeps_the_visit(  # noqa: PLR0915 - one walk
    demo: Demo, playwright: Playwright, kiosk: BrowserContext, tmp_path: Path
) -> None:
    kiosk.add_init_script(REMEMBER_CONNECTIONS)
    aino, mikael = [each for each in demo.accounts if each.agency == "kela"][:2]
    with (
        with_camera(playwright, film(tmp_path / "red.y4m", RED)) as one,
        with_camera(playwright, film(tmp_path / "green.y4m", GREEN)) as other,
    ):
        visitor = Visitor(demo, kiosk, FINNISH)
        first = Clerk(demo, one, FINNISH, aino)
        second = Clerk(demo, other, FINNISH, mikael)
        booth = visitor.booth
        second.sign_in()
        number = meet(visitor, first)
        clerk, companion = booth.locator("video.clerk-picture"), booth.locator(".companion")
        assert is_red(clerk)

        # The colleague hears who asks for what, and nothing about the visitor.
        first.desk.get_by_role("button", name="Kysy kollegalta").click()
        dialog = first.desk.get_by_role("dialog")
        dialog.get_by_label("Keneltä").select_option(label="Mikael")
        dialog.get_by_role("button", name="Pyydä mukaan").click()
        call = second.desk.get_by_role("alertdialog", name="Aino pyytää sinua mukaan käyntiin")
        expect(call).to_contain_text(FINNISH.service, timeout=SLOWLY_MS)
        told = " ".join(call.locator(".lead, .facts").all_inner_texts())
        assert not any(letter.isdigit() for letter in told), "no number"
        assert "Salla" not in call.inner_text()
        assert companion.count() == 0
        assert second.has_received() == 0

        # On the visitor's screen stands who comes; then all three see and hear each other.
        call.get_by_role("button", name="Tulen mukaan").click()
        expect(companion.locator("figcaption")).to_contain_text("Mikael, Kela", timeout=SLOWLY_MS)
        picture = companion.locator("video")
        assert moves(picture, within_s=30)
        assert is_green(picture)
        assert is_red(clerk)
        assert second.sees_the_visitor(within_s=30)
        assert moves(second.desk.locator("video#colleague"), within_s=30)
        assert is_red(second.desk.locator("video#colleague"))
        assert is_green(first.desk.locator("video#colleague"))
        assert heard_from(booth) == 2
        assert heard_from(second.desk) == 2
        assert first.sees_the_paper()
        assert second.desk.locator("#document-camera").count() == 0

        # The first leaves the visit to the second, who has the booth's devices then.
        expect(second.desk.get_by_role("button", name="Ota käynti itsellesi")).to_be_disabled()
        first.desk.get_by_role("button", name="Jätä käynti kollegalle").click()
        second.desk.get_by_role("button", name="Ota käynti itsellesi").click(timeout=SLOWLY_MS)
        expect(first.desk.get_by_role("heading", name=FINNISH.wrap_up)).to_be_visible(
            timeout=SLOWLY_MS
        )
        expect(second.desk.get_by_role("heading", name=f"Numero {number}")).to_be_visible(
            timeout=SLOWLY_MS
        )
        expect(companion).to_have_count(0, timeout=SLOWLY_MS)
        expect(booth.get_by_role("heading", name="Mikael, Kela")).to_be_visible()
        assert second.sees_the_visitor(within_s=30)
        assert moves(clerk, within_s=30)
        assert is_green(clerk)
        assert second.sees_the_paper(within_s=30)
        before = media_received(first.desk)
        second.desk.wait_for_timeout(1_500)
        assert media_received(first.desk) == before, "who has left sees and hears nobody"

        second.ends()
        visitor.rate()
        visitor.leave()
        expect(booth.locator("[data-scene=idle]")).to_be_visible(timeout=30_000)
