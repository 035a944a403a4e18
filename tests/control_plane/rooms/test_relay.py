"""What becomes of a signal in a room that is open, just closed, or long over?"""

import json
from uuid import UUID

import pytest

from control_plane.database import Store
from control_plane.outbox import NotConnected
from control_plane.rooms.relay import Relay
from control_plane.security import audit
from control_plane.security.refusals import Refusals
from control_plane.security.scope import Scope
from control_plane.visits.operations import calling, consulting
from shared.identifiers import RoomId
from shared.rooms import SIGNALS, Participant, Signal, SignalType
from shared.topics import BETWEEN_REPLICAS
from tests.clock import FakeClock
from tests.control_plane.visits.consults import together
from tests.control_plane.world import World

CLERK, AGENT = Participant.CLERK, Participant.BOOTH_AGENT
COLLEAGUE = Participant.COLLEAGUE


class Meeting:
    """A visit's room, and what its relay passed on and refused."""

    def __init__(self, world: World, clerk: Scope, room: RoomId) -> None:
        self.world = world
        self.clerk = clerk
        self.room = room
        self.published: list[str] = []
        self.broker_is_there = True
        refusals = Refusals(world.store, world.clock)
        self.relay = Relay(world.store, world.clock, publish=self._publish, refusals=refusals)

    async def _publish(self, topic: str, _payload: bytes) -> None:
        if not self.broker_is_there:
            raise NotConnected
        self.published.append(topic)

    async def clerk_says_bye(self) -> bool:
        return await self.relay.from_clerk(self.clerk, self._signal(CLERK, AGENT, SignalType.BYE))

    async def booth_joins(self, device: str = "d-salla-01") -> int:
        """How many signals reach the clerk's page by it."""
        with self.relay.listening(UUID(self.clerk.name)) as ear:
            await self.relay.from_device(device, self._signal(AGENT, CLERK, SignalType.JOIN))
            return ear.qsize()

    async def refused(self) -> list[str]:
        rows = await self.world.store.read(lambda tx: audit.rows(tx, Scope.system()))
        return [
            json.loads(row.entry.detail)["wish"]
            for row in rows
            if row.entry.action == "signal.refused"
        ]

    def _signal(self, sender: Participant, receiver: Participant, type_: SignalType) -> Signal:
        return Signal(room_id=self.room, sender=sender, receiver=receiver, attempt=0, type=type_)


@pytest.fixture
async def meeting(store: Store, clock: FakeClock) -> Meeting:
    world = await World(store, clock).found()
    await world.device_up()
    clerk = await world.clerk()
    await world.take()
    visit = await world.call_next(clerk)
    return Meeting(world, clerk, RoomId(visit.room_id))


async def close(meeting: Meeting) -> None:
    world, clerk = meeting.world, meeting.clerk
    visit = (await world.desk(clerk)).visit
    assert visit is not None
    await world.run(
        lambda tx: calling.take_back(tx, world.setup, clerk, visit.id, world.clock.now())
    )


async def test_in_an_open_room_both_sides_are_heard(meeting: Meeting) -> None:
    assert await meeting.clerk_says_bye()
    assert await meeting.booth_joins() == 1
    assert meeting.published == ["rsp/v1/d/d-salla-01/down/signal"]
    assert await meeting.refused() == []


async def test_what_was_on_its_way_when_the_room_closed_is_no_offence(meeting: Meeting) -> None:
    await close(meeting)
    meeting.world.clock.pass_(seconds=9)
    assert not await meeting.clerk_says_bye()
    assert await meeting.booth_joins() == 0
    assert meeting.published == []
    assert await meeting.refused() == []


async def test_later_it_is_refused_as_in_any_room_that_is_not_ones_own(meeting: Meeting) -> None:
    await close(meeting)
    meeting.world.clock.pass_(seconds=11)
    assert not await meeting.clerk_says_bye()
    assert await meeting.booth_joins() == 0
    assert sorted(await meeting.refused()) == ["bye", "join"]


async def test_without_a_broker_a_signal_is_lost_and_its_page_stays_connected(
    meeting: Meeting,
) -> None:
    meeting.broker_is_there = False
    assert not await meeting.clerk_says_bye()
    assert await meeting.refused() == []
    meeting.broker_is_there = True
    assert await meeting.clerk_says_bye()


async def test_a_stranger_is_refused_also_in_a_room_that_just_closed(meeting: Meeting) -> None:
    await close(meeting)
    assert await meeting.booth_joins("d-inari-01") == 0
    assert await meeting.refused() == ["join"]


class Replicas:
    """Two replicas over one database and one broker, each with its own clerk's page."""

    def __init__(self, world: World) -> None:
        self.topics: list[str] = []
        refusals = Refusals(world.store, world.clock)
        self.one, self.other = (
            Relay(world.store, world.clock, publish=self._publish, refusals=refusals)
            for _ in range(2)
        )

    async def _publish(self, topic: str, payload: bytes) -> None:
        self.topics.append(topic)
        if topic == BETWEEN_REPLICAS:
            signal = SIGNALS.read(payload, limit=32_768).body
            for each in (self.one, self.other):
                await each.from_replica(signal)


def candidate(room: UUID, sender: Participant, receiver: Participant) -> Signal:
    return Signal(
        room_id=RoomId(room),
        sender=sender,
        receiver=receiver,
        attempt=1,
        type=SignalType.CANDIDATE,
    )


async def test_from_clerk_to_clerk_a_signal_crosses_replicas_once(
    store: Store, clock: FakeClock
) -> None:
    world = await World(store, clock).found()
    clerk, colleague, visit, _ = await together(world)
    replicas = Replicas(world)
    with (
        replicas.one.listening(UUID(clerk.name)) as mine,
        replicas.other.listening(UUID(colleague.name)) as theirs,
    ):
        said = candidate(visit.room_id, CLERK, COLLEAGUE)
        assert await replicas.one.from_clerk(clerk, said)
        assert (mine.qsize(), theirs.qsize()) == (0, 1)
        assert theirs.get_nowait() == said
        answer = candidate(visit.room_id, COLLEAGUE, CLERK)
        assert await replicas.other.from_clerk(colleague, answer)
        assert (mine.qsize(), theirs.qsize()) == (1, 0)
    assert replicas.topics == [BETWEEN_REPLICAS, BETWEEN_REPLICAS]


async def test_on_one_replica_it_needs_no_broker(store: Store, clock: FakeClock) -> None:
    world = await World(store, clock).found()
    clerk, colleague, visit, _ = await together(world)
    replicas = Replicas(world)
    with replicas.one.listening(UUID(colleague.name)) as theirs:
        assert await replicas.one.from_clerk(clerk, candidate(visit.room_id, CLERK, COLLEAGUE))
        assert theirs.qsize() == 1
    assert replicas.topics == []


async def test_what_the_broker_makes_up_reaches_nobody_who_is_not_there(
    store: Store, clock: FakeClock
) -> None:
    world = await World(store, clock).found()
    clerk, colleague, visit, consult = await together(world)
    await world.run(lambda tx: consulting.leave(tx, colleague, consult, clock.now()))
    replicas = Replicas(world)
    with (
        replicas.one.listening(UUID(clerk.name)) as mine,
        replicas.one.listening(UUID(colleague.name)) as theirs,
    ):
        for pair in ((COLLEAGUE, CLERK), (CLERK, COLLEAGUE), (COLLEAGUE, AGENT)):
            await replicas.one.from_replica(candidate(visit.room_id, *pair))
        assert (mine.qsize(), theirs.qsize()) == (0, 0)
