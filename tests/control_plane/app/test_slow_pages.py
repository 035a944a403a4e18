"""Pages that take nothing hold what a socket's buffer holds, and delay nobody."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from control_plane.app import create_app
from control_plane.clock import SystemClock
from control_plane.database import Store
from control_plane.service_points.operations import import_seed
from control_plane.visits.operations import arrivals
from control_plane.visits.setup import Setup
from control_plane.visits.waits import UNFORESEEN
from provisioning.own_ports import own_ports
from tests.bench.crowd import DEVICE, clerks
from tests.bench.sockets import Ear, listen
from tests.control_plane.plane import running, settings_for
from tests.control_plane.world import new_message, seed, take

STALLED, NUMBERS = 10, 40
DESK = "/api/v1/live?subject=desk"
PATIENCE_S = 5.0


async def test_pages_that_take_nothing_delay_nobody(sqlite_store: Store, tmp_path: Path) -> None:
    clock, settings = SystemClock(), settings_for(tmp_path / "state", port=own_ports())
    await sqlite_store.run(lambda tx: import_seed(tx, seed(), clock.now()))
    people = await clerks(sqlite_store, STALLED + 1)
    setup, last = Setup.of(settings), asyncio.Event()

    def nothing(_ear: Ear, _text: bytes) -> None:
        pass

    def look(_ear: Ear, text: bytes) -> None:
        if f'"waiting":{NUMBERS},'.encode() in text:
            last.set()

    async with running(create_app(settings, sqlite_store), settings):
        sleeping = [
            await listen(settings.port, DESK, nothing, cookie=each.cookie, small=True)
            for each in people[:STALLED]
        ]
        for ear in sleeping:
            await ear.first
            ear.stall()
        awake = await listen(settings.port, DESK, look, cookie=people[-1].cookie)
        await awake.first
        for _ in range(NUMBERS):
            message = new_message(take(), clock.now())
            ask = partial(
                arrivals.answer_request,
                setup=setup,
                device=DEVICE,
                message=message,
                now=clock.now(),
                waits=UNFORESEEN,
            )
            await sqlite_store.run(ask)
        async with asyncio.timeout(PATIENCE_S):
            await last.wait()
        for ear in (*sleeping, awake):
            ear.transport.abort()


async def test_whoever_has_no_session_hears_nothing(sqlite_store: Store, tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "state", port=own_ports())
    heard: list[bytes] = []
    async with running(create_app(settings, sqlite_store), settings):
        ear = await listen(settings.port, DESK, lambda _, text: heard.append(text))
        with pytest.raises(ConnectionError):
            await ear.first
        assert (ear.closed_with, heard) == (4401, [])
