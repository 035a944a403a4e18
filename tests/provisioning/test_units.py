"""Are the systemd units free of mistakes, and as locked up as we say?"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[2] / "systemd"
# Exposure times ten, as `systemd-analyze security` counts. The kiosk holds Chromium, whose own
# sandbox needs namespaces and whose compiler needs writable code.
LIMITS = {
    "etapiste-agent.service": 20,
    "etapiste-control.service": 20,
    "etapiste-kiosk.service": 42,
}

pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="needs the systemd package"
)


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def test_every_unit_has_a_limit() -> None:
    assert {unit.name for unit in UNITS.glob("*.service")} == set(LIMITS)


@pytest.mark.parametrize("unit", LIMITS)
def test_a_unit_has_no_unknown_word(unit: str, tmp_path: Path) -> None:
    # The programs and the guide are not installed here: only those paths are exchanged.
    text = (UNITS / unit).read_text()
    text = re.sub(r"^(Exec\w+=)\S+", r"\1/bin/true", text, flags=re.MULTILINE)
    text = re.sub(r"^Wants=etapiste-agent.service\n", "", text, flags=re.MULTILINE)
    copy = tmp_path / unit
    copy.write_text(text)

    verdict = analyze("verify", "--man=no", "--generators=no", str(copy))

    # An unknown key is a mere warning with status 0: the words count, not the status.
    ours = [line for line in verdict.stderr.splitlines() if unit in line or str(copy) in line]
    assert ours == []
    assert verdict.returncode == 0


@pytest.mark.parametrize(("unit", "limit"), LIMITS.items())
def test_a_unit_is_locked_up(unit: str, limit: int) -> None:
    verdict = analyze(
        "security", "--offline=true", f"--threshold={limit}", "--no-pager", str(UNITS / unit)
    )

    assert verdict.returncode == 0, verdict.stdout[-300:]


def test_an_unknown_word_would_be_noticed(tmp_path: Path) -> None:
    copy = tmp_path / "wrong.service"
    copy.write_text("[Service]\nExecStart=/bin/true\nNoSuchKey=yes\n")

    verdict = analyze("verify", "--man=no", "--generators=no", str(copy))

    assert "NoSuchKey" in verdict.stderr
