"""Does the board find, after anything that may happen, what a scan over everything finds?"""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from control_plane.routing.rules.board import (
    Bay,
    Board,
    BoothChanges,
    ClerkFree,
    ClerkLeaves,
    Event,
    TicketLeaves,
    TicketWaits,
    apply,
    board_of,
    move_up,
)
from control_plane.routing.rules.matching import match
from control_plane.routing.rules.policy import Policy, expected_from, next_step, stage_of
from tests.control_plane.routing.rules.fields import (
    NOW,
    Field,
    booths,
    clerks,
    fields,
    moments,
    needs,
    policies,
    tickets,
)
from tests.control_plane.routing.rules.oracle import scan

SLOW = settings(max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def happenings(field: Field) -> st.SearchStrategy[list[tuple[Event, timedelta]]]:
    """Events on this field and on strangers to it, each some time after the one before."""
    waiting, free, _ = field
    known = [each.id for each in waiting]
    events: list[st.SearchStrategy[Event]] = [
        st.builds(TicketWaits, tickets),
        st.builds(TicketLeaves, st.uuids()),
        st.builds(ClerkFree, clerks),
        st.builds(BoothChanges, booths),
    ]
    if waiting:
        again = st.builds(replace, st.sampled_from(waiting), need=needs, arrived_at=moments)
        again |= st.builds(
            replace, st.sampled_from(waiting), seated=st.booleans(), later=st.booleans()
        )
        events += [
            st.builds(TicketLeaves, st.sampled_from(known)),
            st.builds(TicketWaits, st.sampled_from(waiting) | again),
        ]
    if free:
        events += [
            st.builds(ClerkLeaves, st.sampled_from([each.id for each in free])),
            st.builds(ClerkFree, st.sampled_from(free)),
        ]
    pauses = st.integers(0, 1200).map(lambda seconds: timedelta(seconds=seconds))
    return st.lists(st.tuples(st.one_of(events), pauses), max_size=12)


def assert_as_scanned(board: Board, now: datetime) -> None:
    rooms = [booth for point in board.booths.values() for booth in point.values()]
    expected = scan(board.tickets.values(), board.clerks.values(), rooms, now, board.policy)
    assert match(board, now) == expected


def live(field: Field, policy: Policy, data: st.DataObject, *, pairing: bool) -> None:
    """Let things happen, and pairings too if asked, and compare with the scan each time."""
    board = board_of(*field, policy=policy)
    now = NOW
    assert_as_scanned(board, now)
    for event, pause in data.draw(happenings(field)):
        now += pause
        apply(board, event)
        assert_as_scanned(board, now)
        for pair in match(board, now) if pairing else []:
            apply(board, TicketLeaves(pair.ticket.id))
            apply(board, ClerkLeaves(pair.clerk.id))
            apply(board, BoothChanges(pair.booth.taken()))
    assert_rebuilt(board, now)


def contents(board: Board) -> tuple[object, ...]:
    """All that stands on a board, without the places kept for what may come again."""
    bays = [bay for here in board.bays.values() for bay in here.values()]
    lines = {
        (bay.point, kind, queue.need, queue.only, queue.stage): (line, bay.is_open)
        for here in board.bays.values()
        for kind, bay in here.items()
        for queue, line in bay.lines.items()
    }
    theirs = {key for key in board.queues if key[1] is not None}
    seated = {kind for here in board.bays.values() for kind in here if kind[2] is not None}
    assert_heads_right(board, bays)
    turns = {
        (agency, each): pool for agency in board.turns for each, pool in board.turns[agency].items()
    }
    return board.tickets, board.clerks, board.booths, board.seats, lines, turns, theirs, seated


def assert_heads_right(board: Board, bays: list[Bay]) -> None:
    """Queues show heads of lines and no others, and all those of whole bays."""
    reachable = [queue for queues in board.reachable.values() for queue in queues]
    assert {id(each) for each in reachable} == {
        id(queue) for queue in board.queues.values() if queue.heads
    }
    for queue in board.queues.values():
        assert queue.heads == sorted(queue.heads, key=lambda head: head[:2])
        assert all(bay.lines[queue][0] == tuple(head) for *head, bay in queue.heads)
        for bay in bays:
            if bay.whole and queue in bay.lines:
                assert (*bay.lines[queue][0], bay) in queue.heads
    ranked = [each for rates in board.ranks.values() for ranks in rates.values() for each in ranks]
    assert {(id(queue), *age) for _, *age, queue in ranked} == {
        (id(each), *each.heads[0][:2]) for each in reachable
    }
    assert len(ranked) == len(reachable)
    for rates in board.ranks.values():
        for rate, ranks in rates.items():
            assert ranks == sorted(ranks, key=lambda rank: rank[:3])
            assert all(queue.weight.rate == rate for *_, queue in ranks)
            assert all(rank == queue.weight.rank(at) for rank, at, _, queue in ranks)
    assert board.fresh == {bay for bay in bays if bay.is_open and not bay.whole}


def assert_moments_right(board: Board, now: datetime) -> None:
    """Whom a step may bring within reach, and the bookings for which clerks are kept."""
    coming, expected = [], []
    for ticket in board.tickets.values():
        stage, policy = stage_of(ticket, board.policy, now), board.policy
        step = next_step(ticket, policy, now)
        to_come = expected_from(ticket, policy) is not None and not stage.expected
        if ticket.in_line and step is not None and (stage.shut or to_come):
            coming.append((step, ticket.id))
        if ticket.in_line and stage.expected:
            expected.append((ticket.booked_for, ticket.id))
    assert sorted(coming) == sorted(each for all_ in board.coming.values() for each in all_)
    assert sorted(expected) == sorted(each for all_ in board.expected.values() for each in all_)
    assert +board.free == Counter(each.agency for each in board.clerks.values())


def assert_rebuilt(board: Board, now: datetime) -> None:
    rooms = [booth for point in board.booths.values() for booth in point.values()]
    anew = board_of(board.tickets.values(), board.clerks.values(), rooms, board.policy)
    for each in (board, anew):
        move_up(each, now)
    assert contents(board) == contents(anew)
    assert_moments_right(board, now)


@given(fields, policies, st.data())
def test_after_any_events_at_any_time_the_board_finds_what_a_scan_finds(
    field: Field, policy: Policy, data: st.DataObject
) -> None:
    live(field, policy, data, pairing=False)


@given(fields, policies, st.data())
def test_a_board_that_was_told_its_pairings_goes_on_as_a_scan_does(
    field: Field, policy: Policy, data: st.DataObject
) -> None:
    live(field, policy, data, pairing=True)


@pytest.mark.slow
@pytest.mark.timeout(900)
@SLOW
@given(fields, policies, st.data())
def test_so_it_does_through_thousands_of_days(
    field: Field, policy: Policy, data: st.DataObject
) -> None:
    live(field, policy, data, pairing=data.draw(st.booleans()))


@given(fields, policies)
def test_an_event_that_comes_twice_has_the_effect_of_one(field: Field, policy: Policy) -> None:
    waiting, free, rooms = field
    once = board_of(waiting, free, rooms, policy)
    twice = board_of(waiting * 2, free * 2, rooms * 2, policy)
    assert contents(twice) == contents(once)


@given(fields, policies)
def test_nothing_is_left_of_those_who_left(field: Field, policy: Policy) -> None:
    waiting, free, rooms = field
    board = board_of(waiting, free, rooms, policy)
    for ticket in waiting:
        apply(board, TicketLeaves(ticket.id))
    for clerk in free:
        apply(board, ClerkLeaves(clerk.id))
    assert contents(board) == contents(board_of([], [], rooms, policy))
