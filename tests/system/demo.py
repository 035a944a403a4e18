"""How does a test get a whole service point? The demo itself, on ports and state of its own."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from provisioning.own_ports import own_ports

ROOT = Path(__file__).resolve().parents[2]
PORTS = 6
READY_WITHIN_S = 60


@dataclass(frozen=True)
class Account:
    """One demo account, as the terminal shows it."""

    username: str
    password: str
    agency: str


@dataclass
class Place:
    """Where people meet: pages at one address, accounts and screens in one folder."""

    state: Path
    port: int

    @property
    def url(self) -> str:
        """Where the start page is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def accounts(self) -> list[Account]:
        """The accounts that the demo made."""
        kept = json.loads((self.state / "accounts.json").read_text())
        return [Account(a["username"], a["password"], a["agency"]) for a in kept]

    def account(self, agency: str) -> Account:
        """The first account of an agency's clerk."""
        return next(each for each in self.accounts if each.agency == agency)

    def link(self, code: str) -> str:
        """The URL of one of the point's screens, from the start page's own list."""
        with urllib.request.urlopen(f"{self.url}/api/v1/start", timeout=10) as answer:
            links = json.load(answer)["links"]
        return str(next(link["url"] for link in links if link["code"] == code))


@dataclass
class Demo(Place):
    """A running demo."""

    process: "subprocess.Popen[str]"
    output: Path

    def child(self, name: str) -> int:
        """The process id of one of the demo's children."""
        wanted = {
            "broker": "mosquitto",
            "relay": "turnserver",
            "control-plane": "control_plane",
            "agent": "edge_agent",
        }[name]
        for pid in _descendants(self.process.pid):
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            if any(wanted in part for part in command):
                return pid
        raise LookupError(name)

    def kill(self, name: str) -> None:
        """End a child as a power cut would."""
        os.kill(self.child(name), signal.SIGKILL)

    def logs(self) -> str:
        """What all children have written, for a failed test's report."""
        return "\n".join(
            f"--- {log.name}\n{log.read_text(errors='replace')[-4000:]}"
            for log in sorted((self.state / "log").glob("*.log"))
        )


@contextlib.contextmanager
def running_demo(
    state: Path, *, peripherals: str | None = None, options: Sequence[str] = ()
) -> Iterator[Demo]:
    """Start the demo under ``state``, wait until it says ready, stop it as Ctrl-C does."""
    state.mkdir(parents=True, exist_ok=True)
    if peripherals is not None:
        (state / "peripherals.toml").write_text(peripherals)
    port = own_ports(PORTS)
    output = state.parent / f"{state.name}.out"
    with output.open("w") as written:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "provisioning.demo",
                "--port",
                str(port),
                "--state",
                str(state),
                *options,
            ],
            cwd=ROOT,
            stdout=written,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    demo = Demo(state=state, port=port, process=process, output=output)
    try:
        _wait_until_ready(demo)
        yield demo
    finally:
        children = _descendants(process.pid)
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=20)
        finally:
            process.kill()
            process.wait()
        left = [pid for pid in children if Path(f"/proc/{pid}").exists()]
        assert not left, f"children outlived the demo: {left}"


def _wait_until_ready(demo: Demo) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        said = demo.output.read_text()
        if re.search(r"^ready: http", said, re.MULTILINE):
            return
        if demo.process.poll() is not None:
            raise AssertionError(f"the demo ended before it was ready\n{said}\n{demo.logs()}")
        time.sleep(0.1)
    raise AssertionError(f"the demo was not ready in time\n{demo.output.read_text()}")


def _descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        direct = [int(child) for child in children.read_text().split()]
    except FileNotFoundError:
        return []
    return direct + [grandchild for child in direct for grandchild in _descendants(child)]
