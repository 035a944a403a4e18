"""What is done on the way to an open point, and what is not?"""

import pytest

from control_plane.setup.rules.steps import (
    BY_SYSTEM,
    CHECKS,
    Check,
    Device,
    Known,
    Step,
    holding,
    is_done,
)

GOOD = Device("salla-1", enrolled=True, online=True, knows=True)
OPEN = Known(booths=["salla-1"], devices=[GOOD], offers=1, served=1)
NOTHING = Known(booths=[], devices=[], offers=0, served=0)


def test_an_open_point_passes_every_check_and_an_empty_one_none() -> None:
    assert holding(OPEN) == frozenset(Check)
    assert holding(NOTHING) == frozenset()


@pytest.mark.parametrize(
    ("device", "missing"),
    [
        (Device("salla-1", enrolled=False, online=True, knows=True), Check.DEVICE_ENROLLED),
        (Device("salla-1", enrolled=True, online=False, knows=True), Check.DEVICE_ONLINE),
        (Device("salla-1", enrolled=True, online=True, knows=False), Check.DEVICE_KNOWS),
    ],
)
def test_one_device_that_is_not_ready_is_enough(device: Device, missing: Check) -> None:
    known = Known(booths=["salla-1"], devices=[GOOD, device], offers=1, served=1)
    assert frozenset(Check) - holding(known) == {missing}


def test_a_booth_without_a_device_is_missed() -> None:
    known = Known(booths=["salla-1", "salla-2"], devices=[GOOD], offers=1, served=1)
    assert Check.DEVICE_STANDS not in holding(known)


def test_a_step_needs_its_checks_and_its_tick() -> None:
    every = frozenset(Check)
    for step in Step:
        assert is_done(step, every, ticked=True)
        assert is_done(step, every, ticked=False) is (step in BY_SYSTEM)
        assert is_done(step, frozenset(), ticked=True) is (step not in CHECKS)
