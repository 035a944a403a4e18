"""What do a point's screens and the control plane say to each other about tickets?"""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from shared.envelope import Body, Wire, WireTime
from shared.identifiers import AgencyCode, BootId, ServiceCode, TicketId
from shared.languages import Language

# Numbers on screens are short: 1 to 999 in a day, one neutral series per point.
TicketNumber = Annotated[int, Field(ge=1, le=9999)]


class WaitRange(Wire):
    """A promise in boxes, never a raw number: «10 to 20 min»."""

    low_min: int
    high_min: int


class FurtherErrand(Wire):
    """Another matter of the same visit; ``after``: the service that must be done before it."""

    service: ServiceCode
    after: ServiceCode | None = None


class TakeTicket(Body):
    """``up/request``: a visitor wants a number. The message id is the request's id for good.

    With further errands the one number waits for all of them at once, and is called for one at a
    time.
    """

    kind: ClassVar[str] = "ticket.take"
    service: ServiceCode
    language: Language
    # The device has no say about the time of arrival: it tells the age of the touch by its
    # monotonic clock within one boot, and the server bounds it.
    age_s: Annotated[float, Field(ge=0, le=86400)]
    boot_id: BootId
    after: ServiceCode | None = None
    more: Annotated[tuple[FurtherErrand, ...], Field(max_length=12)] = ()


class CancelTicket(Body):
    """``up/request``: the visitor gave the place up, or the paper was never taken."""

    kind: ClassVar[str] = "ticket.cancel"
    ticket_id: TicketId


class ReturnTicket(Body):
    """``up/request``: a visitor who missed the call is here again."""

    kind: ClassVar[str] = "ticket.return"
    ticket_id: TicketId


class PassTicket(Body):
    """``up/request``: a visitor is not ready and lets others pass for a while."""

    kind: ClassVar[str] = "ticket.pass"
    ticket_id: TicketId


class AskBoard(Body):
    """``up/request``: what should the screens of this point show now?"""

    kind: ClassVar[str] = "board.ask"


class TicketIssued(Body):
    """``down/reply``: the number, and what can honestly be said of the wait."""

    kind: ClassVar[str] = "ticket.issued"
    ticket_id: TicketId
    number: TicketNumber
    day: date
    service: ServiceCode
    before: int
    wait: WaitRange | None  # None: unknown, too little has been served to tell
    more: tuple[ServiceCode, ...] = ()  # of the same visit; the wait is until the first call
    total: WaitRange | None = None  # of several errands: until the last one is done
    at_once: bool = False  # clerk and booth are taken for this visitor: the call comes at once


class TicketAccepted(Body):
    """``down/reply``: cancelled or returned, as asked."""

    kind: ClassVar[str] = "ticket.accepted"
    ticket_id: TicketId


class RefusalCode(StrEnum):
    """Why a request was refused; each has words on the screens in every language."""

    NO_CLERK_ON_DUTY = "no_clerk_on_duty"
    CLOSED = "closed"
    QUEUE_CLOSED = "queue_closed"
    CLOSING_SOON = "closing_soon"
    FULL_TODAY = "full_today"
    EMERGENCY = "emergency"
    BOOKING_DAY = "booking_day"
    SERVICE_NOT_OFFERED = "service_not_offered"
    TOO_LATE_TO_RETURN = "too_late_to_return"
    NO_MORE_PASSES = "no_more_passes"
    PLAN_TOO_LONG = "plan_too_long"
    PLAN_TWICE = "plan_twice"
    PLAN_UNKNOWN = "plan_unknown"  # one that must be done before is no errand of the visit
    PLAN_LOOP = "plan_loop"
    NOT_FOUND = "not_found"
    NOT_UNDERSTOOD = "not_understood"
    OFFLINE = "offline"


class InsteadWay(StrEnum):
    """What a visitor can do who gets no number; each has words on the screens."""

    ASK = "ask"
    BOOK = "book"
    ANOTHER_DAY = "another_day"
    CALL = "call"
    SERVICE = "service"  # a number for another service of the same agency


class Instead(Wire):
    """The way on from a closed queue; ``service`` is named with `InsteadWay.SERVICE` only."""

    way: InsteadWay
    service: ServiceCode | None = None


class Refused(Body):
    """``down/reply``: no, and why."""

    kind: ClassVar[str] = "refused"
    code: RefusalCode
    instead: Instead | None = None
    opens_at: WireTime | None = None  # when a number can be had again, as far as is known


class Received(Body):
    """``down/reply``: the event whose id stands in ``re`` is stored; do not send it again."""

    kind: ClassVar[str] = "received"


class Readiness(StrEnum):
    """Can a number for this agency be taken here now?"""

    OPEN = "open"
    NO_CLERK = "no_clerk"
    CLOSED = "closed"  # the point is, or the agency's queue by its hours
    BOOKING_DAY = "booking_day"  # nobody is served there today but who has a booking
    QUEUE_CLOSED = "queue_closed"  # by its agency; those who wait are served
    CLOSING_SOON = "closing_soon"  # whoever waits already fills the time that is left
    FULL_TODAY = "full_today"  # the day's numbers are given
    EMERGENCY = "emergency"  # nobody is served any more today


class ServiceState(Wire):
    """A service for which no number can be had though its agency is open."""

    service: ServiceCode
    readiness: Readiness
    instead: Instead | None = None


class AgencyState(Wire):
    """One agency as the waiting-area screen needs it, before anybody takes a number."""

    agency: AgencyCode
    readiness: Readiness
    instead: Instead | None = None
    opens_at: WireTime | None = None  # of a queue that is not open: when it is next
    services: tuple[ServiceState, ...] = ()  # those that are not open while the agency is


class CalledNumber(Wire):
    """A number on the info screen: no agency, no service, no name."""

    number: TicketNumber
    booth: str
    missed: bool = False
    ticket_id: TicketId


class WaitGrew(StrEnum):
    """Why the wait at a point has grown; each has words on the screens, none tells an agency."""

    CLERK_LEFT = "clerk_left"
    BOOTH_OUT = "booth_out"
    CAME_BEFORE = "came_before"  # one who has a place before others: booked, returned, passed on
    MORE_CAME = "more_came"
    VISITS_LAST = "visits_last"  # visits take longer than was expected


class Board(Body):
    """``down/twin`` and the reply to `AskBoard`: the point's live state; a higher version wins."""

    kind: ClassVar[str] = "board"
    version: int
    agencies: tuple[AgencyState, ...]
    called: tuple[CalledNumber, ...]
    waiting: int
    # For somebody who comes now, whatever for; None: unknown.
    wait: WaitRange | None = None
    # A `WaitGrew`, or empty; a device that does not know a word of it shows none.
    wait_because: str = ""
