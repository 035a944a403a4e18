"""How does a test get many booths, and two replicas that share them? Virtual devices, no screens.

The plane of the history checker with devices that never fail, on a loop of its own: browsers are
driven from the test's thread.
"""

import asyncio
import itertools
import random
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from control_plane.clock import SystemClock
from control_plane.database import open_store
from control_plane.security.keys import Keyring
from provisioning.virtual.certificates import tls
from provisioning.virtual.device import PEACE, Device, Line
from provisioning.virtual.record import History
from shared.identifiers import DeviceName, TicketId
from shared.languages import Language
from shared.orders import CommandKeys
from tests.history import nation
from tests.history.plane import Plane, running_plane

STARTED_WITHIN_S = 120
ANSWERED_WITHIN_S = 60


class _Over(Exception):
    """Let the devices go."""


@dataclass
class Country:
    """Points with devices on the line, behind replicas that serve."""

    plane: Plane
    devices: list[Device]
    loop: asyncio.AbstractEventLoop
    turn: Iterator[Device] = field(init=False)

    def __post_init__(self) -> None:
        self.turn = itertools.cycle(self.devices)

    def take(self, service: str, count: int) -> list[TicketId]:
        """So many visitors take a number, each at the next booth's point."""
        asked = asyncio.run_coroutine_threadsafe(self._take(service, count), self.loop)
        return asked.result(ANSWERED_WITHIN_S)

    async def _take(self, service: str, count: int) -> list[TicketId]:
        taken = []
        for _ in range(count):
            ticket = await next(self.turn).take(service, Language.FINNISH)
            assert ticket is not None
            taken.append(ticket)
        return taken


@contextmanager
def running_country(folder: Path) -> Iterator[Country]:
    """Two replicas behind haproxy on PostgreSQL, and every device of the history's nation."""
    ready: Future[Country] = Future()
    stop = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_live(folder, ready, stop)))
    thread.start()
    try:
        yield ready.result(STARTED_WITHIN_S)
    finally:
        stop.set()
        thread.join()


async def _live(folder: Path, ready: "Future[Country]", stop: threading.Event) -> None:
    try:
        async with running_plane(folder, database="postgresql") as plane:
            store = open_store(plane.url)
            await nation.found(store, dict.fromkeys(nation.MODES, "pull"))
            await store.close()
            for replica in plane.replicas:
                replica.start()
            await plane.all_serve()
            keyring = Keyring(plane.broker.directory)
            keys = CommandKeys.read(keyring.command_keys(SystemClock().now()))
            try:
                await _devices(plane, keys, ready, stop)
            except* _Over:
                pass
    except BaseException as error:
        if ready.done():
            raise
        ready.set_exception(error)


async def _devices(
    plane: Plane, keys: CommandKeys, ready: "Future[Country]", stop: threading.Event
) -> None:
    history = History()
    async with asyncio.TaskGroup() as tasks:
        devices = []
        for (_, booth), code in nation.devices().items():
            name = DeviceName(code)
            line = Line(plane.broker.device_port, tls(plane.broker.device(name)), keys)
            lot = random.Random(code)  # noqa: S311 - repeated from run to run
            devices.append(Device(name, booth, line, history, lot, PEACE, tasks))
        for device in devices:
            tasks.create_task(device.run())
        while not all(device.client for device in devices):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.1)
        ready.set_result(Country(plane, devices, asyncio.get_running_loop()))
        await asyncio.to_thread(stop.wait)
        raise _Over
