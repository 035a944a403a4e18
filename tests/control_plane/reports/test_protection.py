"""Can a hidden cell be worked out from what a table shows? By an oracle that solves equations."""

from collections.abc import Iterable
from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from control_plane.reports.rules.cells import SMALLEST_CELL
from control_plane.reports.rules.protection import ALL, Shown, bridges, protect

PARTS = ("a", "b", "c", "d")
counts = st.dictionaries(
    st.sampled_from("pqrst"),
    st.dictionaries(st.sampled_from(PARTS), st.integers(0, 12)),
    max_size=5,
)
# The same visits by something else: each is given to one of two or three others.
Cell = tuple[int, str, str]


def elsewise(counted: dict[str, dict[str, int]], split: list[int]) -> dict[str, dict[str, int]]:
    """A second table with the same column sums."""
    sums = {part: sum(row.get(part, 0) for row in counted.values()) for part in PARTS}
    rows: dict[str, dict[str, int]] = {"x": {}, "y": {}, "z": {}}
    for part, share in zip(PARTS, split, strict=True):
        first = sums[part] * share // 12
        rows["x"][part], rows["y"][part] = first, sums[part] - first
        rows["z"][part] = 0
    return rows


def unknowns_that_follow(tables: Iterable[Shown]) -> list[Cell]:
    """The hidden cells that the shown ones determine, by Gauss over fractions."""
    equations: list[dict[Cell | None, Fraction]] = []
    hidden: set[Cell] = set()
    for number, table in enumerate(tables):
        rows = [row for row in table if row != ALL]
        lines = [[(row, part) for part in (*PARTS, ALL)] for row in table]
        lines += [[(row, column) for row in (*rows, ALL)] for column in (*PARTS, ALL)]
        for line in lines:
            equation: dict[Cell | None, Fraction] = {}
            for (row, column), sign in zip(line, [1] * (len(line) - 1) + [-1], strict=True):
                place: Cell = (0 if row == ALL else number, row, column)
                shown = table[row][column]
                if shown is None:
                    hidden.add(place)
                    equation[place] = equation.get(place, Fraction(0)) + sign
            equations.append(equation)
    pivots: dict[Cell | None, dict[Cell | None, Fraction]] = {}
    for equation in equations:
        for pivot, known in pivots.items():
            factor = equation.get(pivot, Fraction(0))
            for cell, value in known.items():
                equation[cell] = equation.get(cell, Fraction(0)) - factor * value
        left = {cell: value for cell, value in equation.items() if value}
        if not left:
            continue
        pivot = next(iter(left))
        found = {cell: value / left[pivot] for cell, value in left.items()}
        for other, known in list(pivots.items()):
            factor = known.get(pivot, Fraction(0))
            both = {cell: known.get(cell, Fraction(0)) for cell in {*known, *found}}
            pivots[other] = {
                cell: value - factor * found.get(cell, Fraction(0)) for cell, value in both.items()
            }
        pivots[pivot] = found
    return [
        cell for cell in hidden if cell in pivots and [v for v in pivots[cell].values() if v] == [1]
    ]


@given(
    counted=counts,
    split=st.lists(st.integers(0, 12), min_size=4, max_size=4),
    sums_known=st.booleans(),
)
def test_nothing_hidden_can_be_worked_out_from_both_tables_together(
    *, counted: dict[str, dict[str, int]], split: list[int], sums_known: bool
) -> None:
    tables = [counted, elsewise(counted, split)]
    shown = protect(tables, PARTS, sums_known=sums_known)
    assert unknowns_that_follow(shown) == []
    assert shown[0][ALL] == shown[1][ALL]


@given(counted=counts, sums_known=st.booleans())
def test_what_is_shown_is_true_and_none_of_it_is_small(
    *, counted: dict[str, dict[str, int]], sums_known: bool
) -> None:
    [shown] = protect([counted], PARTS, sums_known=sums_known)
    for row, part in product(counted, PARTS):
        told = shown[row][part]
        assert told is None or told == counted[row].get(part, 0)
        assert told is None or told == 0 or told >= SMALLEST_CELL
    for row, cells in counted.items():
        many = sum(cells.values())
        assert shown[row][ALL] in ({many} if sums_known else {many, None})
        if 0 < many < SMALLEST_CELL:
            assert {shown[row][part] for part in PARTS} == {None}
    for part in PARTS:
        assert shown[ALL][part] in {None, sum(row.get(part, 0) for row in counted.values())}


@given(counted=counts, sums_known=st.booleans())
def test_whoever_subtracts_from_a_sum_is_left_with_five_or_more(
    *, counted: dict[str, dict[str, int]], sums_known: bool
) -> None:
    [shown] = protect([counted], PARTS, sums_known=sums_known)
    for part in PARTS:
        total = shown[ALL][part]
        hidden = [row for row in counted if shown[row][part] is None]
        if total is not None and hidden:
            assert sum(counted[row].get(part, 0) for row in hidden) >= SMALLEST_CELL
            assert len(hidden) > 1
    for row, cells in counted.items():
        gone = [part for part in PARTS if shown[row][part] is None]
        if shown[row][ALL] is not None and 0 < len(gone) < len(PARTS):
            assert sum(cells.get(part, 0) for part in gone) >= SMALLEST_CELL


def test_where_all_cells_are_large_all_is_told() -> None:
    counted = {"p": {"a": 9, "b": 5}, "q": {"a": 7, "b": 0}}
    [shown] = protect([counted], ("a", "b"), sums_known=False)
    assert shown == {
        "p": {"a": 9, "b": 5, ALL: 14},
        "q": {"a": 7, "b": 0, ALL: 7},
        ALL: {"a": 16, "b": 5, ALL: 21},
    }


def test_a_small_cell_takes_another_of_its_row_and_of_its_column_with_it() -> None:
    counted = {
        "p": {"a": 9, "b": 2, "c": 20},
        "q": {"a": 8, "b": 7, "c": 20},
        "r": {"a": 30, "b": 40, "c": 50},
    }
    [shown] = protect([counted], ("a", "b", "c"), sums_known=False)
    assert {(r, c) for r in shown for c in shown[r] if shown[r][c] is None} == {
        ("p", "a"),
        ("p", "b"),
        ("q", "a"),
        ("q", "b"),
    }


def test_nothing_happened_is_no_secret() -> None:
    [shown] = protect([{"p": {}}], ("a", "b"), sums_known=True)
    assert shown == {"p": {"a": 0, "b": 0, ALL: 0}, ALL: {"a": 0, "b": 0, ALL: 0}}
    assert protect([{}], ("a",), sums_known=True) == [{ALL: {"a": 0, ALL: 0}}]


def test_an_edge_between_two_circles_is_a_bridge() -> None:
    circles = [("1", "a"), ("1", "b"), ("2", "a"), ("2", "b")]
    circles += [("3", "c"), ("3", "d"), ("4", "c"), ("4", "d")]
    assert bridges(circles) == []
    assert bridges([*circles, ("1", "c")]) == [("1", "c")]
    assert bridges([("5", "e")]) == [("5", "e")]
