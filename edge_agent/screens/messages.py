"""What may a page say to its agent? Strict words; what is not among them is not heard."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from edge_agent.ports import Screen
from shared.identifiers import ServiceCode
from shared.languages import Language
from shared.rooms import Participant, Signal

LARGEST = 64 * 1024  # an SDP and its escapes

Fingerprint = Annotated[str, Field(pattern=r"^([0-9A-F]{2}:){31}[0-9A-F]{2}$")]


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Hello(_Said):
    """Always the first."""

    type: Literal["hello"]
    screen: Screen
    token: Annotated[str, Field(max_length=256)]


class Take(_Said):
    """A number, please."""

    type: Literal["take"]
    id: UUID
    service: ServiceCode
    language: Language
    more: Annotated[tuple[ServiceCode, ...], Field(max_length=12)] = ()  # of the same visit
    in_order: bool = False  # the first must be done before the others


class Cancel(_Said):
    """The place is given up."""

    type: Literal["cancel"]
    id: UUID
    ticket_id: UUID


class Return(_Said):
    """Back after a missed call."""

    type: Literal["return"]
    id: UUID
    ticket_id: UUID


class Pass(_Said):
    """Not ready yet: others first."""

    type: Literal["pass"]
    id: UUID
    ticket_id: UUID


class CallHelp(_Said):
    """Somebody needs help."""

    type: Literal["help"]


class Speak(_Said):
    """Read this aloud."""

    type: Literal["speak"]
    id: UUID
    language: Language
    text: Annotated[str, Field(min_length=1, max_length=1000)]


class FoundReport(_Said):
    """How the booth's page is."""

    visit: UUID | None = None
    microphone: bool
    camera: bool
    speaker: bool
    clerk_seen: bool
    drawn: bool
    cameras: Annotated[tuple[tuple[str, str], ...], Field(max_length=32)] = ()
    microphones: Annotated[tuple[tuple[str, str], ...], Field(max_length=32)] = ()


class Report(_Said):
    """The booth's page tells how it is."""

    type: Literal["report"]
    report: FoundReport


class Signalled(_Said):
    """A WebRTC signal of the booth's page."""

    type: Literal["signal"]
    signal: Signal


class Prove(_Said):
    """Vouch for the page's DTLS certificate, please."""

    type: Literal["prove"]
    id: UUID
    room: UUID
    towards: Participant
    attempt: Annotated[int, Field(ge=0, le=1_000_000)]
    fingerprint: Fingerprint


class ToCheck(_Said):
    """The other side's proof as it came in an offer."""

    proof: Annotated[str, Field(max_length=2_000)]
    statement: Annotated[str, Field(max_length=2_000)]
    room_id: UUID
    attempt: Annotated[int, Field(ge=0, le=1_000_000)]
    sender: Participant = Participant.CLERK


class Check(_Said):
    """Is this fingerprint that of the one who sent it?"""

    type: Literal["check"]
    id: UUID
    signal: ToCheck
    fingerprint: Fingerprint


class Rate(_Said):
    """One smiley."""

    type: Literal["rate"]
    smiley: Annotated[int, Field(ge=1, le=5)]


class Finish(_Said):
    """End the visit; the page asked whether it is meant."""

    type: Literal["finish"]


class AnswerNote(_Said):
    """May this text go to the next clerk?"""

    type: Literal["note"]
    id: UUID
    approved: bool


class Alive(_Said):
    """The page's own code runs."""

    type: Literal["alive"]


class MoreTime(_Said):
    """Not so fast."""

    type: Literal["more_time"]


class Act(BaseModel):
    """Something done on the bench; its own fields are judged there."""

    model_config = ConfigDict(frozen=True, extra="allow")

    type: Literal["bench"]
    action: Annotated[str, Field(max_length=32)]


Said = (
    Take
    | Cancel
    | Return
    | Pass
    | CallHelp
    | Speak
    | Report
    | Signalled
    | Prove
    | Check
    | Rate
    | Finish
    | AnswerNote
    | Alive
    | MoreTime
    | Act
)

_COMMON: tuple[type[BaseModel], ...] = (Alive, Speak)
ALLOWED: dict[Screen, tuple[type[BaseModel], ...]] = {
    Screen.WAITING_AREA: (*_COMMON, Take, Cancel, Return, Pass, CallHelp),
    Screen.BOOTH: (
        *_COMMON,
        CallHelp,
        Report,
        Signalled,
        Prove,
        Check,
        Rate,
        Finish,
        AnswerNote,
        MoreTime,
    ),
    Screen.INFO: (Alive,),
    Screen.BENCH: (Alive, Act),
    Screen.STAGE: (Alive,),
}

_SAID: TypeAdapter[Said] = TypeAdapter(Annotated[Said, Field(discriminator="type")])


def read_hello(text: str) -> Hello | None:
    """The greeting, None when it is none."""
    try:
        return Hello.model_validate_json(text)
    except ValidationError:
        return None


def read_said(screen: Screen, text: str) -> Said | None:
    """What this screen says; None when it is not understood or not this screen's to say."""
    try:
        said = _SAID.validate_json(text)
    except ValidationError:
        return None
    return said if isinstance(said, ALLOWED[screen]) else None
