"""Who makes an offer the moment that one can be made?

Every commit that could change a match is followed at once, and so is every moment at which time
alone changes one: no sweep decides. Every replica runs a matcher; where two find the same
pairing, the database lets one have it.
"""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.exc import IntegrityError

from control_plane.clock import Clock
from control_plane.database import UNAVAILABLE, Store
from control_plane.routing.rules.board import BoothChanges, ClerkLeaves, TicketLeaves, apply
from control_plane.routing.rules.due import next_due
from control_plane.routing.rules.facts import Pairing
from control_plane.routing.rules.matching import match
from control_plane.routing.rules.reasons import Kind
from control_plane.visits.live_nation import LiveNation
from control_plane.visits.nation import Nation
from control_plane.visits.offer_queries import Offer
from control_plane.visits.operations.deciding import Grounds, grounds_on
from control_plane.visits.operations.offering import (
    TakenMeanwhile,
    offer_all,
    take_stored_next,
)
from control_plane.visits.setup import Setup

# So many offers are made in one statement, so that none waits long for the others.
AT_ONCE = 64

Found = tuple[Pairing, Grounds]


class Matcher:
    """Turns what it sees in the nation into offers."""

    def __init__(self, store: Store, clock: Clock, setup: Setup, live: LiveNation) -> None:
        self._store = store
        self._clock = clock
        self._setup = setup
        self._live = live
        self._wake = asyncio.Event()
        live.listen(lambda _: self._wake.set())

    async def run(self) -> None:
        """Match whenever something changed, for ever."""
        while True:
            self._wake.clear()
            nation = await self._live.newest()
            if nation is not None:
                nation.come_due(self._clock.now())
                await self._match(nation)
            await self._rest(nation)

    async def _match(self, nation: Nation) -> None:
        now = self._clock.now()
        pairings = match(nation.board, now)
        asked: list[Found] = []
        pushed: list[Found] = []
        for pairing in pairings:
            stored = nation.clerks[pairing.clerk.id].wants_next
            why = _grounds(nation, pairing, Kind.STORED if stored else Kind.OFFER, now)
            (asked if stored else pushed).append((pairing, why))
            # Until the rows are read again they are nobody else's.
            apply(nation.board, TicketLeaves(pairing.ticket.id))
            apply(nation.board, ClerkLeaves(pairing.clerk.id))
            apply(nation.board, BoothChanges(pairing.booth.taken()))
        lasts = {each.clerk.agency: nation.offer_lasts(each.clerk.agency) for each, _ in pushed}
        async with asyncio.TaskGroup() as tasks:
            for each, why in asked:
                tasks.create_task(self._take_next(each, why, now))
            for first in range(0, len(pushed), AT_ONCE):
                some = pushed[first : first + AT_ONCE]
                tasks.create_task(self._offer(some, lasts, now))

    async def _offer(
        self, found: list[Found], lasts: Mapping[str, timedelta], now: datetime
    ) -> None:
        made: list[Offer] = []
        try:
            made = await self._store.run(partial(offer_all, found=found, lasts=lasts, now=now))
        except UNAVAILABLE:
            pass
        except IntegrityError:
            if len(found) > 1:
                # One that nobody can explain spoils no other.
                for each in found:
                    await self._offer([each], lasts, now)
                return
        came = {each.ticket_id for each in made}
        self._look_again([each for each, _ in found if each.ticket.id not in came])

    async def _take_next(self, pairing: Pairing, grounds: Grounds, now: datetime) -> None:
        take = partial(
            take_stored_next, setup=self._setup, pairing=pairing, grounds=grounds, now=now
        )
        try:
            await self._store.run(take)
        except (TakenMeanwhile, IntegrityError, *UNAVAILABLE):
            self._look_again([pairing])

    def _look_again(self, pairings: Iterable[Pairing]) -> None:
        """Another replica or a clerk's own call was faster: look at what is there now."""
        for pairing in pairings:
            self._live.look_at(
                frozenset(
                    {
                        f"ticket:{pairing.ticket.id}",
                        f"clerk:{pairing.clerk.id}",
                        f"point:{pairing.booth.point}",
                    }
                )
            )

    async def _rest(self, nation: Nation | None) -> None:
        now = self._clock.now()
        due = (
            []
            if nation is None
            else [moment for moment in (nation.next_due(), next_due(nation.board, now)) if moment]
        )
        pause = max(0.0, (min(due) - now).total_seconds()) if due else None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._wake.wait()


def _grounds(nation: Nation, pairing: Pairing, kind: Kind, now: datetime) -> Grounds:
    """Why this pairing; those before it in the same match are off the board by now."""
    chosen = nation.reference.choices.get(pairing.clerk.agency)
    version = chosen.version if chosen else 0
    return grounds_on(nation.board, pairing, kind=kind, version=version, now=now)
