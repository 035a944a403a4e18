"""How do desks see queue, booths and visits? The API's models."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from control_plane.fleet.rules import BoothState
from control_plane.routing.rules.choices import Mode
from control_plane.staff.rules import BusyWith, ClerkState
from control_plane.tickets.rules import TicketState
from control_plane.visits.consult_rules import ConsultState
from control_plane.visits.rules import ParkReason, VisitState
from shared.envelope import WireTime
from shared.identifiers import DeviceName, JobId, RoomId, TicketId, VisitId
from shared.languages import Language, Text
from shared.rooms import IceServer
from shared.telemetry import PeripheralStatus
from shared.tickets import WaitRange
from shared.visits import Outcome, PrintState


class Named(BaseModel):
    """A thing by its code and its name in every language."""

    code: str
    name: Text


class Me(BaseModel):
    """What the clerk is doing."""

    state: ClerkState
    since: WireTime
    reason: str
    wrap_up_until: WireTime | None
    last_one: bool
    wants_next: bool
    busy_with: BusyWith | None
    busy_since: WireTime | None
    busy_until: WireTime | None
    shift_until: WireTime | None
    may_overrun: bool
    forgotten: bool


class QueuedService(Named):
    """What a waiting visitor comes for."""

    minutes: int
    needs_print: bool


class Can(BaseModel):
    """What the point can do now."""

    print: bool
    camera: bool


class QueueRow(BaseModel):
    """One waiting ticket. ``callable``: by hand, with a reason; *next* needs an empty why_not."""

    ticket_id: TicketId
    number: int
    point: Named
    service: QueuedService
    language: Language
    arrived_at: WireTime
    wait_s: int
    promised: WaitRange | None  # what the visitor was told; None: that it is not known
    over: bool  # and that it lasts longer by now
    returned: bool
    seated: bool  # still in the booth of the visit before
    for_me: bool  # waits for this clerk
    callable: bool
    why_not: list[str]
    can: Can


class BoothView(Named):
    """A booth as it is now, and why it cannot be used."""

    state: BoothState
    ready: bool
    why: list[str]
    peripherals: list[PeripheralStatus]


class PointView(Named):
    """A point with its booths."""

    booths: list[BoothView]


class VisitedBooth(Named):
    """Where the visit is, and by whose key the booth's two participants are known."""

    device: DeviceName


class VisitedService(Named):
    """What the visitor comes for, and what to have at hand."""

    needs: Text | None


class PrintView(BaseModel):
    """How a print job ended, in the device's word."""

    job_id: JobId
    state: PrintState
    reason: str
    pages: int
    sheets: int | None


class ConsultView(BaseModel):
    """The colleague whom the visit's clerk asked, or who is there."""

    id: UUID
    state: ConsultState
    alias: str
    agency: Named
    sub: Annotated[str, Field(description="Of the only key statements of the colleague's key.")]
    asked_at: WireTime
    expires_at: WireTime
    joined_at: WireTime | None
    can_keep: Annotated[bool, Field(description="Of the visit's own agency.")]
    handed_on: bool


class ConsultRoom(BaseModel):
    """What a colleague needs to come into the room of the visit: nothing about the visitor."""

    room_id: RoomId
    ice_servers: list[IceServer]
    relay_only: bool
    device: DeviceName
    clerk_sub: str
    on_hold: bool


class ConsultCall(BaseModel):
    """A colleague asks this clerk into a visit: who, for what, in which language."""

    id: UUID
    state: ConsultState
    asked_by: str
    agency: Named
    service: Named
    language: Language
    asked_at: WireTime
    expires_at: WireTime
    joined_at: WireTime | None
    can_keep: bool
    handed_on: bool
    room: ConsultRoom | None


class VisitView(BaseModel):
    """A visit as its clerk sees it, with the room's credentials."""

    id: VisitId
    state: VisitState
    ticket_id: TicketId
    number: int
    point: Named
    booth: VisitedBooth
    service: VisitedService
    language: Language
    room_id: RoomId
    ice_servers: list[IceServer]
    relay_only: bool
    since: WireTime
    called_at: WireTime | None
    attempts: int
    max_attempts: int
    recall_at: WireTime | None
    seated: bool
    transfers_left: int
    passes_left: int
    began_at: WireTime | None
    on_hold: bool
    help_pressed_at: WireTime | None
    ended_by_visitor: bool
    failed_reason: str | None
    outcome: Outcome | None
    peripherals: list[PeripheralStatus]
    prints: list[PrintView]
    consult: ConsultView | None


class LinkView(BaseModel):
    """The clerk's own picture stands in a booth, one way, until a visitor is called there."""

    id: UUID
    point: Named
    booth: VisitedBooth
    room_id: RoomId
    ice_servers: list[IceServer]
    relay_only: bool
    opened_at: WireTime
    ends_at: WireTime


class OfferView(BaseModel):
    """A visitor who is offered to the clerk: to be taken or not until it expires."""

    id: UUID
    number: int
    point: Named
    booth: Named
    service: QueuedService
    language: Language
    wait_s: int
    offered_at: WireTime
    expires_at: WireTime


class TransferTarget(Named):
    """An agency to which the visitor can be sent from here today, with its services."""

    on_duty: bool
    services: list[Named]


class Colleague(BaseModel):
    """A clerk of the own agency who is on duty."""

    staff_id: UUID
    alias: str
    state: ClerkState


class ConsultAgency(Named):
    """Another agency that can be asked from here today."""

    services: list[Named]


class ConsultTargets(BaseModel):
    """Whom the clerk of a visit can ask now."""

    colleagues: list[Colleague]
    agencies: Annotated[
        list[ConsultAgency], Field(description="Others, for whose services somebody is free.")
    ]


class TransferTargets(BaseModel):
    """Where the visitor of a visit can be sent."""

    agencies: list[TransferTarget]
    colleagues: list[Colleague]
    seat_s: Annotated[int, Field(description="So long the booth is kept for who stays seated.")]


class RecentVisit(BaseModel):
    """One of the clerk's latest visits."""

    visit_id: VisitId
    number: int
    point: Named
    state: VisitState
    outcome: Outcome | None
    by_visitor: bool  # it was the visitor who ended it, or left before it began
    ended_at: WireTime


class ParkedRow(BaseModel):
    """A visitor in the clerk's own list, who is to be called again."""

    ticket_id: TicketId
    number: int
    point: Named
    service: Named
    reason: ParkReason
    recall_at: WireTime


class MissedRow(BaseModel):
    """A visitor who did not come to the call and still may."""

    ticket_id: TicketId
    number: int
    point: Named
    service: Named
    missed_at: WireTime


class HeldRow(BaseModel):
    """A visitor who keeps the place here while busy with another errand, nobody says with which."""

    ticket_id: TicketId
    number: int
    point: Named
    service: Named
    arrived_at: WireTime


class NoticeView(BaseModel):
    """The latest thing that the clerk must be told: not_ready, no_show, lost…"""

    code: str
    reason: str
    at: WireTime
    number: int | None = None


class DeskMessageView(BaseModel):
    """What a supervisor says: ``broadcast``, or ``forced_`` with the state that was chosen."""

    id: UUID
    code: str
    text: str
    sender: str
    at: WireTime
    ends_at: WireTime


class BreakView(BaseModel):
    """A reason for a break; without a name it is one of the house, which pages have words for."""

    code: str
    name: Text | None


class SharedPart(BaseModel):
    """What every desk of an agency shows alike: made once, whoever looks."""

    agency: Named
    now: WireTime
    waiting: int
    longest_wait_s: int
    on_duty: int
    points: list[PointView]
    mode: Mode
    kept_for: WireTime | None  # the first booking for which all free clerks are kept
    breaks: list[BreakView]
    missed: list[MissedRow]
    held: list[HeldRow]


class OwnPart(BaseModel):
    """What of a desk is its clerk's own."""

    me: Me
    offer: OfferView | None
    link: LinkView | None
    consult: ConsultCall | None
    visit: VisitView | None
    recent: list[RecentVisit]
    notice: NoticeView | None
    messages: list[DeskMessageView]
    parked: list[ParkedRow]


class Desk(BaseModel):
    """Everything that a clerk's desk shows: both parts, and the queue as this clerk sees it."""

    me: Me
    agency: Named
    now: WireTime
    queue: list[QueueRow]
    waiting: int
    longest_wait_s: int
    on_duty: int
    points: list[PointView]
    mode: Mode
    kept_for: WireTime | None
    breaks: list[BreakView]
    offer: OfferView | None
    link: LinkView | None
    consult: ConsultCall | None
    visit: VisitView | None
    recent: list[RecentVisit]
    notice: NoticeView | None
    messages: list[DeskMessageView]
    parked: list[ParkedRow]
    missed: list[MissedRow]
    held: list[HeldRow]


class TicketRow(BaseModel):
    """A ticket in the agency's own list."""

    id: TicketId
    number: int
    point: str
    service: str
    language: Language
    state: TicketState
    arrived_at: WireTime
    ended_at: WireTime | None
    returned: bool


class VisitRow(BaseModel):
    """A visit in the agency's own list."""

    id: VisitId
    ticket_id: TicketId
    number: int
    point: str
    booth: str
    service: str
    language: Language
    state: VisitState
    created_at: WireTime
    called_at: WireTime | None
    attempts: Annotated[int, Field(ge=0)]
    began_at: WireTime | None
    ended_at: WireTime | None
    outcome: Outcome | None
    failed_reason: str | None
