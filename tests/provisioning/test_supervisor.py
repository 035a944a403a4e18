"""Do children come back when they die, and does none stay when the demo ends?"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from provisioning.demo.supervisor import Child, ChildFailed, Supervisor

ENVIRONMENT = {"PATH": "/usr/bin:/bin"}
# A child that starts a grandchild and writes down both process ids at each start.
FAMILY = 'sleep 600 & echo "$$ $!" >> "$0"; wait'


def child(tmp_path: Path, script: str, *arguments: str) -> Child:
    return Child(
        name="child",
        command=["/bin/sh", "-c", script, *arguments],
        environment=ENVIRONMENT,
        folder=tmp_path,
        log=tmp_path / "child.log",
    )


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def until(happens: object, timeout_s: float = 10) -> None:
    deadline = time.monotonic() + timeout_s
    while not happens():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


def families(book: Path) -> list[list[int]]:
    if not book.exists():
        return []
    return [[int(word) for word in line.split()] for line in book.read_text().splitlines()]


@asynccontextmanager
async def kept(it: Child) -> AsyncIterator[list[str]]:
    said: list[str] = []
    supervisor = Supervisor(said.append)
    supervisor.started = True
    keeping = asyncio.ensure_future(supervisor.keep(it))  # noqa: TID251 - the test is its owner
    try:
        yield said
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        supervisor.close()


async def test_a_child_that_dies_is_started_again(tmp_path: Path) -> None:
    book = tmp_path / "book"
    async with kept(child(tmp_path, FAMILY, str(book))) as said:
        await until(lambda: len(families(book)) == 1)
        (first,) = families(book)
        os.kill(first[0], signal.SIGKILL)
        await until(lambda: len(families(book)) == 2)
        assert not alive(first[1]), "what the dead child had started must go too"
        assert any("starting it again" in phrase for phrase in said)


async def test_stopping_takes_children_and_grandchildren(tmp_path: Path) -> None:
    book = tmp_path / "book"
    async with kept(child(tmp_path, FAMILY, str(book))):
        await until(lambda: len(families(book)) == 1)
    assert [process for process in families(book)[0] if alive(process)] == []


async def test_a_child_that_cannot_start_is_given_up_with_its_last_words(tmp_path: Path) -> None:
    supervisor = Supervisor(lambda _: None)
    try:
        with pytest.raises(ChildFailed, match="no such configuration"):
            await supervisor.keep(child(tmp_path, "echo no such configuration >&2; exit 3"))
    finally:
        supervisor.close()


async def test_a_killed_supervisor_leaves_nobody(tmp_path: Path) -> None:
    book = tmp_path / "book"
    program = (
        "import asyncio, pathlib, sys\n"
        "from provisioning.demo.supervisor import Child, Supervisor\n"
        f"it = Child('child', ['/bin/sh', '-c', {FAMILY!r}, sys.argv[1]], {ENVIRONMENT!r},\n"
        "           pathlib.Path(sys.argv[1]).parent, pathlib.Path(sys.argv[1] + '.log'))\n"
        "asyncio.run(Supervisor(print).keep(it))\n"
    )
    supervisor = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(book), cwd=Path(__file__).parents[2]
    )
    try:
        await until(lambda: len(families(book)) == 1)
        (family,) = families(book)
        assert all(alive(process) for process in family)
    finally:
        supervisor.kill()
        await supervisor.wait()
    await until(lambda: not any(alive(process) for process in family), timeout_s=30)
