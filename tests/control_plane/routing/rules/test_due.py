"""Does a board that nothing happens to wake at the moment when it has a match, and not before?"""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings

from control_plane.routing.rules.board import (
    Board,
    BoothChanges,
    ClerkLeaves,
    TicketLeaves,
    apply,
    board_of,
)
from control_plane.routing.rules.due import next_due
from control_plane.routing.rules.facts import Booth, FreeClerk, Need, Profile, WaitingTicket
from control_plane.routing.rules.matching import match
from control_plane.routing.rules.policy import LevelStep, Policy
from shared.languages import Language
from tests.control_plane.routing.rules.fields import NOW, Field, fields, policies
from tests.control_plane.routing.rules.oracle import scan

MINUTE = timedelta(minutes=1)
A_MICROSECOND = timedelta(microseconds=1)
SLOW = settings(max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CLERK = FreeClerk(
    UUID(int=1), "kela", Profile(frozenset({Language.FINNISH}), frozenset({("tax", 2)})), NOW
)
BOOTH = Booth("salla", "1", free=True, ready=True, can_print=True, can_show_papers=True)


def taken_off(board: Board, now: datetime) -> None:
    """Tell the board of all its pairings, so that it has no match left."""
    while pairs := match(board, now):
        for pair in pairs:
            apply(board, TicketLeaves(pair.ticket.id))
            apply(board, ClerkLeaves(pair.clerk.id))
            apply(board, BoothChanges(pair.booth.taken()))


def moments_between(board: Board, now: datetime, until: datetime) -> list[datetime]:
    """Before ``until``: every half minute, and whenever somebody has waited whole minutes."""
    steps = -(-(until - now) // (MINUTE / 2))
    return sorted(
        {now + MINUTE / 2 * step for step in range(steps)}
        | {
            moment
            for ticket in board.tickets.values()
            for minutes in range(121)
            if now < (moment := ticket.arrived_at + MINUTE * minutes) < until
        }
    )


def assert_wakes_in_time(field: Field, policy: Policy) -> None:
    board = board_of(*field, policy=policy)
    taken_off(board, NOW)
    due = next_due(board, NOW)
    rooms = [booth for point in board.booths.values() for booth in point.values()]

    def found(moment: datetime) -> bool:
        return bool(
            scan(board.tickets.values(), board.clerks.values(), rooms, moment, board.policy)
        )

    horizon = NOW + 130 * MINUTE
    for moment in moments_between(board, NOW, min(due, horizon) if due else horizon):
        assert not found(moment)
    if due is None:
        return
    assert not found(due - A_MICROSECOND)
    steps = any(due == waits[0][0] for waits in board.coming.values() if waits)
    assert steps or found(due)
    assert bool(match(board, due)) == found(due)


@given(fields, policies)
def test_a_board_has_no_match_before_it_is_due_and_one_when_it_is(
    field: Field, policy: Policy
) -> None:
    assert_wakes_in_time(field, policy)


@pytest.mark.slow
@pytest.mark.timeout(900)
@SLOW
@given(fields, policies)
def test_so_it_is_with_thousands_of_boards(field: Field, policy: Policy) -> None:
    assert_wakes_in_time(field, policy)


def test_a_board_wakes_when_a_further_language_relaxes() -> None:
    ticket = WaitingTicket(UUID(int=2), NOW - MINUTE, "salla", Need("kela", Language.ENGLISH))
    board = board_of([ticket], [CLERK], [BOOTH])
    assert next_due(board, NOW) == NOW + 9 * MINUTE
    assert next_due(board, NOW + 9 * MINUTE) is None


def test_a_board_wakes_at_the_level_step_that_helps() -> None:
    need = Need("kela", Language.FINNISH, skill="tax", level=5)
    ticket = WaitingTicket(UUID(int=2), NOW, "salla", need)
    steps = (LevelStep(2 * MINUTE, 1), LevelStep(4 * MINUTE, 3), LevelStep(6 * MINUTE, 4))
    board = board_of([ticket], [CLERK], [BOOTH], Policy(level_steps=steps))
    assert next_due(board, NOW) == NOW + 4 * MINUTE


def test_a_board_whose_needs_do_not_relax_sleeps() -> None:
    ticket = WaitingTicket(UUID(int=2), NOW, "salla", Need("kela", Language.SWEDISH))
    assert next_due(board_of([ticket], [CLERK], [BOOTH]), NOW) is None


def test_nobody_wakes_for_a_visitor_without_a_booth() -> None:
    ticket = WaitingTicket(UUID(int=2), NOW, "inari", Need("kela", Language.ENGLISH))
    assert next_due(board_of([ticket], [CLERK], [BOOTH]), NOW) is None
