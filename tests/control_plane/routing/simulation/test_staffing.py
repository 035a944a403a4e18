"""Does a plan keep its promise on the days it was tried on, and is it honest about the rest?"""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from control_plane.routing.simulation.draws import sizes
from control_plane.routing.simulation.staffing import Region, Target, plan
from control_plane.routing.staffing_report import as_data, as_text, planned

TARGET = Target(0.8, timedelta(minutes=15))
VOLUMES = """
[[agencies]]
code = "kela"
queue_visits = { 2030 = 20_000 }

[[agencies]]
code = "vero"
visits_per_day = 12
"""


def region(kela: float = 60, vero: float = 10, points: int = 4) -> Region:
    return Region({"kela": kela, "vero": vero}, sizes(1, points))


@settings(deadline=None, max_examples=8)
@given(st.floats(1, 60), st.integers(1, 5), st.integers(0, 3))
def test_the_target_is_met_and_no_bound_is_broken(visits: float, points: int, seed: int) -> None:
    found = plan(region(visits, 5, points), TARGET, days=2, seed=seed)
    assert found.met
    assert all(share >= TARGET.share for share in found.in_time.values())
    for agency, many in found.clerks.items():
        assert many >= found.least_clerks[agency] >= found.least_by_load[agency] >= 1
    assert all(many >= 1 for many in found.booths.values())


def test_the_same_question_has_the_same_answer() -> None:
    assert plan(region(), TARGET, days=2, seed=7) == plan(region(), TARGET, days=2, seed=7)


def test_what_was_kept_of_the_search_is_the_plan() -> None:
    found = plan(region(), TARGET, days=2, seed=1)
    booths = [each for each in found.steps if each.what == "booth" and each.kept]
    clerks = [each for each in found.steps if each.what == "clerk"]
    assert sum(found.booths.values()) == len(found.booths) + len(booths)
    assert sum(found.clerks.values()) == sum(found.least_clerks.values()) + len(clerks)


def test_more_visitors_never_need_fewer_people() -> None:
    few, many = (plan(region(kela), TARGET, days=2, seed=1) for kela in (20, 160))
    assert sum(many.clerks.values()) > sum(few.clerks.values())
    assert sum(many.booths.values()) >= sum(few.booths.values())


@pytest.mark.parametrize("words", ["80%", "0% in 15 min", "100% in 5 min", "most in 15 min"])
def test_a_target_that_is_none_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="a target is like"):
        Target.of(words)


def test_a_plan_is_read_from_volumes_and_told_with_its_bounds() -> None:
    asked = {"year": "2030", "share": 0.5, "points": 3, "target": "80 % in 15 min"}
    found = planned(VOLUMES, **asked, days=2, seed=1)  # type: ignore[arg-type]
    told = as_text(found)
    assert "clerks:" in told
    assert "not proven to be the fewest" in told
    assert as_data(found)["met"] is True
    with pytest.raises(ValueError, match="nothing for the year 1999"):
        planned(VOLUMES, **asked | {"year": "1999"}, days=1, seed=1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="a share is"):
        planned(VOLUMES, **asked | {"share": 2.0}, days=1, seed=1)  # type: ignore[arg-type]
