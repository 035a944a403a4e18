"""Does the agent do what a page may ask, and nothing else?"""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from edge_agent.ports import Place, Screen
from shared.languages import Language
from shared.rooms import Participant
from tests.edge_agent.screens.door import PRINT, ROOM, Door, heard


async def test_a_number_is_asked_for_with_the_pages_own_id(door: Door) -> None:
    page = await door.page(Screen.WAITING_AREA)
    wish = uuid4()
    await page.send_json(
        {"type": "take", "id": str(wish), "service": "kela-tuet", "language": "fi"}
    )
    assert await page.receive_json(timeout=5) == {
        "type": "refused",
        "id": str(wish),
        "code": "no_clerk_on_duty",
        "instead": None,
        "opens_at": None,
    }
    assert door.world.asked == [("take", wish, "kela-tuet", Language.FINNISH)]


async def test_several_matters_are_asked_for_in_the_order_that_the_visitor_chose(
    door: Door,
) -> None:
    page = await door.page(Screen.WAITING_AREA)
    wish = uuid4()
    take = {"type": "take", "id": str(wish), "service": "a", "language": "sv", "more": ["b"]}
    await page.send_json(take | {"in_order": True})
    await page.receive_json(timeout=5)
    assert door.world.asked == [("take", wish, "a", Language.SWEDISH, "b", "in order")]


@pytest.mark.parametrize(
    ("screen", "message"),
    [
        (Screen.WAITING_AREA, {"type": "bench", "action": "press", "place": "booth"}),
        (Screen.WAITING_AREA, {"type": "finish"}),
        (Screen.WAITING_AREA, {"type": "rate", "smiley": 1}),
        (Screen.BOOTH, {"type": "bench", "action": "presence", "value": True}),
        (Screen.BOOTH, {"type": "take", "id": str(uuid4()), "service": "a", "language": "fi"}),
        (Screen.INFO, {"type": "help"}),
        (Screen.BENCH, {"type": "finish"}),
        (Screen.STAGE, {"type": "help"}),
        (Screen.BOOTH, {"type": "rate", "smiley": 6}),
        (Screen.WAITING_AREA, {"type": "note", "id": str(uuid4()), "approved": True}),
        (Screen.BENCH, {"type": "note", "id": str(uuid4()), "approved": True}),
        (Screen.BOOTH, {"type": "note", "id": "latest", "approved": True}),
        (Screen.BOOTH, {"type": "note", "id": str(uuid4())}),
        (Screen.BOOTH, {"type": "note", "id": str(uuid4()), "approved": "perhaps"}),
        (Screen.BOOTH, {"type": "unknown"}),
    ],
)
async def test_a_screen_cannot_say_what_is_not_its_own(
    door: Door, screen: Screen, message: dict[str, Any]
) -> None:
    page = await door.page(screen)
    await page.send_json(message)
    await page.send_str("}{")
    await page.send_json({"type": "alive"})
    await asyncio.sleep(0.2)
    assert door.world.asked == []
    assert not page.closed


async def test_the_booths_screen_answers_about_the_text_that_it_shows(door: Door) -> None:
    page = await door.page(Screen.BOOTH)
    note = uuid4()
    for approved in (True, False):
        await page.send_json({"type": "note", "id": str(note), "approved": approved})
        assert await heard(door) == ("answer", note, approved)
        door.world.asked.clear()


async def test_help_says_where_it_was_asked_for(door: Door) -> None:
    for screen, place in ((Screen.WAITING_AREA, Place.WAITING_AREA), (Screen.BOOTH, Place.BOOTH)):
        door.world.asked.clear()
        page = await door.page(screen)
        await page.send_json({"type": "help"})
        assert await heard(door) == ("press", place)


async def test_the_booths_page_signals_only_as_itself_and_only_in_its_room(door: Door) -> None:
    page = await door.page(Screen.BOOTH)

    def signal(room: UUID, sender: str) -> dict[str, Any]:
        return {
            "type": "signal",
            "signal": {
                "room_id": str(room),
                "sender": sender,
                "receiver": "clerk",
                "attempt": 0,
                "type": "join",
            },
        }

    await page.send_json(signal(uuid4(), "booth-screen"))
    await page.send_json(signal(ROOM, "clerk"))
    await page.send_json(signal(ROOM, "booth-agent"))
    await page.send_json(signal(ROOM, "booth-screen"))
    assert await heard(door) == ("signal", ROOM)
    assert len(door.world.asked) == 1


async def test_the_agent_proves_and_checks_for_the_page(door: Door) -> None:
    page = await door.page(Screen.BOOTH)
    identity = str(uuid4())
    await page.send_json(
        {
            "type": "prove",
            "id": identity,
            "room": str(ROOM),
            "towards": "clerk",
            "attempt": 1,
            "fingerprint": PRINT,
        }
    )
    assert await page.receive_json(timeout=5) == {
        "type": "proof",
        "id": identity,
        "proof": "proof",
        "statement": "statement",
    }
    assert door.world.asked == [("prove", ROOM, Participant.BOOTH_SCREEN)]
    for room, proof, reason in (
        (ROOM, "good", ""),
        (ROOM, "bad", "bad_signature"),
        (uuid4(), "good", "wrong_room"),
    ):
        signal = {"proof": proof, "statement": "s", "room_id": str(room), "attempt": 1}
        await page.send_json(
            {"type": "check", "id": identity, "signal": signal, "fingerprint": PRINT}
        )
        assert await page.receive_json(timeout=5) == {
            "type": "checked",
            "id": identity,
            "ok": not reason,
            "reason": reason,
        }
    checked = ("check", Participant.CLERK, PRINT, "clerk-7")
    assert door.world.asked[1:] == [checked, checked], "never for a room that is not its own"


async def test_a_colleague_is_believed_by_their_own_name_and_only_when_expected(
    door: Door,
) -> None:
    page = await door.page(Screen.BOOTH)
    signal = {
        "proof": "good",
        "statement": "s",
        "room_id": str(ROOM),
        "attempt": 1,
        "sender": "colleague",
    }
    asked = {"type": "check", "id": str(uuid4()), "signal": signal, "fingerprint": PRINT}
    await page.send_json(asked)
    answer = await page.receive_json(timeout=5)
    assert (answer["ok"], answer["reason"]) == (False, "not_expected")
    assert door.world.asked == []
    door.world.subs[Participant.COLLEAGUE] = "clerk-8"
    await page.send_json(asked)
    assert (await page.receive_json(timeout=5))["ok"]
    assert door.world.asked == [("check", Participant.COLLEAGUE, PRINT, "clerk-8")]


async def test_outside_a_visit_nothing_is_proven(door: Door) -> None:
    door.world.room = None
    page = await door.page(Screen.BOOTH)
    await page.send_json(
        {
            "type": "prove",
            "id": str(uuid4()),
            "room": str(ROOM),
            "towards": "clerk",
            "attempt": 1,
            "fingerprint": PRINT,
        }
    )
    await asyncio.sleep(0.2)
    assert door.world.asked == []


async def test_speech_is_played_from_a_name_that_cannot_be_guessed(door: Door) -> None:
    page = await door.page(Screen.WAITING_AREA)
    identity = str(uuid4())
    await page.send_json({"type": "speak", "id": identity, "language": "fi", "text": "Hei"})
    play = await page.receive_json(timeout=5)
    assert (play["type"], play["id"]) == ("play", identity)
    async with door.session.get(door.url + play["url"]) as answer:
        assert answer.content_type == "audio/wav"
        assert await answer.read() == b"RIFF fi Hei"
    door.server.forget_speech()
    async with door.session.get(door.url + play["url"]) as answer:
        assert answer.status == 404
