"""How soon does a clerk see who has just taken a number, at the peak of 100,000 devices?

Open loop: numbers are asked for at random moments, 813 a second, whatever became of those before.
The clock starts at the moment that was drawn and stops when the desk that shows the offer has come
to the page of its clerk. Afterwards the database is audited: each number was offered once.
"""

import asyncio
import contextlib
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import cast

import sqlalchemy as sa
from websockets.asyncio.client import ClientConnection, connect

from control_plane.clock import SystemClock
from control_plane.database import Store, Tx
from control_plane.fleet import operations as fleet
from control_plane.routing import operations as routing
from control_plane.routing.rules.choices import Choices, Mode, OfferChoice
from control_plane.service_points.operations import import_seed
from control_plane.service_points.seed import SeedFile
from control_plane.tickets.tables import tickets
from control_plane.visits.tables import offers
from shared.identifiers import BootId, new_uuid
from shared.telemetry import DeviceStatus
from tests.bench.crowd import SYSTEM, Person, clerks, founded
from tests.bench.numbers import Number, Numbers, percentile
from tests.bench.served import Served, served
from tests.bench.sockets import Ear, listen
from tests.control_plane.world import text
from tests.postgres import running_postgres

RATE = 813
# Whoever still waits when nobody comes any more has so long to be offered.
SECONDS, WARM_UP_S, LATE_S = 20.0, 3.0, 60.0
AGENCIES, POINTS, BOOTHS, CLERKS = 12, 4, 5, 17  # points of each agency, booths of each point
DESK, DEVICES = "/api/v1/live?subject=desk", "/bench/device"
BEGINS, ID = b'"offer":{"id":"', 36


@dataclass(slots=True)
class Course:
    """What was asked for and what was seen; by the loop's clock."""

    asked: dict[str, float] = field(default_factory=dict)  # by mark, the moment that was drawn
    given: dict[str, str] = field(default_factory=dict)  # the mark of each ticket
    seen: dict[str, float] = field(default_factory=dict)  # by offer, at its clerk's page
    over: list[str] = field(default_factory=list)

    def hear(self, _ear: Ear, desk: bytes) -> None:
        """A desk has come to its page."""
        at = desk.find(BEGINS)
        if at >= 0:
            offer = desk[at + len(BEGINS) : at + len(BEGINS) + ID].decode()
            if offer not in self.seen:
                self.seen[offer] = time.perf_counter()
                self.over.append(offer)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the database says of it."""

    tickets: set[str]
    offered: dict[str, str]  # the ticket of each offer
    lost: int
    doubled: int


async def measure() -> Numbers:
    """`offer.p99_ms.sqlite`, `offer.p99_ms.postgresql`, `offer.lost`, `offer.doubled`."""
    found = {}
    async with on_sqlite() as (state, url):
        found["sqlite"] = await run(state, url)
    async with on_postgresql() as (state, url):
        found["postgresql"] = await run(state, url)
    how = (
        f"{RATE} numbers a second for {SECONDS:.0f} s, drawn moment → the offer at its clerk's "
        f"page; {AGENCIES * CLERKS} pages open; one process; a device's request without its broker "
        "and signature, and a visit that takes no time: offers that were seen are ended together "
        "each 50 ms; clients on the same cores; p50 "
    )
    numbers = {
        f"offer.p99_ms.{name}": Number(
            percentile(delays, 99), "ms", len(delays), note=f"{how}{percentile(delays, 50):.1f} ms"
        )
        for name, (delays, _) in found.items()
    }
    n = sum(len(verdict.tickets) for _, verdict in found.values())
    return numbers | {
        "offer.lost": Number(
            sum(verdict.lost for _, verdict in found.values()),
            "",
            n,
            note="numbers that were given and not offered, or whose offer no page saw; both "
            "databases",
        ),
        "offer.doubled": Number(
            sum(verdict.doubled for _, verdict in found.values()),
            "",
            n,
            note="numbers offered twice, clerks and booths in two offers at once",
        ),
    }


async def run(state: Path, url: str) -> tuple[list[float], Verdict]:
    """One database."""
    async with founded(url) as store:
        people = await populate(store)
        async with served(state, url) as at:
            course = await rush(at, people)
        verdict = await store.read(partial(audit, course=course))
    delays = [
        1000 * (course.seen[offer] - course.asked[course.given[ticket]])
        for offer, ticket in verdict.offered.items()
        if offer in course.seen
    ]
    return delays, verdict


async def rush(at: Served, people: list[Person]) -> Course:
    """Everybody comes."""
    course = Course()
    ears = [await listen(at.port, DESK, course.hear, cookie=person.cookie) for person in people]
    await asyncio.gather(*(ear.first for ear in ears))
    async with (
        connect(f"ws://127.0.0.1:{at.port}{DEVICES}", compression=None) as line,
        asyncio.TaskGroup() as tasks,
    ):
        beside = [tasks.create_task(each(line, course)) for each in (hear_answers, end_seen)]
        await arrive(line, course, WARM_UP_S, "w")
        await arrive(line, course, SECONDS, "m")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LATE_S):
                while len(course.seen) < len(course.asked):  # noqa: ASYNC110 - told by nobody
                    await asyncio.sleep(0.1)
        for task in beside:
            task.cancel()
    for ear in ears:
        ear.transport.abort()
    return course


async def arrive(line: ClientConnection, course: Course, seconds: float, kind: str) -> None:
    """At random moments, whatever became of those before."""
    random = Random(1)  # noqa: S311 - repeatable arrivals, no secret
    began = moment = time.perf_counter()
    number = 0
    while (moment := moment + random.expovariate(RATE)) < began + seconds:
        pause = moment - time.perf_counter()
        if pause > 0:
            await asyncio.sleep(pause)
        mark = f"{kind}{number}"
        course.asked[mark] = moment
        agency, point = random.randrange(AGENCIES), random.randrange(POINTS)
        await line.send(f"{mark} d-a{agency}p{point}-0 a{agency}-asia")
        number += 1


async def hear_answers(line: ClientConnection, course: Course) -> None:
    """Which number was given to whom."""
    async for said in line:
        mark, ticket = cast("str", said).split()
        course.given[ticket] = mark


async def end_seen(line: ClientConnection, course: Course) -> None:
    """Whoever was seen is served."""
    while True:
        await asyncio.sleep(0.01)
        some, course.over = course.over, []
        for offer in some:
            await line.send(offer)


def audit(tx: Tx, course: Course) -> Verdict:
    """Was each number that was given after the warm-up offered once, and seen?"""
    given = {ticket for ticket, mark in course.given.items() if mark.startswith("m")}
    stored = {str(each) for each in tx.execute(sa.select(tickets.c.id)).scalars()}
    rows = tx.execute(sa.select(offers).order_by(offers.c.created_at)).all()
    by_ticket = Counter(str(each.ticket_id) for each in rows)
    offered = {str(each.id): str(each.ticket_id) for each in rows}
    marked = [mark for mark in course.asked if mark.startswith("m")]
    unseen = {ticket for offer, ticket in offered.items() if offer not in course.seen}
    lost = len(marked) - len(given & stored) + len(given - by_ticket.keys()) + len(given & unseen)
    doubled = sum(number > 1 for number in by_ticket.values())
    for key in (lambda each: each.staff_id, lambda each: (each.point, each.booth)):
        of_one: dict[object, list[tuple[datetime, datetime | None]]] = {}
        for each in rows:
            of_one.setdefault(key(each), []).append((each.created_at, each.ended_at))
        doubled += sum(
            before[1] is None or before[1] > after[0]
            for stretch in of_one.values()
            for before, after in pairwise(sorted(stretch, key=lambda pair: pair[0]))
        )
    kept = {offer: ticket for offer, ticket in offered.items() if ticket in given}
    return Verdict(given, kept, lost, doubled)


async def populate(store: Store) -> list[Person]:
    """Agencies that offer by themselves, their points with devices that answer, and clerks."""
    now = SystemClock().now()
    await store.run(lambda tx: import_seed(tx, nation(), now))
    people = []
    for number in range(AGENCIES):
        agency = f"a{number}"
        await store.run(partial(_choose, agency=agency, now=now))
        people += await clerks(store, CLERKS, agency=agency)
    for point in nation().points:
        for device in point.devices:
            online = DeviceStatus(online=True, boot_id=BootId(new_uuid()), version="1")
            await store.run(partial(fleet.status_told, device=device.name, status=online, now=now))
    return people


def _choose(tx: Tx, agency: str, now: datetime) -> None:
    choices = Choices(offers=OfferChoice(mode=Mode.PUSH))
    routing.choose(tx, SYSTEM, agency, choices, instead_of=0, now=now)


def nation() -> SeedFile:
    """Each agency has its own points here, so that a desk is of the size of a region's."""
    codes = [
        (f"a{number}", f"a{number}p{point}")
        for number in range(AGENCIES)
        for point in range(POINTS)
    ]
    return SeedFile.model_validate(
        {
            "agencies": [
                {
                    "code": f"a{number}",
                    "name": text(f"Virasto {number}"),
                    "about": text("asiat"),
                    "valid_from": "2020-01-01",
                    "services": [{"code": f"a{number}-asia", "name": text("Asia"), "minutes": 10}],
                }
                for number in range(AGENCIES)
            ],
            "points": [
                {
                    "code": code,
                    "name": text(code),
                    "municipality": "Salla",
                    "booths": [
                        {
                            "code": f"{code}-{booth}",
                            "name": text(f"Tila {booth}"),
                            "direction": text("oikealla"),
                        }
                        for booth in range(BOOTHS)
                    ],
                    "devices": [
                        {"name": f"d-{code}-{booth}", "booth": f"{code}-{booth}"}
                        for booth in range(BOOTHS)
                    ],
                    "agencies": [{"agency": agency}],
                }
                for agency, code in codes
            ],
        }
    )


@contextlib.asynccontextmanager
async def on_sqlite() -> AsyncIterator[tuple[Path, str]]:
    """A file."""
    with tempfile.TemporaryDirectory(prefix="etapiste-bench-") as folder:
        yield Path(folder), f"sqlite:///{folder}/etapiste.db"


@contextlib.asynccontextmanager
async def on_postgresql() -> AsyncIterator[tuple[Path, str]]:
    """A server whose commits are durable."""
    with (
        tempfile.TemporaryDirectory(prefix="etapiste-bench-") as folder,
        running_postgres(durable=True) as server,
    ):
        yield Path(folder), server.url(server.create())
