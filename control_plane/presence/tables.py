"""How are leases and the contact centres' webhooks stored?"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from control_plane.database import Instant

_OPEN = sa.text("ended_at IS NULL")


class Lease(SQLModel, table=True):
    """A clerk who is busy in a contact centre, until then at the latest.

    The open leases' index is the last word: no two of them have the same clerk.
    """

    __tablename__ = "leases"
    __table_args__ = (
        sa.Index(
            "leases_open_by_clerk",
            "staff_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        sa.Index("leases_by_expiry", "ended_at", "expires_at"),
    )

    integration_id: UUID = Field(primary_key=True)
    id: str = Field(primary_key=True, max_length=64)
    staff_id: UUID
    agency: str = Field(max_length=64)
    since: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    end: str | None = Field(default=None, max_length=20)


leases = SQLModel.metadata.tables["leases"]
