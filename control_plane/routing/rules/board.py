"""What waits and what is free now, kept so that an event touches only what it can affect?

Tickets with the same need at the same point form a *line*, oldest first. Within a line nothing but
age differs, so its order never changes and only its head matters. The lines of a point that ask the
same of a booth form a *bay*: open while a booth fits. The lines of one need form a *queue*, which
keeps the heads of its lines, oldest first: those of open bays, and those of closed ones that no
match has met yet. Free clerks with the same profile stand in the order of their turns.

All of an agency stand in the order of their places as well, by rate, since within a rate no time
changes it: so it is told who stands before somebody without asking everybody (`ahead_on`).

Where time alone moves somebody (a booking's time comes, a long wait is guarded, a queue opens or
has a break), the board keeps the moment: a match lets those go on into their new queue first, each
once. Whoever waits for a queue to open stands in none.

Whoever waits for one clerk stands in a queue of that clerk's; whoever still sits in a booth is
alone in a bay that only this booth opens. Both go with the last who used them.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from typing import TypeVar, assert_never
from uuid import UUID

from control_plane.routing.rules.facts import Booth, FreeClerk, Need, Profile, WaitingTicket
from control_plane.routing.rules.policy import (
    AT_FIRST,
    DEFAULT,
    Age,
    Place,
    Policy,
    Stage,
    Turn,
    Weight,
    age_of,
    expected_from,
    first_stage,
    microseconds,
    next_step,
    stage_of,
    turn,
    weigh,
)
from control_plane.routing.rules.reserve import expects, spare

Entry = TypeVar("Entry", Age, Turn, "Standing", "Rank", tuple[datetime, UUID])


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


# What a bay asks of a booth: a printer, a camera for papers, and that it is kept for this ticket.
Kind = tuple[bool, bool, UUID | None]
_KINDS: tuple[Kind, ...] = tuple(
    (prints, papers, None) for prints in (False, True) for papers in (False, True)
)
Waits = tuple[Need, UUID | None, Stage]  # what for, for which clerk alone, and its stage


@dataclass(slots=True, eq=False)
class Queue:
    """All who wait with one need at one stage, wherever they wait; there for good.

    ``only``: they wait for this clerk.
    """

    need: Need
    weight: Weight
    only: UUID | None = None
    stage: Stage = AT_FIRST
    heads: list["Head"] = field(default_factory=list)
    lines: int = 0


@dataclass(slots=True, eq=False)
class Bay:
    """The lines of one point that ask the same of a booth: all can be seated, or none.

    ``whole``: the heads of all its lines stand in their queues. A bay stays whole when it closes,
    so that it costs nothing to open it again, until a match meets one of its heads and drops it.
    """

    point: str
    is_open: bool = False
    whole: bool = True
    lines: dict[Queue, list[Age]] = field(default_factory=dict)


Head = tuple[int, UUID, Bay]  # the age of a line's oldest ticket, and the line's bay
Standing = tuple[int, int, UUID]  # of one ticket among all of its rate: `Weight.rank`, age
Rank = tuple[int, int, UUID, Queue]  # of the oldest ticket of a queue, first the `Weight.rank`


@dataclass(slots=True)
class Board:
    """The state of the national queue.

    Only `apply` changes it; a match drops useless heads and lets those move up whose time has come.
    """

    policy: Policy = DEFAULT  # of every agency that has no own
    policies: Mapping[str, Policy] = field(default_factory=dict)  # by agency
    tickets: dict[UUID, WaitingTicket] = field(default_factory=dict)
    clerks: dict[UUID, FreeClerk] = field(default_factory=dict)
    booths: dict[str, dict[str, Booth]] = field(default_factory=dict)  # by point, by code
    queues: dict[Waits, Queue] = field(default_factory=dict)
    bays: dict[str, dict[Kind, Bay]] = field(default_factory=dict)  # by point
    fresh: set[Bay] = field(default_factory=set)  # open, not whole: a match looks at their lines
    reachable: dict[str, set[Queue]] = field(default_factory=dict)  # by agency: those with heads
    # By agency and rate, the queues with heads in an order that no time changes.
    ranks: dict[str, dict[int, list[Rank]]] = field(default_factory=dict)
    # By agency and rate, all who wait, in an order that no time changes.
    standing: dict[str, dict[int, list[Standing]]] = field(default_factory=dict)
    turns: dict[str, dict[Profile, list[Turn]]] = field(default_factory=dict)  # by agency
    seats: int = 0  # booths that are free and ready, wherever they are
    stages: dict[UUID, Stage] = field(default_factory=dict)  # of those not as at first
    steps: list[tuple[datetime, UUID]] = field(default_factory=list)  # who may move when: a heap
    due: dict[UUID, datetime] = field(default_factory=dict)  # the step of each that counts
    # By agency, whom a step may bring within reach: whose queue is shut, for whom a clerk is kept.
    coming: dict[str, list[tuple[datetime, UUID]]] = field(default_factory=dict)
    # By agency, the bookings for which clerks are kept, by their times.
    expected: dict[str, list[tuple[datetime, UUID]]] = field(default_factory=dict)
    free: Counter[str] = field(default_factory=Counter)  # clerks, by agency

    def policy_of(self, agency: str) -> Policy:
        """What the agency chose."""
        return self.policies.get(agency, self.policy)


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
            _add_ticket(board, ticket, first_stage(ticket))
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


def move_up(board: Board, now: datetime) -> None:
    """Bring everybody to the stage of ``now``; costs nothing while nobody's time comes."""
    while board.steps and board.steps[0][0] <= now:
        moment, identity = heappop(board.steps)
        if board.due.get(identity) != moment:
            continue  # told anew since, or gone
        ticket = board.tickets[identity]
        stage = stage_of(ticket, board.policy_of(ticket.need.agency), now)
        _remove_ticket(board, identity)
        _add_ticket(board, ticket, stage, now)


def drop(board: Board, queue: Queue, head: Head) -> None:
    """Take the head of a closed bay out of its queue; who opens the bay looks at its lines."""
    head[2].whole = False
    _hide(board, queue, head)


def ahead_on(
    board: Board, ticket: WaitingTicket, now: datetime, most: int
) -> tuple[list[WaitingTicket], int]:
    """Those of the agency with a better place, the best ``most`` of them first; and how many."""
    move_up(board, now)
    now_us, policy = microseconds(now), board.policy_of(ticket.need.agency)
    weight = weigh(ticket.need, policy, stage_of(ticket, policy, now))
    score, arrived, identity = weight.place(*age_of(ticket), now_us)
    first: list[Place] = []
    count = 0
    for rate, standing in board.standing.get(ticket.need.agency, {}).items():
        before = bisect_left(standing, (score + rate * now_us, arrived, identity))
        count += before
        some = standing[: min(most, before)]
        first += [(rank - rate * now_us, moment, each) for rank, moment, each in some]
    return [board.tickets[each[-1]] for each in sorted(first)[:most]], count


def kept_on(board: Board, agency: str) -> datetime | None:
    """The first booking for which all free clerks of the agency are kept; None: they are not."""
    expected = board.expected.get(agency)
    if not expected or spare(board.free[agency], len(expected), board.policy_of(agency)):
        return None
    return expected[0][0]


def waiting_on(board: Board, agency: str) -> int:
    """How many of the agency wait."""
    return sum(map(len, board.standing.get(agency, {}).values()))


def _add_ticket(
    board: Board, ticket: WaitingTicket, stage: Stage, now: datetime | None = None
) -> None:
    board.tickets[ticket.id] = ticket
    if stage != AT_FIRST:
        board.stages[ticket.id] = stage
    step = next_step(ticket, board.policy_of(ticket.need.agency), now)
    if step is not None:
        board.due[ticket.id] = step
        heappush(board.steps, (step, ticket.id))
    insort(*_standing(board, ticket))
    if not ticket.in_line:
        return
    for moments, entry in _expecting(board, ticket, stage, step):
        insort(moments, entry)
    if stage.shut:
        return
    queue = _queue(board, ticket, stage)
    bay = _bay(board, ticket.point, _kind(ticket))
    if queue not in bay.lines:
        bay.lines[queue] = []
        queue.lines += 1
    line = bay.lines[queue]
    before = line[0] if line else None
    insort(line, age_of(ticket))
    if line[0] != before:
        if before is not None:
            _hide(board, queue, (*before, bay))
        if bay.whole:
            _show(board, queue, (*line[0], bay))


def _remove_ticket(board: Board, gone: UUID) -> None:
    ticket = board.tickets.pop(gone, None)
    if ticket is None:
        return
    _take_out(*_standing(board, ticket))
    stage, step = board.stages.pop(gone, AT_FIRST), board.due.pop(gone, None)
    if not ticket.in_line:
        return
    for moments, entry in _expecting(board, ticket, stage, step):
        _take_out(moments, entry)
    if stage.shut:
        return
    waits = ticket.need, ticket.only, stage
    queue, age = board.queues[waits], age_of(ticket)
    bay = _bay(board, ticket.point, _kind(ticket))
    line = bay.lines[queue]
    was_head = line[0] == age
    _take_out(line, age)
    if was_head:
        _hide(board, queue, (*age, bay))
        if line and bay.whole:
            _show(board, queue, (*line[0], bay))
    if not line:
        del bay.lines[queue]
        queue.lines -= 1
        if ticket.only is not None and not queue.lines:
            del board.queues[waits]
        if ticket.seated:
            board.fresh.discard(bay)
            del board.bays[ticket.point][_kind(ticket)]


def _expecting(
    board: Board, ticket: WaitingTicket, stage: Stage, step: datetime | None
) -> Iterator[tuple[list[tuple[datetime, UUID]], tuple[datetime, UUID]]]:
    """Where a ticket that could be called stands by its moments, and as what."""
    agency = ticket.need.agency
    to_come = expected_from(ticket, board.policy_of(agency)) is not None and not stage.expected
    if step is not None and (stage.shut or to_come):
        yield board.coming.setdefault(agency, []), (step, ticket.id)
    booked = expects(ticket, stage)
    if booked is not None:
        yield board.expected.setdefault(agency, []), (booked, ticket.id)


def _add_clerk(board: Board, clerk: FreeClerk) -> None:
    board.clerks[clerk.id] = clerk
    board.free[clerk.agency] += 1
    if clerk.apart:
        return
    pool = board.turns.setdefault(clerk.agency, {}).setdefault(clerk.profile, [])
    insort(pool, turn(clerk, board.policy_of(clerk.agency)))


def _remove_clerk(board: Board, gone: UUID) -> None:
    clerk = board.clerks.pop(gone, None)
    if clerk is None:
        return
    board.free[clerk.agency] -= 1
    if clerk.apart:
        return
    pools = board.turns[clerk.agency]
    pool = pools[clerk.profile]
    _take_out(pool, turn(clerk, board.policy_of(clerk.agency)))
    if not pool:
        del pools[clerk.profile]


def _change_booth(board: Board, booth: Booth) -> None:
    here = board.booths.setdefault(booth.point, {})
    was = here.get(booth.code)
    board.seats += _is_seat(booth) - (was is not None and _is_seat(was))
    here[booth.code] = booth
    for kind, bay in board.bays.get(booth.point, {}).items():
        opens = _can_seat(here, kind)
        if opens and not bay.is_open:
            _open(board, bay)
        elif bay.is_open and not opens:
            bay.is_open = False
            board.fresh.discard(bay)


def _open(board: Board, bay: Bay) -> None:
    """A bay whose booth is taken again at once never costs its queues anything."""
    bay.is_open = True
    if bay.whole:
        return
    for older in [each for each in board.fresh if each.point != bay.point]:
        board.fresh.remove(older)
        older.whole = True
        for queue, line in older.lines.items():
            _show(board, queue, (*line[0], older))
    board.fresh.add(bay)


def _queue(board: Board, ticket: WaitingTicket, stage: Stage) -> Queue:
    need, only = ticket.need, ticket.only
    queue = board.queues.get((need, only, stage))
    if queue is None:
        queue = Queue(need, weigh(need, board.policy_of(need.agency), stage), only, stage)
        board.queues[need, only, stage] = queue
    return queue


def _bay(board: Board, point: str, kind: Kind) -> Bay:
    bays = board.bays.get(point)
    if bays is None:
        here = board.booths.get(point, {})
        bays = {each: Bay(point, is_open=_can_seat(here, each)) for each in _KINDS}
        board.bays[point] = bays
    bay = bays.get(kind)
    if bay is None:
        here = board.booths.get(point, {})
        bay = bays[kind] = Bay(point, is_open=_can_seat(here, kind))
    return bay


def _kind(ticket: WaitingTicket) -> Kind:
    need = ticket.need
    return need.prints, need.shows_papers, ticket.id if ticket.seated else None


def _is_seat(booth: Booth) -> bool:
    return booth.ready and (booth.free or booth.kept_for is not None)


def _can_seat(here: Mapping[str, Booth], kind: Kind) -> bool:
    prints, shows_papers, seated = kind
    return any(
        (booth.free if seated is None else booth.kept_for == seated)
        and booth.ready
        and booth.can_print >= prints
        and booth.can_show_papers >= shows_papers
        for booth in here.values()
    )


def _show(board: Board, queue: Queue, head: Head) -> None:
    heads = queue.heads
    if not heads:
        board.reachable.setdefault(queue.need.agency, set()).add(queue)
    at = bisect_left(heads, head)
    if heads[at : at + 1] != [head]:
        if at == 0:
            if heads:
                _take_out(*_ranked(board, queue, heads[0]))
            insort(*_ranked(board, queue, head))
        heads.insert(at, head)


def _hide(board: Board, queue: Queue, head: Head) -> None:
    heads = queue.heads
    at = bisect_left(heads, head)
    if heads[at : at + 1] == [head]:
        del heads[at]
        if at == 0:
            _take_out(*_ranked(board, queue, head))
            if heads:
                insort(*_ranked(board, queue, heads[0]))
        if not heads:
            board.reachable[queue.need.agency].remove(queue)


def _standing(board: Board, ticket: WaitingTicket) -> tuple[list[Standing], Standing]:
    """Where a ticket stands among all of its agency and rate, and as what."""
    agency, (arrived, identity) = ticket.need.agency, age_of(ticket)
    stage = board.stages.get(ticket.id, AT_FIRST)
    weight = weigh(ticket.need, board.policy_of(agency), stage)
    standing = board.standing.setdefault(agency, {}).setdefault(weight.rate, [])
    return standing, (weight.rank(arrived), arrived, identity)


def _ranked(board: Board, queue: Queue, head: Head) -> tuple[list[Rank], Rank]:
    """Where a queue with this oldest ticket stands, and as what."""
    weight, (arrived, identity, _) = queue.weight, head
    ranks = board.ranks.setdefault(queue.need.agency, {}).setdefault(weight.rate, [])
    return ranks, (weight.rank(arrived), arrived, identity, queue)


def _take_out(ordered: list[Entry], entry: Entry) -> None:
    del ordered[bisect_left(ordered, entry)]
