"""Somebody whom the clerk asked in: named first, seen and heard then, and only as long as said."""

from pathlib import Path

import anyio
from playwright.async_api import Browser, expect

from tests.browsers import IN_A_BROWSER
from tests.edge_agent.screens.web import states
from tests.edge_agent.screens.web.agent_stand_in import Message, StandIn
from tests.edge_agent.screens.web.conftest import Opener, until
from tests.edge_agent.screens.web.test_booth import (  # noqa: F401 - its fixtures are used here
    Clerk,
    Vouching,
    clerk_page,
    vouching,
)

pytestmark = IN_A_BROWSER

WHO = "Bertta, Verohallinto"


def towards(agent: StandIn, receiver: str) -> list[Message]:
    """What the page has signalled to this one."""
    return [each["signal"] for each in agent.of("signal") if each["signal"]["receiver"] == receiver]


async def sees_the_visitor(colleague: Clerk) -> bool:
    """Within some seconds, since a picture needs some to come."""
    for _ in range(25):
        if await colleague.moves():
            return True
    return False


async def test_who_comes_stands_on_the_screen_before_anything_is_opened(
    agent: StandIn, opened: Opener
) -> None:
    page = await opened("booth", states.booth("visit"))
    await until(lambda: bool(towards(agent, "clerk")))
    assert towards(agent, "colleague") == []
    await agent.show("booth", states.with_colleague())
    await expect(page.get_by_text(f"{WHO} tulee mukaan keskusteluun").first).to_be_visible()
    # In the page's own live region too, for those who do not see it.
    await expect(page.locator("[aria-live]").filter(has_text=WHO)).to_have_count(1)
    await until(lambda: bool(towards(agent, "colleague")))
    assert {each["type"] for each in towards(agent, "colleague")} == {"join"}
    await agent.show("booth", states.booth("visit"))
    await expect(page.locator(".companion")).to_have_count(0)
    said = len(towards(agent, "colleague"))
    await anyio.sleep(3.5)
    assert len(towards(agent, "colleague")) == said, "nobody is asked for who is not there"


async def test_a_stranger_who_offers_is_not_heard(agent: StandIn, opened: Opener) -> None:
    await opened("booth", states.booth("visit"))
    await until(lambda: bool(towards(agent, "clerk")))
    offer = {
        "room_id": states.VISIT["room_id"],
        "sender": "colleague",
        "receiver": "booth-screen",
        "attempt": 1,
        "type": "offer",
        "sdp": "v=0",
    }
    await agent.say("booth", {"type": "signal", "signal": offer})
    await anyio.sleep(1)
    assert agent.of("check") == []
    assert towards(agent, "colleague") == []


async def test_a_proven_colleague_sees_the_visitor_and_is_seen_until_they_leave(
    agent: StandIn,
    opened: Opener,
    browser: Browser,
    clerk_page: Path,  # noqa: F811 - the fixture
    vouching: Vouching,  # noqa: F811 - the fixture
) -> None:
    agent.driven, agent.answer = clerk_page, vouching.answer
    context = await browser.new_context(permissions=["camera", "microphone"])
    colleague = Clerk(await context.new_page())
    await colleague.page.goto(f"{agent.url}/driven/room.html")
    await colleague.page.wait_for_function("() => window.driven")
    page = await opened("booth", states.booth("visit"))

    async def to_colleague(message: Message) -> None:
        if message["type"] == "signal" and message["signal"]["receiver"] == "colleague":
            await colleague.hear(message["signal"])

    agent.pass_on = to_colleague
    await colleague.join(agent, vouching, me="colleague")
    await agent.show("booth", states.with_colleague())
    await expect(page.locator(".companion[data-phase=connected]")).to_be_visible(timeout=20_000)
    await expect(page.locator(".companion figcaption")).to_have_text(WHO)
    assert await sees_the_visitor(colleague)

    await agent.show("booth", states.with_colleague(activity={"code": "hold", "pages": 0}))
    await anyio.sleep(0.5)
    assert not await colleague.moves(), "on hold nobody sees the visitor"
    await agent.show("booth", states.with_colleague())
    assert await sees_the_visitor(colleague)

    await agent.show("booth", states.booth("visit"))
    await expect(page.locator(".companion")).to_have_count(0)
    await anyio.sleep(0.5)
    assert not await colleague.moves()
