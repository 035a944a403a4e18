"""How is stored who changed what of the setup, and which steps of a point a person ticked?"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from control_plane.database import Instant


class SetupChange(SQLModel, table=True):
    """One change: the whole of a thing before and after it. No personal data stands in it."""

    __tablename__ = "setup_changes"
    __table_args__ = (sa.Index("setup_changes_by_thing", "thing", "id"),)

    id: UUID = Field(primary_key=True)  # UUIDv7: in the order of recording
    at: datetime = Field(sa_type=Instant)
    thing: str = Field(max_length=160)
    agency: str | None = Field(default=None, max_length=64, index=True)
    actor: str = Field(max_length=64)  # as the audit log has it
    before: str | None = Field(default=None, sa_type=sa.Text)  # as JSON; None: it was not there
    after: str | None = Field(default=None, sa_type=sa.Text)
    undoes: UUID | None = None  # the change that it took back


class PointStep(SQLModel, table=True):
    """A step on the way to an open point that a person has ticked."""

    __tablename__ = "point_steps"

    point: str = Field(primary_key=True, max_length=64, foreign_key="service_points.code")
    step: str = Field(primary_key=True, max_length=32)
    at: datetime = Field(sa_type=Instant)
    role: str = Field(max_length=32)
    actor: str = Field(max_length=64)


changes = SQLModel.metadata.tables["setup_changes"]
point_steps = SQLModel.metadata.tables["point_steps"]
