"""What does the demo remember between runs? Everything under `.demo/`, which only it may read."""

import fcntl
import json
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

SCREENS = ("waiting-area", "booth", "info", "bench", "stage")


class AlreadyRunning(Exception):
    """Another demo lives in the same folder."""


@dataclass(frozen=True, slots=True)
class State:
    """The folders and files of one demo."""

    root: Path

    @property
    def control_plane(self) -> Path:
        """Database, keys, issuers."""
        return self.root / "control-plane"

    @property
    def agent(self) -> Path:
        """The device's key, certificate, journals."""
        return self.root / "agent"

    @property
    def broker(self) -> Path:
        """Mosquitto's configuration, certificates and store."""
        return self.root / "broker"

    @property
    def turn(self) -> Path:
        """coturn's configuration and its shared secret."""
        return self.root / "turn"

    @property
    def claim(self) -> Path:
        """The one-time claim by which the device enrols."""
        return self.root / "claim.json"

    @property
    def accounts(self) -> Path:
        """User names and passwords, made at the first run."""
        return self.root / "accounts.json"

    @property
    def peripherals(self) -> Path:
        """Which driver stands behind which port of the virtual point."""
        return self.root / "peripherals.toml"

    def log(self, name: str) -> Path:
        """A child's log."""
        return self.root / "log" / f"{name}.log"

    def make(self) -> int:
        """Create the folders and take the lock, which the kernel lets go when we die."""
        os.umask(0o077)
        for folder in (self.root, self.control_plane, self.agent, self.broker, self.turn):
            folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.root, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(f"a demo already runs with {self.root}") from error
        self._begin_logs()
        return lock

    @property
    def enrolled(self) -> bool:
        """Has the device its certificate?"""
        return (self.agent / "identity").exists()

    def use_ports(self, first: int) -> None:
        """A device keeps where its control plane is: with other ports it enrols anew."""
        kept = self.root / "first-port"
        if kept.exists() and kept.read_text() != str(first):
            shutil.rmtree(self.agent)
            self.agent.mkdir()
        kept.write_text(str(first))

    def turn_secret(self) -> Path:
        """The file with the secret that control plane and coturn share."""
        return self._once(self.turn / "secret", secrets.token_urlsafe(32))

    def screen_tokens(self) -> dict[str, str]:
        """A token for each screen; kept, so that open windows survive a restart."""
        made = {screen: secrets.token_urlsafe(24) for screen in SCREENS}
        kept: dict[str, str] = json.loads(
            self._once(self.root / "screen-tokens.json", json.dumps(made)).read_text()
        )
        return kept

    def _once(self, path: Path, content: str) -> Path:
        if not path.exists():
            path.write_text(content)
        return path

    def _begin_logs(self) -> None:
        for log in (self.root / "log").glob("*.log"):
            log.replace(log.with_suffix(".log.1"))
