"""Who stops the children when the supervisor itself is killed? One small process that outlives it.

It reads process groups from a pipe, ``+123`` when one starts and ``-123`` when it is gone, and
kills what is left as soon as the pipe closes, which the kernel does even after `kill -9`. The
death signal of prctl(2) would reach a child but not what that child has started.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

GRACE_S = 3.0


class Warden:
    """The supervisor's end: it tells what runs."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-I", "-S", __file__], stdin=subprocess.PIPE, start_new_session=True
        )
        if self._process.stdin is None:
            raise RuntimeError("the warden has no pipe")
        self._pipe = self._process.stdin

    def guard(self, group: int) -> None:
        """This process group must not outlive us."""
        self._say(f"+{group}\n")

    def release(self, group: int) -> None:
        """This process group is gone."""
        self._say(f"-{group}\n")

    def close(self) -> None:
        """Let the warden kill what is left, and go."""
        with suppress(BrokenPipeError):
            self._pipe.close()
        self._process.wait()

    def _say(self, line: str) -> None:
        self._pipe.write(line.encode())
        self._pipe.flush()


def alive(group: int) -> bool:
    """Does any process of this group still run?

    A signal 0 would also find the dead that nobody has waited for, and PID 1 of a container may
    never do so.
    """
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, of_group = stat.read_text().rsplit(")", 1)[1].split()[:3]
            if int(of_group) == group and state not in "ZX":
                return True
    return False


def stop_groups(groups: set[int], *, grace_s: float = GRACE_S) -> None:
    """Ask every group to end, wait, then kill those that stayed."""
    for group in groups:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGTERM)
    deadline = time.monotonic() + grace_s
    while any(alive(group) for group in groups) and time.monotonic() < deadline:
        time.sleep(0.05)
    for group in groups:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


def watch() -> None:
    """The warden's whole life."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # only the pipe's end ends it
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    stop_groups(groups)


if __name__ == "__main__":
    watch()
