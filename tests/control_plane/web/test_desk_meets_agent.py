"""The clerk's browser and the booth's real agent: aiortc on one side, Chromium on the other."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import aioice.ice
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from edge_agent.media.rooms import MediaRooms
from edge_agent.peripherals.simulated.bell import Bell
from edge_agent.peripherals.simulated.document_camera import SimulatedDocumentCamera
from edge_agent.ports import Still
from shared.documents import (
    BoothState,
    PrintCancel,
    PrintOffer,
    PrintProgress,
    SetBooth,
    TakeStill,
)
from shared.envelope import Body
from shared.identifiers import JobId, MessageId, NoteId, RoomId, VisitId, new_uuid
from shared.languages import Language
from shared.notes import (
    NoteFromClerk,
    NoteHere,
    NoteOffer,
    NoteProgress,
    NoteRead,
    NoteState,
)
from shared.rooms import Signal
from shared.signing import Holder
from shared.telemetry import Condition, PeripheralStatus, Port
from shared.visits import PrepareVisit, PrintState
from tests.browsers import IN_A_BROWSER, LOOP
from tests.control_plane.web.plane import Json, Plane, at, desk, visit
from tests.edge_agent.counterpart import eventually
from tests.edge_agent.media.clerk import KeyHolder, now

pytestmark = IN_A_BROWSER


@dataclass
class Line:
    """Fulfils `ports.Uplink`: the agent's signals go to the clerk's page."""

    plane: Plane
    connected: bool = True

    async def signal(self, signal: Signal) -> None:
        # Fields at their defaults are left out, as envelopes leave them.
        await self.plane.signal(signal.model_dump(mode="json", exclude_defaults=True))

    async def tell(self, body: Body) -> None:
        raise NotImplementedError

    async def request(self, body: Body, *, id: MessageId, timeout_s: float) -> Body:  # noqa: A002
        raise NotImplementedError


@dataclass
class Booth:
    """Fulfils `ports.RoomDesk`, with a printer that takes what comes."""

    camera: SimulatedDocumentCamera
    rooms: MediaRooms
    printed: dict[JobId, bytes] = field(default_factory=dict)
    settings: asyncio.Queue[SetBooth] = field(default_factory=asyncio.Queue)
    noted: list[NoteFromClerk] = field(default_factory=list)

    async def print_offered(self, offer: PrintOffer) -> bool:
        await self._progress(offer.job_id, PrintState.OFFERED)
        return True

    async def document_arrived(self, job: JobId, document: bytes) -> None:
        self.printed[job] = document
        await self._progress(job, PrintState.PRINTING)
        await self._progress(job, PrintState.OUT)

    async def print_cancelled(self, cancel: PrintCancel) -> None:
        raise NotImplementedError

    async def still_wanted(self, wanted: TakeStill) -> Still:
        del wanted
        return await self.camera.still()

    async def set_booth(self, wanted: SetBooth) -> None:
        self.settings.put_nowait(wanted)

    async def note_said(self, said: NoteFromClerk) -> None:
        self.noted.append(said)
        if isinstance(said, NoteOffer):
            await self.rooms.say(NoteProgress(note_id=said.note_id, state=NoteState.APPROVED))

    async def clerk_joined(self) -> None:
        ready = [
            PeripheralStatus(port=port, condition=Condition.READY, since=now())
            for port in (Port.DOCUMENT_PRINTER, Port.DOCUMENT_CAMERA)
        ]
        await self.rooms.say(
            BoothState(
                peripherals=tuple(ready),
                volume=70,
                cameras=(),
                microphones=(),
                camera="",
                microphone="",
                on_hold=False,
                screen_here=True,
            )
        )

    async def clerk_lost(self) -> None:
        """The next attempt comes by itself."""

    async def _progress(self, job: JobId, state: PrintState) -> None:
        sheets = 2 if state is PrintState.OUT else None
        await self.rooms.say(PrintProgress(job_id=job, state=state, pages=2, sheets=sheets))


def going_on(shown: Json) -> PrepareVisit:
    return PrepareVisit(
        visit_id=VisitId(UUID(shown["id"])),
        room_id=RoomId(UUID(shown["room_id"])),
        booth="salla-1",
        number=104,
        language=Language.FINNISH,
        clerk_name="Maija",
        agency_name="Kela",
        ice_servers=(),
        relay_only=False,
    )


@pytest_asyncio.fixture(loop_scope=LOOP)
async def shown() -> Json:
    return visit("in_session", began_at=at(-5))


@pytest_asyncio.fixture(loop_scope=LOOP)
async def booth(plane: Plane, shown: Json, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Booth]:
    # Set to what it is, so that what ``loopback`` changes is undone after the test.
    monkeypatch.setattr(aioice.ice, "get_host_addresses", aioice.ice.get_host_addresses)
    camera = SimulatedDocumentCamera(Bell())
    camera.lay("letter")
    rooms = MediaRooms(
        uplink=Line(plane),
        prover=KeyHolder(plane.issuer, Holder.DEVICE, "d-salla-01"),
        camera=camera,
        now=now,
        loopback=True,
    )
    booth = Booth(camera, rooms)

    async def hear() -> None:
        while True:
            signal = Signal.model_validate(await plane.signals.get())
            if signal.receiver == "booth-agent":
                await rooms.take_signal(signal)

    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(rooms.run(booth)), tasks.create_task(hear())]
        yield booth
        await rooms.close(going_on(shown).room_id)
        for task in running:
            task.cancel()


async def test_a_paper_is_seen_taken_sharp_and_a_page_is_printed(
    page: Page, origin: str, plane: Plane, shown: Json, booth: Booth, tmp_path: Path
) -> None:
    await plane.show(desk("in_session", visit=shown))
    await page.goto(f"{origin}/desk.html")
    await page.wait_for_selector("[data-stage=visit]")
    await booth.rooms.open(going_on(shown))
    await booth.rooms.show_camera()

    await expect(page.locator("#panel-camera .faces-none")).to_have_count(0, timeout=20_000)
    await page.get_by_role("button", name="Ota tarkka kuva").click()
    await page.get_by_role("button", name="Avaa kuva 1").click(timeout=15_000)
    still = await booth.camera.still()
    await expect(page.get_by_text(f"{still.width} × {still.height}")).to_be_visible()  # noqa: RUF001
    await page.keyboard.press("Escape")

    letter = tmp_path / "letter.png"
    picture = await page.locator("#document-camera").screenshot()
    letter.write_bytes(picture)
    await page.get_by_role("tab", name="Tulosta").click()
    await page.set_input_files("input[type=file]", letter)
    await page.get_by_role("button", name="Tulosta asiointitilaan").click()
    await expect(page.get_by_text("Paperi on ulkona tulostimesta")).to_be_visible()
    assert list(booth.printed.values()) == [picture]

    await page.get_by_role("button", name="Laiteasetukset").click()
    await page.get_by_label("Kaiuttimen voimakkuus").fill("40")
    await page.keyboard.press("Escape")
    async with asyncio.timeout(5):
        while (await booth.settings.get()).volume != 40:
            pass  # at the start the desk says that nobody is on hold


async def test_a_note_goes_to_the_booth_and_one_that_was_passed_on_is_read(
    page: Page, origin: str, plane: Plane, shown: Json, booth: Booth
) -> None:
    await plane.show(desk("in_session", visit=shown))
    await page.goto(f"{origin}/desk.html")
    await page.wait_for_selector("[data-stage=visit]")
    await page.get_by_role("tab", name="Viesti").click()
    send = page.get_by_role("button", name="Lähetä asiakkaan luettavaksi")
    field = page.get_by_label("Viestin teksti", exact=True)
    await field.fill("Hakemus <b>puuttuu</b>.\nPalaa perjantaina.")
    await expect(send).to_be_disabled()
    await booth.rooms.open(going_on(shown))
    await send.click(timeout=20_000)
    await expect(page.get_by_text("Asiakas antoi luvan välittää viestin.").last).to_be_visible()
    [offer] = booth.noted
    assert isinstance(offer, NoteOffer)
    assert offer.text == "Hakemus <b>puuttuu</b>.\nPalaa perjantaina."

    await field.fill("x" * 601)
    await expect(page.get_by_text("Viesti on liian pitkä.")).to_be_visible()
    await expect(page.get_by_role("button", name="Lähetä muutettu teksti")).to_be_disabled()

    here = NoteHere(
        note_id=NoteId(new_uuid()),
        text="<i>Edellinen</i>\nteksti",
        agency_name="Verohallinto",
        approved_at=now(),
    )
    await booth.rooms.say(here)
    passed = page.locator(".note-passed")
    await expect(passed.get_by_text("Verohallinto")).to_be_visible()
    assert await passed.locator(".note-passed-text").inner_text() == here.text
    await eventually(lambda: NoteRead(note_id=here.note_id) in booth.noted)

    # The end is told what becomes of it; then nothing of it is left on the page.
    await page.get_by_role("button", name="Päätä asiointi").click()
    await expect(page.get_by_text("Numero päättyy tähän asiointiin")).to_be_visible()
    await page.keyboard.press("Escape")
    await plane.show(desk("wrap_up", visit=visit("closing", began_at=at(-60))))
    await page.wait_for_selector("[data-stage=wrap_up]")
    assert "Edellinen" not in await page.content()
    assert "perjantaina" not in await page.content()


async def test_an_agent_with_a_strangers_statement_gets_nothing(
    page: Page, origin: str, plane: Plane, shown: Json, booth: Booth
) -> None:
    stranger = KeyHolder(plane.issuer, Holder.STAFF, "somebody")
    booth.rooms._prover = stranger
    await plane.show(desk("in_session", visit=shown))
    await page.goto(f"{origin}/desk.html")
    await page.wait_for_selector("[data-stage=visit]")
    await booth.rooms.open(going_on(shown))
    await expect(page.get_by_text("laitteita ei voitu tunnistaa")).to_be_visible(timeout=15_000)
    await expect(page.get_by_role("button", name="Ota tarkka kuva")).to_be_disabled()
