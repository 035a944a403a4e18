"""How are smileys stored? As counts of a day: no visit, no ticket, no time of day."""

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


smiley_counts = SQLModel.metadata.tables["smiley_counts"]
