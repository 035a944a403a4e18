"""How do documents travel between the clerk's browser and the booth's agent?

Over the room's WebRTC connection only, in two data channels that the clerk's side opens:
``control`` (JSON texts, each one of the messages below with its ``kind``) and ``documents``
(binary, ordered). A document is announced on ``control`` and then sent on ``documents`` in
frames: 16 bytes transfer id, 8 bytes big-endian offset, then at most `CHUNK` bytes. The
receiver answers `TransferReceived`; after a new connection it says from where to go on.
``control`` also carries the hand-over notes of `shared.notes`.
"""

import struct
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter, ValidationError

from shared.envelope import NotUnderstood, Wire, WireTime
from shared.identifiers import JobId, StillId, TransferId
from shared.notes import NoteFromBooth, NoteFromClerk
from shared.telemetry import PeripheralStatus
from shared.visits import PrintState

CONTROL = "control"
DOCUMENTS = "documents"

HEADER = struct.Struct(">16sQ")
FRAME = 65_536
CHUNK = FRAME - HEADER.size
MAX_DOCUMENT = 20 * 1024 * 1024
MAX_CONTROL = 16_384
HIGH_WATER = 1024 * 1024
LOW_WATER = 256 * 1024

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
MediaType = Literal["application/pdf", "image/jpeg", "image/png"]


class Announced(Wire):
    """A document that is about to come on ``documents``."""

    transfer_id: TransferId
    size: Annotated[int, Field(ge=1)]  # bytes; the receiver bounds it
    sha256: Sha256
    media_type: str


class PrintOffer(Wire):
    """Clerk → booth: print this here. No file name: it could hold a person's."""

    kind: Literal["print.offer"] = "print.offer"
    job_id: JobId
    document: Announced
    copies: Annotated[int, Field(ge=1, le=5)] = 1


class PrintCancel(Wire):
    """Clerk → booth: do not print it after all."""

    kind: Literal["print.cancel"] = "print.cancel"
    job_id: JobId


class PrintProgress(Wire):
    """Booth → clerk: the printer's truth about one job."""

    kind: Literal["print.progress"] = "print.progress"
    job_id: JobId
    state: PrintState
    reason: str = ""
    pages: int = 0
    sheets: int | None = None


class TakeStill(Wire):
    """Clerk → booth: a sharp picture at the sensor's full size, please."""

    kind: Literal["still.take"] = "still.take"
    still_id: StillId


class StillTaken(Wire):
    """Booth → clerk: the picture, or why there is none."""

    kind: Literal["still.taken"] = "still.taken"
    still_id: StillId
    document: Announced | None = None
    width: int = 0
    height: int = 0
    reason: str = ""


class TransferReceived(Wire):
    """Receiver → sender: how much is here; ``whole`` after the digest was found right."""

    kind: Literal["transfer.received"] = "transfer.received"
    transfer_id: TransferId
    offset: int
    whole: bool = False
    reason: str = ""


class MediaDevice(Wire):
    """A camera or microphone of the booth's screen, to choose among."""

    id: str
    label: str


class SetBooth(Wire):
    """Clerk → booth: change what is named, leave the rest."""

    kind: Literal["booth.set"] = "booth.set"
    volume: Annotated[int, Field(ge=0, le=100)] | None = None
    camera: str | None = None
    microphone: str | None = None
    on_hold: bool | None = None


class BoothState(Wire):
    """Booth → clerk, at once and at each change: what the booth can do now."""

    kind: Literal["booth.state"] = "booth.state"
    peripherals: tuple[PeripheralStatus, ...]
    volume: int
    cameras: tuple[MediaDevice, ...]
    microphones: tuple[MediaDevice, ...]
    camera: str
    microphone: str
    on_hold: bool
    screen_here: bool  # the booth's screen page is alive


class Ping(Wire):
    """Either side every 2 s: consent checks of ICE are far too slow to notice a loss."""

    kind: Literal["ping"] = "ping"
    sent_at: WireTime


class Pong(Wire):
    """The answer to a ping, with its own time back."""

    kind: Literal["pong"] = "pong"
    sent_at: WireTime


FromClerk = (
    PrintOffer | PrintCancel | TakeStill | TransferReceived | SetBooth | NoteFromClerk | Ping | Pong
)
FromBooth = PrintProgress | StillTaken | TransferReceived | BoothState | NoteFromBooth | Ping | Pong

_FROM_CLERK: TypeAdapter[FromClerk] = TypeAdapter(Annotated[FromClerk, Field(discriminator="kind")])


def read_from_clerk(text: str) -> FromClerk:
    """Understand a control message of the clerk's side, or raise `NotUnderstood`."""
    if len(text) > MAX_CONTROL:
        raise NotUnderstood("too_large")
    try:
        return _FROM_CLERK.validate_json(text)
    except ValidationError:
        raise NotUnderstood("malformed") from None


def frame(transfer_id: TransferId, offset: int, chunk: bytes) -> bytes:
    """One binary message of a document."""
    return HEADER.pack(transfer_id.bytes, offset) + chunk


def read_frame(message: bytes) -> tuple[TransferId, int, bytes]:
    """Take a binary message apart: (transfer, offset, bytes), or raise `NotUnderstood`."""
    if not HEADER.size < len(message) <= FRAME:
        raise NotUnderstood("malformed")
    identity, offset = HEADER.unpack_from(message)
    return TransferId(UUID(bytes=identity)), offset, message[HEADER.size :]
