"""What does an agent cost that has nothing to do? Memory, and processor and bytes a heartbeat."""

import asyncio
import ssl
import subprocess
import sys
from pathlib import Path

import aiomqtt

from tests.bench.numbers import Number, Numbers, median
from tests.bench.world import World, demo

PAIRS = 5
SETTLE_S = 15
HEARTBEATS = 6
HEARTBEAT_TIMEOUT_S = 60
BARE = """
import sys
import aiohttp, aiomqtt, cryptography.x509, cryptography.hazmat.primitives.asymmetric.ec, pydantic
class Model(pydantic.BaseModel):
    word: str
Model(word="ready")
print("ready", flush=True)
sys.stdin.read()
"""


async def measure() -> Numbers:
    """`agent.*`."""
    async with demo() as world:
        await asyncio.sleep(SETTLE_S)
        agent = world.process("edge_agent")
        pairs = [(rss_mb(agent), await asyncio.to_thread(bare_rss_mb)) for _ in range(PAIRS)]
        cpu_ms, size = await heartbeats(world, agent)
    own = median([pair[0] for pair in pairs])
    raw = median([pair[1] for pair in pairs])
    ratio = median([ours / bare for ours, bare in pairs])
    note = "the demo's agent, simulated peripherals, no screen open"
    return {
        "agent.idle_rss_mb": Number(own, "MB", PAIRS, raw, note),
        "agent.idle_rss_ratio": Number(ratio, "", PAIRS, raw, note),
        "agent.cpu_ms_per_heartbeat": Number(
            cpu_ms, "ms", HEARTBEATS, note="all processor time of the process, idle work included"
        ),
        "agent.bytes_per_heartbeat": Number(
            size, "B", HEARTBEATS, note="payload of up/telemetry, envelope included"
        ),
    }


def rss_mb(process: int) -> float:
    """Resident memory."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise LookupError("no VmRSS")


def bare_rss_mb() -> float:
    """A process that only imports what any such agent needs."""
    with subprocess.Popen(
        [sys.executable, "-c", BARE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as bare:
        if bare.stdout is None:
            raise RuntimeError("the bare process has no output")
        bare.stdout.readline()
        return rss_mb(bare.pid)


def cpu_ms(process: int) -> float:
    """Processor time of every thread so far (schedstat counts nanoseconds)."""
    tasks = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6


async def heartbeats(world: World, agent: int) -> tuple[float, float]:
    """Listen as the control plane may; gives processor ms and bytes for each heartbeat."""
    tls = world.state.control_plane / "tls"
    context = ssl.create_default_context(cafile=tls / "service-chain.pem")
    context.load_cert_chain(tls / "control-plane.crt", tls / "control-plane.key")
    async with aiomqtt.Client(
        "127.0.0.1",
        world.ports.mqtt_services,
        identifier="svc:control-plane:bench",
        protocol=aiomqtt.ProtocolVersion.V5,
        tls_context=context,
    ) as client:
        await client.subscribe("rsp/v1/d/+/up/telemetry")
        sizes: list[int] = []
        began = 0.0
        async with asyncio.timeout(HEARTBEAT_TIMEOUT_S * (HEARTBEATS + 1)):
            async for message in client.messages:
                if began == 0.0:
                    began = cpu_ms(agent)  # from just after one heartbeat
                    continue
                sizes.append(len(bytes(message.payload)))
                if len(sizes) == HEARTBEATS:
                    break
        return (cpu_ms(agent) - began) / HEARTBEATS, median(sizes)
