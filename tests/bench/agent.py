"""What does an agent cost that has nothing to do? Memory, and processor and bytes a heartbeat."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiomqtt

from provisioning.demo import plan
from tests.bench.backend import Backend, backend
from tests.bench.numbers import Number, Numbers, median
from tests.bench.world import demo

PAIRS = 5
SETTLE_S = 15
QUICK_S = 0.02
SLOW_S = 2.0
STRETCH_S = 12.0
BEATING_S = 60
TELEMETRY = f"rsp/v1/d/{plan.DEVICE}/up/telemetry"
BEATING = """
import signal
from edge_agent.__main__ import main
from edge_agent.uplink import link
link.HEARTBEAT_S = {slow}
def change(*_):
    link.HEARTBEAT_S = {quick} if link.HEARTBEAT_S == {slow} else {slow}
signal.signal(signal.SIGUSR1, change)
main()
"""
# What `agent.idle_rss_ratio` is measured against, and the same with the part of cryptography that
# reads certificates (cryptography itself is little more than a version number): the agent leaves
# that to a child process and to visits.
BARE = "import aiomqtt, aiohttp, pydantic, cryptography"
BARE_WITH_X509 = f"{BARE}, cryptography.x509"


async def measure() -> Numbers:
    """`agent.*`."""
    async with demo() as world:
        await asyncio.sleep(SETTLE_S)
        agent = world.process("edge_agent")
        pairs = [(rss_mb(agent), await asyncio.to_thread(bare_rss_mb, BARE)) for _ in range(PAIRS)]
        with_x509 = median(
            [await asyncio.to_thread(bare_rss_mb, BARE_WITH_X509) for _ in range(PAIRS)]
        )
    own = median([pair[0] for pair in pairs])
    raw = median([pair[1] for pair in pairs])
    note = (
        "the demo's agent, simulated peripherals, no screen open; raw: bare imports, "
        f"{with_x509:.1f} MB if cryptography.x509 is among them"
    )
    costs, size = await heartbeats()
    return {
        "agent.idle_rss_mb": Number(own, "MB", PAIRS, raw, note),
        "agent.idle_rss_ratio": Number(
            median([ours / bare for ours, bare in pairs]), "", PAIRS, raw, note
        ),
        "agent.cpu_ms_per_heartbeat": Number(
            median(costs),
            "ms",
            PAIRS,
            note=f"the same agent beating every {QUICK_S} s and every {SLOW_S} s in turn: the "
            "processor time of the process that each further beat takes",
        ),
        "agent.bytes_per_heartbeat": Number(
            size, "B", PAIRS, note="payload of up/telemetry, envelope included"
        ),
    }


def rss_mb(process: int) -> float:
    """Resident memory."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise LookupError("no VmRSS")


def bare_rss_mb(imports: str) -> float:
    """A process that only imports what any such agent needs."""
    script = f"{imports}; print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as bare:
        if bare.stdout is None:
            raise RuntimeError("the bare process has no output")
        bare.stdout.readline()
        held = rss_mb(bare.pid)
        bare.communicate(b"\n")
        return held


def cpu_ms(process: int) -> float:
    """Processor time of every thread so far (schedstat counts nanoseconds)."""
    tasks = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6


async def heartbeats() -> tuple[list[float], float]:
    """Processor ms that a beat takes, for each pair, and its bytes."""
    async with backend() as world, running_agent(world) as agent, world.service() as listener:
        beats: list[int] = []
        await listener.subscribe(TELEMETRY)
        async with asyncio.TaskGroup() as group:
            counting = group.create_task(count(listener, beats))
            await asyncio.wait_for(until(beats), BEATING_S)
            await asyncio.sleep(SETTLE_S)
            costs = [await pair(agent, beats) for _ in range(PAIRS)]
            counting.cancel()
        return costs, median(beats)


@contextlib.asynccontextmanager
async def running_agent(world: Backend) -> AsyncIterator[int]:
    """The agent as ever, but for how often it beats; SIGUSR1 changes that."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", BEATING.format(slow=SLOW_S, quick=QUICK_S)),
        env=plan.agent_environment(world.state, world.ports),
        cwd=world.state.root,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        await process.wait()


async def count(listener: aiomqtt.Client, beats: list[int]) -> None:
    """Note the size of each heartbeat."""
    async for message in listener.messages:
        beats.append(len(bytes(message.payload)))  # noqa: PERF401 - others look at it meanwhile


async def until(beats: list[int]) -> None:
    """Wait for the first one."""
    while not beats:  # noqa: ASYNC110 - the broker is another process
        await asyncio.sleep(0.1)


async def pair(agent: int, beats: list[int]) -> float:
    """One slow and one quick stretch; gives ms for each further beat."""
    slow_ms, slow = await stretch(agent, beats)
    os.kill(agent, signal.SIGUSR1)
    await asyncio.sleep(SLOW_S)
    quick_ms, quick = await stretch(agent, beats)
    os.kill(agent, signal.SIGUSR1)
    await asyncio.sleep(SLOW_S)
    return (quick_ms - slow_ms) / (quick - slow)


async def stretch(agent: int, beats: list[int]) -> tuple[float, int]:
    """Processor ms and beats of some seconds."""
    spent, had = cpu_ms(agent), len(beats)
    await asyncio.sleep(STRETCH_S)
    return cpu_ms(agent) - spent, len(beats) - had
