"""What does a technician carry to a new device? The claim, and where and whom to ask with it."""

import json
from pathlib import Path

from control_plane.security.enrolment import Claim
from control_plane.security.issuers import Issuers
from control_plane.security.keys import write_private
from control_plane.settings import Settings


def write(path: Path, claim: Claim, *, settings: Settings, issuers: Issuers) -> None:
    """Write `claim.json`, readable by its owner only."""
    content = {
        **claim.model_dump(),
        "endpoint": f"https://{settings.device_host}:{settings.device_port}",
        "service_ca_pem": issuers.service_chain().decode(),
    }
    write_private(path, json.dumps(content, indent=2).encode())
