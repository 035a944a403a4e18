"""How are smileys and kept promises stored? As counts of a day: no visit, no ticket, no hour."""

from datetime import date

from sqlmodel import Field, SQLModel


class SmileyCount(SQLModel, table=True):
    """How often one smiley was given at a point for an agency on a day."""

    __tablename__ = "smiley_counts"

    point: str = Field(primary_key=True, max_length=64)
    agency: str = Field(primary_key=True, max_length=64)
    day: date = Field(primary_key=True)
    smiley: int = Field(primary_key=True)
    count: int


class PromiseCount(SQLModel, table=True):
    """How often waits of a day were as promised, and by how many minutes they were not."""

    __tablename__ = "promise_counts"

    point: str = Field(primary_key=True, max_length=64)
    agency: str = Field(primary_key=True, max_length=64)
    service: str = Field(primary_key=True, max_length=64)
    day: date = Field(primary_key=True)
    method: str = Field(primary_key=True, max_length=20)
    verdict: str = Field(primary_key=True, max_length=20)
    off_by_min: int = Field(primary_key=True)  # from the middle of what was foreseen, either way
    count: int


smiley_counts = SQLModel.metadata.tables["smiley_counts"]
promise_counts = SQLModel.metadata.tables["promise_counts"]
