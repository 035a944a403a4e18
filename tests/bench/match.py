"""What does one event cost the board of the national queue? Applied, matched, pairings taken off.

Two boards, since a queue lasts only where something is short: one where every booth is taken and
booths are freed, one where every clerk is busy and clerks go free. The dearer one is the number.
"""

import gc
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from random import Random
from time import perf_counter
from uuid import UUID

from control_plane.routing.rules.board import (
    Board,
    BoothChanges,
    ClerkFree,
    ClerkLeaves,
    Event,
    TicketLeaves,
    TicketWaits,
    apply,
    board_of,
)
from control_plane.routing.rules.eligibility import clerk_reasons
from control_plane.routing.rules.facts import Booth, FreeClerk, Need, Profile, WaitingTicket
from control_plane.routing.rules.matching import match
from control_plane.routing.rules.policy import Policy, PriorityClass
from shared.languages import Language
from tests.bench.numbers import Number, Numbers, median
from tests.control_plane.routing.rules.oracle import scan

FEW, MANY = 100, 10_000  # waiting tickets
CLERKS, BOOTHS, AGENCIES = 2_000, 1_000, 12
EVENTS, STRETCH = 2_000, 100  # in a run; of one board before it is the other's turn
PAIRS = 5
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
POLICY = Policy(
    classes={"returned": PriorityClass(base=600, rate=1), "booked": PriorityClass(base=0, rate=3)}
)
LANGUAGES = (Language.FINNISH, Language.SWEDISH, Language.ENGLISH)
SERVICES = (("", 7), ("pensions", 14), ("", 30))  # skill and minutes, three to an agency


class Short(StrEnum):
    """What there is too little of, so that tickets wait."""

    BOOTHS = "booths"
    CLERKS = "clerks"


@dataclass(slots=True)
class World:
    """A board in use, with as many waiting tickets as it began with."""

    random: Random
    board: Board
    waiting: list[UUID]
    clerks: list[FreeClerk]
    short: Short
    now: datetime = NOW
    paired: int = 0
    where: dict[UUID, int] = field(init=False)  # in `waiting`

    def __post_init__(self) -> None:
        self.where = {each: number for number, each in enumerate(self.waiting)}

    def next_event(self) -> Event:
        """Something frees where somebody waits, so that boards of all sizes have the same work."""
        ticket = self.board.tickets[self.random.choice(self.waiting)]
        if self.short is Short.BOOTHS:
            return BoothChanges(booth(ticket.point, free=True))
        clerk = self.random.choice(self.clerks)
        while clerk_reasons(ticket, clerk, self.now, POLICY):
            clerk = self.random.choice(self.clerks)
        return ClerkFree(replace(clerk, idle_since=self.now))

    def step(self) -> float:
        """One event, its match, its pairings off the board, a newcomer; seconds."""
        event = self.next_event()
        newcomer = a_ticket(self.random, self.now)
        started = perf_counter()
        apply(self.board, event)
        found = match(self.board, self.now)
        for pair in found:
            apply(self.board, TicketLeaves(pair.ticket.id))
            apply(self.board, ClerkLeaves(pair.clerk.id))
            apply(self.board, BoothChanges(pair.booth.taken()))
        if found:
            apply(self.board, TicketWaits(newcomer))
        took = perf_counter() - started
        for pair in found:
            self.where[newcomer.id] = self.where.pop(pair.ticket.id)
            self.waiting[self.where[newcomer.id]] = newcomer.id
            self.put_back(pair.clerk, pair.booth)
        self.now += SECOND
        self.paired += len(found)
        return took

    def put_back(self, clerk: FreeClerk, taken: Booth) -> None:
        """What there is enough of stays enough."""
        if self.short is Short.CLERKS:
            apply(self.board, BoothChanges(taken))
        else:
            apply(self.board, ClerkFree(replace(clerk, idle_since=self.now)))


async def measure() -> Numbers:
    """`match.ms_10k`, `match.cost_growth`."""
    runs = [pair_of_runs(short, seed) for short in Short for seed in range(PAIRS)]
    by_board = [[run for run in runs if run.short is short] for short in Short]
    dearest = max(by_board, key=lambda group: median([run.many_ms for run in group]))
    growths = {group[0].short: median([run.growth for run in group]) for group in by_board}
    steepest = max(growths, key=lambda short: growths[short])
    n = PAIRS * EVENTS
    each = "means of 100 events, median; an event is applied and matched, "
    taken = "its pairings are taken off and a newcomer comes"
    return {
        "match.ms_10k": Number(
            median([run.many_ms for run in dearest]),
            "ms",
            n,
            median([run.scan_ms for run in dearest]),
            f"{each}{taken}; short of {dearest[0].short}; raw: the naive scan of the same board",
        ),
        "match.cost_growth": Number(
            growths[steepest],
            "",
            n,
            note=f"10,000 waiting to 100 waiting, in turn; short of {steepest} "
            f"({', '.join(f'{short}: {growth:.2f}' for short, growth in growths.items())})",
        ),
    }


@dataclass(frozen=True, slots=True)
class Run:
    """A small board, a large board and a scan of the large one, one after another."""

    short: Short
    few_ms: float
    many_ms: float
    scan_ms: float

    @property
    def growth(self) -> float:
        """What a hundred times as many tickets cost."""
        return self.many_ms / self.few_ms


def pair_of_runs(short: Short, seed: int) -> Run:
    """Few and many in turn, a stretch each, without the collector of garbage."""
    few, many = world(FEW, short, seed), world(MANY, short, seed)
    stretch(few), stretch(many)  # warms up
    gc.collect()
    gc.disable()
    try:
        pairs = [(stretch(few), stretch(many)) for _ in range(EVENTS // STRETCH)]
        scan_s = timed(lambda: scan_of(many))
    finally:
        gc.enable()
    return Run(
        short,
        1000 * median([pair[0] for pair in pairs]),
        1000 * median([pair[1] for pair in pairs]),
        1000 * scan_s,
    )


def stretch(world: World) -> float:
    """Seconds per event."""
    before = world.paired
    took = sum(world.step() for _ in range(STRETCH)) / STRETCH
    if world.paired - before < STRETCH // 2:
        raise RuntimeError("most events made no pair")
    return took


def scan_of(world: World) -> None:
    """What a scan over everything costs, once."""
    board = world.board
    booths = [each for point in board.booths.values() for each in point.values()]
    scan(board.tickets.values(), board.clerks.values(), booths, world.now, board.policy)


def timed(run: Callable[[], None]) -> float:
    """Seconds."""
    started = perf_counter()
    run()
    return perf_counter() - started


def world(waiting: int, short: Short, seed: int) -> World:
    """A nation with this many visitors waiting, and nothing that could be paired yet."""
    random = Random(seed)  # noqa: S311 - a repeatable world, no secret
    tickets = [a_ticket(random, NOW - SECOND * random.randrange(3600)) for _ in range(waiting)]
    clerks = [a_clerk(random) for _ in range(CLERKS)]
    rooms = [booth(f"p{number}", free=short is Short.CLERKS) for number in range(BOOTHS)]
    board = board_of(tickets, [] if short is Short.CLERKS else clerks, rooms, POLICY)
    return World(random, board, [each.id for each in tickets], clerks, short)


def a_ticket(random: Random, arrived_at: datetime) -> WaitingTicket:
    """Somebody somewhere in the country."""
    skill, minutes = random.choice(SERVICES)
    return WaitingTicket(
        id=UUID(int=random.getrandbits(128)),
        arrived_at=arrived_at,
        point=f"p{random.randrange(BOOTHS)}",
        need=Need(
            agency=f"a{random.randrange(AGENCIES)}",
            language=random.choices(LANGUAGES, (90, 6, 4))[0],
            skill=skill,
            minutes=minutes,
            priority=random.choices(("", "returned", "booked"), (90, 5, 5))[0],
        ),
    )


def a_clerk(random: Random) -> FreeClerk:
    """Finnish always, others less often; half of them know pensions."""
    further = {each for each in LANGUAGES[1:] if random.random() < 0.4}
    return FreeClerk(
        id=UUID(int=random.getrandbits(128)),
        agency=f"a{random.randrange(AGENCIES)}",
        profile=Profile(
            frozenset({Language.FINNISH, *further}),
            frozenset({("pensions", 3)}) if random.random() < 0.5 else frozenset(),
        ),
        idle_since=NOW - SECOND * random.randrange(3600),
    )


def booth(point: str, *, free: bool) -> Booth:
    """The one booth of a point, with everything."""
    return Booth(point, "1", free=free, ready=True, can_print=True, can_show_papers=True)
