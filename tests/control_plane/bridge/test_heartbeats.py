"""Do heartbeats outlive a database that is away when they are to be stored?"""

from prometheus_client import CollectorRegistry

from control_plane.bridge.connection import Received
from control_plane.bridge.dispatch import Dispatch
from control_plane.database import open_store
from control_plane.fleet import queries
from control_plane.migrations import upgrade
from control_plane.rooms.relay import Relay
from control_plane.security.refusals import Refusals
from control_plane.security.scope import Scope
from control_plane.visits.waits import UNFORESEEN
from shared.envelope import wrap
from shared.identifiers import DeviceName, MessageId, new_uuid
from shared.telemetry import Heartbeat
from shared.topics import Down, Up, up
from tests.clock import FakeClock
from tests.control_plane.world import World
from tests.postgres import running_postgres

SALLA = DeviceName("d-salla-01")


async def nothing(_topic: str, _payload: bytes) -> None:
    """Nobody is told anything here."""


async def answer(_device: DeviceName, _channel: Down, _payload: bytes) -> None:
    """A heartbeat has no answer."""


async def test_heartbeats_wait_for_a_database_that_is_away(clock: FakeClock) -> None:
    with running_postgres(durable=True) as server:
        url = server.url(server.create())
        upgrade(url)
        store = open_store(url)
        world = await World(store, clock).found()
        await world.device_up(SALLA)
        refusals = Refusals(store, clock)
        dispatch = Dispatch(
            store,
            clock,
            world.setup,
            relay=Relay(store, clock, publish=nothing, refusals=refusals),
            waits=UNFORESEEN,
            answer=answer,
            refusals=refusals,
            registry=CollectorRegistry(),
        )
        now = clock.pass_(seconds=30)
        beat = wrap(Heartbeat(up_s=30), id=MessageId(new_uuid()), now=now)
        await dispatch.hear(Received(up(SALLA, Up.TELEMETRY), beat, retained=False))
        server.crash()
        await dispatch.flush()
        server.start()
        await dispatch.flush()
        system = Scope.system("test")
        gone = await store.run(
            lambda tx: queries.silence(tx, system, before=clock.now(), now=clock.now())
        )
        assert gone == []
        await store.close()
