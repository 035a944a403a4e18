"""What is a device meant to be? Its desired configuration, and what it reports back.

The twin itself is small and signed. What is larger, the catalogue of agencies and services,
is fetched over the mutual-TLS endpoint and must have the digest that the twin names.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.envelope import Body, Wire
from shared.identifiers import AgencyCode, BoothCode, PointCode, ServiceCode
from shared.languages import Language, Text


class BoothPlan(Wire):
    """A booth as the point's screens and speech name it."""

    booth: BoothCode
    name: Text
    direction: Text  # «oikealla», where to go when called


class TwinDesired(Body):
    """``down/twin``: a higher version wins."""

    kind: ClassVar[str] = "twin.desired"
    version: int
    point: PointCode
    point_name: Text
    languages: tuple[Language, ...]  # in the order of the municipality
    timezone: str = "Europe/Helsinki"
    booths: tuple[BoothPlan, ...]
    booth: BoothCode | None  # the one whose screens and peripherals this device owns
    catalogue_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


# A device that was set up anew lives by no twin yet.
NO_TWIN = 0


class TwinReported(Body):
    """``up/event``: the version that the device lives by, `NO_TWIN` when it has none."""

    kind: ClassVar[str] = "twin.reported"
    version: int
    catalogue_sha256: str


class ServiceOffer(Wire):
    """A service as a visitor sees it."""

    service: ServiceCode
    name: Text
    minutes: int
    needs: Text | None = None  # what to have at hand: «tarvitset henkilöllisyystodistuksen»
    needs_print: bool = False


class AgencyOffer(Wire):
    """An agency as a visitor sees it, in plain words, with what it offers at this point."""

    agency: AgencyCode
    name: Text
    about: Text
    services: tuple[ServiceOffer, ...]


class Catalogue(Wire):
    """What a point offers, in the order of use there; canonical JSON has the twin's digest."""

    agencies: tuple[AgencyOffer, ...]
