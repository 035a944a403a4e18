"""Of one visit's errands one is on at a time, none is lost, and a plan with a loop is refused."""

from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_plane.tickets.plan_rules import (
    Errand,
    Expected,
    PlanFault,
    Wish,
    fault,
    is_active,
    live,
    settled,
    whole_visit,
)
from control_plane.tickets.rules import FINAL, TicketState, may_become

S = TicketState


@pytest.mark.parametrize(
    ("wishes", "wrong"),
    [
        ([Wish("a")], None),
        ([Wish("a", "b"), Wish("b", "c"), Wish("c")], None),
        ([Wish("a", "a")], PlanFault.LOOP),
        ([Wish("a", "b"), Wish("b", "a")], PlanFault.LOOP),
        ([Wish("a"), Wish("b", "c"), Wish("c", "d"), Wish("d", "b")], PlanFault.LOOP),
        ([Wish("a"), Wish("b", "x")], PlanFault.UNKNOWN),
        ([Wish("a"), Wish("b"), Wish("a")], PlanFault.TWICE),
        ([Wish(each) for each in "abcde"], PlanFault.TOO_MANY),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(wishes: list[Wish], wrong: PlanFault | None) -> None:
    assert fault(wishes) is wrong


NAMES = "abcd"


@given(st.lists(st.sampled_from([None, *NAMES]), min_size=1, max_size=4))
def test_a_plan_is_taken_exactly_when_it_can_be_gone_through(after: list[str | None]) -> None:
    wishes = [Wish(name, before) for name, before in zip(NAMES, after, strict=False)]
    known = {each.service for each in wishes}
    if any(each is not None and each not in known for each in after):
        assert fault(wishes) is PlanFault.UNKNOWN
        return
    order = TopologicalSorter({each.service: {each.after} - {None} for each in wishes})
    try:
        order.prepare()
    except CycleError:
        assert fault(wishes) is PlanFault.LOOP
    else:
        assert fault(wishes) is None


def errands(*states: TicketState, after: dict[int, int] | None = None) -> list[Errand]:
    return [
        Errand(uuid4(), step, (after or {}).get(step), each) for step, each in enumerate(states)
    ]


def told(found: list[Errand]) -> list[TicketState]:
    wanted = settled(found)
    return [wanted.get(each.id, each.state) for each in found]


@pytest.mark.parametrize("busy", [S.OFFERED, S.CALLED, S.IN_SESSION, S.PARKED])
def test_while_one_is_on_the_others_are_held_and_wait_again_after(busy: TicketState) -> None:
    assert told(errands(busy, S.WAITING, S.WAITING)) == [busy, S.HELD, S.HELD]
    assert told(errands(S.COMPLETED, S.HELD, S.HELD)) == [S.COMPLETED, S.WAITING, S.WAITING]
    assert told(errands(S.WAITING, S.HELD)) == [S.WAITING, S.WAITING]


def test_whoever_stays_seated_for_one_is_called_for_no_other() -> None:
    found = errands(S.COMPLETED, S.WAITING, S.WAITING)
    found[1] = replace(found[1], seated=True)
    assert told(found) == [S.COMPLETED, S.WAITING, S.HELD]


def test_what_must_be_done_before_is_waited_for() -> None:
    after = {1: 0, 2: 1}
    assert told(errands(S.WAITING, S.WAITING, S.WAITING, after=after)) == [
        S.WAITING,
        S.HELD,
        S.HELD,
    ]
    assert told(errands(S.COMPLETED, S.HELD, S.HELD, after=after)) == [
        S.COMPLETED,
        S.WAITING,
        S.HELD,
    ]


def test_who_misses_one_misses_all_and_comes_back_to_all() -> None:
    assert told(errands(S.MISSED, S.HELD, S.COMPLETED)) == [S.MISSED, S.MISSED, S.COMPLETED]
    assert told(errands(S.WAITING, S.MISSED)) == [S.WAITING, S.WAITING]
    assert told(errands(S.WAITING, S.MISSED, after={1: 0})) == [S.WAITING, S.HELD]


def test_who_gives_up_gives_all_up_but_one_agency_ends_only_its_own() -> None:
    assert told(errands(S.CANCELLED, S.WAITING, S.HELD)) == [S.CANCELLED] * 3
    sent = errands(S.CANCELLED, S.HELD)
    sent[0] = replace(sent[0], sent_away=True)
    assert told(sent) == [S.CANCELLED, S.WAITING]


def test_a_word_about_the_number_is_meant_for_the_one_that_is_on_or_next() -> None:
    found = errands(S.COMPLETED, S.HELD, S.CALLED)
    assert live(found) == found[2]
    found = errands(S.COMPLETED, S.HELD, S.WAITING)
    assert live(found) == found[2]
    found = errands(S.COMPLETED, S.MISSED)
    assert live(found) == found[1]
    assert live(errands(S.COMPLETED)) is None


@st.composite
def plans(draw: st.DrawFn) -> list[Errand]:
    many = draw(st.integers(2, 4))
    after = {step: draw(st.integers(0, step - 1)) for step in range(1, many) if draw(st.booleans())}
    return errands(*[S.WAITING] * many, after=after)


@given(plans(), st.lists(st.tuples(st.integers(0, 3), st.sampled_from(S)), max_size=40))
def test_whatever_happens_one_is_on_at_a_time_and_none_is_lost(
    found: list[Errand], moves: list[tuple[int, TicketState]]
) -> None:
    found = _settle(found)
    # Nobody else than the plan holds an errand.
    for at, wanted in [each for each in moves if each[1] is not S.HELD]:
        errand = found[at % len(found)]
        if errand.state is S.HELD or not may_become(errand.state, wanted):
            continue
        found[at % len(found)] = replace(errand, state=wanted)
        found = _settle(found)
        open_ones = [each for each in found if each.state not in FINAL]
        assert sum(map(is_active, found)) <= 1
        if open_ones:
            # Somebody has the visitor, or can call, or the visitor missed the call.
            assert any(is_active(each) or each.state in {S.WAITING, S.MISSED} for each in open_ones)


def _settle(found: list[Errand]) -> list[Errand]:
    wanted = settled(found)
    assert all(may_become(each.state, wanted[each.id]) for each in found if each.id in wanted)
    after = [replace(each, state=wanted.get(each.id, each.state)) for each in found]
    assert settled(after) == {}
    return after


def expected(service: str, least: float, most: float, lasts: float, after: str = "") -> Expected:
    return Expected(Wish(service, after or None), (least, most), lasts)


@pytest.mark.parametrize(
    ("errands", "whole"),
    [
        # The second wait has run while the first errand was served.
        ([expected("a", 5, 10, 20), expected("b", 10, 20, 15)], (40, 45)),
        # It lasts longer than the first errand.
        ([expected("a", 0, 5, 10), expected("b", 60, 90, 15)], (75, 105)),
        # What must come first is waited for, though the other could be called at once.
        ([expected("a", 0, 5, 10, after="b"), expected("b", 20, 30, 15)], (45, 55)),
    ],
)
def test_a_visit_lasts_until_its_last_errand_is_done(
    errands: list[Expected], whole: tuple[float, float]
) -> None:
    assert whole_visit(errands) == whole


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(1, 40)),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["", "0"]),
)
def test_a_whole_visit_is_no_shorter_than_its_parts(
    drawn: list[tuple[int, int, int]], first: str
) -> None:
    errands = [
        expected(str(number), least, least + more, lasts, first if number else "")
        for number, (least, more, lasts) in enumerate(drawn)
    ]
    low, high = whole_visit(errands)
    assert low <= high
    assert low >= sum(each.lasts for each in errands)
    assert low >= max(each.waits[0] + each.lasts for each in errands)
    assert high <= max(each.waits[1] for each in errands) + sum(each.lasts for each in errands)
