"""What moves a ticket up when its time comes: a booking's time, and a guarded wait."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from control_plane.routing.rules.board import TicketWaits, apply, board_of
from control_plane.routing.rules.facts import Booth, FreeClerk, Need, Profile, WaitingTicket
from control_plane.routing.rules.matching import match
from control_plane.routing.rules.policy import (
    AT_FIRST,
    DEFAULT,
    RETURNED,
    Guard,
    Policy,
    PriorityClass,
    next_step,
    place,
    stage_of,
)
from control_plane.routing.rules.reasons import Because, because, score
from shared.languages import Language
from tests.control_plane.routing.rules.fields import NOW, policies, tickets

MINUTE = timedelta(minutes=1)
NEED = Need("kela", Language.FINNISH)
OLD = WaitingTicket(UUID(int=1), NOW - 50 * MINUTE, "inari", NEED)
CLERK = FreeClerk(UUID(int=9), "kela", Profile(frozenset(Language)), NOW)
ROOMS = [
    Booth(point, "1", free=True, ready=True, can_print=True, can_show_papers=True)
    for point in ("inari", "salla")
]


def booked(minutes: int, *, came: int) -> WaitingTicket:
    """Booked for so many minutes from now, and came at so many."""
    return WaitingTicket(
        UUID(int=2), NOW + came * MINUTE, "salla", NEED, booked_for=NOW + minutes * MINUTE
    )


def first(*waiting: WaitingTicket, policy: Policy = DEFAULT, after: timedelta = 0 * MINUTE) -> UUID:
    board = board_of(waiting, [CLERK], ROOMS, policy)
    return match(board, NOW + after)[0].ticket.id


def test_a_booking_goes_first_from_ten_minutes_before_its_time() -> None:
    ticket = booked(12, came=-5)
    assert first(OLD, ticket) == OLD.id
    assert first(OLD, ticket, after=2 * MINUTE - timedelta(microseconds=1)) == OLD.id
    assert first(OLD, ticket, after=2 * MINUTE) == ticket.id
    assert because(ticket, OLD, DEFAULT, NOW + 2 * MINUTE) is Because.CLASS


def test_who_comes_too_late_for_a_booking_waits_from_then_on_like_everybody() -> None:
    assert first(OLD, booked(-15, came=-5)) == booked(-15, came=-5).id
    late = booked(-15, came=-4)
    assert stage_of(late, DEFAULT, NOW) == AT_FIRST
    assert first(OLD, late) == OLD.id


def test_a_visit_that_broke_off_stays_first_in_line_whatever_was_booked() -> None:
    slow = Policy(classes={"booked": PriorityClass()})
    back = replace(booked(0, came=-5), need=replace(NEED, priority=RETURNED))
    assert place(back, slow, NOW) == place(replace(back, booked_for=None), slow, NOW)


def test_a_guarded_wait_at_a_small_point_moves_up_and_says_so() -> None:
    policy = Policy(
        classes={"urgent": PriorityClass(3600)},
        guard=Guard(45 * MINUTE, 1800, frozenset({"inari"})),
    )
    urgent = replace(booked(0, came=-15), booked_for=None, need=replace(NEED, priority="urgent"))
    assert first(OLD, urgent, policy=replace(policy, guard=None)) == urgent.id
    assert first(OLD, urgent, policy=policy) == OLD.id
    assert score(OLD, policy, NOW).guard_s == 1800
    elsewhere = replace(OLD, point="salla")
    assert score(elsewhere, policy, NOW).guard_s == 0
    long_matter = replace(OLD, id=UUID(int=3), point="salla", arrived_at=OLD.arrived_at - MINUTE)
    assert because(OLD, long_matter, policy, NOW) is Because.GUARD


def test_no_guard_lifts_a_class_beyond_an_hour() -> None:
    policy = Policy(classes={"": PriorityClass(3000)}, guard=Guard(45 * MINUTE, 3600))
    assert score(OLD, policy, NOW).guard_s == 600


def test_a_ticket_that_is_told_again_stands_as_before() -> None:
    policy = Policy(guard=Guard(45 * MINUTE, 1800))
    board = board_of([OLD], [CLERK], ROOMS, policy)
    for _ in range(3):
        assert match(board, NOW)[0].ticket.id == OLD.id
        assert board.stages[OLD.id].guarded
        apply(board, TicketWaits(OLD))


@given(tickets, policies, st.integers(0, 7200), st.integers(0, 7200))
def test_nobody_loses_a_place_by_waiting(
    ticket: WaitingTicket, policy: Policy, sooner: int, later: int
) -> None:
    """Whatever was reached stays, and between two steps nothing changes."""
    before, after = sorted(NOW + timedelta(seconds=each) for each in (sooner, later))
    was, is_now = stage_of(ticket, policy, before), stage_of(ticket, policy, after)
    assert is_now.booked >= was.booked
    assert is_now.guarded >= was.guarded
    step = next_step(ticket, policy, before)
    if step is None or step > after:
        assert was == is_now
