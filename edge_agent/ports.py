"""What do flows need of the world, and what does the world ask of flows? In our words only.

Drivers and simulated peripherals fulfil the first part, flows the second; `agent` joins them.
Every peripheral raises `errors.PeripheralError` for an expected failure and nothing else.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from shared.documents import (
    BoothState,
    PrintCancel,
    PrintOffer,
    PrintProgress,
    SetBooth,
    StillTaken,
    TakeStill,
)
from shared.envelope import Body
from shared.identifiers import (
    JobId,
    MessageId,
    NoteId,
    RoomId,
    ServiceCode,
    TicketId,
    VisitId,
)
from shared.languages import Language
from shared.notes import NoteFromBooth, NoteFromClerk
from shared.rooms import Participant, Signal
from shared.telemetry import Condition, Port
from shared.tickets import Board, Refused, TicketAccepted, TicketIssued
from shared.twin import Catalogue, TwinDesired
from shared.visits import PrepareVisit

if TYPE_CHECKING:  # av takes 40 MB: an idle agent must not load it
    from av import VideoFrame


# --- what flows need of the world: peripherals -------------------------------------------------


class Peripheral(Protocol):
    """Anything attached to the device."""

    port: Port
    simulated: bool

    async def status(self) -> Condition:
        """How it is now; answers within 3 s and never raises: trouble is a condition."""

    async def close(self) -> None:
        """Let go of it."""


@dataclass(frozen=True, slots=True)
class TicketSlip:
    """What stands on the paper number; nothing tells the agency."""

    number: int
    point_name: str
    printed_at: str  # local wall time, already written for the language
    lines: tuple[str, ...]  # guidance, already in the visitor's language
    language: Language


class TicketPrinter(Peripheral, Protocol):
    """The receipt printer in the waiting area."""

    async def print_ticket(self, slip: TicketSlip) -> None:
        """Print and cut; returns when the printer says that the paper is out."""


@dataclass(frozen=True, slots=True)
class SheetProgress:
    """What is known of a job at the A4 printer.

    ``sheets`` is counted by the printer (or tray, or job under a proven printer), None when
    no counter can be trusted. ``finished`` is the last word; ``failed`` says why not.
    """

    finished: bool
    sheets: int | None
    waiting_for: Condition | None = None  # paper_out, jammed…: the job waits for a person
    failed: str = ""


class DocumentPrinter(Peripheral, Protocol):
    """The A4 printer of the booth."""

    def print_document(
        self, job: JobId, pdf: bytes, *, copies: int, pages: int
    ) -> AsyncGenerator[SheetProgress, None]:
        """Print a checked PDF; yields progress until ``finished``. Closing the generator
        cancels the job and leaves nothing in the spool."""

    async def purge(self) -> int:
        """Cancel and forget every job; gives how many were still there."""


@dataclass(frozen=True, slots=True)
class Still:
    """A sharp picture at the sensor's full size."""

    jpeg: bytes
    width: int
    height: int


class DocumentCamera(Peripheral, Protocol):
    """The camera above the desk. Nothing is read from it before `frames` or `still`."""

    def frames(self, *, width: int, height: int, fps: int) -> AsyncGenerator["VideoFrame", None]:
        """Live pictures, paced by the source; the newest wins when the reader is slow."""

    async def still(self) -> Still:
        """One picture at full size, also while `frames` runs."""


class Place(StrEnum):
    """Where a button is pressed."""

    WAITING_AREA = "waiting_area"
    BOOTH = "booth"


class CallButton(Peripheral, Protocol):
    """The physical buttons for help."""

    def presses(self) -> AsyncIterator[Place]:
        """One item for each press."""


class Lamp(Peripheral, Protocol):
    """The light (with a buzzer) that tells on the spot that somebody asked for help."""

    async def show(self, *, lit: bool) -> None:
        """Light it or put it out."""


class PresenceSensor(Peripheral, Protocol):
    """Door or movement sensor of the booth."""

    def changes(self) -> AsyncIterator[bool]:
        """Is somebody in the booth? The first item is the present state."""


class Speaker(Protocol):
    """Makes speech; the screens play it."""

    async def say(self, language: Language, text: str) -> bytes:
        """Speech as a WAV file."""


@dataclass(frozen=True, slots=True)
class Peripherals:
    """Everything that this device has; None where there is none."""

    ticket_printer: TicketPrinter | None
    document_printer: DocumentPrinter | None
    document_camera: DocumentCamera | None
    call_button: CallButton | None
    lamp: Lamp | None
    presence: PresenceSensor | None
    speaker: Speaker

    def all(self) -> Sequence[Peripheral]:
        """Those that are there, in a fixed order."""
        these = (
            self.ticket_printer,
            self.document_printer,
            self.document_camera,
            self.call_button,
            self.lamp,
            self.presence,
        )
        return [peripheral for peripheral in these if peripheral is not None]


# --- what flows need of the world: the wires ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """A document that may go to the printer: always a PDF, whatever came."""

    pdf: bytes
    pages: int
    flattened: bool  # its pages are pictures now, since it held what a printer need not see


class DocumentRefusal(StrEnum):
    """Why the gate lets a document go no further."""

    NOT_A_PDF = "not_a_pdf"
    ENCRYPTED = "encrypted"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_LARGE = "too_large"
    HOSTILE = "hostile"
    TIMEOUT = "timeout"


class DocumentGate(Protocol):
    """Looks at a document where it can do no harm."""

    async def check(self, document: bytes) -> CheckedDocument | DocumentRefusal:
        """Pass it, flatten it, or say why not."""


class Uplink(Protocol):
    """The one connection to the control plane."""

    @property
    def connected(self) -> bool:
        """Is the broker there and has the control plane answered lately?"""

    async def request(self, body: Body, *, id: MessageId, timeout_s: float) -> Body:  # noqa: A002
        """Ask and wait for the reply; raises `errors.Offline` when none comes in time.

        The same id may be asked again: it has the effect of one.
        """

    async def tell(self, body: Body) -> None:
        """Say an event for sure: on disk first, sent until the control plane has it."""

    async def signal(self, signal: Signal) -> None:
        """Send a WebRTC signal now or never."""


class Screen(StrEnum):
    """A page on one of the device's displays."""

    WAITING_AREA = "waiting-area"
    BOOTH = "booth"
    INFO = "info"
    BENCH = "bench"
    STAGE = "stage"


class Screens(Protocol):
    """The pages on the device's displays; JSON values as the screens' own contract has them."""

    def show(self, screen: Screen, state: Mapping[str, object]) -> None:
        """What the screen is to show from now on; the latest wins."""

    def send(self, screen: Screen, message: Mapping[str, object]) -> None:
        """Say something once to whoever is there now."""

    def alive(self, screen: Screen) -> bool:
        """Has a page of this kind been heard within the last 15 s?"""

    def keep_speech(self, wav: bytes) -> str:
        """Keep a spoken text in memory until it was played; gives its URL."""

    def forget_speech(self) -> None:
        """Drop every spoken text that is still kept."""


class Catalogues(Protocol):
    """The mutual-TLS endpoint, as far as it gives catalogues."""

    async def fetch(self, sha256: str) -> Catalogue:
        """The catalogue with this digest; raises `errors.Offline` when it cannot be had."""


class Bench(Protocol):
    """What stands behind the bench page: simulated peripherals and what they put out."""

    def state(self) -> Mapping[str, object]:
        """The bench page's state without its pictures' tokens."""

    async def act(self, action: Mapping[str, object]) -> None:
        """Do what a person would do at the real thing; an unknown action raises ValueError."""

    def picture(self, kind: str, id: str) -> bytes | None:  # noqa: A002
        """A PNG of a slip, a sheet that was printed or a sheet to lay under the camera."""

    async def add_sheet(self, image: bytes) -> None:
        """A picture to lay under the camera; ValueError when it is no picture."""

    def visitor_left(self) -> None:
        """The booth was wiped: whoever was played in it is gone, with the papers."""

    def changed(self) -> AsyncIterator[None]:
        """One item for each change of `state`."""


# What flows tell the clerk; pings and the bytes of documents are the room's own affair.
ToClerk = PrintProgress | StillTaken | BoothState | NoteFromBooth


class Rooms(Protocol):
    """The agent's own seat in a room: document camera and data channels."""

    async def open(self, visit: PrepareVisit) -> None:
        """Take the seat and wait for the clerk's offer."""

    async def take_signal(self, signal: Signal) -> None:
        """A signal for `Participant.BOOTH_AGENT`."""

    async def faces_are_up(self) -> None:
        """The clerk's face is seen in the booth: take part without further delay."""

    async def show_camera(self) -> None:
        """Let the document camera's picture flow: the visit has begun."""

    async def say(self, message: ToClerk) -> None:
        """Tell the clerk something on the control channel, if it is open."""

    async def close(self, room: RoomId) -> None:
        """Leave, and forget every byte that came."""


class Prover(Protocol):
    """Signs with the device's key for its own participants."""

    def statement(self) -> str:
        """The issuer's word about the device's key."""

    def prove(
        self,
        *,
        room: RoomId,
        participant: Participant,
        towards: Participant,
        attempt: int,
        fingerprint: str,
    ) -> str:
        """Vouch for a DTLS certificate of this device."""

    def check(self, signal: Signal, *, fingerprint: str, sub: str) -> None:
        """Did the signal's sender vouch for ``fingerprint``? Else `shared.orders.NotProven`.

        ``sub`` is the sender's name in key statements; empty: any of the staff.
        """


# --- what the world asks of flows --------------------------------------------------------------


class Orders(Protocol):
    """Asked by the control plane, over the uplink; what comes here is signed and in time."""

    async def obey(self, command: Body) -> str:
        """Carry a command out; gives "" when it is done, else the reason why it failed."""

    async def configure(self, twin: TwinDesired | Board) -> None:
        """The device's wanted configuration, or the point's live state."""

    async def pass_signal(self, signal: Signal) -> None:
        """A WebRTC signal for one of the booth's two participants."""

    async def link_changed(self, *, connected: bool) -> None:
        """The control plane came into reach, or went out of it."""


class Ticketing(Protocol):
    """Asked by the waiting-area screen; the page makes the id, once for each wish."""

    async def take(
        self,
        id: MessageId,  # noqa: A002
        service: ServiceCode,
        language: Language,
        more: tuple[ServiceCode, ...] = (),
        *,
        in_order: bool = False,
    ) -> TicketIssued | Refused:
        """A number, or why not; the paper follows by itself. In order: ``service`` comes first."""

    async def cancel(self, id: MessageId, ticket: TicketId) -> TicketAccepted | Refused:  # noqa: A002
        """The visitor changed their mind."""

    async def give_back(self, id: MessageId, ticket: TicketId) -> TicketAccepted | Refused:  # noqa: A002
        """A visitor who missed the call is here again."""

    async def let_pass(self, id: MessageId, ticket: TicketId) -> TicketAccepted | Refused:  # noqa: A002
        """A visitor who is not ready lets others pass."""


class Help(Protocol):
    """Asked by screens and buttons."""

    async def press(self, place: Place) -> None:
        """Somebody needs help: lamp, screen, event."""

    async def seek(self) -> None:
        """Somebody is looked for who does not hear the call: lamp."""

    async def settle(self) -> None:
        """Help has come: lamp out."""


class VisitControl(Protocol):
    """Asked by the booth's screen, the sensor and the room."""

    @property
    def room(self) -> RoomId | None:
        """The room of the visit, or of a clerk's link; no other may be signed or signalled for."""

    def sub_of(self, participant: Participant) -> str | None:
        """By which name in key statements a party of that room is known.

        Empty: any of the staff. None: nobody may come in as this one.
        """

    async def screen_reported(self, report: "ScreenReport") -> None:
        """The booth's screen tells how its devices and its picture are."""

    async def rate(self, smiley: int) -> None:
        """One smiley for the visit that goes on."""

    async def finish(self) -> None:
        """The visitor pressed «end» and confirmed it."""

    async def more_time(self) -> None:
        """The visitor wants to look at the smileys for longer."""


@dataclass(frozen=True, slots=True)
class ScreenReport:
    """What the booth's screen page found on its own machine."""

    visit: VisitId | None
    microphone: bool
    camera: bool
    speaker: bool
    clerk_seen: bool  # the first frame of the clerk was decoded
    drawn: bool  # camera or microphone are drawn stand-ins
    cameras: tuple[tuple[str, str], ...] = ()  # (id, label)
    microphones: tuple[tuple[str, str], ...] = ()


class Consenting(Protocol):
    """Asked by the booth's screen about the note for the next clerk."""

    async def answer(self, note: NoteId, *, approved: bool) -> None:
        """The visitor's yes or no to the text with this id; an older one is not heard."""


class RoomDesk(Protocol):
    """Asked by the clerk through the data channel; only while a visit runs."""

    async def print_offered(self, offer: PrintOffer) -> bool:
        """May this document be sent to us? What follows goes through `Rooms.say`."""

    async def document_arrived(self, job: JobId, document: bytes) -> None:
        """A whole document whose digest is right."""

    async def print_cancelled(self, cancel: PrintCancel) -> None:
        """Not after all."""

    async def still_wanted(self, wanted: TakeStill) -> "Still | None":
        """A sharp picture; None when there is no camera. Raises `errors.PeripheralError`."""

    async def set_booth(self, wanted: SetBooth) -> None:
        """Volume, camera, microphone, hold."""

    async def note_said(self, said: NoteFromClerk) -> None:
        """About a note for the next clerk, or one that came from an earlier clerk."""

    async def clerk_joined(self) -> None:
        """The control channel is open."""

    async def clerk_lost(self) -> None:
        """The clerk has not been heard for too long on the control channel."""
