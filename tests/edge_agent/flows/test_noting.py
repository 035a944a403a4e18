"""A note, clerk to the next clerk: from the data channel over the visitor's screen and back."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from edge_agent.clock import Clock
from edge_agent.core.booth import Booth, Event, Phase, SomebodyCame, VisitorFinished
from edge_agent.core.notes import KEEP_S, held
from edge_agent.core.scenes import Activity
from edge_agent.flows.noting import Noting
from edge_agent.flows.showing import Showing
from edge_agent.flows.wiping import Place, Wiping
from edge_agent.ports import Screen, ToClerk
from shared.identifiers import NoteId, RoomId, new_uuid
from shared.notes import NoteHere, NoteOffer, NoteProgress, NoteRead, NoteState
from shared.rooms import Signal
from shared.visits import CancelVisit, EndVisit, PrepareVisit
from tests.edge_agent.core.test_notes import visit, visit_id
from tests.virtual.patience import until

TEXT = "Asiakas palaa perjantaina.\nLiite <b>B</b> puuttuu vielä."


@dataclass
class Rooms:
    """Fulfils `ports.Rooms`: hears what the clerk is told."""

    heard: list[ToClerk] = field(default_factory=list)

    async def say(self, message: ToClerk) -> None:
        self.heard.append(message)

    async def open(self, visit: PrepareVisit) -> None: ...
    async def take_signal(self, signal: Signal) -> None: ...
    async def faces_are_up(self) -> None: ...
    async def show_camera(self) -> None: ...
    async def close(self, room: RoomId) -> None: ...


@dataclass
class Screens:
    """Fulfils `ports.Screens`: what stands on each."""

    states: dict[Screen, Mapping[str, object]] = field(default_factory=dict)

    def show(self, screen: Screen, state: Mapping[str, object]) -> None:
        self.states[screen] = state

    def send(self, screen: Screen, message: Mapping[str, object]) -> None: ...

    def alive(self, screen: Screen) -> bool:
        return screen is Screen.BOOTH

    def keep_speech(self, wav: bytes) -> str:
        return f"/speech/{len(wav)}.wav"

    def forget_speech(self) -> None: ...


class Device:
    """A booth in which visits come and go."""

    def __init__(self, folder: Path) -> None:
        self.monotonic = 100.0
        self.rooms, self.screens = Rooms(), Screens()
        clock = Clock(monotonic=lambda: self.monotonic)
        self.showing = Showing(screens=self.screens, clock=clock)
        self.folder = folder
        self.wiping = Wiping(
            rooms=self.rooms,
            screens=self.screens,
            purge=self.purge,
            places=(Place("state", folder),),
        )
        self.told: list[Activity] = []
        self.noting = Noting(
            rooms=self.rooms,
            wiping=self.wiping,
            showing=self.showing,
            narrate=self.told.append,
            clock=clock,
        )
        self.booth = Booth()

    async def purge(self) -> int:
        return 0

    async def becomes(self, phase: Phase, prepared: PrepareVisit | None, event: Event) -> None:
        before, self.booth = self.booth, Booth(phase=phase, visit=prepared)
        self.showing.change(booth=self.booth)
        await self.noting.follow(before, event, self.booth)

    async def begins(self, prepared: PrepareVisit) -> None:
        await self.becomes(Phase.PREPARE, prepared, prepared)
        await self.noting.clerk_joined()
        await self.becomes(Phase.CALLED, prepared, SomebodyCame())
        await self.becomes(Phase.VISIT, prepared, SomebodyCame())

    async def ends(self, prepared: PrepareVisit, *, goes_on: bool) -> tuple[str, ...]:
        """Gives the receipt of the wiping: the places that are not clean."""
        end = EndVisit(visit_id=prepared.visit_id, reason="ended", number_ends=not goes_on)
        await self.becomes(Phase.ENDING, prepared, end)
        await self.noting.clerk_lost()
        await self.becomes(Phase.WIPING, prepared, SomebodyCame())
        found = await self.wiping.wipe(prepared.room_id, ())
        await self.becomes(Phase.IDLE, None, SomebodyCame())
        return found

    async def offers(self, text: str = TEXT) -> NoteId:
        note = NoteId(new_uuid())
        await self.noting.clerk_said(NoteOffer(note_id=note, text=text))
        return note

    def on_the_screen(self) -> Any:
        return self.screens.states[Screen.BOOTH]["note"]

    @property
    def holds_any(self) -> bool:
        return bool(held(self.noting._notes))

    @property
    def progress(self) -> list[tuple[NoteState, str]]:
        return [
            (one.state, one.reason) for one in self.rooms.heard if isinstance(one, NoteProgress)
        ]

    @property
    def passed_on(self) -> list[NoteHere]:
        return [one for one in self.rooms.heard if isinstance(one, NoteHere)]


@pytest.fixture
async def device(tmp_path: Path) -> AsyncIterator[Device]:
    made = Device(tmp_path)
    running = asyncio.get_running_loop().create_task(made.noting.run())
    yield made
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_note_goes_over_the_visitors_screen_to_the_next_clerk(device: Device) -> None:
    await device.begins(visit(1))
    note = await device.offers()
    assert device.on_the_screen() == {
        "id": str(note),
        "text": TEXT,
        "agency_name": "Kela",
        "approved": False,
    }
    await device.noting.answer(note, approved=True)
    assert device.on_the_screen()["approved"] is True
    assert device.progress[-1] == (NoteState.APPROVED, "")
    assert await device.ends(visit(1), goes_on=True) == (), "it waits in memory, not on a disk"
    assert device.on_the_screen() is None

    await device.begins(visit(2))
    [here] = device.passed_on
    assert (here.note_id, here.text, here.agency_name) == (note, TEXT, "Kela")
    assert device.on_the_screen() is None, "it is for the clerk"
    await device.noting.clerk_said(NoteRead(note_id=note))
    assert device.told == [Activity("note_passed_on")]
    await device.ends(visit(2), goes_on=True)
    await device.begins(visit(4))
    assert len(device.passed_on) == 1


async def test_a_declined_note_never_arrives(device: Device) -> None:
    await device.begins(visit(1))
    await device.noting.answer(await device.offers(), approved=False)
    assert device.on_the_screen() is None
    assert device.progress[-1] == (NoteState.DECLINED, "")
    assert device.told == [Activity("note_declined")]
    await device.ends(visit(1), goes_on=True)
    await device.begins(visit(2))
    assert device.passed_on == []


async def test_another_number_between_gets_nothing_and_the_note_waits_on(device: Device) -> None:
    await device.begins(visit(1))
    await device.noting.answer(await device.offers(), approved=True)
    await device.ends(visit(1), goes_on=True)
    await device.begins(visit(3, 105))
    assert device.passed_on == []
    assert device.on_the_screen() is None
    assert TEXT not in str(device.screens.states)
    assert await device.ends(visit(3, 105), goes_on=False) == ()
    await device.begins(visit(2))
    assert [here.text for here in device.passed_on] == [TEXT]


async def test_a_call_in_vain_does_not_lose_it(device: Device) -> None:
    await device.begins(visit(1))
    await device.noting.answer(await device.offers(), approved=True)
    await device.ends(visit(1), goes_on=True)
    await device.becomes(Phase.PREPARE, visit(2), visit(2))
    cancel = CancelVisit(visit_id=visit_id(2), reason="clerk_gone")
    await device.becomes(Phase.WIPING, visit(2), cancel)
    await device.becomes(Phase.IDLE, None, SomebodyCame())
    await device.begins(visit(4))
    assert [here.text for here in device.passed_on] == [TEXT]


async def test_a_trace_of_a_waiting_note_is_found_also_after_another_numbers_visit(
    device: Device,
) -> None:
    await device.begins(visit(1))
    await device.noting.answer(await device.offers(), approved=True)
    (device.folder / "log").write_text(TEXT)
    assert await device.ends(visit(1), goes_on=True) == ("state",)
    await device.begins(visit(3, 105))
    assert await device.ends(visit(3, 105), goes_on=False) == ("state",)
    (device.folder / "log").unlink()
    await device.begins(visit(6, 105))
    assert await device.ends(visit(6, 105), goes_on=False) == ()


async def test_whoever_waits_seated_and_leaves_takes_it_along(device: Device) -> None:
    first = visit(1)
    await device.begins(first)
    note = await device.offers()
    await device.noting.answer(note, approved=True)
    await device.becomes(Phase.SEATED, first, EndVisit(visit_id=first.visit_id, reason="moved"))
    assert device.holds_any
    await device.becomes(Phase.ENDING, first, VisitorFinished())
    assert not device.holds_any


async def test_after_an_hour_it_is_forgotten_by_itself(device: Device) -> None:
    await device.begins(visit(1))
    await device.noting.answer(await device.offers(), approved=True)
    await device.ends(visit(1), goes_on=True)
    device.monotonic += KEEP_S
    await device.becomes(Phase.PREPARE, visit(3, 105), visit(3, 105))
    assert not device.holds_any
    await device.becomes(Phase.IDLE, None, SomebodyCame())
    await device.begins(visit(2))
    assert device.passed_on == []


async def test_the_hour_ends_although_nothing_happens(device: Device) -> None:
    await device.begins(visit(1))
    await device.noting.answer(await device.offers(), approved=True)
    await device.ends(visit(1), goes_on=True)
    device.monotonic += KEEP_S - 0.1
    await device.noting.clerk_lost()
    assert device.holds_any
    device.monotonic += 0.1
    await until(lambda: not device.holds_any, within_s=5)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("x" * 601, "too_long"), ("  ", "empty"), ("a\u202eb", "not_plain")],
)
async def test_a_text_that_may_not_be_shown_is_refused_and_the_visit_goes_on(
    device: Device, text: str, reason: str
) -> None:
    await device.begins(visit(1))
    await device.offers(text)
    assert device.progress[-1] == (NoteState.REFUSED, reason)
    assert device.on_the_screen() is None
    note = await device.offers()
    assert device.on_the_screen()["id"] == str(note)


async def test_an_answer_to_another_text_than_the_one_shown_is_not_heard(device: Device) -> None:
    await device.begins(visit(1))
    first = await device.offers("Ensimmäinen")
    await device.offers("Toinen")
    await device.noting.answer(first, approved=True)
    await device.noting.answer(NoteId(new_uuid()), approved=True)
    assert device.on_the_screen()["approved"] is False
    await device.ends(visit(1), goes_on=True)
    await device.begins(visit(2))
    assert device.passed_on == []


async def test_a_note_for_a_visit_that_has_ended_is_refused(device: Device) -> None:
    await device.begins(visit(1))
    await device.ends(visit(1), goes_on=True)
    await device.offers()
    assert device.progress[-1] == (NoteState.REFUSED, "no_visit")
    assert device.on_the_screen() is None
