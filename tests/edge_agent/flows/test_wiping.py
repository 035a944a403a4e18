"""Does the booth forget, and does it notice where it did not?"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.canaries import LENGTH, canaries_of, canaries_of_text, holds_any
from edge_agent.errors import PeripheralError
from edge_agent.flows.wiping import Place, Wiping
from edge_agent.ports import Screen, ToClerk
from shared.identifiers import RoomId, new_uuid
from shared.rooms import Signal
from shared.visits import PrepareVisit


class Rooms:
    def __init__(self) -> None:
        self.closed: list[RoomId] = []

    async def open(self, visit: PrepareVisit) -> None: ...
    async def take_signal(self, signal: Signal) -> None: ...
    async def faces_are_up(self) -> None: ...
    async def show_camera(self) -> None: ...
    async def say(self, message: ToClerk) -> None: ...

    async def close(self, room: RoomId) -> None:
        self.closed.append(room)


class Screens:
    def __init__(self) -> None:
        self.sent: list[Mapping[str, object]] = []
        self.forgotten = False

    def show(self, screen: Screen, state: Mapping[str, object]) -> None: ...

    def send(self, screen: Screen, message: Mapping[str, object]) -> None:
        assert screen is Screen.BOOTH
        self.sent.append(message)

    def alive(self, screen: Screen) -> bool:
        return screen is Screen.BOOTH

    def keep_speech(self, wav: bytes) -> str:
        return f"/speech/{len(wav)}.wav"

    def forget_speech(self) -> None:
        self.forgotten = True


class Booth:
    def __init__(self, tmp_path: Path) -> None:
        self.state, self.spool = tmp_path / "state", tmp_path / "spool"
        for directory in (self.state, self.spool):
            directory.mkdir()
        self.rooms, self.screens = Rooms(), Screens()
        self.jammed = False
        self.room = RoomId(new_uuid())
        self.wiping = Wiping(
            rooms=self.rooms,
            screens=self.screens,
            purge=self.purge,
            places=(Place("state", self.state), Place("spool", self.spool)),
        )

    async def purge(self) -> int:
        if self.jammed:
            raise PeripheralError("unplugged")
        return 0


@pytest.fixture
def booth(tmp_path: Path) -> Booth:
    return Booth(tmp_path)


async def test_everything_is_dropped_and_a_clean_booth_is_clean(booth: Booth) -> None:
    booth.wiping.remember(os.urandom(50_000))
    (booth.spool / "other").write_bytes(os.urandom(50_000))
    assert await booth.wiping.wipe(booth.room, ("secret",)) == ()
    assert booth.rooms.closed == [booth.room]
    assert booth.screens.forgotten
    assert booth.screens.sent == [{"type": "reload"}]


async def test_a_document_left_in_the_spool_is_found_until_it_is_gone(booth: Booth) -> None:
    document = os.urandom(200_000)
    booth.wiping.remember(document)
    left = booth.spool / "deep" / "d00001-001"
    left.parent.mkdir()
    left.write_bytes(b"header" + document)
    assert await booth.wiping.wipe(booth.room, ()) == ("spool",)
    assert await booth.wiping.wipe(booth.room, ()) == ("spool",)
    left.unlink()
    assert await booth.wiping.wipe(booth.room, ()) == ()


async def test_a_trace_across_the_border_of_two_reads_is_found(booth: Booth) -> None:
    document = os.urandom(400)
    booth.wiping.remember(document)
    for shift in (100, 150, 200, 250, 300):
        (booth.state / "big").write_bytes(bytes(1024 * 1024 - shift) + document)
        assert await booth.wiping.wipe(booth.room, ()) == ("state",)


async def test_a_secret_of_the_visit_is_found_too(booth: Booth) -> None:
    (booth.state / "log").write_text("credential=turn-secret")
    assert await booth.wiping.wipe(booth.room, ("turn-secret",)) == ("state",)


async def test_a_printer_that_cannot_be_purged_is_no_clean_booth(booth: Booth) -> None:
    booth.jammed = True
    assert await booth.wiping.wipe(booth.room, ()) == ("spool",)


async def test_the_next_visit_is_not_searched_for_the_last_ones_papers(booth: Booth) -> None:
    document = os.urandom(5000)
    booth.wiping.remember(document)
    assert await booth.wiping.wipe(booth.room, ()) == ()
    (booth.state / "kept by somebody else").write_bytes(document)
    assert await booth.wiping.wipe(booth.room, ()) == ()


async def test_a_note_is_found_as_it_is_and_as_json_writes_it(booth: Booth) -> None:
    text = "Hän tarvitsee päätöksen kopion ja uuden lomakkeen ennen perjantaita."
    booth.wiping.remember_traces(await booth.wiping.traces_of(text))
    left = booth.state / "a log"
    for form in (text, json.dumps({"text": text})):
        left.write_text(form)
        assert await booth.wiping.wipe(booth.room, ()) == ("state",)
    left.unlink()
    assert await booth.wiping.wipe(booth.room, ()) == ()


async def test_words_that_stand_on_the_device_anyway_are_no_trace_of_a_note(booth: Booth) -> None:
    """The catalogue names every service: a clerk may write such a name and nothing else."""
    (booth.state / "catalogue.json").write_text('{"name": "Perustoimeentulotuki"}')
    pieces = await booth.wiping.traces_of("Perustoimeentulotuki")
    booth.wiping.remember_traces(pieces)
    assert canaries_of_text("Perustoimeentulotuki")
    assert pieces == ()
    assert await booth.wiping.wipe(booth.room, ()) == ()


@given(st.binary(min_size=400, max_size=3000))
def test_a_canary_is_a_piece_of_its_document(document: bytes) -> None:
    for canary in canaries_of(document):
        assert len(canary) == LENGTH
        assert canary in document
    if canaries_of(document):
        assert holds_any(b"x" + document + b"y", canaries_of(document))


def test_a_document_of_blanks_has_no_canary_that_stands_everywhere() -> None:
    assert canaries_of(b" " * 10_000) == ()
    assert canaries_of(b"") == ()
