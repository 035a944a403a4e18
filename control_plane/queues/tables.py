"""How are closings stored? Every one is kept; what is over has an end."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from control_plane.database import Instant


class QueueClosing(SQLModel, table=True):
    """One closing of an agency's queue: all of it, at one point, or for one service."""

    __tablename__ = "queue_closings"
    __table_args__ = (sa.Index("queue_closings_in_force", "ended_at", "agency"),)

    id: str = Field(primary_key=True, max_length=36)
    agency: str = Field(max_length=64)
    point: str | None = Field(default=None, max_length=64)
    service: str | None = Field(default=None, max_length=64)
    kind: str = Field(max_length=20)
    most: int | None = None  # numbers a day, of a contingent
    instead: str = Field(max_length=20)
    instead_service: str | None = Field(default=None, max_length=64)
    made_at: datetime = Field(sa_type=Instant)
    ends_at: datetime | None = Field(default=None, sa_type=Instant)  # none: until it is reopened
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


queue_closings = SQLModel.metadata.tables["queue_closings"]
