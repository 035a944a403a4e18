"""How are tickets and their numbers stored?"""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from control_plane.database import Instant
from control_plane.tickets.rules import Method, TicketState


class Series(SQLModel, table=True):
    """The last number given on a day: of a point's series, or how many of a contingent."""

    __tablename__ = "ticket_series"

    name: str = Field(primary_key=True, max_length=64)  # a point's code, or a contingent's name
    day: date = Field(primary_key=True)
    last: int


class Ticket(SQLModel, table=True):
    """One visitor's place; anonymous by construction."""

    __tablename__ = "tickets"
    __table_args__ = (
        sa.UniqueConstraint("point", "day", "number", "plan_step"),
        sa.Index("tickets_by_agency", "agency", "state", "arrived_at"),
        sa.Index("tickets_by_point", "point", "state"),
        sa.Index("tickets_by_expiry", "state", "expires_at"),
        sa.Index("tickets_by_day", "day", "agency"),
        sa.Index("tickets_by_seat", "kept_until"),
        sa.Index("tickets_by_plan", "plan_id"),
    )

    id: UUID = Field(primary_key=True)
    number: int
    point: str = Field(max_length=64)
    day: date
    agency: str = Field(max_length=64)
    service: str = Field(max_length=64)
    language: str = Field(max_length=8)
    state: str = Field(default=TicketState.WAITING, max_length=20)
    arrived_at: datetime = Field(sa_type=Instant)  # first arrival, never reset
    expires_at: datetime = Field(sa_type=Instant)
    missed_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    returned: bool = False
    # What was promised when the number was given, and what became of it at the first call.
    promised_low_min: int | None = None
    promised_high_min: int | None = None
    promised_s: int | None = None  # the middle of what was foreseen; never shown
    promised_by: str = Field(default=Method.UNKNOWN, max_length=20)
    waited_s: int | None = None  # from first arrival to first call
    # The emergency closing that ended it: its holder may claim the place on the next day.
    closed_by: str | None = Field(default=None, max_length=36)
    queued_at: datetime = Field(sa_type=Instant)  # when it came to this queue
    priority: str = Field(default="", max_length=20)  # a class of the agency's policy
    # The one clerk for whom it waits, or who parked it; anybody's from the time on.
    for_staff: UUID | None = Field(default=None, index=True)
    for_staff_until: datetime | None = Field(default=None, sa_type=Instant)
    not_before: datetime | None = Field(default=None, sa_type=Instant)  # not callable before
    parked_for: str = Field(default="", max_length=40)
    # The visitor still sits there, and is asked out at the time.
    kept_booth: str | None = Field(default=None, max_length=64)
    kept_until: datetime | None = Field(default=None, sa_type=Instant)
    avoids_booth: str = Field(default="", max_length=64)  # a visit broke off there
    transfers: int = 0
    # One visit of several errands: a ticket for each, all with one number.
    plan_id: UUID | None = None
    plan_step: int = 0
    plan_after: int | None = None  # the step that must be over before this one is called
    passes: int = 0  # how often the visitor let others pass
    booked_for: datetime | None = Field(default=None, sa_type=Instant)  # came for a booking then


class Handling(SQLModel, table=True):
    """How many tickets of an agency were served, and how long that took altogether."""

    __tablename__ = "ticket_handling"

    agency: str = Field(primary_key=True, max_length=64)
    served: int
    total_s: int = Field(sa_type=sa.BigInteger)


class ServiceHandling(SQLModel, table=True):
    """The same for one service, and the squares of the seconds: how different its visits are."""

    __tablename__ = "service_handling"

    service: str = Field(primary_key=True, max_length=64)
    served: int
    total_s: int = Field(sa_type=sa.BigInteger)
    squares_s2: int = Field(sa_type=sa.BigInteger)


series = SQLModel.metadata.tables["ticket_series"]
tickets = SQLModel.metadata.tables["tickets"]
handling = SQLModel.metadata.tables["ticket_handling"]
service_handling = SQLModel.metadata.tables["service_handling"]
