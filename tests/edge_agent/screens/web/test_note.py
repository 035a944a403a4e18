"""Does the visitor decide about the clerk's note: seen whole, heard on request, answered once?"""

import io
import wave

from playwright.async_api import Page, expect

from tests.browsers import IN_A_BROWSER
from tests.edge_agent.counterpart import eventually
from tests.edge_agent.screens.web import states
from tests.edge_agent.screens.web.agent_stand_in import Message, StandIn
from tests.edge_agent.screens.web.conftest import Opener, until

pytestmark = IN_A_BROWSER

COUNT_SILENCED = """() => { window.silenced = 0;
  const pause = HTMLMediaElement.prototype.pause;
  HTMLMediaElement.prototype.pause = function () {
    if (this.currentSrc.endsWith('.wav')) window.silenced += 1;
    return pause.call(this); }; }"""
YES, NO = "Saa välittää", "Ei välitetä"
HTML = "<img src=x onerror=\"document.title='hurt'\"><b>lihava</b>\nToinen rivi"


def quiet_wav(seconds: int) -> bytes:
    """Silence that lasts."""
    written = io.BytesIO()
    with wave.open(written, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(8_000)
        wav.writeframes(bytes(2 * 8_000 * seconds))
    return written.getvalue()


async def show(agent: StandIn, note: Message | None) -> None:
    """A new state of the visit."""
    await agent.show("booth", states.booth("visit", note=note))


async def test_the_answer_goes_to_the_agent_with_the_text_that_was_seen(
    agent: StandIn, opened: Opener
) -> None:
    first, second = states.note("Ensimmäinen", id="n1"), states.note("Toinen", id="n2")
    page = await opened("booth", states.booth("visit", note=first))
    await expect(page.get_by_text("Viestin kirjoitti: Kela")).to_be_visible()
    yes = page.get_by_role("button", name=YES)
    # A text that has just come is not answered by a touch that was meant for something else.
    await expect(yes).to_be_disabled()
    await expect(yes).to_be_enabled(timeout=3_000)
    await show(agent, second)
    await expect(page.get_by_text("Toinen")).to_be_visible()
    await expect(yes).to_be_disabled()
    await yes.click(timeout=5_000)
    await until(lambda: bool(agent.of("note")))
    assert [(said["id"], said["approved"]) for said in agent.of("note")] == [("n2", True)]


async def test_an_approved_note_is_put_away_and_can_still_be_taken_back(
    agent: StandIn, opened: Opener
) -> None:
    page = await opened("booth", states.booth("visit", note=states.note(id="n1")))
    await show(agent, states.note(id="n1", approved=True))
    await expect(page.locator(".note-panel")).to_have_count(0)
    await expect(page.get_by_text("Annoit luvan välittää viestin")).to_be_visible()
    await page.get_by_role("button", name="Näytä viesti").click()
    await page.get_by_role("button", name="Takaisin asiointiin").click()
    await page.get_by_role("button", name="Näytä viesti").click()
    await page.get_by_role("button", name=NO).click(timeout=5_000)
    await until(lambda: bool(agent.of("note")))
    assert [(said["id"], said["approved"]) for said in agent.of("note")] == [("n1", False)]
    await agent.show("booth", states.booth("visit", activity={"code": "note_declined"}))
    await expect(page.get_by_text("Viestiä ei välitetä. Se on poistettu.")).to_be_visible()


async def test_markup_in_a_note_is_text(opened: Opener) -> None:
    page = await opened("booth", states.booth("visit", note=states.note(HTML)))
    text = page.locator(".note-text")
    assert await text.inner_text() == HTML
    assert await text.locator("*").count() == 0
    assert await page.title() == "Asiointitila"


async def test_a_note_is_read_aloud_on_request_only_and_falls_silent_with_it(
    agent: StandIn, opened: Opener
) -> None:
    def speaks(message: Message) -> Message | None:
        if message["type"] != "speak":
            return None
        return {"type": "play", "id": message["id"], "url": "/speech/none.wav"}

    agent.answer = speaks
    page = await opened("booth", states.booth("visit", note=states.note("Hakemus puuttuu")))
    await page.route("**/speech/*.wav", lambda asked: asked.fulfill(body=quiet_wav(20)))
    await page.wait_for_timeout(500)
    assert agent.of("speak") == []
    await page.evaluate(COUNT_SILENCED)
    await page.get_by_role("button", name="Kuuntele").click()
    await expect(page.get_by_role("button", name="Lopeta kuuntelu")).to_be_visible()
    [asked] = agent.of("speak")
    assert asked["language"] == "fi"
    assert asked["text"].endswith("Viestin kirjoitti: Kela. Hakemus puuttuu.")
    await agent.show("booth", states.booth("visit"))
    await page.wait_for_function("() => window.silenced > 0")


async def test_a_note_is_found_and_answered_by_keyboard_alone(
    agent: StandIn, opened: Opener
) -> None:
    page = await opened("booth", states.booth("visit"))
    await expect(page.locator(".clerk-scene")).to_be_visible()
    await show(agent, states.note(id="n1"))
    await page.wait_for_function("() => document.activeElement?.id === 'note-title'")
    await page.wait_for_timeout(1_600)
    order = [await _next(page) for _ in range(4)]
    assert order == ["Viestin teksti", "Kuuntele", YES, NO]
    await page.keyboard.press("Enter")
    await until(lambda: bool(agent.of("note")))
    assert agent.of("note")[0]["approved"] is False


async def test_an_answer_that_does_not_arrive_says_so(agent: StandIn, opened: Opener) -> None:
    async def is_heard() -> bool:
        await page.get_by_role("button", name=YES).click()
        return bool(agent.of("note"))

    page = await opened("booth", states.booth("visit", note=states.note()))
    await expect(page.get_by_role("button", name=YES)).to_be_enabled(timeout=3_000)
    await page.context.set_offline(True)
    await agent.drop()
    await page.wait_for_timeout(200)
    await page.get_by_role("button", name=YES).click()
    await expect(page.get_by_text("Vastauksesi ei mennyt perille")).to_be_visible()
    # The question stays until the agent is back.
    await page.context.set_offline(False)
    await eventually(is_heard)
    opened.complaints.clear()  # the browser's own, of a line that is down


async def _next(page: Page) -> str:
    """Where the focus is after one more press of Tab, by its name."""
    await page.keyboard.press("Tab")
    name: str = await page.evaluate(
        "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
    )
    return name.strip()
