"""What does a technician carry to a new device? The claim, and where and whom to ask with it."""

import json
from pathlib import Path

from control_plane.security.enrolment import Claim
from control_plane.security.issuers import Issuers
from control_plane.security.keys import write_private
from control_plane.settings import Settings


def content(claim: Claim, *, settings: Settings, issuers: Issuers) -> dict[str, str]:
    """What stands in it."""
    return {
        **claim.model_dump(),
        "endpoint": f"https://{settings.device_host}:{settings.device_port}",
        "service_ca_pem": issuers.service_chain().decode(),
    }


def write(path: Path, claim: Claim, *, settings: Settings, issuers: Issuers) -> None:
    """Write `claim.json`, readable by its owner only."""
    stands = content(claim, settings=settings, issuers=issuers)
    write_private(path, json.dumps(stands, indent=2).encode())
