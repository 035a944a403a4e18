"""How is stored what devices said, and what booths are used for?"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from control_plane.database import Instant
from control_plane.fleet.rules import BoothState


class DeviceState(SQLModel, table=True):
    """The latest word of a device."""

    __tablename__ = "device_states"
    __table_args__ = (sa.Index("device_states_by_silence", "online", "heard_at"),)

    device: str = Field(primary_key=True, max_length=64)
    online: bool
    since: datetime = Field(sa_type=Instant)  # online or offline since
    heard_at: datetime = Field(sa_type=Instant)
    boot_id: UUID
    version: str = Field(default="", max_length=100)
    peripherals: str = Field(default="[]", sa_type=sa.Text)
    peripherals_at: datetime | None = Field(default=None, sa_type=Instant)


class BoothUse(SQLModel, table=True):
    """What a booth is used for now; a booth without a row is free."""

    __tablename__ = "booth_uses"

    point: str = Field(primary_key=True, max_length=64)
    booth: str = Field(primary_key=True, max_length=64)
    state: str = Field(default=BoothState.FREE, max_length=20)
    since: datetime = Field(sa_type=Instant)
    visit_id: UUID | None = None
    distrusted_for: str = Field(default="", max_length=64)
    distrusted_until: datetime | None = Field(default=None, sa_type=Instant)
    kept_for: UUID | None = None  # the ticket whose visitor stays, or may stay, seated in it


class CommandSent(SQLModel, table=True):
    """A command and how far it has come, in the device's word."""

    __tablename__ = "device_commands"
    __table_args__ = (sa.Index("device_commands_by_device", "device", "id"),)

    id: UUID = Field(primary_key=True)
    device: str = Field(max_length=64)
    kind: str = Field(max_length=64)
    state: str = Field(max_length=20)
    reason: str = Field(default="", max_length=64)
    posted_at: datetime = Field(sa_type=Instant, index=True)
    changed_at: datetime = Field(sa_type=Instant)


commands = SQLModel.metadata.tables["device_commands"]
device_states = SQLModel.metadata.tables["device_states"]
booth_uses = SQLModel.metadata.tables["booth_uses"]
