"""Who stands before a bench's control plane? Clerks that are signed in, in a small nation.

Accounts and sessions are written as rows: to sign a thousand people in by their passwords would
take minutes, by design.
"""

import contextlib
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from control_plane import migrations
from control_plane.clock import SystemClock
from control_plane.database import Store, Tx, open_store
from control_plane.fleet import operations as fleet
from control_plane.security import accounts, sessions
from control_plane.security.accounts import NewAccount
from control_plane.security.scope import Role, Scope
from control_plane.service_points.operations import import_seed
from control_plane.staff.rules import ClerkState
from control_plane.visits.operations import desk
from shared.identifiers import BootId, new_uuid
from shared.telemetry import DeviceStatus
from tests.control_plane.world import seed

SYSTEM = Scope.system("bench")
AGENCY, SERVICE, DEVICE = "kela", "kela-tuki", "d-salla-01"


@dataclass(frozen=True, slots=True)
class Person:
    """A clerk with a session."""

    scope: Scope
    token: str

    @property
    def cookie(self) -> str:
        """What the browser sends."""
        return f"etapiste_session={self.token}"


@contextlib.asynccontextmanager
async def nation() -> AsyncIterator[tuple[Path, str, Store]]:
    """A state directory, and the URL of a database with a small nation, on SQLite."""
    with tempfile.TemporaryDirectory(prefix="etapiste-bench-") as folder:
        url = f"sqlite:///{folder}/etapiste.db"
        async with founded(url) as store:
            yield Path(folder), url, store


@contextlib.asynccontextmanager
async def founded(url: str) -> AsyncIterator[Store]:
    """The schema and a small nation in an empty database."""
    migrations.upgrade(url)
    store = open_store(url)
    try:
        now = SystemClock().now()
        await store.run(lambda tx: import_seed(tx, seed(), now))
        online = DeviceStatus(online=True, boot_id=BootId(new_uuid()), version="1")
        await store.run(lambda tx: fleet.status_told(tx, DEVICE, online, now))
        yield store
    finally:
        await store.close()


async def clerks(store: Store, number: int, *, agency: str = AGENCY) -> list[Person]:
    """So many clerks, signed in and available."""
    return await store.run(partial(_clerks, number=number, agency=agency, now=SystemClock().now()))


def _clerks(tx: Tx, number: int, agency: str, now: datetime) -> list[Person]:
    people = []
    for each in range(number):
        new = NewAccount(
            username=f"{agency}-{each}",
            display_name=f"Clerk {each}",
            alias=f"Clerk {each}",
            roles=frozenset({Role.CLERK}),
            agency=agency,
        )
        account = accounts.add(tx, SYSTEM, new, "no password opens it", now)
        token = f"{new_uuid()}"
        sessions.open_for(tx, account.id, token=token, now=now)
        desk.choose(tx, account.scope, ClerkState.AVAILABLE, "", now)
        people.append(Person(account.scope, token))
    return people
