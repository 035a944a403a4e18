"""What a desk is shown of the clerk's own link."""

from typing import Any

from shared.identifiers import new_uuid
from tests.control_plane.web.plane import BOOTH, SALLA, Json, at

ROOM = str(new_uuid())


def link(**changes: Any) -> Json:
    """The picture stands in the booth of Salla until an hour from now."""
    return {
        "id": str(new_uuid()),
        "point": SALLA,
        "booth": {**BOOTH, "device": "d-salla-01"},
        "room_id": ROOM,
        "ice_servers": [],
        "relay_only": False,
        "opened_at": at(-60),
        "ends_at": at(3600),
        **changes,
    }
