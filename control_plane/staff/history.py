"""What was a clerk doing, and for how long? Every change of state as a fact, by whomever made.

At the end of each transaction the clerks that it touched are compared with what the history knows:
no path that changes a state can forget to tell it.
"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

import sqlalchemy as sa

from control_plane import facts
from control_plane.database import Tx, one_of
from control_plane.security.scope import Scope
from control_plane.staff.queries import desk_of, subject
from control_plane.staff.rules import ClerkState
from control_plane.staff.tables import clerks

_PREFIX = subject(UUID(int=0)).partition(":")[0] + ":"
_THESE = one_of(clerks.c.staff_id, named="these")
_MOVED = sa.select(clerks).where(_THESE, clerks.c.state != clerks.c.told_state)
_TOLD = sa.update(clerks).where(_THESE).values(told_state=clerks.c.state)


class ClerkMoved(facts.Fact):
    """A clerk came to a new state."""

    kind: ClassVar[str] = "clerk.moved"
    clerk: UUID
    agency: str
    before: ClerkState
    state: ClerkState
    reason: str
    in_state_s: int  # how long the state before had lasted
    inaccurate: bool = False  # it was forgotten, so that its time says little

    @property
    def subject(self) -> str:
        """The clerk."""
        return subject(self.clerk)


class StateForgotten(facts.Fact):
    """A break or a wrap-up lasts far longer than it should: somebody may have forgotten it."""

    kind: ClassVar[str] = "clerk.state_forgotten"
    clerk: UUID
    agency: str
    state: ClerkState
    in_state_s: int

    @property
    def subject(self) -> str:
        """The clerk."""
        return subject(self.clerk)


def note_forgotten(tx: Tx, scope: Scope, now: datetime) -> None:
    """Note every state that is thought to be forgotten now, once."""
    rows = tx.execute(
        sa.update(clerks)
        .where(
            clerks.c.overdue_at <= now, clerks.c.forgotten.is_(False), scope.only(clerks.c.agency)
        )
        .values(forgotten=True, overdue_at=None)
        .returning(clerks.c.staff_id, clerks.c.agency, clerks.c.state, clerks.c.told_at)
    ).all()
    for row in rows:
        tx.touch(subject(row.staff_id))
        tx.touch(desk_of(row.agency))
    if rows:
        facts.record(
            tx,
            *(
                StateForgotten(
                    clerk=row.staff_id,
                    agency=row.agency,
                    state=ClerkState(row.state),
                    in_state_s=max(0, int((now - row.told_at).total_seconds())),
                )
                for row in rows
            ),
            now=now,
        )


def follow(tx: Tx, _scope: Scope, now: datetime) -> None:
    """Tell of every clerk whom this transaction brought to another state."""
    touched = [
        UUID(each.removeprefix(_PREFIX)) for each in sorted(tx.touched) if each.startswith(_PREFIX)
    ]
    if not touched:
        return
    moved = tx.execute(_MOVED, {"these": touched}).all()
    if not moved:
        return
    told = {"these": [row.staff_id for row in moved], "told_at": now, "forgotten": False}
    tx.execute(_TOLD, told)
    facts.record(
        tx,
        *(
            ClerkMoved(
                clerk=row.staff_id,
                agency=row.agency,
                before=ClerkState(row.told_state),
                state=ClerkState(row.state),
                reason=row.reason,
                inaccurate=row.forgotten,
                in_state_s=max(0, int((now - row.told_at).total_seconds())),
            )
            for row in moved
        ),
        now=now,
    )
