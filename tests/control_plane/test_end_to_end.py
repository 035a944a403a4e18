"""Does one visit go through API, broker and sockets, from TakeTicket to BoothWiped?"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import httpx
import pytest
import sqlalchemy as sa
import websockets
from fastapi import FastAPI

from control_plane.app import Joined, create_app
from control_plane.clock import SystemClock
from control_plane.database import Store, Tx
from control_plane.security import accounts, audit
from control_plane.security.scope import Role, Scope
from control_plane.security.tables import session
from control_plane.settings import Settings
from control_plane.tickets import handling_queries as handling
from control_plane.tickets import queries as tickets
from control_plane.tickets.rules import Method
from provisioning.own_ports import own_ports
from shared.commands import CommandReported, CommandState
from shared.envelope import wrap
from shared.identifiers import BootId, MessageId, RoomId, VisitId, new_uuid
from shared.languages import Language
from shared.rooms import Participant, Signal, SignalType
from shared.telemetry import HelpPressed, PeripheralsChanged
from shared.tickets import (
    AskBoard,
    Board,
    Readiness,
    Received,
    RefusalCode,
    Refused,
    TakeTicket,
    TicketIssued,
    WaitRange,
)
from shared.topics import Up
from shared.twin import TwinDesired, TwinReported
from shared.visits import (
    BeginVisit,
    BoothWiped,
    CallVisitor,
    EndVisit,
    PrepareVisit,
    VisitRated,
)
from tests.clock import FakeClock
from tests.control_plane.device import Device, device_online
from tests.control_plane.plane import Page, running, settings_for, sign_in
from tests.control_plane.plane import until as wait_until
from tests.control_plane.world import World, put_together, ready_ports
from tests.mosquitto import Broker


@dataclass
class Plane:
    app: FastAPI
    settings: Settings
    joined: Joined
    world: World


@pytest.fixture
async def plane(store: Store, broker: Broker) -> AsyncIterator[Plane]:
    world = await World(store, FakeClock(SystemClock().now())).found()
    await world.account("aino", Role.CLERK, agency="kela")
    await world.account("tuija", Role.CLERK, agency="vero")
    settings = settings_for(broker.directory, broker=broker, port=own_ports())
    app = create_app(settings, store)
    async with running(app, settings):
        await wait_until(lambda: app.state.joined.connection.connected)
        yield Plane(app, settings, app.state.joined, world)


@pytest.fixture
async def device(plane: Plane, broker: Broker) -> AsyncIterator[Device]:
    async with device_online(broker, plane.joined.boundary.keys) as device:
        await device.say(PeripheralsChanged(booth="salla-1", peripherals=ready_ports()))
        yield device


@pytest.fixture
async def aino(plane: Plane) -> AsyncIterator[Page]:
    async with httpx.AsyncClient(
        base_url=plane.settings.public_origin,
        headers={"Origin": plane.settings.public_origin},
    ) as http:
        page = await sign_in(http, "aino")
        assert (await page.post("/desk/state", {"state": "available"})).status_code == 204
        yield page


def live(plane: Plane, page: Page) -> websockets.connect:
    address = plane.settings.public_origin.replace("http", "ws")
    return websockets.connect(
        f"{address}/api/v1/live?subject=desk",
        origin=plane.settings.public_origin,  # type: ignore[arg-type]
        additional_headers={"Cookie": page.cookies},
    )


def take(service: str = "kela-tuki") -> TakeTicket:
    return TakeTicket(
        service=service, language=Language.SWEDISH, age_s=0.4, boot_id=BootId(new_uuid())
    )


# What each page has been shown so far.
DESKS: WeakKeyDictionary[websockets.ClientConnection, dict[str, Any]] = WeakKeyDictionary()


async def until(socket: websockets.ClientConnection, wanted: object) -> dict[str, object]:
    """The first message of the socket that ``wanted`` accepts; parts of a desk put together."""
    async with asyncio.timeout(10):
        async for text in socket:
            said: dict[str, Any] = {"pong": True} if text == "pong" else json.loads(text)
            if said.get("subject") == "desk":
                said["data"] = DESKS[socket] = put_together(DESKS.get(socket, {}), said)
            if callable(wanted) and wanted(said):
                return said
    raise AssertionError("the socket ended")


async def test_a_visit_from_the_touch_to_the_wiped_booth(
    plane: Plane, device: Device, aino: Page
) -> None:
    twin = await device.wait_for(TwinDesired)
    assert twin.body.point == "salla"
    await device.say(
        TwinReported(version=twin.body.version, catalogue_sha256=twin.body.catalogue_sha256)
    )
    board = await device.ask(AskBoard())
    assert isinstance(board, Board)
    assert {each.agency: each.readiness for each in board.agencies} == {
        "kela": Readiness.OPEN,
        "vero": Readiness.NO_CLERK,
        "ita-lappi": Readiness.NO_CLERK,
    }

    async with live(plane, aino) as socket:
        first = await until(socket, lambda said: said.get("subject") == "desk")
        assert first["data"]["queue"] == []  # type: ignore[index]
        issued = await device.ask(take())
        assert isinstance(issued, TicketIssued)
        seen = await until(socket, lambda said: said["data"]["waiting"] == 1)
        assert seen["data"]["queue"][0]["number"] == issued.number  # type: ignore[index]
        await device.wait_for(Board, lambda board: board.waiting == 1)

        called = await aino.post("/desk/next", key="k1")
        assert called.status_code == 200, called.text
        visit = called.json()
        again = await aino.post("/desk/next", key="k1")
        assert again.json()["id"] == visit["id"]
        prepare = await device.wait_for(PrepareVisit)
        assert prepare.body.agency_name == "Kela sv"
        assert prepare.body.clerk_name == "Aino"
        assert str(prepare.body.visit_id) == visit["id"]

        room = RoomId(prepare.body.room_id)
        join = Signal(
            room_id=room,
            sender=Participant.BOOTH_SCREEN,
            receiver=Participant.CLERK,
            attempt=0,
            type=SignalType.JOIN,
        )
        await device.tell(Up.SIGNAL, join)
        heard = await until(socket, lambda said: "signal" in said)
        assert heard["signal"]["type"] == "join"  # type: ignore[index]
        offer = Signal(
            room_id=room,
            sender=Participant.CLERK,
            receiver=Participant.BOOTH_SCREEN,
            attempt=1,
            type=SignalType.OFFER,
            sdp="v=0",
        )
        await socket.send(json.dumps({"signal": offer.model_dump(mode="json")}))
        assert (await device.wait_for_signal()).sdp == "v=0"

        await device.done(prepare)
        call = await device.wait_for(CallVisitor)
        assert call.body.number == issued.number
        await until(
            socket,
            lambda said: "data" in said and (said["data"]["visit"] or {}).get("state") == "called",
        )
        arrived = await aino.post(f"/visits/{visit['id']}/arrived")
        assert arrived.json()["state"] == "in_session"
        await device.wait_for(BeginVisit)

        ended = await aino.post(f"/visits/{visit['id']}/end", {"outcome": "done"})
        assert ended.status_code == 200
        await device.wait_for(EndVisit)
        identity = VisitId(prepare.body.visit_id)
        await device.say(VisitRated(visit_id=identity, smiley=4))
        await device.say(BoothWiped(visit_id=identity, clean=True, at=SystemClock().now()))
        done = await until(
            socket,
            lambda said: (
                "data" in said
                and said["data"]["recent"]
                and said["data"]["recent"][0]["state"] == "closed"
            ),
        )
        assert done["data"]["me"]["state"] == "wrap_up"  # type: ignore[index]


async def test_a_wait_is_promised_kept_and_published(
    plane: Plane, device: Device, aino: Page
) -> None:
    for _ in range(10):
        await plane.world.run(
            lambda tx: handling.count_served(
                tx, Scope.system("test"), agency="kela", service="kela-tuki", seconds=900
            )
        )
    board = await device.ask(AskBoard())
    async with asyncio.timeout(10):
        while isinstance(board, Board) and board.wait is None:
            await asyncio.sleep(0.1)  # the matcher follows the clerk's coming at its own pace
            await plane.joined.forecasts.refresh()
            board = await device.ask(AskBoard())
    assert isinstance(board, Board)
    assert board.wait == WaitRange(low_min=0, high_min=5)
    issued = await device.ask(take())
    assert isinstance(issued, TicketIssued)
    assert issued.wait == WaitRange(low_min=0, high_min=5)
    [row] = (await aino.get("/desk")).json()["queue"]
    assert (row["promised"], row["over"]) == ({"low_min": 0, "high_min": 5}, False)
    await aino.post("/desk/next")
    await device.done(await device.wait_for(PrepareVisit))
    await device.wait_for(CallVisitor)
    told = (await aino.get("/promises/summary?by=service")).json()
    assert [each["code"] for each in told["rows"]] == ["kela-tuki"]
    assert told["rows"][0]["within"] is None  # one is too few to tell
    [kept] = await plane.world.store.read(lambda tx: tickets.recent(tx, Scope.system("test")))
    assert kept.promise.method is Method.SIMULATION
    assert kept.waited_s is not None


async def test_a_repeated_request_gives_one_number(device: Device, aino: Page) -> None:
    identity = MessageId(new_uuid())
    first = await device.ask(take(), id_=identity)
    device.heard.clear()
    second = await device.ask(take(), id_=identity)
    assert first == second
    assert (await aino.get("/desk")).json()["waiting"] == 1


@pytest.mark.usefixtures("aino")
async def test_hostile_payloads_are_dropped_and_the_next_message_is_served(
    device: Device,
) -> None:
    for channel in (Up.REQUEST, Up.EVENT, Up.REPLY, Up.SIGNAL, Up.TELEMETRY, Up.STATUS):
        for payload in (b"", b"\xff\xfe", b"{}", b'{"v":2}', b"[" * 2000, b"x" * 40_000):
            await device.raw(channel, payload)
    assert isinstance(await device.ask(take()), TicketIssued)


async def test_what_is_not_understood_is_answered_so_that_the_device_drops_it(
    device: Device,
) -> None:
    for channel, spoil in (
        (Up.EVENT, ('"kind":"help', '"kind":"from.the.future')),
        (Up.EVENT, ('"v":1', '"v":2')),
        (Up.REQUEST, ('"kind":"help', '"kind":"from.the.future')),
        (Up.REPLY, ('"kind":"help', '"kind":"from.the.future')),
    ):
        identity, at = MessageId(new_uuid()), SystemClock().now()
        good = wrap(HelpPressed(where="booth", at=at), id=identity, now=at).decode()
        await device.raw(channel, good.replace(*spoil).encode())
        answer = await device.wait_for(Refused)
        assert (answer.re, answer.body.code) == (identity, RefusalCode.NOT_UNDERSTOOD)


async def test_a_commands_final_report_is_acknowledged(device: Device, aino: Page) -> None:
    await device.ask(take())
    await aino.post("/desk/next")
    prepare = await device.wait_for(PrepareVisit)
    await device.tell(Up.REPLY, CommandReported(state=CommandState.RECEIVED), re=prepare.id)
    final = CommandReported(state=CommandState.DONE)
    for _ in range(2):  # the answer may get lost, and the report come again
        device.heard.clear()
        report = await device.tell(Up.REPLY, final, re=prepare.id)
        assert (await device.wait_for(Received)).re == report


async def test_a_device_cannot_signal_in_another_booths_room(
    plane: Plane, device: Device, aino: Page, broker: Broker
) -> None:
    await device.ask(take())
    async with (
        live(plane, aino) as socket,
        device_online(broker, plane.joined.boundary.keys, "d-inari-01") as hostile,
    ):
        visit = (await aino.post("/desk/next")).json()
        room = RoomId(UUID(visit["room_id"]))
        join = Signal(
            room_id=room,
            sender=Participant.BOOTH_AGENT,
            receiver=Participant.CLERK,
            attempt=0,
            type=SignalType.JOIN,
        )
        await hostile.tell(Up.SIGNAL, join)
        # As the clerk it may not speak either, in whatever room.
        forged = join.model_copy(
            update={"sender": Participant.CLERK, "receiver": Participant.BOOTH_SCREEN}
        )
        await hostile.tell(Up.SIGNAL, forged)
        await device.tell(Up.SIGNAL, join.model_copy(update={"candidate": "mine"}))
        heard = await until(socket, lambda said: "signal" in said)
        assert heard["signal"]["candidate"] == "mine"  # type: ignore[index]
        assert device.signals == []


async def test_a_clerk_cannot_signal_in_a_room_that_is_not_theirs(
    plane: Plane, device: Device, aino: Page
) -> None:
    await device.ask(take())
    visit = (await aino.post("/desk/next")).json()
    offer = {
        "room_id": visit["room_id"],
        "sender": "clerk",
        "receiver": "booth-screen",
        "attempt": 1,
        "type": "offer",
        "sdp": "mine",
    }
    async with httpx.AsyncClient(
        base_url=plane.settings.public_origin,
        headers={"Origin": plane.settings.public_origin},
    ) as http:
        tuija = await sign_in(http, "tuija")
        async with live(plane, tuija) as theirs, live(plane, aino) as ours:
            await theirs.send(json.dumps({"signal": {**offer, "sdp": "theirs"}}))
            # A socket's messages are taken in order: after the answer the signal was dealt with.
            await theirs.send("ping")
            await until(theirs, lambda said: "pong" in said)
            await ours.send(json.dumps({"signal": offer}))
            assert (await device.wait_for_signal()).sdp == "mine"


async def test_the_will_of_a_dead_device_makes_its_booth_not_ready(
    plane: Plane, broker: Broker, aino: Page
) -> None:
    async with device_online(broker, plane.joined.boundary.keys) as device:
        await device.say(PeripheralsChanged(booth="salla-1", peripherals=ready_ports()))
        await device.ask(take())
        # Gone without a goodbye: the broker speaks its will.
        device.client._client._sock_close()
        async with asyncio.timeout(10):
            while True:
                desk = (await aino.get("/desk")).json()
                salla = next(each for each in desk["points"] if each["code"] == "salla")
                if salla["booths"][0]["why"] == ["offline"]:
                    break
                await asyncio.sleep(0.1)
        device.client._disconnected.cancel()
    assert (await aino.post("/desk/next")).json()["code"] == "no_booth_ready"


async def test_a_socket_ends_with_its_session(plane: Plane, aino: Page) -> None:
    async with live(plane, aino) as socket:
        await until(socket, lambda said: said.get("subject") == "desk")
        assert (await aino.http.delete("/api/v1/session")).status_code == 204
        async with asyncio.timeout(5):
            await socket.wait_closed()
        assert socket.close_code == 4401


async def test_the_bridge_comes_back_after_the_broker(
    plane: Plane, broker: Broker, aino: Page
) -> None:
    broker.kill()
    await wait_until(lambda: not plane.joined.connection.connected)
    assert (await aino.http.get("/readyz")).status_code == 503
    broker.start()
    await wait_until(lambda: plane.joined.connection.connected)
    async with device_online(broker, plane.joined.boundary.keys) as device:
        assert isinstance(await device.ask(take()), TicketIssued)


async def test_what_a_device_is_refused_is_in_the_audit_log(
    plane: Plane, device: Device, aino: Page
) -> None:
    """A number without a clerk, a signal in no room of its own, a word of another version."""
    assert (await aino.post("/desk/state", {"state": "offline"})).status_code == 204
    await device.ask(take())
    async with live(plane, aino) as socket:
        await until(socket, lambda said: said.get("subject") == "desk")
        signal = Signal(
            room_id=RoomId(new_uuid()),
            sender=Participant.BOOTH_AGENT,
            receiver=Participant.CLERK,
            attempt=0,
            type=SignalType.JOIN,
        )
        await device.tell(Up.SIGNAL, signal)
        for _ in range(50):
            await device.raw(Up.EVENT, b'{"v":2}')
        await device.ask(AskBoard())  # one device's messages are taken in their order
    found = await plane.joined.boundary.store.read(lambda tx: audit.rows(tx, Scope.system()))
    of_device = [
        (row.entry.action, json.loads(row.entry.detail)["code"])
        for row in found
        if row.entry.actor == device.name and row.entry.action.endswith("refused")
    ]
    assert of_device == [
        ("request.refused", "no_clerk_on_duty"),
        ("signal.refused", "not_found"),
        ("message.refused", "wrong_version"),
    ]


async def offers_kela(device: Device, readiness: Readiness) -> None:
    """The next board on which Kela is so."""
    await device.wait_for(
        Board,
        lambda board: any(
            each.agency == "kela" and each.readiness is readiness for each in board.agencies
        ),
    )


async def test_a_second_after_the_last_clerk_signs_out_no_number_is_offered(
    device: Device, aino: Page
) -> None:
    await aino.post("/desk/state", {"state": "offline"})
    await offers_kela(device, Readiness.NO_CLERK)
    await aino.post("/desk/state", {"state": "available"})
    await offers_kela(device, Readiness.OPEN)
    async with asyncio.timeout(1):
        await aino.http.delete("/api/v1/session")
        await offers_kela(device, Readiness.NO_CLERK)


async def test_a_session_that_runs_out_at_the_open_desk_ends_socket_and_duty(
    plane: Plane, device: Device, aino: Page
) -> None:
    await offers_kela(device, Readiness.OPEN)

    def run_out(tx: Tx) -> None:
        tx.execute(sa.update(session).values(expires_at=SystemClock().now()))
        [account] = tx.execute(sa.select(session.c.account_id)).scalars()
        tx.touch(accounts.subject(account))  # else it is looked at every half minute

    async with live(plane, aino) as socket:
        await until(socket, lambda said: said.get("subject") == "desk")
        await plane.joined.boundary.store.run(run_out)
        async with asyncio.timeout(5):
            await socket.wait_closed()
        assert socket.close_code == 4401
    await offers_kela(device, Readiness.NO_CLERK)
