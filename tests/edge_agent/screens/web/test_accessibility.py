"""Can everybody use the device's pages: by eye, by hand, by key, by ear?"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page

from tests.browsers import IN_A_BROWSER, LOOKS
from tests.edge_agent.screens.web import states
from tests.edge_agent.screens.web.agent_stand_in import Message, StandIn
from tests.edge_agent.screens.web.conftest import LANDSCAPE, PORTRAIT, Opener, axe_violations

pytestmark = IN_A_BROWSER

LANGUAGES = ("fi", "sv", "en")
LARGE_TARGET = 60
SMALLEST_TYPE = 24
REACH = 1 / 3  # what is higher on an upright screen cannot be touched from a wheelchair

Step = Callable[[Page], Awaitable[None]]


def answers(message: Message) -> Message | None:
    """A number for everybody."""
    if message["type"] == "take":
        return {"type": "taken", "id": message["id"], "ticket": states.ticket()}
    return None


async def start(page: Page) -> None:
    """The first step."""
    await page.locator(".agency").first.wait_for()


async def services(page: Page) -> None:
    """The services of an agency."""
    await page.locator(".agency").first.click()
    await page.locator(".service").first.wait_for()


async def no_clerk(page: Page) -> None:
    """An agency without a clerk."""
    await page.locator("[data-readiness=no_clerk]").click()
    await page.locator(".explained").wait_for()


async def booking_day(page: Page) -> None:
    """An agency that serves bookings only today, with its next queue day."""
    await page.locator("[data-readiness=booking_day]").click()
    await page.locator(".explained").wait_for()


async def errands(page: Page) -> None:
    """Two matters are chosen for one visit."""
    await services(page)
    await page.locator(".service").first.click()
    await page.locator(".add-errand").click()
    await page.locator(".agency").first.click()
    await page.locator(".service").first.click()
    await page.locator(".errand").nth(1).wait_for()
    await page.locator(".errand button[aria-pressed]").nth(1).click()


async def number(page: Page) -> None:
    """A number is there."""
    await services(page)
    await page.locator(".service").first.click()
    await page.locator(".take-number").click()
    await page.locator(".big-number").wait_for()


async def giving_up(page: Page) -> None:
    """The question before a number is given up."""
    await number(page)
    await page.locator(".number-step .button-quiet").click()
    await page.locator("dialog[open]").wait_for()


async def missed(page: Page) -> None:
    """The choice of one's own number."""
    await page.locator(".other-ways .button").click()
    await page.locator(".missed-list").first.wait_for()


SPOKEN_AND_SEEN = """([lang, contrast]) => document.documentElement.lang === lang
  && document.documentElement.dataset.contrast === contrast"""
STEPS: tuple[Step, ...] = (
    start,
    services,
    errands,
    no_clerk,
    booking_day,
    number,
    giving_up,
    missed,
)
WAITING = states.waiting_area(
    missed=[{"ticket_id": states.called(99)["ticket_id"], "number": 99}],
    called=[states.called(101)],
    can_print=False,
)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
async def test_axe_finds_nothing_on_the_waiting_area(
    agent: StandIn, opened: Opener, step: Step
) -> None:
    agent.answer = answers
    page = await opened("waiting-area", WAITING, PORTRAIT)
    if step is not giving_up:
        await step(page)
    shown = "normal"
    for language, contrast in LOOKS:
        await page.locator(f".language[lang={language}]").click()
        if contrast != shown:
            await page.locator(".always .button").nth(1).click()
            shown = contrast
        if step is giving_up:  # a question over the page keeps all else from being touched
            await step(page)
        await page.wait_for_function(SPOKEN_AND_SEEN, arg=[language, contrast])
        assert await axe_violations(page) == [], (language, contrast)
        if step is giving_up:
            await page.locator("dialog .button").first.click()
            await page.locator(".done").click()
            # With the number the page forgets its visitor's wishes.
            shown = "normal"


OBSTACLES: dict[str, dict[str, Any]] = {
    "offline": {"online": False, "offline_since": states.now(-600)},
    "booking": {"day_mode": "booking", "opens_at": states.now(states.DAYS)},
    "closed": {"day_mode": "closed", "opens_at": states.now(3600)},
    "help": {"help": "called"},
}
SET_CONTRAST = "how => { document.documentElement.dataset.contrast = how }"
ANIMATION = """it => { const style = getComputedStyle(it);
  return [style.animationName, style.animationIterationCount]; }"""
BOOTH_PHASES: dict[str, dict[str, Any]] = {
    "idle": {},
    "out_of_use": {},
    "prepare": {},
    "called": {},
    "visit": {"activity": {"code": "printing", "pages": 2}},
    "ending": {},
    "rate": {"closes_at": states.now(25)},
    "thanks": {},
    "wiping": {},
    "seated": {"number": 104},
    "leaving": {"number": 104},
}
LONGEST_NOTE = "\n".join(["Perustoimeentulotuki, päätös " * 2] * 10)[:600]
APPROVED_NOTE = states.note(approved=True)
BOOTH_NOTES: dict[str, dict[str, Any]] = {
    "a note": {"note": states.note()},
    "the longest note": {"note": states.note(LONGEST_NOTE)},
    "an approved note": {"note": APPROVED_NOTE},
}
OTHER_PAGES: list[tuple[str, str, dict[str, Any]]] = [
    *(("waiting-area", name, states.waiting_area(**change)) for name, change in OBSTACLES.items()),
    *(("booth", phase, states.booth(phase, **change)) for phase, change in BOOTH_PHASES.items()),
    *(("booth", name, states.booth("visit", **change)) for name, change in BOOTH_NOTES.items()),
    ("booth", "a colleague", states.with_colleague()),
    ("booth", "a colleague and a note", states.with_colleague(note=states.note())),
    ("info", "none", states.info()),
    ("info", "called", states.info(called=[states.called(), states.called(99, missed=True)])),
    ("info", "offline", states.info(online=False)),
    ("info", "booking", states.info(day_mode="booking", opens_at=states.now(states.DAYS))),
    ("bench", "used", states.bench(lamp=True)),
]


@pytest.mark.parametrize(
    ("screen", "name", "state"), OTHER_PAGES, ids=[f"{page[0]} {page[1]}" for page in OTHER_PAGES]
)
async def test_axe_finds_nothing_on_the_other_pages(
    agent: StandIn, opened: Opener, screen: str, name: str, state: dict[str, Any]
) -> None:
    page = await opened(screen, state)
    for language, contrast in LOOKS:
        others = [other for other in LANGUAGES if other != language]
        await agent.show(screen, state | {"languages": [language, *others], "language": language})
        row = page.locator(f".language[lang={language}]")
        if await row.count():
            await row.click()
        await page.wait_for_function("tag => document.documentElement.lang === tag", arg=language)
        await page.evaluate(SET_CONTRAST, contrast)
        assert await axe_violations(page) == [], (name, language, contrast)


async def test_axe_finds_nothing_on_the_stage(agent: StandIn, opened: Opener) -> None:
    agent.states |= {
        "waiting-area": WAITING,
        "booth": states.booth(),
        "bench": states.bench(),
    }
    page = await opened("stage", states.stage())
    for language in LANGUAGES:
        await page.locator(f".language[lang={language}]").click()
        assert await axe_violations(page) == []


MEASURE = """() => [...document.querySelectorAll('button, a, input:not(.unseen)')]
  .filter(it => it.checkVisibility())
  .map(it => { const {top, width, height} = it.getBoundingClientRect();
    return {words: it.textContent, top, width, height}; })"""

TYPE = """() => { const small = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const it = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || it.closest('.unseen, script, style')) continue;
    if (!it.checkVisibility()) continue;
    const size = parseFloat(getComputedStyle(it).fontSize);
    if (size < 24) small.add(`${size}: ${walk.currentNode.data}`);
  }
  return [...small]; }"""


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
async def test_a_hand_finds_large_targets_within_reach_and_the_eye_large_type(
    agent: StandIn, opened: Opener, step: Step
) -> None:
    agent.answer = answers
    for viewport in (PORTRAIT, LANDSCAPE):
        page = await opened("waiting-area", WAITING, viewport)
        await step(page)
        for target in await page.evaluate(MEASURE):
            assert target["height"] >= LARGE_TARGET, target
            assert target["width"] >= LARGE_TARGET, target
            if viewport is PORTRAIT:
                assert target["top"] >= PORTRAIT["height"] * REACH, target
            assert target["top"] + target["height"] <= viewport["height"], target
        assert await page.evaluate(TYPE) == []
        await page.context.close()


@pytest.mark.parametrize("phase", BOOTH_PHASES)
async def test_the_booths_targets_and_type_are_large(opened: Opener, phase: str) -> None:
    page = await opened("booth", states.booth(phase, **BOOTH_PHASES[phase]))
    for target in await page.evaluate(MEASURE):
        assert target["height"] >= LARGE_TARGET, target
    assert await page.evaluate(TYPE) == []


@pytest.mark.parametrize("name", BOOTH_NOTES)
async def test_a_note_is_answered_by_a_stiff_hand_and_read_by_a_tired_eye(
    opened: Opener, name: str
) -> None:
    for viewport in (PORTRAIT, LANDSCAPE):
        page = await opened("booth", states.booth("visit", **BOOTH_NOTES[name]), viewport)
        if name == "an approved note":
            await page.locator(".strip-note .button").click()
            await page.locator(".note-panel").wait_for()
        for target in await page.evaluate(MEASURE):
            assert target["height"] >= LARGE_TARGET, target
            assert target["width"] >= LARGE_TARGET, target
            assert target["top"] + target["height"] <= viewport["height"], target
        assert await page.evaluate(TYPE) == []
        face = await page.locator(".clerk-scene").bounding_box()
        text = await page.locator(".note-panel").bounding_box()
        assert face
        assert text
        apart = face["x"] + face["width"] <= text["x"] or face["y"] + face["height"] <= text["y"]
        assert apart, "the clerk stays in sight"
        assert await page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        await page.context.close()


async def test_a_number_is_taken_by_keyboard_alone(agent: StandIn, opened: Opener) -> None:
    agent.answer = answers
    page = await opened("waiting-area", states.waiting_area(), PORTRAIT)
    await _tab_to(page, "Poliisi")
    await page.keyboard.press("Enter")
    await page.locator(".service").first.wait_for()
    await _tab_to(page, "Asumistuki")
    await page.keyboard.press("Enter")
    await page.locator(".take-number").wait_for()
    assert await page.evaluate("document.activeElement.tagName") == "H1"
    await _tab_to(page, "Ota vuoronumero")
    await page.keyboard.press("Enter")
    await page.locator(".big-number").wait_for()
    assert await page.evaluate("document.activeElement.tagName") == "H1"
    await _tab_to(page, "Valmis")
    await page.keyboard.press("Enter")
    await page.locator(".agency").first.wait_for()


async def _tab_to(page: Page, words: str) -> None:
    for _ in range(40):
        await page.keyboard.press("Tab")
        if words in await page.evaluate("document.activeElement.textContent"):
            outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid"
            return
    pytest.fail(f"{words} is not reached by Tab")


async def test_a_phone_or_200_percent_needs_no_sideways_scrolling(opened: Opener) -> None:
    for width in (320, 540):
        page = await opened("waiting-area", WAITING, {"width": width, "height": 900})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.context.close()


async def test_a_call_does_not_blink_for_who_asked_for_less_motion(
    agent: StandIn, opened: Opener
) -> None:
    for motion, animation in (("reduce", "none"), ("no-preference", "blink-once")):
        page = await opened("waiting-area", states.waiting_area(), PORTRAIT, reduced_motion=motion)
        await agent.say("waiting-area", states.call())
        called = page.locator(".call")
        await called.wait_for()
        assert await called.evaluate(ANIMATION) == [animation, "1"]
        assert await called.get_attribute("role") == "alert"
        await page.context.close()
