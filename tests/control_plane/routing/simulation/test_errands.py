"""Is one visit of several errands served one errand at a time, in its order, and wholly?"""

from dataclasses import replace
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from control_plane.routing.simulation.day import Day, Visit, Visitor
from control_plane.routing.simulation.engine import run
from tests.control_plane.routing.rules.fields import NOW
from tests.control_plane.routing.simulation.days import MINUTE, days


@st.composite
def visits_of_several(draw: st.DrawFn) -> Day:
    """A plain day whose visitors come by twos and threes, a later errand after the first or not."""
    day = draw(days(plain=True))
    visitors: list[Visitor] = []
    first: Visitor | None = None
    plan = UUID(int=1000)
    for visitor in day.visitors:
        if first is None or draw(st.booleans()):
            first = visitor
            plan = UUID(int=1000 + len(visitors))
        ticket = replace(
            visitor.ticket, plan=plan, arrived_at=first.ticket.arrived_at, point=first.ticket.point
        )
        after = first.ticket.id if visitor is not first and draw(st.booleans()) else None
        visitors.append(replace(visitor, ticket=ticket, after=after))
    return replace(day, visitors=tuple(visitors))


@given(visits_of_several())
def test_a_visitor_is_in_one_visit_at_a_time_and_in_all_in_the_end(day: Day) -> None:
    record = run(day)
    assert len(record.visits) == len(day.visitors)
    assert record.waiting == ()
    by_plan: dict[UUID | None, list[Visit]] = {}
    for visit in record.visits:  # in the order of their calls
        by_plan.setdefault(visit.ticket.plan, []).append(visit)
    for visits in by_plan.values():
        assert all(before.ended_at <= after.called_at for before, after in pairwise(visits))


@given(visits_of_several())
def test_what_must_be_done_before_is_over_before_the_call(day: Day) -> None:
    visits = {visit.ticket.id: visit for visit in run(day).visits}
    for visitor in day.visitors:
        if visitor.after is not None:
            assert visits[visitor.after].ended_at <= visits[visitor.ticket.id].called_at


@given(days(plain=True), st.integers(0, 40))
def test_of_a_day_that_is_cut_every_errand_was_called_or_waits(day: Day, after: int) -> None:
    whole = UUID(int=1)
    day = replace(
        day,
        visitors=tuple(
            replace(each, ticket=replace(each.ticket, plan=whole, arrived_at=NOW))
            for each in day.visitors
        ),
    )
    record = run(day, until=NOW + after * MINUTE)
    called = {visit.ticket.id for visit in record.visits}
    waits = {ticket.id for ticket in record.waiting}
    assert called | waits == {each.ticket.id for each in day.visitors}
    assert not called & waits


@given(days(plain=True))
def test_whoever_has_to_wait_for_nobody_of_this_day_is_held_for_nobody(day: Day) -> None:
    alone = tuple(
        replace(
            each, after=UUID(int=999_999), ticket=replace(each.ticket, plan=UUID(int=5000 + number))
        )
        for number, each in enumerate(day.visitors)
    )
    assert [visit.called_at for visit in run(replace(day, visitors=alone)).visits] == [
        visit.called_at for visit in run(day).visits
    ]
