"""What may a file say to set up agencies, services and points? The form that is imported."""

from datetime import date, time
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from control_plane.security.clearance import Clearance
from shared.identifiers import AgencyCode, BoothCode, DeviceName, PointCode, ServiceCode
from shared.languages import Language, Text


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SeedService(_Part):
    """What a visitor comes for."""

    code: ServiceCode
    name: Text
    minutes: Annotated[int, Field(ge=1, le=480)]
    needs: Text | None = None
    needs_print: bool = False
    needs_camera: bool = False
    # What the agency may change later: what is not named here stays as it is.
    skill: str = ""
    skill_level: Annotated[int, Field(ge=1, le=5)] = 1
    clearance: Clearance = Clearance.NONE
    priority: Annotated[str, StringConstraints(max_length=20)] = ""


class SeedAgency(_Part):
    """An agency and its services, in the order in which screens show them."""

    code: AgencyCode
    name: Text
    about: Text
    valid_from: date
    valid_to: date | None = None
    successor: AgencyCode | None = None
    service_area: tuple[str, ...] = ()  # municipalities; empty: the whole country
    training: bool = False
    services: tuple[SeedService, ...]


class SeedBooth(_Part):
    """A booth as screens and speech name it."""

    code: BoothCode
    name: Text
    direction: Text
    closed: bool = False


class SeedDevice(_Part):
    """Where a device stands."""

    name: DeviceName
    booth: BoothCode | None = None


class SeedSwitches(_Part):
    """What one agency does at the point."""

    agency: AgencyCode
    queue: bool = True
    booking: bool = False
    print: bool = True
    scan: bool = True
    show: bool = True
    interpreter: bool = False


class SeedHours(_Part):
    """One opening; Monday is 0."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    opens: time
    closes: time


class SeedPoint(_Part):
    """A service point with everything in it."""

    code: PointCode
    name: Text
    municipality: str = ""
    region: Text | None = None  # «Lappi»: boards and reports gather points by it
    timezone: str = "Europe/Helsinki"
    languages: tuple[Language, ...] = tuple(Language)
    training: bool = False
    hours: tuple[SeedHours, ...] = ()
    booths: tuple[SeedBooth, ...]
    devices: tuple[SeedDevice, ...] = ()
    # None: every agency of the file, with every switch as it is by default.
    agencies: tuple[SeedSwitches, ...] | None = None

    @model_validator(mode="after")
    def _devices_stand_in_booths_of_the_point(self) -> Self:
        here = {booth.code for booth in self.booths}
        if any(device.booth not in here | {None} for device in self.devices):
            raise ValueError("a device names a booth that the point does not have")
        return self


class SeedFile(_Part):
    """Everything that one import brings; what is not named stays as it is."""

    agencies: tuple[SeedAgency, ...] = ()
    points: tuple[SeedPoint, ...] = ()
