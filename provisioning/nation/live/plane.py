"""On what is the day lived? A control plane and a broker of the run's own, gone with it."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from provisioning.demo import plan, readiness
from provisioning.demo.ports import HOST, Ports, free_ports
from provisioning.demo.state import State
from provisioning.demo.supervisor import Supervisor
from provisioning.nation.live.founding import Founded, found
from provisioning.nation.live.schedule import Schedule

KEEP = {"broker", "control-plane"}
READY_WITHIN_S = 60


@dataclass(frozen=True, slots=True)
class Plane:
    """A system that serves."""

    state: State
    ports: Ports
    founded: Founded

    @property
    def origin(self) -> str:
        """Where browsers reach it."""
        return f"http://{HOST}:{self.ports.web}"


@contextlib.asynccontextmanager
async def running(day: Schedule, say: Callable[[str], None]) -> AsyncIterator[Plane]:
    """As the demo starts it, with the nation's agencies and points; SQLite, loopback."""
    with tempfile.TemporaryDirectory(prefix="etapiste-nation-") as folder:
        state, ports = State(Path(folder) / "nation"), free_ports()
        state.make()
        founded = await found(state, ports, day)
        supervisor = Supervisor(say)
        try:
            async with asyncio.TaskGroup() as group:
                keepers = [
                    group.create_task(supervisor.keep(child))
                    for child in plan.children(state, ports, [])
                    if child.name in KEEP
                ]
                async with asyncio.timeout(READY_WITHIN_S):
                    await readiness.listening(ports.mqtt_devices)
                    await readiness.control_plane_ready(ports)
                supervisor.started = True
                yield Plane(state, ports, founded)
                for keeper in reversed(keepers):
                    keeper.cancel()
                    await asyncio.wait([keeper])
        finally:
            supervisor.close()
