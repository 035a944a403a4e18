"""Which ports does nobody listen on, and does no other run of ours on this machine take?

A port that is only looked at belongs to whoever binds it first, and one of the ephemeral range to
any passing connection while its server is started again. So each process keeps a block of ports
below that range for as long as it lives, by a lock on a file, and deals them out in turn.
"""

import contextlib
import fcntl
import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

HOST = "127.0.0.1"
FIRST, LAST, BLOCK = 20_000, 32_000, 200


class NoFreePorts(Exception):
    """Every block belongs to another process, or every port of ours is in use."""


class Block:
    """The ports of this process; ``claims`` is where processes keep theirs."""

    def __init__(self, claims: Path) -> None:
        self._claims = claims
        self._lock = threading.Lock()
        self._kept: int | None = None  # the open file whose lock says that the block is ours
        self._first = self._next = 0

    def take(self, count: int) -> int:
        """The first of so many ports in a row; none of them is dealt again before all others."""
        with self._lock:
            if self._kept is None:
                self._kept, self._first = _claimed(self._claims)
                self._next = self._first
            for _ in range(BLOCK):
                if self._next + count > self._first + BLOCK:
                    self._next = self._first
                first = self._next
                self._next += 1
                if all(map(is_free, range(first, first + count))):
                    self._next = first + count
                    return first
        raise NoFreePorts(f"no {count} in a row from {self._first} on")


def is_free(port: int) -> bool:
    """Could a server listen there? A connection that lingers from the last one is none."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind is socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                return False
    return True


def _claimed(claims: Path) -> tuple[int, int]:
    claims.mkdir(mode=0o700, exist_ok=True)
    for first in _blocks():
        kept = os.open(claims / str(first), os.O_RDWR | os.O_CREAT, 0o600)
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(kept, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return kept, first
        os.close(kept)
    raise NoFreePorts("every block belongs to another process")


def _blocks() -> Iterator[int]:
    """From one on that depends on the process: the last run's ports may not be free at once."""
    blocks = range(FIRST, LAST, BLOCK)
    start = os.getpid() % len(blocks)
    return iter([*blocks[start:], *blocks[:start]])


_OURS = Block(Path(tempfile.gettempdir()) / f"etapiste-ports-{os.getuid()}")


def own_ports(count: int = 1) -> int:
    """The first of so many free ports in a row, which this process has for itself until it ends."""
    return _OURS.take(count)
