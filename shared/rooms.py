"""What do the parties of a room say to each other before media flows?

In a pair the higher rank offers for the connection's whole life; stale attempts are dropped.
There is no renegotiation from the lower side and no ICE restart: a failed connection is
replaced by a new attempt under the same visit.
"""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from shared.envelope import Body, Vocabulary, Wire
from shared.identifiers import RoomId


class Participant(StrEnum):
    """Who is in a room, in order of rank: an earlier one offers to a later one."""

    CLERK = "clerk"
    COLLEAGUE = "colleague"  # a clerk whom the visit's clerk asked in
    INTERPRETER = "interpreter"
    ADVISER = "adviser"
    BOOTH_SCREEN = "booth-screen"
    BOOTH_AGENT = "booth-agent"


RANK: tuple[Participant, ...] = tuple(Participant)


def offers(one: Participant, other: Participant) -> bool:
    """Is it ``one`` who makes the offers in this pair?"""
    return RANK.index(one) < RANK.index(other)


def of_one_device(one: Participant, other: Participant) -> bool:
    """Do both stand on the booth's device? Then they share the local socket, not a connection."""
    booth = {Participant.BOOTH_SCREEN, Participant.BOOTH_AGENT}
    return {one, other} == booth


def meet(one: Participant, other: Participant) -> bool:
    """Does this pair have a connection in a room?

    Everybody sees and hears everybody. Documents, prints and the document camera are one clerk's:
    the booth's agent meets nobody but the clerk whose visit it is.
    """
    if one is other or of_one_device(one, other):
        return False
    return Participant.BOOTH_AGENT not in {one, other} or Participant.CLERK in {one, other}


class IceServer(Wire):
    """A TURN server with a credential that ends with the room (RFC 8656; REST API of coturn)."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = ""


class SignalType(StrEnum):
    """What a signal carries."""

    JOIN = "join"  # the lower rank is there: please offer (attempt is 0)
    OFFER = "offer"
    ANSWER = "answer"
    CANDIDATE = "candidate"
    BYE = "bye"


class Signal(Body):
    """``up/signal`` and ``down/signal``, and the same on the browsers' sockets.

    An offer or answer carries ``proof`` and ``statement`` (see `shared.signing`), by which the
    other side checks the DTLS fingerprint before media flows.
    """

    kind: ClassVar[str] = "signal"
    room_id: RoomId
    sender: Participant
    receiver: Participant
    attempt: Annotated[int, Field(ge=0, le=1_000_000)]
    type: SignalType
    sdp: Annotated[str, Field(max_length=24_000)] = ""
    candidate: Annotated[str, Field(max_length=1_000)] = ""  # empty: end of candidates
    sdp_mid: Annotated[str, Field(max_length=32)] = ""
    proof: Annotated[str, Field(max_length=2_000)] = ""
    statement: Annotated[str, Field(max_length=2_000)] = ""


SIGNALS = Vocabulary[Signal]([Signal])
