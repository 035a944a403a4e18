"""A real Mosquitto with our own rights, certificates and configuration, for tests."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from control_plane.clock import SystemClock
from control_plane.security.broker_files import (
    ClientFiles,
    Plan,
    write_broker,
    write_canary,
    write_control_plane,
)
from control_plane.security.issuers import FileIssuers, Revoked
from provisioning.own_ports import own_ports
from provisioning.virtual.certificates import certify
from shared.identifiers import DeviceName

_CLOCK = SystemClock()


@dataclass
class Broker:
    """A broker under test; certificates are made with the machine's real time."""

    directory: Path
    issuers: FileIssuers
    plan: Plan
    process: "subprocess.Popen[bytes] | None" = None
    revoked: list[Revoked] = field(default_factory=list)

    @property
    def device_port(self) -> int:
        return self.plan.device_port

    @property
    def service_port(self) -> int:
        return self.plan.service_port

    def device(self, name: DeviceName) -> ClientFiles:
        """A device's key and certificate of our Device CA."""
        return certify(self.directory / "devices", self.issuers, name, now=_CLOCK.now())

    def control_plane(self) -> ClientFiles:
        return write_control_plane(
            self.directory, self.issuers, hosts=("localhost",), now=_CLOCK.now()
        )

    def canary(self) -> ClientFiles:
        return write_canary(self.directory, self.issuers, now=_CLOCK.now())

    def start(self) -> None:
        """Write the files and start; returns when both listeners answer."""
        configuration = write_broker(self.plan, self.issuers, self.revoked, now=_CLOCK.now())
        log = (self.directory / "mosquitto.log").open("ab")
        with log:
            self.process = subprocess.Popen(
                [_program(), "-c", str(configuration)], stdout=log, stderr=log
            )
        for port in (self.device_port, self.service_port):
            self._wait_for(port)

    def stop(self) -> None:
        """Ask it to end, and wait."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=10)
            self.process = None

    def kill(self) -> None:
        """End it without a word to anybody."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=10)
            self.process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def log(self) -> str:
        return (self.directory / "mosquitto.log").read_text()

    def _wait_for(self, port: int) -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise RuntimeError(f"mosquitto ended: {self.log()[-2000:]}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.02)
        raise RuntimeError(f"mosquitto does not listen: {self.log()[-2000:]}")


@contextmanager
def running_mosquitto(directory: Path) -> Iterator[Broker]:
    """Start a broker with fresh issuers, and stop it afterwards."""
    plan = Plan(
        directory=directory / "broker",
        device_port=own_ports(),
        service_port=own_ports(),
        # In a container of root's the files are root's: it may not leave that account.
        user="root" if os.geteuid() == 0 else None,
    )
    broker = Broker(directory, FileIssuers(directory, now=_CLOCK.now()), plan)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


def _program() -> str:
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if found is None:
        raise RuntimeError("mosquitto is not installed: run `make setup`")
    return found
