"""Who may show a screen? One token per screen, known to whoever opens the page on the device."""

import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from edge_agent.ports import Screen


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of this device's screens."""

    by_screen: Mapping[Screen, str]

    def allow(self, screen: Screen, token: str) -> bool:
        """Is this the token of this very screen?"""
        known = self.by_screen.get(screen, "")
        return bool(known) and hmac.compare_digest(known.encode(), token.encode())

    def url(self, screen: Screen) -> str:
        """The page's address; what stands behind # is sent to no server."""
        return f"/{screen.value}#token={self.by_screen[screen]}"


def open_tokens(file: Path, given: Mapping[str, str]) -> Tokens:
    """Those given, else those of the former start, else new ones; written for the kiosk."""
    kept = _read(file)
    tokens = {
        screen: given.get(screen.value) or kept.get(screen.value) or secrets.token_urlsafe(24)
        for screen in Screen
    }
    content = json.dumps({screen.value: token for screen, token in tokens.items()})
    pending = file.with_suffix(".new")
    handle = os.open(pending, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as written:
        written.write(content)
    pending.replace(file)
    return Tokens(by_screen=tokens)


def _read(file: Path) -> dict[str, str]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
