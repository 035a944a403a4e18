"""Is the document camera's driver true to its contract on a kernel with a real camera device?

This machine's kernel may well have no V4L2 at all, so the tests of `v4l2_guest` run in a guest.
"""

import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.vm import v4l2_guest
from tests.vm.guest import QEMU, Outcome, run_in_guest
from tests.vm.kernel import CAMERA_MODULES, Prepared

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PROJECT = Path(__file__).parents[2]
_LIMIT_S = 240.0  # a minute on two idle cores


@dataclass(frozen=True, slots=True)
class Verdict:
    """What pytest found in the guest: names of tests by how they went."""

    passed: set[str]
    others: set[str]
    outcome: Outcome


@pytest.fixture
def prepared() -> Prepared:
    """Debian's kernel, as `provisioning/setup.sh check` has fetched it."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        pytest.skip("the guest shares this machine's programs, and is an amd64 machine")
    prepared = Prepared()
    if not (prepared.complete and shutil.which(QEMU)):
        lacking = "no guest here: provisioning/setup.sh check, as somebody who may install packages"
        if os.geteuid() != 0:
            pytest.skip(lacking)
        pytest.fail(lacking)
    return prepared


def test_the_v4l2_camera_keeps_its_contract(prepared: Prepared, tmp_path: Path) -> None:
    verdict = examine(prepared, modules=CAMERA_MODULES, share=tmp_path)
    assert not verdict.others, verdict.outcome.console
    assert verdict.passed == expected(), verdict.outcome.console


def test_a_guest_without_a_camera_fails_every_test(prepared: Prepared, tmp_path: Path) -> None:
    verdict = examine(prepared, modules=(), share=tmp_path)
    assert not verdict.passed, verdict.outcome.console
    assert verdict.others == expected(), verdict.outcome.console


def expected() -> set[str]:
    """Every test of the contract, and vivid's own."""
    return {name for name in dir(v4l2_guest.TestVivid) if name.startswith("test_")}


def examine(prepared: Prepared, *, modules: tuple[str, ...], share: Path) -> Verdict:
    """Run the guest's tests with these kernel modules."""
    report = share / "junit.xml"
    tests = Path(v4l2_guest.__file__).relative_to(PROJECT)
    outcome = run_in_guest(
        [
            *(sys.executable, "-X", "faulthandler", "-m", "pytest", "-v", "--color=no"),
            *("--timeout=60", "--tb=short", "--durations=0", "-p", "no:cacheprovider"),
            # Every other plugin of the house takes half a minute to load under emulation.
            *("-p", "pytest_asyncio.plugin", "-p", "pytest_timeout"),
            *(f"--confcutdir={tests.parent}", f"--junitxml={report}", str(tests)),
        ],
        folder=PROJECT,
        environment={
            "HOME": str(share),
            "TMPDIR": "/dev/shm",  # noqa: S108 - in the guest, the only place that can be written
            "LANG": "C.UTF-8",
            "PATH": "/usr/bin:/bin",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        modules=modules,
        share=share,
        limit_s=_LIMIT_S,
        prepared=prepared,
    )
    if not (outcome.ended and report.exists()):
        pytest.fail(f"the guest gave no report:\n{outcome.console}")
    passed: set[str] = set()
    others: set[str] = set()
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - written by our own guest
        (others if len(case) else passed).add(case.get("name", ""))
    return Verdict(passed=passed, others=others, outcome=outcome)
