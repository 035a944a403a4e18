"""Which statements read and write webhooks: where they go, what is on its way, what came in?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Instant, Tx, insert_or
from control_plane.presence.rules.deliveries import BACK_OFF, Event
from control_plane.presence.tables import deliveries, endpoints, hook_messages, told_tickets
from control_plane.security.integrations import INTEGRATIONS, OVERLAP
from control_plane.security.scope import Scope
from control_plane.security.tables import integration
from control_plane.tickets.rules import TicketState
from control_plane.tickets.tables import tickets

BATCH = 50


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an integration hears of us."""

    integration_id: UUID
    agency: str
    url: str
    events: frozenset[Event]
    generation: int
    secret_made_at: datetime
    gone_at: datetime | None

    def generations(self, now: datetime) -> list[int]:
        """The generations of its secret that sign now, the newest first."""
        overlaps = self.generation > 1 and now < self.secret_made_at + OVERLAP
        return [self.generation, self.generation - 1] if overlaps else [self.generation]


@dataclass(frozen=True, slots=True)
class Due:
    """A message to send now; this try is counted in ``attempts``."""

    id: UUID
    endpoint: Endpoint
    body: str
    attempts: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Traffic:
    """How the way to an endpoint is."""

    pending: int
    dead: int
    last_status: int | None
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class MovedTicket:
    """A ticket that this transaction touched, of an agency with a contact centre."""

    id: UUID
    agency: str
    service: str
    point: str
    language: str
    state: TicketState
    arrived_at: datetime
    returned: bool


# --- where they go -----------------------------------------------------------------------------


def endpoint_of(tx: Tx, scope: Scope, integration_id: UUID) -> Endpoint | None:
    """Where this integration hears of us."""
    row = tx.execute(
        sa.select(endpoints).where(
            endpoints.c.integration_id == integration_id, scope.only(endpoints.c.agency)
        )
    ).one_or_none()
    return None if row is None else _endpoint(row)


def listening(tx: Tx, scope: Scope, agency: str, event: Event) -> list[Endpoint]:
    """The agency's endpoints that want to hear of such an event."""
    rows = tx.execute(
        sa.select(endpoints).where(
            endpoints.c.agency == agency,
            endpoints.c.gone_at.is_(None),
            scope.only(endpoints.c.agency),
        )
    )
    return [each for each in map(_endpoint, rows) if event in each.events]


def set_endpoint(tx: Tx, _scope: Scope, endpoint: Endpoint) -> None:
    """Store where an integration hears of us."""
    values = {
        "agency": endpoint.agency,
        "url": endpoint.url,
        "events": " ".join(sorted(endpoint.events)),
        "generation": endpoint.generation,
        "secret_made_at": endpoint.secret_made_at,
        "gone_at": endpoint.gone_at,
    }
    tx.execute(
        insert_or(tx.dialect, endpoints)
        .values(integration_id=endpoint.integration_id, **values)
        .on_conflict_do_update(index_elements=["integration_id"], set_=values)
    )


def drop_endpoint(tx: Tx, scope: Scope, integration_id: UUID) -> None:
    """Tell this integration nothing more, not even what is on its way."""
    tx.execute(
        sa.delete(endpoints).where(
            endpoints.c.integration_id == integration_id, scope.only(endpoints.c.agency)
        )
    )
    tx.execute(
        sa.update(deliveries)
        .where(deliveries.c.integration_id == integration_id, deliveries.c.next_at.is_not(None))
        .values(next_at=None)
    )


def mark_gone(tx: Tx, _scope: Scope, integration_id: UUID, now: datetime) -> None:
    """The endpoint said that it is no more; what is on its way to it is dead."""
    tx.execute(
        sa.update(endpoints).where(endpoints.c.integration_id == integration_id).values(gone_at=now)
    )
    tx.execute(
        sa.update(deliveries)
        .where(deliveries.c.integration_id == integration_id, deliveries.c.next_at.is_not(None))
        .values(next_at=None)
    )


# --- what is on its way ------------------------------------------------------------------------


def post(tx: Tx, _scope: Scope, messages: Iterable[Mapping[str, Any]]) -> None:
    """Put messages on their way."""
    rows = [{"attempts": 0} | dict(each) for each in messages]
    if rows:
        tx.execute(sa.insert(deliveries), rows)


def claim(tx: Tx, _scope: Scope, now: datetime) -> list[Due]:
    """Take what is due, oldest first; each is one sender's until its next time comes."""
    picked = (
        sa.select(deliveries.c.id)
        .where(deliveries.c.next_at <= now)
        .order_by(deliveries.c.next_at, deliveries.c.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    again = sa.case(
        *(
            (deliveries.c.attempts == tried, sa.literal(now + pause, Instant))
            for tried, pause in enumerate(BACK_OFF)
        ),
        else_=None,
    )
    rows = tx.execute(
        sa.update(deliveries)
        .where(deliveries.c.id.in_(picked))
        .values(
            attempts=deliveries.c.attempts + 1,
            next_at=sa.case((deliveries.c.expires_at <= now, None), else_=again),
        )
        .returning(
            deliveries.c.id,
            deliveries.c.integration_id,
            deliveries.c.body,
            deliveries.c.attempts,
            deliveries.c.expires_at,
        )
    ).all()
    wanted = {row.integration_id for row in rows}
    found = tx.execute(sa.select(endpoints).where(endpoints.c.integration_id.in_(wanted)))
    where = {row.integration_id: _endpoint(row) for row in found} if wanted else {}
    return [
        Due(row.id, where[row.integration_id], row.body, row.attempts, row.expires_at)
        for row in sorted(rows, key=lambda row: row.id)
        if row.integration_id in where and row.expires_at > now
    ]


def delivered(tx: Tx, _scope: Scope, delivery: UUID, status: int, now: datetime) -> None:
    """It has arrived."""
    _settle(tx, delivery, next_at=None, delivered_at=now, status=status)


def failed(tx: Tx, _scope: Scope, delivery: UUID, status: int | None) -> None:
    """It has not; its next time was set when it was claimed."""
    _settle(tx, delivery, status=status)


def give_back(tx: Tx, _scope: Scope, ids: Iterable[UUID], next_at: datetime) -> None:
    """These were claimed and not tried."""
    tx.execute(
        sa.update(deliveries)
        .where(deliveries.c.id.in_(list(ids)), deliveries.c.delivered_at.is_(None))
        .values(attempts=deliveries.c.attempts - 1, next_at=next_at)
    )


def next_at(tx: Tx, _scope: Scope) -> datetime | None:
    """When is the next one due?"""
    found: datetime | None = tx.execute(sa.select(sa.func.min(deliveries.c.next_at))).scalar()
    return found


def traffic(tx: Tx, _scope: Scope, integration_id: UUID, *, since: datetime) -> Traffic:
    """How the way to an integration's endpoint is, of late."""
    open_, arrived = deliveries.c.next_at.is_not(None), deliveries.c.delivered_at.is_not(None)
    row = tx.execute(
        sa.select(
            sa.func.count().filter(open_).label("pending"),
            sa.func.count().filter(~open_, ~arrived).label("dead"),
            sa.func.max(deliveries.c.delivered_at).label("delivered_at"),
        ).where(deliveries.c.integration_id == integration_id, deliveries.c.created_at >= since)
    ).one()
    status: int | None = tx.execute(
        sa.select(deliveries.c.status)
        .where(deliveries.c.integration_id == integration_id, deliveries.c.status.is_not(None))
        .order_by(deliveries.c.created_at.desc())
        .limit(1)
    ).scalar()
    return Traffic(row.pending, row.dead, status, row.delivered_at)


def _settle(tx: Tx, delivery: UUID, **values: Any) -> None:
    tx.execute(sa.update(deliveries).where(deliveries.c.id == delivery).values(**values))


# --- who waits ---------------------------------------------------------------------------------


_ANY = sa.select(sa.exists().where(integration.c.revoked_at.is_(None)))


def has_integrations(tx: Tx, _scope: Scope) -> bool:
    """Is there a contact centre of any agency? Every commit that moves a ticket asks."""
    return tx.recall(INTEGRATIONS, "any", lambda: bool(tx.execute(_ANY).scalar_one()))


def moved_tickets(tx: Tx, _scope: Scope, ids: Iterable[UUID]) -> list[MovedTicket]:
    """These tickets, as far as a contact centre of their agency may hear of them."""
    heard = sa.select(integration.c.agency).where(integration.c.revoked_at.is_(None))
    rows = tx.execute(
        sa.select(tickets).where(tickets.c.id.in_(list(ids)), tickets.c.agency.in_(heard))
    )
    return [
        MovedTicket(
            id=row.id,
            agency=row.agency,
            service=row.service,
            point=row.point,
            language=row.language,
            state=TicketState(row.state),
            arrived_at=row.arrived_at,
            returned=row.returned,
        )
        for row in rows
    ]


def tell_waiting(tx: Tx, _scope: Scope, ticket: MovedTicket) -> bool:
    """Note that contact centres know that it waits; False when they knew."""
    done = tx.execute(
        insert_or(tx.dialect, told_tickets)
        .values(ticket_id=ticket.id, agency=ticket.agency)
        .on_conflict_do_nothing()
        .returning(told_tickets.c.ticket_id)
    )
    return done.one_or_none() is not None


def tell_left(tx: Tx, _scope: Scope, ticket: MovedTicket) -> bool:
    """Note that it waits no more; False when that was known."""
    done = tx.execute(sa.delete(told_tickets).where(told_tickets.c.ticket_id == ticket.id))
    return done.rowcount == 1


# --- what came in ------------------------------------------------------------------------------


def keep_message(tx: Tx, _scope: Scope, integration_id: UUID, message: str, now: datetime) -> bool:
    """Remember a message that came; False when it had come before."""
    done = tx.execute(
        insert_or(tx.dialect, hook_messages)
        .values(integration_id=integration_id, id=message, at=now)
        .on_conflict_do_nothing()
        .returning(hook_messages.c.id)
    )
    return done.one_or_none() is not None


def purge(tx: Tx, _scope: Scope, *, messages: datetime, sent: datetime) -> None:
    """Forget what came before the one and what was settled before the other."""
    tx.execute(sa.delete(hook_messages).where(hook_messages.c.at < messages))
    tx.execute(
        sa.delete(deliveries).where(deliveries.c.next_at.is_(None), deliveries.c.created_at < sent)
    )


def _endpoint(row: sa.Row[Any]) -> Endpoint:
    return Endpoint(
        integration_id=row.integration_id,
        agency=row.agency,
        url=row.url,
        events=frozenset(Event(word) for word in row.events.split()),
        generation=row.generation,
        secret_made_at=row.secret_made_at,
        gone_at=row.gone_at,
    )
