"""A visit, from its preparation to the wiped booth: who carries out what `core.booth` decides?"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from edge_agent.clock import Clock
from edge_agent.core import booth as facts
from edge_agent.core.booth import Booth, Effect, Event, Phase, room_of, sub_of
from edge_agent.core.booth_steps import step, wakes_at
from edge_agent.core.readiness import Checks
from edge_agent.core.scenes import Activity, BoothSettings
from edge_agent.core.words import leave_text, reminder_text, stay_text
from edge_agent.flows.calling import Calling
from edge_agent.flows.noting import Noting
from edge_agent.flows.showing import Showing
from edge_agent.flows.speaking import Speaking
from edge_agent.flows.visit_journal import VisitJournal
from edge_agent.flows.wiping import Wiping
from edge_agent.ports import Rooms, Screen, ScreenReport, Uplink
from shared.documents import MediaDevice
from shared.identifiers import RoomId, VisitId
from shared.rooms import Participant
from shared.visits import (
    BoothWiped,
    PrepareVisit,
    VisitLost,
    VisitorArrived,
    VisitorEnded,
    VisitRated,
)

log = structlog.get_logger()

# A room that hangs must not keep the booth from being wiped.
_ROOM_S = 5.0


@dataclass(frozen=True, slots=True)
class World:
    """What a visit acts upon."""

    rooms: Rooms
    uplink: Uplink
    calling: Calling
    speaking: Speaking
    wiping: Wiping
    notes: Noting
    showing: Showing
    journal: VisitJournal
    clock: Clock
    forgotten: Callable[[], None]  # the visit is over and the booth wiped


class Visiting:
    """`ports.VisitControl`; one event after the other, each journalled before its effects."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._booth = Booth()
        self._events: asyncio.Queue[tuple[Event, asyncio.Future[str] | None]] = asyncio.Queue()
        # The preparation that runs or ran last, and how it ended.
        self._preparation: tuple[VisitId, asyncio.Future[str]] | None = None
        self._group: asyncio.TaskGroup | None = None

    # --- asked by others -----------------------------------------------------------------------

    @property
    def room(self) -> RoomId | None:
        """The room of the visit that goes on, or of the clerk whose picture stands here."""
        return room_of(self._booth)

    def sub_of(self, participant: Participant) -> str | None:
        """By which name in key statements a party of that room is known; None: by none."""
        return sub_of(self._booth, participant)

    @property
    def running(self) -> VisitId | None:
        """The visit whose visitor is in the booth; documents go in and out only then."""
        visit = self._booth.visit
        return visit.visit_id if visit and self._booth.phase is Phase.VISIT else None

    @property
    def may_print(self) -> bool:
        """Does the agency of the visit print here?"""
        return self._booth.visit is not None and self._booth.visit.may_print

    async def obey(self, command: facts.Command) -> str:
        """Carry a command out; "" when it is done, else why not."""
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._events.put_nowait((command, answer))
        refusal = await answer
        if refusal or not isinstance(command, PrepareVisit):
            return refusal
        if self._preparation is None or self._preparation[0] != command.visit_id:
            return ""  # it was prepared before a restart
        return await asyncio.shield(self._preparation[1])

    async def screen_reported(self, report: ScreenReport) -> None:
        """The booth's page tells how its devices and its picture are."""
        self._world.showing.change(
            cameras=tuple(MediaDevice(id=id_, label=label) for id_, label in report.cameras),
            microphones=tuple(
                MediaDevice(id=id_, label=label) for id_, label in report.microphones
            ),
        )
        checks = Checks(
            microphone=report.microphone,
            camera=report.camera,
            speaker=report.speaker,
            clerk_seen=report.clerk_seen,
        )
        self.happened(facts.ScreenChecked(visit=report.visit, checks=checks))

    async def rate(self, smiley: int) -> None:
        """One smiley for the visit that goes on."""
        self.happened(facts.Rated(smiley=smiley))

    async def finish(self) -> None:
        """The visitor pressed «end» and confirmed it."""
        self.happened(facts.VisitorFinished())

    async def more_time(self) -> None:
        """The visitor wants to look at the smileys for longer."""
        self.happened(facts.MoreTime())

    def happened(self, event: Event) -> None:
        """Something happened that nobody waits for."""
        self._events.put_nowait((event, None))

    # --- life ----------------------------------------------------------------------------------

    async def run(self) -> None:
        """Take up what a former process left, then live."""
        left = await asyncio.to_thread(self._world.journal.read)
        if left is not None:
            log.warning("a visit was interrupted by a restart", phase=left.phase)
            self.happened(left)
        async with asyncio.TaskGroup() as group:
            self._group = group
            while True:
                event, answer = await self._next()
                refusal = await self._take(event)
                if answer is not None and not answer.done():
                    answer.set_result(refusal)

    async def _next(self) -> tuple[Event, asyncio.Future[str] | None]:
        due = wakes_at(self._booth)
        if due is None:
            return await self._events.get()
        try:
            async with asyncio.timeout(max(0.0, due - self._world.clock.monotonic())):
                return await self._events.get()
        except TimeoutError:
            return facts.TimePassed(), None

    async def _take(self, event: Event) -> str:
        before = self._booth
        taken = step(before, event, self._world.clock.monotonic())
        after = taken.booth
        if isinstance(event, PrepareVisit) and after.visit is event:
            self._preparation = (event.visit_id, asyncio.get_running_loop().create_future())
        self._booth = after
        if _line(after) != _line(before):
            await asyncio.to_thread(self._world.journal.write, after)
            log.info("booth changed", phase=after.phase)
        opened = before.visit or before.link
        if opened and after.visit and opened.ice_servers != after.visit.ice_servers:
            # What the relay was opened with must be found nowhere either, once the visit is over.
            self._world.wiping.remember_traces(
                tuple(each.credential.encode() for each in opened.ice_servers if each.credential)
            )
        self._world.showing.change(booth=after, **_fresh(before, after))
        await self._world.notes.follow(before, event, after)
        for effect in taken.effects:
            await self._act(effect)
        return taken.refusal

    async def _act(self, effect: Effect) -> None:  # noqa: C901, PLR0912 - one case an effect
        world = self._world
        now = world.clock.now()
        match effect:
            case facts.OpenRoom(visit):
                self._side("open room", lambda: world.rooms.open(visit))
            case facts.Prepared(visit_id, reason):
                preparation = self._preparation
                if preparation and preparation[0] == visit_id and not preparation[1].done():
                    preparation[1].set_result(reason)
                if not reason:
                    self._side("join", world.rooms.faces_are_up)
            case facts.Announce(call):
                await world.calling.announce(call)
            case facts.StopAnnouncing():
                world.calling.stop()
            case facts.ShowCamera():
                self._side("show camera", world.rooms.show_camera)
            case facts.CloseRoom(room):
                await self._within("close room", lambda: world.rooms.close(room))
            case facts.Remind(visit):
                self._say(visit, reminder_text(visit.language))
            case facts.AskToStay(visit):
                self._say(visit, stay_text(visit.language))
            case facts.AskOut(visit):
                self._say(visit, leave_text(visit.language, number=visit.number))
            case facts.Wipe():
                self._side("wipe", self._wipe)
            case facts.TellArrived(visit_id):
                await world.uplink.tell(VisitorArrived(visit_id=visit_id, at=now))
            case facts.TellEnded(visit_id):
                await world.uplink.tell(VisitorEnded(visit_id=visit_id, at=now))
            case facts.TellLost(visit_id, reason):
                await world.uplink.tell(VisitLost(visit_id=visit_id, reason=reason, at=now))
            case facts.TellRated(visit_id, smiley):
                await world.uplink.tell(VisitRated(visit_id=visit_id, smiley=smiley))
            case facts.TellWiped(visit_id, clean, found):
                await world.uplink.tell(
                    BoothWiped(visit_id=visit_id, clean=clean, found=found, at=now)
                )
                if self._booth.phase is not Phase.SEATED:
                    world.forgotten()

    def _say(self, visit: PrepareVisit, text: str) -> None:
        """To whoever sits in the booth."""
        speaking = self._world.speaking
        self._side("speak", lambda: speaking.play(Screen.BOOTH, visit.language, text))

    def _side(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Beside the events, since it takes a while."""
        if self._group is not None:
            self._group.create_task(_awaited(work), name=name)

    async def _within(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        try:
            async with asyncio.timeout(_ROOM_S):
                await work()
        except TimeoutError:
            log.warning("it took too long and was left", work=name)

    async def _wipe(self) -> None:
        visit = self._booth.visit
        if visit is None:
            return
        secrets = tuple(server.credential for server in visit.ice_servers)
        found = await self._world.wiping.wipe(visit.room_id, secrets)
        if found:
            log.error("the booth is not clean", found=found)
        self.happened(facts.Wiped(visit=visit.visit_id, clean=not found, found=found))


_QUIET = frozenset({Phase.IDLE, Phase.SEATED})


async def _awaited(work: Callable[[], Awaitable[None]]) -> None:
    await work()


def _line(booth: Booth) -> tuple[object, ...]:
    """What the journal keeps."""
    return (booth.phase, booth.visit, booth.companions, booth.turn)


def _fresh(before: Booth, after: Booth) -> dict[str, object]:
    """The next visitor or clerk finds the booth as if nobody had been there."""
    if before.phase in _QUIET or after.phase not in _QUIET:
        return {}
    return {"settings": BoothSettings(), "activity": Activity(), "calling": None}
