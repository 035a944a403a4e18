"""What is the agent made of, and what runs while it lives? One TaskGroup; to stop is to cancel."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import structlog

from edge_agent.clock import Clock, boot_id
from edge_agent.core import booth as facts
from edge_agent.errors import ConfigurationError, Offline
from edge_agent.flows.arriving import Arriving
from edge_agent.flows.calling import Calling
from edge_agent.flows.configuring import Configuring
from edge_agent.flows.desk import Desk, NarratedRooms, Strip
from edge_agent.flows.help import Help
from edge_agent.flows.monitoring import Monitoring
from edge_agent.flows.noting import Noting
from edge_agent.flows.print_journal import PrintJournal
from edge_agent.flows.printing import Printing
from edge_agent.flows.scanning import Scanning
from edge_agent.flows.showing import Showing
from edge_agent.flows.speaking import Speaking
from edge_agent.flows.ticketing import Ticketing
from edge_agent.flows.visit_journal import VisitJournal
from edge_agent.flows.visiting import Visiting, World
from edge_agent.flows.wiping import Place, Wiping
from edge_agent.media.gate.warden import LimitedGate
from edge_agent.media.rooms import MediaRooms
from edge_agent.peripherals.registry import open_peripherals
from edge_agent.ports import Screen, Screens
from edge_agent.screens.answering import Asked
from edge_agent.screens.server import ScreenServer
from edge_agent.screens.tokens import open_tokens
from edge_agent.settings import Settings, SystemdSettings
from edge_agent.supervision import Systemd
from edge_agent.uplink import enrolment, identity
from edge_agent.uplink.disk import Disk
from edge_agent.uplink.endpoint import Endpoint
from edge_agent.uplink.identity import Identity
from edge_agent.uplink.link import Believed, Link
from edge_agent.uplink.prover import DeviceProver
from shared.envelope import Body
from shared.links import CloseLink, OpenLink
from shared.rooms import Participant, Signal
from shared.tickets import Board
from shared.twin import TwinDesired
from shared.visits import (
    BeginVisit,
    CallVisitor,
    CancelVisit,
    ChangeParties,
    EndVisit,
    LeaveSeat,
    PrepareVisit,
)

log = structlog.get_logger()

VERSION = "0.1.0"
DIST = Path(__file__).parent / "screens" / "web" / "dist"
# None of the watched may be silent for longer, or systemd starts us anew.
LINK_SILENT_S = 30.0
MONITORING_SILENT_S = 20.0
LOOK_S = 5.0
ENROL_AGAIN_S = 5.0


@dataclass(frozen=True, slots=True)
class FromControlPlane:
    """`ports.Orders`: which flow takes which message."""

    visiting: Visiting
    configuring: Configuring
    rooms: NarratedRooms
    screens: Screens
    showing: Showing
    clock: Clock
    expect_visitor: Callable[[], None]

    async def obey(self, command: Body) -> str:
        """Carry a command out."""
        match command:
            case (
                PrepareVisit()
                | CallVisitor()
                | BeginVisit()
                | ChangeParties()
                | CancelVisit()
                | EndVisit()
                | LeaveSeat()
                | OpenLink()
                | CloseLink()
            ):
                return await self.visiting.obey(command)
            case _:
                raise TypeError(f"{command.kind} is among the commands but nobody obeys it")

    async def configure(self, twin: TwinDesired | Board) -> None:
        """The device's wanted configuration, or the point's live state."""
        self.configuring.take(twin)
        if isinstance(twin, Board) and twin.waiting:
            self.expect_visitor()

    async def pass_signal(self, signal: Signal) -> None:
        """To the booth's page or to our own seat."""
        match signal.receiver:
            case Participant.BOOTH_SCREEN if signal.room_id == self.visiting.room:
                message = {"type": "signal", "signal": signal.model_dump(mode="json")}
                self.screens.send(Screen.BOOTH, message)
            case Participant.BOOTH_AGENT:
                await self.rooms.take_signal(signal)
            case _:
                log.warning("a signal for nobody here", receiver=signal.receiver)

    async def link_changed(self, *, connected: bool) -> None:
        """Say it on every screen."""
        self.showing.change(online=connected, offline_since=None if connected else self.clock.now())


class Warmth:
    """Loads the media libraries when somebody waits here, so that no visit waits for them."""

    def __init__(self) -> None:
        self._wanted = asyncio.Event()

    def wanted(self) -> None:
        """A visit is to be expected."""
        self._wanted.set()

    async def run(self) -> None:
        """Once in a process's life."""
        await self._wanted.wait()
        for needed in ("edge_agent.media.seat", "shared.signing"):
            await asyncio.to_thread(import_module, needed)


async def enrolled(settings: Settings, clock: Clock) -> Identity:
    """This device's identity; enrols with the claim at the first start, as often as it takes."""
    known = await asyncio.to_thread(identity.load, settings.state_dir)
    if known is not None:
        return known
    if settings.claim is None:
        raise ConfigurationError(
            "this device is not enrolled: make a claim with «etapiste device claim NAME --out "
            "claim.json» on the control plane and give it as ETAPISTE_AGENT_CLAIM"
        )
    claim = await asyncio.to_thread(enrolment.read_claim, settings.claim)
    while True:
        try:
            return await enrolment.enrol(claim, state_dir=settings.state_dir, clock=clock)
        except Offline as trouble:
            log.warning("enrolment failed and will be tried again", reason=str(trouble))
            await asyncio.sleep(ENROL_AGAIN_S)


async def live(settings: Settings, systemd_settings: SystemdSettings) -> None:
    """The whole agent, until it is cancelled."""
    clock = Clock()
    systemd = Systemd(systemd_settings.notify_socket)
    systemd.status("starting")
    await asyncio.to_thread(_own_temporary_directory, settings.state_dir / "tmp")
    me = await enrolled(settings, clock)
    disk = Disk(settings.state_dir / "uplink.db")
    try:
        watchdog_s = systemd_settings.watchdog_usec / 1e6
        await _live(settings, me, disk=disk, clock=clock, systemd=systemd, watchdog_s=watchdog_s)
    finally:
        systemd.stopping()
        disk.close()


async def _live(  # noqa: PLR0913 - the one place where everything is joined
    settings: Settings,
    me: Identity,
    *,
    disk: Disk,
    clock: Clock,
    systemd: Systemd,
    watchdog_s: float,
) -> None:
    boot = boot_id()
    endpoint = Endpoint(me, state_dir=settings.state_dir, clock=clock)
    link = Link(
        believed=Believed(
            device=me.device,
            boot=boot,
            version=VERSION,
            address=endpoint.address,
            command_keys=lambda: endpoint.identity.command_keys,
            keys_unknown=endpoint.keys_unknown,
        ),
        disk=disk,
        clock=clock,
    )
    prover = DeviceProver(identity=lambda: endpoint.identity, clock=clock)
    peripherals, bench = open_peripherals(settings.peripherals, speaker=settings.speaker)
    tokens = open_tokens(settings.state_dir / "screens.json", settings.screen_tokens)
    screens = ScreenServer(tokens=tokens, dist=DIST, clock=clock)
    showing = Showing(screens=screens, clock=clock)
    showing.change(offline_since=clock.now())
    strip = Strip(showing)
    seat = MediaRooms(
        uplink=link,
        prover=prover,
        camera=peripherals.document_camera,
        now=clock.now,
        loopback=settings.ice_loopback,
    )
    rooms = NarratedRooms(strip=strip, seat=seat)
    printing = Printing(
        printer=peripherals.document_printer,
        gate=LimitedGate(),
        rooms=rooms,
        uplink=link,
        journal=PrintJournal(settings.state_dir / "prints.jsonl"),
    )
    wiping = Wiping(
        rooms=rooms,
        screens=screens,
        purge=printing.purge,
        places=(
            Place("state", settings.state_dir),
            *(Place(path.name, path) for path in settings.trace_dirs),
        ),
    )
    notes = Noting(
        rooms=rooms,
        wiping=wiping,
        showing=showing,
        narrate=lambda activity: strip.say(activity, lasting=False),
        clock=clock,
    )
    speaking = Speaking(speaker=peripherals.speaker, screens=screens)
    help_ = Help(
        lamp=peripherals.lamp,
        button=peripherals.call_button,
        uplink=link,
        showing=showing,
        clock=clock,
    )
    visiting = Visiting(
        World(
            rooms=rooms,
            uplink=link,
            calling=Calling(
                speaking=speaking,
                screens=screens,
                showing=showing,
                loudspeaker=Screen(settings.loudspeaker),
                seek=help_.seek,
            ),
            speaking=speaking,
            wiping=wiping,
            notes=notes,
            showing=showing,
            journal=VisitJournal(settings.state_dir / "visit.json"),
            clock=clock,
            forgotten=bench.visitor_left if bench else lambda: None,
        )
    )
    desk = Desk(
        visiting=visiting,
        prints=printing,
        stills=Scanning(peripherals.document_camera),
        notes=notes,
        wiping=wiping,
        rooms=rooms,
        showing=showing,
        strip=strip,
    )
    monitoring = Monitoring(
        peripherals=tuple(peripherals.all()),
        screens=screens,
        rooms=rooms,
        uplink=link,
        showing=showing,
        clock=clock,
    )
    ticketing = Ticketing(
        uplink=link,
        printer=peripherals.ticket_printer,
        showing=showing,
        clock=clock,
        boot=boot,
        trouble=monitoring.trouble,
    )
    arriving = Arriving(
        presence=peripherals.presence,
        came=lambda: visiting.happened(facts.SomebodyCame()),
    )
    configuring = Configuring(
        uplink=link, catalogues=endpoint, showing=showing, state_dir=settings.state_dir
    )
    await asyncio.to_thread(configuring.remember)
    warmth = Warmth()
    orders = FromControlPlane(
        visiting=visiting,
        configuring=configuring,
        rooms=rooms,
        screens=screens,
        showing=showing,
        clock=clock,
        expect_visitor=warmth.wanted,
    )
    asked = Asked(
        ticketing=ticketing,
        help=help_,
        visits=visiting,
        notes=notes,
        prover=prover,
        speaker=peripherals.speaker,
        uplink=link,
        bench=bench,
    )
    started = asyncio.Event()

    async def is_well() -> bool:
        now = clock.monotonic()
        line = now - link.alive_at < LINK_SILENT_S
        looking = now - monitoring.looked_at < MONITORING_SILENT_S
        return line and looking and await _serves(screens.port) and await _writes(link)

    try:
        async with asyncio.TaskGroup() as life:
            for work in (
                screens.run(asked, port=settings.screens_port, started=started.set),
                showing.run(),
                strip.run(),
                seat.run(desk),
                printing.run(),
                visiting.run(),
                notes.run(),
                monitoring.run(),
                ticketing.run(),
                help_.run(),
                arriving.run(),
                configuring.run(),
                endpoint.run(),
                warmth.run(),
                link.run(orders),
            ):
                life.create_task(work)
            await started.wait()
            systemd.ready()
            systemd.status(f"running as {me.device}")
            if watchdog_s:
                life.create_task(_watch(is_well, systemd, every_s=watchdog_s / 3))
    finally:
        for peripheral in peripherals.all():
            await peripheral.close()


async def _watch(is_well: Callable[[], Awaitable[bool]], systemd: Systemd, every_s: float) -> None:
    """Pat the dog only when line, screens and disk were seen to live."""
    while True:
        if await is_well():
            systemd.alive()
        else:
            log.error("the agent is not well and does not answer for itself")
        await asyncio.sleep(every_s)


async def _serves(port: int) -> bool:
    try:
        async with asyncio.timeout(LOOK_S):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
    except (OSError, TimeoutError):
        return False
    return True


async def _writes(link: Link) -> bool:
    try:
        async with asyncio.timeout(LOOK_S):
            await link.waiting()
    except TimeoutError:
        return False
    return True


def _own_temporary_directory(path: Path) -> None:
    """What libraries put into temporary files stays where the wiping looks, and dies with us."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(mode=0o700, parents=True)
    tempfile.tempdir = str(path)
