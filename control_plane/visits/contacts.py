"""How did visits go, for a contact centre's own reports? Nothing tells who the visitor was."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel

from control_plane.database import Tx
from control_plane.security.scope import Scope
from control_plane.tickets.tables import tickets
from control_plane.visits.operations.steps import VisitMoved
from control_plane.visits.rules import VisitState
from control_plane.visits.tables import visits
from shared.envelope import WireTime
from shared.identifiers import VisitId
from shared.languages import Language
from shared.visits import Outcome

# A contact is one in which the clerk was spent: a visit, or a call that nobody followed.
CONTACTS = frozenset({VisitState.CLOSED, VisitState.LOST, VisitState.MISSED})
# One that ended is read though its booth is not clean yet: its place in the order is its end.
READ = CONTACTS | {VisitState.CLOSING}
# Read only so long after its end: no transaction that ended one earlier is still on its way, and
# the clerk has said how it went.
SETTLED = timedelta(minutes=3)

Cursor = tuple[datetime, UUID]  # the end of a visit, and its id


class Told(BaseModel):
    """How a visit went."""

    visit: VisitId
    state: VisitState
    service: str
    point: str
    language: Language
    arrived_at: WireTime
    prepared_at: WireTime
    called_at: WireTime | None
    began_at: WireTime | None
    ended_at: WireTime | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Contact:
    """A visit that ended, and whose it was."""

    staff_id: UUID
    told: Told


_CONTACT = sa.select(visits, tickets.c.arrived_at).join(tickets, tickets.c.id == visits.c.ticket_id)


def ended(tx: Tx, scope: Scope, moved: VisitMoved) -> Contact | None:
    """The contact that this step ended, if it ended one."""
    if moved.state not in CONTACTS:
        return None
    row = tx.execute(
        _CONTACT.where(visits.c.id == moved.visit, scope.only(visits.c.agency))
    ).one_or_none()
    return None if row is None else _contact(row)


def after(
    tx: Tx, scope: Scope, cursor: Cursor | None, *, limit: int, now: datetime
) -> list[Contact]:
    """Contacts in the order of their ends, those after ``cursor``."""
    chosen = _CONTACT.where(
        visits.c.state.in_([str(state) for state in READ]),
        visits.c.ended_at <= now - SETTLED,
        scope.only(visits.c.agency),
    )
    if cursor is not None:
        ended_at, identity = cursor
        chosen = chosen.where(
            sa.or_(
                visits.c.ended_at > ended_at,
                sa.and_(visits.c.ended_at == ended_at, visits.c.id > identity),
            )
        )
    rows = tx.execute(chosen.order_by(visits.c.ended_at, visits.c.id).limit(limit))
    return [_contact(row) for row in rows]


def _contact(row: sa.Row[Any]) -> Contact:
    return Contact(
        staff_id=row.staff_id,
        told=Told(
            visit=VisitId(row.id),
            state=VisitState(row.state),
            service=row.service,
            point=row.point,
            language=Language(row.language),
            arrived_at=row.arrived_at,
            prepared_at=row.created_at,
            called_at=row.called_at,
            began_at=row.began_at,
            ended_at=row.ended_at,
            outcome=None if row.outcome is None else Outcome(row.outcome),
        ),
    )
