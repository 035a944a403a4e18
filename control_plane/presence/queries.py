"""Which statements read and write leases?"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Tx, insert_or
from control_plane.presence.rules.leases import Lease, LeaseEnd
from control_plane.presence.tables import leases
from control_plane.security.scope import Scope

BATCH = 200


def lease_of(tx: Tx, scope: Scope, integration_id: UUID, lease_id: str) -> Lease | None:
    """The lease of this id, open or ended."""
    return _one(tx, scope, leases.c.integration_id == integration_id, leases.c.id == lease_id)


def open_of_clerk(tx: Tx, scope: Scope, staff_id: UUID) -> Lease | None:
    """The lease that has this clerk."""
    return _one(tx, scope, leases.c.staff_id == staff_id, leases.c.ended_at.is_(None))


def open_of_integration(tx: Tx, scope: Scope, integration_id: UUID) -> list[Lease]:
    """Every lease that an integration has not ended."""
    return _several(
        tx, scope, leases.c.integration_id == integration_id, leases.c.ended_at.is_(None)
    )


def run_out(tx: Tx, scope: Scope, now: datetime) -> list[Lease]:
    """Open leases whose time is over, a batch of them."""
    return _several(tx, scope, leases.c.ended_at.is_(None), leases.c.expires_at <= now)


def store(tx: Tx, _scope: Scope, lease: Lease) -> None:
    """Open a lease, also one that had lapsed under the same id."""
    values = {
        "staff_id": lease.staff_id,
        "agency": lease.agency,
        "since": lease.since,
        "expires_at": lease.expires_at,
        "ended_at": None,
        "end": None,
    }
    tx.execute(
        insert_or(tx.dialect, leases)
        .values(integration_id=lease.integration_id, id=lease.id, **values)
        .on_conflict_do_update(index_elements=["integration_id", "id"], set_=values)
    )


def prolong(tx: Tx, scope: Scope, lease: Lease, expires_at: datetime) -> None:
    """An open lease lasts longer."""
    tx.execute(_this(scope, lease).values(expires_at=expires_at))


def end(tx: Tx, scope: Scope, lease: Lease, why: LeaseEnd, now: datetime) -> bool:
    """End an open lease; False when it had ended already."""
    return tx.execute(_this(scope, lease).values(ended_at=now, end=str(why))).rowcount == 1


def purge(tx: Tx, _scope: Scope, *, before: datetime) -> None:
    """Forget leases that ended long ago: no late repeat of theirs is on its way any more."""
    tx.execute(sa.delete(leases).where(leases.c.ended_at < before))


def _this(scope: Scope, lease: Lease) -> sa.Update:
    return sa.update(leases).where(
        leases.c.integration_id == lease.integration_id,
        leases.c.id == lease.id,
        leases.c.ended_at.is_(None),
        scope.only(leases.c.agency),
    )


def _one(tx: Tx, scope: Scope, *which: sa.ColumnElement[bool]) -> Lease | None:
    row = tx.execute(sa.select(leases).where(*which, scope.only(leases.c.agency))).one_or_none()
    return None if row is None else _lease(row)


def _several(tx: Tx, scope: Scope, *which: sa.ColumnElement[bool]) -> list[Lease]:
    rows = tx.execute(
        sa.select(leases)
        .where(*which, scope.only(leases.c.agency))
        .order_by(leases.c.expires_at)
        .limit(BATCH)
    )
    return [_lease(row) for row in rows]


def _lease(row: sa.Row[Any]) -> Lease:
    return Lease(
        integration_id=row.integration_id,
        id=row.id,
        staff_id=row.staff_id,
        agency=row.agency,
        since=row.since,
        expires_at=row.expires_at,
        end=None if row.end is None else LeaseEnd(row.end),
    )
