"""Does a policy order tickets and clerks as it says?"""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from control_plane.routing.rules.board import board_of
from control_plane.routing.rules.facts import Booth, FreeClerk, Need, Profile, WaitingTicket
from control_plane.routing.rules.matching import match
from control_plane.routing.rules.policy import (
    DEFAULT,
    ClerkOrder,
    Policy,
    PriorityClass,
    ShorterFirst,
    place,
)
from shared.languages import Language
from tests.control_plane.routing.rules.fields import NOW

MINUTE = timedelta(minutes=1)
FINNISH = frozenset({Language.FINNISH})
NEED = Need("kela", Language.FINNISH, skill="pensions")
TICKET = WaitingTicket(UUID(int=9), NOW - MINUTE, "salla", NEED)
BOOTH = Booth("salla", "1", free=True, ready=True, can_print=True, can_show_papers=True)
IDLEST, ROUND, FEWEST, QUIETEST, SKILLED = (
    FreeClerk(
        UUID(int=number),
        "kela",
        Profile(FINNISH, frozenset({("pensions", 5 if number == 5 else 2)})),
        idle_since=NOW - MINUTE * (9 if number == 1 else 1),
        last_visit_at=None if number == 2 else NOW - MINUTE,
        visits_today=0 if number == 3 else 4,
        talk_s=0.0 if number == 4 else 900.0,
    )
    for number in range(1, 6)
)


@pytest.mark.parametrize(
    ("order", "asked"),
    [
        (ClerkOrder.LONGEST_IDLE, IDLEST),
        (ClerkOrder.ROUND_ROBIN, ROUND),
        (ClerkOrder.FEWEST_TODAY, FEWEST),
        (ClerkOrder.LEAST_TALK, QUIETEST),
        (ClerkOrder.HIGHEST_SKILL, SKILLED),
    ],
)
def test_the_policy_says_which_clerk_is_asked(order: ClerkOrder, asked: FreeClerk) -> None:
    free = [SKILLED, QUIETEST, FEWEST, ROUND, IDLEST]
    board = board_of([TICKET], free, [BOOTH], Policy(clerk_order=order))
    assert [pair.clerk for pair in match(board, NOW)] == [asked]


def test_by_default_only_the_first_arrival_counts() -> None:
    classed = replace(TICKET, need=replace(NEED, priority="quick", minutes=5))
    older = replace(TICKET, arrived_at=TICKET.arrived_at - timedelta(microseconds=1))
    assert place(older, DEFAULT, NOW) < place(classed, DEFAULT, NOW)


def test_a_class_starts_ahead_by_its_base() -> None:
    policy = Policy(classes={"booked": PriorityClass(base=120)})
    booked = replace(TICKET, need=replace(NEED, priority="booked"))
    two_minutes_older = replace(TICKET, arrived_at=TICKET.arrived_at - 2 * MINUTE)
    assert place(booked, policy, NOW) < place(TICKET, policy, NOW)
    assert place(two_minutes_older, policy, NOW) < place(booked, policy, NOW)


def test_waiting_cannot_lower_a_score() -> None:
    with pytest.raises(ValueError, match="waiting must not"):
        PriorityClass(rate=-1)


def test_a_shorter_matter_moves_up_by_its_minutes_and_no_further_than_the_cap() -> None:
    shorter = ShorterFirst(gain=2.0, mean_minutes=15, cap=10 * MINUTE)
    assert shorter.shift(15) == timedelta(0)
    assert shorter.shift(12) == 6 * MINUTE
    assert shorter.shift(1) == 10 * MINUTE
    assert shorter.shift(60) == -10 * MINUTE
    short = replace(TICKET, need=replace(NEED, minutes=12))
    long = replace(TICKET, need=replace(NEED, minutes=15), arrived_at=NOW - 5 * MINUTE)
    policy = Policy(shorter_first=shorter, classes={"": PriorityClass(rate=3)})
    assert place(short, policy, NOW) < place(long, policy, NOW)
    assert place(long, DEFAULT, NOW) < place(short, DEFAULT, NOW)
