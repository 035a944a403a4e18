"""By which bytes is a document or a text found again where it must not be?"""

import json
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


def canaries_of_text(text: str) -> tuple[bytes, ...]:
    """The same of a short text, as it would stand in a file and in a line of JSON."""
    pieces: list[bytes] = []
    for form in (text.encode(), json.dumps(text)[1:-1].encode()):
        short = len(form) <= LENGTH and len(set(form)) >= _DISTINCT
        pieces += [form] if short else canaries_of(form)
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
