"""What does a setup page show? Things with their versions, changes, and the steps of a point."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from control_plane.setup.rules.contents import (
    AgencyContent,
    BoothContent,
    DeviceContent,
    Kind,
    PointContent,
    ServiceContent,
    SwitchesContent,
)
from control_plane.setup.rules.steps import Check, Step
from shared.envelope import WireTime
from shared.identifiers import AgencyCode, BoothCode, DeviceName, PointCode, ServiceCode

Known = Annotated[
    str,
    Field(
        max_length=64,
        pattern="^[0-9a-f]*$",
        description="The version that the asker saw; empty: it was not there.",
    ),
]


class SetupAgency(BaseModel):
    """An agency."""

    code: AgencyCode
    known: str
    content: AgencyContent


class SetupService(BaseModel):
    """A service."""

    code: ServiceCode
    known: str
    content: ServiceContent


class SetupPoint(BaseModel):
    """A service point."""

    code: PointCode
    known: str
    content: PointContent


class SetupBooth(BaseModel):
    """A booth of a point."""

    point: PointCode
    code: BoothCode
    known: str
    content: BoothContent


class SetupDevice(BaseModel):
    """A device, and where it stands."""

    name: DeviceName
    known: str
    content: DeviceContent
    enrolled: bool
    online: bool


class SetupSwitches(BaseModel):
    """What an agency does at a point, and how many wait there for it."""

    agency: AgencyCode
    point: PointCode
    known: str
    content: SwitchesContent
    waiting: int


class SetupMay(BaseModel):
    """What the asker may set up; ``agency``: whose part, for those who may not do everything."""

    everything: bool
    agency: AgencyCode | None


class SetupView(BaseModel):
    """All that the asker may see of the setup; devices are for those who may do everything."""

    may: SetupMay
    agencies: list[SetupAgency]
    services: list[SetupService]
    points: list[SetupPoint]
    booths: list[SetupBooth]
    devices: list[SetupDevice]
    switches: list[SetupSwitches]


class SetupMade(BaseModel):
    """The thing's version now; ``change`` is null where it was so already."""

    known: str
    change: UUID | None


class SetupChangeView(BaseModel):
    """One change: what the thing held before and after it, null where it was not there."""

    id: UUID
    at: WireTime
    who: Annotated[str | None, Field(description="Null: nobody of the asker's agency.")]
    kind: Kind
    key: list[str]
    what: list[str]
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    undoes: UUID | None
    undoable: Annotated[bool, Field(description="By the asker: nothing newer stands on it.")]


class StepCheck(BaseModel):
    """What the system found."""

    check: Check
    holds: bool


class StepTick(BaseModel):
    """Who ticked the step, by role, and when."""

    role: str
    at: WireTime


class StepView(BaseModel):
    """A step on the way to an open point."""

    step: Step
    done: bool
    by_system: Annotated[bool, Field(description="Nothing to tick.")]
    checks: list[StepCheck]
    ticked: StepTick | None


class ClaimView(BaseModel):
    """A one-time claim for a device, shown once: the file that goes to it, whole."""

    claim_id: str
    secret: str
    device: DeviceName
    endpoint: str
    service_ca_pem: str
