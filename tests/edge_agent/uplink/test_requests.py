"""Is a question asked until it is answered, and only by the control plane?"""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from edge_agent.clock import Clock, boot_id
from edge_agent.errors import Offline
from edge_agent.uplink.identity import Identity
from shared.identifiers import MessageId, new_uuid
from shared.tickets import AskBoard, Board, TakeTicket
from shared.topics import Down
from tests.edge_agent.counterpart import Counterpart, eventually, now
from tests.edge_agent.uplink.line import running


async def test_a_request_is_asked_again_with_the_same_id_and_answered_once(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, _):
        await eventually(lambda: link.connected)
        cloud.requests.clear()
        cloud.answers = False
        identity = MessageId(new_uuid())
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(link.request(AskBoard(), id=identity, timeout_s=8.0))
            await cloud.until(
                lambda: sum(request.id == identity for request in cloud.requests) == 2
            )
            cloud.answers = True
            assert isinstance(await asked, Board)


async def test_a_touch_is_older_when_it_is_asked_again(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, _):
        await eventually(lambda: link.connected)
        cloud.answers = False
        wish = TakeTicket(service="kela-x", language="fi", age_s=0.0, boot_id=boot_id())
        with pytest.raises(Offline):
            await link.request(wish, id=MessageId(new_uuid()), timeout_s=2.0)
        ages = [
            request.body.age_s for request in cloud.requests if isinstance(request.body, TakeTicket)
        ]
        assert len(ages) >= 2
        assert ages == sorted(ages)
        assert 0.5 < ages[-1] < 2.5
        assert not link.connected


async def test_a_forged_reply_answers_nothing(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    forger = OKPKey.generate_key("Ed25519")
    async with running(device, state_dir) as (link, _):
        await eventually(lambda: link.connected)
        cloud.answers = False
        identity = MessageId(new_uuid())
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(link.request(AskBoard(), id=identity, timeout_s=3.0))
            lie = Board(version=99, agencies=(), called=(), waiting=7)
            await cloud.say(Down.REPLY, lie, re=identity, key=forger)
            await asyncio.sleep(0.3)
            assert not asked.done()
            cloud.answers = True
            answer = await asked
            assert isinstance(answer, Board)
            assert answer.version == 1


async def test_an_old_reply_played_again_does_not_turn_the_clock_back(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    clock = Clock()
    async with running(device, state_dir, clock=clock) as (link, _):
        await eventually(lambda: link.connected)
        cloud.offset = timedelta(hours=-5)
        await cloud.say(
            Down.REPLY,
            Board(version=1, agencies=(), called=(), waiting=0),
            re=MessageId(new_uuid()),
        )
        await asyncio.sleep(0.3)
        assert abs((clock.now() - now()).total_seconds()) < 1.0
