"""Does the same queue hold on both databases, whatever is killed, stopped, delayed and doubled?"""

import sys
from pathlib import Path

import pytest

from tests.history.auditor import Kind
from tests.history.course import Plan, Verdict, run
from tests.history.nation import MODES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


def show(verdict: Verdict, capsys: pytest.CaptureFixture[str]) -> None:
    """What was proved stands in the output of a run that passes, too."""
    with capsys.disabled():
        sys.stdout.write(f"\n{verdict.told()}\n")


@pytest.mark.parametrize("database", ["postgresql", "sqlite"])
async def test_nobody_is_lost_overtaken_or_served_twice(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # `make soak` makes ten thousand operations and fifty kills in each run; here is less time.
    plan = Plan(operations=3_000, kills=15, at_most_s=300)
    verdict = await run(tmp_path, database=database, plan=plan)
    show(verdict, capsys)
    assert verdict.history.oddities == []
    assert verdict.findings == []
    assert verdict.intact
    assert len(verdict.history.calls) >= plan.operations
    assert sum(verdict.history.killed.values()) >= plan.kills
    # It could have found somebody overtaken: many waited beside a booth while another was called.
    assert verdict.could_overtake > 5


async def test_a_claim_that_looks_before_it_takes_is_caught(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = ("-m", "tests.history.standby", "tests.history.broken_claim", "serve")
    pull = dict.fromkeys(MODES, "pull")
    plan = Plan(1000, kills=0, at_most_s=75, command=broken, modes=pull, settles=False)
    verdict = await run(tmp_path, database="postgresql", plan=plan)
    show(verdict, capsys)
    assert Kind.SERVED_TWICE in {each.kind for each in verdict.findings}
