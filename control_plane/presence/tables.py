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


class Endpoint(SQLModel, table=True):
    """Where an integration hears of us, and what of; its secrets stand in no table."""

    __tablename__ = "webhook_endpoints"

    integration_id: UUID = Field(primary_key=True)
    agency: str = Field(max_length=64, index=True)
    url: str = Field(max_length=500)
    events: str = Field(max_length=200)  # words of `Event`, spaces between
    generation: int
    secret_made_at: datetime = Field(sa_type=Instant)
    gone_at: datetime | None = Field(default=None, sa_type=Instant)  # it said 410


class Delivery(SQLModel, table=True):
    """One message on its way to one integration, or how its way ended."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        sa.Index("webhook_deliveries_due", "next_at"),
        sa.Index("webhook_deliveries_of", "integration_id", "created_at"),
    )

    id: UUID = Field(primary_key=True)
    integration_id: UUID
    event: str = Field(max_length=40)
    body: str = Field(sa_type=sa.Text)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    attempts: int = 0
    next_at: datetime | None = Field(default=None, sa_type=Instant)  # NULL: nothing more to try
    delivered_at: datetime | None = Field(default=None, sa_type=Instant)
    status: int | None = None  # of the last answer; NULL: there was none


class ToldTicket(SQLModel, table=True):
    """A ticket of which contact centres know that it waits."""

    __tablename__ = "told_tickets"

    ticket_id: UUID = Field(primary_key=True)
    agency: str = Field(max_length=64, index=True)


class HookMessage(SQLModel, table=True):
    """The id of a webhook that came to us: a second one of the same id is a replay."""

    __tablename__ = "hook_messages"

    integration_id: UUID = Field(primary_key=True)
    id: str = Field(primary_key=True, max_length=128)
    at: datetime = Field(sa_type=Instant, index=True)


leases = SQLModel.metadata.tables["leases"]
endpoints = SQLModel.metadata.tables["webhook_endpoints"]
deliveries = SQLModel.metadata.tables["webhook_deliveries"]
told_tickets = SQLModel.metadata.tables["told_tickets"]
hook_messages = SQLModel.metadata.tables["hook_messages"]
