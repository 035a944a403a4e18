"""Which tickets, clerks and booths on the board belong together now?"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heapify, heappop, heappush, heapreplace
from uuid import UUID

from control_plane.routing.rules.board import Bay, Board, Head, Queue, Rank, drop, move_up
from control_plane.routing.rules.eligibility import clerk_reasons, profile_reasons, seats
from control_plane.routing.rules.facts import Booth, FreeClerk, Pairing, Profile, WaitingTicket
from control_plane.routing.rules.policy import Place, Stage, Turn, microseconds, precedence
from control_plane.routing.rules.reserve import gives_way, spare

# The bay: of a line that its queue does not show. The look: that brought the queue, and goes on.
First = tuple[Place, Queue, Bay | None, "_Look | None"]


@dataclass(slots=True)
class _Taken:
    """What this match has given away; the board itself stays as it is."""

    clerks: set[UUID] = field(default_factory=set)
    turns: Counter[tuple[str, Profile]] = field(default_factory=Counter)  # that are past
    booths: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    free: Counter[str] = field(default_factory=Counter)  # clerks, by agency
    expected: Counter[str] = field(default_factory=Counter)  # bookings for which clerks were kept


def match(board: Board, now: datetime) -> list[Pairing]:
    """All pairings that can be made now, first place first; nothing is used twice.

    Total and deterministic: the ticket with the best place that has a fitting booth and a fitting
    clerk takes the first such booth of its point, by code, and the first such clerk, by turn.
    A booth in which a visit of the ticket broke off comes last.
    A queue that nobody can serve now costs one look, however many tickets wait in it.
    """
    now_us = microseconds(now)
    move_up(board, now)
    heads = _fresh(board, now_us)
    agencies = [agency for agency, pools in board.turns.items() if pools]
    # How far each order of queues is looked through: no further than the best of it.
    looks = [
        _Look(ranks, now_us)
        for agency in agencies
        for ranks in board.ranks.get(agency, {}).values()
    ]
    for each in looks:
        each.on(board, heads)
    heapify(heads)
    walks: dict[tuple[Queue, Bay | None], list[Head]] = {}
    taken = _Taken()
    pairings: list[Pairing] = []
    most = min(len(board.clerks), board.seats)
    while heads:
        (_, _, oldest), queue, alone, look = heappop(heads)
        if look is not None:
            look.on(board, heads)
        ticket = board.tickets[oldest]
        clerk = _next_clerk(board, ticket, queue.stage, taken, now)
        if clerk is None:
            continue  # who waits behind with the same need is younger, so no less is asked
        booth = _first_booth(board, ticket, taken)
        if booth is not None:
            taken.clerks.add(clerk.id)
            taken.free[clerk.agency] += 1
            taken.expected[clerk.agency] += queue.stage.expected
            taken.booths[booth.point].add(booth.code)
            pairings.append(Pairing(ticket, clerk, booth))
            if len(pairings) == most:
                break
        walk = walks.get((queue, alone))
        if walk is None:
            walk = walks[queue, alone] = _ahead(queue, alone)
        _step(walk, queue, same_line=booth is not None)
        if not alone:
            _skip(board, walk, queue)
        if walk:
            place = queue.weight.place(*walk[0][:2], now_us)
            heappush(heads, (place, queue, alone, None))
    return pairings


@dataclass(slots=True)
class _Look:
    """A look through an agency's queues of one rate, the best first, one at a time."""

    ranks: list[Rank]
    now_us: int
    seen: int = 0

    def on(self, board: Board, heads: list[First]) -> None:
        """Put the next queue that can be seated on the heap; closed heads are dropped on the way.

        What is dropped was older than what its queue shows then, so it only moves on from here.
        """
        while self.seen < len(self.ranks):
            queue = self.ranks[self.seen][3]
            head = queue.heads[0]
            if _counts(head):
                self.seen += 1
                place = queue.weight.place(*head[:2], self.now_us)
                heappush(heads, (place, queue, None, self))
                return
            drop(board, queue, head)


def oldest_of_all(board: Board) -> Iterator[WaitingTicket]:
    """The oldest ticket of every queue with a free clerk and a fitting booth, in no order."""
    for agency, pools in board.turns.items():
        if not pools:
            continue
        for queue in tuple(board.reachable.get(agency, ())):
            heads = queue.heads
            while heads and not _counts(heads[0]):
                drop(board, queue, heads[0])
            if heads:
                yield board.tickets[heads[0][1]]
    for bay in board.fresh:
        for queue, line in bay.lines.items():
            if board.turns.get(queue.need.agency):
                yield board.tickets[line[0][1]]


def _fresh(board: Board, now_us: int) -> list[First]:
    """The oldest of each line of a bay that has just opened."""
    return [
        (queue.weight.place(*line[0], now_us), queue, bay, None)
        for bay in board.fresh
        for queue, line in bay.lines.items()
        if board.turns.get(queue.need.agency)
    ]


def _counts(head: Head) -> bool:
    """Whether a queue's head can be seated; the lines of a bay that is not whole come alone."""
    bay = head[2]
    return bay.is_open and bay.whole


def _ahead(queue: Queue, alone: Bay | None) -> list[Head]:
    """What is to be seen of a queue, or of one line of it, as a heap."""
    if alone is None:
        return queue.heads.copy()  # a list in order is a heap already
    return [(*alone.lines[queue][0], alone)]


def _step(walk: list[Head], queue: Queue, *, same_line: bool) -> None:
    """On to the next oldest ticket: in the same line too, unless its point is exhausted."""
    *age, bay = walk[0]
    line = bay.lines[queue]
    behind = bisect_right(line, tuple(age)) if same_line else len(line)
    if behind < len(line):
        heapreplace(walk, (*line[behind], bay))
    else:
        heappop(walk)


def _skip(board: Board, walk: list[Head], queue: Queue) -> None:
    while walk and not _counts(walk[0]):
        drop(board, queue, heappop(walk))


def _all_kept(board: Board, agency: str, taken: _Taken) -> bool:
    """Are all of the agency's free clerks that are left kept for bookings?"""
    expected = board.expected.get(agency)
    if not expected:
        return False
    left = board.free[agency] - taken.free[agency]
    return not spare(left, len(expected) - taken.expected[agency], board.policy_of(agency))


def _next_clerk(
    board: Board, ticket: WaitingTicket, stage: Stage, taken: _Taken, now: datetime
) -> FreeClerk | None:
    need = ticket.need
    policy = board.policy_of(need.agency)
    if _all_kept(board, need.agency, taken) and gives_way(ticket, stage, policy, now):
        return None
    wait = now - ticket.arrived_at
    if ticket.only is not None:
        clerk = board.clerks.get(ticket.only)
        if clerk is None or clerk.apart or clerk.id in taken.clerks:
            return None
        return None if clerk_reasons(ticket, clerk, now, policy) else clerk
    asked = [
        (precedence(profile, need, policy), turn)
        for profile, pool in board.turns[need.agency].items()
        if not profile_reasons(need, profile, wait, policy)
        and (turn := _next_turn(pool, taken, (need.agency, profile))) is not None
    ]
    return board.clerks[min(asked)[1][2]] if asked else None


def _next_turn(pool: list[Turn], taken: _Taken, of: tuple[str, Profile]) -> Turn | None:
    at = taken.turns[of]
    while at < len(pool) and pool[at][2] in taken.clerks:
        at += 1
    taken.turns[of] = at
    return pool[at] if at < len(pool) else None


def _first_booth(board: Board, ticket: WaitingTicket, taken: _Taken) -> Booth | None:
    gone = taken.booths[ticket.point]
    here = board.booths[ticket.point]
    codes = [code for code in here if code not in gone and seats(ticket, here[code])]
    return here[min(codes, key=lambda code: (code == ticket.avoids, code))] if codes else None
