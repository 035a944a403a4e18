"""What does a hot read cost beside a bare endpoint of the same application?

The clerk's desk, with its session and a queue, in turn with a bare pydantic endpoint that needs
neither, served by the same process over the same kind of connections.
"""

import asyncio

import aiohttp

from tests.bench.crowd import DEVICE, SERVICE, clerks, nation
from tests.bench.numbers import Number, Numbers, median
from tests.bench.served import Served, served
from tests.bench.sockets import answers_per_s, get

PAIRS = 7
SECONDS = 1.5
CONNECTIONS = 32
WAITING = 20
SHORT, IDLE_S = 0.5, 3.0
TAKING = {"device": DEVICE, "service": SERVICE}


async def measure() -> Numbers:
    """`reads.ratio`, `reads.sql_warm`."""
    async with nation() as (state, url, store):
        [clerk] = await clerks(store, 1)
        async with served(state, url) as at, aiohttp.ClientSession(at.origin) as http:
            for _ in range(WAITING):
                async with http.post("/bench/take", params=TAKING) as answer:
                    answer.raise_for_status()
            desk = get("/api/v1/desk", at.port, cookie=clerk.cookie)
            bare = get("/bench/bare", at.port)
            await per_s(at, desk)  # warms up: the first look writes that the clerk is there
            pairs = [(await per_s(at, desk), await per_s(at, bare)) for _ in range(PAIRS)]
            await asyncio.sleep(IDLE_S)
            idle = set(await told(http))
            sql = [await warm(http, at, desk, idle) for _ in range(PAIRS)]
    desks, bares = (median([pair[each] for pair in pairs]) for each in (0, 1))
    return {
        "reads.ratio": Number(
            median([pair[0] / pair[1] for pair in pairs]),
            "",
            PAIRS,
            note=f"GET /desk with its session and {WAITING} waiting ({desks:.0f}/s, median) to a "
            f"bare endpoint ({bares:.0f}/s) of the same application, in turn, {CONNECTIONS} "
            f"connections, {SECONDS} s each",
        ),
        "reads.sql_warm": Number(
            median(sql),
            "",
            PAIRS,
            note=f"statements while the desk is read for {SHORT} s, without those that go on in "
            "an idle process; that the clerk is there is written each ten seconds",
        ),
    }


async def per_s(at: Served, request: bytes, seconds: float = SECONDS) -> float:
    """Answers a second."""
    return await answers_per_s(at.port, request, connections=CONNECTIONS, seconds=seconds)


async def warm(http: aiohttp.ClientSession, at: Served, request: bytes, idle: set[str]) -> int:
    """How many were run for it while it was asked over and over."""
    await told(http)
    await per_s(at, request, SHORT)
    return sum(each not in idle for each in await told(http))


async def told(http: aiohttp.ClientSession) -> list[str]:
    """The statements since the last time."""
    async with http.get("/bench/statements") as answer:
        found: list[str] = await answer.json()
        return found
