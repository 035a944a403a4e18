"""Does a stranger who only follows the start page's two links play a visit, and then another?"""

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from tests.system.demo import Demo
from tests.system.people import SLOWLY_MS
from tests.system.words import FINNISH

pytestmark = [pytest.mark.system, pytest.mark.slow]

CALLED_WITHIN_MS = 40_000


def opened(start: Page, link: str) -> Page:
    with start.context.expect_page() as page:
        start.get_by_role("link", name=link).click()
    return page.value


def frame(stage: Page, title: str) -> FrameLocator:
    return stage.frame_locator(f"iframe[title='{title}']")


def take_number(waiting: FrameLocator) -> None:
    waiting.locator("button.agency").filter(has_text=FINNISH.agency).first.click()
    waiting.locator("button.service").filter(has_text=FINNISH.service).first.click()
    waiting.locator(".take-number").click()
    expect(waiting.locator(".wait-for")).to_be_visible(timeout=SLOWLY_MS)
    waiting.get_by_role("button", name=FINNISH.done, exact=True).click()


def test_the_two_links_of_the_start_page_are_enough_to_play_visit_after_visit(
    demo: Demo, clerk: BrowserContext
) -> None:
    start = clerk.new_page()
    start.set_viewport_size({"width": 1366, "height": 768})
    start.goto(demo.url)
    stage = opened(start, "1. Avaa asiakkaan ikkuna")
    desk = opened(start, "2. Avaa virkailijan ikkuna")
    desk.get_by_role("button", name="Kirjaudu").click()
    desk.get_by_role("button", name=FINNISH.start_service).click(timeout=SLOWLY_MS)
    stage.bring_to_front()
    stage.get_by_role("button", name="Aloita", exact=True).click()
    waiting = frame(stage, "Odotustilan näyttö")
    booth = frame(stage, "Asiointitilan näyttö")
    bench = frame(stage, "Koepenkki")
    somebody = bench.get_by_role("switch", name="Asiakas on tilassa")
    for _ in range(2):
        expect(booth.get_by_role("heading", name=FINNISH.wait_for_call)).to_be_visible(
            timeout=SLOWLY_MS
        )
        take_number(waiting)
        desk.get_by_role("button", name=FINNISH.next).click(timeout=SLOWLY_MS)
        called = desk.get_by_role("heading", name=FINNISH.called)
        expect(called).to_be_visible(timeout=CALLED_WITHIN_MS)
        somebody.click()
        bench.get_by_role("button", name="Henkilökortti").click()
        desk.get_by_role("button", name=FINNISH.end).click(timeout=SLOWLY_MS)
        desk.get_by_role("dialog").get_by_role("button", name=FINNISH.outcome_done).first.click()
        booth.get_by_role("button", name=FINNISH.smiley).click(timeout=SLOWLY_MS)
        # The visitor who was played leaves by itself, with the paper under the camera.
        expect(somebody).not_to_be_checked(timeout=SLOWLY_MS)
        expect(bench.locator("ul.lay button[aria-pressed=true]")).to_have_count(0)
        desk.get_by_role("button", name=FINNISH.wrap_up_done, exact=True).click()
    for name in ("control-plane", "agent"):
        log = demo.state.joinpath("log", f"{name}.log").read_text()
        assert "signal refused" not in log
