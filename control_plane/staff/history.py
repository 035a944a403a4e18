"""What was a clerk doing, and for how long? Every change of state as a fact, by whomever made.

At the end of each transaction the clerks that it touched are compared with what the history knows:
no path that changes a state can forget to tell it.
"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

import sqlalchemy as sa

from control_plane import facts
from control_plane.database import Tx
from control_plane.security.scope import Scope
from control_plane.staff.queries import subject
from control_plane.staff.rules import ClerkState
from control_plane.staff.tables import clerks

_PREFIX = subject(UUID(int=0)).partition(":")[0] + ":"


class ClerkMoved(facts.Fact):
    """A clerk came to a new state."""

    kind: ClassVar[str] = "clerk.moved"
    clerk: UUID
    agency: str
    before: ClerkState
    state: ClerkState
    reason: str
    in_state_s: int  # how long the state before had lasted

    @property
    def subject(self) -> str:
        """The clerk."""
        return subject(self.clerk)


def follow(tx: Tx, _scope: Scope, now: datetime) -> None:
    """Tell of every clerk whom this transaction brought to another state."""
    touched = [
        UUID(each.removeprefix(_PREFIX)) for each in sorted(tx.touched) if each.startswith(_PREFIX)
    ]
    if not touched:
        return
    moved = tx.execute(
        sa.select(clerks).where(
            clerks.c.staff_id.in_(touched), clerks.c.state != clerks.c.told_state
        )
    ).all()
    if not moved:
        return
    tx.execute(
        sa.update(clerks)
        .where(clerks.c.staff_id.in_([row.staff_id for row in moved]))
        .values(told_state=clerks.c.state, told_at=now)
    )
    facts.record(
        tx,
        *(
            ClerkMoved(
                clerk=row.staff_id,
                agency=row.agency,
                before=ClerkState(row.told_state),
                state=ClerkState(row.state),
                reason=row.reason,
                in_state_s=max(0, int((now - row.told_at).total_seconds())),
            )
            for row in moved
        ),
        now=now,
    )
