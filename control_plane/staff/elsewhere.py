"""Who is busy in a contact centre? One statement gives a clerk to it, and one takes the clerk back.

Whichever of a lease and a visit or an offer comes first has the clerk: each changes the one row
only from a state in which nobody has.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Instant, Tx
from control_plane.security.scope import Scope
from control_plane.staff.queries import desk_of, subject
from control_plane.staff.rules import TAKEN, BusyWith, ClerkState
from control_plane.staff.tables import clerks

_AVAILABLE = clerks.c.state == ClerkState.AVAILABLE.value
_BUSY = clerks.c.state == ClerkState.EXTERNAL_BUSY.value


def take(  # noqa: PLR0913 - who is taken, by what, and for how long
    tx: Tx,
    scope: Scope,
    staff_id: UUID,
    *,
    busy_with: BusyWith,
    until: datetime,
    now: datetime,
) -> bool:
    """Let a contact centre have the clerk; False when a visit, an offer or another one has."""
    taken = tx.execute(
        sa.update(clerks)
        .where(
            clerks.c.staff_id == staff_id,
            clerks.c.state.not_in([str(state) for state in TAKEN]),
            clerks.c.busy_until.is_(None),
            scope.only(clerks.c.agency),
        )
        .values(
            busy_with=str(busy_with),
            busy_since=now,
            busy_until=until,
            state=sa.case((_AVAILABLE, ClerkState.EXTERNAL_BUSY.value), else_=clerks.c.state),
            since=sa.case((_AVAILABLE, sa.literal(now, Instant)), else_=clerks.c.since),
        )
        .returning(clerks.c.agency)
    ).one_or_none()
    return _told(tx, staff_id, taken)


def prolong(tx: Tx, scope: Scope, staff_id: UUID, until: datetime) -> None:
    """The contact centre has the clerk for longer."""
    prolonged = tx.execute(
        sa.update(clerks)
        .where(
            clerks.c.staff_id == staff_id,
            clerks.c.busy_until.is_not(None),
            scope.only(clerks.c.agency),
        )
        .values(busy_until=until)
        .returning(clerks.c.agency)
    ).one_or_none()
    _told(tx, staff_id, prolonged)


def let_go(tx: Tx, scope: Scope, staff_id: UUID, now: datetime) -> None:
    """Nobody but us has the clerk any more: available and idle from now, or what else was chosen.

    The end of a lease is no choice of a state: who went on a break meanwhile stays there.
    """
    freed = tx.execute(
        sa.update(clerks)
        .where(clerks.c.staff_id == staff_id, scope.only(clerks.c.agency))
        .values(
            busy_with=None,
            busy_since=None,
            busy_until=None,
            state=sa.case((_BUSY, ClerkState.AVAILABLE.value), else_=clerks.c.state),
            since=sa.case((_BUSY, sa.literal(now, Instant)), else_=clerks.c.since),
        )
        .returning(clerks.c.agency)
    ).one_or_none()
    _told(tx, staff_id, freed)


def _told(tx: Tx, staff_id: UUID, changed: sa.Row[tuple[str]] | None) -> bool:
    if changed is None:
        return False
    tx.touch(subject(staff_id))
    tx.touch(desk_of(changed.agency))
    return True
