"""Do the simulator's day, the rows and the live board tell the same story? By agency, purely."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from control_plane.routing.simulation.day import Record
from control_plane.routing.simulation.measures import by_agency, waits, waits_by

# A visitor who is called a moment later changes who is called after, and the board counts whole
# seconds of the clock: so far may the means of two accounts differ.
WAIT_SHARE = 0.25
WAIT_FLOOR_S = 2.0  # of the clock
# Of fewer visitors the mean tells little.
FEW = 20
EVERYBODY = "all"


@dataclass(frozen=True, slots=True)
class Three:
    """One figure in three accounts."""

    simulator: float
    rows: float
    board: float

    @property
    def same(self) -> bool:
        """Is it the same in all?"""
        return self.simulator == self.rows == self.board


@dataclass(frozen=True, slots=True)
class Waits:
    """A mean wait in four accounts, in seconds of the nation's time."""

    simulator: float
    as_lived: float  # the simulator again, with the machine's own time in every visit
    rows: float
    board: float
    bound: float  # by how much the last three may differ

    @property
    def same(self) -> bool:
        """Is it one story?"""
        apart = max(abs(self.rows - self.as_lived), abs(self.board - self.rows))
        return apart <= self.bound


@dataclass(frozen=True, slots=True)
class Line:
    """One agency's day, or everybody's."""

    agency: str
    came: Three
    served: Three
    missed: Three
    mean_wait_s: Waits
    longest_queue: int  # as the live board showed it

    @property
    def differs(self) -> tuple[str, ...]:
        """What is not the same story, in words."""
        found = [
            f"{self.agency}: {what} {three.simulator:g}, {three.rows:g} and {three.board:g}"
            for what, three in (
                ("came", self.came),
                ("served", self.served),
                ("missed", self.missed),
            )
            if not three.same
        ]
        waits = self.mean_wait_s
        if self.came.simulator >= FEW and not waits.same:
            found.append(
                f"{self.agency}: mean waits of {waits.as_lived:.0f}, {waits.rows:.0f} and "
                f"{waits.board:.0f} s differ by more than {waits.bound:.0f} s"
            )
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Board:
    """What the live board showed, on a clock so many times slower than the nation's."""

    days: Mapping[str, Mapping[str, Any]]  # by agency, as the API gives them
    queues: Mapping[str, int]  # the longest ones, by agency
    speed: float

    def number(self, agency: str, name: str) -> float:
        """A figure of an agency's day; 0 where there is none."""
        return float(self.days.get(agency, {}).get(name) or 0)


@dataclass(frozen=True, slots=True)
class Days:
    """The same day as the simulator foresaw it, as it was, and the simulator's of what it was."""

    simulated: Record
    lived: Record
    as_lived: Record


def compared(days: Days, missed: Mapping[str, int], board: Board) -> list[Line]:
    """Each agency at which somebody came, and everybody."""
    agencies = {*_came(days.simulated), *_came(days.lived)}
    agencies |= {each for each in board.days if board.number(each, "offered")}
    lines = [_line(agency, days, missed.get(agency, 0), board) for agency in sorted(agencies)]
    return [*lines, _everybody(lines, board.speed)] if lines else []


def differences(lines: Iterable[Line]) -> list[str]:
    """Everything in which the accounts are not the same story."""
    return [words for line in lines for words in line.differs]


def _line(agency: str, days: Days, missed: int, board: Board) -> Line:
    records = (days.simulated, days.as_lived, days.lived)
    simulator, as_lived, rows = (
        waits_by(each.visits, by_agency).get(agency, waits(())) for each in records
    )
    return Line(
        agency,
        Three(
            _came(days.simulated)[agency],
            _came(days.lived)[agency],
            board.number(agency, "offered"),
        ),
        Three(simulator.count, rows.count, board.number(agency, "served")),
        Three(0, missed, board.number(agency, "missed")),
        _waits(
            simulator.mean_s,
            as_lived.mean_s,
            rows.mean_s,
            board.speed * board.number(agency, "mean_wait_s"),
            speed=board.speed,
        ),
        board.queues.get(agency, 0),
    )


def _waits(simulator: float, as_lived: float, rows: float, board: float, *, speed: float) -> Waits:
    bound = max(WAIT_FLOOR_S * speed, WAIT_SHARE * as_lived)
    return Waits(simulator, as_lived, rows, board, bound)


def _everybody(lines: Sequence[Line], speed: float) -> Line:
    def total(three: Iterable[Three]) -> Three:
        found = list(three)
        return Three(
            sum(each.simulator for each in found),
            sum(each.rows for each in found),
            sum(each.board for each in found),
        )

    def mean(pairs: Iterable[tuple[float, float]]) -> float:
        found = list(pairs)
        return sum(wait * many for wait, many in found) / (sum(many for _, many in found) or 1)

    return Line(
        EVERYBODY,
        total(line.came for line in lines),
        total(line.served for line in lines),
        total(line.missed for line in lines),
        _waits(
            mean((line.mean_wait_s.simulator, line.served.simulator) for line in lines),
            mean((line.mean_wait_s.as_lived, line.served.rows) for line in lines),
            mean((line.mean_wait_s.rows, line.served.rows) for line in lines),
            mean((line.mean_wait_s.board, line.served.board) for line in lines),
            speed=speed,
        ),
        sum(line.longest_queue for line in lines),
    )


def _came(record: Record) -> Counter[str]:
    tickets = [*(visit.ticket for visit in record.visits), *record.waiting]
    return Counter(each.need.agency for each in tickets)
