"""Where does a bench measure? In a whole demo of its own, on free ports, in a temporary folder."""

import asyncio
import contextlib
import json
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from provisioning.demo.ports import Ports, free_ports
from provisioning.demo.state import State

ROOT = Path(__file__).parents[2]
READY_TIMEOUT_S = 120


@dataclass(frozen=True, slots=True)
class World:
    """A demo that runs."""

    state: State
    ports: Ports
    supervisor: int  # process id
    ready_s: float  # from the start of the command to the line that says so

    def process(self, module: str) -> int:
        """The process id of the child that runs ``python -m module``."""
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                command = (folder / "cmdline").read_bytes().split(b"\0")
                parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
                if parent == self.supervisor and module.encode() in command:
                    return int(folder.name)
        raise LookupError(f"{module} does not run")

    def account(self, agency: str) -> dict[str, str]:
        """User name and password of the first clerk of an agency."""
        return account_of(self.state, agency)

    @property
    def web(self) -> str:
        """The control plane's origin."""
        return f"http://127.0.0.1:{self.ports.web}"

    @property
    def screens(self) -> str:
        """The device's screens' origin."""
        return f"http://127.0.0.1:{self.ports.screens}"


def account_of(state: State, agency: str) -> dict[str, str]:
    """User name and password of the first clerk of an agency."""
    accounts: list[dict[str, str]] = json.loads(state.accounts.read_text())
    return next(account for account in accounts if account["agency"] == agency)


@contextlib.asynccontextmanager
async def demo(peripherals: str = "") -> AsyncIterator[World]:
    """A fresh demo: everything installed, nothing stored; simulated peripherals by default."""
    with tempfile.TemporaryDirectory(prefix="etapiste-bench-") as folder:
        state = State(Path(folder) / "demo")
        if peripherals:
            state.root.mkdir(parents=True)
            state.peripherals.write_text(peripherals)
        async with running(state, free_ports()) as world:
            yield world


@contextlib.asynccontextmanager
async def running(state: State, ports: Ports) -> AsyncIterator[World]:
    """The demo, as `make demo` starts it, with what ``state`` holds."""
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "provisioning.demo", "--port", str(ports.web), "--state", str(state.root)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(READY_TIMEOUT_S):
            await _ready(process)
        yield World(state, ports, process.pid, time.monotonic() - began)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.communicate()


async def _ready(process: asyncio.subprocess.Process) -> None:
    if process.stdout is None:
        raise RuntimeError("the demo has no output")
    said = []
    while line := (await process.stdout.readline()).decode():
        said.append(line)
        if line.startswith("ready: "):
            return
    raise RuntimeError(f"the demo did not come up:\n{''.join(said)}")
