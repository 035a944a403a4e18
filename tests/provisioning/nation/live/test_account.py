"""Does the account of a live day find whoever was lost or served twice?"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from control_plane.routing.simulation.draws import MORNING
from control_plane.staff.history import ClerkMoved
from control_plane.staff.rules import ClerkState
from control_plane.tickets.queries import ON_THE_WAY, Ticket
from control_plane.tickets.rules import NO_PROMISE, TicketState
from control_plane.visits.recorded_queries import Moved, Served
from provisioning.nation.live.account import Audit, as_lived, audit, given, told, wrap_up
from provisioning.nation.live.results import latencies
from provisioning.nation.live.schedule import Asked, schedule
from provisioning.virtual.asking import plain
from provisioning.virtual.record import History, Outcome
from shared.languages import Language

OPENED = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
PLAN = schedule(Asked(points=3, of_volumes=5, speed=60, minutes=1))
SECOND = timedelta(seconds=1)


def ticket(number: int, state: TicketState = TicketState.COMPLETED) -> Ticket:
    """Came so many seconds after the opening."""
    arrived = OPENED + number * SECOND
    return Ticket(
        id=UUID(int=number),
        number=number,
        point="p000",
        day=date(2026, 11, 27),
        agency="kela",
        service="kela-14",
        language=Language.FINNISH,
        state=state,
        arrived_at=arrived,
        queued_at=arrived,
        expires_at=OPENED + timedelta(hours=8),
        missed_at=None,
        ended_at=None,
        returned=False,
        promise=NO_PROMISE,
        waited_s=None,
        closed_by=None,
        transfers=0,
        passes=0,
        plan_id=None,
        plan_step=0,
        plan_after=None,
        booked_for=None,
        **ON_THE_WAY,
    )


def visit(number: int, *, clerk: int, booth: str, from_s: float, to_s: float) -> Served:
    """Of a ticket by its number."""
    began = OPENED + (from_s + 1) * SECOND
    return Served(
        ticket_id=UUID(int=number),
        staff_id=UUID(int=clerk),
        point="p000",
        booth=booth,
        created_at=OPENED + from_s * SECOND,
        began_at=began,
        ended_at=OPENED + to_s * SECOND,
    )


ROWS = [ticket(1), ticket(2), ticket(3)]
VISITS = [
    visit(1, clerk=1, booth="p000-1", from_s=2, to_s=10),
    visit(2, clerk=2, booth="p000-2", from_s=3, to_s=12),
    visit(3, clerk=1, booth="p000-1", from_s=12, to_s=20),
]
SHOWN = {plain(each.id) for each in ROWS}


def judged(
    rows: Sequence[Ticket] = ROWS, visits: Sequence[Served] = VISITS, shown: set[str] = SHOWN
) -> Audit:
    return audit(rows, visits, shown, chain_intact=True)


def test_a_day_on_which_everybody_was_served_once_is_clean() -> None:
    assert judged() == Audit(3, 3, 0, 0, 0, 0, chain_intact=True)
    assert judged().clean
    assert not replace(judged(), chain_intact=False).clean


def test_whoever_still_waits_and_whoever_is_not_stored_are_lost() -> None:
    waiting = [*ROWS[:2], ticket(3, TicketState.WAITING)]
    assert judged(rows=waiting, visits=VISITS[:2]).lost == 1
    assert judged(shown=SHOWN | {plain(UUID(int=9))}).lost == 1
    assert not judged(rows=waiting).clean


def test_a_second_visit_of_a_number_is_told() -> None:
    again = visit(1, clerk=2, booth="p000-2", from_s=30, to_s=40)
    assert judged(visits=[*VISITS, again]).twice == 1


def test_a_clerk_or_a_booth_with_two_visits_at_once_is_told() -> None:
    found = judged(visits=[*VISITS[:2], replace(VISITS[2], created_at=OPENED + 9 * SECOND)])
    assert (found.clerk_twice, found.booth_twice) == (1, 1)
    other = replace(VISITS[2], booth="p000-3", created_at=OPENED + 9 * SECOND)
    assert judged(visits=[*VISITS[:2], other]).booth_twice == 0


def test_the_record_is_in_the_nations_time() -> None:
    record = told(PLAN, [*ROWS, ticket(4, TicketState.WAITING)], VISITS, OPENED, 30 * SECOND)
    first = record.visits[0]
    assert first.ticket.arrived_at == MORNING + timedelta(minutes=1)
    assert first.called_at == MORNING + timedelta(minutes=2)
    assert first.wait == timedelta(minutes=1)
    assert first.clerk_until - first.ended_at == 30 * SECOND
    assert first.ticket.need.minutes == 14
    assert [each.id for each in record.waiting] == [UUID(int=4)]


def test_as_it_was_a_visit_lasts_from_its_call_to_its_end() -> None:
    record = told(PLAN, ROWS, VISITS, OPENED, 30 * SECOND)
    lived = as_lived(PLAN, record)
    assert [each.lasts for each in lived.visitors] == [
        timedelta(minutes=each) for each in (8, 9, 8)
    ]
    assert {each.wrap_up for each in lived.visitors} == {30 * SECOND}
    assert lived.preparation == timedelta()
    assert lived.clerks == PLAN.day.clerks


def test_writing_up_lasts_until_the_clerks_next_state() -> None:
    def moved(after_s: float, clerk: int, state: ClerkState) -> Moved:
        fact = ClerkMoved(
            clerk=UUID(int=clerk),
            agency="kela",
            before=ClerkState.IN_SESSION,
            state=state,
            reason="",
            in_state_s=0,
        )
        return Moved(OPENED + after_s * SECOND, fact)

    moves = [
        moved(1, 1, ClerkState.WRAP_UP),
        moved(2, 2, ClerkState.WRAP_UP),
        moved(3, 1, ClerkState.AVAILABLE),
        moved(6, 2, ClerkState.ON_BREAK),
        moved(7, 1, ClerkState.WRAP_UP),
    ]
    assert wrap_up(moves) == 3 * SECOND
    assert wrap_up([]) == timedelta()


def test_latencies_are_those_of_what_was_done() -> None:
    history = History()

    def call(operation: str, began: float, ended: float, outcome: Outcome, **more: str) -> None:
        made = history.call("somebody", operation, **more)
        made.close(outcome)
        made.answer = {"accept": {"visit": "v1"}, "take": {"ticket": "t1"}}.get(operation, {})
        made.began, made.ended = began, ended

    call("take", 0.0, 0.010, Outcome.OK)
    call("take", 0.0, 9.0, Outcome.REFUSED)
    call("accept", 1.0, 1.020, Outcome.OK)
    call("report", 1.050, 1.060, Outcome.OK, kind="visit.call", of_visit="v1")
    call("report", 3.0, 3.1, Outcome.OK, kind="visit.call", of_visit="v1")  # a recall
    found = latencies(history)
    assert found["number"] == {"n": 1, "p50": 10.0, "p95": 10.0, "p99": 10.0, "most": 10.0}
    assert found["call"]["p50"] == 20.0
    assert found["call_to_booth"]["p50"] == 50.0
    assert latencies(History())["call"] == {"n": 0}
    assert given(history) == {"t1"}
