"""How are clerks and what they are doing stored?"""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from control_plane.database import Instant
from control_plane.security.clearance import Clearance
from control_plane.staff.rules import ClerkState


class Clerk(SQLModel, table=True):
    """One account as a clerk: skills and present state; name and languages are the account's."""

    __tablename__ = "clerks"

    staff_id: UUID = Field(primary_key=True)
    agency: str = Field(max_length=64, index=True)
    skills: str = Field(default="", max_length=1500)  # as `staff.rules.skills_text` writes them
    clearance: str = Field(default=Clearance.NONE, max_length=20)
    state: str = Field(default=ClerkState.OFFLINE, max_length=20)
    since: datetime = Field(sa_type=Instant)
    reason: str = Field(default="", max_length=100)
    last_one: bool = False
    leaving: bool = False  # signed out during a visit: off duty when it ends
    visit_id: UUID | None = None
    wrap_up_until: datetime | None = Field(default=None, sa_type=Instant, index=True)
    misses: int = 0  # offers in a row that were not answered
    offers_after: datetime | None = Field(default=None, sa_type=Instant)  # no offer before this
    wants_next: bool = False  # asked for the next visitor when nobody waited
    # A contact centre has the clerk; set with the lease and cleared with it.
    busy_with: str | None = Field(default=None, max_length=20)
    busy_since: datetime | None = Field(default=None, sa_type=Instant)
    busy_until: datetime | None = Field(default=None, sa_type=Instant, index=True)
    # The state that the history knows, and since when; differs only within a transaction.
    told_state: str = Field(default=ClerkState.OFFLINE, max_length=20)
    told_at: datetime = Field(sa_type=Instant)
    # Today's shift: no offer that would last beyond its end, unless somebody allows it.
    shift_from: datetime | None = Field(default=None, sa_type=Instant)
    shift_until: datetime | None = Field(default=None, sa_type=Instant)
    may_overrun: bool = False
    # From when on a state is thought to be forgotten, and whether that was noticed.
    overdue_at: datetime | None = Field(default=None, sa_type=Instant, index=True)
    forgotten: bool = False
    # What the order of clerks asks: when the last visit began, and the day's visits until its end.
    last_visit_at: datetime | None = Field(default=None, sa_type=Instant)
    visits_today: int = 0
    talk_s: int = 0
    counted_until: datetime | None = Field(default=None, sa_type=Instant)
    # When the clerk's page was heard last: a lease, renewed while its socket lives.
    seen_at: datetime | None = Field(default=None, sa_type=Instant)


class ClerkName(SQLModel, table=True):
    """How a contact centre calls a clerk."""

    __tablename__ = "clerk_names"

    integration_id: UUID = Field(primary_key=True)
    name: str = Field(primary_key=True, max_length=64)
    staff_id: UUID = Field(index=True)


clerks = SQLModel.metadata.tables["clerks"]
clerk_names = SQLModel.metadata.tables["clerk_names"]
