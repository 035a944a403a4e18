"""Is every difference between the accounts of a day told?"""

from dataclasses import replace
from datetime import timedelta

from control_plane.routing.simulation.day import Record
from control_plane.routing.simulation.engine import run
from provisioning.nation.live.comparison import Board, Days, compared, differences
from provisioning.nation.live.schedule import Asked, schedule

PLAN = schedule(Asked(points=20, of_volumes=2.5, speed=90, minutes=2))
LIVED = run(PLAN.day, PLAN.policy)
DAYS = Days(LIVED, LIVED, LIVED)


def board(record: Record = LIVED, **other: float) -> Board:
    """As the API shows such a day; ``other`` figures for kela."""
    days = {}
    for agency in PLAN.nation.clerks:
        waits = [
            visit.wait.total_seconds()
            for visit in record.visits
            if visit.ticket.need.agency == agency
        ]
        days[agency] = {
            "offered": len(waits),
            "served": len(waits),
            "missed": 0,
            "mean_wait_s": sum(waits) / len(waits) / 90 if waits else None,
        }
    days["kela"] |= other
    return Board(days, {"kela": 3}, speed=90)


def test_one_story_has_no_differences() -> None:
    lines = compared(DAYS, {}, board())
    assert differences(lines) == []
    assert lines[-1].agency == "all"
    assert lines[-1].came.rows == len(PLAN.day.visitors)
    assert lines[-1].longest_queue == 3


def test_a_visitor_who_is_missing_in_one_account_is_told() -> None:
    lost = replace(LIVED, visits=LIVED.visits[1:], waiting=(LIVED.visits[0].ticket,))
    agency = LIVED.visits[0].ticket.need.agency
    told = differences(compared(replace(DAYS, lived=lost, as_lived=lost), {}, board()))
    assert any(each.startswith(f"{agency}: served") for each in told)
    assert not any(each.startswith(f"{agency}: came") for each in told)


def test_a_board_that_counts_otherwise_is_told() -> None:
    few = board(served=1.0)
    assert any(each.startswith("kela: served") for each in differences(compared(DAYS, {}, few)))
    assert any(
        "kela: missed 0, 1 and 0" in each
        for each in differences(compared(DAYS, {"kela": 1}, board()))
    )


def test_a_board_whose_waits_are_longer_is_told_and_a_slow_machine_is_not() -> None:
    long = board(mean_wait_s=100.0)
    assert any("kela: mean waits" in each for each in differences(compared(DAYS, {}, long)))
    later = timedelta(minutes=20)
    slow = replace(
        LIVED,
        visits=tuple(replace(each, called_at=each.called_at + later) for each in LIVED.visits),
    )
    assert differences(compared(Days(LIVED, slow, slow), {}, board(slow))) == []
    assert any(
        "all: mean waits" in each
        for each in differences(compared(Days(LIVED, slow, LIVED), {}, board(slow)))
    )


def test_nobody_at_all_is_no_story() -> None:
    nothing = Record((), ())
    assert compared(Days(nothing, nothing, nothing), {}, Board({}, {}, 60)) == []
