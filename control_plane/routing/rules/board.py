"""What waits and what is free now, kept so that an event touches only what it can affect?

Tickets with the same need at the same point form a *line*, oldest first. Within a line nothing but
age differs, so its order never changes and only its head matters. A line is *reachable* while a
booth of its point fits. The lines of one need form a *queue*, which keeps the heads of its
reachable lines, oldest first. Free clerks with the same profile stand in the order of their turns.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar, assert_never
from uuid import UUID

from control_plane.routing.rules.eligibility import fits
from control_plane.routing.rules.facts import Booth, FreeClerk, Need, Profile, WaitingTicket
from control_plane.routing.rules.policy import (
    DEFAULT,
    Age,
    Head,
    Policy,
    Turn,
    Weight,
    age_of,
    turn,
    weigh,
)

Entry = TypeVar("Entry", Age, Turn)


@dataclass(frozen=True, slots=True)
class TicketWaits:
    """A ticket waits, or waits with other needs or at another point than before."""

    ticket: WaitingTicket


@dataclass(frozen=True, slots=True)
class TicketLeaves:
    """A ticket was called, was cancelled or expired."""

    id: UUID


@dataclass(frozen=True, slots=True)
class ClerkFree:
    """A clerk could take a visit, or has other skills than before."""

    clerk: FreeClerk


@dataclass(frozen=True, slots=True)
class ClerkLeaves:
    """A clerk got a visit, went on a break or off duty."""

    id: UUID


@dataclass(frozen=True, slots=True)
class BoothChanges:
    """A booth was taken or left, went out of use or came back, or can do other things."""

    booth: Booth


Event = TicketWaits | TicketLeaves | ClerkFree | ClerkLeaves | BoothChanges


@dataclass(slots=True, eq=False)
class Queue:
    """All who wait with one need, wherever they wait; a need has one for good."""

    need: Need
    kind: tuple[bool, bool]  # what it asks of a booth: a printer, a camera for papers
    weight: Weight
    heads: list[Head] = field(default_factory=list)


@dataclass(slots=True)
class Board:
    """The state of the national queue; only `apply` changes it."""

    policy: Policy = DEFAULT
    tickets: dict[UUID, WaitingTicket] = field(default_factory=dict)
    clerks: dict[UUID, FreeClerk] = field(default_factory=dict)
    booths: dict[str, dict[str, Booth]] = field(default_factory=dict)  # by point, by code
    queues: dict[Need, Queue] = field(default_factory=dict)
    lines: dict[str, dict[Queue, list[Age]]] = field(default_factory=dict)  # by point
    reachable: dict[str, set[Queue]] = field(default_factory=dict)  # by agency: those with heads
    turns: dict[str, dict[Profile, list[Turn]]] = field(default_factory=dict)  # by agency
    seats: int = 0  # booths that are free and ready, wherever they are


def board_of(
    tickets: Iterable[WaitingTicket],
    clerks: Iterable[FreeClerk],
    booths: Iterable[Booth],
    policy: Policy = DEFAULT,
) -> Board:
    """A board on which all of these stand; their order is nothing to it."""
    board = Board(policy)
    for booth in booths:
        apply(board, BoothChanges(booth))
    for clerk in clerks:
        apply(board, ClerkFree(clerk))
    for ticket in tickets:
        apply(board, TicketWaits(ticket))
    return board


def apply(board: Board, event: Event) -> None:
    """Let the board follow what happened; a repeat of an event has the effect of one."""
    match event:
        case TicketWaits(ticket):
            _remove_ticket(board, ticket.id)
            _add_ticket(board, ticket)
        case TicketLeaves(gone):
            _remove_ticket(board, gone)
        case ClerkFree(clerk):
            _remove_clerk(board, clerk.id)
            _add_clerk(board, clerk)
        case ClerkLeaves(gone):
            _remove_clerk(board, gone)
        case BoothChanges(booth):
            _change_booth(board, booth)
        case _:
            assert_never(event)


def _add_ticket(board: Board, ticket: WaitingTicket) -> None:
    board.tickets[ticket.id] = ticket
    if not ticket.served_here:
        return
    queue = _queue(board, ticket.need)
    line = board.lines.setdefault(ticket.point, {}).setdefault(queue, [])
    before = line[0] if line else None
    insort(line, age_of(ticket))
    if line[0] != before and _can_seat(board, ticket.point, ticket.need):
        if before is not None:
            _hide(board, queue, (*before, ticket.point))
        _show(board, queue, (*line[0], ticket.point))


def _remove_ticket(board: Board, gone: UUID) -> None:
    ticket = board.tickets.pop(gone, None)
    if ticket is None or not ticket.served_here:
        return
    queue, age = board.queues[ticket.need], age_of(ticket)
    here = board.lines[ticket.point]
    line = here[queue]
    was_head = line[0] == age
    _take_out(line, age)
    if was_head and _can_seat(board, ticket.point, ticket.need):
        _hide(board, queue, (*age, ticket.point))
        if line:
            _show(board, queue, (*line[0], ticket.point))
    if not line:
        del here[queue]


def _add_clerk(board: Board, clerk: FreeClerk) -> None:
    board.clerks[clerk.id] = clerk
    pool = board.turns.setdefault(clerk.agency, {}).setdefault(clerk.profile, [])
    insort(pool, turn(clerk, board.policy))


def _remove_clerk(board: Board, gone: UUID) -> None:
    clerk = board.clerks.pop(gone, None)
    if clerk is None:
        return
    pools = board.turns[clerk.agency]
    pool = pools[clerk.profile]
    _take_out(pool, turn(clerk, board.policy))
    if not pool:
        del pools[clerk.profile]


def _change_booth(board: Board, booth: Booth) -> None:
    was = board.booths.get(booth.point, {}).get(booth.code)
    board.seats += _is_seat(booth) - (was is not None and _is_seat(was))
    here = board.lines.get(booth.point, {})
    kinds = {queue.kind: queue.need for queue in here}
    before = {kind for kind, need in kinds.items() if _can_seat(board, booth.point, need)}
    board.booths.setdefault(booth.point, {})[booth.code] = booth
    after = {kind for kind, need in kinds.items() if _can_seat(board, booth.point, need)}
    if changed := before ^ after:
        for queue, line in here.items():
            if queue.kind in changed:
                move = _show if queue.kind in after else _hide
                move(board, queue, (*line[0], booth.point))


def _queue(board: Board, need: Need) -> Queue:
    queue = board.queues.get(need)
    if queue is None:
        queue = board.queues[need] = Queue(
            need, (need.prints, need.shows_papers), weigh(need, board.policy)
        )
    return queue


def _is_seat(booth: Booth) -> bool:
    return booth.free and booth.ready


def _can_seat(board: Board, point: str, need: Need) -> bool:
    return any(fits(need, booth) for booth in board.booths.get(point, {}).values())


def _show(board: Board, queue: Queue, head: Head) -> None:
    if not queue.heads:
        board.reachable.setdefault(queue.need.agency, set()).add(queue)
    insort(queue.heads, head)


def _hide(board: Board, queue: Queue, head: Head) -> None:
    heads = queue.heads
    del heads[bisect_left(heads, head)]
    if not heads:
        board.reachable[queue.need.agency].remove(queue)


def _take_out(ordered: list[Entry], entry: Entry) -> None:
    del ordered[bisect_left(ordered, entry)]
