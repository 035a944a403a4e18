"""How are rooms stored?"""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from control_plane.database import Instant


class Room(SQLModel, table=True):
    """The meeting of one visit: which device and which clerk may signal in it, until when."""

    __tablename__ = "rooms"

    id: UUID = Field(primary_key=True)
    visit_id: UUID = Field(index=True)
    agency: str = Field(max_length=64)
    device: str = Field(max_length=64)
    staff_id: UUID = Field(index=True)
    opened_at: datetime = Field(sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)


rooms = SQLModel.metadata.tables["rooms"]
