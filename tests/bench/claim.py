"""How many claims a second does the control plane make, beside what the database itself can do?

A claim is the hot path's own: ticket, clerk and booth leased together by the operation that the
matcher runs (`offering.offer_all`), with the stored offer, its reasons, its fact and the versions
that browsers follow, durable. The ceiling is pgbench's `SKIP LOCKED` claim of one row, by as many
clients as there are claims in flight. Afterwards it is counted that each was claimed once.
"""

import asyncio
import re
import subprocess
import tempfile
from datetime import datetime, timedelta
from functools import partial
from time import perf_counter

import sqlalchemy as sa

from control_plane import migrations
from control_plane.clock import SystemClock
from control_plane.database import Store, Tx, open_store
from control_plane.fleet.tables import booth_uses
from control_plane.routing.rules.facts import (
    Booth,
    FreeClerk,
    Need,
    Pairing,
    Profile,
    WaitingTicket,
)
from control_plane.routing.rules.reasons import Kind, Reasons, Score
from control_plane.staff.tables import clerks
from control_plane.tickets.tables import tickets
from control_plane.visits.operations.deciding import Grounds
from control_plane.visits.operations.offering import offer_all
from control_plane.visits.tables import offers
from shared.identifiers import new_uuid
from shared.languages import Language
from tests.bench.numbers import Number, Numbers, median
from tests.postgres import Postgres, program, running_postgres

PAIRS = 5
AGENCIES = 12
LASTS = timedelta(seconds=20)
SCORE = Score(waited_s=0, head_start_s=0, rate=1, shorter_s=0)
WHY = Grounds(Kind.OFFER, 0, Reasons(score=SCORE, ahead=0, behind=0))
CLAIMS = {8: 2_000, 64: 5_000}  # in a run, by how many are in flight
PGBENCH_S = 1
TABLE = """
CREATE TABLE ceiling AS
  SELECT n AS id, n % 50 AS queue, 'waiting'::text AS state, n AS arrived_at
  FROM generate_series(1, 50000) AS n;
ALTER TABLE ceiling ADD PRIMARY KEY (id);
CREATE INDEX ON ceiling (queue, arrived_at) WHERE state = 'waiting';
VACUUM ANALYZE ceiling;
"""
SCRIPT = """\\set q random(0, 49)
WITH next AS (SELECT id FROM ceiling WHERE queue = :q AND state = 'waiting'
  ORDER BY arrived_at LIMIT 1 FOR UPDATE SKIP LOCKED)
UPDATE ceiling SET state = 'claimed' FROM next WHERE ceiling.id = next.id RETURNING ceiling.id;
"""


async def measure() -> Numbers:
    """`claim.ratio.postgresql.c8`, `claim.ratio.postgresql.c64`, `claim.per_s.sqlite`."""
    with running_postgres(durable=True) as server:
        name = server.create()
        numbers = await on_postgresql(server, name)
    with tempfile.TemporaryDirectory(prefix="etapiste-bench-") as folder:
        numbers |= await on_sqlite(f"sqlite:///{folder}/etapiste.db")
    return numbers


async def on_postgresql(server: Postgres, name: str) -> Numbers:
    """Product and pgbench in turn, on the same server."""
    url = server.url(name)
    migrations.upgrade(url)
    with server.connect(name) as connection:
        for statement in TABLE.strip().split(";\n"):
            connection.execute(statement.encode())
    store = open_store(url)
    numbers: Numbers = {}
    try:
        for in_flight in CLAIMS:
            pairs = [
                (
                    await claims_per_s(store, in_flight),
                    await asyncio.to_thread(ceiling_per_s, server, name, in_flight),
                )
                for _ in range(PAIRS)
            ]
            ours, raw = (median([pair[each] for pair in pairs]) for each in (0, 1))
            numbers[f"claim.ratio.postgresql.c{in_flight}"] = Number(
                median([pair[0] / pair[1] for pair in pairs]),
                "",
                PAIRS,
                note=f"{ours:.0f}/s to pgbench's {raw:.0f}/s (medians), {in_flight} in flight, "
                "fsync on; ours lease three rows and write the offer, its fact and the versions "
                "that browsers follow, those in flight in one transaction as the matcher does; "
                "pgbench updates one row in a transaction of each client; each claimed once",
            )
    finally:
        await store.close()
    return numbers


async def on_sqlite(url: str) -> Numbers:
    """64 in flight."""
    migrations.upgrade(url)
    store = open_store(url)
    try:
        runs = [await claims_per_s(store, 64) for _ in range(PAIRS)]
    finally:
        await store.close()
    return {
        "claim.per_s.sqlite": Number(
            median(runs), "/s", PAIRS, note="durable (FULL), 64 in flight; each claimed once"
        )
    }


async def claims_per_s(store: Store, in_flight: int) -> float:
    """Lease as many as there are, ``in_flight`` at a time."""
    now = SystemClock().now()
    pairings = await store.run(partial(prepare, number=CLAIMS[in_flight], now=now))
    await asyncio.to_thread(settle, store)
    lasts = {f"a{number}": LASTS for number in range(AGENCIES)}
    began = perf_counter()
    for first in range(0, len(pairings), in_flight):
        some = pairings[first : first + in_flight]
        found = [(each, WHY) for each in some]
        made = await store.run(partial(offer_all, found=found, lasts=lasts, now=now))
        if len(made) != len(some):
            raise RuntimeError("what was free could not be claimed")
    took = perf_counter() - began
    await store.read(partial(audit, number=len(pairings)))
    return len(pairings) / took


def prepare(tx: Tx, number: int, now: datetime) -> list[Pairing]:
    """So many waiting tickets, available clerks and free booths, and nothing else."""
    for table in (offers, tickets, clerks, booth_uses):
        tx.execute(sa.delete(table))
    pairings = [pairing(each, now) for each in range(number)]
    tx.execute(sa.insert(tickets), [ticket_row(each, at, now) for at, each in enumerate(pairings)])
    tx.execute(sa.insert(clerks), [clerk_row(each.clerk, now) for each in pairings])
    tx.execute(sa.insert(booth_uses), [booth_row(each.booth, now) for each in pairings])
    return pairings


def settle(store: Store) -> None:
    """What autovacuum does in a minute: no run pays for the rows that `prepare` has deleted."""
    if store.engine.dialect.name == "postgresql":
        autocommit = store.engine.execution_options(isolation_level="AUTOCOMMIT")
        with autocommit.connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def audit(tx: Tx, number: int) -> None:
    """Each ticket, clerk and booth has one offer, and is what its offer says."""
    for columns in ((offers.c.ticket_id,), (offers.c.staff_id,), (offers.c.point, offers.c.booth)):
        distinct = sa.select(*columns).distinct().subquery()
        found = tx.execute(sa.select(sa.func.count()).select_from(distinct)).scalar_one()
        if found != number:
            raise RuntimeError(f"{found} of {number} claimed")
    left = sa.select(sa.func.count()).where(
        sa.or_(
            sa.exists().where(tickets.c.state != "offered"),
            sa.exists().where(clerks.c.state != "reserved"),
            sa.exists().where(booth_uses.c.state != "reserved"),
        )
    )
    if tx.execute(left).scalar_one():
        raise RuntimeError("something was offered and not taken")


def pairing(number: int, now: datetime) -> Pairing:
    """One of each."""
    agency, point = f"a{number % AGENCIES}", f"p{number % 300}"
    need = Need(agency, Language.FINNISH)
    return Pairing(
        WaitingTicket(new_uuid(), now, point, need),
        FreeClerk(new_uuid(), agency, Profile(frozenset({Language.FINNISH})), now),
        Booth(point, f"b{number}", free=True, ready=True, can_print=True, can_show_papers=True),
    )


def ticket_row(pair: Pairing, number: int, now: datetime) -> dict[str, object]:
    """As it is stored."""
    return {
        "id": pair.ticket.id,
        "number": number,
        "point": pair.ticket.point,
        "day": now.date(),
        "agency": pair.clerk.agency,
        "service": "service",
        "language": "fi",
        "state": "waiting",
        "arrived_at": now,
        "queued_at": now,
        "expires_at": now + timedelta(hours=12),
        "returned": False,
        "promised_by": "unknown",
    }


def clerk_row(clerk: FreeClerk, now: datetime) -> dict[str, object]:
    """As it is stored."""
    return {
        "staff_id": clerk.id,
        "agency": clerk.agency,
        "skills": "",
        "state": "available",
        "since": now,
        "reason": "",
        "last_one": False,
        "leaving": False,
        "misses": 0,
        "wants_next": False,
        "told_state": "available",
        "told_at": now,
    }


def booth_row(booth: Booth, now: datetime) -> dict[str, object]:
    """As it is stored."""
    return {
        "point": booth.point,
        "booth": booth.code,
        "state": "free",
        "since": now,
        "distrusted_for": "",
    }


def ceiling_per_s(server: Postgres, name: str, clients: int) -> float:
    """pgbench's own number."""
    script = server.directory / "claim.sql"
    script.write_text(SCRIPT)
    with server.connect(name) as connection:
        connection.execute(b"UPDATE ceiling SET state = 'waiting' WHERE state <> 'waiting'")
    command = (
        *(program("pgbench"), "--no-vacuum", "--file", str(script), "--protocol", "prepared"),
        *("--client", str(clients), "--jobs", "2", "--time", str(PGBENCH_S)),
        *("--host", str(server.directory), "--username", "postgres", name),
    )
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None:
        raise RuntimeError("pgbench told no number")
    return float(found[1])
