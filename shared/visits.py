"""What does a device do in a visit, and what does it tell about it?

The order of a visit: prepare → (picture up) → call → arrived → begin → end → wiped.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from shared.envelope import Body, Wire, WireTime
from shared.identifiers import BoothCode, JobId, RoomId, VisitId
from shared.languages import Language
from shared.rooms import IceServer, Participant
from shared.tickets import TicketNumber


class PrepareVisit(Body):
    """``down/command``: test the booth, join the room and show the clerk's picture.

    *done* means: the checks passed and the booth's screen has decoded the clerk's picture.
    Nothing of the booth's camera or microphone leaves it yet.
    """

    kind: ClassVar[str] = "visit.prepare"
    visit_id: VisitId
    room_id: RoomId
    booth: BoothCode
    number: TicketNumber
    # The day of the number, which begins anew each day; a note is passed on within it.
    day: date | None = None
    language: Language
    clerk_name: Annotated[str, Field(max_length=64)]  # as the clerk wishes to be called
    # ``sub`` of the only key statements by which the clerk may offer; empty: any of the staff.
    clerk_sub: Annotated[str, Field(max_length=64)] = ""
    agency_name: Annotated[str, Field(max_length=120)]  # in the visitor's language, booth only
    ice_servers: tuple[IceServer, ...]
    relay_only: bool
    # Has the agency switched printing on at this point? What does not say so is older than that.
    may_print: bool = True


class CallVisitor(Body):
    """``down/command``: chime, speech and picture; a recall has a higher ``attempt``."""

    kind: ClassVar[str] = "visit.call"
    visit_id: VisitId
    number: TicketNumber
    booth: BoothCode
    language: Language
    attempt: Annotated[int, Field(ge=1)]
    attempts: Annotated[int, Field(ge=1)]


class BeginVisit(Body):
    """``down/command``: the visitor is in the booth; the booth's camera and microphone open."""

    kind: ClassVar[str] = "visit.begin"
    visit_id: VisitId


class Companion(Wire):
    """Somebody else in a visit's room: the visitor's screen names them before they are heard."""

    participant: Participant
    name: Annotated[str, Field(max_length=64)]  # as the person wishes to be called
    # ``sub`` of the only key statements by which this one may come in; empty: by none.
    sub: Annotated[str, Field(max_length=64)]
    agency_name: Annotated[str, Field(max_length=120)]  # in the visitor's language


class ChangeParties(Body):
    """``down/command``: whom the visitor meets from now on.

    The whole of it each time, so that a later ``turn`` makes up for what came late, twice or never.
    Another ``room_id`` means that another clerk has the visit: it goes on in a room of that one's.
    """

    kind: ClassVar[str] = "visit.parties"
    visit_id: VisitId
    turn: Annotated[int, Field(ge=1)]
    room_id: RoomId
    clerk_name: Annotated[str, Field(max_length=64)]
    clerk_sub: Annotated[str, Field(max_length=64)] = ""
    companions: Annotated[tuple[Companion, ...], Field(max_length=3)] = ()
    ice_servers: tuple[IceServer, ...] | None = None  # none: as before


class CancelVisit(Body):
    """``down/command``: nobody came, or the clerk is gone; close the room, free the booth."""

    kind: ClassVar[str] = "visit.cancel"
    visit_id: VisitId
    reason: Annotated[str, Field(pattern="^(no_show|clerk_gone|not_ready|withdrawn)$")]
    number_ends: bool = False  # it is not called again: nothing waits for it any longer


class Outcome(StrEnum):
    """How a visit ended, in the clerk's word."""

    DONE = "done"
    POSTED = "posted"  # the papers go by post
    MOVED_ON = "moved_on"  # to another service, agency or clerk, or back to this one in a while
    NOT_ABLE = "not_able"


class EndVisit(Body):
    """``down/command``: remind of papers and ID, ask for a smiley, wipe.

    *moved*: another clerk goes on with the matter, so there is neither farewell nor smiley. The
    visitor stays seated for ``seated_s`` seconds at most, and at 0 waits outside again.
    """

    kind: ClassVar[str] = "visit.end"
    visit_id: VisitId
    reason: Annotated[str, Field(pattern="^(ended|lost|moved)$")]
    number_ends: bool = False  # it has no other visit to come: nothing waits for it any longer
    seated_s: Annotated[int, Field(ge=0, le=3600)] = 0


class LeaveSeat(Body):
    """``down/command``: nobody came in time; whoever is seated since this visit waits outside.

    The booth wipes once more, and its receipt says that it may be let again.
    """

    kind: ClassVar[str] = "visit.leave_seat"
    visit_id: VisitId


class VisitorArrived(Body):
    """``up/event``: the booth's presence sensor saw the visitor come in."""

    kind: ClassVar[str] = "visit.arrived"
    visit_id: VisitId
    at: WireTime


class VisitorEnded(Body):
    """``up/event``: the visitor pressed «end» on the booth's screen.

    In a visit that ends it. Of one that has not begun, or after which the visitor sat on for
    another clerk, it means that they wait no longer: the number is given up.
    """

    kind: ClassVar[str] = "visit.ended_by_visitor"
    visit_id: VisitId
    at: WireTime


class VisitLost(Body):
    """``up/event``: the device restarted or lost the room; the visit cannot go on there."""

    kind: ClassVar[str] = "visit.lost"
    visit_id: VisitId
    reason: Annotated[str, Field(max_length=40)]
    at: WireTime


class VisitRated(Body):
    """``up/event``: one smiley; it is stored without a person."""

    kind: ClassVar[str] = "visit.rated"
    visit_id: VisitId
    smiley: Annotated[int, Field(ge=1, le=5)]


class PrintState(StrEnum):
    """A print job's life; *out* only when sheets were counted, else *doubtful*."""

    OFFERED = "offered"
    CHECKED = "checked"
    REFUSED = "refused"
    PRINTING = "printing"
    OUT = "out"
    DOUBTFUL = "doubtful"
    FAILED = "failed"
    PURGED = "purged"


FINAL_PRINT_STATES = frozenset(
    {
        PrintState.REFUSED,
        PrintState.OUT,
        PrintState.DOUBTFUL,
        PrintState.FAILED,
        PrintState.PURGED,
    }
)


class PrintEnded(Body):
    """``up/event``: a print job came to its end; the audit log's row, without any content."""

    kind: ClassVar[str] = "print.ended"
    visit_id: VisitId
    job_id: JobId
    state: PrintState
    reason: Annotated[str, Field(max_length=40)] = ""
    pages: int = 0
    sheets: int | None = None


class BoothWiped(Body):
    """``up/event``: the booth forgot the visit; without a clean receipt it is out of use."""

    kind: ClassVar[str] = "booth.wiped"
    visit_id: VisitId
    clean: bool
    found: tuple[Annotated[str, Field(max_length=40)], ...] = ()  # places, never contents
    at: WireTime
