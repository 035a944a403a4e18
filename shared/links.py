"""How does a clerk's picture come to stand on a booth's screen with nobody in the booth yet?

One way only: nothing of the booth leaves it. A visit that is prepared in the link's room takes the
connection over as it is; any other visit ends the link.
"""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from shared.envelope import Body
from shared.identifiers import BoothCode, RoomId
from shared.languages import Text
from shared.rooms import IceServer


class OpenLink(Body):
    """``down/command``: show this clerk's picture while the booth is idle.

    It ends by `CloseLink`, by a visit, with a restart, and by itself after ``lasts_s`` seconds.
    """

    kind: ClassVar[str] = "link.open"
    link_id: UUID
    room_id: RoomId
    booth: BoothCode
    clerk_name: Annotated[str, Field(max_length=64)]  # as the clerk wishes to be called
    # ``sub`` of the only key statements by which the clerk may offer; empty: any of the staff.
    clerk_sub: Annotated[str, Field(max_length=64)] = ""
    agency_name: Text  # nobody knows yet which language the next visitor reads
    ice_servers: tuple[IceServer, ...]
    relay_only: bool
    lasts_s: Annotated[int, Field(ge=1, le=86_400)]


class CloseLink(Body):
    """``down/command``: the picture goes; a visit that took the link over goes on."""

    kind: ClassVar[str] = "link.close"
    link_id: UUID
