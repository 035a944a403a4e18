"""Which clerks are kept for bookings, from whom and for how long?"""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from control_plane.routing.rules.board import TicketLeaves, apply, board_of, kept_on
from control_plane.routing.rules.due import next_due
from control_plane.routing.rules.eligibility import WhyNot, clerk_reasons
from control_plane.routing.rules.facts import Booth, FreeClerk, Need, Profile, WaitingTicket
from control_plane.routing.rules.matching import match
from control_plane.routing.rules.policy import DEFAULT, Policy, Reserve
from control_plane.routing.rules.reserve import kept_for
from shared.languages import Language
from tests.control_plane.routing.rules.fields import NOW

MINUTE = timedelta(minutes=1)
NEED = Need("kela", Language.FINNISH)
ONE, TWO = (
    FreeClerk(UUID(int=number), "kela", Profile(frozenset(Language)), NOW) for number in (101, 102)
)
ROOMS = [
    Booth("salla", code, free=True, ready=True, can_print=True, can_show_papers=True)
    for code in "123"
]
POLICY = Policy(reserve=Reserve(1, 15 * MINUTE, 30 * MINUTE))


def walk_in(number: int, waited: int) -> WaitingTicket:
    return WaitingTicket(UUID(int=number), NOW - waited * MINUTE, "salla", NEED)


def booked(number: int, *, at: int, waited: int = 0) -> WaitingTicket:
    """Booked for so many minutes from now."""
    return replace(walk_in(number, waited), booked_for=NOW + at * MINUTE)


def called(
    waiting: list[WaitingTicket], clerks: list[FreeClerk], after: int = 0, policy: Policy = POLICY
) -> list[int]:
    board = board_of(waiting, clerks, ROOMS, policy)
    return [each.ticket.id.int for each in match(board, NOW + after * MINUTE)]


def test_the_last_free_clerk_is_kept_for_a_booking_that_comes_soon() -> None:
    waiting = [walk_in(1, 20), walk_in(2, 10), booked(3, at=20)]
    assert called(waiting, [ONE, TWO]) == [1, 2]
    waiting[2] = booked(3, at=15)
    # One of the two is for the booking, whose visitor is there and next.
    assert called(waiting, [ONE, TWO]) == [1, 3]
    assert called(waiting, [ONE, TWO], policy=DEFAULT) == [1, 2]


def test_of_one_clerk_nothing_is_left_for_others() -> None:
    waiting = [walk_in(1, 20), booked(2, at=15)]
    assert called(waiting, [ONE]) == [2]
    # Busy booths or not: who cannot be seated now keeps the clerk.
    elsewhere = replace(waiting[1], point="inari")
    assert called([waiting[0], elsewhere], [ONE]) == []
    assert kept_for([waiting[0], elsewhere], 1, POLICY, NOW) == NOW + 15 * MINUTE
    assert clerk_reasons(waiting[0], ONE, NOW, POLICY, kept=True) == [WhyNot.KEPT]
    assert clerk_reasons(elsewhere, ONE, NOW, POLICY, kept=True) == []


def test_a_clerk_who_is_free_and_asks_for_nobody_is_one_that_may_be_kept() -> None:
    waiting = [walk_in(1, 20), replace(booked(2, at=15), point="inari")]
    assert called(waiting, [ONE, replace(TWO, apart=True)]) == [1]
    assert called(waiting, [replace(TWO, apart=True)]) == []


def test_another_agencys_bookings_keep_no_clerk_of_ours() -> None:
    theirs = replace(booked(2, at=5), need=replace(NEED, agency="vero"))
    assert called([walk_in(1, 20), theirs], [ONE]) == [1]


def test_nobody_gives_way_for_longer_than_is_allowed_and_the_board_wakes_for_them() -> None:
    waiting = [walk_in(1, 20), replace(booked(2, at=15), point="inari")]
    board = board_of(waiting, [ONE], ROOMS, POLICY)
    assert match(board, NOW) == []
    assert next_due(board, NOW) == NOW + 10 * MINUTE
    assert called(waiting, [ONE], after=10) == [1]


def test_a_booking_that_is_given_up_keeps_nobody() -> None:
    gone = replace(booked(2, at=15), point="inari")
    board = board_of([walk_in(1, 20), gone], [ONE], ROOMS, POLICY)
    assert kept_on(board, "kela") is None  # before a match no step was taken
    match(board, NOW)
    assert kept_on(board, "kela") == NOW + 15 * MINUTE
    apply(board, TicketLeaves(gone.id))
    assert kept_on(board, "kela") is None
    assert [each.ticket.id.int for each in match(board, NOW)] == [1]


def test_who_came_too_late_for_a_booking_keeps_nobody() -> None:
    late = replace(booked(2, at=-20), point="inari")
    assert called([walk_in(1, 20), late], [ONE]) == [1]
