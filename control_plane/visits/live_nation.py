"""How does a replica keep its copy of the nation as new as the last commit that it was told of?

Changes that come while it reads are read together in the next round: the more there are, the
less each costs. Whoever needs to see an own write asks for `current`, which waits for that round.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog

from control_plane.clock import Clock
from control_plane.database import UNAVAILABLE, Store
from control_plane.live import Hub
from control_plane.visits import nation as rows
from control_plane.visits.desk_rows import Own
from control_plane.visits.nation import Nation

RECONNECT_S = 1.0
# What is a clerk's own is kept for this long after it was last asked for.
KEPT = timedelta(minutes=5)

# Told after each round of the subjects that were read in it.
Heard = Callable[[frozenset[str]], None]

log = structlog.get_logger()


class LiveNation:
    """The nation in memory; none before it was read, and none while the database is away."""

    def __init__(self, store: Store, clock: Clock, hub: Hub) -> None:
        self._store = store
        self._clock = clock
        self._hub = hub
        self._listeners: list[Heard] = []
        self._changed: set[str] = set()
        self._opened: set[UUID] = set()
        self._asked: dict[UUID, datetime] = {}  # whose own is kept, and when it was asked for
        self._told = 0  # how often something was to be read
        self._known = 0  # up to which of these it was
        self._wake = asyncio.Event()
        self._round = asyncio.Event()
        self.nation: Nation | None = None
        self.moved = asyncio.Event()  # the nation is not what it was when this was cleared
        hub.follow(self.look_at)

    def listen(self, heard: Heard) -> None:
        """Call ``heard`` after each round."""
        self._listeners.append(heard)

    def look_at(self, subjects: frozenset[str]) -> None:
        """Read anew what is behind these subjects."""
        concerned = {each for each in subjects if rows.concerns(each)}
        if concerned:
            self._changed |= concerned
            self._ask()

    async def run(self) -> None:
        """Follow every change, for ever."""
        while True:
            try:
                await self._follow()
            except UNAVAILABLE:
                log.warning("the live nation waits for the database")
                self.nation = None
                self._end_round(frozenset())
                await asyncio.sleep(RECONNECT_S)

    async def newest(self) -> Nation | None:
        """With every commit in it that this replica was told of before now."""
        told = self._told
        while self.nation is not None and self._known < told:
            await self._round.wait()
        return self.nation

    async def current(self) -> Nation | None:
        """The same, to be shown to people: None when others' changes may be missing."""
        return await self.newest() if self._hub.follows else None

    async def desk_of(self, staff_id: UUID) -> tuple[Nation, Own] | None:
        """The nation and what is this clerk's own in it; None when memory has it not."""
        self._asked[staff_id] = self._clock.now()
        nation = await self.current()
        if nation is not None and staff_id not in nation.own:
            self._opened.add(staff_id)
            self._ask()
            nation = await self.current()
        own = None if nation is None else nation.own.get(staff_id)
        return None if nation is None or own is None else (nation, own)

    def at_hand(self) -> Nation | None:
        """The same as `current`, when nobody need wait for it."""
        return self.nation if self._known == self._told and self._hub.follows else None

    def known(self, staff_id: UUID) -> Own | None:
        """What memory has of this clerk at once, however new."""
        return None if self.nation is None else self.nation.own.get(staff_id)

    def _ask(self) -> None:
        self._told += 1
        self._wake.set()

    async def _follow(self) -> None:
        while True:
            self._wake.clear()
            await self._catch_up()
            await self._wake.wait()

    async def _catch_up(self) -> None:
        changed, self._changed = frozenset(self._changed), set()
        opened, self._opened = self._opened, set()
        told, now = self._told, self._clock.now()
        nation = self.nation
        if nation is None:
            changed |= rows.EVERYTHING
            nation = await self._store.keep_up(
                partial(Nation.load, now=now, desks=self._desks(now))
            )
        else:
            found = await self._store.keep_up(
                partial(rows.read, subjects=changed, now=now, desks=self._desks(now), opened=opened)
            )
            if isinstance(found, Nation):
                nation = found
            else:
                nation.take(found, now)
        nation.come_due(now)
        self.nation = nation
        self._known = told
        self._end_round(changed)

    def _desks(self, now: datetime) -> frozenset[UUID]:
        """Whose own is kept; what nobody has asked for lately is let go."""
        for gone in [each for each, at in self._asked.items() if now - at > KEPT]:
            del self._asked[gone]
            if self.nation is not None:
                self.nation.own.pop(gone, None)
        return frozenset(self._asked)

    def _end_round(self, changed: frozenset[str]) -> None:
        self.moved.set()
        self._round.set()
        self._round = asyncio.Event()
        for heard in self._listeners:
            heard(changed)
