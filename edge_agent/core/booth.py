"""Where does the booth stand, what can happen to it, and what can follow? Values only.

`edge_agent.core.booth_steps` says what follows from what. Times are monotonic seconds.
"""

from dataclasses import dataclass
from enum import StrEnum

from edge_agent.core.readiness import Checks
from shared.identifiers import RoomId, VisitId
from shared.links import CloseLink, OpenLink
from shared.rooms import Participant
from shared.visits import (
    BeginVisit,
    CallVisitor,
    CancelVisit,
    ChangeParties,
    Companion,
    EndVisit,
    LeaveSeat,
    PrepareVisit,
)


class Phase(StrEnum):
    """Where the booth stands; the booth's screen shows it by this name."""

    IDLE = "idle"
    PREPARE = "prepare"
    CALLED = "called"
    VISIT = "visit"
    ENDING = "ending"
    RATE = "rate"
    THANKS = "thanks"
    LEAVING = "leaving"  # asked to wait outside with the same number
    WIPING = "wiping"
    SEATED = "seated"  # wiped; the visitor waits here for another clerk
    OUT_OF_USE = "out_of_use"


# In order of a visit; none is entered again in the same visit, but that whoever was seated is
# asked out or leaves at last, and the booth wiped once more.
ORDER: tuple[Phase, ...] = (
    Phase.PREPARE,
    Phase.CALLED,
    Phase.VISIT,
    Phase.ENDING,
    Phase.RATE,
    Phase.THANKS,
    Phase.LEAVING,
    Phase.WIPING,
    Phase.OUT_OF_USE,
)


@dataclass(frozen=True, slots=True)
class Booth:
    """The booth as it is now; ``visit`` is there from prepare until the wiping is clean.

    While somebody is seated it is the visit before, of which only ids, number and language are
    left; ``seated_until`` is there from its end until the next one begins.
    """

    phase: Phase = Phase.IDLE
    visit: PrepareVisit | None = None
    until: float | None = None  # when this phase ends by itself
    checks: Checks | None = None
    broken_since: float | None = None
    prepared: bool = False
    attempt: int = 0
    arrived: bool = False
    ended_by_visitor: bool = False
    lost: bool = False  # the visit ended without the clerk: nobody is asked for a smiley
    seated_until: float | None = None
    companions: tuple[Companion, ...] = ()  # whom the visitor meets besides the clerk
    turn: int = 0  # of the last word about that
    link: OpenLink | None = None  # whose picture stands here while the booth is idle
    ended: tuple[VisitId, ...] = ()  # of which an end was ordered, the latest last


_IN_ROOM = frozenset({Phase.PREPARE, Phase.CALLED, Phase.VISIT})


def room_of(booth: Booth) -> RoomId | None:
    """The room in which this booth may sign and signal: the visit's, or that of a clerk's link."""
    if booth.visit is not None:
        return booth.visit.room_id if booth.phase in _IN_ROOM else None
    return None if booth.link is None else booth.link.room_id


def sub_of(booth: Booth, participant: Participant) -> str | None:
    """By which name in key statements a party of that room is known.

    Empty: the clerk may be any of the staff. None: nobody may come in as this one.
    """
    if booth.visit is None:
        only_clerk = participant is Participant.CLERK
        return booth.link.clerk_sub if booth.link is not None and only_clerk else None
    if booth.phase not in _IN_ROOM:
        return None
    if participant is Participant.CLERK:
        return booth.visit.clerk_sub
    known = {each.participant: each.sub for each in booth.companions}
    return known.get(participant) or None


def bare(visit: PrepareVisit) -> PrepareVisit:
    """Only what the receipt of the wiping and a seated visitor need: no names, no credentials."""
    return visit.model_copy(
        update={"clerk_name": "", "clerk_sub": "", "agency_name": "", "ice_servers": ()}
    )


class WayOut(StrEnum):
    """What ends when whoever sits in the booth says that they leave."""

    VISIT = "visit"
    NUMBER = "number"  # no clerk has them yet, or no longer: the number is given up


def way_out(booth: Booth) -> WayOut | None:
    """What may be ended on the booth's screen; None: nothing more, or nobody is meant to be there.

    Whoever stays seated does so from the end of the visit before, its wiping included.
    """
    if booth.visit is None or booth.ended_by_visitor:
        return None
    match booth.phase:
        case Phase.VISIT:
            return WayOut.VISIT
        case Phase.CALLED | Phase.SEATED:
            return WayOut.NUMBER
        case Phase.PREPARE | Phase.WIPING if booth.seated_until is not None:
            return WayOut.NUMBER
        case _:
            return None


def may_send(booth: Booth, room: RoomId) -> bool:
    """May a picture or sound of the booth go into ``room`` now?"""
    return booth.phase is Phase.VISIT and booth.visit is not None and booth.visit.room_id == room


# --- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScreenChecked:
    """The booth's page told how it is."""

    visit: VisitId | None
    checks: Checks


@dataclass(frozen=True, slots=True)
class SomebodyCame:
    """The presence sensor changed to occupied."""


@dataclass(frozen=True, slots=True)
class VisitorFinished:
    """Whoever sits in the booth ends the visit, or waits no longer: pressed and confirmed."""


@dataclass(frozen=True, slots=True)
class Rated:
    """One smiley was touched."""

    smiley: int


@dataclass(frozen=True, slots=True)
class MoreTime:
    """The time limit of the smileys was extended."""


@dataclass(frozen=True, slots=True)
class ClerkJoined:
    """The control channel with the clerk is open."""


@dataclass(frozen=True, slots=True)
class ClerkLost:
    """The clerk has not been heard for too long."""


@dataclass(frozen=True, slots=True)
class Restarted:
    """The process started and found a visit in its journal."""

    visit: PrepareVisit
    phase: Phase
    companions: tuple[Companion, ...] = ()
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Wiped:
    """The wiping of a visit came to its end."""

    visit: VisitId
    clean: bool
    found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TimePassed:
    """Nothing happened, but time went on."""


Command = (
    PrepareVisit
    | CallVisitor
    | BeginVisit
    | ChangeParties
    | CancelVisit
    | EndVisit
    | LeaveSeat
    | OpenLink
    | CloseLink
)
Event = (
    Command
    | ScreenChecked
    | SomebodyCame
    | VisitorFinished
    | Rated
    | MoreTime
    | ClerkJoined
    | ClerkLost
    | Restarted
    | Wiped
    | TimePassed
)


# --- effects -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenRoom:
    """Take the agent's seat; the page takes its own when it sees the visit."""

    visit: PrepareVisit


@dataclass(frozen=True, slots=True)
class Prepared:
    """The preparation came to its end; ``reason`` is "" when the visitor may be called."""

    visit: VisitId
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Announce:
    """Chime, speech and picture in the waiting area."""

    call: CallVisitor


@dataclass(frozen=True, slots=True)
class StopAnnouncing:
    """The number is no longer called."""


@dataclass(frozen=True, slots=True)
class ShowCamera:
    """Let the document camera's picture flow."""


@dataclass(frozen=True, slots=True)
class CloseRoom:
    """Leave the room."""

    room: RoomId


@dataclass(frozen=True, slots=True)
class Remind:
    """Say that papers and ID must be taken along."""

    visit: PrepareVisit


@dataclass(frozen=True, slots=True)
class AskToStay:
    """Say that another clerk will come."""

    visit: PrepareVisit


@dataclass(frozen=True, slots=True)
class AskOut:
    """Say that the visitor keeps the number and waits outside."""

    visit: PrepareVisit


@dataclass(frozen=True, slots=True)
class TellArrived:
    """Event: the visitor is in the booth."""

    visit: VisitId


@dataclass(frozen=True, slots=True)
class TellEnded:
    """Event: the visitor wants to end."""

    visit: VisitId


@dataclass(frozen=True, slots=True)
class TellLost:
    """Event: the visit cannot go on here."""

    visit: VisitId
    reason: str


@dataclass(frozen=True, slots=True)
class TellRated:
    """Event: one smiley."""

    visit: VisitId
    smiley: int


@dataclass(frozen=True, slots=True)
class TellWiped:
    """Event: the receipt of the wiping."""

    visit: VisitId
    clean: bool
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wipe:
    """Forget the visit and look for traces of it."""

    visit: VisitId


Effect = (
    OpenRoom
    | Prepared
    | Announce
    | StopAnnouncing
    | ShowCamera
    | CloseRoom
    | Remind
    | AskToStay
    | AskOut
    | TellArrived
    | TellEnded
    | TellLost
    | TellRated
    | TellWiped
    | Wipe
)
