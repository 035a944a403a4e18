"""When would a match find more though nothing happens?"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from control_plane.routing.rules.board import Board, kept_on, move_up
from control_plane.routing.rules.eligibility import profile_reasons
from control_plane.routing.rules.facts import Need, Profile, WaitingTicket
from control_plane.routing.rules.matching import oldest_of_all
from control_plane.routing.rules.policy import AT_FIRST, Policy, language_relaxed
from control_plane.routing.rules.reserve import gives_way


def next_due(board: Board, now: datetime) -> datetime | None:
    """The first moment after ``now`` at which an unchanged board may have a match; None: never.

    For a board without a match at ``now``: whoever has taken its pairings off asks. Where that is a
    step of somebody's (their queue opens), a match may still find that nothing fits.
    """
    move_up(board, now)
    opening = [
        waits[0][0] for agency, waits in board.coming.items() if waits and board.turns.get(agency)
    ]
    relaxing = (
        moment for ticket in oldest_of_all(board) for moment in _moments(board, ticket, now)
    )
    return min((*opening, *relaxing), default=None)


def _moments(board: Board, ticket: WaitingTicket, now: datetime) -> Iterator[datetime]:
    # Only the oldest of a queue counts: who waits behind is asked no less, later.
    need = ticket.need
    policy = board.policy_of(need.agency)
    gave_way = kept_on(board, need.agency) is not None
    stage = board.stages.get(ticket.id, AT_FIRST)
    for after in relaxations(need, policy):
        moment = ticket.arrived_at + after
        if gave_way and gives_way(ticket, stage, policy, moment):
            continue
        if moment > now and any(
            not profile_reasons(need, profile, after, policy) for profile in _asked(board, ticket)
        ):
            yield moment


def _asked(board: Board, ticket: WaitingTicket) -> Iterable[Profile]:
    """The profiles of the free clerks who could be asked for this ticket."""
    if ticket.only is None:
        return board.turns[ticket.need.agency]
    clerk = board.clerks.get(ticket.only)
    if clerk is None or clerk.apart or clerk.agency != ticket.need.agency:
        return []
    return [clerk.profile]


def relaxations(need: Need, policy: Policy) -> Iterator[timedelta]:
    """The waits at which less is asked of a clerk for this need."""
    after = policy.language_relaxes_after
    if after is not None and language_relaxed(need.language, after, policy):
        yield after
    if need.skill:
        yield from (step.after for step in policy.level_steps)
    if policy.reserve is not None:
        yield policy.reserve.yields_after
