"""Which counts may be shown without telling about a person?"""

from collections.abc import Iterable, Mapping

# Cells smaller than this could tell who it was.
SMALLEST_CELL = 5
SMILEYS = range(1, 6)


def suppress(counts: Mapping[int, int]) -> dict[int, int | None]:
    """The smileys' counts, with None where a cell is too small to show.

    A single hidden cell beside a shown total could be worked out, so the total of a row with
    a hidden cell is never given by the caller.
    """
    return {
        smiley: count if (count := counts.get(smiley, 0)) == 0 or count >= SMALLEST_CELL else None
        for smiley in SMILEYS
    }


def total(shown: Iterable[int | None]) -> int | None:
    """The sum of a row; None when any of its cells is hidden."""
    cells = list(shown)
    if any(cell is None for cell in cells):
        return None
    return sum(cell for cell in cells if cell is not None)


def cell(times: int) -> int | None:
    """One count; None where it is too small to show."""
    return times if times == 0 or times >= SMALLEST_CELL else None
