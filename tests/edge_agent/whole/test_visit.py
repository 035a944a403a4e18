"""Does a whole visit go through the device, as its screens and the control plane see it?"""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from edge_agent.ports import Screen
from shared.commands import CommandState
from shared.envelope import Body, Message
from shared.identifiers import MessageId, RoomId, TicketId, VisitId, new_uuid
from shared.rooms import IceServer
from shared.tickets import TakeTicket, TicketIssued
from shared.topics import Down
from shared.visits import (
    BeginVisit,
    BoothWiped,
    CallVisitor,
    CancelVisit,
    EndVisit,
    PrepareVisit,
    VisitLost,
    VisitorArrived,
    VisitorEnded,
    VisitRated,
)
from tests.edge_agent.counterpart import Counterpart, eventually, now
from tests.edge_agent.endpoint import DeviceEndpoint
from tests.edge_agent.whole.conftest import Agent, Page, page
from tests.edge_agent.whole.test_process import configure

CREDENTIAL = "turn-credential-that-must-not-stay"


def preparation(visit: VisitId, room: RoomId) -> PrepareVisit:
    return PrepareVisit(
        visit_id=visit,
        room_id=room,
        booth="salla-1",
        number=104,
        language="sv",
        clerk_name="Aino V.",
        agency_name="FPA",
        ice_servers=(IceServer(urls=("turn:127.0.0.1:9",), username="u", credential=CREDENTIAL),),
        relay_only=False,
    )


def call(visit: VisitId, attempt: int = 1) -> CallVisitor:
    return CallVisitor(
        visit_id=visit, number=104, booth="salla-1", language="sv", attempt=attempt, attempts=3
    )


async def report(booth: Page, visit: VisitId, **wrong: Any) -> None:
    good = {
        "visit": str(visit),
        "microphone": True,
        "camera": True,
        "speaker": True,
        "clerk_seen": True,
        "drawn": True,
        "cameras": [["c1", "Camera"]],
        "microphones": [["m1", "Microphone"]],
    }
    await booth.say("report", report=good | wrong)


async def prepared(cloud: Counterpart, booth: Page) -> tuple[VisitId, RoomId]:
    visit, room = VisitId(new_uuid()), RoomId(new_uuid())
    command = await cloud.say(Down.COMMAND, preparation(visit, room))
    await eventually(lambda: booth.state["phase"] == "prepare")
    await report(booth, visit)
    await done(cloud, command)
    return visit, room


async def done(cloud: Counterpart, command: MessageId) -> None:
    await cloud.until(lambda: any(state is CommandState.DONE for state, _ in cloud.states(command)))


def events(cloud: Counterpart, kind: type[Body]) -> list[Any]:
    return list(
        {event.id: event.body for event in cloud.events if isinstance(event.body, kind)}.values()
    )


async def test_a_visit_whose_cancellation_came_first_is_not_prepared(
    agent: Agent, cloud: Counterpart, endpoint: DeviceEndpoint
) -> None:
    await configure(cloud, endpoint)
    async with page(agent, Screen.BOOTH) as booth:
        visit, room = VisitId(new_uuid()), RoomId(new_uuid())
        cancelled = CancelVisit(visit_id=visit, reason="withdrawn")
        await done(cloud, await cloud.say(Down.COMMAND, cancelled))
        late = await cloud.say(Down.COMMAND, preparation(visit, room))
        await cloud.until(lambda: (CommandState.FAILED, "over") in cloud.states(late))
        assert booth.state["phase"] == "idle"
        # It stands in nobody's way.
        await prepared(cloud, booth)


async def test_a_visit_from_the_touch_to_the_wiped_booth(  # noqa: PLR0915 - one story
    agent: Agent, cloud: Counterpart, endpoint: DeviceEndpoint
) -> None:
    issued = TicketIssued(
        ticket_id=TicketId(new_uuid()),
        number=104,
        day=now().date(),
        service="kela-tuet",
        before=2,
        wait=None,
    )

    def bridge(request: Message[Body]) -> Body | None:
        return issued if isinstance(request.body, TakeTicket) else None

    cloud.answer = bridge
    await configure(cloud, endpoint)
    async with (
        page(agent, Screen.WAITING_AREA) as waiting,
        page(agent, Screen.BOOTH) as booth,
        page(agent, Screen.BENCH) as bench,
    ):
        await eventually(lambda: waiting.state["online"])
        # The touch: the number on the screen, once on paper although the page asks twice.
        wish = str(uuid4())
        for _ in range(2):
            await waiting.say("take", id=wish, service="kela-tuet", language="sv")
        await eventually(lambda: waiting.last("taken") is not None)
        taken = waiting.last("taken")
        assert taken is not None
        assert (taken["id"], taken["ticket"]["number"]) == (wish, 104)
        assert {r.id for r in cloud.requests if isinstance(r.body, TakeTicket)} == {UUID(wish)}
        await eventually(lambda: len(bench.state["ticket_printer"]["slips"]) == 1)

        # Prepare: the clerk's picture first, nothing of the booth may go out.
        visit, room = await prepared(cloud, booth)
        assert booth.state["visit"]["clerk_name"] == "Aino V."
        assert booth.state["language"] == "sv"

        # Call and recall; the recall is said in every language of the point.
        await done(cloud, await cloud.say(Down.COMMAND, call(visit)))
        await eventually(lambda: waiting.last("call") is not None)
        first = waiting.last("call")
        assert first is not None
        assert (first["number"], first["attempt"], first["language"]) == (104, 1, "sv")
        assert first["booth_name"]["sv"] == "Kundservicerum 1"
        await done(cloud, await cloud.say(Down.COMMAND, call(visit, 2)))
        await eventually(lambda: (waiting.last("call") or {}).get("attempt") == 2)
        again = waiting.last("call")
        assert again is not None
        assert len(again["speech"]) == 3 * len(first["speech"])

        # Somebody comes in, and only the control plane begins the visit.
        await bench.say("bench", action="presence", value=True)
        await bench.say("bench", action="sheet", name="letter")
        await cloud.until(lambda: bool(events(cloud, VisitorArrived)))
        assert booth.state["phase"] == "called"
        await done(cloud, await cloud.say(Down.COMMAND, BeginVisit(visit_id=visit)))
        await eventually(lambda: booth.state["phase"] == "visit")

        # The page signs only for the visit's own room.
        fingerprint = ":".join(["AB"] * 32)
        for of, token in ((room, "mine"), (uuid4(), "foreign")):
            await booth.say(
                "prove",
                id=str(uuid4()),
                room=str(of),
                towards="clerk",
                attempt=1,
                fingerprint=fingerprint,
            )
            assert token
        await eventually(lambda: booth.last("proof") is not None)
        await asyncio.sleep(0.3)
        assert len([said for said in booth.said if said["type"] == "proof"]) == 1

        await booth.say("finish")
        await cloud.until(lambda: bool(events(cloud, VisitorEnded)))
        await done(cloud, await cloud.say(Down.COMMAND, EndVisit(visit_id=visit, reason="ended")))
        await eventually(lambda: booth.state["phase"] == "ending")
        assert booth.state["visit"] is None
        await eventually(lambda: booth.state["phase"] == "rate")
        assert booth.state["closes_at"]
        await booth.say("rate", smiley=5)
        await cloud.until(lambda: bool(events(cloud, BoothWiped)), within_s=15)
        [rated] = events(cloud, VisitRated)
        assert rated.smiley == 5
        [wiped] = events(cloud, BoothWiped)
        assert (wiped.visit_id, wiped.clean, wiped.found) == (visit, True, ())
        await eventually(lambda: booth.state["phase"] == "idle")
        assert booth.last("reload") is not None
        # The next play starts afresh: whoever was played has left, with the papers.
        await eventually(lambda: not bench.state["presence"])
        assert bench.state["camera"]["sheet"] is None
    left = [
        file
        for file in agent.state_dir.rglob("*")
        if file.is_file() and CREDENTIAL.encode() in file.read_bytes()
    ]
    assert left == []
    assert not (agent.state_dir / "visit.json").exists()
    for secret in ("Aino", CREDENTIAL, "104"):
        assert secret not in agent.log()


async def test_a_failing_camera_says_so_and_the_booth_is_wiped(
    agent: Agent, cloud: Counterpart, endpoint: DeviceEndpoint
) -> None:
    await configure(cloud, endpoint)
    async with page(agent, Screen.BOOTH) as booth:
        visit = VisitId(new_uuid())
        command = await cloud.say(Down.COMMAND, preparation(visit, RoomId(new_uuid())))
        await eventually(lambda: booth.state["phase"] == "prepare")
        await report(booth, visit, camera=False)
        await cloud.until(lambda: (CommandState.FAILED, "camera_failed") in cloud.states(command))
        await cloud.until(lambda: bool(events(cloud, BoothWiped)))


@pytest.mark.usefixtures("agent")
# The waiting itself; what follows from it is `core`'s, where time is an argument.
@pytest.mark.slow
async def test_without_a_booth_screen_the_preparation_fails(
    cloud: Counterpart, endpoint: DeviceEndpoint
) -> None:
    await configure(cloud, endpoint)
    command = await cloud.say(Down.COMMAND, preparation(VisitId(new_uuid()), RoomId(new_uuid())))
    await cloud.until(
        lambda: (CommandState.FAILED, "screen_missing") in cloud.states(command), within_s=20
    )


async def test_a_second_visit_is_refused_while_one_goes_on(
    agent: Agent, cloud: Counterpart, endpoint: DeviceEndpoint
) -> None:
    await configure(cloud, endpoint)
    async with page(agent, Screen.BOOTH) as booth:
        await prepared(cloud, booth)
        other = preparation(VisitId(new_uuid()), RoomId(new_uuid()))
        command = await cloud.say(Down.COMMAND, other)
        await cloud.until(lambda: (CommandState.FAILED, "busy") in cloud.states(command))


async def test_a_no_show_frees_the_booth(
    agent: Agent, cloud: Counterpart, endpoint: DeviceEndpoint
) -> None:
    await configure(cloud, endpoint)
    async with page(agent, Screen.BOOTH) as booth:
        visit, _ = await prepared(cloud, booth)
        await done(cloud, await cloud.say(Down.COMMAND, call(visit)))
        cancel = CancelVisit(visit_id=visit, reason="no_show")
        await done(cloud, await cloud.say(Down.COMMAND, cancel))
        await cloud.until(lambda: bool(events(cloud, BoothWiped)))
        await eventually(lambda: booth.state["phase"] == "idle")


async def test_an_agent_killed_in_a_visit_takes_it_up_again(
    agent: Agent, cloud: Counterpart, endpoint: DeviceEndpoint
) -> None:
    await configure(cloud, endpoint)
    async with page(agent, Screen.BOOTH) as booth:
        visit, room = await prepared(cloud, booth)
        await done(cloud, await cloud.say(Down.COMMAND, call(visit)))
        await done(cloud, await cloud.say(Down.COMMAND, BeginVisit(visit_id=visit)))
        await eventually(lambda: booth.state["phase"] == "visit")
    agent.kill()
    agent.start()
    async with page(agent, Screen.BOOTH) as booth:
        await eventually(lambda: booth.state["phase"] == "visit")
        assert booth.state["visit"]["room_id"] == str(room)
        # Our own seat asks the clerk for an offer again.
        await cloud.until(
            lambda: any(
                topic.endswith("up/signal") and b'"join"' in payload
                for topic, payload in cloud.other
            ),
            within_s=15,
        )
        await done(cloud, await cloud.say(Down.COMMAND, EndVisit(visit_id=visit, reason="ended")))
        await eventually(lambda: booth.state["phase"] == "ending")


async def test_an_agent_killed_while_preparing_gives_the_visit_up(
    agent: Agent, cloud: Counterpart, endpoint: DeviceEndpoint
) -> None:
    await configure(cloud, endpoint)
    async with page(agent, Screen.BOOTH) as booth:
        visit = VisitId(new_uuid())
        command = await cloud.say(
            Down.COMMAND, preparation(visit, RoomId(new_uuid())), life=timedelta(seconds=60)
        )
        await eventually(lambda: booth.state["phase"] == "prepare")
    agent.kill()
    agent.start()
    await cloud.until(
        lambda: (CommandState.FAILED, "restarted") in cloud.states(command), within_s=15
    )
    await cloud.until(lambda: bool(events(cloud, VisitLost)) and bool(events(cloud, BoothWiped)))
