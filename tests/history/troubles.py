"""What goes wrong in a run: replicas, database and broker are killed, stopped and started again."""

import asyncio
import random
import time
from dataclasses import dataclass, field

from provisioning.virtual.record import History
from tests.history.plane import Plane, Replica

# Shorter than what the auditor forgives (`overtaking.SETTLED_S`), with what a look takes.
LONGEST_PAUSE_S = 2.5


@dataclass(slots=True)
class Troubles:
    """One after the other, with moments of peace in which work is done."""

    plane: Plane
    history: History
    random: random.Random
    peace_s: tuple[float, float]
    _busy: set[int] = field(default_factory=set)

    async def run(self, *, kills: int, until: float) -> None:
        """At least so many kills, and until then at least."""
        async with asyncio.TaskGroup() as tasks:
            while sum(self.history.killed.values()) < kills or time.monotonic() < until:
                await asyncio.sleep(self.random.uniform(*self.peace_s))
                lot = self.random.random()
                if lot < 0.45:
                    free = [each for each in self.plane.replicas if each.port not in self._busy]
                    # Often nobody is left.
                    if len(free) > 1 or (free and self.random.random() < 0.8):
                        tasks.create_task(self._kill_replica(self.random.choice(free)))
                elif lot < 0.6:
                    await self._pause_replica(self.random.choice(self.plane.replicas))
                elif lot < 0.75 and self.plane.postgres is not None:
                    await self._crash_database()
                else:
                    await self._kill_broker()

    async def _kill_replica(self, replica: Replica) -> None:
        self._busy.add(replica.port)
        await asyncio.to_thread(replica.kill)
        self.history.killed["replicas"] += 1
        await asyncio.sleep(self.random.uniform(0.1, 1.0))
        replica.start()
        # It needs a while to come up: another trouble may strike it even then.
        await asyncio.sleep(2.0)
        self._busy.discard(replica.port)

    async def _pause_replica(self, replica: Replica) -> None:
        replica.pause()
        await asyncio.sleep(self.random.uniform(0.5, LONGEST_PAUSE_S))
        replica.go_on()

    async def _crash_database(self) -> None:
        if self.plane.postgres is not None:
            await asyncio.to_thread(self.plane.postgres.crash)
            self.history.killed["databases"] += 1
            await asyncio.sleep(self.random.uniform(0.1, 1.0))
            await asyncio.to_thread(self.plane.postgres.start)

    async def _kill_broker(self) -> None:
        await asyncio.to_thread(self.plane.broker.kill)
        self.history.killed["brokers"] += 1
        await asyncio.sleep(self.random.uniform(0.1, 1.0))
        await asyncio.to_thread(self.plane.broker.start)
