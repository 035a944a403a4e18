"""How does a day go under a policy? Discrete events in virtual time; routing is the real one.

What happens at one instant is applied first, then the board is matched once. Deterministic: the
same day and policy give the same record.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from heapq import heappop, heappush
from itertools import count
from uuid import UUID

from control_plane.routing.rules.board import (
    Board,
    BoothChanges,
    ClerkFree,
    ClerkLeaves,
    TicketLeaves,
    TicketWaits,
    apply,
)
from control_plane.routing.rules.due import relaxations
from control_plane.routing.rules.facts import Booth, FreeClerk, Pairing, WaitingTicket
from control_plane.routing.rules.matching import match
from control_plane.routing.rules.policy import DEFAULT, Policy, next_step
from control_plane.routing.simulation.day import (
    Absence,
    Away,
    Day,
    Duty,
    Record,
    Room,
    Visit,
    Visitor,
)
from control_plane.routing.simulation.errands import Errands

Happening = Callable[["_Running", datetime], None]


@dataclass(slots=True)
class _Clerk:
    duty: Duty
    on_duty: bool = False
    in_visit: bool = False
    away: bool = False
    owed: list[Absence] = field(default_factory=list)
    last_visit_at: datetime | None = None
    visits: int = 0
    talk_s: float = 0.0


@dataclass(slots=True)
class _Booth:
    room: Room
    free: bool = True
    ready: bool = False


@dataclass(slots=True)
class _Running:
    day: Day
    board: Board
    visitors: dict[UUID, Visitor]
    clerks: dict[UUID, _Clerk]
    booths: dict[tuple[str, str], _Booth]
    errands: Errands
    visits: list[Visit] = field(default_factory=list)
    agenda: list[tuple[datetime, int, Happening]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def at(self, moment: datetime, happening: Happening) -> None:
        heappush(self.agenda, (moment, next(self.numbers), happening))


def run(
    day: Day,
    policy: Policy = DEFAULT,
    *,
    until: datetime | None = None,
    policies: Mapping[str, Policy] | None = None,
) -> Record:
    """The day's record; with ``until``, as far as that instant and what happens at it.

    ``policies``: of agencies that go by their own.
    """
    running = _Running(
        day,
        Board(policy, policies or {}),
        {visitor.ticket.id: visitor for visitor in day.visitors},
        {duty.id: _Clerk(duty) for duty in day.clerks},
        {(room.point, room.code): _Booth(room) for room in day.rooms},
        Errands.of(day.visitors),
    )
    _plan(running)
    agenda = running.agenda
    while agenda and (until is None or agenda[0][0] <= until):
        now = agenda[0][0]
        while agenda and agenda[0][0] == now:
            heappop(agenda)[2](running, now)
        _match(running, now)
    left = [*running.board.tickets.values(), *running.errands.held.values()]
    waiting = sorted(left, key=lambda each: (each.arrived_at, each.id))
    return Record(tuple(running.visits), tuple(waiting))


def _plan(running: _Running) -> None:
    """Put on the agenda what the day brings from outside."""
    for booth in running.booths.values():
        room = booth.room
        running.at(room.opens, partial(_booth_is, booth, ready=True))
        for outage in room.outages:
            running.at(outage.starts, partial(_booth_is, booth, ready=False))
            running.at(outage.starts + outage.length, partial(_booth_is, booth, ready=True))
        if room.closes is not None:
            running.at(room.closes, partial(_booth_is, booth, ready=False))
    for clerk in running.clerks.values():
        duty = clerk.duty
        running.at(duty.starts, partial(_duty_is, clerk, on=True))
        for absence in duty.absences:
            running.at(absence.due, partial(_absence_is_due, clerk, absence))
        if duty.ends is not None:
            running.at(duty.ends, partial(_duty_is, clerk, on=False))
    for visitor in running.day.visitors:
        running.at(visitor.ticket.arrived_at, partial(_arrive, visitor.ticket))


def _match(running: _Running, now: datetime) -> None:
    """Of one visit's errands only the first that is matched is called; for the rest, once more."""
    again = True
    while again:
        again = False
        for pairing in match(running.board, now):
            if pairing.ticket.id in running.errands.held:
                again = True
            else:
                _call(running, pairing, now)


def _arrive(ticket: WaitingTicket, running: _Running, now: datetime) -> None:
    if running.errands.come(ticket):
        apply(running.board, TicketWaits(ticket))
    policy = running.board.policy_of(ticket.need.agency)
    for wait in relaxations(ticket.need, policy):
        running.at(now + wait, _look)
    step = next_step(ticket, policy, now)
    while step is not None:
        running.at(step, _look)
        step = next_step(ticket, policy, step)


def _look(running: _Running, now: datetime) -> None:
    """Nothing happens but time: the match that follows sees what has relaxed."""


def _call(running: _Running, pairing: Pairing, now: datetime) -> None:
    """Clerk, booth and ticket are taken together."""
    ticket, day = pairing.ticket, running.day
    visitor, clerk = running.visitors[ticket.id], running.clerks[pairing.clerk.id]
    booth = running.booths[ticket.point, pairing.booth.code]
    began = now + day.preparation
    ended = began + visitor.lasts
    visit = Visit(
        ticket,
        clerk.duty.id,
        booth.room.code,
        now,
        began,
        ended,
        clerk_until=ended + visitor.wrap_up,
        booth_until=ended + day.wipe,
    )
    running.visits.append(visit)
    clerk.in_visit, booth.free = True, False
    for left in (ticket, *running.errands.call(ticket)):
        apply(running.board, TicketLeaves(left.id))
    apply(running.board, ClerkLeaves(clerk.duty.id))
    _show_booth(running, booth)
    if ticket.plan is not None:
        running.at(ended, partial(_errand_is_over, ticket))
    running.at(visit.booth_until, partial(_booth_is_left, booth))
    running.at(visit.clerk_until, partial(_clerk_is_done, clerk, visit))


def _errand_is_over(ticket: WaitingTicket, running: _Running, now: datetime) -> None:  # noqa: ARG001
    for each in running.errands.end(ticket):
        apply(running.board, TicketWaits(each))


def _booth_is_left(booth: _Booth, running: _Running, now: datetime) -> None:  # noqa: ARG001
    booth.free = True
    _show_booth(running, booth)


def _booth_is(booth: _Booth, running: _Running, now: datetime, *, ready: bool) -> None:  # noqa: ARG001
    booth.ready = ready
    _show_booth(running, booth)


def _show_booth(running: _Running, booth: _Booth) -> None:
    room = booth.room
    shown = Booth(
        room.point,
        room.code,
        free=booth.free,
        ready=booth.ready,
        can_print=room.can_print,
        can_show_papers=room.can_show_papers,
    )
    apply(running.board, BoothChanges(shown))


def _clerk_is_done(clerk: _Clerk, visit: Visit, running: _Running, now: datetime) -> None:
    clerk.in_visit = False
    clerk.last_visit_at = visit.called_at
    clerk.visits += 1
    clerk.talk_s += (visit.ended_at - visit.began_at).total_seconds()
    _settle(clerk, running, now)


def _duty_is(clerk: _Clerk, running: _Running, now: datetime, *, on: bool) -> None:
    clerk.on_duty = on
    _settle(clerk, running, now)


def _absence_is_due(clerk: _Clerk, absence: Absence, running: _Running, now: datetime) -> None:
    taken = clerk.in_visit or clerk.away or not clerk.on_duty
    if absence.kind is Away.CONTACT and taken:
        return
    clerk.owed.append(absence)
    if not taken:
        _settle(clerk, running, now)


def _absence_is_over(clerk: _Clerk, running: _Running, now: datetime) -> None:
    clerk.away = False
    _settle(clerk, running, now)


def _settle(clerk: _Clerk, running: _Running, now: datetime) -> None:
    """Whoever is neither in a visit nor away goes off duty, on a break that is due, or free."""
    if clerk.in_visit or clerk.away:
        return
    duty = clerk.duty
    if clerk.on_duty and not clerk.owed:
        free = FreeClerk(
            duty.id, duty.agency, duty.profile, now, clerk.last_visit_at, clerk.visits, clerk.talk_s
        )
        apply(running.board, ClerkFree(free))
        return
    apply(running.board, ClerkLeaves(duty.id))
    if clerk.on_duty:
        clerk.away = True
        running.at(now + clerk.owed.pop(0).length, partial(_absence_is_over, clerk))
