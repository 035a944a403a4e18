"""Why was this visitor taken and not another? From the board on which it was decided.

Whoever stood ahead is named with what stood in the way, in codes; bounded, since nobody reads a
hundred. What is told agrees with `match`: without a reason nobody is passed over, and where the
clerk takes somebody out of turn it says so.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from control_plane.routing.rules.board import Board, ahead_on, kept_on, waiting_on
from control_plane.routing.rules.eligibility import booth_reasons, clerk_reasons
from control_plane.routing.rules.facts import Booth, FreeClerk, WaitingTicket
from control_plane.routing.rules.policy import Policy, ageing_of, lift_of, place, stage_of

MOST = 20


class Kind(StrEnum):
    """How it came that somebody was taken."""

    OFFER = "offer"  # the queue offered
    NEXT = "next"  # the clerk called the next
    STORED = "stored"  # the clerk had asked before anybody waited
    DIRECT = "direct"  # nobody waited, and the visitor went straight in
    THIS = "this"  # the clerk called by number, with a reason in the audit log


class Because(StrEnum):
    """What gives a ticket its place before another one, the weightiest first."""

    CLASS = "class"  # a class with a head start, or one that ages faster
    GUARD = "guard"  # has waited so long at a point that the agency guards
    SHORTER = "shorter"  # the agency lets shorter matters move up
    EARLIER = "earlier"  # came earlier, counted from the first arrival


# Why one who stood ahead was not taken though nothing was in the way: the clerk chose another.
OUT_OF_TURN = "out_of_turn"


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True)


class Score(_Told):
    """Of what a place is made."""

    waited_s: int
    head_start_s: int = 0  # of the class, in points: seconds at the plain rate
    rate: int = 1
    guard_s: int = 0  # what the guard of long waits adds
    shorter_s: int = 0  # what an expected length less than the mean adds, or more takes


class Ahead(_Told):
    """One who had a better place and was not taken."""

    ticket: UUID
    score: Score
    because: Because
    why_not: tuple[str, ...]  # `WhyNot`, or `OUT_OF_TURN`


class Reasons(_Told):
    """Why this one; ``ahead`` counts all who had a better place, ``passed`` names the first."""

    score: Score
    ahead: int
    behind: int
    passed: tuple[Ahead, ...] = ()


def score(ticket: WaitingTicket, policy: Policy, now: datetime) -> Score:
    """The parts of a ticket's place."""
    stage = stage_of(ticket, policy, now)
    ageing = ageing_of(ticket.need, policy, stage)
    shorter = policy.shorter_first
    return Score(
        waited_s=max(0, int((now - ticket.arrived_at).total_seconds())),
        head_start_s=ageing.base,
        rate=ageing.rate,
        guard_s=lift_of(ageing, policy, stage),
        shorter_s=0 if shorter is None else int(shorter.shift(ticket.need.minutes).total_seconds()),
    )


def because(first: WaitingTicket, then: WaitingTicket, policy: Policy, now: datetime) -> Because:
    """Why ``first`` has its place before ``then``."""
    one, other = score(first, policy, now), score(then, policy, now)
    if (first.arrived_at, first.id) <= (then.arrived_at, then.id):
        return Because.EARLIER
    if (one.head_start_s, one.rate) != (other.head_start_s, other.rate):
        return Because.CLASS
    return Because.GUARD if one.guard_s > other.guard_s else Because.SHORTER


def ahead_of(
    ticket: WaitingTicket, queue: Iterable[WaitingTicket], policy: Policy, now: datetime
) -> list[WaitingTicket]:
    """Those of the queue with a better place, the best first."""
    own = place(ticket, policy, now)
    better = [
        (at, each)
        for each in queue
        if each.id != ticket.id and (at := place(each, policy, now)) < own
    ]
    return [each for _, each in sorted(better, key=lambda pair: pair[0])]


def reasons(  # noqa: PLR0913 - whom, by whom, among whom, where, by which rules, and when
    ticket: WaitingTicket,
    clerk: FreeClerk,
    queue: Sequence[WaitingTicket],
    booths: Iterable[Booth],
    *,
    kind: Kind,
    policy: Policy,
    now: datetime,
    kept: bool = False,
) -> Reasons:
    """Why the clerk got this ticket out of the agency's queue, the ticket itself among it.

    ``kept``: all free clerks were kept for bookings.
    """
    better = ahead_of(ticket, queue, policy, now)
    others = sum(each.id != ticket.id for each in queue)
    passed = _passed(
        ticket, clerk, better[:MOST], booths, kind=kind, policy=policy, now=now, kept=kept
    )
    return Reasons(
        score=score(ticket, policy, now),
        ahead=len(better),
        behind=others - len(better),
        passed=passed,
    )


def reasons_on(
    board: Board, ticket: WaitingTicket, clerk: FreeClerk, *, kind: Kind, now: datetime
) -> Reasons:
    """The same for a ticket on the board of the nation, without a walk through its queue."""
    agency = clerk.agency
    policy = board.policy_of(agency)
    first, ahead = ahead_on(board, ticket, now, MOST)
    points = {each.point for each in first}
    booths = [booth for point in points for booth in board.booths.get(point, {}).values()]
    return Reasons(
        score=score(ticket, policy, now),
        ahead=ahead,
        behind=waiting_on(board, agency) - (ticket.id in board.tickets) - ahead,
        passed=_passed(
            ticket,
            clerk,
            first,
            booths,
            kind=kind,
            policy=policy,
            now=now,
            kept=kept_on(board, agency) is not None,
        ),
    )


def _passed(  # noqa: PLR0913 - as above
    ticket: WaitingTicket,
    clerk: FreeClerk,
    better: Sequence[WaitingTicket],
    booths: Iterable[Booth],
    *,
    kind: Kind,
    policy: Policy,
    now: datetime,
    kept: bool,
) -> tuple[Ahead, ...]:
    points = {each.point for each in better}
    here = [each for each in booths if each.point in points]
    chosen = (OUT_OF_TURN,) if kind is Kind.THIS else ()
    return tuple(
        Ahead(
            ticket=each.id,
            score=score(each, policy, now),
            because=because(each, ticket, policy, now),
            why_not=tuple(
                str(code)
                for code in clerk_reasons(each, clerk, now, policy, kept=kept)
                + booth_reasons(each, here)
            )
            or chosen,
        )
        for each in better
    )
