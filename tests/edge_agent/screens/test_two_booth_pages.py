"""Of two booth pages the newest has the visitor; does the other one say so, and see nothing?"""

import aiohttp
import pytest

from edge_agent.core.scenes import aside
from edge_agent.ports import Screen
from tests.edge_agent.counterpart import eventually
from tests.edge_agent.screens.door import Door

VISIT = {
    "in_charge": True,
    "phase": "visit",
    "visit": {"id": "v", "clerk_name": "Aino"},
    "activity": {"code": "printing", "pages": 2},
    "note": {"id": "n", "text": "Hakemus puuttuu", "agency_name": "Kela", "approved": False},
    "closes_at": None,
    "help": "idle",
}


async def shown(page: aiohttp.ClientWebSocketResponse) -> dict[str, object]:
    message = await page.receive_json(timeout=5)
    assert message["type"] == "state"
    return dict(message["state"])


async def test_the_newest_page_is_in_charge_and_the_older_one_is_told_nothing_of_the_visit(
    door: Door,
) -> None:
    door.server.show(Screen.BOOTH, VISIT)
    older = await door.page(Screen.BOOTH)
    assert (await shown(older))["in_charge"] is True
    newer = await door.page(Screen.BOOTH)
    assert await shown(newer) == VISIT
    assert await shown(older) == aside(VISIT)
    assert (aside(VISIT)["in_charge"], aside(VISIT)["visit"]) == (False, None)
    assert "Hakemus" not in str(aside(VISIT))
    door.server.send(Screen.BOOTH, {"type": "signal"})
    assert await newer.receive_json(timeout=5) == {"type": "signal"}
    with pytest.raises(TimeoutError):
        await older.receive_json(timeout=0.2)


async def test_when_the_newest_goes_the_one_before_takes_its_place(door: Door) -> None:
    door.server.show(Screen.BOOTH, VISIT)
    older = await door.page(Screen.BOOTH)
    await shown(older)
    newer = await door.page(Screen.BOOTH)
    await shown(older)
    await newer.close()
    assert await shown(older) == VISIT
    await older.send_json({"type": "help"})
    await eventually(lambda: len(door.world.asked) == 1)


async def test_what_the_older_page_says_is_not_heard(door: Door) -> None:
    older, newer = await door.page(Screen.BOOTH), await door.page(Screen.BOOTH)
    await older.send_json({"type": "rate", "smiley": 1})
    await newer.send_json({"type": "rate", "smiley": 5})
    await eventually(lambda: door.world.asked == [("rate", 5)])


async def test_two_pages_of_a_public_screen_both_count(door: Door) -> None:
    door.server.show(Screen.WAITING_AREA, {"n": 1})
    pages = [await door.page(Screen.WAITING_AREA) for _ in range(2)]
    for page in pages:
        assert await shown(page) == {"n": 1}
    door.server.send(Screen.WAITING_AREA, {"type": "call"})
    for page in pages:
        assert await page.receive_json(timeout=5) == {"type": "call"}
