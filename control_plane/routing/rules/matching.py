"""Which tickets, clerks and booths on the board belong together now?"""

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heapify, heappop, heappush, heapreplace

from control_plane.routing.rules.board import Board, Queue
from control_plane.routing.rules.eligibility import fits, profile_reasons
from control_plane.routing.rules.facts import Booth, FreeClerk, Pairing, Profile, WaitingTicket
from control_plane.routing.rules.policy import Age, Head, microseconds, precedence


@dataclass(slots=True)
class _Taken:
    """What this match has given away; the board itself stays as it is."""

    clerks: Counter[tuple[str, Profile]] = field(default_factory=Counter)
    booths: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def match(board: Board, now: datetime) -> list[Pairing]:
    """All pairings that can be made now, first place first; nothing is used twice.

    Total and deterministic: the ticket with the best place that has a fitting booth and a fitting
    clerk takes the first such booth of its point, by code, and the first such clerk, by turn.
    A queue that nobody can serve now costs one look, however many tickets wait in it.
    """
    now_us = microseconds(now)
    firsts = [
        (queue.weight.place(queue.heads[0], now_us), queue)
        for agency, pools in board.turns.items()
        if pools
        for queue in board.reachable.get(agency, ())
    ]
    heapify(firsts)
    walks: dict[Queue, list[Head]] = {}  # what is still to be seen of a queue, as a heap
    taken = _Taken()
    pairings: list[Pairing] = []
    most = min(len(board.clerks), board.seats)
    while firsts and len(pairings) < most:
        (_, _, oldest), queue = heappop(firsts)
        ticket = board.tickets[oldest]
        clerk = _next_clerk(board, ticket, taken, now)
        if clerk is None:
            continue  # who waits behind with the same need is younger, so no less is asked
        booth = _first_booth(board, ticket, taken)
        if booth is not None:
            taken.clerks[clerk.agency, clerk.profile] += 1
            taken.booths[booth.point].add(booth.code)
            pairings.append(Pairing(ticket, clerk, booth))
        walk = walks.get(queue)
        if walk is None:
            walk = walks[queue] = queue.heads.copy()  # a list in order is a heap already
        _step(board.lines[ticket.point][queue], walk, same_line=booth is not None)
        if walk:
            heappush(firsts, (queue.weight.place(walk[0], now_us), queue))
    return pairings


def _step(line: list[Age], walk: list[Head], *, same_line: bool) -> None:
    """On to the next oldest ticket: in the same line too, unless its point is exhausted."""
    *age, point = walk[0]
    behind = bisect_right(line, tuple(age)) if same_line else len(line)
    if behind < len(line):
        heapreplace(walk, (*line[behind], point))
    else:
        heappop(walk)


def _next_clerk(
    board: Board, ticket: WaitingTicket, taken: _Taken, now: datetime
) -> FreeClerk | None:
    need, policy = ticket.need, board.policy
    wait = now - ticket.arrived_at
    asked = [
        (precedence(profile, need, policy), pool[used])
        for profile, pool in board.turns[need.agency].items()
        if (used := taken.clerks[need.agency, profile]) < len(pool)
        and not profile_reasons(need, profile, wait, policy)
    ]
    return board.clerks[min(asked)[1][2]] if asked else None


def _first_booth(board: Board, ticket: WaitingTicket, taken: _Taken) -> Booth | None:
    gone = taken.booths[ticket.point]
    here = board.booths[ticket.point]
    codes = [code for code in here if code not in gone and fits(ticket.need, here[code])]
    return here[min(codes)] if codes else None
