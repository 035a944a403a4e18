"""A played contact centre and the queue want the same clerk, over real HTTP: one has the clerk."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from aiohttp import web

from control_plane.app import create_app
from control_plane.database import Store
from control_plane.presence.operations import endpoints, managing
from control_plane.presence.rules.deliveries import Event
from control_plane.routing import operations as routing
from control_plane.routing.rules.choices import Choices, Mode, OfferChoice
from control_plane.security import integrations
from control_plane.security.integrations import NewIntegration
from control_plane.security.scope import Scope
from control_plane.staff import queries as staff
from control_plane.staff.rules import BusyWith, ClerkState
from control_plane.visits import offer_queries
from control_plane.visits.setup import Setup
from provisioning.contact_centre.calls import Call, draw
from provisioning.contact_centre.centre import ContactCentre
from provisioning.own_ports import own_ports
from shared.identifiers import TicketId
from shared.tickets import CancelTicket
from tests.clock import FakeClock
from tests.control_plane.plane import running, settings_for, until
from tests.control_plane.world import World

SYSTEM = Scope.system("test")
ROUNDS = 25


class RunningClock(FakeClock):
    """A working day's clock, which runs."""

    def __init__(self) -> None:
        super().__init__()
        self.began = time.monotonic()

    def now(self) -> datetime:
        return self.at + timedelta(seconds=time.monotonic() - self.began)


@dataclass
class Stage:
    """A control plane that serves, a clerk to whom the queue offers, and a contact centre."""

    world: World
    aino: Scope
    centre: ContactCentre
    token: str

    async def state(self) -> ClerkState:
        found = await self.world.store.read(
            lambda tx: staff.clerk_of(tx, SYSTEM, UUID(self.aino.name))
        )
        assert found is not None
        return found.state

    async def offer(self) -> offer_queries.Offer | None:
        return await self.world.store.read(
            lambda tx: offer_queries.open_of_clerk(tx, SYSTEM, UUID(self.aino.name))
        )


@asynccontextmanager
async def staged(store: Store, tmp_path: Path) -> AsyncIterator[Stage]:
    port = own_ports()
    settings = settings_for(tmp_path / "state", port=port)
    clock = RunningClock()
    world = await World(store, clock, setup=Setup.of(settings)).found()
    choices = Choices(offers=OfferChoice(mode=Mode.PUSH, reject_delay_s=0))
    now = clock.now()
    await store.run(lambda tx: routing.choose(tx, SYSTEM, "kela", choices, instead_of=0, now=now))
    new = NewIntegration(agency="kela", name="Kela OC")
    made, token = await store.run(lambda tx: managing.add(tx, SYSTEM, new, now))
    hook = made.integration.id
    app = create_app(settings, store, clock)
    async with (
        running(app, settings),
        httpx.AsyncClient(
            base_url=settings.public_origin, headers={"Authorization": f"Bearer {token}"}
        ) as http,
    ):
        await store.run(lambda tx: integrations.renew_secret(tx, SYSTEM, hook, now))
        keys = app.state.boundary.keys
        await world.device_up()
        aino = await world.clerk()
        centre = ContactCentre(
            http,
            ttl_s=5,
            hook=str(hook),
            hook_secret=keys.webhook_secret(f"in:{hook}", 2),
            heard_secret=keys.webhook_secret(f"out:{hook}", 1),
            clock=clock,
        )
        yield Stage(world, aino, centre, token)


@pytest.mark.timeout(90)
async def test_call_and_offer_at_the_same_instant_have_one_winner(
    store: Store, tmp_path: Path
) -> None:
    won = {"call": 0, "offer": 0}
    async with staged(store, tmp_path) as stage:
        world = stage.world
        for number in range(ROUNDS):
            call = Call(f"call-{number}", 0, "aino", 1, BusyWith.PHONE, by_hook=number % 3 == 0)
            # The ticket is followed within some milliseconds: each is sometimes the first.
            status, _ = await asyncio.gather(
                _later(number % 5 * 0.004, stage.centre.busy(call)), world.take()
            )
            offer = await stage.offer()
            state = await stage.state()
            if status in {200, 204}:
                won["call"] += 1
                assert (state, offer) == (ClerkState.EXTERNAL_BUSY, None)
                assert await stage.centre.free(call) == 204
                # Whoever waited meanwhile is offered at once.
                offer = await _offered(stage)
            else:
                assert status == 409
                won["offer"] += 1
                assert state is ClerkState.RESERVED
                offer = await _offered(stage)
            await _cleared(stage, offer)
    assert won["call"] + won["offer"] == ROUNDS
    assert min(won.values()) > 0, won


@pytest.mark.timeout(90)
async def test_a_contact_centre_that_is_killed_frees_its_clerk(
    sqlite_store: Store, tmp_path: Path
) -> None:
    async with staged(sqlite_store, tmp_path) as stage:
        (tmp_path / "token").write_text(stage.token)
        words = ["--url", str(stage.centre.http.base_url), "--token-file", str(tmp_path / "token")]
        words += ["--clerk", "aino", "--per-hour", "100000", "--call-s", "900", "--ttl-s", "5"]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "provisioning.contact_centre", *words
        )
        try:
            await _until_state(stage, ClerkState.EXTERNAL_BUSY)
            await asyncio.sleep(6)  # longer than a lease: it is renewed
            assert await stage.state() is ClerkState.EXTERNAL_BUSY
        finally:
            process.send_signal(signal.SIGKILL)
            await process.wait()
        await _until_state(stage, ClerkState.AVAILABLE)
        await stage.world.take()
        assert (await _offered(stage)).staff_id == UUID(stage.aino.name)


@pytest.mark.timeout(90)
async def test_a_play_keeps_its_word_and_hears_of_visits(
    sqlite_store: Store, tmp_path: Path
) -> None:
    async with staged(sqlite_store, tmp_path) as stage:
        runner = web.AppRunner(stage.centre.ear())
        await runner.setup()
        port = own_ports()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        identity = integrations.IntegrationId(UUID(stage.centre.hook))
        now = stage.world.clock.now()
        await stage.world.run(
            lambda tx: endpoints.choose(
                tx,
                SYSTEM,
                identity,
                url=f"http://127.0.0.1:{port}/hooks",
                events=Event,
                secure=False,
                now=now,
            )
        )
        calls = draw(7, clerks=["aino"], seconds=4, per_hour=3600, call_s=1, hooks=True)
        await stage.world.take()
        await _offered(stage)
        tally = await stage.centre.play(calls)
        assert tally.turned_away == len(calls) > 0
        await until(lambda: tally.heard["clerk.busy"] == 1)
        assert (tally.forged, tally.trouble) == (0, 0)
        await _cleared(stage, await _offered(stage))
        await until(lambda: tally.heard["ticket.left"] == 1)
        tally = await stage.centre.play(calls)
        assert tally.answered > 0
        await runner.cleanup()


def test_a_play_is_the_same_every_time() -> None:
    def play(seed: int) -> list[Call]:
        return draw(seed, clerks=["a", "b"], seconds=600, per_hour=60, call_s=30, hooks=True)

    assert play(3) == play(3) != play(4)
    for clerk in ("a", "b"):
        own = [each for each in play(3) if each.clerk == clerk]
        ends = [each.at_s + each.lasts_s for each in own]
        assert all(end <= later.at_s for end, later in zip(ends, own[1:], strict=False))


async def _later(seconds: float, wish: Awaitable[int]) -> int:
    await asyncio.sleep(seconds)
    return await wish


async def _offered(stage: Stage) -> offer_queries.Offer:
    async with asyncio.timeout(10):
        while (offer := await stage.offer()) is None:  # noqa: ASYNC110 - nobody tells a test
            await asyncio.sleep(0.01)
    return offer


async def _until_state(stage: Stage, state: ClerkState) -> None:
    async with asyncio.timeout(20):
        while await stage.state() is not state:  # noqa: ASYNC110 - nobody tells a test
            await asyncio.sleep(0.05)


async def _cleared(stage: Stage, offer: offer_queries.Offer) -> None:
    """The visitor leaves, and the clerk is as free as before."""
    await stage.world.choose(stage.aino, ClerkState.ON_BREAK)
    await stage.world.ask(CancelTicket(ticket_id=TicketId(offer.ticket_id)))
    await stage.world.choose(stage.aino, ClerkState.AVAILABLE)
