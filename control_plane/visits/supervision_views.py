"""How does a supervisor see an agency's queues, clerks and booths? The API's models."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from control_plane.queues.rules.closing import Kind
from control_plane.service_points.rules.days import DayKind
from control_plane.staff.rules import ClerkState
from control_plane.tickets.rules import TicketState
from control_plane.visits.views import Named
from shared.envelope import WireTime
from shared.identifiers import TicketId
from shared.languages import Language, Text
from shared.tickets import InsteadWay


class SupervisedPoint(Named):
    """A point with its booths: ready for the next, in use, and out of use."""

    region: Text | None
    free: int
    in_use: int
    out_of_use: int


class SupervisedService(Named):
    """A service of an agency."""

    agency: str


class QueueHours(BaseModel):
    """How the agency's queue at a point stands today, by the point's own clock."""

    point: str
    timezone: str
    kind: DayKind
    is_open: bool
    closes_at: WireTime | None  # for today; null: not today, or never
    opens_at: WireTime | None  # next, while it is not open; null: not in the near future


class QueueCell(BaseModel):
    """One agency's service at one point now; ``service`` is null for those over agencies."""

    agency: str
    service: str | None
    point: str
    waiting: int
    oldest_at: WireTime | None  # the first arrival of who has waited longest
    called: int
    in_session: int


class WaitingNumber(BaseModel):
    """A number that waits, or missed its call; anonymous."""

    id: TicketId
    number: int
    point: str
    service: str
    language: Language
    state: TicketState
    arrived_at: WireTime
    returned: bool
    priority: str  # a class of its own; empty: its service's


class TeamMember(BaseModel):
    """A clerk: doing what, since when and why. ``forced``: a supervisor chose it."""

    id: UUID
    name: str
    state: ClerkState
    since: WireTime
    reason: str
    last_one: bool
    forced: bool


class StateCount(BaseModel):
    """How many of an agency's clerks are in a state."""

    agency: str
    state: ClerkState
    count: int


class Day(BaseModel):
    """An agency's figures of today, by their usual names (`queues/rules/level.py`)."""

    agency: str
    target_percent: int
    target_s: int
    short_s: int
    offered: int
    answered: int
    served: int
    abandoned: int
    short: int
    sent_away: int
    missed: int
    returned: int
    mean_wait_s: float | None
    median_wait_s: float | None
    level_answered: float | None
    level_offered: float | None


class ClosingView(BaseModel):
    """A queue that is closed, or has a limit."""

    id: str
    agency: str
    point: str | None
    service: str | None
    kind: Kind
    most: int | None
    given: int
    instead: InsteadWay
    instead_service: str | None
    made_at: WireTime
    ends_at: WireTime | None


class BroadcastView(BaseModel):
    """What every desk of an agency is told, and how many have read it."""

    id: UUID
    text: str
    sender: str
    at: WireTime
    ends_at: WireTime
    read: int


class May(BaseModel):
    """What the asker may do."""

    close: bool
    steer: bool


class Supervision(BaseModel):
    """Everything that the supervisor's board shows."""

    now: WireTime
    may: May
    agencies: list[Named]
    services: list[SupervisedService]
    points: list[SupervisedPoint]
    hours: list[QueueHours]  # of the agency's queues; none for those over agencies
    cells: list[QueueCell]
    tickets: list[WaitingNumber]
    more_tickets: int
    classes: list[str]  # that the agency has named, and a number may be put into
    days: list[Day]
    clerks: list[TeamMember]
    states: list[StateCount]
    closings: list[ClosingView]
    broadcasts: list[BroadcastView]


class ActView(BaseModel):
    """What was done, from the audit log; ``detail`` holds codes, ids and the reason."""

    seq: int
    at: WireTime
    who: str | None  # null: not of this agency
    action: str
    subject: str
    detail: dict[str, object]


Reason = Annotated[str, Field(min_length=1, max_length=200)]
