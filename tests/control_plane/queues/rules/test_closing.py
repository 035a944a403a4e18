"""When does a closed queue take nobody more?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from heapq import heapify, heapreplace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_plane.queues.rules.closing import (
    ASK,
    Closing,
    Kind,
    Load,
    country_day,
    end_of_country_day,
    last_moment,
    shut,
)
from shared.tickets import Instead, InsteadWay, Readiness

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
IDLE = Load(ahead=0, mean_s=600, working=1)


def closing(kind: Kind, **change: object) -> Closing:
    made = Closing("c1", "kela", None, None, kind, most=None, given=0, instead=ASK)
    return replace(made, **change)  # type: ignore[arg-type]


def readiness(*closings: Closing, load: Load = IDLE, closes_at: datetime | None = None) -> str:
    found = shut(closings, load, closes_at=closes_at, now=NOW)
    return "open" if found is None else str(found.readiness)


def test_nothing_closes_a_queue_that_nobody_closed() -> None:
    assert readiness() == "open"


def test_a_contingent_closes_when_its_last_number_is_given() -> None:
    assert readiness(closing(Kind.CONTINGENT, most=3, given=2)) == "open"
    assert readiness(closing(Kind.CONTINGENT, most=3, given=3)) == "full_today"


def test_the_gravest_closing_is_told_with_its_own_way_on() -> None:
    call = Instead(way=InsteadWay.CALL)
    found = shut(
        [closing(Kind.NOW), closing(Kind.EMERGENCY, id="c2", instead=call)],
        IDLE,
        closes_at=None,
        now=NOW,
    )
    assert found is not None
    assert (found.readiness, found.instead) == (Readiness.EMERGENCY, call)


@pytest.mark.parametrize(
    ("point", "service", "covered"),
    [(None, None, True), ("salla", "tuki", True), ("inari", None, False), (None, "elake", False)],
)
def test_a_closing_covers_what_it_names_and_everything_else_it_leaves(
    point: str | None,
    service: str | None,
    covered: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    made = closing(Kind.NOW, point=point, service=service)
    assert made.covers(point="salla", service="tuki") is covered


def test_ahead_of_closing_time_a_number_is_given_while_it_can_be_served() -> None:
    load = Load(ahead=4, mean_s=600, working=2)  # two rounds before, one for the newcomer
    made = closing(Kind.AHEAD)
    assert readiness(made, load=load, closes_at=NOW + timedelta(minutes=30)) == "open"
    assert readiness(made, load=load, closes_at=NOW + timedelta(minutes=29)) == "closing_soon"
    assert last_moment(load, NOW + timedelta(minutes=30)) == NOW


def test_a_point_that_never_closes_is_never_too_late() -> None:
    assert readiness(closing(Kind.AHEAD), load=Load(1000, 600, 1)) == "open"


def test_while_every_clerk_is_on_a_break_one_is_reckoned_with() -> None:
    assert Load(ahead=3, mean_s=600, working=0).finish_s == Load(3, 600, 1).finish_s


@given(
    working=st.integers(1, 6),
    served_now=st.integers(0, 6),
    arrivals=st.lists(st.integers(0, 3600), max_size=60),
    mean_s=st.integers(60, 1800),
    shorter=st.lists(st.integers(0, 1800), min_size=80, max_size=80),
    open_s=st.integers(0, 7200),
)
def test_whoever_got_a_number_is_served_before_closing_time(
    working: int,
    served_now: int,
    arrivals: list[int],
    mean_s: int,
    shorter: list[int],
    open_s: int,
) -> None:
    """Played with clerks who take the next as soon as they are free, and nobody over the mean."""
    closes_at = NOW + timedelta(seconds=open_s)
    durations = iter([min(mean_s, each) for each in shorter])
    free_at = [float(next(durations)) if n < served_now else 0.0 for n in range(working)]
    heapify(free_at)
    ends: list[float] = sorted(each for each in free_at if each > 0)
    for at in sorted(arrivals):
        load = Load(sum(end > at for end in ends), mean_s, working)
        now = NOW + timedelta(seconds=at)
        if shut([closing(Kind.AHEAD)], load, closes_at=closes_at, now=now) is not None:
            continue
        end = max(free_at[0], at) + next(durations)
        heapreplace(free_at, end)
        ends.append(end)
        assert end <= open_s


def test_the_countrys_day_turns_at_its_own_midnight_in_winter_and_summer() -> None:
    winter = datetime(2026, 1, 31, 22, 30, tzinfo=UTC)
    summer = datetime(2026, 7, 31, 20, 30, tzinfo=UTC)
    assert country_day(winter).isoformat() == "2026-02-01"
    assert end_of_country_day(winter) == datetime(2026, 2, 1, 22, 0, tzinfo=UTC)
    assert end_of_country_day(summer) == datetime(2026, 7, 31, 21, 0, tzinfo=UTC)
