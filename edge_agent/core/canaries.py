"""By which bytes is a document found again where it must not be?"""

from collections.abc import Iterable

LENGTH = 32
_DISTINCT = 12  # runs of zeros or blanks stand in every file
_MANY = 3


def canaries_of(document: bytes) -> tuple[bytes, ...]:
    """A few short pieces that hardly any other file holds; none when it is too plain."""
    pieces = []
    for part in range(1, _MANY + 1):
        start = len(document) * part // (_MANY + 1)
        piece = _telling(document, start, start + 4096)
        if piece is not None:
            pieces.append(piece)
    return tuple(dict.fromkeys(pieces))


def _telling(document: bytes, start: int, end: int) -> bytes | None:
    for at in range(start, min(end, len(document) - LENGTH + 1)):
        piece = document[at : at + LENGTH]
        if len(set(piece)) >= _DISTINCT:
            return piece
    return None


def holds_any(content: bytes, canaries: Iterable[bytes]) -> bool:
    """Does one of them stand in ``content``?"""
    return any(canary in content for canary in canaries)
