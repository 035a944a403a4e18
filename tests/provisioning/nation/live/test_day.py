"""Does a day on the running system tell the simulator's story?"""

import asyncio
import sys

import pytest

from provisioning.nation.live.day import lived
from provisioning.nation.live.schedule import Asked
from provisioning.nation.report import page

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
# Some fifty devices and fifty clerks; the doors are open for three quarters of a minute.
SMALL = Asked(seed=1, points=20, of_volumes=2.5, speed=60, minutes=0.75)


def test_simulator_rows_and_live_board_tell_the_same_story(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said: list[str] = []
    found = asyncio.run(lived(SMALL, said.append))
    live = found["live"]
    with capsys.disabled():
        sys.stdout.write(f"\n{'; '.join(said)}; {live['latency_ms']}\n")
    assert live["devices"]["on_the_line"] == live["devices"]["asked"] == 51
    assert live["clerks"]["signed_in"] == live["clerks"]["asked"] == 53
    assert live["drained"]
    assert live["audit"] == {
        "numbers": found["scenarios"][0]["visitors"],
        "served": found["scenarios"][0]["visitors"],
        "lost": 0,
        "twice": 0,
        "clerk_twice": 0,
        "booth_twice": 0,
        "chain_intact": True,
        "clean": True,
    }
    assert live["oddities"] == []
    assert live["differences"] == []
    # It could have found a difference: there were queues, and calls that took clerks away.
    assert live["agencies"][-1]["mean_wait_s"]["rows"] > 0
    assert live["agencies"][-1]["longest_queue"] > 0
    centre = live["contact_centre"]
    assert centre["answered"] + centre["turned_away"] > 0
    assert centre["trouble"] == 0
    assert "tell the same story" in page(found)
