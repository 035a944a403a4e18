"""Do the reasons agree with what the match decided?"""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from control_plane.routing.rules.board import (
    Board,
    BoothChanges,
    ClerkLeaves,
    TicketLeaves,
    apply,
    board_of,
    kept_on,
)
from control_plane.routing.rules.facts import Booth, FreeClerk, Need, Profile, WaitingTicket
from control_plane.routing.rules.matching import match
from control_plane.routing.rules.policy import DEFAULT, Policy, PriorityClass, ShorterFirst
from control_plane.routing.rules.reasons import (
    MOST,
    OUT_OF_TURN,
    Because,
    Kind,
    ahead_of,
    because,
    reasons,
    reasons_on,
    score,
)
from shared.languages import Language
from tests.control_plane.routing.rules.fields import NOW, Field, fields, policies
from tests.control_plane.routing.rules.oracle import is_kept

minutes_later = st.integers(0, 600)
NEED = Need("kela", Language.FINNISH, minutes=14)
CLERK = FreeClerk(UUID(int=100), "kela", Profile(frozenset({Language.FINNISH})), NOW)
BOOTH = Booth("salla", "1", free=True, ready=True, can_print=True, can_show_papers=True)


def waits(number: int, minutes_ago: int, need: Need = NEED, point: str = "salla") -> WaitingTicket:
    return WaitingTicket(UUID(int=number), NOW - timedelta(minutes=minutes_ago), point, need)


def queue_of(board: Board, agency: str) -> list[WaitingTicket]:
    return [each for each in board.tickets.values() if each.need.agency == agency]


@given(fields, policies)
def test_nobody_whom_the_match_passed_over_is_without_a_reason(
    field: Field, policy: Policy
) -> None:
    board = board_of(*field, policy)
    for pairing in match(board, NOW):
        booths = [booth for here in board.booths.values() for booth in here.values()]
        queue = queue_of(board, pairing.clerk.agency)
        told = reasons(
            pairing.ticket,
            pairing.clerk,
            queue,
            booths,
            kind=Kind.OFFER,
            policy=policy,
            now=NOW,
            kept=kept_on(board, pairing.clerk.agency) is not None,
        )
        assert told == reasons_on(board, pairing.ticket, pairing.clerk, kind=Kind.OFFER, now=NOW)
        assert all(each.why_not for each in told.passed)
        assert OUT_OF_TURN not in [code for each in told.passed for code in each.why_not]
        assert len(told.passed) == min(told.ahead, MOST)
        assert told.ahead + told.behind == len(queue) - 1
        apply(board, TicketLeaves(pairing.ticket.id))
        apply(board, ClerkLeaves(pairing.clerk.id))
        apply(board, BoothChanges(replace(pairing.booth, free=False)))


@given(fields, policies, minutes_later)
def test_the_board_tells_the_same_as_a_walk_through_the_queue_at_any_time(
    field: Field, policy: Policy, later: int
) -> None:
    board, now = board_of(*field, policy), NOW + timedelta(minutes=later)
    for ticket in field[0]:
        clerk = replace(CLERK, agency=ticket.need.agency)
        booths = [booth for here in board.booths.values() for booth in here.values()]
        queue = queue_of(board, clerk.agency)
        kept = is_kept(clerk.agency, queue, board.clerks.values(), policy, now)
        walked = reasons(
            ticket, clerk, queue, booths, kind=Kind.THIS, policy=policy, now=now, kept=kept
        )
        assert reasons_on(board, ticket, clerk, kind=Kind.THIS, now=now) == walked
        apply(board, TicketLeaves(ticket.id))
        assert ticket.id not in board.tickets


@given(fields, policies)
def test_ahead_are_those_who_would_be_taken_first(field: Field, policy: Policy) -> None:
    tickets, _, _ = field
    for ticket in tickets:
        better = {each.id for each in ahead_of(ticket, tickets, policy, NOW)}
        for other in tickets:
            if other.id != ticket.id:
                assert (other.id in better) != (
                    ticket.id in {each.id for each in ahead_of(other, tickets, policy, NOW)}
                )


def test_a_clerk_for_swedish_is_said_where_that_was_in_the_way() -> None:
    swedish = waits(1, 30, replace(NEED, language=Language.SWEDISH))
    away = waits(2, 20, point="inari")
    taken = waits(3, 10)
    told = reasons(
        taken, CLERK, [swedish, away, taken], [BOOTH], kind=Kind.NEXT, policy=DEFAULT, now=NOW
    )
    assert [(each.ticket, each.why_not) for each in told.passed] == [
        (swedish.id, ("language",)),
        (away.id, ("no_booth",)),
    ]
    assert (told.score.waited_s, told.ahead, told.behind) == (600, 2, 0)


def test_whoever_is_called_by_number_is_out_of_turn_before_the_others() -> None:
    first, called, last = waits(1, 30), waits(2, 10), waits(3, 5)
    told = reasons(
        called, CLERK, [first, called, last], [BOOTH], kind=Kind.THIS, policy=DEFAULT, now=NOW
    )
    assert [each.why_not for each in told.passed] == [(OUT_OF_TURN,)]
    assert (told.ahead, told.behind) == (1, 1)


def test_what_gives_a_place_is_told_by_its_weight() -> None:
    policy = Policy(
        classes={"booked": PriorityClass(1800)},
        shorter_first=ShorterFirst(2.0, 14, timedelta(minutes=30)),
    )
    old, booked, short = (
        waits(1, 20),
        waits(2, 1, replace(NEED, priority="booked")),
        waits(3, 15, replace(NEED, minutes=7)),
    )
    assert because(old, booked, policy, NOW) is Because.EARLIER
    assert because(booked, old, policy, NOW) is Because.CLASS
    assert because(short, old, policy, NOW) is Because.SHORTER
    assert score(short, policy, NOW).shorter_s == 14 * 60
    assert score(booked, policy, NOW).head_start_s == 1800
