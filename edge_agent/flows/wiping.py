"""Has the booth forgotten the visit? Everything is dropped, then its traces are searched for."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog

from edge_agent.core.canaries import LENGTH, canaries_of, canaries_of_text, holds_any
from edge_agent.errors import PeripheralError
from edge_agent.ports import Rooms, Screen, Screens
from shared.identifiers import RoomId

log = structlog.get_logger()

_CHUNK = 1024 * 1024
_STEP_S = 5.0


@dataclass(frozen=True, slots=True)
class Place:
    """A directory where something of a visit could have stayed behind."""

    name: str
    path: Path


class Wiping:
    """`remember` while the visit runs, `wipe` at its end; the receipt says where traces are."""

    def __init__(
        self,
        *,
        rooms: Rooms,
        screens: Screens,
        purge: Callable[[], Awaitable[object]],
        places: tuple[Place, ...],
    ) -> None:
        self._rooms = rooms
        self._screens = screens
        self._purge = purge
        self._places = places
        self._canaries: set[bytes] = set()

    def remember(self, document: bytes) -> None:
        """A document of this visit went through the device: note by what to find it again."""
        self._canaries.update(canaries_of(document))

    async def traces_of(self, text: str) -> tuple[bytes, ...]:
        """By what would a short text be found again? Not by words that stand here anyway."""
        pieces = canaries_of_text(text)
        known = await asyncio.to_thread(_already_there, self._places, pieces)
        return tuple(piece for piece in pieces if piece not in known)

    def remember_traces(self, pieces: tuple[bytes, ...]) -> None:
        """Such a text was in memory during this visit."""
        self._canaries.update(pieces)

    async def wipe(self, room: RoomId, secrets: tuple[str, ...]) -> tuple[str, ...]:
        """Drop everything of the visit; gives the names of places that still hold some of it.

        ``secrets`` are other strings that must be found nowhere, such as TURN credentials.
        """
        found: list[str] = []
        for name, step in (("room", lambda: self._rooms.close(room)), ("spool", self._purge)):
            try:
                async with asyncio.timeout(_STEP_S):
                    await step()
            except (TimeoutError, PeripheralError) as trouble:
                log.warning("a step of the wiping failed", step=name, reason=type(trouble).__name__)
                found.append(name)
        self._screens.forget_speech()
        self._screens.send(Screen.BOOTH, {"type": "reload"})
        canaries = self._canaries | {secret.encode() for secret in secrets if secret}
        found += await asyncio.to_thread(_search, self._places, canaries)
        if not found:
            self._canaries.clear()
        return tuple(dict.fromkeys(found))


def _search(places: tuple[Place, ...], canaries: set[bytes]) -> list[str]:
    if not canaries:
        return []
    return [
        place.name for place in places if any(_holds(file, canaries) for file in _files(place.path))
    ]


def _already_there(places: tuple[Place, ...], pieces: tuple[bytes, ...]) -> set[bytes]:
    return {piece for piece in pieces if _search(places, {piece})}


def _files(top: Path) -> Iterator[Path]:
    for directory, _, names in os.walk(top):
        for name in names:
            file = Path(directory) / name
            if file.is_file() and not file.is_symlink():
                yield file


def _holds(file: Path, canaries: set[bytes]) -> bool:
    overlap = max(LENGTH, *(len(canary) for canary in canaries))
    tail = b""
    try:
        with file.open("rb") as content:
            while chunk := content.read(_CHUNK):
                if holds_any(tail + chunk, canaries):
                    return True
                tail = chunk[-overlap:]
    except FileNotFoundError:  # gone meanwhile: that is what we want
        return False
    except OSError as trouble:
        log.warning("a file could not be searched", reason=type(trouble).__name__)
        return True
    return False
