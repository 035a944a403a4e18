"""How much does the control plane add to a device's request, over two raw hops of the broker?"""

import asyncio
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable

import aiomqtt

from provisioning.demo.plan import DEVICE
from shared.identifiers import MessageId
from tests.bench.backend import DOWN, REQUEST, backend, board_request
from tests.bench.numbers import Number, Numbers, median, percentile

PAIRS = 7
PER_RUN = 300
WARM_UP = 50
PAUSE_S = 0.002  # one device asks now and then; queues of our own making are not the question
# Topics within the device's rights to which the control plane does not listen.
ECHO_UP = f"rsp/v1/d/{DEVICE}/up/bench"
ECHO_DOWN = f"rsp/v1/d/{DEVICE}/down/bench"
TIMEOUT_S = 10


async def measure() -> Numbers:
    """`roundtrip.added_p99_ms`."""
    async with backend() as world:
        tls = await world.enrol()
        async with world.device(tls) as device, world.service() as service:
            await device.subscribe(DOWN)
            await service.subscribe(ECHO_UP)
            async with asyncio.TaskGroup() as group:
                answers = Answers()
                listening = group.create_task(answers.listen(device))
                echoing = group.create_task(echo(service))
                added, raw = await pairs(device, answers)
                listening.cancel()
                echoing.cancel()
    return {
        "roundtrip.added_p99_ms": Number(
            median(added),
            "ms",
            PAIRS,
            raw=median(raw),
            note=f"p99 of {PER_RUN} board requests minus p99 of {PER_RUN} raw echoes, each run; "
            "raw is device → broker → client → broker → device",
        )
    }


class Answers:
    """What comes down to the device, handed to whoever waits for it."""

    def __init__(self) -> None:
        self._waiting: dict[bytes, asyncio.Future[None]] = {}

    def expect(self, mark: bytes) -> asyncio.Future[None]:
        """A future that is done when a payload holds ``mark``."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[mark] = future
        return future

    async def listen(self, device: aiomqtt.Client, each: Callable[[], None] = lambda: None) -> None:
        """Read for good; ``each`` is called for every message."""
        async for message in device.messages:
            each()
            text = readable(bytes(message.payload))
            for mark in [mark for mark in self._waiting if mark in text]:
                self._waiting.pop(mark).set_result(None)


def readable(payload: bytes) -> bytes:
    """A signed order's envelope, or the payload as it is."""
    if payload.startswith(b"{"):
        return payload
    claims = payload.split(b".")[1]
    return urlsafe_b64decode(claims + b"=" * (-len(claims) % 4))


async def echo(service: aiomqtt.Client) -> None:
    """Send back what comes, untouched."""
    async for message in service.messages:
        await service.publish(ECHO_DOWN, message.payload, qos=0)


async def pairs(device: aiomqtt.Client, answers: Answers) -> tuple[list[float], list[float]]:
    """A and B in turn; gives p99 differences and raw p99s."""
    await run(device, answers, REQUEST, WARM_UP)
    await run(device, answers, ECHO_UP, WARM_UP)
    added, raw = [], []
    for _ in range(PAIRS):
        ours = percentile(await run(device, answers, REQUEST, PER_RUN), 99)
        bare = percentile(await run(device, answers, ECHO_UP, PER_RUN), 99)
        added.append(ours - bare)
        raw.append(bare)
    return added, raw


async def run(device: aiomqtt.Client, answers: Answers, topic: str, count: int) -> list[float]:
    """Milliseconds of ``count`` round trips, one after another."""
    samples = []
    for _ in range(count):
        made, payload = board_request()
        answered = answers.expect(mark(made))
        began = time.perf_counter()
        await device.publish(topic, payload, qos=0)
        await asyncio.wait_for(answered, TIMEOUT_S)
        samples.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(PAUSE_S)
    return samples


def mark(made: MessageId) -> bytes:
    """By what an answer is known: the request's id stands in it."""
    return str(made).encode()
