"""How are rooms stored?"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from control_plane.database import Instant


class Room(SQLModel, table=True):
    """The meeting of one visit: which device and which clerk may signal in it, until when.

    One that a clerk's link opened has an id of no visit until one comes through it.
    """

    __tablename__ = "rooms"

    id: UUID = Field(primary_key=True)
    visit_id: UUID = Field(index=True)
    agency: str = Field(max_length=64)
    device: str = Field(max_length=64)
    staff_id: UUID = Field(index=True)
    opened_at: datetime = Field(sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)


class RoomGuest(SQLModel, table=True):
    """Who else may signal in a room, as which participant, from when until when."""

    __tablename__ = "room_guests"
    __table_args__ = (
        # One seat holds one at a time.
        sa.Index(
            "room_guests_by_seat",
            "room_id",
            "participant",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    room_id: UUID = Field(index=True)
    participant: str = Field(max_length=20)
    staff_id: UUID
    agency: str = Field(max_length=64)
    since: datetime = Field(sa_type=Instant)
    until: datetime | None = Field(default=None, sa_type=Instant)


rooms = SQLModel.metadata.tables["rooms"]
room_guests = SQLModel.metadata.tables["room_guests"]
