"""Who looks every second what has come due? One replica, by a lock of the database."""

import asyncio
import traceback
from datetime import datetime, timedelta

import psycopg
import sqlalchemy as sa
import structlog
from sqlalchemy.exc import DBAPIError

from control_plane import outbox
from control_plane.clock import Clock
from control_plane.database import PostgresqlStore, Store, Tx
from control_plane.fleet.rules import SILENT_AFTER
from control_plane.presence.operations import leases
from control_plane.rooms.relay import Relay
from control_plane.security import sessions, throttle
from control_plane.security.scope import Scope
from control_plane.service_points import operations as places
from control_plane.service_points import queries as places_queries
from control_plane.staff import queries as staff
from control_plane.visits.due_queries import Item, Kind, due
from control_plane.visits.operations.deciding import forget_names
from control_plane.visits.operations.due import come_due, housekeep
from control_plane.visits.setup import Setup

TICK_S = 1.0
PRESENCE_S = 10.0
RECONNECT_S = 5.0
HOUSEKEEPING = timedelta(hours=1)
# Any number will do, as long as nobody else locks it: «etapiste timers».
LOCK = 0x657461706973_7465

TIMERS = Scope.system("timers")

log = structlog.get_logger()


class Leadership:
    """Is this the replica that keeps the time? Lost with its connection; then another takes it.

    Two leaders for a moment do no harm: every step looks again under its own lock.
    """

    def __init__(self, store: Store) -> None:
        self._address: str | None = None
        if isinstance(store, PostgresqlStore):
            url: sa.URL = store.engine.url
            self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: psycopg.AsyncConnection | None = None

    async def held(self) -> bool:
        """Is it ours, or can it be?"""
        if self._address is None:
            return True
        if self._connection is not None and not self._connection.closed:
            return True
        try:
            connection = await psycopg.AsyncConnection.connect(self._address, autocommit=True)
        except psycopg.OperationalError:
            return False
        row = await (await connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])).fetchone()
        if row is None or not row[0]:
            await connection.close()
            return False
        self._connection = connection
        return True

    async def let_go(self) -> None:
        """Let another replica keep the time."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None


class Timers:
    """What comes due without anybody asking."""

    def __init__(self, store: Store, clock: Clock, setup: Setup, *, relay: Relay) -> None:
        self._store = store
        self._clock = clock
        self._setup = setup
        self._relay = relay
        self._started = clock.now()
        self._housekept: datetime | None = None

    async def run(self) -> None:
        """Keep the time, for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_time())
            tasks.create_task(self._keep_presence())

    async def _keep_time(self) -> None:
        leadership = Leadership(self._store)
        try:
            while True:
                if not await leadership.held():
                    await asyncio.sleep(RECONNECT_S)
                    continue
                try:
                    await self.tick()
                except DBAPIError as error:
                    log.warning("timers pause", error=type(error).__name__)
                    await leadership.let_go()
                await asyncio.sleep(TICK_S)
        finally:
            await leadership.let_go()

    async def tick(self) -> None:
        """Look once, and do what is due."""
        now = self._clock.now()
        for item in await self._store.read(lambda tx: due(tx, TIMERS, self._setup.timings, now)):
            await self._do(item, now)
        if await self._store.read(lambda tx: leases.any_run_out(tx, now)):
            await self._store.run(lambda tx: leases.lapse(tx, now))
        if self._housekept is None or now - self._housekept >= HOUSEKEEPING:
            self._housekept = now
            await self._store.run(lambda tx: _housekeep(tx, self._setup, now))

    async def _do(self, item: Item, now: datetime) -> None:
        if item.kind is Kind.SILENT_DEVICE and now - self._started < SILENT_AFTER:
            # We were away ourselves: devices get the time to be heard.
            return
        try:
            await self._store.run(lambda tx: come_due(tx, self._setup, item, now))
        except DBAPIError:
            raise
        except Exception as error:  # noqa: BLE001 - one thing that cannot be done stops no other
            log.error(  # noqa: TRY400 - a traceback without its message
                "due item failed",
                kind=str(item.kind),
                item=str(item.id),
                error=type(error).__name__,
                where=traceback.format_tb(error.__traceback__)[-3:],
            )

    async def _keep_presence(self) -> None:
        while True:
            await asyncio.sleep(PRESENCE_S)
            await self.renew_presence()

    async def renew_presence(self) -> None:
        """Renew the leases of the clerks whose pages are connected here, in one statement."""
        present = self._relay.present
        if present:
            now = self._clock.now()
            await self._store.run(lambda tx: staff.heard(tx, TIMERS, present, now))


def _housekeep(tx: Tx, setup: Setup, now: datetime) -> None:
    """Erase what nobody needs any more, and tell devices what a new day brings."""
    housekeep(tx, now)
    forget_names(tx, setup.clerks_named_for, now)
    leases.forget(tx, now)
    outbox.purge(tx, now=now)
    sessions.purge(tx, now=now)
    throttle.purge(tx, now=now)
    for point in places_queries.point_codes(tx, TIMERS):
        places.refresh_twins(tx, point, now)
