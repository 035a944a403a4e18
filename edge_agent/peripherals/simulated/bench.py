"""What can a hand do to the simulated peripherals, and what is there to see of them?"""

from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

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
from shared.telemetry import Port

KEPT_PHRASES = 50
T = TypeVar("T")
Switchable = (
    SimulatedTicketPrinter
    | SimulatedDocumentCamera
    | SimulatedCallButton
    | SimulatedLamp
    | SimulatedPresenceSensor
)


@dataclass(frozen=True, slots=True)
class Twins:
    """The simulated ones among the device's peripherals."""

    ticket_printer: SimulatedTicketPrinter | None = None
    document_printer: SimulatedDocumentPrinter | None = None
    document_camera: SimulatedDocumentCamera | None = None
    call_button: SimulatedCallButton | None = None
    lamp: SimulatedLamp | None = None
    presence: SimulatedPresenceSensor | None = None


class Bench:
    """Fulfils `ports.Bench` over the twins that there are."""

    def __init__(self, bell: Bell, twins: Twins) -> None:
        self._bell = bell
        self._twins = twins
        self._journal: deque[str] = deque(maxlen=KEPT_PHRASES)

    def state(self) -> dict[str, Any]:
        """Everything that the bench page shows; absent peripherals are None."""
        twins = self._twins
        return {
            "ticket_printer": twins.ticket_printer
            and {
                "condition": twins.ticket_printer.switches.condition,
                "slips": [_seen("slip", slip.id) for slip in twins.ticket_printer.slips],
            },
            "document_printer": twins.document_printer
            and {
                "condition": twins.document_printer.switches.condition,
                "sheets": [_seen("sheet", sheet.id) for sheet in twins.document_printer.sheets],
                "paper": twins.document_printer.paper,
            },
            "camera": twins.document_camera
            and {
                "condition": twins.document_camera.switches.condition,
                "sheet": twins.document_camera.sheet,
                "sheets": [
                    {"name": name, "url": f"/bench/camera/{name}.png"}
                    for name in twins.document_camera.sheets
                ],
            },
            "lamp": twins.lamp is not None and twins.lamp.lit,
            "presence": twins.presence is not None and twins.presence.somebody,
            "buttons": [str(place) for place in Place] if twins.call_button else [],
            "journal": list(self._journal),
        }

    async def act(self, action: Mapping[str, Any]) -> None:
        """Do what a hand would; ValueError for what the bench does not know."""
        name = str(action.get("action"))
        match name:
            case "press":
                _there(self._twins.call_button).press(Place(str(action.get("place"))))
            case "presence":
                somebody = bool(action.get("value"))
                _there(self._twins.presence).sense(somebody=somebody)
            case "sheet":
                sheet = action.get("name")
                camera = _there(self._twins.document_camera)
                camera.lay(None if sheet is None else str(sheet))
            case "clear":
                self._clear()
            case _:
                self._turn(name, Port(str(action.get("port"))))
        self._journal.append(name)
        self._bell.ring()

    async def add_sheet(self, image: bytes) -> None:
        """Lay a picture of one's own under the camera; ValueError when it is none."""
        await _there(self._twins.document_camera).upload(image)
        self._journal.append("sheet_added")
        self._bell.ring()

    def _turn(self, name: str, port: Port) -> None:
        if port is Port.DOCUMENT_PRINTER:
            _there(self._twins.document_printer).turn(name)
            return
        twins: dict[Port, Switchable | None] = {
            Port.TICKET_PRINTER: self._twins.ticket_printer,
            Port.DOCUMENT_CAMERA: self._twins.document_camera,
            Port.CALL_BUTTON: self._twins.call_button,
            Port.LAMP: self._twins.lamp,
            Port.PRESENCE: self._twins.presence,
        }
        twin = twins.get(port)
        if twin is None:
            raise ValueError("not_simulated")
        twin.switches.turn(name)

    def _clear(self) -> None:
        if self._twins.ticket_printer:
            self._twins.ticket_printer.slips.clear()
        if self._twins.document_printer:
            self._twins.document_printer.sheets.clear()
        self._clear_desk()

    def visitor_left(self) -> None:
        """Nobody is in the booth any more, and nothing of theirs lies on its desk.

        What was printed stays: it shows what the visitor took along.
        """
        if self._twins.presence:
            self._twins.presence.sense(somebody=False)
        self._clear_desk()
        self._journal.append("visitor_left")
        self._bell.ring()

    def _clear_desk(self) -> None:
        if self._twins.document_camera:
            self._twins.document_camera.forget_upload()
            self._twins.document_camera.lay(None)

    def picture(self, kind: str, id: str) -> bytes | None:  # noqa: A002 - the URL's own word
        """A slip, a printed sheet or a sheet for the camera, as PNG."""
        twins = self._twins
        match kind:
            case "slip" if twins.ticket_printer:
                return twins.ticket_printer.picture(id)
            case "sheet" if twins.document_printer:
                return twins.document_printer.picture(id)
            case "camera" if twins.document_camera:
                return twins.document_camera.picture(id)
            case _:
                return None

    def changed(self) -> AsyncIterator[None]:
        """One item whenever `state` may have changed."""
        return self._bell.rings()


def _there(twin: T | None) -> T:
    if twin is None:
        raise ValueError("not_simulated")
    return twin


def _seen(kind: str, id: str) -> dict[str, str]:  # noqa: A002 - the URL's own word
    return {"id": id, "url": f"/bench/{kind}/{id}.png"}
