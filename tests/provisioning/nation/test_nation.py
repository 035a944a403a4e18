"""Is the simulated nation the report's, does each practice do what it says, is it told whole?"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from control_plane.routing.simulation.measures import waits
from provisioning.nation.country import BUSY, QUIET, Life, agencies, country, day
from provisioning.nation.practices import Practice, by_rounds, tried

ROOT = Path(__file__).parents[3]


def test_the_volumes_are_the_true_sums() -> None:
    assert sum(agency.queue_visits for agency in agencies("2030")) == 1_293_600
    assert sum(agency.queue_visits for agency in agencies("2020")) == 2_059_130
    assert len(agencies()) == 12


def test_a_nation_is_the_same_by_its_seed() -> None:
    assert day(country(BUSY, 1, Life.FULL), 2) == day(country(BUSY, 1, Life.FULL), 2)
    assert country(BUSY, 1).sizes != country(BUSY, 2).sizes
    assert day(country(QUIET, 1), 1) != day(country(QUIET, 1), 2)


def test_every_point_has_a_booth_and_every_agency_a_clerk() -> None:
    nation = country(QUIET, 1)
    assert len(nation.booths) == 300
    assert min(nation.booths.values()) == min(nation.clerks.values()) == 1


def test_by_hand_a_clerk_serves_only_the_points_of_the_round() -> None:
    drawn = day(country(BUSY, 1, points=30), 1)
    order = [duty.id for duty in drawn.clerks if duty.agency == "kela"]
    points = sorted({room.point for room in drawn.rooms})
    served = [v for v in tried(drawn, Practice.MANUAL).visits if v.ticket.need.agency == "kela"]
    assert served
    for visit in served:
        assert points.index(visit.ticket.point) % len(order) == order.index(visit.clerk)
    assert len(by_rounds(drawn).visitors) == len(drawn.visitors)


@pytest.mark.parametrize("practice", Practice)
def test_every_practice_serves_everybody_in_the_end(practice: Practice) -> None:
    drawn = day(country(BUSY, 3, points=40), 1)
    record = tried(drawn, practice)
    assert len(record.visits) == len(drawn.visitors)


def test_without_a_limit_nobody_waits_for_what_is_without_one() -> None:
    drawn = day(country(BUSY, 1), 1)
    greedy, booths, clerks = (
        waits(tried(drawn, practice).visits).mean_s
        for practice in (Practice.GREEDY, Practice.MANY_BOOTHS, Practice.MANY_CLERKS)
    )
    assert max(booths, clerks) < greedy


def test_the_simulation_writes_the_same_data_twice_and_a_page_that_needs_no_network(
    tmp_path: Path,
) -> None:
    for name in ("a", "b"):
        command = [sys.executable, "-m", "provisioning.nation", "--days", "1", "--points", "40"]
        subprocess.run([*command, "--into", tmp_path / name], cwd=ROOT, check=True, timeout=120)
    data = (tmp_path / "a" / "simulation.json").read_text()
    assert data == (tmp_path / "b" / "simulation.json").read_text()
    found = json.loads(data)
    assert {(each["load"], each["life"]) for each in found["scenarios"]} == {
        (load, life) for load in ("quiet", "busy") for life in ("plain", "full")
    }
    page = (tmp_path / "a" / "simulation.html").read_text()
    assert page.count("<svg") == 16
    assert "http" not in page
    assert "<script" not in page
