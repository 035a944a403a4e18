"""How are clerks and what they are doing stored?"""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from control_plane.database import Instant
from control_plane.staff.rules import ClerkState


class Clerk(SQLModel, table=True):
    """One account as a clerk: skills and present state; name and languages are the account's."""

    __tablename__ = "clerks"

    staff_id: UUID = Field(primary_key=True)
    agency: str = Field(max_length=64, index=True)
    skills: str = Field(default="", max_length=500)  # separated by spaces
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
    # When the clerk's page was heard last: a lease, renewed while its socket lives.
    seen_at: datetime | None = Field(default=None, sa_type=Instant)


clerks = SQLModel.metadata.tables["clerks"]
