"""Is a live day the simulator's, only cut and faster?"""

from datetime import timedelta

import pytest

from control_plane.routing.rules.choices import Mode
from control_plane.routing.simulation.day import Away
from control_plane.routing.simulation.draws import MORNING
from provisioning.nation.country import Life, Load, country, day
from provisioning.nation.live.founding import seed
from provisioning.nation.live.schedule import (
    CENTRE,
    Asked,
    breaks,
    calls,
    choices,
    device_name,
    schedule,
    service,
    usernames,
)

PLAN = schedule(Asked(points=20, of_volumes=2.5, speed=90, minutes=2))


def test_the_same_seed_gives_the_same_day() -> None:
    assert schedule(PLAN.asked) == PLAN
    assert PLAN.day != schedule(Asked(seed=2, points=20, of_volumes=2.5, speed=90, minutes=2)).day


def test_whoever_comes_while_the_doors_are_open_is_of_the_simulators_day() -> None:
    whole = day(country(Load("live", 2.5, 0.8), 1, Life.FULL, 20), 1)
    closes = MORNING + timedelta(hours=3)
    assert PLAN.open_for == timedelta(hours=3)
    assert PLAN.day.visitors == tuple(
        each for each in whole.visitors if each.ticket.arrived_at < closes
    )
    assert 0 < len(PLAN.day.visitors) < len(whole.visitors)
    assert PLAN.day.rooms == whole.rooms


def test_a_moment_of_the_clock_is_a_moment_of_the_day_and_back() -> None:
    at = PLAN.day.visitors[-1].ticket.arrived_at
    opened = MORNING + timedelta(days=1000)
    assert PLAN.after_s(MORNING + timedelta(seconds=90)) == 1.0
    there = PLAN.moment(opened + timedelta(seconds=PLAN.after_s(at)), opened)
    assert abs(there - at) < timedelta(milliseconds=1)


def test_calls_come_for_the_contact_centres_clerks_only_and_breaks_for_all() -> None:
    of = {
        duty.agency
        for duty in PLAN.day.clerks
        for each in duty.absences
        if each.kind is Away.CONTACT
    }
    assert of == {CENTRE}
    names = set(usernames(PLAN.day).values())
    drawn = calls(PLAN)
    assert drawn
    assert all(call.clerk in names and call.clerk.startswith(CENTRE) for call in drawn)
    assert {duty.agency for duty in PLAN.day.clerks if breaks(duty)} > {CENTRE}


def test_a_language_relaxes_after_as_long_in_the_run_as_in_its_simulation() -> None:
    for speed in (1, 5, 60):
        plan = schedule(Asked(speed=speed, minutes=0.1))
        chosen = choices(Mode.PUSH, speed).further_languages_relax_after_minutes
        assert chosen is not None
        assert plan.policy.language_relaxes_after == timedelta(minutes=chosen) * speed


def test_every_agency_point_booth_and_device_of_the_day_is_set_up() -> None:
    made = seed(PLAN)
    services = {each.code for agency in made.agencies for each in agency.services}
    assert {service(each) for each in PLAN.day.visitors} <= services
    assert {each.code for each in made.agencies} == set(PLAN.nation.clerks)
    devices = [each.name for point in made.points for each in point.devices]
    assert devices == [device_name(each.point, each.code) for each in PLAN.day.rooms]
    assert len(set(devices)) == len(devices)


@pytest.mark.parametrize(
    "wrong",
    [
        {"points": 0},
        {"speed": 0.5},
        {"of_volumes": 0},
        {"minutes": 0},
        {"clerk_use": 0},
        {"booth_use": 2},
    ],
)
def test_what_cannot_be_lived_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"at least one point|clerks and booths"):
        Asked(**wrong)  # type: ignore[arg-type]
