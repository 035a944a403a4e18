"""Which errands of one visit may be called now, and which plan makes no sense?

A visit of several errands has a ticket for each. At most one of them is in somebody's hands; the
others are held meanwhile, each in its old place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from control_plane.tickets.rules import FINAL, TicketState

MOST_ERRANDS = 4


class PlanFault(StrEnum):
    """Why a plan is refused before anything is written."""

    TOO_MANY = "plan_too_long"
    TWICE = "plan_twice"
    UNKNOWN = "plan_unknown"  # one that is to be done before is no part of the plan
    LOOP = "plan_loop"


@dataclass(frozen=True, slots=True)
class Wish:
    """An errand as the visitor wants it; ``after``: the service that must be done before."""

    service: str
    after: str | None = None


def fault(wishes: Sequence[Wish]) -> PlanFault | None:
    """What is wrong with a plan, if anything is."""
    if len(wishes) > MOST_ERRANDS:
        return PlanFault.TOO_MANY
    before = {each.service: each.after for each in wishes}
    if len(before) < len(wishes):
        return PlanFault.TWICE
    if any(each is not None and each not in before for each in before.values()):
        return PlanFault.UNKNOWN
    return PlanFault.LOOP if any(_comes_round(each, before) for each in before) else None


def _comes_round(service: str, before: Mapping[str, str | None]) -> bool:
    """Would the errand wait for itself? Looks no further than the plan is long."""
    at = before[service]
    for _ in before:
        if at is None:
            return False
        at = before[at]
    return at is not None


@dataclass(frozen=True, slots=True)
class Expected:
    """An errand before its number is given: when it could be called, and how long it lasts then."""

    wish: Wish
    waits: tuple[float, float]  # minutes, at least and at most
    lasts: float  # minutes


def whole_visit(errands: Sequence[Expected]) -> tuple[float, float]:
    """In how many minutes everything is done, at least and at most.

    All queues are waited in at once, so that a wait goes on while another errand is served; of
    those that may come, the one that can be called first comes first.
    """
    return _done([each.waits[0] for each in errands], errands), _done(
        [each.waits[1] for each in errands], errands
    )


def _done(waits: Sequence[float], errands: Sequence[Expected]) -> float:
    now = 0.0
    left = list(zip(waits, errands, strict=True))
    over: set[str] = set()
    while may_come := [each for each in left if each[1].wish.after in over | {None}]:
        following = min(may_come, key=lambda each: each[0])
        now = max(now, following[0]) + following[1].lasts
        over.add(following[1].wish.service)
        left.remove(following)
    return now


@dataclass(frozen=True, slots=True)
class Errand:
    """One errand of a visit, as it is stored."""

    id: UUID
    step: int
    after: int | None
    state: TicketState
    seated: bool = False  # the visitor sits in a booth that is kept for this errand
    sent_away: bool = False  # its agency ended it, not the visitor


# Somebody has the visitor, or the visitor does something for that one.
_IN_HANDS = frozenset(
    {
        TicketState.OFFERED,
        TicketState.CALLED,
        TicketState.IN_SESSION,
        TicketState.PARKED,
    }
)
_LED = frozenset({TicketState.WAITING, TicketState.HELD, TicketState.MISSED})


def is_active(errand: Errand) -> bool:
    """Is this the errand with which the visitor is busy?"""
    return errand.state in _IN_HANDS or (errand.state is TicketState.WAITING and errand.seated)


def settled(errands: Sequence[Errand]) -> dict[UUID, TicketState]:
    """The state of each errand that is not yet as the others demand."""
    wanted = {each.id: _belongs(each, errands) for each in errands if each.state in _LED}
    return {
        each.id: wanted[each.id]
        for each in errands
        if each.id in wanted and wanted[each.id] is not each.state
    }


def _belongs(errand: Errand, errands: Sequence[Errand]) -> TicketState:
    states = {each.state for each in errands}
    given_up = any(each.state is TicketState.CANCELLED and not each.sent_away for each in errands)
    if given_up:
        return TicketState.CANCELLED
    if TicketState.EXPIRED in states:
        return TicketState.EXPIRED
    if is_active(errand):
        return errand.state
    busy = any(is_active(each) for each in errands)
    if TicketState.MISSED in states and TicketState.WAITING not in states and not busy:
        return TicketState.MISSED
    if busy or not _may_come(errand, errands):
        return TicketState.HELD
    return TicketState.WAITING


def _may_come(errand: Errand, errands: Sequence[Errand]) -> bool:
    """Is what must be done before over?"""
    return all(each.state in FINAL for each in errands if each.step == errand.after)


def live(errands: Sequence[Errand]) -> Errand | None:
    """The errand that a word of the visitor about the number is meant for; None: all are over."""
    left = [each for each in sorted(errands, key=lambda each: each.step) if each.state not in FINAL]
    by_turn = (is_active, lambda each: each.state is TicketState.WAITING, lambda _: True)
    return next((each for turn in by_turn for each in left if turn(each)), None)
