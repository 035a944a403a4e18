"""How are places and what is offered there stored?"""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlmodel import Field, SQLModel

from control_plane.database import Instant
from control_plane.security.clearance import Clearance
from control_plane.service_points.rules.days import Hours
from shared.languages import Text


class Texts(sa.types.TypeDecorator[Text]):
    """A `Text` in every language, as one string: no database is asked to look into it."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Text | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """`Text` → JSON."""
        return None if value is None else value.model_dump_json()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Text | None:  # noqa: ARG002
        """JSON → `Text`."""
        return None if value is None else Text.model_validate_json(value)


class Codes(sa.types.TypeDecorator[tuple[str, ...]]):
    """A few codes in their order, separated by spaces, which no code can hold."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Codes → one string."""
        return None if value is None else " ".join(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002
        """One string → codes."""
        return None if value is None else tuple(value.split())


class WeeklyHours(sa.types.TypeDecorator[tuple[Hours, ...]]):
    """Opening hours of a week as one string, e.g. ``0 08:00 16:15;1 …``."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Hours, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Hours → one string."""
        if value is None:
            return None
        return ";".join(f"{each.weekday} {each.opens:%H:%M} {each.closes:%H:%M}" for each in value)

    def process_result_value(
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> tuple[Hours, ...] | None:
        """One string → hours."""
        if value is None:
            return None
        parts = (each.split() for each in value.split(";") if each)
        return tuple(
            Hours(int(weekday), time.fromisoformat(opens), time.fromisoformat(closes))
            for weekday, opens, closes in parts
        )


def _text(*, nullable: bool = False) -> Any:
    return Field(default=None, sa_type=Texts, nullable=nullable)


class Agency(SQLModel, table=True):
    """An agency: data with validity and successor, never a class of ours."""

    __tablename__ = "agencies"

    code: str = Field(primary_key=True, max_length=64)
    name: Text = _text()
    about: Text = _text()
    valid_from: date
    valid_to: date | None = None  # the last day
    successor: str | None = Field(default=None, max_length=64)
    # Municipalities that it serves; empty: the whole country.
    service_area: tuple[str, ...] = Field(default=(), sa_type=Codes)
    # At training points only, and so never in reports.
    training: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    position: int = 0


class Service(SQLModel, table=True):
    """What a visitor comes for."""

    __tablename__ = "services"

    code: str = Field(primary_key=True, max_length=64)
    agency: str = Field(max_length=64, index=True, foreign_key="agencies.code")
    name: Text = _text()
    minutes: int
    needs: Text | None = _text(nullable=True)
    needs_print: bool = False
    needs_camera: bool = False
    # What is asked of the clerk, and the class in which its visitors wait.
    skill: str = Field(default="", max_length=64)
    skill_level: int = 1
    clearance: str = Field(default=Clearance.NONE, max_length=20)
    priority: str = Field(default="", max_length=20)  # a class of the agency's policy
    position: int = 0
    offered: bool = True


class ServicePoint(SQLModel, table=True):
    """A place where service is given."""

    __tablename__ = "service_points"

    code: str = Field(primary_key=True, max_length=64)
    name: Text = _text()
    municipality: str = Field(default="", max_length=64)
    region: Text | None = _text(nullable=True)  # under which boards and reports gather it
    timezone: str = Field(default="Europe/Helsinki", max_length=64)
    languages: tuple[str, ...] = Field(default=("fi", "sv", "en"), sa_type=Codes)
    # When it is open by its own wall clock; none: always.
    hours: tuple[Hours, ...] = Field(default=(), sa_type=WeeklyHours)
    training: bool = False  # never in reports
    position: int = 0


class Booth(SQLModel, table=True):
    """The room where one visit at a time happens."""

    __tablename__ = "booths"

    point: str = Field(primary_key=True, max_length=64, foreign_key="service_points.code")
    code: str = Field(primary_key=True, max_length=64)
    name: Text = _text()
    direction: Text = _text()
    closed: bool = False


class DevicePlace(SQLModel, table=True):
    """Where a device stands, and the booth whose screens and peripherals it owns."""

    __tablename__ = "device_places"

    device: str = Field(primary_key=True, max_length=64)
    point: str = Field(max_length=64, index=True, foreign_key="service_points.code")
    booth: str | None = Field(default=None, max_length=64)


class Switches(SQLModel, table=True):
    """What one agency does at one point."""

    __tablename__ = "agency_point_switches"

    agency: str = Field(primary_key=True, max_length=64, foreign_key="agencies.code")
    point: str = Field(primary_key=True, max_length=64, foreign_key="service_points.code")
    queue: bool = True
    booking: bool = False
    print: bool = True
    scan: bool = True
    show: bool = True
    interpreter: bool = False
    position: int = 0  # in the order of use at the point


class AgencyHours(SQLModel, table=True):
    """The hours of an agency's queue, as its main user set them last."""

    __tablename__ = "agency_hours"

    agency: str = Field(primary_key=True, max_length=64, foreign_key="agencies.code")
    version: int
    choices: str = Field(sa_type=sa.Text)  # `HourChoices` as JSON


class AgencyDays(SQLModel, table=True):
    """What kinds of days an agency has at a point, as its main user set them last."""

    __tablename__ = "agency_days"

    agency: str = Field(primary_key=True, max_length=64, foreign_key="agencies.code")
    point: str = Field(primary_key=True, max_length=64, foreign_key="service_points.code")
    version: int
    choices: str = Field(sa_type=sa.Text)  # `DayChoices` as JSON


class DeviceTwin(SQLModel, table=True):
    """What a device is meant to be, by version, and the version that it reported."""

    __tablename__ = "device_twins"

    device: str = Field(primary_key=True, max_length=64)
    version: int
    content_sha256: str = Field(max_length=64)
    catalogue_sha256: str = Field(max_length=64)
    message_id: UUID
    reported_version: int | None = None
    reported_at: datetime | None = Field(default=None, sa_type=Instant)


class StoredCatalogue(SQLModel, table=True):
    """A catalogue that some twin names, as the canonical JSON that has the digest."""

    __tablename__ = "catalogues"

    sha256: str = Field(primary_key=True, max_length=64)
    body: str = Field(sa_type=sa.Text)
    made_at: datetime = Field(sa_type=Instant)


def _table(model: type[SQLModel]) -> sa.Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]


agencies = _table(Agency)
services = _table(Service)
service_points = _table(ServicePoint)
booths = _table(Booth)
device_places = _table(DevicePlace)
switches = _table(Switches)
agency_hours = _table(AgencyHours)
agency_days = _table(AgencyDays)
device_twins = _table(DeviceTwin)
catalogues = _table(StoredCatalogue)
