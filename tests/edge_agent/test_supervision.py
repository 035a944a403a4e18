"""Does a task live on through expected failures, and does systemd hear the truth?"""

import asyncio
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.supervision import Systemd, keep_trying, pause_s


@given(st.integers(0, 1000), st.floats(0, 0.999))
def test_a_pause_is_never_longer_than_the_bound(attempt: int, chance: float) -> None:
    pause = pause_s(attempt, first_s=0.5, longest_s=15, chance=chance)
    assert 0 <= pause <= min(15.0, 0.5 * 2.0 ** min(attempt, 32))


async def test_an_expected_failure_is_tried_again_in_place() -> None:
    tries = 0
    third = asyncio.Event()

    async def attempt() -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise ConnectionError
        third.set()
        await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(
            keep_trying("a test", attempt, expected=(ConnectionError,), first_s=0.001)
        )
        async with asyncio.timeout(5):
            await third.wait()
        task.cancel()


async def test_a_bug_ends_it() -> None:
    async def attempt() -> None:
        raise KeyError("bug")

    with pytest.raises(KeyError):
        await keep_trying("a test", attempt, expected=(ConnectionError,))


async def test_being_told_to_stop_is_not_lost_in_a_failing_farewell() -> None:
    began = asyncio.Event()

    async def attempt() -> None:
        try:
            began.set()
            await asyncio.Event().wait()
        finally:
            raise ConnectionError  # what a library's failing farewell does

    task = asyncio.get_running_loop().create_task(
        keep_trying("a test", attempt, expected=(ConnectionError,), first_s=0.001)
    )
    await began.wait()
    task.cancel()
    async with asyncio.timeout(2):
        with pytest.raises(asyncio.CancelledError):
            await task


def test_systemd_hears_each_word(tmp_path: Path) -> None:
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(address))
        told = Systemd(str(address))
        told.ready()
        told.alive()
        told.status("running as d-salla-01")
        told.stopping()
        words = [systemd.recv(100).decode() for _ in range(4)]
    assert words == ["READY=1", "WATCHDOG=1", "STATUS=running as d-salla-01", "STOPPING=1"]


def test_without_systemd_or_when_it_is_gone_nothing_happens(tmp_path: Path) -> None:
    Systemd("").ready()
    Systemd(str(tmp_path / "nobody")).ready()
