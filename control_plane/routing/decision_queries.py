"""Which statements keep what the queue decided, and why?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Tx
from control_plane.routing.rules.reasons import Kind, Reasons
from control_plane.routing.tables import routing_decisions
from control_plane.security.scope import Scope

# An account's id has no such beginning.
PSEUDONYM = "p-"
LISTED = 20


@dataclass(frozen=True, slots=True)
class Decision:
    """One who was taken, by whom and where, under which version of the choices and why."""

    id: UUID
    at: datetime
    kind: Kind
    ticket_id: UUID
    agency: str
    point: str
    booth: str
    clerk: str
    policy_version: int
    reasons: Reasons


def insert(tx: Tx, _scope: Scope, *made: Decision) -> None:
    """Keep decisions."""
    tx.add(
        routing_decisions,
        [
            (
                each.id,
                each.at,
                str(each.kind),
                each.ticket_id,
                each.agency,
                each.point,
                each.booth,
                each.clerk,
                each.policy_version,
                each.reasons.model_dump_json(),
            )
            for each in made
        ],
    )


def of_ticket(tx: Tx, scope: Scope, ticket_id: UUID) -> list[Decision]:
    """What was decided for a ticket, newest first."""
    rows = tx.execute(
        sa.select(routing_decisions)
        .where(routing_decisions.c.ticket_id == ticket_id, scope.only(routing_decisions.c.agency))
        .order_by(routing_decisions.c.id.desc())
        .limit(LISTED)
    )
    return [_decision(row) for row in rows]


def between(tx: Tx, scope: Scope, since: datetime, until: datetime) -> list[Decision]:
    """What was decided from ``since`` to before ``until``, in order."""
    rows = tx.execute(
        sa.select(routing_decisions)
        .where(
            routing_decisions.c.at >= since,
            routing_decisions.c.at < until,
            scope.only(routing_decisions.c.agency),
        )
        .order_by(routing_decisions.c.id)
    )
    return [_decision(row) for row in rows]


def named_before(tx: Tx, _scope: Scope, before: datetime) -> list[str]:
    """The clerks who still stand by their account in decisions made before then."""
    rows = tx.execute(
        sa.select(routing_decisions.c.clerk)
        .where(
            routing_decisions.c.at < before,
            sa.not_(routing_decisions.c.clerk.startswith(PSEUDONYM, autoescape=True)),
        )
        .distinct()
    )
    return list(rows.scalars())


def rename(tx: Tx, _scope: Scope, clerk: str, *, to: str, before: datetime) -> int:
    """Put another name for a clerk in the decisions made before then; gives how many."""
    done = tx.execute(
        sa.update(routing_decisions)
        .where(routing_decisions.c.clerk == clerk, routing_decisions.c.at < before)
        .values(clerk=to)
    )
    return done.rowcount


def _decision(row: sa.Row[tuple[object, ...]]) -> Decision:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    return Decision(
        **values
        | {"kind": Kind(values["kind"]), "reasons": Reasons.model_validate_json(values["reasons"])}
    )
