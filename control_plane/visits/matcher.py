"""Who makes an offer the moment that one can be made?

Every commit that could change a match is followed at once, and so is every moment at which time
alone changes one: no sweep decides. Every replica runs a matcher; where two find the same
pairing, the database lets one have it.
"""

import asyncio
import contextlib
from dataclasses import replace
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy.exc import IntegrityError

from control_plane.clock import Clock
from control_plane.database import UNAVAILABLE, Store
from control_plane.live import Hub
from control_plane.routing.rules.board import BoothChanges, ClerkLeaves, TicketLeaves, apply
from control_plane.routing.rules.due import next_due
from control_plane.routing.rules.facts import Pairing
from control_plane.routing.rules.matching import match
from control_plane.routing.rules.reasons import Kind
from control_plane.visits import nation as live
from control_plane.visits.nation import Nation
from control_plane.visits.operations.deciding import Grounds, grounds_on
from control_plane.visits.operations.offering import TakenMeanwhile, offer, take_stored_next
from control_plane.visits.setup import Setup

RECONNECT_S = 1.0

log = structlog.get_logger()


class Matcher:
    """Keeps the nation in memory and turns what it sees into offers."""

    def __init__(self, store: Store, clock: Clock, setup: Setup, hub: Hub) -> None:
        self._store = store
        self._clock = clock
        self._setup = setup
        self._changed: set[str] = set()
        self._wake = asyncio.Event()
        self.nation: Nation | None = None  # none before it is read for the first time
        self.moved = asyncio.Event()  # the nation is not what it was when this was cleared
        hub.follow(self._hear)

    def _hear(self, subjects: frozenset[str]) -> None:
        concerned = {each for each in subjects if live.concerns(each)}
        if concerned:
            self._changed |= concerned
            self._wake.set()

    async def run(self) -> None:
        """Match whenever something changed, for ever."""
        while True:
            try:
                await self._follow()
            except UNAVAILABLE:
                log.warning("matching waits for the database")
                self.nation = None
                await asyncio.sleep(RECONNECT_S)

    async def _follow(self) -> None:
        while True:
            nation = await self._catch_up()
            await self._match(nation)
            await self._rest(nation)

    async def _catch_up(self) -> Nation:
        changed, self._changed = self._changed, set()
        self._wake.clear()
        now = self._clock.now()
        if self.nation is None:
            self.nation = await self._store.read(lambda tx: Nation.load(tx, now))
        elif changed:
            found = await self._store.read(lambda tx: live.read(tx, changed, now))
            if isinstance(found, Nation):
                self.nation = found
            else:
                self.nation.take(found, now)
        self.nation.come_due(now)
        self.moved.set()
        return self.nation

    async def _match(self, nation: Nation) -> None:
        now = self._clock.now()
        pairings = match(nation.board, now)
        found = []
        for pairing in pairings:
            found.append((pairing, self._grounds(nation, pairing, now)))
            # Until the rows are read again they are nobody else's.
            apply(nation.board, TicketLeaves(pairing.ticket.id))
            apply(nation.board, ClerkLeaves(pairing.clerk.id))
            apply(nation.board, BoothChanges(replace(pairing.booth, free=False)))
        async with asyncio.TaskGroup() as tasks:
            for pairing, grounds in found:
                tasks.create_task(self._act(nation, pairing, grounds, now))

    @staticmethod
    def _grounds(nation: Nation, pairing: Pairing, now: datetime) -> Grounds:
        """Why this pairing; those before it in the same match are off the board by now."""
        chosen = nation.reference.choices.get(pairing.clerk.agency)
        stored = nation.clerks[pairing.clerk.id].wants_next
        return grounds_on(
            nation.board,
            pairing,
            kind=Kind.STORED if stored else Kind.OFFER,
            version=chosen.version if chosen else 0,
            now=now,
        )

    async def _act(self, nation: Nation, pairing: Pairing, grounds: Grounds, now: datetime) -> None:
        clerk = nation.clerks[pairing.clerk.id]
        try:
            if clerk.wants_next:
                await self._store.run(
                    partial(
                        take_stored_next,
                        setup=self._setup,
                        pairing=pairing,
                        grounds=grounds,
                        now=now,
                    )
                )
            else:
                await self._store.run(partial(offer, pairing=pairing, grounds=grounds, now=now))
        except (TakenMeanwhile, IntegrityError, *UNAVAILABLE):
            # Another replica or a clerk's own call was faster: look at what is there now.
            self._hear(
                frozenset(
                    {
                        f"ticket:{pairing.ticket.id}",
                        f"clerk:{pairing.clerk.id}",
                        f"point:{pairing.booth.point}",
                    }
                )
            )

    async def _rest(self, nation: Nation) -> None:
        now = self._clock.now()
        due = [moment for moment in (nation.next_due(), next_due(nation.board, now)) if moment]
        pause = max(0.0, (min(due) - now).total_seconds()) if due else None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._wake.wait()
