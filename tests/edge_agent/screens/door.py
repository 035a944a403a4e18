"""A running screens' server, a browser's view of it, and flows that note what they are asked."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp

from edge_agent.clock import Clock
from edge_agent.errors import PeripheralError
from edge_agent.ports import Place, Screen, ScreenReport
from edge_agent.screens.answering import Asked
from edge_agent.screens.server import ScreenServer
from edge_agent.screens.tokens import open_tokens
from shared.envelope import Body
from shared.identifiers import MessageId, NoteId, RoomId, ServiceCode, TicketId
from shared.languages import Language
from shared.orders import NotProven
from shared.rooms import Participant, Signal
from shared.tickets import RefusalCode, Refused, TicketAccepted, TicketIssued
from tests.edge_agent.counterpart import eventually

ROOM = RoomId(UUID(int=7))
PRINT = ":".join(["AB"] * 32)


class World:
    """Every flow behind the screens: notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.room: RoomId | None = ROOM
        self.subs: dict[Participant, str] = {Participant.CLERK: "clerk-7"}
        self.connected = True
        self.silent = False
        self.bell = asyncio.Event()
        self.sheets: list[bytes] = []

    # ports.Ticketing
    async def take(
        self,
        id: MessageId,  # noqa: A002
        service: ServiceCode,
        language: Language,
        more: tuple[ServiceCode, ...] = (),
        *,
        in_order: bool = False,
    ) -> TicketIssued | Refused:
        order = ("in order",) if in_order else ()
        self.asked.append(("take", id, service, language, *more, *order))
        return Refused(code=RefusalCode.NO_CLERK_ON_DUTY)

    async def cancel(self, id: MessageId, ticket: TicketId) -> TicketAccepted | Refused:  # noqa: A002
        self.asked.append(("cancel", id))
        return TicketAccepted(ticket_id=ticket)

    async def give_back(self, id: MessageId, ticket: TicketId) -> TicketAccepted | Refused:  # noqa: A002
        self.asked.append(("give_back", id))
        return TicketAccepted(ticket_id=ticket)

    async def let_pass(self, id: MessageId, ticket: TicketId) -> TicketAccepted | Refused:  # noqa: A002
        self.asked.append(("let_pass", id))
        return TicketAccepted(ticket_id=ticket)

    # ports.Help
    async def press(self, place: Place) -> None:
        self.asked.append(("press", place))

    async def seek(self) -> None:
        self.asked.append(("seek",))

    async def settle(self) -> None:
        self.asked.append(("settle",))

    # ports.VisitControl
    def sub_of(self, participant: Participant) -> str | None:
        return self.subs.get(participant)

    async def screen_reported(self, report: ScreenReport) -> None:
        self.asked.append(("report", report))

    async def rate(self, smiley: int) -> None:
        self.asked.append(("rate", smiley))

    async def finish(self) -> None:
        self.asked.append(("finish",))

    async def more_time(self) -> None:
        self.asked.append(("more_time",))

    # ports.Consenting
    async def answer(self, note: NoteId, *, approved: bool) -> None:
        self.asked.append(("answer", note, approved))

    # ports.Prover
    def statement(self) -> str:
        return "statement"

    def prove(self, **of: Any) -> str:
        self.asked.append(("prove", of["room"], of["participant"]))
        return "proof"

    def check(self, signal: Signal, *, fingerprint: str, sub: str) -> None:
        self.asked.append(("check", signal.sender, fingerprint, sub))
        if signal.proof != "good":
            raise NotProven("bad_signature")

    # ports.Speaker
    async def say(self, language: Language, text: str) -> bytes:
        if self.silent:
            raise PeripheralError("speech_missing")
        return f"RIFF {language} {text}".encode()

    # ports.Uplink
    async def request(self, body: Body, *, id: MessageId, timeout_s: float) -> Body:  # noqa: A002
        raise NotImplementedError

    async def tell(self, body: Body) -> None:
        raise NotImplementedError

    async def signal(self, signal: Signal) -> None:
        self.asked.append(("signal", signal.room_id))

    # ports.Bench
    def state(self) -> Mapping[str, object]:
        return {"lamp": True}

    async def act(self, action: Mapping[str, object]) -> None:
        self.asked.append(("act", dict(action)))
        if action["action"] == "unknown":
            raise ValueError("unknown")

    def picture(self, kind: str, id: str) -> bytes | None:  # noqa: A002
        return b"PNG" if (kind, id) == ("slip", "1") else None

    async def add_sheet(self, image: bytes) -> None:
        if not image.startswith(b"PNG"):
            raise ValueError("no picture")
        self.sheets.append(image)

    def visitor_left(self) -> None:
        self.asked.append(("visitor_left",))

    async def changed(self) -> AsyncIterator[None]:
        while True:
            await self.bell.wait()
            self.bell.clear()
            yield


class Door:
    """A running server and a browser's view of it."""

    def __init__(self, server: ScreenServer, session: aiohttp.ClientSession, world: World) -> None:
        self.server = server
        self.session = session
        self.world = world
        self._sockets: list[aiohttp.ClientWebSocketResponse] = []

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    async def socket(self, **headers: str) -> aiohttp.ClientWebSocketResponse:
        socket = await self.session.ws_connect(
            f"{self.url}/socket", headers={"Origin": self.url, **headers}
        )
        self._sockets.append(socket)
        return socket

    async def leave(self) -> None:
        """Close what was opened."""
        for socket in self._sockets:
            await socket.close()

    async def page(self, screen: Screen) -> aiohttp.ClientWebSocketResponse:
        socket = await self.socket()
        await socket.send_json({"type": "hello", "screen": screen, "token": f"t-{screen}"})
        return socket


@asynccontextmanager
async def serving(tmp_path: Path, *, bench: bool = True) -> AsyncIterator[Door]:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    for screen in Screen:
        (dist / f"{screen}.html").write_text(f"<title>{screen}</title>")
    (dist / "assets" / "a.js").write_text("1")
    (tmp_path / "secret.txt").write_text("secret")
    tokens = open_tokens(tmp_path / "screens.json", {screen: f"t-{screen}" for screen in Screen})
    server = ScreenServer(tokens=tokens, dist=dist, clock=Clock())
    world = World()
    asked = Asked(
        ticketing=world,
        help=world,
        visits=world,
        notes=world,
        prover=world,
        speaker=world,
        uplink=world,
        bench=world if bench else None,
    )
    started = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(server.run(asked, port=0, started=started.set))
        await started.wait()
        async with aiohttp.ClientSession() as session:
            door = Door(server, session, world)
            try:
                yield door
            finally:
                await door.leave()
        running.cancel()


async def heard(door: Door) -> tuple[object, ...]:
    await eventually(lambda: bool(door.world.asked))
    return door.world.asked[-1]
