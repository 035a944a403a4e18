"""What a desk is shown of a colleague who is asked in."""

from typing import Any

from shared.identifiers import new_uuid
from tests.control_plane.web.plane import HOUSING, Json, at, text

BERTTA = "0190d0c2-0000-7000-8000-000000000002"


def company(state: str = "joined", **changes: Any) -> Json:
    """A colleague of the own agency, in the clerk's own visit."""
    return {
        "id": str(new_uuid()),
        "state": state,
        "alias": "Bertta",
        "agency": {"code": "kela", "name": text("Kela", "FPA", "Kela")},
        "sub": "staff-2",
        "asked_at": at(-5),
        "expires_at": at(15),
        "joined_at": at(-2) if state == "joined" else None,
        "can_keep": True,
        "handed_on": False,
        **changes,
    }


def free_colleagues() -> Json:
    """Whom a clerk can ask: one of the own agency, and the tax administration."""
    return {
        "colleagues": [{"staff_id": BERTTA, "alias": "Bertta", "state": "available"}],
        "agencies": [
            {
                "code": "vero",
                "name": text("Verohallinto", "Skatteförvaltningen", "Tax Administration"),
                "services": [
                    {"code": "verokortti", "name": text("Verokortti", "Skattekort", "Tax card")}
                ],
            }
        ],
    }


def consult(state: str = "asked", **changes: Any) -> Json:
    """A colleague asks this clerk into a visit."""
    room = {
        "room_id": str(new_uuid()),
        "ice_servers": [],
        "relay_only": False,
        "device": "d-salla-01",
        "clerk_sub": "staff-2",
        "on_hold": False,
    }
    return {
        "id": str(new_uuid()),
        "state": state,
        "asked_by": "Aino",
        "agency": {"code": "kela", "name": text("Kela", "FPA", "Kela")},
        "service": HOUSING,
        "language": "sv",
        "asked_at": at(-2),
        "expires_at": at(18),
        "joined_at": at(-30) if state == "joined" else None,
        "can_keep": True,
        "handed_on": False,
        "room": room if state == "joined" else None,
        **changes,
    }
