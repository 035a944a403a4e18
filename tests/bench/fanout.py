"""How soon does a thousand desks show that somebody has taken a number, and what does each hold?

A tenth of the pages take nothing: the others may not notice. In turn with a bare socket route of
the same application that sends a text of the same length to as many sockets, one after another.
"""

import asyncio
import time
from dataclasses import dataclass, field

import aiohttp

from tests.bench.crowd import DEVICE, SERVICE, Person, clerks, nation
from tests.bench.numbers import Number, Numbers, median, percentile
from tests.bench.served import Served, served
from tests.bench.sockets import Ear, listen

CLIENTS, STALLED = 1_000, 100
WARM_UP, EVENTS = 8, 9
APART_S = 0.8  # one event at a time
WAIT_S = 10.0
AT_ONCE = 25
MARK = b"shouted "
DESK, BARE = "/api/v1/live?subject=desk", "/bench/live"


@dataclass(slots=True)
class Crowd:
    """Those who listen, and when each heard the mark that is looked for."""

    ears: list[Ear] = field(default_factory=list)
    mark: bytes = b""
    heard: dict[Ear, float] = field(default_factory=dict)
    length: int = 0
    all_heard: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, ear: Ear, text: bytes) -> None:
        """One whole message."""
        self.length = len(text)
        if self.mark and self.mark in text and ear not in self.heard:
            self.heard[ear] = time.perf_counter()
            if len(self.heard) == len(self.ears):
                self.all_heard.set()

    def look_for(self, mark: bytes) -> None:
        """From now on."""
        self.mark = mark
        self.heard.clear()
        self.all_heard.clear()

    async def delays_ms(self, began: float) -> list[float]:
        """Of everybody, since then; who did not hear it in time makes the run fail."""
        async with asyncio.timeout(WAIT_S):
            await self.all_heard.wait()
        return [1000 * (at - began) for at in self.heard.values()]


async def measure() -> Numbers:
    """`fanout.p99_ms`, `fanout.kb_per_client`."""
    async with nation() as (state, url, store):
        people = await clerks(store, CLIENTS)
        async with served(state, url) as at, aiohttp.ClientSession(at.origin) as http:
            await event(http)
            before = at.rss_kb
            desks, stalled = await open_desks(at, people)
            idle_kb = (at.rss_kb - before) / CLIENTS
            for waiting in range(2, WARM_UP):  # fills the buffers of those who take nothing
                await told(http, desks, waiting)
            bares = await open_bare(at, len(desks.ears))
            pairs = [
                (await told(http, desks, waiting), await shouted(http, bares, desks.length))
                for waiting in range(WARM_UP, WARM_UP + EVENTS)
            ]
            full_kb = (at.rss_kb - before) / (CLIENTS + len(bares.ears))
            dropped = sum(ear.lost for ear in stalled)
            for ear in (*desks.ears, *bares.ears, *stalled):
                ear.transport.abort()
    return {
        "fanout.p99_ms": Number(
            median([percentile(pair[0], 99) for pair in pairs]),
            "ms",
            EVENTS,
            median([percentile(pair[1], 99) for pair in pairs]),
            f"number asked for by HTTP → the desk that shows it has come to {len(desks.ears)} "
            f"pages, while {STALLED} take nothing; median of the p99 of each; a desk of "
            f"{desks.length} bytes; raw: a commit, then a bare route that sends as much to as "
            "many; the clients are one process on the same cores",
        ),
        "fanout.kb_per_client": Number(
            idle_kb,
            "kB",
            CLIENTS,
            note=f"resident memory of the process, {CLIENTS} desks open; with the stalled ones' "
            f"full buffers and as many bare sockets {full_kb:.1f} kB a socket, {dropped} dropped",
        ),
    }


async def open_desks(at: Served, people: list[Person]) -> tuple[Crowd, list[Ear]]:
    """Everybody's page; a tenth of them stop reading once they have seen the first desk."""
    crowd, stalled = Crowd(), []
    for first in range(0, len(people), AT_ONCE):
        some = [
            listen(at.port, DESK, crowd.hear, cookie=each.cookie, small=first + number < STALLED)
            for number, each in enumerate(people[first : first + AT_ONCE])
        ]
        crowd.ears += await asyncio.gather(*some)
    async with asyncio.timeout(WAIT_S):
        await asyncio.gather(*(ear.first for ear in crowd.ears))
    await asyncio.sleep(1)
    stalled, crowd.ears = crowd.ears[:STALLED], crowd.ears[STALLED:]
    for ear in stalled:
        ear.stall()
    return crowd, stalled


async def open_bare(at: Served, number: int) -> Crowd:
    """As many bare sockets."""
    crowd = Crowd()
    for _ in range(0, number, AT_ONCE):
        crowd.ears += await asyncio.gather(
            *(listen(at.port, BARE, crowd.hear) for _ in range(AT_ONCE))
        )
    return crowd


async def event(http: aiohttp.ClientSession) -> None:
    """Somebody takes a number."""
    async with http.post("/bench/take", params={"device": DEVICE, "service": SERVICE}) as answer:
        answer.raise_for_status()


async def told(http: aiohttp.ClientSession, desks: Crowd, waiting: int) -> list[float]:
    """One event, after which so many wait; when each desk showed it."""
    await asyncio.sleep(APART_S)
    desks.look_for(f'"waiting":{waiting},'.encode())
    began = time.perf_counter()
    await event(http)
    return await desks.delays_ms(began)


async def shouted(http: aiohttp.ClientSession, bares: Crowd, length: int) -> list[float]:
    """The same by the bare route."""
    await asyncio.sleep(APART_S)
    bares.look_for(MARK)
    began = time.perf_counter()
    async with http.post("/bench/shout", data=MARK.ljust(length)) as answer:
        answer.raise_for_status()
    return await bares.delays_ms(began)
