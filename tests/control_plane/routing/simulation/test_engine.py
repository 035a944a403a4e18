"""Does a simulated day keep the queue's promises, and is it what a slow walk through it finds?"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given

from control_plane.routing.rules.facts import Need, Profile, WaitingTicket
from control_plane.routing.rules.policy import DEFAULT, Policy
from control_plane.routing.simulation.day import (
    Absence,
    Away,
    Day,
    Duty,
    Outage,
    Record,
    Room,
    Visitor,
)
from control_plane.routing.simulation.engine import run
from shared.languages import Language
from tests.control_plane.routing.rules.fields import NOW, policies
from tests.control_plane.routing.simulation.days import MINUTE, days
from tests.control_plane.routing.simulation.naive import walked

Span = tuple[datetime, datetime]


@given(days(), policies)
def test_the_same_day_and_policy_give_the_same_record(day: Day, policy: Policy) -> None:
    assert run(day, policy) == run(day, policy)


@given(days(), policies)
def test_every_visitor_is_called_once_or_still_waits(day: Day, policy: Policy) -> None:
    record = run(day, policy)
    met = [visit.ticket for visit in record.visits] + list(record.waiting)
    assert sorted(ticket.id for ticket in met) == [each.ticket.id for each in day.visitors]


@given(days(), policies)
def test_no_clerk_and_no_booth_has_two_visits_at_a_time(day: Day, policy: Policy) -> None:
    clerks: dict[UUID, list[Span]] = defaultdict(list)
    booths: dict[tuple[str, str], list[Span]] = defaultdict(list)
    for visit in run(day, policy).visits:
        clerks[visit.clerk].append((visit.called_at, visit.clerk_until))
        booths[visit.ticket.point, visit.booth].append((visit.called_at, visit.booth_until))
    for spans in [*clerks.values(), *booths.values()]:
        assert all(before[1] <= after[0] for before, after in pairwise(spans))


@given(days(), policies)
def test_a_visit_takes_what_it_takes_and_nobody_is_called_before_arriving(
    day: Day, policy: Policy
) -> None:
    matters = {visitor.ticket.id: visitor for visitor in day.visitors}
    for visit in run(day, policy).visits:
        assert visit.called_at >= visit.ticket.arrived_at
        assert visit.began_at - visit.called_at == day.preparation
        assert visit.ended_at - visit.began_at == matters[visit.ticket.id].lasts


@given(days(plain=True))
def test_under_the_defaults_nobody_is_overtaken_in_an_agency_at_a_point(day: Day) -> None:
    lines: dict[tuple[str, str], list[tuple[datetime, UUID]]] = defaultdict(list)
    for visit in run(day, DEFAULT).visits:
        ticket = visit.ticket
        lines[ticket.need.agency, ticket.point].append((ticket.arrived_at, ticket.id))
    assert all(line == sorted(line) for line in lines.values())


@given(days(plain=True), policies)
def test_where_all_can_do_all_everybody_is_served(day: Day, policy: Policy) -> None:
    assert not run(day, policy).waiting


@given(days(away=False), policies)
def test_the_engine_finds_what_a_walk_minute_by_minute_finds(day: Day, policy: Policy) -> None:
    assert run(day, policy) == walked(day, policy)


@given(days(), policies)
def test_a_day_cut_short_is_the_beginning_of_the_whole(day: Day, policy: Policy) -> None:
    cut = NOW + 20 * MINUTE
    whole, part = run(day, policy), run(day, policy, until=cut)
    assert part.visits == tuple(visit for visit in whole.visits if visit.called_at <= cut)


CLERK = Duty(UUID(int=100), "kela", Profile(frozenset({Language.FINNISH})), NOW)
ROOM = Room("salla", "1", NOW)


def visitor(
    number: int, at: int, lasts: int = 10, language: Language = Language.FINNISH
) -> Visitor:
    ticket = WaitingTicket(UUID(int=number), NOW + at * MINUTE, "salla", Need("kela", language))
    return Visitor(ticket, lasts * MINUTE)


def called(record: Record) -> list[int]:
    return [int((visit.called_at - NOW) / MINUTE) for visit in record.visits]


def day_of(visitors: Iterable[Visitor], clerk: Duty = CLERK, room: Room = ROOM) -> Day:
    return Day(tuple(visitors), (clerk,), (room,))


def with_absences(*absences: Absence) -> Duty:
    return Duty(CLERK.id, CLERK.agency, CLERK.profile, NOW, absences=absences)


def test_a_break_that_falls_into_a_visit_is_taken_right_after_it() -> None:
    pause = Absence(NOW + 5 * MINUTE, 15 * MINUTE)
    assert called(run(day_of([visitor(1, 0), visitor(2, 1)], with_absences(pause)))) == [0, 25]


def test_a_break_begins_when_it_is_due_if_the_clerk_is_free() -> None:
    pause = Absence(NOW + 5 * MINUTE, 15 * MINUTE)
    assert called(run(day_of([visitor(1, 6)], with_absences(pause)))) == [20]


def test_breaks_that_fall_together_are_taken_one_after_the_other() -> None:
    pauses = [Absence(NOW + 5 * MINUTE, 15 * MINUTE), Absence(NOW + 6 * MINUTE, 10 * MINUTE)]
    assert called(run(day_of([visitor(1, 6)], with_absences(*pauses)))) == [30]


@pytest.mark.parametrize(("due", "calls"), [(5, [0, 10]), (11, [0, 16])])
def test_a_contact_centre_gives_its_call_to_a_free_clerk_only(due: int, calls: list[int]) -> None:
    call = Absence(NOW + due * MINUTE, 5 * MINUTE, Away.CONTACT)
    second = calls[1] if due == 5 else 12
    found = called(run(day_of([visitor(1, 0), visitor(2, second)], with_absences(call))))
    assert found == calls


def test_who_goes_off_duty_finishes_the_visit_and_takes_no_other() -> None:
    duty = Duty(CLERK.id, CLERK.agency, CLERK.profile, NOW, NOW + 5 * MINUTE)
    record = run(day_of([visitor(1, 0), visitor(2, 1)], duty))
    assert called(record) == [0]
    assert [ticket.id for ticket in record.waiting] == [UUID(int=2)]


def test_a_booth_out_of_use_calls_nobody_until_it_is_back() -> None:
    room = Room("salla", "1", NOW, outages=(Outage(NOW + 5 * MINUTE, 30 * MINUTE),))
    assert called(run(day_of([visitor(1, 0), visitor(2, 6)], room=room))) == [0, 35]


def test_a_further_language_is_served_by_anybody_the_minute_it_relaxes() -> None:
    assert called(run(day_of([visitor(1, 0, language=Language.ENGLISH)]))) == [10]


def test_swedish_waits_for_a_clerk_who_speaks_it() -> None:
    assert len(run(day_of([visitor(1, 0, language=Language.SWEDISH)])).waiting) == 1


def test_preparation_wrap_up_and_wipe_hold_what_they_hold() -> None:
    first = Visitor(visitor(1, 0).ticket, 10 * MINUTE, wrap_up=3 * MINUTE)
    day = Day((first, visitor(2, 0)), (CLERK,), (ROOM,), MINUTE, wipe=5 * MINUTE)
    record = run(day)
    assert called(record) == [0, 16]  # the booth is wiped later than the clerk has wrapped up
    assert record.clerk_use()[CLERK.id] == 25 * MINUTE
    assert record.booth_use()["salla", "1"] == 32 * MINUTE
    assert record.visits[0].ended_at == NOW + 11 * MINUTE


def test_an_empty_day_has_an_empty_record() -> None:
    nothing: Sequence[Visitor] = []
    assert run(day_of(nothing)) == Record((), ())
    assert run(Day((), (), ())) == Record((), ())
