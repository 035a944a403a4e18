"""Is a number called where it is seen, and heard once?"""

from collections.abc import Mapping
from typing import Any

import pytest

from edge_agent.clock import Clock
from edge_agent.flows.calling import Calling
from edge_agent.flows.showing import Showing
from edge_agent.flows.speaking import Speaking
from edge_agent.ports import Screen
from shared.identifiers import VisitId, new_uuid
from shared.languages import Language
from shared.visits import CallVisitor


class Screens:
    def __init__(self) -> None:
        self.sent: dict[Screen, Mapping[str, Any]] = {}
        self.kept: list[bytes] = []

    def show(self, screen: Screen, state: Mapping[str, object]) -> None: ...

    def send(self, screen: Screen, message: Mapping[str, object]) -> None:
        self.sent[screen] = message

    def alive(self, screen: Screen) -> bool:
        return screen in self.sent

    def keep_speech(self, wav: bytes) -> str:
        self.kept.append(wav)
        return f"/speech/{len(self.kept)}.wav"

    def forget_speech(self) -> None: ...


class Speaker:
    async def say(self, language: Language, text: str) -> bytes:
        return f"{language} {text}".encode()


async def nobody_looks() -> None:
    """No lamp."""


@pytest.mark.parametrize(
    ("loudspeaker", "silent"),
    [(Screen.WAITING_AREA, Screen.INFO), (Screen.INFO, Screen.WAITING_AREA)],
)
async def test_a_call_is_seen_on_both_screens_and_heard_from_one(
    loudspeaker: Screen, silent: Screen
) -> None:
    screens = Screens()
    calling = Calling(
        speaking=Speaking(speaker=Speaker(), screens=screens),
        screens=screens,
        showing=Showing(screens=screens, clock=Clock()),
        loudspeaker=loudspeaker,
        seek=nobody_looks,
    )
    await calling.announce(call(1))
    assert {screen: message["number"] for screen, message in screens.sent.items()} == {
        Screen.WAITING_AREA: 104,
        Screen.INFO: 104,
    }
    heard, seen = screens.sent[loudspeaker], screens.sent[silent]
    assert (heard["chime"], heard["speech"]) == (True, ["/speech/1.wav"])
    assert (seen["chime"], seen["speech"]) == (False, [])


async def test_each_recall_widens_the_signals() -> None:
    screens, sought = Screens(), list[int]()

    async def seek() -> None:
        sought.append(len(screens.kept))

    calling = Calling(
        speaking=Speaking(speaker=Speaker(), screens=screens),
        screens=screens,
        showing=Showing(screens=screens, clock=Clock()),
        loudspeaker=Screen.WAITING_AREA,
        seek=seek,
    )
    heard = []
    for attempt in (1, 2, 3):
        await calling.announce(call(attempt))
        message = screens.sent[Screen.WAITING_AREA]
        heard.append((message["volume"], len(message["speech"]), len(sought)))
    assert heard == [(0.7, 1, 0), (1.0, 3, 0), (1.0, 3, 1)]


def call(attempt: int) -> CallVisitor:
    return CallVisitor(
        visit_id=VisitId(new_uuid()),
        number=104,
        booth="salla-1",
        language=Language.SWEDISH,
        attempt=attempt,
        attempts=3,
    )
