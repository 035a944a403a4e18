"""What may the clerk do in this booth over the data channel, and what does the visitor see?"""

import asyncio
from dataclasses import replace
from typing import Protocol

from edge_agent.core import booth as facts
from edge_agent.core.scenes import Activity, booth_state
from edge_agent.flows.noting import Noting
from edge_agent.flows.showing import Showing
from edge_agent.flows.visiting import Visiting
from edge_agent.flows.wiping import Wiping
from edge_agent.ports import Rooms, Still, ToClerk
from shared.documents import PrintCancel, PrintOffer, PrintProgress, SetBooth, TakeStill
from shared.identifiers import JobId, VisitId
from shared.notes import NoteFromClerk
from shared.visits import PrintState

# How long the calm strip keeps saying what has just been done.
SAID_S = 20.0


class Prints(Protocol):
    """The printing flow, as far as the desk needs it."""

    async def offered(self, visit: VisitId, offer: PrintOffer, *, allowed: bool) -> bool:
        """May the document be sent?"""

    async def arrived(self, id_: JobId, document: bytes) -> None:
        """A whole document."""

    async def cancelled(self, id_: JobId) -> None:
        """Not after all."""


class Stills(Protocol):
    """The scanning flow."""

    async def still(self) -> Still | None:
        """A sharp picture."""


class Strip:
    """The calm strip on the booth's screen: what happens now, and for a while what just did."""

    def __init__(self, showing: Showing) -> None:
        self._showing = showing
        self._said = asyncio.Event()
        self._lasting = False

    def say(self, activity: Activity, *, lasting: bool) -> None:
        """Show it: until the next one when it lasts, else for `SAID_S`."""
        self._lasting = lasting
        self._showing.change(activity=activity)
        self._said.set()

    async def run(self) -> None:
        """Take away what has been said long enough."""
        while True:
            await self._said.wait()
            self._said.clear()
            if self._lasting:
                continue
            try:
                async with asyncio.timeout(SAID_S):
                    await self._said.wait()
            except TimeoutError:
                self._showing.change(activity=Activity())


class NarratedRooms:
    """`ports.Rooms` whose print progress the visitor sees too."""

    def __init__(self, *, strip: Strip, seat: Rooms) -> None:
        self._strip = strip
        self._seat = seat
        self.open = seat.open
        self.take_signal = seat.take_signal
        self.faces_are_up = seat.faces_are_up
        self.show_camera = seat.show_camera
        self.close = seat.close

    async def say(self, message: ToClerk) -> None:
        """Tell the clerk, and the visitor in plain words."""
        if isinstance(message, PrintProgress):
            narrated = _narrated(message)
            if narrated is not None:
                self._strip.say(narrated, lasting=message.state is PrintState.PRINTING)
        await self._seat.say(message)


def _narrated(progress: PrintProgress) -> Activity | None:  # noqa: PLR0911 - one a state
    match progress.state:
        case PrintState.PRINTING if progress.reason in {"paper_out", "jammed", "cover_open"}:
            return Activity("paper_out", progress.pages)
        case PrintState.PRINTING:
            return Activity("printing", progress.pages)
        case PrintState.OUT:
            return Activity("print_done", progress.pages)
        case PrintState.DOUBTFUL:
            return Activity("print_doubtful", progress.pages)
        case PrintState.FAILED:
            return Activity("print_failed", progress.pages)
        case PrintState.PURGED:
            return Activity()
        case _:
            return None


class Desk:
    """`ports.RoomDesk`: only while a visit runs."""

    def __init__(  # noqa: PLR0913 - it joins six flows
        self,
        *,
        visiting: Visiting,
        prints: Prints,
        stills: Stills,
        notes: Noting,
        wiping: Wiping,
        rooms: Rooms,
        showing: Showing,
        strip: Strip,
    ) -> None:
        self._notes = notes
        self._visiting = visiting
        self._prints = prints
        self._stills = stills
        self._wiping = wiping
        self._rooms = rooms
        self._showing = showing
        self._strip = strip

    async def print_offered(self, offer: PrintOffer) -> bool:
        """May this document be sent to us?"""
        visit = self._visiting.running
        allowed = self._visiting.may_print
        return visit is not None and await self._prints.offered(visit, offer, allowed=allowed)

    async def document_arrived(self, job: JobId, document: bytes) -> None:
        """A whole document whose digest is right."""
        if self._visiting.running is None:
            return
        self._wiping.remember(document)
        await self._prints.arrived(job, document)

    async def print_cancelled(self, cancel: PrintCancel) -> None:
        """Not after all."""
        await self._prints.cancelled(cancel.job_id)

    async def still_wanted(self, wanted: TakeStill) -> Still | None:  # noqa: ARG002 - the port's shape
        """A sharp picture; `PeripheralError` says why there is none."""
        if self._visiting.running is None:
            return None
        self._strip.say(Activity("still"), lasting=False)
        still = await self._stills.still()
        if still is not None:
            self._wiping.remember(still.jpeg)
        return still

    async def set_booth(self, wanted: SetBooth) -> None:
        """Change what is named, leave the rest."""
        now = self._showing.scene.settings
        self._showing.change(
            settings=replace(
                now,
                volume=now.volume if wanted.volume is None else wanted.volume,
                camera=now.camera if wanted.camera is None else wanted.camera,
                microphone=now.microphone if wanted.microphone is None else wanted.microphone,
                on_hold=now.on_hold if wanted.on_hold is None else wanted.on_hold,
            )
        )
        await self._say_state()

    async def note_said(self, said: NoteFromClerk) -> None:
        """About a note for the next clerk, or one that came from an earlier clerk."""
        await self._notes.clerk_said(said)

    async def clerk_joined(self) -> None:
        """The control channel is open."""
        self._visiting.happened(facts.ClerkJoined())
        await self._say_state()
        await self._notes.clerk_joined()

    async def clerk_lost(self) -> None:
        """The clerk has not been heard for too long on the control channel."""
        self._visiting.happened(facts.ClerkLost())
        await self._notes.clerk_lost()

    async def _say_state(self) -> None:
        await self._rooms.say(booth_state(self._showing.scene))
