"""Does one replica lead, and can one that led before write nothing more?"""

import asyncio
import signal
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from control_plane.clock import SystemClock
from control_plane.database import PostgresqlStore, Store, Tx, open_store
from control_plane.security.tables import audit
from control_plane.timers.leadership import LEASE, Deposed, Leadership
from control_plane.timers.tables import leadership as rows
from tests.clock import FakeClock
from tests.control_plane.timers import stopped_leader
from tests.postgres import Postgres

SCOPE = stopped_leader.SCOPE


def nothing(_tx: Tx) -> None:
    """What the leader has to do now."""


async def test_one_leads_until_its_lease_is_over(store: Store, clock: FakeClock) -> None:
    first, second = (Leadership(store, clock, SCOPE) for _ in range(2))
    assert await first.held()
    for _ in range(5):
        clock.pass_(seconds=3)
        assert await first.held()
        if isinstance(store, PostgresqlStore):
            assert not await second.held()
    clock.pass_(seconds=LEASE.total_seconds())
    assert await second.held()


async def test_who_stops_in_order_lets_another_lead_at_once(store: Store, clock: FakeClock) -> None:
    first, second = (Leadership(store, clock, SCOPE) for _ in range(2))
    assert await first.held()
    await first.let_go()
    assert await second.held()
    with pytest.raises(Deposed):
        await first.run(nothing)


async def test_a_former_leader_writes_nothing_and_finds_that_out(
    store: Store, clock: FakeClock
) -> None:
    former, present = (Leadership(store, clock, SCOPE) for _ in range(2))
    assert await former.held()
    clock.pass_(seconds=LEASE.total_seconds())
    assert await present.held()
    done: list[str] = []
    with pytest.raises(Deposed):
        await former.run(lambda _: done.append("former"))
    await present.run(lambda _: done.append("present"))
    assert done == ["present"]
    if isinstance(store, PostgresqlStore):
        assert not await former.held()


async def test_a_leader_whose_lease_ran_out_unnoticed_leads_on(
    store: Store, clock: FakeClock
) -> None:
    alone = Leadership(store, clock, SCOPE)
    assert await alone.held()
    clock.pass_(minutes=5)
    assert await alone.held()
    await alone.run(nothing)


async def test_every_leader_has_an_epoch_of_its_own(store: Store, clock: FakeClock) -> None:
    for epoch in (1, 2, 3):
        assert await Leadership(store, clock, SCOPE).held()
        assert await store.read(lambda tx: tx.execute(sa.select(rows.c.epoch)).scalar()) == epoch
        clock.pass_(seconds=LEASE.total_seconds())


async def test_a_successor_waits_for_what_its_predecessor_has_begun(
    postgres: Postgres, postgres_template: str, clock: FakeClock
) -> None:
    """The check holds until the commit: no write of an old epoch comes after a new one."""
    store = open_store(postgres.url(postgres.create(postgres_template)))
    former, present = (Leadership(store, clock, SCOPE) for _ in range(2))
    assert await former.held()
    clock.pass_(seconds=LEASE.total_seconds())
    begun, go_on = threading.Event(), threading.Event()

    def slow(_tx: Tx) -> str:
        begun.set()
        assert go_on.wait(10)
        return "committed"

    async with asyncio.TaskGroup() as tasks:
        writing = tasks.create_task(former.run(slow))
        await asyncio.to_thread(begun.wait, 10)
        taking = tasks.create_task(present.held())
        await asyncio.sleep(0.3)
        assert not taking.done()
        go_on.set()
        assert await writing == "committed"
        assert await taking
    with pytest.raises(Deposed):
        await former.run(nothing)
    await store.close()


async def test_a_leader_that_is_stopped_in_a_transaction_does_not_stop_the_others(
    postgres: Postgres, postgres_template: str, clock: FakeClock
) -> None:
    store = open_store(postgres.url(postgres.create(postgres_template)))
    stopped_at_most = timedelta(milliseconds=300)
    former, present = (Leadership(store, clock, SCOPE, stopped=stopped_at_most) for _ in range(2))
    assert await former.held()
    clock.pass_(seconds=LEASE.total_seconds())
    begun, go_on = threading.Event(), threading.Event()

    def stopped(tx: Tx) -> None:
        begun.set()
        assert go_on.wait(10)
        tx.execute(sa.select(1))

    async def lose() -> None:
        # Its connection was cut; when it is run again, another leads.
        with pytest.raises(Deposed):
            await former.run(stopped)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(lose())
        await asyncio.to_thread(begun.wait, 10)
        async with asyncio.timeout(5):
            assert await present.held()
        go_on.set()
    await store.close()


async def test_a_process_that_was_stopped_and_goes_on_writes_nothing_more(
    postgres: Postgres, postgres_template: str
) -> None:
    url = postgres.url(postgres.create(postgres_template))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.control_plane.timers.stopped_leader", url),
        cwd=Path(__file__).parents[3],
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    store = open_store(url)
    try:
        async with asyncio.timeout(60):
            assert await process.stdout.readline() == b"led\n"
            process.send_signal(signal.SIGSTOP)
            successor = Leadership(store, SystemClock(), SCOPE)
            while not await successor.held():  # noqa: ASYNC110 - a lease tells nobody
                await asyncio.sleep(0.2)
            before = await _written(store)
            process.send_signal(signal.SIGCONT)
            said = (await process.stdout.read()).decode().split()
        # What it had committed before it could say so stays; nothing came after.
        assert said[-1] == "deposed"
        assert await _written(store) == before
        await successor.run(nothing)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await store.close()


async def _written(store: Store) -> int:
    count = sa.select(sa.func.count()).select_from(audit).where(audit.c.action == "led")
    return await store.read(lambda tx: int(tx.execute(count).scalar_one()))
