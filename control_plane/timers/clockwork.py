"""Who looks every second what has come due? The replica that leads."""

import asyncio
import traceback
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.exc import DBAPIError

from control_plane import outbox
from control_plane.clock import Clock
from control_plane.database import Store, Tx
from control_plane.fleet.rules import SILENT_AFTER
from control_plane.presence.operations import hooks, leases
from control_plane.rooms.relay import Relay
from control_plane.security import once, password_links, sessions, throttle
from control_plane.security.scope import Scope
from control_plane.service_points import operations as places
from control_plane.service_points import queries as places_queries
from control_plane.staff import queries as staff
from control_plane.timers.leadership import Deposed, Leadership
from control_plane.visits.due_queries import Item, Kind, due
from control_plane.visits.operations.deciding import forget_names
from control_plane.visits.operations.due import come_due, housekeep
from control_plane.visits.setup import Setup

TICK_S = 1.0
PRESENCE_S = 10.0
STAND_BY_S = 2.0
HOUSEKEEPING = timedelta(hours=1)

TIMERS = Scope.system("timers")

log = structlog.get_logger()


class Timers:
    """What comes due without anybody asking."""

    def __init__(self, store: Store, clock: Clock, setup: Setup, *, relay: Relay) -> None:
        self._store = store
        self._clock = clock
        self._setup = setup
        self._relay = relay
        self._leadership = Leadership(store, clock, TIMERS)
        self._started = clock.now()
        self._housekept: datetime | None = None

    async def run(self) -> None:
        """Keep the time, for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_time())
            tasks.create_task(self._keep_presence())

    async def _keep_time(self) -> None:
        try:
            while True:
                leads = False
                try:
                    leads = await self.tick()
                except DBAPIError as error:
                    log.warning("timers pause", error=type(error).__name__)
                await asyncio.sleep(TICK_S if leads else STAND_BY_S)
        finally:
            await self._leadership.let_go()

    async def tick(self) -> bool:
        """Look once and do what is due; False when another replica does it."""
        try:
            if not await self._leadership.held():
                return False
            await self._look()
        except Deposed:
            log.warning("another replica keeps the time since")
            return False
        return True

    async def _look(self) -> None:
        now = self._clock.now()
        for item in await self._store.read(lambda tx: due(tx, TIMERS, self._setup.timings, now)):
            await self._do(item, now)
        if self._housekept is None or now - self._housekept >= HOUSEKEEPING:
            self._housekept = now
            await self._leadership.run(lambda tx: _housekeep(tx, self._setup, now))

    async def _do(self, item: Item, now: datetime) -> None:
        if item.kind is Kind.SILENT_DEVICE and now - self._started < SILENT_AFTER:
            # We were away ourselves: devices get the time to be heard.
            return
        try:
            await self._leadership.run(partial(self._come_due, item=item, now=now))
        except (DBAPIError, Deposed):
            raise
        except Exception as error:  # noqa: BLE001 - one thing that cannot be done stops no other
            log.error(  # noqa: TRY400 - a traceback without its message
                "due item failed",
                kind=str(item.kind),
                item=str(item.id),
                error=type(error).__name__,
                where=traceback.format_tb(error.__traceback__)[-3:],
            )

    def _come_due(self, tx: Tx, item: Item, now: datetime) -> None:
        if item.kind is Kind.LEASE:
            leases.lapse(tx, now)
        else:
            come_due(tx, self._setup, item, now)

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
    hooks.forget(tx, now)
    outbox.purge(tx, now=now)
    sessions.purge(tx, now=now)
    once.purge(tx, now=now)
    throttle.purge(tx, now=now)
    password_links.purge(tx, now=now)
    for point in places_queries.point_codes(tx, TIMERS):
        places.refresh_twins(tx, point, now)
