"""Who keeps the forecasts of the queues, and what do they promise to whom?

They follow the nation in memory: every change is foreseen anew, at most so
often that a small part of one processor is spent on it. A promise therefore costs no statement.
Every replica keeps its own; one that has none yet promises by position, as long as it has not.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from control_plane.clock import Clock
from control_plane.database import UNAVAILABLE, Store, Tx
from control_plane.routing.rules.growth import Ground, why_grew
from control_plane.routing.rules.lengths import Served
from control_plane.security.scope import Scope
from control_plane.tickets import handling_queries as handling
from control_plane.tickets.rules import (
    ENOUGH_SERVED,
    NO_PROMISE,
    Method,
    Promise,
    boxes,
)
from control_plane.visits import queries
from control_plane.visits.live_nation import LiveNation
from control_plane.visits.outlook import Outlook, Picture
from control_plane.visits.queries import Running
from control_plane.visits.setup import Setup
from control_plane.visits.waits import General
from shared.languages import Language
from shared.tickets import WaitRange

FORECASTS = Scope.system("forecasts")
# Changes that come together are foreseen together, and so much rest follows so much work.
GATHER_S = 0.2
REST_S = 1.0
REST_FOR_WORK = 10.0
MOST_REST_S = 20.0
# Visits last on though nothing happens: then everything is foreseen anew.
RENEW = timedelta(seconds=30)
# Older than this it tells nothing any more: the nation waits for its database.
STALE = timedelta(minutes=2)
# The ranges of so many points are looked at after each change, in turn.
POINTS_AT_ONCE = 40

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Shown:
    general: General
    ground: Ground


class Forecasts:
    """Keeps the outlook and what the points' screens say by it."""

    def __init__(self, store: Store, clock: Clock, setup: Setup, live: LiveNation) -> None:
        self._store = store
        self._clock = clock
        self._setup = setup
        self._live = live
        self._shown: dict[str, _Shown] = {}
        self._dirty: dict[str, None] = {}  # points to look at, in turn
        self._tellers: list[Callable[[Iterable[str]], None]] = []
        self.outlook: Outlook | None = None

    def follow(self, teller: Callable[[Iterable[str]], None]) -> None:
        """Call ``teller`` with the points whose screens have something else to say."""
        self._tellers.append(teller)

    def promise(  # noqa: PLR0913 - as the protocol says
        self,
        service: str,
        language: Language,
        point: str,
        *,
        agency: str,
        before: int,
        now: datetime,
    ) -> Promise | None:
        """What is foreseen for somebody who comes now; None when nothing is."""
        outlook = self._fresh(now)
        need = None if outlook is None else outlook.need(service, language)
        if outlook is None or need is None or agency not in outlook.picture.enough:
            return None
        told = outlook.newcomer(need, point, now)
        if told is None:
            return NO_PROMISE
        more_s = outlook.more_before_s(agency, service, before)
        return Promise(
            Method.SIMULATION,
            boxes(told.early_s + more_s, told.late_s + more_s),
            int(told.middle_s + more_s),
        )

    def general(self, point: str) -> General:
        """What the screens of the point say."""
        shown = self._shown.get(point)
        if shown is None or self._fresh(self._clock.now()) is None:
            return General()
        return shown.general

    def _fresh(self, now: datetime) -> Outlook | None:
        outlook = self.outlook
        return outlook if outlook is not None and now - outlook.picture.now < STALE else None

    async def run(self) -> None:
        """Foresee whatever changes, for ever."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RENEW.total_seconds()):
                    await self._live.moved.wait()
            await asyncio.sleep(GATHER_S)
            self._live.moved.clear()
            began = asyncio.get_running_loop().time()
            try:
                await self.refresh()
            except UNAVAILABLE:
                log.warning("forecasts wait for the database")
            worked_s = asyncio.get_running_loop().time() - began
            await asyncio.sleep(min(MOST_REST_S, max(REST_S, REST_FOR_WORK * worked_s)))

    async def refresh(self) -> None:
        """Look, and foresee."""
        picture = await self._look()
        if picture is None:
            return
        last = self.outlook
        renew = last is None or any(
            picture.now - each.situation.now >= RENEW for each in last.forecasts.values()
        )
        self.outlook = await asyncio.to_thread(Outlook.of, picture, last, renew=renew)
        self._dirty |= dict.fromkeys(
            point
            for agency in self.outlook.renewed
            for point in picture.reference.served.get(agency, ())
        )
        points = list(self._dirty)[:POINTS_AT_ONCE]
        for point in points:
            del self._dirty[point]
        changed = await asyncio.to_thread(self._look_at, self.outlook, points)
        if changed:
            for teller in self._tellers:
                teller(changed)

    async def _look(self) -> Picture | None:
        running, by_service, by_agency = await self._store.read(_rows)
        nation = self._live.nation
        if nation is None:
            return None
        return Picture(
            now=self._clock.now(),
            reference=nation.reference,
            tickets=tuple(nation.tickets.values()),
            clerks=tuple(nation.clerks.values()),
            booths=dict(nation.booths),
            running=tuple(running),
            served={each: Served(*counts) for each, counts in by_service.items()},
            enough=frozenset(each for each, many in by_agency.items() if many >= ENOUGH_SERVED),
            wrap_up=timedelta(seconds=self._setup.timings.wrap_up_s),
        )

    def _look_at(self, outlook: Outlook, points: Iterable[str]) -> list[str]:
        """What the screens of these points say now; those where that is something else."""
        changed = []
        for point in points:
            told = outlook.general(point, outlook.picture.now)
            wait = None if told is None else boxes(*told)
            ground = outlook.picture.ground(outlook.agencies_at(point), point)
            last = self._shown.get(point)
            general = _next(last, wait, ground)
            if last is None or last.general != general:
                changed.append(point)
            self._shown[point] = _Shown(general, ground)
        return changed


def _next(last: _Shown | None, wait: WaitRange | None, ground: Ground) -> General:
    """The same range keeps its reason; one that grew has a new one, one that shrank none."""
    was = None if last is None else last.general.wait
    if last is None or was is None or wait is None:
        return General(wait)
    if wait == was:
        return last.general
    if wait.high_min > was.high_min:
        return General(wait, why_grew(last.ground, ground))
    return General(wait)


def _rows(
    tx: Tx,
) -> tuple[list[Running], dict[str, tuple[int, int, int]], dict[str, int]]:
    return (
        queries.running(tx, FORECASTS),
        handling.served_by_service(tx, FORECASTS),
        handling.served_by_agency(tx, FORECASTS),
    )
