"""A control plane with a bug: a claim looks if ticket and booth are free, and then takes them.

Started as a process of its own in the place of the control plane (`standby`). It shows that the
auditor sees what it is there for.
"""

import time
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from control_plane import cli
from control_plane.database import Tx
from control_plane.fleet import booth_queries
from control_plane.fleet.rules import BoothState
from control_plane.fleet.tables import booth_uses
from control_plane.security.scope import Scope
from control_plane.tickets import queries
from control_plane.tickets.rules import TicketState, sources
from control_plane.tickets.tables import tickets

# As long as a look at a larger database might take.
BETWEEN_S = 0.25


def select_then_update(
    tx: Tx, scope: Scope, ticket_id: UUID, wanted: TicketState, **values: Any
) -> bool:
    """The bug: between the two statements somebody else can do the same."""
    found = tx.execute(
        sa.select(tickets.c.state).where(tickets.c.id == ticket_id, scope.only(tickets.c.agency))
    ).scalar()
    if found not in {str(each) for each in sources(wanted)}:
        return False
    time.sleep(BETWEEN_S)
    tx.execute(
        sa.update(tickets).where(tickets.c.id == ticket_id).values(state=str(wanted), **values)
    )
    tx.touch(queries.subject(ticket_id))
    return True


def select_then_take(
    tx: Tx,
    _scope: Scope,
    *,
    point: str,
    booth: str,
    visit_id: UUID,
    ticket_id: UUID,  # noqa: ARG001 - whose booth it may be kept as
    state: BoothState,
    now: datetime,
) -> bool:
    """The same bug with the booth."""
    this = sa.and_(booth_uses.c.point == point, booth_uses.c.booth == booth)
    found = tx.execute(sa.select(booth_uses.c.state).where(this)).scalar()
    if found not in {None, str(BoothState.FREE)}:
        return False
    time.sleep(BETWEEN_S)
    values = {"state": str(state), "since": now, "visit_id": visit_id}
    tx.execute(
        postgresql.insert(booth_uses)
        .values(point=point, booth=booth, **values)
        .on_conflict_do_update(index_elements=["point", "booth"], set_=values)
    )
    return True


def main() -> None:
    """Serve with the bug in it."""
    queries.advance = select_then_update
    booth_queries.claim_booth = select_then_take
    cli.main()
