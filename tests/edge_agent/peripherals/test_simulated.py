"""The simulated twins, by the same contracts as the drivers, and by what only they can do."""

import asyncio
import io

import pytest
from PIL import Image

from edge_agent.errors import PeripheralError
from edge_agent.peripherals.simulated.bell import Bell
from edge_agent.peripherals.simulated.document_camera import SimulatedDocumentCamera
from edge_agent.peripherals.simulated.document_printer import SimulatedDocumentPrinter
from edge_agent.peripherals.simulated.room import (
    SimulatedCallButton,
    SimulatedLamp,
    SimulatedPresenceSensor,
)
from edge_agent.peripherals.simulated.ticket_printer import SimulatedTicketPrinter
from edge_agent.ports import Place
from shared.telemetry import Condition
from tests.edge_agent.peripherals.contract_document_camera import (
    DocumentCameraContract,
    DocumentCameraRig,
)
from tests.edge_agent.peripherals.contract_document_printer import (
    DocumentPrinterContract,
    DocumentPrinterRig,
    printed,
)
from tests.edge_agent.peripherals.contract_room import RoomContract, RoomRig
from tests.edge_agent.peripherals.contract_ticket_printer import (
    SLIP,
    TicketPrinterContract,
    TicketPrinterRig,
)


class TicketRig(TicketPrinterRig):
    def __init__(self) -> None:
        self.twin = self.printer = SimulatedTicketPrinter(Bell(), seconds_per_slip=0.1)

    async def turn(self, action: str) -> None:
        self.twin.switches.turn(action)

    def slips(self) -> int:
        return len(self.twin.slips)

    def break_while_printing(self) -> None:
        asyncio.get_running_loop().call_later(0.05, self.twin.switches.turn, "paper_out")


class TestTicketPrinter(TicketPrinterContract):
    @pytest.fixture
    def rig(self) -> TicketRig:
        return TicketRig()

    async def test_a_slip_is_a_picture(self, rig: TicketRig) -> None:
        await rig.printer.print_ticket(SLIP)
        picture = rig.twin.picture(rig.twin.slips[0].id)
        assert picture is not None
        with Image.open(io.BytesIO(picture)) as drawn:
            ink = drawn.convert("L").point(lambda level: 255 if level < 128 else 0).getbbox()
            assert ink is not None
            assert drawn.width > 400
        assert rig.twin.picture("no such slip") is None


class DocumentRig(DocumentPrinterRig):
    def __init__(self) -> None:
        self.twin = self.printer = SimulatedDocumentPrinter(Bell(), seconds_per_sheet=0.05)

    async def turn(self, action: str) -> None:
        if action == "slow":
            self.twin = self.printer = SimulatedDocumentPrinter(Bell(), seconds_per_sheet=0.4)
        else:
            self.twin.turn(action)

    def sheets(self) -> int:
        return len(self.twin.sheets)

    async def nothing_follows(self) -> bool:
        self.twin.turn("paper_in")
        await asyncio.sleep(0.3)
        return not self.twin.sheets

    def remains(self) -> int:
        return 1 if self.twin._jobs else 0


class TestDocumentPrinter(DocumentPrinterContract):
    @pytest.fixture
    def rig(self) -> DocumentRig:
        return DocumentRig()

    async def test_sheets_leave_the_tray_and_an_empty_tray_stops_it(self, rig: DocumentRig) -> None:
        rig.twin.paper = 2
        await printed(rig, pages=2)
        assert rig.twin.paper == 0
        assert await rig.twin.status() is Condition.PAPER_OUT
        rig.twin.turn("paper_in")
        assert await rig.twin.status() is Condition.READY

    async def test_a_sheet_is_a_picture_of_its_page(self, rig: DocumentRig) -> None:
        await printed(rig, pages=1)
        picture = rig.twin.picture(rig.twin.sheets[0].id)
        assert picture is not None
        with Image.open(io.BytesIO(picture)) as drawn:
            assert drawn.height / drawn.width == pytest.approx(842 / 595, abs=0.01)


class CameraRig(DocumentCameraRig):
    full = (3840, 2160)

    def __init__(self) -> None:
        self.twin = self.camera = SimulatedDocumentCamera(Bell())
        self.twin.lay("letter")

    async def turn(self, action: str) -> None:
        self.twin.switches.turn(action)


class TestDocumentCamera(DocumentCameraContract):
    @pytest.fixture
    def rig(self) -> CameraRig:
        return CameraRig()

    async def test_what_is_laid_on_the_desk_is_seen(self, rig: CameraRig) -> None:
        async def middle() -> tuple[int, ...]:
            still = await rig.camera.still()
            with Image.open(io.BytesIO(still.jpeg)) as seen:
                # A place on the desk that only a whole A4 sheet covers.
                pixel = seen.convert("RGB").getpixel((1400, 300))
            assert isinstance(pixel, tuple)
            return tuple(int(level) for level in pixel)

        assert min(await middle()) > 200
        rig.twin.lay("id-card")
        assert max(await middle()) < 120
        rig.twin.lay(None)
        assert max(await middle()) < 120

    async def test_a_picture_of_ones_own_can_be_laid(self, rig: CameraRig) -> None:
        written = io.BytesIO()
        Image.new("RGB", (600, 800), "lime").save(written, "PNG")
        await rig.twin.upload(written.getvalue())
        assert rig.twin.sheet == "uploaded"
        still = await rig.camera.still()
        with Image.open(io.BytesIO(still.jpeg)) as seen:
            pixel = seen.convert("RGB").getpixel((1920, 1080))
        assert isinstance(pixel, tuple)
        red, green, blue = (int(level) for level in pixel)
        assert green > 200
        assert max(red, blue) < 60

    @pytest.mark.parametrize(
        "upload", [b"", b"no picture", b"\xff\xd8\xff torn", b"x" * 11_000_000]
    )
    async def test_what_is_no_picture_is_not_laid(self, rig: CameraRig, upload: bytes) -> None:
        with pytest.raises(ValueError, match=r"not_a_picture|too_large"):
            await rig.twin.upload(upload)
        assert rig.twin.sheet == "letter"


class Room(RoomRig):
    def __init__(self) -> None:
        bell = Bell()
        self.twins = (
            SimulatedCallButton(bell),
            SimulatedLamp(bell),
            SimulatedPresenceSensor(bell),
        )
        self.button, self.lamp, self.presence = self.twins

    async def press(self, place: Place) -> None:
        self.twins[0].press(place)

    def lit(self) -> bool:
        return self.twins[1].lit

    async def sense(self, *, somebody: bool) -> None:
        self.twins[2].sense(somebody=somebody)


class TestRoom(RoomContract):
    @pytest.fixture
    def rig(self) -> Room:
        return Room()


async def test_a_busy_printer_is_told_as_busy() -> None:
    twin = SimulatedTicketPrinter(Bell())
    twin.switches.turn("busy")
    assert await twin.status() is Condition.BUSY
    twin.switches.turn("free")
    assert await twin.status() is Condition.READY


async def test_an_unplugged_a4_printer_takes_no_job() -> None:
    rig = DocumentRig()
    rig.twin.turn("unplug")
    with pytest.raises(PeripheralError):
        await printed(rig, pages=1)
