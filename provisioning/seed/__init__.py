"""What does a demo or a new installation begin with? Agencies, points, invented staff."""

import tomllib
from pathlib import Path
from typing import Any

from control_plane.security.accounts import NewAccount
from control_plane.service_points.seed import SeedFile

FOLDER = Path(__file__).parent


def demo_seed() -> SeedFile:
    """The twelve agencies of today, those they followed, and the point in Salla."""
    return SeedFile.model_validate({**_read("agencies.toml"), **_read("salla.toml")})


def demo_accounts() -> list[NewAccount]:
    """Who works in the demo."""
    return [NewAccount.model_validate(account) for account in _read("staff.toml")["accounts"]]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
