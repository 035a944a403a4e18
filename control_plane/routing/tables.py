"""How are the agencies' choices for their queues stored? Every version, none ever changed."""

from datetime import datetime

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


routing_policies = SQLModel.metadata.tables["routing_policies"]
