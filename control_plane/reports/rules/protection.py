"""Which cells of a table are hidden, so that no small one can be worked out from the others?

A table has a row for each place and a column for each answer, and the sums of both. A cell of one
to four is hidden, and all answers of a row of so few. That alone does not hide them: what is left
can be subtracted from a sum. Seen as a graph, with a node for each row and column (the sums' own
among them) and an edge for each hidden cell, a cell can be worked out exactly when its edge is a
bridge. So more is hidden until there is no bridge, and until no line whose sum is shown hides
fewer than five altogether (Cox 1980; Hundepool and others, Statistical Disclosure Control, 4).
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from control_plane.reports.rules.cells import SMALLEST_CELL

# The row of the sums of columns, and the column of the sums of rows.
ALL = ""

Cell = tuple[str, str]  # row, column
Counts = Mapping[str, Mapping[str, int]]
Shown = dict[str, dict[str, int | None]]


def protect(tables: Collection[Counts], parts: Collection[str], *, sums_known: bool) -> list[Shown]:
    """Tables of the same visits, each by something else, with None where a cell is hidden.

    They share the row of sums: what one must hide there, all hide. ``sums_known``: how many a row
    has is told elsewhere, so its sum is no secret, and hiding it would protect nothing.
    """
    made = [_Table.of(counts, tuple(parts), sums_known=sums_known) for counts in tables]
    shared: set[Cell] = set()
    while True:
        for table in made:
            table.hide(shared)
        found = {cell for table in made for cell in table.hidden if cell[0] == ALL}
        if found == shared:
            return [table.shown() for table in made]
        shared = found


@dataclass(slots=True)
class _Table:
    """All cells with their sums, and which of them are hidden."""

    cells: dict[Cell, int]
    rows: tuple[str, ...]  # without that of the sums
    parts: tuple[str, ...]
    sums_known: bool
    hidden: set[Cell] = field(default_factory=set)

    @classmethod
    def of(cls, counts: Counts, parts: tuple[str, ...], *, sums_known: bool) -> "_Table":
        cells: defaultdict[Cell, int] = defaultdict(int)
        for row, counted in counts.items():
            for part in parts:
                for cell in ((row, part), (ALL, part), (row, ALL), (ALL, ALL)):
                    cells[cell] += counted.get(part, 0)
        if not counts:
            cells.update({(ALL, column): 0 for column in (*parts, ALL)})
        return cls(dict(cells), tuple(counts), parts, sums_known)

    def shown(self) -> Shown:
        """As it may be told; the sums stand under `ALL`."""
        return {
            row: {
                column: None if (row, column) in self.hidden else self.cells[row, column]
                for column in (*self.parts, ALL)
            }
            for row in (*self.rows, ALL)
        }

    def hide(self, also: Collection[Cell]) -> None:
        """Hide what is small, ``also`` these, and whatever else would give them away."""
        self.hidden |= {cell for cell in also if self._may_hide(cell)}
        for (row, column), count in self.cells.items():
            if 0 < count < SMALLEST_CELL and self._may_hide((row, column)):
                self.hidden.add((row, column))
            if column == ALL and 0 < count < SMALLEST_CELL:
                self.hidden.update((row, part) for part in self.parts)
        while self._hide_more():
            pass

    def _hide_more(self) -> bool:
        """One more round; False: nothing had to be hidden."""
        more = {cell for line in self._lines() for cell in self._given_away(line)}
        if not more:
            more = {cell for bridge in bridges(self.hidden) for cell in self._beside(bridge)}
        before = len(self.hidden)
        self.hidden |= more
        return len(self.hidden) > before

    def _lines(self) -> Iterator[tuple[list[Cell], Cell]]:
        """The cells of every row and column, and their sum."""
        for row in (*self.rows, ALL):
            yield [(row, part) for part in self.parts], (row, ALL)
        for column in (*self.parts, ALL):
            yield [(row, column) for row in self.rows], (ALL, column)

    def _given_away(self, line: tuple[list[Cell], Cell]) -> list[Cell]:
        """What else of a line is hidden, whose shown sum leaves too few for what is hidden."""
        cells, total = line
        hidden = [cell for cell in cells if cell in self.hidden]
        if not hidden or total in self.hidden:
            return []
        if sum(self.cells[cell] for cell in hidden) >= SMALLEST_CELL and len(hidden) > 1:
            return []
        return self._smallest([*cells, total])

    def _beside(self, cell: Cell) -> list[Cell]:
        """Another cell of the row or column of one that could be worked out."""
        row, column = cell
        here = [(row, each) for each in (*self.parts, ALL)]
        here += [(each, column) for each in (*self.rows, ALL)]
        return self._smallest(here)

    def _smallest(self, cells: Collection[Cell]) -> list[Cell]:
        """The smallest shown one that may be hidden, in a list; zeros tell the least."""
        free = [cell for cell in cells if cell not in self.hidden and self._may_hide(cell)]
        return sorted(free, key=lambda cell: (self.cells[cell] == 0, self.cells[cell], cell))[:1]

    def _may_hide(self, cell: Cell) -> bool:
        return not (self.sums_known and cell[1] == ALL)


def bridges(edges: Collection[Cell]) -> list[Cell]:
    """The edges between rows and columns that no circle of edges goes through."""
    beside: defaultdict[tuple[int, str], list[tuple[int, str]]] = defaultdict(list)
    for row, column in sorted(edges):
        beside[0, row].append((1, column))
        beside[1, column].append((0, row))
    order: dict[tuple[int, str], int] = {}
    low: dict[tuple[int, str], int] = {}
    found: list[Cell] = []
    for root in beside:
        if root in order:
            continue
        order[root] = low[root] = len(order)
        path = [(root, iter(beside[root]))]
        while path:
            node, neighbours = path[-1]
            parent = path[-2][0] if len(path) > 1 else None
            following = next(neighbours, None)
            if following is None:
                path.pop()
                if parent is not None:
                    low[parent] = min(low[parent], low[node])
                    if low[node] > order[parent]:
                        first, second = sorted((parent, node))
                        found.append((first[1], second[1]))
            elif following not in order:
                order[following] = low[following] = len(order)
                path.append((following, iter(beside[following])))
            elif following != parent:
                low[node] = min(low[node], order[following])
    return found
