"""How does a task live on through expected failures, and how does systemd hear that we live?"""

import asyncio
import random
import socket
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()


def pause_s(attempt: int, *, first_s: float, longest_s: float, chance: float) -> float:
    """Full jitter: anything up to an exponentially growing bound, so that a fleet spreads out.

    ``chance`` is in [0, 1); ``attempt`` counts from 0.
    """
    bound = min(longest_s, first_s * 2.0 ** min(attempt, 32))
    return float(bound * chance)


def heed_cancellation() -> None:
    """Stop here if we were told to, although a library swallowed it.

    `asyncio.wait_for` before Python 3.12 forgets a cancellation that comes together with the
    result (gh-86296), and a farewell that fails can take its place.
    """
    current = asyncio.current_task()
    if current is not None and current.cancelling():
        raise asyncio.CancelledError


async def keep_trying(  # noqa: PLR0913 - four of them have a sound default
    name: str,
    attempt: Callable[[], Awaitable[None]],
    *,
    expected: tuple[type[Exception], ...],
    first_s: float = 0.5,
    longest_s: float = 15.0,
    healthy_after_s: float = 30.0,
) -> None:
    """Run ``attempt`` again and again; an expected failure pauses and retries in place.

    A bug flies through and ends the process. An attempt that lived for ``healthy_after_s``
    starts the pauses anew.
    """
    loop = asyncio.get_running_loop()
    failures = 0
    while True:
        started = loop.time()
        try:
            await attempt()
        except expected as trouble:
            heed_cancellation()
            if loop.time() - started >= healthy_after_s:
                failures = 0
            pause = pause_s(
                failures,
                first_s=first_s,
                longest_s=longest_s,
                chance=random.random(),  # noqa: S311 - spreads load, guards nothing
            )
            failures += 1
            log.warning(
                "task failed and will be tried again",
                task=name,
                reason=type(trouble).__name__,
                pause_s=round(pause, 2),
            )
            await asyncio.sleep(pause)
        else:
            failures = 0


class Systemd:
    """sd_notify(3) over its datagram socket; silent where there is no systemd."""

    def __init__(self, address: str) -> None:
        # A leading @ stands for the abstract namespace.
        self._address = "\0" + address[1:] if address.startswith("@") else address

    def ready(self) -> None:
        """Everything is started."""
        self._send("READY=1")

    def alive(self) -> None:
        """Only for the loop that looks after the others: the watchdog must see them, not it."""
        self._send("WATCHDOG=1")

    def status(self, text: str) -> None:
        """One line for ``systemctl status``."""
        self._send(f"STATUS={text}")

    def stopping(self) -> None:
        """We end because we were told to."""
        self._send("STOPPING=1")

    def _send(self, text: str) -> None:
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as talk:
            try:
                talk.connect(self._address)
                talk.send(text.encode())
            except OSError as trouble:
                log.warning("systemd cannot be told", reason=type(trouble).__name__)
