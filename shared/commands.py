"""What may the control plane ask of a device, and what are a command's states?

Every command is signed for one device, has an id stored before its effect, and expires.
Its states are the device's own word.
"""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from shared.envelope import Body, Vocabulary
from shared.links import CloseLink, OpenLink
from shared.telemetry import HelpPressed, PeripheralsChanged
from shared.tickets import (
    AskBoard,
    Board,
    CancelTicket,
    PassTicket,
    Received,
    Refused,
    ReturnTicket,
    TakeTicket,
    TicketAccepted,
    TicketIssued,
)
from shared.twin import TwinDesired, TwinReported
from shared.visits import (
    BeginVisit,
    BoothWiped,
    CallVisitor,
    CancelVisit,
    ChangeParties,
    EndVisit,
    LeaveSeat,
    PrepareVisit,
    PrintEnded,
    VisitLost,
    VisitorArrived,
    VisitorEnded,
    VisitRated,
)


class CommandState(StrEnum):
    """A command's life; *queued* and *sent* are the control plane's word, the rest the device's."""

    QUEUED = "queued"
    SENT = "sent"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


FINAL_COMMAND_STATES = frozenset(
    {CommandState.REFUSED, CommandState.DONE, CommandState.FAILED, CommandState.EXPIRED}
)


class CommandReported(Body):
    """``up/reply``: how far the command in ``re`` has come; states only advance."""

    kind: ClassVar[str] = "command.state"
    state: CommandState
    reason: Annotated[str, Field(max_length=64)] = ""


COMMANDS = Vocabulary[Body](
    [
        PrepareVisit,
        CallVisitor,
        BeginVisit,
        ChangeParties,
        CancelVisit,
        EndVisit,
        LeaveSeat,
        OpenLink,
        CloseLink,
    ]
)
TWINS = Vocabulary[Body]([TwinDesired, Board])
REPLIES = Vocabulary[Body]([TicketIssued, TicketAccepted, Refused, Received, Board])

REQUESTS = Vocabulary[Body]([TakeTicket, CancelTicket, ReturnTicket, PassTicket, AskBoard])
EVENTS = Vocabulary[Body](
    [
        PeripheralsChanged,
        HelpPressed,
        VisitorArrived,
        VisitorEnded,
        VisitLost,
        VisitRated,
        PrintEnded,
        BoothWiped,
        TwinReported,
    ]
)
REPORTS = Vocabulary[Body]([CommandReported])
