"""Is the match of tickets, clerks and booths total, fair and lawful?"""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from control_plane.routing.rules.board import (
    BoothChanges,
    ClerkFree,
    ClerkLeaves,
    TicketLeaves,
    TicketWaits,
    apply,
    board_of,
)
from control_plane.routing.rules.eligibility import booth_reasons, clerk_reasons, why_not
from control_plane.routing.rules.facts import (
    Booth,
    FreeClerk,
    Need,
    Pairing,
    Profile,
    WaitingTicket,
)
from control_plane.routing.rules.matching import match
from control_plane.routing.rules.policy import (
    BUILT_IN,
    DEFAULT,
    RIGHTS,
    Policy,
    PriorityClass,
    place,
    stage_of,
)
from shared.languages import Language
from tests.control_plane.routing.rules.fields import NOW, Field, clerks, fields, policies
from tests.control_plane.routing.rules.oracle import is_kept

ONE_BOOTH = Booth("salla", "1", free=True, ready=True, can_print=True, can_show_papers=True)
FINNISH_CLERK = FreeClerk(UUID(int=1), "kela", Profile(frozenset({Language.FINNISH})), NOW)
ROUND = timedelta(minutes=1)


def found(field: Field, policy: Policy = DEFAULT, now: datetime = NOW) -> list[Pairing]:
    return match(board_of(*field, policy=policy), now)


@given(fields, policies)
def test_nothing_is_used_twice(field: Field, policy: Policy) -> None:
    pairings = found(field, policy)
    assert len({pair.ticket.id for pair in pairings}) == len(pairings)
    assert len({pair.clerk.id for pair in pairings}) == len(pairings)
    assert len({(pair.booth.point, pair.booth.code) for pair in pairings}) == len(pairings)


@given(fields, policies, st.integers(0, 24))
def test_every_pairing_is_lawful_however_long_the_wait(
    field: Field, policy: Policy, hours: int
) -> None:
    for pair in found(field, policy, NOW + timedelta(hours=hours)):
        need, profile = pair.ticket.need, pair.clerk.profile
        assert need.agency == pair.clerk.agency
        assert pair.ticket.served_here
        assert not stage_of(pair.ticket, policy, NOW + timedelta(hours=hours)).shut
        assert pair.booth.point == pair.ticket.point
        assert pair.booth.free
        assert pair.booth.ready
        assert pair.booth.can_print or not need.prints
        assert pair.booth.can_show_papers or not need.shows_papers
        assert not need.skill or profile.level(need.skill) >= 1
        if need.language in RIGHTS:
            assert need.language in profile.languages


@given(fields, policies)
def test_it_says_why_not_exactly_when_there_is_no_match_for_one_clerk(
    field: Field, policy: Policy
) -> None:
    waiting, free, rooms = field
    for clerk in free:
        pairings = found((waiting, [replace(clerk, apart=False)], rooms), policy)
        kept = is_kept(clerk.agency, waiting, [clerk], policy, NOW)
        callable_ = [
            each for each in waiting if not why_not(each, clerk, rooms, NOW, policy, kept=kept)
        ]
        assert bool(pairings) == bool(callable_)
        if pairings:
            assert pairings[0].ticket == min(callable_, key=lambda each: place(each, policy, NOW))


@given(fields, policies)
def test_nobody_who_could_be_served_is_left_with_a_clerk_and_a_booth_idle(
    field: Field, policy: Policy
) -> None:
    waiting, free, rooms = field
    pairings = found(field, policy)
    served = {pair.ticket.id for pair in pairings}
    idle = [each for each in free if each.id not in {pair.clerk.id for pair in pairings}]
    used = {(pair.booth.point, pair.booth.code) for pair in pairings}
    left = [each for each in rooms if (each.point, each.code) not in used]
    queue = [each for each in waiting if each.id not in served]
    for ticket in queue:
        if not booth_reasons(ticket, left):
            kept = is_kept(ticket.need.agency, queue, idle, policy, NOW)
            assert all(
                clerk.apart or clerk_reasons(ticket, clerk, NOW, policy, kept=kept)
                for clerk in idle
            )


@given(fields, policies, st.randoms())
def test_the_order_in_which_rows_come_changes_nothing(
    field: Field, policy: Policy, random: Random
) -> None:
    waiting, free, rooms = field
    again = (
        random.sample(waiting, len(waiting)),
        random.sample(free, len(free)),
        random.sample(rooms, len(rooms)),
    )
    assert found(field, policy) == found(again, policy)


@given(fields)
def test_older_tickets_choose_first(field: Field) -> None:
    """Those of one class, which whoever waits for one clerk or was booked need not be."""
    by_class: dict[object, list[tuple[datetime, UUID]]] = defaultdict(list)
    for pair in found(field):
        ticket = pair.ticket
        of = ticket.need.priority, stage_of(ticket, DEFAULT, NOW)
        by_class[of].append((ticket.arrived_at, ticket.id))
    assert all(places == sorted(places) for places in by_class.values())


@given(fields)
def test_of_two_fitting_clerks_the_one_idle_for_longer_is_taken(field: Field) -> None:
    waiting, free, rooms = field
    for pair in found((waiting[:1], free, rooms)):
        fitting = [
            each for each in free if not each.apart and not clerk_reasons(pair.ticket, each, NOW)
        ]
        assert pair.clerk == min(fitting, key=lambda each: (each.idle_since, each.id))


@given(fields, policies, clerks)
def test_another_clerk_never_lets_a_younger_ticket_pass_an_older_one_with_the_same_need(
    field: Field, policy: Policy, clerk: FreeClerk
) -> None:
    waiting, free, rooms = field
    served = {pair.ticket.id for pair in found((waiting, [*free, clerk], rooms), policy)}
    lines: dict[object, list[WaitingTicket]] = defaultdict(list)
    for ticket in sorted(waiting, key=lambda each: (each.arrived_at, each.id)):
        seated = ticket.id if ticket.seated else None
        stage = stage_of(ticket, policy, NOW)
        lines[ticket.point, ticket.need, ticket.in_line, ticket.only, seated, stage].append(ticket)
    for line in lines.values():
        taken = [ticket.id in served for ticket in line]
        assert taken == sorted(taken, reverse=True)


@given(policies, st.sampled_from(["", "booked", "returned"]))
def test_whatever_ages_is_served_though_somebody_else_arrives_for_every_free_clerk(
    policy: Policy, theirs: str
) -> None:
    ours = Need("kela", Language.FINNISH, minutes=30)
    first = WaitingTicket(UUID(int=0), NOW, "salla", ours)
    newcomers = Need("kela", Language.FINNISH, minutes=7, priority=theirs)
    board = board_of([first], [FINNISH_CLERK], [ONE_BOOTH], policy)
    for number in range(1, last_round(policy, theirs) + 1):
        now = NOW + ROUND * number
        apply(board, TicketWaits(WaitingTicket(UUID(int=number), now, "salla", newcomers)))
        (pair,) = match(board, now)
        apply(board, TicketLeaves(pair.ticket.id))
        if pair.ticket == first:
            return
    raise AssertionError("the first visitor was never served")


def last_round(policy: Policy, theirs: str) -> int:
    """When the lead that newcomers can have at most has been waited for."""
    plain = PriorityClass()
    us = policy.classes.get("", plain)
    them = policy.classes.get(theirs) or BUILT_IN.get(theirs, plain)
    cap = policy.shorter_first.cap if policy.shorter_first else timedelta(0)
    lift = policy.guard.head_start if policy.guard else 0  # they may be guarded, and we not
    lead_s = (them.base + lift - us.base + (them.rate + us.rate) * cap.total_seconds()) / us.rate
    return int(max(0.0, lead_s) // ROUND.total_seconds()) + 2


def test_classes_with_other_rates_pass_each_other_in_time() -> None:
    policy = Policy(classes={"slow": PriorityClass(600, 1), "fast": PriorityClass(0, 3)})
    slow = Need("kela", Language.FINNISH, priority="slow")
    first = WaitingTicket(UUID(int=1), NOW, "salla", slow)
    second = replace(first, id=UUID(int=2), need=replace(slow, priority="fast"))
    board = board_of([first, second], [FINNISH_CLERK], [ONE_BOOTH], policy)
    even = NOW + timedelta(seconds=300)
    assert match(board, even - timedelta(microseconds=1))[0].ticket == first
    assert match(board, even + timedelta(microseconds=1))[0].ticket == second


def test_a_match_leaves_the_board_as_it_was_until_it_is_told() -> None:
    ticket = WaitingTicket(UUID(int=1), NOW, "salla", Need("kela", Language.FINNISH))
    board = board_of([ticket], [FINNISH_CLERK], [ONE_BOOTH])
    assert match(board, NOW) == match(board, NOW) == [Pairing(ticket, FINNISH_CLERK, ONE_BOOTH)]
    apply(board, BoothChanges(ONE_BOOTH.taken()))
    assert match(board, NOW) == []
    apply(board, BoothChanges(ONE_BOOTH))
    apply(board, ClerkLeaves(FINNISH_CLERK.id))
    assert match(board, NOW) == []
    apply(board, ClerkFree(FINNISH_CLERK))
    apply(board, TicketLeaves(ticket.id))
    assert match(board, NOW) == []
