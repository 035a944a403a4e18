"""Did anything of a visitor stay? Searches files, byte for byte, for strings that were planted."""

import base64
import gzip
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

# A file that is larger than this is read in overlapping pieces.
PIECE = 8 * 1024 * 1024


def forms(canary: str) -> list[bytes]:
    """The forms in which a text may lie on a disk."""
    plain = canary.encode()
    # Base64 depends on the place in its group of three: all three places, inner part only.
    in_base64 = [base64.b64encode(b"\0" * shift + plain)[4:-4] for shift in range(3)]
    return [plain, canary.encode("utf-16-le"), plain.hex().encode(), *in_base64]


def found(canaries: Iterable[str], places: Iterable[Path]) -> list[str]:
    """Where a canary lies: ``file: canary``; empty when nothing stayed."""
    wanted = [(canary, form) for canary in canaries for form in forms(canary)]
    longest = max(len(form) for _, form in wanted)
    hits: list[str] = []
    for path in _files(places):
        for piece in _pieces(path, longest):
            hits.extend(f"{path}: {canary}" for canary, form in wanted if form in piece)
    return sorted(set(hits))


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        yield from (
            path for path in ([place] if place.is_file() else place.rglob("*")) if path.is_file()
        )


def _pieces(path: Path, overlap: int) -> Iterator[bytes]:
    try:
        content = path.read_bytes()
    except OSError:  # a file may go while we look: then it holds nothing
        return
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE + overlap]
    # Logs and caches may be packed: what a reader could unpack counts as stored.
    if content[:2] == b"\x1f\x8b":
        try:
            yield gzip.decompress(content)
        except (OSError, EOFError, zlib.error):
            return
