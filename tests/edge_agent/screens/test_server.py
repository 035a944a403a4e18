"""Does the screens' server let in only our own pages, and tell each only what is its own?"""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest

from edge_agent.clock import Clock
from edge_agent.errors import PeripheralError
from edge_agent.ports import Place, Screen, ScreenReport
from edge_agent.screens.answering import Asked
from edge_agent.screens.server import ScreenServer
from edge_agent.screens.speech import KEPT_S, SpeechStore
from edge_agent.screens.tokens import open_tokens
from shared.envelope import Body
from shared.identifiers import MessageId, RoomId, ServiceCode, TicketId
from shared.languages import Language
from shared.rooms import Participant, Signal
from shared.signing import NotProven
from shared.tickets import RefusalCode, Refused, TicketAccepted, TicketIssued
from tests.edge_agent.counterpart import eventually

ROOM = RoomId(UUID(int=7))
PRINT = ":".join(["AB"] * 32)


class World:
    """Every flow behind the screens: notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.room: RoomId | None = ROOM
        self.connected = True
        self.silent = False
        self.bell = asyncio.Event()
        self.sheets: list[bytes] = []

    # ports.Ticketing
    async def take(
        self, id: MessageId, service: ServiceCode, language: Language  # noqa: A002
    ) -> TicketIssued | Refused:
        self.asked.append(("take", id, service, language))
        return Refused(code=RefusalCode.NO_CLERK_ON_DUTY)

    async def cancel(self, id: MessageId, ticket: TicketId) -> TicketAccepted | Refused:  # noqa: A002
        self.asked.append(("cancel", id))
        return TicketAccepted(ticket_id=ticket)

    async def give_back(self, id: MessageId, ticket: TicketId) -> TicketAccepted | Refused:  # noqa: A002
        self.asked.append(("give_back", id))
        return TicketAccepted(ticket_id=ticket)

    # ports.Help
    async def press(self, place: Place) -> None:
        self.asked.append(("press", place))

    async def settle(self) -> None:
        self.asked.append(("settle",))

    # ports.VisitControl
    async def screen_reported(self, report: ScreenReport) -> None:
        self.asked.append(("report", report))

    async def rate(self, smiley: int) -> None:
        self.asked.append(("rate", smiley))

    async def finish(self) -> None:
        self.asked.append(("finish",))

    async def more_time(self) -> None:
        self.asked.append(("more_time",))

    # ports.Prover
    def statement(self) -> str:
        return "statement"

    def prove(self, **of: Any) -> str:
        self.asked.append(("prove", of["room"], of["participant"]))
        return "proof"

    def check(self, signal: Signal, *, fingerprint: str) -> None:
        self.asked.append(("check", signal.sender, fingerprint))
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

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    async def socket(self, **headers: str) -> aiohttp.ClientWebSocketResponse:
        return await self.session.ws_connect(
            f"{self.url}/socket", headers={"Origin": self.url, **headers}
        )

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
            yield Door(server, session, world)
        running.cancel()


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    async with serving(tmp_path) as here:
        yield here


async def heard(door: Door) -> tuple[object, ...]:
    await eventually(lambda: bool(door.world.asked))
    return door.world.asked[-1]


async def test_a_page_is_served_with_a_strict_policy(door: Door) -> None:
    async with door.session.get(f"{door.url}/booth") as answer:
        assert answer.status == 200
        assert "<title>booth</title>" in await answer.text()
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    async with door.session.get(f"{door.url}/assets/a.js") as answer:
        assert answer.status == 200
        assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", ""])
async def test_a_wrong_host_is_refused_everywhere(door: Door, host: str) -> None:
    for path in ("/booth", "/socket", "/speech/x.wav", "/bench/slip/1.png?token=t-bench"):
        async with door.session.get(door.url + path, headers={"Host": host}) as answer:
            assert answer.status == 403


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:1", "http://localhost:{port}"],
)
async def test_a_page_of_another_origin_gets_no_socket(door: Door, origin: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await door.socket(Origin=origin.format(port=door.server.port))
    assert refused.value.status == 403


async def test_a_socket_without_an_origin_is_refused(door: Door) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await door.session.ws_connect(f"{door.url}/socket")
    assert refused.value.status == 403


async def test_what_another_site_embeds_is_refused(door: Door) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    async with door.session.get(f"{door.url}/booth", headers=headers) as answer:
        assert answer.status == 403


@pytest.mark.parametrize(
    "hello",
    [
        {"type": "hello", "screen": "booth", "token": ""},
        {"type": "hello", "screen": "booth", "token": "t-waiting-area"},
        {"type": "hello", "screen": "bench", "token": "t-booth"},
        {"type": "hello", "screen": "nothing", "token": "t-booth"},
        {"type": "take", "id": str(uuid4()), "service": "a", "language": "fi"},
        [],
    ],
)
async def test_without_its_own_token_a_page_is_denied(door: Door, hello: Any) -> None:
    socket = await door.socket()
    await socket.send_str(json.dumps(hello))
    message = await socket.receive(timeout=5)
    assert message.type is aiohttp.WSMsgType.CLOSE
    assert socket.close_code == 4401
    assert door.world.asked == []


async def test_a_page_gets_the_latest_state_at_once_and_each_later_one(door: Door) -> None:
    door.server.show(Screen.BOOTH, {"n": 1})
    door.server.show(Screen.BOOTH, {"n": 2})
    door.server.show(Screen.INFO, {"n": 3})
    page = await door.page(Screen.BOOTH)
    assert await page.receive_json(timeout=5) == {"type": "state", "state": {"n": 2}}
    door.server.show(Screen.BOOTH, {"n": 4})
    assert await page.receive_json(timeout=5) == {"type": "state", "state": {"n": 4}}


async def test_a_page_that_does_not_read_skips_states_and_holds_nobody_up(door: Door) -> None:
    slow, quick = await door.page(Screen.INFO), await door.page(Screen.INFO)
    door.server.show(Screen.INFO, {"n": -1})
    await quick.receive_json(timeout=5)
    for n in range(300):
        door.server.show(Screen.INFO, {"n": n, "filling": "x" * 60_000})
        await asyncio.sleep(0)
    async with asyncio.timeout(10):
        while (await quick.receive_json())["state"]["n"] != 299:
            pass
    seen = []
    async with asyncio.timeout(10):
        while not seen or seen[-1] != 299:
            seen.append((await slow.receive_json())["state"]["n"])
    assert len(seen) < 300


async def test_a_number_is_asked_for_with_the_pages_own_id(door: Door) -> None:
    page = await door.page(Screen.WAITING_AREA)
    wish = uuid4()
    await page.send_json(
        {"type": "take", "id": str(wish), "service": "kela-tuet", "language": "fi"}
    )
    assert await page.receive_json(timeout=5) == {
        "type": "refused",
        "id": str(wish),
        "code": "no_clerk_on_duty",
    }
    assert door.world.asked == [("take", wish, "kela-tuet", Language.FINNISH)]


@pytest.mark.parametrize(
    ("screen", "message"),
    [
        (Screen.WAITING_AREA, {"type": "bench", "action": "press", "place": "booth"}),
        (Screen.WAITING_AREA, {"type": "finish"}),
        (Screen.WAITING_AREA, {"type": "rate", "smiley": 1}),
        (Screen.BOOTH, {"type": "bench", "action": "presence", "value": True}),
        (Screen.BOOTH, {"type": "take", "id": str(uuid4()), "service": "a", "language": "fi"}),
        (Screen.INFO, {"type": "help"}),
        (Screen.BENCH, {"type": "finish"}),
        (Screen.STAGE, {"type": "help"}),
        (Screen.BOOTH, {"type": "rate", "smiley": 6}),
        (Screen.BOOTH, {"type": "unknown"}),
    ],
)
async def test_a_screen_cannot_say_what_is_not_its_own(
    door: Door, screen: Screen, message: dict[str, Any]
) -> None:
    page = await door.page(screen)
    await page.send_json(message)
    await page.send_str("}{")
    await page.send_json({"type": "alive"})
    await asyncio.sleep(0.2)
    assert door.world.asked == []
    assert not page.closed


async def test_help_says_where_it_was_asked_for(door: Door) -> None:
    for screen, place in ((Screen.WAITING_AREA, Place.WAITING_AREA), (Screen.BOOTH, Place.BOOTH)):
        door.world.asked.clear()
        page = await door.page(screen)
        await page.send_json({"type": "help"})
        assert await heard(door) == ("press", place)


async def test_the_booths_page_signals_only_as_itself_and_only_in_its_room(door: Door) -> None:
    page = await door.page(Screen.BOOTH)

    def signal(room: UUID, sender: str) -> dict[str, Any]:
        return {
            "type": "signal",
            "signal": {
                "room_id": str(room),
                "sender": sender,
                "receiver": "clerk",
                "attempt": 0,
                "type": "join",
            },
        }

    await page.send_json(signal(uuid4(), "booth-screen"))
    await page.send_json(signal(ROOM, "clerk"))
    await page.send_json(signal(ROOM, "booth-agent"))
    await page.send_json(signal(ROOM, "booth-screen"))
    assert await heard(door) == ("signal", ROOM)
    assert len(door.world.asked) == 1


async def test_the_agent_proves_and_checks_for_the_page(door: Door) -> None:
    page = await door.page(Screen.BOOTH)
    identity = str(uuid4())
    await page.send_json(
        {
            "type": "prove",
            "id": identity,
            "room": str(ROOM),
            "towards": "clerk",
            "attempt": 1,
            "fingerprint": PRINT,
        }
    )
    assert await page.receive_json(timeout=5) == {
        "type": "proof",
        "id": identity,
        "proof": "proof",
        "statement": "statement",
    }
    assert door.world.asked == [("prove", ROOM, Participant.BOOTH_SCREEN)]
    for room, proof, reason in (
        (ROOM, "good", ""),
        (ROOM, "bad", "bad_signature"),
        (uuid4(), "good", "wrong_room"),
    ):
        signal = {"proof": proof, "statement": "s", "room_id": str(room), "attempt": 1}
        await page.send_json(
            {"type": "check", "id": identity, "signal": signal, "fingerprint": PRINT}
        )
        assert await page.receive_json(timeout=5) == {
            "type": "checked",
            "id": identity,
            "ok": not reason,
            "reason": reason,
        }


async def test_outside_a_visit_nothing_is_proven(door: Door) -> None:
    door.world.room = None
    page = await door.page(Screen.BOOTH)
    await page.send_json(
        {
            "type": "prove",
            "id": str(uuid4()),
            "room": str(ROOM),
            "towards": "clerk",
            "attempt": 1,
            "fingerprint": PRINT,
        }
    )
    await asyncio.sleep(0.2)
    assert door.world.asked == []


async def test_of_two_booth_pages_only_the_newest_has_the_visitor(door: Door) -> None:
    door.server.show(Screen.BOOTH, {"n": 1})
    old, new = await door.page(Screen.BOOTH), await door.page(Screen.BOOTH)
    for page in (old, new):
        await page.receive_json(timeout=5)
    await old.send_json({"type": "finish"})
    door.server.send(Screen.BOOTH, {"type": "reload"})
    assert await new.receive_json(timeout=5) == {"type": "reload"}
    await asyncio.sleep(0.1)
    assert door.world.asked == []
    with pytest.raises(TimeoutError):
        await old.receive_json(timeout=0.2)


async def test_speech_is_played_from_a_name_that_cannot_be_guessed(door: Door) -> None:
    page = await door.page(Screen.WAITING_AREA)
    identity = str(uuid4())
    await page.send_json({"type": "speak", "id": identity, "language": "fi", "text": "Hei"})
    play = await page.receive_json(timeout=5)
    assert (play["type"], play["id"]) == ("play", identity)
    async with door.session.get(door.url + play["url"]) as answer:
        assert answer.content_type == "audio/wav"
        assert await answer.read() == b"RIFF fi Hei"
    door.server.forget_speech()
    async with door.session.get(door.url + play["url"]) as answer:
        assert answer.status == 404


def test_speech_is_dropped_after_it_was_played() -> None:
    store = SpeechStore()
    url = store.keep(b"wav", now=0.0)
    name = url.removeprefix("/speech/").removesuffix(".wav")
    assert store.find(name, now=KEPT_S - 1) == b"wav"
    assert store.find(name, now=KEPT_S) is None
    assert len(store) == 0


async def test_bench_pictures_and_sheets_need_the_benchs_token(door: Door) -> None:
    headers = {"Origin": door.url}
    for token, status in (("", 403), ("t-booth", 403), ("t-bench", 200)):
        async with door.session.get(f"{door.url}/bench/slip/1.png?token={token}") as answer:
            assert answer.status == status
    async with door.session.get(f"{door.url}/bench/slip/2.png?token=t-bench") as answer:
        assert answer.status == 404
    url = f"{door.url}/bench/sheet?token="
    async with door.session.post(url + "t-booth", data=b"PNG", headers=headers) as answer:
        assert answer.status == 403
    async with door.session.post(url + "t-bench", data=b"PNG") as answer:
        assert answer.status == 403  # no origin
    async with door.session.post(url + "t-bench", data=b"text", headers=headers) as answer:
        assert answer.status == 422
    async with door.session.post(url + "t-bench", data=b"PNG1", headers=headers) as answer:
        assert answer.status == 204
    assert door.world.sheets == [b"PNG1"]


async def test_a_sheet_that_is_too_large_is_refused(door: Door) -> None:
    url = f"{door.url}/bench/sheet?token=t-bench"
    too_much = io.BytesIO(b"PNG" + b"x" * (10 * 1024 * 1024))
    async with door.session.post(url, data=too_much, headers={"Origin": door.url}) as answer:
        assert answer.status == 413
    assert door.world.sheets == []


async def test_the_bench_acts_and_shows_what_changes(door: Door) -> None:
    page = await door.page(Screen.BENCH)
    assert (await page.receive_json(timeout=5))["state"] == {"lamp": True}
    await page.send_json({"type": "bench", "action": "press", "place": "booth"})
    assert await heard(door) == ("act", {"action": "press", "place": "booth"})
    await page.send_json({"type": "bench", "action": "unknown"})
    door.world.bell.set()
    assert (await page.receive_json(timeout=5))["type"] == "state"


async def test_a_real_point_has_no_bench(tmp_path: Path) -> None:
    async with serving(tmp_path, bench=False) as door:
        async with door.session.get(f"{door.url}/bench") as answer:
            assert answer.status == 404
        async with door.session.get(f"{door.url}/bench/slip/1.png?token=t-bench") as answer:
            assert answer.status == 404
        page = await door.page(Screen.BENCH)
        await page.receive(timeout=5)
        assert page.close_code == 4401
        stage = await door.page(Screen.STAGE)
        frames = (await stage.receive_json(timeout=5))["state"]["frames"]
        assert [frame["screen"] for frame in frames] == ["waiting-area", "booth"]


async def test_the_stage_gets_the_tokens_of_its_frames(door: Door) -> None:
    stage = await door.page(Screen.STAGE)
    frames = (await stage.receive_json(timeout=5))["state"]["frames"]
    assert frames[1] == {"screen": "booth", "url": "/booth#token=t-booth"}


async def test_no_file_beside_the_pages_can_be_had(door: Door) -> None:
    for path in ("/..%2fsecret.txt", "/assets/..%2f..%2fsecret.txt", "/booth.html", "/screens.json"):
        async with door.session.get(door.url + path) as answer:
            assert answer.status == 404


async def test_a_page_is_alive_while_it_says_so(door: Door) -> None:
    assert not door.server.alive(Screen.BOOTH)
    page = await door.page(Screen.BOOTH)
    await eventually(lambda: door.server.alive(Screen.BOOTH))
    await page.close()
    await eventually(lambda: not door.server.alive(Screen.BOOTH))


def test_tokens_are_kept_over_a_restart_and_only_for_their_owner(tmp_path: Path) -> None:
    file = tmp_path / "screens.json"
    first = open_tokens(file, {})
    assert file.stat().st_mode & 0o777 == 0o600
    assert open_tokens(file, {}) == first
    assert len(set(first.by_screen.values())) == len(Screen)
    assert not first.allow(Screen.BOOTH, "")
    assert open_tokens(file, {"booth": "given"}).allow(Screen.BOOTH, "given")
