"""Which statements read and write the errands of one visit?"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Tx, built_once
from control_plane.security.scope import Reach, Scope
from control_plane.tickets import queries
from control_plane.tickets.plan_rules import Errand
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import TicketState
from control_plane.tickets.tables import tickets


def errands(tx: Tx, _scope: Scope, plans: Iterable[UUID]) -> dict[UUID, list[Ticket]]:
    """By plan, the tickets of all of its errands, in the order of the plan."""
    rows = tx.execute(
        sa.select(tickets)
        .where(tickets.c.plan_id.in_(list(plans)))
        .order_by(tickets.c.plan_id, tickets.c.plan_step)
    )
    found: dict[UUID, list[Ticket]] = {}
    for row in rows:
        found.setdefault(row.plan_id, []).append(queries.as_ticket(row))
    return found


def as_errand(ticket: Ticket) -> Errand:
    """A ticket as the rules of plans see it."""
    return Errand(
        id=ticket.id,
        step=ticket.plan_step,
        after=ticket.plan_after,
        state=ticket.state,
        seated=ticket.kept_booth is not None,
        sent_away=ticket.closed_by is not None,
    )


def held(tx: Tx, scope: Scope) -> list[Ticket]:
    """The errands that the asker may see whose visitor is busy with another one, oldest first."""
    return [queries.as_ticket(row) for row in tx.execute(_held(scope.reach))]


@built_once
def _held(reach: Reach) -> sa.Select[Any]:
    return (
        sa.select(tickets)
        .where(tickets.c.state == TicketState.HELD.value, reach.only(tickets.c.agency))
        .order_by(tickets.c.arrived_at, tickets.c.id)
    )


def alter_others(tx: Tx, scope: Scope, ticket: Ticket, values: Mapping[str, Any]) -> None:
    """Change the other errands of the ticket's visit that wait or are held."""
    if ticket.plan_id is None:
        return
    for each in errands(tx, scope, [ticket.plan_id])[ticket.plan_id]:
        if each.id != ticket.id:
            queries.alter(tx, scope, each.id, [TicketState.WAITING, TicketState.HELD], values)
