"""What do the open desks of this replica show, and when does each hear of a change?

From memory (`live_nation`), written once for all that see the same (`desk_text`); from the
database where memory has it not, or may not be believed. A clerk's own news goes out at once; the
queue's go out at once too, but then not again before the desks had time to breathe.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from starlette.requests import HTTPConnection

from control_plane.clock import Clock
from control_plane.database import Store
from control_plane.routing.rules.facts import Profile
from control_plane.security.scope import Role, Scope
from control_plane.visits.desk import desk
from control_plane.visits.desk_rows import Own
from control_plane.visits.desk_text import AgencyText, Moment, PointTexts, Shown, own_text
from control_plane.visits.live_nation import LiveNation
from control_plane.visits.message_queries import Said
from control_plane.visits.nation import EVERYTHING, PEOPLE, Nation
from control_plane.visits.operations.matching import as_profile
from control_plane.visits.setup import Setup

# A desk that was written is shown as it is for this long: its clock and waiting times move on.
FRESH = timedelta(milliseconds=250)
# What is a clerk's own is written anew after this, if only because its oldest visits fall off.
OWN = timedelta(seconds=30)
# That a clerk is there is written at most this often: a lease of the desk lasts longer.
NOTED = timedelta(seconds=10)
# Between two tellings of an agency's desks: changes that come together are told together, and
# telling never takes more than a quarter of the time.
BREATH_S, SHARE = 0.1, 3
# Of desks that memory cannot show, so many are read at once: the database serves others, too.
READ_AT_ONCE = 2
# An open desk is told after this long though nothing changed.
REFRESH_S = 30.0


@dataclass(slots=True, eq=False)
class Watcher:
    """One open desk."""

    woken: asyncio.Event = field(default_factory=asyncio.Event)
    told: int = 0  # the round of which it was told last
    told_at: float = 0.0  # by the loop's clock
    look_at_session: bool = True  # something about the clerk or the account may have changed
    own: Own | None = None  # of what the page's own part was written
    shown: Shown | None = None  # what its page has; None: nothing that memory knows


@dataclass(frozen=True, slots=True, eq=False)
class _Written:
    """A clerk's own part, and of what it was written."""

    own: Own
    profile: Profile
    moment: Moment
    said: Said
    text: str


class Desks:
    """The desks of this replica's clerks."""

    def __init__(self, store: Store, clock: Clock, setup: Setup, live: LiveNation) -> None:
        self._store = store
        self._clock = clock
        self._setup = setup
        self._live = live
        self._points = PointTexts()
        self._writers: dict[str, AgencyText] = {}
        self._moments: dict[str, tuple[Nation, Moment]] = {}
        self._own: dict[UUID, _Written] = {}
        self._watchers: dict[str, dict[UUID, set[Watcher]]] = defaultdict(dict)
        self._noted: dict[UUID, datetime] = {}  # when a clerk's asking was last written
        self._round = 0
        self._stale: dict[str, int] = {}  # agencies, and the round that changed them last
        self._work = asyncio.Event()
        self._reading = asyncio.Semaphore(READ_AT_ONCE)
        live.listen(self._heard)

    async def text(self, scope: Scope) -> str:
        """The desk of the clerk who asks, as JSON, with every commit answered before."""
        found = await self._found(scope)
        return found if isinstance(found, str) else found[2].whole

    async def news(self, scope: Scope, watcher: Watcher) -> str | None:
        """The message that makes this clerk's page show the desk as it is now; None: it does.

        Whole for a page that has nothing yet, else the members that changed, and of the points
        those that did; what is the same for many pages is written once.
        """
        was = watcher.shown
        found = self._at_hand(watcher) or await self._found(scope)
        if isinstance(found, str):
            watcher.own = watcher.shown = None
            return self._message(f'"data":{found}')
        moment, watcher.own, shown = found
        watcher.shown = shown
        if was is None:
            return self._message(f'"data":{shown.whole}')
        new = moment.since(was, shown)
        if new is None:
            return None
        said = moment.said.get(new)
        if said is None:
            said = self._message(new.text)
            if shown.own is was.own:
                moment.said[new] = said
        return said

    def _message(self, members: str) -> str:
        # Microseconds: replicas need no common counter, and a later state is higher.
        version = int(self._clock.now().timestamp() * 1_000_000)
        return f'{{"subject":"desk","version":{version},{members}}}'

    async def _found(self, scope: Scope) -> "tuple[Moment, Own, Shown] | str":
        """From memory, or else a whole desk from the database.

        Whoever had to wait for a turn to read asks memory again: it may be believed by then, and
        a crowd that waits is gone at once.
        """
        found = await self._remembered(scope)
        if found is not None:
            return found
        async with self._reading:
            found = await self._remembered(scope)
            return await self._read(scope) if found is None else found

    async def _read(self, scope: Scope) -> str:
        read = partial(desk, setup=self._setup, scope=scope, now=self._clock.now())
        return (await self._store.read(read)).model_dump_json()

    async def _remembered(self, scope: Scope) -> tuple[Moment, Own, Shown] | None:
        found = await self._live.desk_of(UUID(scope.name)) if _of_one_agency(scope) else None
        if found is None or found[1].clerk.agency != scope.agency:
            return None
        nation, own = found
        return self._desk(nation, own)

    def _at_hand(self, watcher: Watcher) -> tuple[Moment, Own, Shown] | None:
        """The same at once, for a page of which memory has what it had: most, at most changes."""
        nation, own = self._live.at_hand(), watcher.own
        if nation is None or own is None or nation.own.get(own.clerk.id) is not own:
            return None
        return self._desk(nation, own)

    def _desk(self, nation: Nation, own: Own) -> tuple[Moment, Own, Shown] | None:
        moment = self._moment(nation, own.clerk.agency)
        if moment is None:
            return None
        written = self._written(own, nation.said, moment)
        return moment, own, moment.desk(own.clerk, written.profile, written.text)

    def must_note(self, staff_id: UUID, now: datetime) -> bool:
        """Must it be written that the clerk is at the desk? Seldom, when it was lately."""
        own = self._live.known(staff_id)
        noted = self._noted.get(staff_id)
        if own is not None and not own.clerk.leaving and noted and now - noted < NOTED:
            return False
        self._noted[staff_id] = now
        return True

    @contextlib.contextmanager
    def watching(self, staff_id: UUID, agency: str) -> Iterator[Watcher]:
        """An ear that is woken when this clerk's desk has changed; woken twice, it looks once."""
        watcher = Watcher(told_at=asyncio.get_running_loop().time())
        here = self._watchers[agency]
        here.setdefault(staff_id, set()).add(watcher)
        try:
            yield watcher
        finally:
            here[staff_id].discard(watcher)
            if not here[staff_id]:
                del here[staff_id]
                self._own.pop(staff_id, None)

    async def run(self) -> None:
        """Tell open desks of changes and of the time that passes, for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tell_changes())
            tasks.create_task(self._tell_time())

    async def _tell_time(self) -> None:
        """Waiting times, and what comes due; the page counts on between snapshots."""
        while True:
            await asyncio.sleep(REFRESH_S / 6)
            before = asyncio.get_running_loop().time() - REFRESH_S
            for watcher in self._open():
                if watcher.told_at < before:
                    self._wake(watcher, self._round + 1, own=True)

    def _open(self) -> Iterator[Watcher]:
        for here in self._watchers.values():
            for desks in here.values():
                yield from desks

    async def _tell_changes(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            await self._work.wait()
            self._work.clear()
            stale, self._stale = self._stale, {}
            began = clock()
            for agency, changed in stale.items():
                for desks in self._watchers.get(agency, {}).values():
                    for watcher in desks:
                        self._wake(watcher, changed)
            # Whoever was woken goes first, so that this is what telling them took.
            await asyncio.sleep(0)
            await asyncio.sleep(max(BREATH_S, SHARE * (clock() - began)))

    def _wake(self, watcher: Watcher, changed: int, *, own: bool = False) -> None:
        if watcher.told < changed:
            watcher.told, watcher.told_at = self._round, asyncio.get_running_loop().time()
            watcher.look_at_session |= own
            watcher.woken.set()

    def _heard(self, changed: frozenset[str]) -> None:
        self._round += 1
        agencies, people = self._concerned(changed)
        for agency in agencies:
            self._moments.pop(agency, None)
            self._stale[agency] = self._round
        if changed & EVERYTHING:
            for watcher in self._open():
                watcher.look_at_session = True
        if people:
            for desks in self._watchers.values():
                for watcher in (each for one in people & desks.keys() for each in desks[one]):
                    self._wake(watcher, self._round, own=True)
        if self._stale:
            self._work.set()

    def _concerned(self, changed: frozenset[str]) -> tuple[set[str], set[UUID]]:
        """Whose desks, by agency and by clerk, show something else now."""
        nation = self._live.nation
        everybody = set() if nation is None else set(nation.reference.agencies)
        if changed & EVERYTHING:
            self._points.forget()
            self._writers.clear()
            self._own.clear()
            return everybody, set()
        agencies, people = set(), set()
        for subject in changed:
            kind, _, name = subject.partition(":")
            if kind in PEOPLE:
                people.add(UUID(name))
            elif kind in {"desk", "policy"}:
                agencies.add(name)
            elif kind == "point" and nation is not None:
                switched = nation.reference.switched
                agencies |= {agency for agency in everybody if name in switched[agency]}
        return agencies, people

    def _moment(self, nation: Nation, agency: str) -> Moment | None:
        now = self._clock.now()
        known = self._moments.get(agency)
        if known is not None and known[0] is nation and _is_fresh(known[1].now, now, FRESH):
            return known[1]
        nation.come_due(now)
        shared = nation.shared(agency, now)
        if shared is None:
            return None
        moment = self._writers.setdefault(agency, AgencyText(self._setup, self._points)).at(
            shared, now
        )
        self._moments[agency] = (nation, moment)
        return moment

    def _written(self, own: Own, said: Said, moment: Moment) -> _Written:
        known = self._own.get(own.clerk.id)
        messages = said.to(own.clerk.id, own.clerk.agency, moment.now) if said.messages else ()
        if known is not None and known.own is own:
            # A visit and an offer show the time and the booth as well; messages come and go.
            still = own.visit is None and own.offer is None and not messages and known.said is said
            now = moment.now
            if known.moment is moment or (still and _is_fresh(known.moment.now, now, OWN)):
                return known
        text = own_text(self._setup, own, messages, moment.shared.around, moment.now)
        written = _Written(own, as_profile(own.clerk), moment, said, text)
        self._own[own.clerk.id] = written
        return written


def _is_fresh(made: datetime, now: datetime, lasts: timedelta) -> bool:
    return timedelta() <= now - made < lasts


def _of_one_agency(scope: Scope) -> bool:
    """Whoever sees more than one agency's rows reads them from the database."""
    wider = scope.over_agencies or scope.has(Role.OPERATOR, Role.ADVISER)
    return scope.agency is not None and not wider


def desks_of(connection: HTTPConnection) -> Desks:
    """The desks of the application that serves this request or socket."""
    found = connection.app.state.desks
    if not isinstance(found, Desks):
        raise TypeError("app.state.desks is not set")
    return found
