"""Which replica keeps the time? One, by a lease with an epoch; what a former one writes is refused.

A replica may stop at any point, for any time, and go on as if nothing had been. So the lease only
says when another may lead; what keeps two from acting is the epoch, which every transaction of a
leader checks: the successor waits for those that run, and those that come later find its epoch.
"""

import contextlib
from datetime import datetime, timedelta
from typing import TypeVar

from control_plane.clock import Clock
from control_plane.database import UNAVAILABLE, Operation, Store, Tx
from control_plane.security.scope import Scope
from control_plane.timers import queries

T = TypeVar("T")

LEASE = timedelta(seconds=6)
RENEWED_AFTER = timedelta(seconds=2)
# A leader that stopped in the midst of a transaction holds up its successor for so long at most.
STOPPED = timedelta(seconds=10)


class Deposed(Exception):
    """Another replica leads since: the transaction is undone."""


class Leadership:
    """This replica's part in it."""

    def __init__(
        self, store: Store, clock: Clock, scope: Scope, *, stopped: timedelta = STOPPED
    ) -> None:
        self._store = store
        self._clock = clock
        self._scope = scope
        self._stopped = stopped
        self._epoch: int | None = None
        self._renewed_at = clock.now()

    async def held(self) -> bool:
        """Is it ours, or can it be?"""
        now = self._clock.now()
        if self._epoch is None:
            self._epoch = await self._store.run(
                lambda tx: queries.take(tx, self._scope, now=now, until=now + LEASE)
            )
            self._renewed_at = now
        elif now - self._renewed_at >= RENEWED_AFTER:
            if not await self._extend(self._epoch, until=now + LEASE):
                self._epoch = None
            self._renewed_at = now
        return self._epoch is not None

    async def run(self, operation: Operation[T]) -> T:
        """Run an operation that only the leader may; `Deposed` when it is not ours any more."""

        def fenced(tx: Tx) -> T:
            if epoch is None:
                raise Deposed
            if not queries.leads(tx, self._scope, epoch=epoch, stopped=self._stopped):
                raise Deposed
            return operation(tx)

        epoch = self._epoch
        try:
            return await self._store.run(fenced)
        except Deposed:
            self._epoch = None
            raise

    async def let_go(self) -> None:
        """Let another replica keep the time at once."""
        if self._epoch is not None:
            with contextlib.suppress(*UNAVAILABLE):
                await self._extend(self._epoch, until=self._clock.now())
            self._epoch = None

    async def _extend(self, epoch: int, *, until: datetime) -> bool:
        return await self._store.run(
            lambda tx: queries.renew(tx, self._scope, epoch=epoch, until=until)
        )
