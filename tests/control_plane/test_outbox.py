"""A message stays due until its device acknowledges it, it is replaced, or it expires."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from control_plane import outbox
from control_plane.database import Store, Tx, open_store
from control_plane.outbox.queue import claim, next_at
from control_plane.outbox.sender import NotConnected, Sender
from shared.identifiers import MessageId, VisitId, new_uuid
from shared.topics import Down
from shared.visits import BeginVisit
from tests.clock import FakeClock

SALLA = "d-salla-01"
INARI = "d-inari-01"


def post(tx: Tx, clock: FakeClock, device: str = SALLA, **how: object) -> MessageId:
    identity = MessageId(new_uuid())
    outbox.post(
        tx,
        device=device,
        channel=Down.COMMAND,
        body=BeginVisit(visit_id=VisitId(UUID(int=1))),
        id=identity,
        now=clock.now(),
        **how,  # type: ignore[arg-type]
    )
    return identity


async def claimed(store: Store, clock: FakeClock) -> list[MessageId]:
    due = await store.run(lambda tx: claim(tx, now=clock.now()))
    return [message.id for message in due]


async def test_a_message_is_sent_again_after_2_5_10_and_30_seconds(
    store: Store, clock: FakeClock
) -> None:
    identity = await store.run(lambda tx: post(tx, clock))
    assert await claimed(store, clock) == [identity]
    for pause in (2, 5, 10, 30, 30):
        clock.pass_(seconds=pause - 0.1)
        assert await claimed(store, clock) == []
        clock.pass_(seconds=0.1)
        assert await claimed(store, clock) == [identity]


async def test_an_acknowledged_message_is_never_sent_again(store: Store, clock: FakeClock) -> None:
    identity = await store.run(lambda tx: post(tx, clock))
    await claimed(store, clock)

    def acknowledge(tx: Tx) -> bool:
        return outbox.acknowledge(tx, identity, device=SALLA, now=clock.now())

    assert await store.run(acknowledge)
    assert not await store.run(acknowledge)
    clock.pass_(hours=1)
    assert await claimed(store, clock) == []


async def test_no_device_acknowledges_for_another(store: Store, clock: FakeClock) -> None:
    identity = await store.run(lambda tx: post(tx, clock))
    assert not await store.run(
        lambda tx: outbox.acknowledge(tx, identity, device=INARI, now=clock.now())
    )
    assert await claimed(store, clock) == [identity]


async def test_an_expired_message_is_not_sent(store: Store, clock: FakeClock) -> None:
    await store.run(lambda tx: post(tx, clock, expires_at=clock.now() + timedelta(seconds=30)))
    clock.pass_(seconds=30)
    assert await claimed(store, clock) == []
    assert await store.read(next_at) is None


async def test_a_message_sent_once_is_sent_once(store: Store, clock: FakeClock) -> None:
    identity = await store.run(lambda tx: post(tx, clock, once=True))
    assert await claimed(store, clock) == [identity]
    clock.pass_(hours=1)
    assert await claimed(store, clock) == []


async def test_a_newer_message_replaces_the_older_one_of_its_device(
    store: Store, clock: FakeClock
) -> None:
    def both(tx: Tx) -> tuple[MessageId, MessageId]:
        elsewhere = post(tx, clock, device=INARI, replaces="twin")
        post(tx, clock, replaces="twin")
        return elsewhere, post(tx, clock, replaces="twin")

    elsewhere, newer = await store.run(both)
    assert await claimed(store, clock) == [elsewhere, newer]


async def test_what_failed_to_be_stored_is_not_sent(store: Store, clock: FakeClock) -> None:
    def failing(tx: Tx) -> None:
        post(tx, clock)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.run(failing)
    assert await claimed(store, clock) == []


async def test_replicas_share_the_work(store: Store, store_url: str, clock: FakeClock) -> None:
    other = open_store(store_url)
    posted = await store.run(lambda tx: [post(tx, clock) for _ in range(250)])
    taken = await asyncio.gather(
        *(claimed(each, clock) for each in (store, other) for _ in range(4))
    )
    await other.close()
    everything = [identity for part in taken for identity in part]
    assert sorted(everything) == sorted(posted)


async def test_a_request_that_comes_again_gets_the_answer_of_the_first_time(
    store: Store, clock: FakeClock
) -> None:
    request = MessageId(new_uuid())
    assert await store.read(lambda tx: outbox.seen(tx, request, device=SALLA)) is None
    await store.run(
        lambda tx: outbox.remember(
            tx, request, device=SALLA, kind="ticket.take", answer=b"{}", now=clock.now()
        )
    )
    assert await store.read(lambda tx: outbox.seen(tx, request, device=SALLA)) == outbox.Answered(
        "{}"
    )
    assert await store.read(lambda tx: outbox.seen(tx, request, device=INARI)) is None


async def test_old_messages_are_erased_and_due_ones_kept(store: Store, clock: FakeClock) -> None:
    def fill(tx: Tx) -> MessageId:
        post(tx, clock, once=True)
        outbox.remember(
            tx, MessageId(new_uuid()), device=SALLA, kind="k", answer=None, now=clock.now()
        )
        return post(tx, clock)

    kept = await store.run(fill)
    await claimed(store, clock)
    clock.pass_(days=8)
    assert await store.run(lambda tx: outbox.purge(tx, now=clock.now())) == 2
    assert await claimed(store, clock) == [kept]


class Wire:
    """Takes what is published, while there is a connection."""

    def __init__(self) -> None:
        self.connected = True
        self.published: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()

    async def publish(self, topic: str, payload: bytes) -> None:
        if not self.connected:
            raise NotConnected
        self.published.put_nowait((topic, payload))

    async def next(self) -> tuple[str, bytes]:
        async with asyncio.timeout(5):
            return await self.published.get()


@asynccontextmanager
async def sending(store: Store, clock: FakeClock, wire: Wire) -> AsyncIterator[Sender]:
    def sign(device: str, envelope: bytes) -> str:
        return f"{device}|{clock.now().isoformat()}|{envelope.decode()}"

    sender = Sender(store, clock, sign=sign, publish=wire.publish)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(sender.run())
        yield sender
        task.cancel()


async def test_the_sender_wakes_at_the_commit_and_signs_at_the_moment_of_sending(
    store: Store, clock: FakeClock
) -> None:
    wire = Wire()
    async with sending(store, clock, wire):
        await asyncio.sleep(0.1)
        loop = asyncio.get_running_loop()
        began = loop.time()
        identity = await store.run(lambda tx: post(tx, clock))
        topic, first = await wire.next()
        assert loop.time() - began < 0.5
        assert topic == "rsp/v1/d/d-salla-01/down/command"
        assert str(identity) in first.decode()
        clock.pass_(seconds=3)
        _, second = await wire.next()
        assert second != first  # a fresh signature over the same envelope
        assert second.split(b"|")[2] == first.split(b"|")[2]


async def test_what_could_not_be_published_is_sent_soon_after_the_broker_is_back(
    store: Store, clock: FakeClock
) -> None:
    wire = Wire()
    wire.connected = False
    async with sending(store, clock, wire):
        posted = await store.run(lambda tx: [post(tx, clock), post(tx, clock, once=True)])
        await asyncio.sleep(1.2)
        assert wire.published.empty()
        wire.connected = True
        for identity in posted:
            _, payload = await wire.next()
            assert str(identity) in payload.decode()


async def test_the_sender_outlives_the_databases_absence(
    sqlite_store: Store, clock: FakeClock
) -> None:
    wire = Wire()
    async with sending(sqlite_store, clock, wire):
        await sqlite_store.run(
            lambda tx: tx.execute(sa.text("ALTER TABLE outbox RENAME TO away")).rowcount
        )
        await asyncio.sleep(1.5)
        await sqlite_store.run(
            lambda tx: tx.execute(sa.text("ALTER TABLE away RENAME TO outbox")).rowcount
        )
        identity = await sqlite_store.run(lambda tx: post(tx, clock))
        _, payload = await wire.next()
        assert str(identity) in payload.decode()
