"""How are the agencies' choices for their queues stored, and what the queue decided by them?

A version of choices is never changed, nor is a decision, but for its clerk's name in time.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from control_plane.database import Instant


class RoutingPolicy(SQLModel, table=True):
    """One version of an agency's choices; the highest is in force."""

    __tablename__ = "routing_policies"

    agency: str = Field(primary_key=True, max_length=64, foreign_key="agencies.code")
    version: int = Field(primary_key=True)
    made_at: datetime = Field(sa_type=Instant)
    made_by: str = Field(max_length=64)  # an account's id
    choices: str = Field(sa_type=sa.Text)  # `Choices` as JSON


class RoutingDecision(SQLModel, table=True):
    """Who was taken, by whom and where, under which choices and why."""

    __tablename__ = "routing_decisions"

    id: UUID = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant, index=True)
    kind: str = Field(max_length=20)
    ticket_id: UUID = Field(index=True)
    agency: str = Field(max_length=64)
    point: str = Field(max_length=64)
    booth: str = Field(max_length=64)
    clerk: str = Field(max_length=64)  # an account's id; after the retention time a pseudonym
    policy_version: int
    reasons: str = Field(sa_type=sa.Text)  # `Reasons` as JSON


routing_policies = SQLModel.metadata.tables["routing_policies"]
routing_decisions = SQLModel.metadata.tables["routing_decisions"]
