"""A session that memory knows is over the moment that it is over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from control_plane.database import Store, open_store
from control_plane.live import Hub
from control_plane.security import accounts, sessions
from control_plane.security.accounts import AccountChange, NewAccount
from control_plane.security.known_sessions import KnownSessions
from control_plane.security.scope import Role, Scope
from control_plane.security.sessions import SignedIn
from tests.clock import FakeClock
from tests.control_plane.world import counted_statements

TOKEN = "a token of a test"  # noqa: S105 - of a session that lives for a test
SYSTEM = Scope.system("test")


@asynccontextmanager
async def known_over(store: Store, clock: FakeClock) -> AsyncIterator[KnownSessions]:
    """What a replica knows that follows all changes."""
    hub = Hub(store, clock)
    known = KnownSessions(store, hub)
    async with asyncio.TaskGroup() as tasks:
        following = tasks.create_task(hub.run())
        async with asyncio.timeout(10):
            while not hub.follows:  # noqa: ASYNC110 - told by nobody
                await asyncio.sleep(0.01)
        yield known
        following.cancel()


@pytest.fixture
async def aino(store: Store, clock: FakeClock) -> SignedIn:
    new = NewAccount(
        username="aino",
        display_name="Aino",
        alias="Aino",
        roles=frozenset({Role.CLERK}),
        agency="kela",
    )
    now = clock.now()
    made = await store.run(lambda tx: accounts.add(tx, SYSTEM, new, "no hash", now))
    who = await store.run(lambda tx: sessions.open_for(tx, made.id, token=TOKEN, now=now))
    assert who is not None
    return who


async def statements(known: KnownSessions, clock: FakeClock) -> list[str]:
    """What it costs to find the session, beside the hub's own look."""
    with counted_statements() as counted:
        assert await known.find(TOKEN, clock.now()) is not None
    return [each for each in counted if "account" in each]


async def test_a_session_that_is_known_costs_no_statement(
    store: Store, clock: FakeClock, aino: SignedIn
) -> None:
    async with known_over(store, clock) as known:
        assert (await known.find(TOKEN, clock.now())) == aino
        assert await statements(known, clock) == []
        assert await known.find("another", clock.now()) is None


async def test_signing_out_counts_at_once(store: Store, clock: FakeClock, aino: SignedIn) -> None:
    async with known_over(store, clock) as known:
        await known.find(TOKEN, clock.now())
        await store.run(lambda tx: sessions.close(tx, aino, now=clock.now()))
        assert await known.find(TOKEN, clock.now()) is None


MORE = AccountChange(roles=frozenset({Role.CLERK, Role.AGENCY_ADMIN}))
NO_DESK = AccountChange(roles=frozenset({Role.AGENCY_ADMIN}))


@pytest.mark.parametrize("change", [MORE, NO_DESK, AccountChange(disabled=True)])
async def test_other_roles_and_a_disabled_account_count_at_once(
    store: Store, clock: FakeClock, aino: SignedIn, change: AccountChange
) -> None:
    async with known_over(store, clock) as known:
        await known.find(TOKEN, clock.now())
        await store.run(
            lambda tx: accounts.change(tx, SYSTEM, aino.account.id, change, clock.now())
        )
        who = await known.find(TOKEN, clock.now())
        if change is MORE:
            assert who is not None
            assert who.scope.roles == MORE.roles
        else:
            assert who is None


async def test_what_another_replica_ended_is_over_within_its_look(
    store: Store, store_url: str, clock: FakeClock, aino: SignedIn
) -> None:
    elsewhere = open_store(store_url)
    async with known_over(store, clock) as known:
        await known.find(TOKEN, clock.now())
        await elsewhere.run(lambda tx: sessions.close(tx, aino, now=clock.now()))
        async with asyncio.timeout(1.5):
            while await known.find(TOKEN, clock.now()):  # noqa: ASYNC110 - told by nobody
                await asyncio.sleep(0.02)
    await elsewhere.close()


@pytest.mark.parametrize("after", [sessions.IDLE, sessions.LONGEST])
async def test_a_session_ends_by_time_though_it_is_known(
    store: Store, clock: FakeClock, aino: SignedIn, after: timedelta
) -> None:
    assert aino.expires_at == clock.now() + sessions.LONGEST
    async with known_over(store, clock) as known:
        await known.find(TOKEN, clock.now())
        clock.pass_(seconds=after.total_seconds())
        assert await known.find(TOKEN, clock.now()) is None


async def test_use_is_noted_each_minute_so_that_a_long_shift_goes_on(
    store: Store, clock: FakeClock, aino: SignedIn
) -> None:
    async with known_over(store, clock) as known:
        for _ in range(40):
            clock.pass_(seconds=61)
            assert await known.find(TOKEN, clock.now()) is not None
        assert await statements(known, clock) == []
    assert aino.seen_at < clock.now() - sessions.IDLE


async def test_memory_that_no_longer_hears_of_others_is_not_believed(
    store: Store, clock: FakeClock, aino: SignedIn
) -> None:
    async with known_over(store, clock) as known:
        assert await known.find(TOKEN, clock.now()) == aino
        known._hub._looked_at = 0.0
        assert len(await statements(known, clock)) == 1


async def test_what_ends_while_it_is_read_is_not_remembered(
    store: Store, clock: FakeClock, aino: SignedIn
) -> None:
    async with known_over(store, clock) as known:
        for _ in range(5):
            read, _ = await asyncio.gather(
                known.find(TOKEN, clock.now()),
                store.run(lambda tx: tx.touch(accounts.subject(aino.account.id))),
            )
            assert read == aino
        await store.run(lambda tx: sessions.close(tx, aino, now=clock.now()))
        assert await known.find(TOKEN, clock.now()) is None
