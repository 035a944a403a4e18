"""Is a wait that grew always given its cause, and the right one?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from control_plane.routing.rules.growth import Ground, why_grew
from shared.tickets import WaitGrew

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ONE, TWO, CAME = UUID(int=1), UUID(int=2), UUID(int=3)
BEFORE = Ground(NOW, frozenset({ONE, TWO}), frozenset({"salla-1"}), {})


def test_a_clerk_who_left_comes_first() -> None:
    after = replace(BEFORE, clerks=frozenset({ONE}), booths=frozenset[str](), waiting={CAME: NOW})
    assert why_grew(BEFORE, after) is WaitGrew.CLERK_LEFT


def test_a_booth_that_is_out_of_use_is_said() -> None:
    assert why_grew(BEFORE, replace(BEFORE, booths=frozenset())) is WaitGrew.BOOTH_OUT


def test_whoever_comes_back_with_an_earlier_arrival_came_before() -> None:
    back = replace(BEFORE, waiting={CAME: NOW - timedelta(minutes=20)})
    assert why_grew(BEFORE, back) is WaitGrew.CAME_BEFORE


def test_others_came_or_visits_last() -> None:
    later = replace(BEFORE, at=NOW + timedelta(minutes=1), waiting={CAME: NOW})
    assert why_grew(BEFORE, later) is WaitGrew.MORE_CAME
    assert why_grew(BEFORE, BEFORE) is WaitGrew.VISITS_LAST
