"""How is each child kept alive, and stopped with everything that it started?"""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from provisioning.demo.warden import Warden, alive

STOP_GRACE_S = 8.0
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 10.0
STEADY_S = 10.0  # having lived this long, a child's next death starts from the first pause again
DEATHS_AT_START = 3


class ChildFailed(Exception):
    """A child could not be brought up; carries the last lines of its log."""


@dataclass(frozen=True, slots=True)
class Child:
    """One program of the demo."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path  # where it runs
    log: Path
    # What must be true before it may start, such as a broker that answers.
    after: Callable[[], Awaitable[None]] | None = None


@dataclass(slots=True)
class Supervisor:
    """Runs children until cancelled; one that dies is started again after a pause."""

    say: Callable[[str], None]
    started: bool = False  # set when everything was ready once: from then on nothing gives up
    _warden: Warden = field(default_factory=Warden)

    async def keep(self, child: Child) -> None:
        """Run one child for good. Cancelling stops it and its whole process group."""
        if child.after is not None:
            await child.after()
        deaths = 0
        while True:
            began = time.monotonic()
            code = await self._run(child)
            lived = time.monotonic() - began
            deaths = 1 if lived > STEADY_S else deaths + 1
            if not self.started and deaths >= DEATHS_AT_START:
                raise ChildFailed(
                    f"{child.name} ended {deaths} times at the start (exit {code})\n"
                    f"{_tail(child.log)}\nthe whole log: {child.log}"
                )
            pause = min(FIRST_PAUSE_S * 2 ** (deaths - 1), LONGEST_PAUSE_S)
            self.say(f"{child.name} ended (exit {code}), starting it again in {pause:g} s")
            await asyncio.sleep(pause)

    def close(self) -> None:
        """Leave nothing behind, whatever happened before."""
        self._warden.close()

    async def _run(self, child: Child) -> int:
        with _open_log(child.log) as log:
            process = await asyncio.create_subprocess_exec(
                *child.command,
                env=dict(child.environment),
                cwd=child.folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
            )
        group = process.pid
        self._warden.guard(group)
        try:
            return await process.wait()
        finally:
            await asyncio.shield(_end(process, group))
            self._warden.release(group)


async def _end(process: asyncio.subprocess.Process, group: int) -> None:
    """Stop the group kindly, then surely; also what a dead child has left behind."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGTERM)
    deadline = time.monotonic() + STOP_GRACE_S
    # The kernel tells of a child's end but not of its group's: only asking helps.
    while (process.returncode is None or alive(group)) and time.monotonic() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
    await process.wait()


def _open_log(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("ab")


def _tail(path: Path, lines: int = 15) -> str:
    text = path.read_text(errors="replace").splitlines()
    return "\n".join(f"  | {line}" for line in text[-lines:])
