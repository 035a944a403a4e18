"""Do the bench's switches act, and does one window hold the whole point?"""

import re

import anyio
import pytest
from playwright.async_api import expect

from tests.browsers import IN_A_BROWSER
from tests.edge_agent.screens.web import states
from tests.edge_agent.screens.web.agent_stand_in import StandIn
from tests.edge_agent.screens.web.conftest import Opener, until

pytestmark = IN_A_BROWSER

HELD_MS = 900
BRUSHED_MS = 100


def acts(agent: StandIn) -> list[tuple[object, ...]]:
    """What was done on the bench, as action and its value."""
    return [
        (it["action"], it.get("port", it.get("place", it.get("value", it.get("name")))))
        for it in agent.of("bench")
    ]


async def test_a_call_button_rings_when_held_and_not_when_brushed(
    agent: StandIn, opened: Opener
) -> None:
    page = await opened("bench", states.bench())
    button = page.get_by_role("button", name="Asiointitilan nappi")
    await button.click(delay=BRUSHED_MS)
    await anyio.sleep(1)
    assert acts(agent) == []
    await button.click(delay=HELD_MS)
    await until(lambda: acts(agent) == [("press", "booth")])


async def test_a_call_button_is_held_by_keyboard_and_pressed_by_assistive_technology(
    agent: StandIn, opened: Opener
) -> None:
    page = await opened("bench", states.bench())
    button = page.get_by_role("button", name="Odotustilan nappi")
    await button.focus()
    await page.keyboard.press("Space", delay=BRUSHED_MS)
    await anyio.sleep(1)
    assert acts(agent) == []
    await page.keyboard.press("Space", delay=HELD_MS)
    await until(lambda: acts(agent) == [("press", "waiting_area")])
    await button.evaluate("it => it.click()")
    await until(lambda: len(acts(agent)) == 2)


async def test_switches_make_and_mend_faults(agent: StandIn, opened: Opener) -> None:
    page = await opened("bench", states.bench())
    printer = page.get_by_role("region", name="A4-tulostin")
    await printer.get_by_role("switch", name="Paperi loppu").click()
    await until(lambda: acts(agent) == [("paper_out", "document_printer")])
    broken = states.bench()
    broken["document_printer"]["condition"] = "paper_out"
    await agent.show("bench", broken)
    out = printer.get_by_role("switch", name="Paperi loppu")
    await expect(out).to_be_checked()
    await out.press("Enter")
    await until(lambda: acts(agent)[-1] == ("paper_in", "document_printer"))
    await page.get_by_role("switch", name="Asiakas on tilassa").press("Space")
    await until(lambda: acts(agent)[-1] == ("presence", True))


async def test_another_sheet_is_laid_under_the_camera(agent: StandIn, opened: Opener) -> None:
    page = await opened("bench", states.bench())
    await page.get_by_role("button", name="Henkilökortti (malli)").click()
    await until(lambda: acts(agent) == [("sheet", "id-card")])
    await page.get_by_role("button", name="Ota paperi pois").click()
    await until(lambda: acts(agent)[-1] == ("sheet", None))


async def test_the_newest_paper_comes_first_and_opens_large(opened: Opener) -> None:
    page = await opened("bench", states.bench())
    slips = page.locator(".slips button")
    await expect(slips.first).to_have_accessible_name("Suurenna: Vuoronumero 3")
    await slips.first.click()
    large = page.get_by_role("dialog").get_by_role("img")
    await expect(large).to_be_visible()
    assert await large.evaluate("it => it.complete && it.naturalWidth > 0")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_sheet_of_ones_own_is_sent_and_a_wrong_one_explained(
    agent: StandIn, opened: Opener
) -> None:
    page = await opened("bench", states.bench())
    chosen = page.locator("input[type=file]")
    await chosen.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"picture"})
    await until(lambda: agent.sheets == [b"picture"])
    opened.complaints.clear()
    await chosen.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"text"})
    await expect(page.get_by_text("Kuvaa ei voitu ottaa").last).to_be_visible()
    # The browser itself notes every refused request.
    assert all("422" in complaint for complaint in opened.complaints)
    opened.complaints.clear()


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768)])
async def test_one_person_plays_the_visitor_in_one_window(
    agent: StandIn, opened: Opener, size: tuple[int, int]
) -> None:
    agent.states |= {
        "waiting-area": states.waiting_area(),
        "booth": states.booth(),
        "bench": states.bench(),
    }
    agent.answer = lambda said: (
        {"type": "taken", "id": said["id"], "ticket": states.ticket()}
        if said["type"] == "take"
        else None
    )
    width, height = size
    page = await opened("stage", states.stage(), {"width": width, "height": height})
    waiting = page.frame_locator("iframe[title='Odotustilan näyttö']")
    await waiting.get_by_role("button", name="Kela").first.click()
    await waiting.get_by_role("button", name="Asumistuki").click()
    await waiting.get_by_role("button", name="Ota vuoronumero").click()
    await expect(waiting.locator(".big-number")).to_have_text("104")
    bench = page.frame_locator("iframe[title='Koepenkki']")
    await bench.get_by_role("switch", name="Asiakas on tilassa").click()
    await until(lambda: ("presence", True) in acts(agent))
    booth = page.frame_locator("iframe[title='Asiointitilan näyttö']")
    await expect(booth.get_by_role("heading", name="Odota kutsua")).to_be_visible()
    allow = await page.locator("iframe").first.get_attribute("allow")
    assert allow == "camera; microphone; autoplay"
    assert await page.evaluate("document.documentElement.scrollHeight") <= height


# What can be worked, and the newest paper: is it within the window and its own part?
CODES = {"Suomi": "fi", "Svenska": "sv", "English": "en"}
DRAWN = "() => [...document.images].every((it) => it.naturalWidth > 0)"
CUT_OFF = """() => [...document.querySelectorAll('main button, .pictures li:first-child img')]
    .filter((it) => !it.closest('.pictures li:not(:first-child)'))
    .filter((it) => {
        const [box, part] = [it, it.closest('.part')].map((of) => of.getBoundingClientRect());
        return box.bottom > innerHeight || box.right > part.right;
    })
    .map((it) => it.textContent || it.alt)"""


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768)])
@pytest.mark.parametrize("language", ["Suomi", "Svenska", "English"])
async def test_nothing_of_the_bench_is_cut_off_in_the_stage(
    agent: StandIn, opened: Opener, size: tuple[int, int], language: str
) -> None:
    agent.states |= {"bench": states.bench()}
    page = await opened("stage", states.stage(), {"width": size[0], "height": size[1]})
    await page.get_by_role("button", name=language).click()
    bench = page.frame(url=re.compile("/bench"))
    assert bench is not None
    await bench.wait_for_function(
        "tag => document.documentElement.lang === tag", arg=CODES[language]
    )
    await bench.wait_for_function(DRAWN)
    assert await bench.evaluate(CUT_OFF) == []


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768)])
async def test_nothing_of_the_bench_is_cut_off_in_a_window_of_its_own(
    opened: Opener, size: tuple[int, int]
) -> None:
    page = await opened("bench", states.bench(), {"width": size[0], "height": size[1]})
    await page.wait_for_function(DRAWN)
    assert await page.evaluate(CUT_OFF) == []


async def test_the_bench_follows_the_stages_language_without_a_new_load(
    agent: StandIn, opened: Opener
) -> None:
    agent.states |= {"bench": states.bench()}
    page = await opened("stage", states.stage())
    bench = page.frame_locator("iframe[title='Koepenkki']")
    await expect(bench.get_by_role("switch", name="Asiakas on tilassa")).to_be_visible()
    await page.get_by_role("button", name="English").click()
    bench = page.frame_locator("iframe[title='Bench']")
    await expect(bench.get_by_role("switch", name="The visitor is in the booth")).to_be_visible()


async def test_an_enlarged_screen_goes_on_where_it_was(agent: StandIn, opened: Opener) -> None:
    agent.states |= {"waiting-area": states.waiting_area()}
    page = await opened("stage", states.stage())
    waiting = page.frame_locator("iframe[title='Odotustilan näyttö']")
    await waiting.get_by_role("button", name="Kela").first.click()
    await page.get_by_role("button", name="Suurenna: Odotustilan näyttö").click()
    await expect(waiting.get_by_role("button", name="Asumistuki")).to_be_visible()
    await page.get_by_role("button", name="Pienennä: Odotustilan näyttö").click()
    await expect(waiting.get_by_role("button", name="Asumistuki")).to_be_visible()
