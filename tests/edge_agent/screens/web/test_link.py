"""A clerk's picture in a booth where nobody is served: one way, silent, taken over by a visit."""

import pytest
from playwright.async_api import expect

from tests.browsers import IN_A_BROWSER
from tests.edge_agent.screens.web import states
from tests.edge_agent.screens.web.agent_stand_in import StandIn
from tests.edge_agent.screens.web.conftest import Opener, axe_violations, until
from tests.edge_agent.screens.web.test_booth import (  # noqa: F401 - its fixtures are used here
    ROOM,
    Visit,
    clerk_page,
    visit,
    vouching,
)

pytestmark = IN_A_BROWSER

LINK = states.LINK | {"room_id": ROOM}
ALONE = "Kukaan ei näe eikä kuule sinua."


@pytest.fixture
def first() -> states.State:
    """What the booth's page is told when the clerk comes: a link, and no visit."""
    return states.booth("idle", link=LINK)


async def test_the_picture_stands_one_way_and_the_next_visit_takes_it_over(
    visit: Visit,  # noqa: F811 - the fixture
) -> None:
    booth = visit.booth
    await expect(booth.locator("[data-scene=link]")).to_be_visible(timeout=20_000)
    await expect(booth.get_by_text(ALONE)).to_be_visible()
    await expect(booth.get_by_text("Aino, Verohallinto")).to_be_visible()
    await expect(booth.get_by_text("Aino, Skatteförvaltningen")).to_be_visible()
    assert not await visit.clerk.moves()
    assert await visit.clerk.sees() is None
    assert visit.reports == [], "the booth's own devices are not even opened"
    await expect(booth.locator("audio, .mirror")).to_have_count(0)
    connections = await booth.evaluate("window.connections.length")
    for language in ("fi", "sv", "en"):
        await visit.phase("idle", link=LINK, language=language)
        await booth.wait_for_function("it => document.documentElement.lang === it", arg=language)
        assert await axe_violations(booth) == [], language

    await visit.phase("prepare")
    await until(
        lambda: any(it["clerk_seen"] and it["visit"] == states.VISIT["id"] for it in visit.reports),
        seconds=20,
    )
    await expect(booth.locator("[data-scene=clerk]")).to_be_visible()
    assert await visit.clerk.sees() is None
    await visit.phase("visit")
    await until_seen(visit)
    assert await booth.evaluate("window.connections.length") == connections


async def until_seen(visit: Visit) -> None:  # noqa: F811 - not the fixture
    """Until the booth's picture is at the clerk's."""
    for _ in range(20):
        if await visit.clerk.moves():
            return
    raise AssertionError("the visitor is not seen")


async def test_a_picture_that_goes_leaves_the_booth_as_it_was(
    visit: Visit,  # noqa: F811 - the fixture
) -> None:
    await expect(visit.booth.locator("[data-scene=link]")).to_be_visible(timeout=20_000)
    await visit.phase("idle")
    await expect(visit.booth.get_by_role("heading", name="Odota kutsua")).to_be_visible()
    assert await visit.clerk.phase() != "connected"


async def test_without_a_picture_the_booth_says_only_what_it_always_says(
    agent: StandIn, opened: Opener
) -> None:
    page = await opened("booth", states.booth("idle", link=LINK))
    await expect(page.get_by_role("heading", name="Odota kutsua")).to_be_visible()
    await expect(page.get_by_text(ALONE)).to_have_count(0)
    await until(lambda: bool(agent.of("signal")))
    assert {each["signal"]["type"] for each in agent.of("signal")} == {"join"}
