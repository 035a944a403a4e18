"""Is what the runs foresee what the real routing would do, and is it honest?"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from math import inf
from statistics import mean
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from control_plane.routing.rules.facts import (
    OPEN,
    Booth,
    Door,
    FreeClerk,
    Need,
    Profile,
    WaitingTicket,
)
from control_plane.routing.rules.lengths import (
    RUNS,
    Length,
    Served,
    draws,
    learned,
    remaining,
    strata,
)
from control_plane.routing.rules.policy import ClerkOrder, Policy, ShorterFirst
from control_plane.routing.simulation.day import Day, Duty, Room, Visitor
from control_plane.routing.simulation.engine import run
from control_plane.routing.simulation.foresight import (
    OnDuty,
    Ongoing,
    Seat,
    Situation,
    callable_after,
    forecast,
    foreseen,
)
from shared.languages import Language
from tests.control_plane.routing.rules.fields import NOW

SECOND = timedelta(seconds=1)
ALL = Profile(frozenset(Language))
ago = st.integers(0, 3600).map(lambda seconds: NOW - seconds * SECOND)
needs = st.builds(
    Need,
    agency=st.just("kela"),
    language=st.sampled_from([Language.FINNISH, Language.SWEDISH, Language.ENGLISH]),
    skill=st.sampled_from(["", "", "pensions"]),
    prints=st.booleans(),
    minutes=st.sampled_from([7, 14, 30]),
)
# Open, or from a moment on.
doors = st.just(OPEN) | st.integers(1, 1800).map(
    lambda seconds: Door(shut=True, turns=(NOW + seconds * SECOND,))
)
profiles = st.builds(
    Profile,
    languages=st.frozensets(st.sampled_from(Language), min_size=1),
    skills=st.sampled_from([frozenset(), frozenset({("pensions", 5)})]),
)
policies = st.builds(
    Policy,
    language_relaxes_after=st.none() | st.just(timedelta(minutes=10)),
    shorter_first=st.none() | st.just(ShorterFirst(2.0, 14, timedelta(minutes=30))),
    clerk_order=st.sampled_from([ClerkOrder.LONGEST_IDLE, ClerkOrder.HIGHEST_SKILL]),
)


def by_minutes(ticket: WaitingTicket) -> Length:
    return Length(60.0 * ticket.need.minutes, 0.4)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """One agency, two points; some clerks and booths are taken by visits that go on."""
    waiting = [
        WaitingTicket(
            UUID(int=number),
            draw(ago),
            draw(st.sampled_from(["salla", "inari"])),
            need,
            door=draw(doors),
        )
        for number, need in enumerate(draw(st.lists(needs, max_size=9)), start=1)
    ]
    clerks = [
        OnDuty(FreeClerk(UUID(int=100 + number), "kela", profile, draw(ago)))
        for number, profile in enumerate(draw(st.lists(profiles, max_size=4)))
    ]
    seats = [
        Seat(Booth(point, code, free=True, ready=True, can_print=prints, can_show_papers=True))
        for point, code, prints in draw(
            st.lists(
                st.tuples(
                    st.sampled_from(["salla", "inari"]), st.sampled_from("12"), st.booleans()
                ),
                unique_by=lambda each: each[:2],
                max_size=4,
            )
        )
    ]
    ongoing = [
        Ongoing(
            UUID(int=200 + number),
            draw(ago),
            Length(600.0, 0.5),
            clerk.clerk.id,
            (seat.booth.point, seat.booth.code),
        )
        for number, (clerk, seat) in enumerate(zip(clerks, seats, strict=False))
        if draw(st.booleans())
    ]
    return Situation(
        NOW,
        waiting,
        clerks,
        seats,
        ongoing,
        policy=draw(policies),
        wrap_up=30 * SECOND,
        wipe=20 * SECOND,
    )


def played(
    situation: Situation, number: int, more: Sequence[WaitingTicket] = ()
) -> dict[UUID, float]:
    """The same run by the day's engine, which asks `match` on the real board."""
    clerk_ends, seat_ends = {}, {}
    for visit in situation.ongoing:
        elapsed = (NOW - visit.since).total_seconds()
        left = draws(remaining(visit.length, elapsed), visit.id)[number]
        clerk_ends[visit.clerk] = NOW + left * SECOND + situation.wrap_up
        seat_ends[visit.booth] = NOW + left * SECOND + situation.wipe
    day = Day(
        tuple(
            Visitor(
                ticket,
                draws(strata(by_minutes(ticket)), ticket.id)[number] * SECOND,
                situation.wrap_up,
            )
            for ticket in [*situation.waiting, *more]
        ),
        tuple(
            Duty(
                each.clerk.id,
                "kela",
                each.clerk.profile,
                clerk_ends.get(each.clerk.id, each.clerk.idle_since),
            )
            for each in situation.clerks
        ),
        tuple(
            Room(
                each.booth.point,
                each.booth.code,
                seat_ends.get((each.booth.point, each.booth.code), NOW),
                can_print=each.booth.can_print,
            )
            for each in situation.seats
        ),
        wipe=situation.wipe,
    )
    return {
        visit.ticket.id: (visit.called_at - NOW).total_seconds()
        for visit in run(day, situation.policy).visits
    }


@given(situations(), st.integers(0, RUNS - 1))
def test_a_run_is_what_the_real_match_would_do(situation: Situation, number: int) -> None:
    assert forecast(situation, by_minutes).courses[number].called == played(situation, number)


@settings(deadline=None, max_examples=30)  # every run is played by the slow engine too
@given(situations(), needs, st.sampled_from(["salla", "inari"]), st.integers(0, 600))
def test_who_comes_now_is_called_when_the_real_match_would(
    situation: Situation, need: Need, point: str, after_s: int
) -> None:
    situation = replace(situation, policy=replace(situation.policy, shorter_first=None))
    comes = WaitingTicket(UUID(int=999), NOW + after_s * SECOND, point, need)
    times = [played(situation, number, [comes]).get(comes.id, inf) for number in range(RUNS)]
    told = forecast(situation, by_minutes).newcomer(need, point, after_s)
    assert told == foreseen(times)


@given(situations())
def test_no_estimate_is_negative_and_the_same_state_gives_the_same(situation: Situation) -> None:
    first, again = forecast(situation, by_minutes), forecast(situation, by_minutes)
    for ticket in situation.waiting:
        told = first.of(ticket.id)
        assert told == again.of(ticket.id)
        assert told is None or 0 <= told.early_s <= told.middle_s <= told.late_s


def queue(many: int, minutes: Sequence[int]) -> Situation:
    """One clerk, one booth, first come first served."""
    need = Need("kela", Language.FINNISH)
    booth = Booth("salla", "1", free=True, ready=True, can_print=True, can_show_papers=True)
    return Situation(
        NOW,
        [
            WaitingTicket(
                UUID(int=number * 7919),
                NOW - timedelta(hours=1) + number * SECOND,
                "salla",
                replace(need, minutes=minutes[number]),
            )
            for number in range(many)
        ],
        [OnDuty(FreeClerk(UUID(int=1), "kela", ALL, NOW))],
        [Seat(booth)],
        [],
    )


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from([7, 14, 30]), min_size=1, max_size=12))
def test_more_people_before_never_promise_less(minutes: list[int]) -> None:
    need = Need("kela", Language.FINNISH)
    before = -1.0
    for many in range(len(minutes) + 1):
        told = forecast(queue(many, minutes), by_minutes).newcomer(need, "salla")
        assert told is not None
        assert told.middle_s >= before
        before = told.middle_s


def test_with_one_clerk_the_middle_is_near_the_sum_of_those_before() -> None:
    told = forecast(queue(8, [14] * 8), by_minutes).newcomer(
        Need("kela", Language.FINNISH), "salla"
    )
    assert told is not None
    assert told.middle_s == pytest.approx(8 * 14 * 60, rel=0.06)
    assert told.early_s < told.middle_s < told.late_s


def test_where_nobody_can_serve_nothing_is_told() -> None:
    told = forecast(queue(1, [7]), by_minutes)
    assert told.newcomer(Need("kela", Language.FINNISH, skill="pensions"), "salla") is None
    assert told.newcomer(Need("kela", Language.FINNISH), "inari") is None


def test_a_clerk_who_takes_one_more_serves_one_more() -> None:
    two = queue(2, [7, 7])
    last = replace(two, clerks=[replace(two.clerks[0], once=True)])
    told = forecast(last, by_minutes)
    assert told.of(two.waiting[0].id) is not None
    assert told.of(two.waiting[1].id) is None


def test_strangers_at_the_same_point_take_the_booth_when_their_agency_has_a_clerk() -> None:
    need = Need("kela", Language.FINNISH)
    stranger = WaitingTicket(
        UUID(int=77),
        NOW - timedelta(minutes=5),
        "salla",
        Need("vero", Language.FINNISH, minutes=30),
    )
    alone = queue(0, [])
    for callable_s, waits in [(0.0, True), (4000.0, False)]:
        told = forecast(
            replace(alone, strangers={stranger.id: (stranger, callable_s)}), by_minutes
        ).newcomer(need, "salla")
        assert told is not None
        assert (told.middle_s > 0) is waits


def test_another_agencys_queue_is_its_visits_over_its_clerks() -> None:
    two = queue(3, [10, 20, 30])
    clerks = [*two.clerks, OnDuty(FreeClerk(UUID(int=2), "kela", ALL, NOW), NOW + 60 * SECOND)]
    found = callable_after(two.waiting, clerks, {}, by_minutes, NOW)
    assert list(found.values()) == [0.0, 60.0, 600.0]
    assert callable_after(two.waiting, [], {}, by_minutes, NOW) == {}


# --- lengths -----------------------------------------------------------------------------------


def test_a_service_nobody_was_served_with_lasts_as_it_says() -> None:
    assert learned(20, Served()).mean_s == 1200
    assert learned(0, Served()).mean_s == 600


def test_many_visits_outweigh_what_the_service_says() -> None:
    served = Served(1000, 1000 * 300.0, 1000 * 300.0**2)
    told = learned(30, served)
    assert told.mean_s == pytest.approx(300, rel=0.03)
    assert told.sigma < learned(30, Served()).sigma


@given(st.integers(60, 3600), st.floats(0, 1.2), st.integers(0, 7200))
def test_what_is_left_is_never_negative_and_an_old_visit_may_last_on(
    mean_s: int, sigma: float, elapsed_s: int
) -> None:
    length = Length(float(mean_s), sigma)
    left = remaining(length, elapsed_s)
    assert len(left) == RUNS
    assert min(left) >= 0
    assert elapsed_s or left == strata(length)


def test_the_strata_keep_the_mean_and_every_visit_meets_each_once() -> None:
    length = Length(840.0, 0.6)
    assert mean(strata(length)) == pytest.approx(840, abs=1)
    for number in range(50):
        assert sorted(draws(strata(length), UUID(int=number))) == list(strata(length))
