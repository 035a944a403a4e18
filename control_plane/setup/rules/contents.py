"""What does each thing that is set up hold? The whole of it, as a person enters it.

The digest of a content is its version: whoever changes a thing names the digest of what they saw,
whichever way it came there, by a page, an import or another replica.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from control_plane.service_points.rules.days import WeeklyOpening
from shared.identifiers import AgencyCode, BoothCode, PointCode
from shared.languages import Language, Text

LONGEST_TEXT = 300
# The digest of what is not there.
NOTHING = ""

_Word = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=64, pattern=r"^[^\x00-\x1f]*$")
]
_Municipality = Annotated[_Word, StringConstraints(min_length=1)]
_Position = Annotated[int, Field(ge=0, le=9999, description="The lower, the earlier on screens.")]


class Kind(StrEnum):
    """What can be set up."""

    AGENCY = "agency"
    SERVICE = "service"
    POINT = "point"
    BOOTH = "booth"
    DEVICE = "device"
    SWITCHES = "switches"


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing by its kind and key."""

    kind: Kind
    key: tuple[str, ...]

    def __str__(self) -> str:
        """``booth:salla/salla-1``."""
        return f"{self.kind}:{'/'.join(self.key)}"

    @classmethod
    def read(cls, text: str) -> Self:
        """The thing of that name."""
        kind, _, key = text.partition(":")
        return cls(Kind(kind), tuple(key.split("/")))


def _said(text: Text) -> Text:
    """In every language, and printable."""
    said = [each.strip() for each in (text.fi, text.sv, text.en)]
    for each in said:
        if not each or len(each) > LONGEST_TEXT or not each.replace("\n", " ").isprintable():
            raise ValueError("a text is said in every language")
    return Text(fi=said[0], sv=said[1], en=said[2])


_Said = Annotated[Text, AfterValidator(_said)]


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("no such time zone")
    return name


class Content(BaseModel):
    """The whole of a thing, its key apart."""

    model_config = ConfigDict(frozen=True)


class AgencyContent(Content):
    """An agency as it is shown, and from when to when and where it serves."""

    name: _Said
    about: _Said
    valid_from: date
    valid_to: Annotated[date | None, Field(description="The last day.")] = None
    successor: AgencyCode | None = None
    service_area: Annotated[
        tuple[_Municipality, ...],
        Field(max_length=320, description="Municipalities; none: the whole country."),
    ] = ()
    training: Annotated[bool, Field(description="At training points only, never in reports.")] = (
        False
    )
    position: _Position = 0

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("what is valid ends after it began")
        if len(" ".join(self.service_area).split()) != len(self.service_area):
            raise ValueError("a municipality's name is one word")
        return self


class ServiceContent(Content):
    """What a visitor comes for."""

    agency: AgencyCode
    name: _Said
    minutes: Annotated[int, Field(ge=1, le=480)]
    needs: _Said | None = None
    needs_print: bool = False
    needs_camera: bool = False
    offered: bool = True
    position: _Position = 0


class PointContent(Content):
    """A place where service is given."""

    name: _Said
    municipality: _Word = ""
    region: _Said | None = None
    timezone: Annotated[str, StringConstraints(max_length=64), AfterValidator(_zone)] = (
        "Europe/Helsinki"
    )
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=3)] = tuple(Language)
    hours: Annotated[
        tuple[WeeklyOpening, ...], Field(max_length=28, description="None: always open.")
    ] = ()
    training: bool = False
    position: _Position = 0

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if len(set(self.languages)) < len(self.languages):
            raise ValueError("a language stands here twice")
        for one, then in pairwise(sorted(self.hours, key=lambda each: (each.weekday, each.opens))):
            if one.weekday == then.weekday and one.closes > then.opens:
                raise ValueError("two openings of a day overlap")
        return self


class BoothContent(Content):
    """A booth as screens and speech name it."""

    name: _Said
    direction: _Said
    closed: Annotated[bool, Field(description="Put out of use.")] = False


class DeviceContent(Content):
    """Where a device stands, and the booth whose screens and peripherals it owns."""

    point: PointCode
    booth: BoothCode | None = None


class SwitchesContent(Content):
    """What an agency does at a point: off until it is switched on."""

    queue: bool = False
    booking: bool = False
    print: bool = False
    scan: bool = False
    show: bool = False
    interpreter: bool = False
    position: _Position = 0


CONTENTS: dict[Kind, type[Content]] = {
    Kind.AGENCY: AgencyContent,
    Kind.SERVICE: ServiceContent,
    Kind.POINT: PointContent,
    Kind.BOOTH: BoothContent,
    Kind.DEVICE: DeviceContent,
    Kind.SWITCHES: SwitchesContent,
}


def digest(content: Content | None) -> str:
    """By which a content is known; of what is not there, nothing."""
    if content is None:
        return NOTHING
    return hashlib.sha256(content.model_dump_json().encode()).hexdigest()[:32]


def differing(before: Content | None, after: Content | None) -> Sequence[str]:
    """The names of what is different; all of what came or went."""
    one = {} if before is None else before.model_dump()
    other = {} if after is None else after.model_dump()
    return sorted(name for name in one | other if one.get(name) != other.get(name))
