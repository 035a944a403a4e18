"""Does the uplink obey what it may, once, and say what became of it?"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from control_plane.security.keys import Keyring
from edge_agent.uplink.identity import Identity
from shared.commands import CommandState
from shared.envelope import wrap
from shared.identifiers import MessageId, new_uuid
from shared.topics import Down
from tests.edge_agent.counterpart import DEVICE, Counterpart, eventually, now
from tests.edge_agent.uplink.line import begin, eventually_empty, pressed, running, skewed


async def test_a_command_is_received_done_and_stored_without_its_content(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, behind):
        await eventually(lambda: link.connected)
        command = await cloud.say(Down.COMMAND, begin())
        await cloud.until(lambda: len(cloud.states(command)) == 2)
        assert cloud.states(command) == [(CommandState.RECEIVED, ""), (CommandState.DONE, "")]
        assert len(behind.obeyed) == 1
    with closing(sqlite3.connect(state_dir / "uplink.db")) as database:
        row = database.execute("SELECT * FROM inbox").fetchone()
    assert row[:3] == (str(command), "visit.begin", "done")


async def test_a_failed_command_says_why(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, behind):
        behind.reason = "no_picture"
        await eventually(lambda: link.connected)
        command = await cloud.say(Down.COMMAND, begin())
        await cloud.until(lambda: len(cloud.states(command)) == 2)
        assert cloud.states(command)[-1] == (CommandState.FAILED, "no_picture")


async def test_a_command_that_arrives_twice_has_one_effect_and_one_answer(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, behind):
        await eventually(lambda: link.connected)
        body = begin()
        command = await cloud.say(Down.COMMAND, body)
        await cloud.say(Down.COMMAND, body, id=command)
        await cloud.until(lambda: (CommandState.DONE, "") in cloud.states(command))
        before = len(cloud.reports)
        await cloud.say(Down.COMMAND, body, id=command)
        await cloud.until(lambda: len(cloud.reports) > before)
        assert cloud.reports[-1][1] is CommandState.DONE
        assert len(behind.obeyed) == 1


async def test_a_duplicate_after_a_restart_gets_the_same_answer(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, _):
        await eventually(lambda: link.connected)
        command = await cloud.say(Down.COMMAND, begin())
        await cloud.until(lambda: (CommandState.DONE, "") in cloud.states(command))
    cloud.reports.clear()
    async with running(device, state_dir) as (link, behind):
        await eventually(lambda: link.connected)
        await cloud.say(Down.COMMAND, begin(), id=command)
        await cloud.until(lambda: bool(cloud.states(command)))
        assert cloud.states(command)[0] == (CommandState.DONE, "")
        assert behind.obeyed == []


async def test_a_command_that_a_restart_interrupted_has_failed(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, behind):
        behind.held = True
        await eventually(lambda: link.connected)
        command = await cloud.say(Down.COMMAND, begin())
        await eventually(lambda: bool(behind.obeyed))
    async with running(device, state_dir):
        await cloud.until(lambda: (CommandState.FAILED, "restarted") in cloud.states(command))


async def test_an_expired_command_is_refused(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, behind):
        await eventually(lambda: link.connected)
        command = await cloud.say(Down.COMMAND, begin(), life=timedelta(seconds=-1))
        await cloud.until(lambda: bool(cloud.states(command)))
        assert cloud.states(command) == [(CommandState.EXPIRED, "expired")]
        assert behind.obeyed == []


@pytest.mark.parametrize(
    ("life", "reason"),
    [(None, "no_expiry"), (timedelta(hours=3), "expiry_too_far")],
)
async def test_a_command_without_a_sound_expiry_is_refused(
    device: Identity,
    state_dir: Path,
    cloud: Counterpart,
    life: timedelta | None,
    reason: str,
) -> None:
    async with running(device, state_dir) as (link, behind):
        await eventually(lambda: link.connected)
        command = await cloud.say(Down.COMMAND, begin(), life=life)
        await cloud.until(lambda: bool(cloud.states(command)))
        assert cloud.states(command) == [(CommandState.REFUSED, reason)]
        assert behind.obeyed == []


async def test_a_forged_command_is_refused_and_does_not_block_the_real_one(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    forger = OKPKey.generate_key("Ed25519")
    async with running(device, state_dir) as (link, behind):
        await eventually(lambda: link.connected)
        body = begin()
        command = await cloud.say(Down.COMMAND, body, key=forger)
        await cloud.until(lambda: bool(cloud.states(command)))
        assert cloud.states(command) == [(CommandState.REFUSED, "bad_signature")]
        assert behind.obeyed == []
        await cloud.say(Down.COMMAND, body, id=command)
        await eventually(lambda: behind.obeyed == [body])


async def test_a_command_for_another_device_is_refused(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, behind):
        await eventually(lambda: link.connected)
        command = await cloud.say(Down.COMMAND, begin(), device="d-inari-01")
        await cloud.until(lambda: bool(cloud.states(command)))
        assert cloud.states(command) == [(CommandState.REFUSED, "wrong_audience")]
        assert behind.obeyed == []


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda text: text.replace('"v":1', '"v":2'), "wrong_version"),
        (lambda text: text.replace("visit.begin", "device.explode"), "unknown_kind"),
        (lambda text: text.replace('"visit_id":"', '"visit_id":"x'), "malformed_body"),
    ],
)
async def test_a_signed_message_that_is_not_understood_is_refused_with_the_reason(
    device: Identity,
    state_dir: Path,
    cloud: Counterpart,
    keyring: Keyring,
    spoil: Callable[[str], str],
    reason: str,
) -> None:
    async with running(device, state_dir) as (link, behind):
        await eventually(lambda: link.connected)
        command = MessageId(new_uuid())
        at = now()
        envelope = wrap(begin(), id=command, now=at, expires_at=at + timedelta(seconds=30))
        token = keyring.sign_order(DEVICE, spoil(envelope.decode()).encode(), now=at)
        await cloud.raw(Down.COMMAND, token.encode())
        await cloud.until(lambda: bool(cloud.states(command)))
        assert cloud.states(command) == [(CommandState.REFUSED, reason)]
        assert behind.obeyed == []


async def test_noise_on_every_topic_changes_nothing(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, behind):
        await eventually(lambda: link.connected)
        for channel in Down:
            for noise in (b"", b"x.y.z", b"\xff" * 300, b"{}", b"[" * 5000, b"a" * 200_000):
                await cloud.raw(channel, noise)
        command = await cloud.say(Down.COMMAND, begin())
        await cloud.until(lambda: (CommandState.DONE, "") in cloud.states(command))
        assert len(behind.obeyed) == 1
        assert behind.signals == []


@pytest.mark.parametrize("hours", [-2, 2])
async def test_a_clock_two_hours_off_obeys_and_refuses_by_the_servers_time(
    device: Identity, state_dir: Path, cloud: Counterpart, hours: int
) -> None:
    clock = skewed(hours=hours)
    async with running(device, state_dir, clock=clock) as (link, behind):
        await eventually(lambda: link.connected)
        good = await cloud.say(Down.COMMAND, begin())
        late = await cloud.say(Down.COMMAND, begin(), life=timedelta(seconds=-1))
        await cloud.until(lambda: bool(cloud.states(late)) and len(cloud.states(good)) == 2)
        assert cloud.states(good)[-1] == (CommandState.DONE, "")
        assert cloud.states(late) == [(CommandState.EXPIRED, "expired")]
        assert len(behind.obeyed) == 1
        assert abs((clock.now() - now()).total_seconds()) < 1.0
        await link.tell(pressed())
        await cloud.until(lambda: bool(cloud.events))
        assert abs((cloud.events[0].sent_at - now()).total_seconds()) < 2.0


async def test_a_command_waits_until_the_servers_time_is_known(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    cloud.answers = False
    async with running(device, state_dir, clock=skewed(hours=-2)) as (_, behind):
        await cloud.until(lambda: bool(cloud.requests))
        command = await cloud.say(Down.COMMAND, begin(), life=timedelta(seconds=-60))
        await asyncio.sleep(0.3)
        assert cloud.states(command) == []
        cloud.answers = True
        await cloud.until(lambda: bool(cloud.states(command)))
        assert cloud.states(command) == [(CommandState.EXPIRED, "expired")]
        assert behind.obeyed == []


async def test_a_final_report_that_was_received_is_not_said_again(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, _):
        await eventually(lambda: link.connected)
        command = await cloud.say(Down.COMMAND, begin())
        await cloud.until(lambda: (CommandState.DONE, "") in cloud.states(command))
        await eventually_empty(link)
        assert len(cloud.reports) == 2


async def test_a_final_report_is_said_again_until_it_is_received(
    device: Identity, state_dir: Path, cloud: Counterpart
) -> None:
    async with running(device, state_dir) as (link, _):
        await eventually(lambda: link.connected)
        cloud.answers = False
        command = await cloud.say(Down.COMMAND, begin())
        final = (command, CommandState.DONE, "")
        await cloud.until(lambda: cloud.reports.count(final) == 1)
        cloud.answers = True
        await cloud.until(lambda: cloud.reports.count(final) == 2)
        await eventually_empty(link)
