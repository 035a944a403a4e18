"""How is a visit stored, and what belongs to it?"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from control_plane.database import Instant
from control_plane.routing.rules.offers import OfferState
from control_plane.visits.consult_rules import ConsultState
from control_plane.visits.rules import VisitState


class Visit(SQLModel, table=True):
    """One coming of one visitor; nothing tells who it was."""

    __tablename__ = "visits"
    __table_args__ = (
        sa.Index("visits_by_due", "due_at"),
        sa.Index("visits_by_state", "state"),
        sa.Index("visits_by_agency", "agency", "created_at"),
        sa.Index("visits_by_end", "agency", "ended_at", "id"),
    )

    id: UUID = Field(primary_key=True)
    state: str = Field(default=VisitState.PREPARING, max_length=20)
    ticket_id: UUID = Field(index=True)
    number: int
    agency: str = Field(max_length=64)
    service: str = Field(max_length=64)
    language: str = Field(max_length=8)
    point: str = Field(max_length=64)
    booth: str = Field(max_length=64)
    device: str = Field(max_length=64, index=True)
    staff_id: UUID = Field(index=True)
    room_id: UUID
    created_at: datetime = Field(sa_type=Instant)
    since: datetime = Field(sa_type=Instant)
    called_at: datetime | None = Field(default=None, sa_type=Instant)
    attempts: int = 0
    began_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    on_hold: bool = False
    help_pressed_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_by_visitor: bool = False
    failed_reason: str | None = Field(default=None, max_length=64)
    outcome: str | None = Field(default=None, max_length=20)
    rated: bool = False
    wiped: bool = False
    seated: bool = False  # the visitor sat in the booth already when it was prepared
    command_id: UUID  # of the PrepareVisit
    turn: int = 0  # how often the device was told of other parties in the room
    due_at: datetime | None = Field(default=None, sa_type=Instant)


class Offer(SQLModel, table=True):
    """Ticket, clerk and booth reserved together for some seconds; accepted, it is the visit's id.

    The open offers' indexes are the last word: no two of them share a ticket, clerk or booth.
    """

    __tablename__ = "offers"
    __table_args__ = (
        *(
            sa.Index(
                f"offers_open_by_{name}",
                *columns,
                unique=True,
                sqlite_where=sa.text("state = 'open'"),
                postgresql_where=sa.text("state = 'open'"),
            )
            for name, columns in {
                "ticket": ("ticket_id",),
                "clerk": ("staff_id",),
                "booth": ("point", "booth"),
            }.items()
        ),
        sa.Index("offers_by_expiry", "state", "expires_at"),
    )

    id: UUID = Field(primary_key=True)
    state: str = Field(default=OfferState.OPEN, max_length=20)
    ticket_id: UUID = Field(index=True)
    staff_id: UUID
    agency: str = Field(max_length=64)
    point: str = Field(max_length=64)
    booth: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    reason: str = Field(default="", max_length=40)


class Consult(SQLModel, table=True):
    """A clerk asked a colleague, of the own agency or another, into a visit that goes on.

    The open ones' indexes are the last word: one a visit, and one a colleague.
    """

    __tablename__ = "consults"
    __table_args__ = (
        *(
            sa.Index(
                f"consults_open_by_{name}",
                column,
                unique=True,
                sqlite_where=sa.text("state <> 'ended'"),
                postgresql_where=sa.text("state <> 'ended'"),
            )
            for name, column in {"visit": "visit_id", "clerk": "staff_id"}.items()
        ),
        sa.Index("consults_by_expiry", "state", "expires_at"),
    )

    id: UUID = Field(primary_key=True)
    state: str = Field(default=ConsultState.ASKED, max_length=20)
    visit_id: UUID
    agency: str = Field(max_length=64)  # the visit's
    asked_by: UUID
    staff_id: UUID
    staff_agency: str = Field(max_length=64)
    handed_on: bool = False  # the visit's clerk wishes the colleague to keep the visit
    asked_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    joined_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    how: str = Field(default="", max_length=20)  # it ended


class Link(SQLModel, table=True):
    """A clerk's picture that stands in a booth until a visitor is called there.

    The open ones' indexes are the last word: one a clerk, and one a booth.
    """

    __tablename__ = "links"
    __table_args__ = (
        *(
            sa.Index(
                f"links_open_by_{name}",
                *columns,
                unique=True,
                sqlite_where=sa.text("ended_at IS NULL"),
                postgresql_where=sa.text("ended_at IS NULL"),
            )
            for name, columns in {"clerk": ("staff_id",), "booth": ("point", "booth")}.items()
        ),
        sa.Index(
            "links_by_end",
            "ends_at",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    staff_id: UUID
    agency: str = Field(max_length=64)
    point: str = Field(max_length=64)
    booth: str = Field(max_length=64)
    device: str = Field(max_length=64)
    room_id: UUID
    command_id: UUID  # of the OpenLink
    opened_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    how: str = Field(default="", max_length=20)  # it ended


class PrintJob(SQLModel, table=True):
    """How a print job ended, in the device's word, without any content."""

    __tablename__ = "visit_prints"

    job_id: UUID = Field(primary_key=True)
    visit_id: UUID = Field(index=True)
    at: datetime = Field(sa_type=Instant)
    state: str = Field(max_length=20)
    reason: str = Field(default="", max_length=40)
    pages: int = 0
    sheets: int | None = None


class Notice(SQLModel, table=True):
    """The latest thing that a clerk must be told at the desk."""

    __tablename__ = "desk_notices"

    staff_id: UUID = Field(primary_key=True)
    code: str = Field(max_length=64)
    reason: str = Field(default="", max_length=64)
    at: datetime = Field(sa_type=Instant)
    number: int | None = None


class DeskMessage(SQLModel, table=True):
    """What a supervisor says to a clerk's desk, or to all of the agency's; erased when it ends."""

    __tablename__ = "desk_messages"
    __table_args__ = (sa.Index("desk_messages_by_agency", "agency", "ends_at"),)

    id: UUID = Field(primary_key=True)
    agency: str = Field(max_length=64)
    staff_id: UUID | None = None  # none: to every desk of the agency
    code: str = Field(max_length=20)
    text: str = Field(max_length=200)
    sender: str = Field(max_length=100)
    at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)


class DeskMessageRead(SQLModel, table=True):
    """A clerk has read a message: the desk shows it no more."""

    __tablename__ = "desk_messages_read"

    message_id: UUID = Field(primary_key=True)
    staff_id: UUID = Field(primary_key=True)


visits = SQLModel.metadata.tables["visits"]
offers = SQLModel.metadata.tables["offers"]
consults = SQLModel.metadata.tables["consults"]
links = SQLModel.metadata.tables["links"]
prints = SQLModel.metadata.tables["visit_prints"]
notices = SQLModel.metadata.tables["desk_notices"]
messages = SQLModel.metadata.tables["desk_messages"]
messages_read = SQLModel.metadata.tables["desk_messages_read"]
