"""What do browsers see change? Versioned snapshots per subject; the latest state wins.

Every subject that an operation touched has a higher version in the same transaction. This
process's own commits are told by the Store at once; other replicas' come as a hint (NOTIFY on
PostgreSQL) and by a short poll, which is the truth. A watcher that is slow sees fewer
snapshots, never older ones, and delays nobody.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Generic, TypeVar

import psycopg
import sqlalchemy as sa
import structlog

from control_plane.clock import Clock
from control_plane.database import (
    UNAVAILABLE,
    Committed,
    PostgresqlStore,
    Store,
    Tx,
    live_subjects,
)

POLL_S = 0.5
CHANNEL = "etapiste_live"
# Hints that come together are followed together.
GATHER_S = 0.01
# Of so many subjects it is remembered which version was told last; of others it is told twice.
REMEMBERED = 20_000
# Whoever has not looked for this long no longer knows what others have changed.
TRUSTED_S = 2.0
RECONNECT_S = 2.0

T = TypeVar("T")
# Told of every subject that changed, by whomever.
Follower = Callable[[frozenset[str]], None]
# What a watcher sees now; the route closes it over the watcher's Scope.
View = Callable[[Tx, datetime], T]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Snapshot(Generic[T]):
    """A state and its version; a higher version wins."""

    version: int
    data: T


@dataclass(frozen=True, slots=True, eq=False)
class Watcher:
    """One socket's ear: the subjects that it follows, and whether one has changed."""

    subjects: frozenset[str]
    changed: asyncio.Event


class Hub:
    """Joins commits with those who watch."""

    def __init__(self, store: Store, clock: Clock, *, poll_s: float = POLL_S) -> None:
        self._poll_s = poll_s
        self._store = store
        self._clock = clock
        self._watchers: set[Watcher] = set()
        self._followers: list[Follower] = []
        self._changes = _Changes()
        self._own: dict[str, int] = {}  # versions of own commits that no look has found yet
        self._told: dict[str, int] = {}  # up to which version all was told, the oldest first
        self._look = asyncio.Event()
        self._hint = asyncio.Event()  # others have something to look for
        self._hinter: int | None = None  # what PostgreSQL calls the connection that tells them
        self._looked_at: float | None = None  # by the loop's clock
        store.listen(self._committed)

    def follow(self, follower: Follower) -> None:
        """Call ``follower`` with every subject that changes, this process's own at once."""
        self._followers.append(follower)

    @property
    def follows(self) -> bool:
        """Has it heard of all changes but the last moment's? Then memory may be believed."""
        looked = self._looked_at
        return looked is not None and asyncio.get_running_loop().time() - looked < TRUSTED_S

    async def run(self) -> None:
        """Follow other replicas' commits, for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._poll(), name="live-poll")
            if isinstance(self._store, PostgresqlStore):
                url = self._store.engine.url.set(drivername="postgresql")
                address = url.render_as_string(hide_password=False)
                tasks.create_task(self._hear(address), name="live-listen")
                tasks.create_task(self._tell_others(address), name="live-notify")

    async def watch(
        self, subjects: frozenset[str], view: View[T], *, refresh_s: float | None = None
    ) -> AsyncGenerator[Snapshot[T], None]:
        """The state at once and after each change of ``subjects``, as fast as it is asked for.

        ``refresh_s``: also after so long without a change, for what moves with the time.
        """
        with self._watching(subjects) as watcher:
            known = -1
            while True:
                watcher.changed.clear()
                snapshot = await self._store.read(
                    partial(self._snapshot, subjects=subjects, view=view, known=known)
                )
                if snapshot is not None:
                    known = snapshot.version
                    yield snapshot
                try:
                    async with asyncio.timeout(refresh_s):
                        await watcher.changed.wait()
                except TimeoutError:
                    known = -1

    @contextlib.contextmanager
    def _watching(self, subjects: frozenset[str]) -> Iterator[Watcher]:
        watcher = Watcher(subjects, asyncio.Event())
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)

    def _snapshot(
        self, tx: Tx, *, subjects: frozenset[str], view: View[T], known: int
    ) -> Snapshot[T] | None:
        """The state now, None when the watcher has it already (the poll repeats own commits)."""
        # Versions only grow, so their sum does; it is the same in every replica.
        total = tx.execute(
            sa.select(sa.func.sum(live_subjects.c.version)).where(
                live_subjects.c.subject.in_(sorted(subjects))
            )
        ).scalar()
        version = int(total or 0)
        return None if version == known else Snapshot(version, view(tx, self._clock.now()))

    def _committed(self, committed: Committed) -> None:
        for subject, version in committed.touched.items():
            # Where another replica's commit lies between, what else that one touched is not known
            # here yet: the look that finds it tells this subject again.
            if version == self._told.get(subject, 0) + 1:
                self._own[subject] = version
                self._remember(subject, version)
        if committed.touched:
            self._hint.set()
            self._tell(frozenset(committed.touched))

    def _remember(self, subject: str, version: int) -> None:
        self._told.pop(subject, None)
        self._told[subject] = version
        if len(self._told) > REMEMBERED:
            del self._told[next(iter(self._told))]

    def _tell(self, subjects: frozenset[str]) -> None:
        self._store.memory.forget(subjects)
        for follower in self._followers:
            follower(subjects)
        for watcher in self._watchers:
            if watcher.subjects & subjects:
                watcher.changed.set()

    async def _poll(self) -> None:
        while True:
            self._look.clear()
            try:
                await self._find_changes()
            except UNAVAILABLE:
                log.warning("live snapshots wait for the database")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._poll_s):
                    await self._look.wait()
            await asyncio.sleep(GATHER_S)

    async def _find_changes(self) -> None:
        known = self._changes
        began = asyncio.get_running_loop().time()
        found = await self._store.keep_up(lambda tx: _changes_since(tx, known.horizon))
        self._changes = found
        changed = {
            subject
            for subject, version in found.versions.items()
            if known.versions.get(subject) != version and self._own.get(subject, 0) < version
        }
        self._own = {
            subject: version
            for subject, version in self._own.items()
            if found.versions.get(subject, 0) < version
        }
        for subject in changed:
            self._remember(subject, found.versions[subject])
        if changed:
            self._tell(frozenset(changed))
        self._looked_at = began

    async def _hear(self, address: str) -> None:
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(address, autocommit=True)
                async with connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self._look.set()
                    async for hint in connection.notifies():
                        if hint.pid != self._hinter:
                            self._look.set()
            except psycopg.OperationalError:
                log.info("live hints pause; the poll goes on")
            await asyncio.sleep(RECONNECT_S)

    async def _tell_others(self, address: str) -> None:
        """After the commit: those that notify within it wait for one another till it is on disk."""
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(address, autocommit=True)
                async with connection:
                    self._hinter = connection.info.backend_pid
                    while True:
                        await self._hint.wait()
                        self._hint.clear()
                        await connection.execute(f"NOTIFY {CHANNEL}")
                        await asyncio.sleep(GATHER_S)
            except psycopg.OperationalError:
                log.info("live hints to others pause; their poll goes on")
            await asyncio.sleep(RECONNECT_S)


@dataclass(frozen=True, slots=True)
class _Changes:
    """Subjects whose change was not yet settled at the last look, and where to look on from."""

    horizon: int = 0
    versions: Mapping[str, int] = field(default_factory=dict)


def _changes_since(tx: Tx, horizon: int) -> _Changes:
    """Every change from ``horizon`` on, and from where on the next look may miss none.

    On PostgreSQL a transaction with a lower number may commit later than one with a higher: only
    what lies before the oldest that still runs is settled, so that is where the next look begins.
    """
    rows = tx.execute(_SINCE, {"horizon": horizon}).all()
    versions = {row.subject: row.version for row in rows}
    if tx.dialect == "postgresql":
        return _Changes(int(tx.execute(_OLDEST_RUNNING).scalar_one()), versions)
    return _Changes(max((row.stamp for row in rows), default=horizon), versions)


_SINCE = sa.select(live_subjects.c.subject, live_subjects.c.version, live_subjects.c.stamp).where(
    live_subjects.c.stamp >= sa.bindparam("horizon")
)
_OLDEST_RUNNING = sa.text(
    "SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)"
)
