"""A note, clerk to the next clerk: who carries out what `core.notes` decides? In memory only."""

import asyncio
from collections.abc import Callable

from edge_agent.clock import Clock
from edge_agent.core import booth as booths
from edge_agent.core import notes as facts
from edge_agent.core.booth import Booth, Phase, VisitorFinished, WayOut, way_out
from edge_agent.core.notes import Event, Notes, held, news, step, wakes_at
from edge_agent.core.scenes import Activity
from edge_agent.flows.showing import Showing
from edge_agent.flows.wiping import Wiping
from edge_agent.ports import Rooms
from shared.identifiers import NoteId
from shared.notes import NoteFromClerk, NoteOffer, flaw
from shared.visits import CancelVisit, EndVisit

_MET = frozenset({Phase.PREPARE, Phase.CALLED, Phase.VISIT})


class Noting:
    """`ports.Consenting`; nothing of a note is logged, journalled or told to anybody else."""

    def __init__(
        self,
        *,
        rooms: Rooms,
        wiping: Wiping,
        showing: Showing,
        narrate: Callable[[Activity], None],
        clock: Clock,
    ) -> None:
        self._rooms = rooms
        self._wiping = wiping
        self._showing = showing
        self._narrate = narrate
        self._clock = clock
        self._notes = Notes()
        self._traces: dict[NoteId, tuple[bytes, ...]] = {}
        self._changed = asyncio.Event()

    async def follow(self, before: Booth, event: booths.Event, after: Booth) -> None:
        """What happened in the booth, for the notes that wait there."""
        if after.visit is not None and _of(before) != after.visit.visit_id:
            await self._take(facts.Opened(after.visit))
        elif before.visit and after.visit and before.visit.room_id != after.visit.room_id:
            await self._take(facts.ClerkChanged())
        if after.phase is Phase.VISIT and before.phase is not Phase.VISIT:
            await self._take(facts.Begun())
        if before.phase in _MET and after.phase not in _MET:
            await self._take(facts.Over())
        gives_up = way_out(before) is WayOut.NUMBER and isinstance(event, VisitorFinished)
        if before.visit is not None and gives_up:
            await self._take(facts.Ended(before.visit.visit_id, goes_on=False))
        if isinstance(event, EndVisit | CancelVisit):
            await self._take(facts.Ended(event.visit_id, goes_on=not event.number_ends))

    async def clerk_said(self, said: NoteFromClerk) -> None:
        """The clerk offers a note, takes it back, or has one that was passed on."""
        new = isinstance(said, NoteOffer) and said.note_id not in self._traces
        if isinstance(said, NoteOffer) and new and not flaw(said.text):
            self._traces[said.note_id] = await self._wiping.traces_of(said.text)
        await self._take(said)

    async def clerk_joined(self) -> None:
        """The control channel is open."""
        await self._take(facts.ClerkCame())

    async def clerk_lost(self) -> None:
        """The control channel is gone."""
        await self._take(facts.ClerkLeft())

    async def answer(self, note: NoteId, *, approved: bool) -> None:
        """The visitor's yes or no."""
        await self._take(facts.Answered(note, approved=approved, at=self._clock.now()))

    async def run(self) -> None:
        """Forget what has waited for long enough."""
        while True:
            self._changed.clear()
            due = wakes_at(self._notes)
            left = None if due is None else max(0.0, due - self._clock.monotonic())
            try:
                async with asyncio.timeout(left):
                    await self._changed.wait()
            except TimeoutError:
                await self._take(facts.TimePassed())

    async def _take(self, event: Event) -> None:
        before = self._notes
        taken = step(before, event, self._clock.monotonic())
        self._notes = taken.notes
        self._changed.set()
        self._look_for(held(taken.notes))
        self._showing.change(note=taken.notes.own)
        told = news(before, taken.notes)
        if told is not None:
            self._narrate(Activity(told))
        for message in taken.say:
            await self._rooms.say(message)

    def _look_for(self, ids: frozenset[NoteId]) -> None:
        """As long as a text is in memory, every wiping looks for it elsewhere."""
        self._traces = {note: traces for note, traces in self._traces.items() if note in ids}
        for traces in self._traces.values():
            self._wiping.remember_traces(traces)


def _of(booth: Booth) -> object:
    return None if booth.visit is None else booth.visit.visit_id
