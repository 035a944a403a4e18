"""What do contact centres hear of us? Put on its way in the transaction that made it so."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from control_plane.database import Tx
from control_plane.presence import webhook_queries as webhooks
from control_plane.presence.operations.leases import JOURNEY
from control_plane.presence.rules.deliveries import Event, lasts, told_of
from control_plane.presence.webhook_queries import MovedTicket
from control_plane.staff import names
from control_plane.staff.history import ClerkMoved
from control_plane.tickets import queries as tickets
from control_plane.tickets.rules import TicketState
from shared.identifiers import new_uuid

WORKER = "webhooks"

_TICKET = tickets.subject(UUID(int=0)).partition(":")[0] + ":"


def queue_of(agency: str) -> str:
    """The subject that whoever waits for news of an agency's queue watches."""
    return f"presence:{agency}"


def clerk_moved(tx: Tx, moved: ClerkMoved, now: datetime) -> None:
    """A visit has the clerk, or has the clerk no more."""
    event = told_of(moved.before, moved.state)
    if event is not None:
        _post(tx, moved.agency, event, {"state": str(moved.state)}, now, clerk=moved.clerk)


def visit_ended(
    tx: Tx, *, agency: str, clerk: UUID, contact: dict[str, Any], now: datetime
) -> None:
    """A contact, for the contact centre's own reports."""
    _post(tx, agency, Event.VISIT_ENDED, contact, now, clerk=clerk)


def follow_tickets(tx: Tx, now: datetime) -> None:
    """Tell of tickets that this transaction brought into a queue or out of it, by whichever way."""
    touched = [
        UUID(each.removeprefix(_TICKET)) for each in sorted(tx.touched) if each.startswith(_TICKET)
    ]
    if not touched or not webhooks.has_integrations(tx, JOURNEY):
        return
    for ticket in webhooks.moved_tickets(tx, JOURNEY, touched):
        tx.touch(queue_of(ticket.agency))
        if ticket.state is TicketState.WAITING:
            if webhooks.tell_waiting(tx, JOURNEY, ticket):
                _post(tx, ticket.agency, Event.TICKET_WAITING, _waiting(ticket), now)
        elif webhooks.tell_left(tx, JOURNEY, ticket):
            left = {"ticket": str(ticket.id), "state": str(ticket.state)}
            _post(tx, ticket.agency, Event.TICKET_LEFT, left, now)


def _waiting(ticket: MovedTicket) -> dict[str, Any]:
    return {
        "ticket": str(ticket.id),
        "service": ticket.service,
        "point": ticket.point,
        "language": ticket.language,
        "arrived_at": ticket.arrived_at.isoformat(),
        "returned": ticket.returned,
    }


def _post(  # noqa: PLR0913 - who hears what, of whom and when
    tx: Tx,
    agency: str,
    event: Event,
    data: dict[str, Any],
    now: datetime,
    *,
    clerk: UUID | None = None,
) -> None:
    if not webhooks.has_integrations(tx, JOURNEY):
        return
    messages = []
    for endpoint in webhooks.listening(tx, JOURNEY, agency, event):
        named = {}
        if clerk is not None:
            named = {"clerk": names.name_of(tx, JOURNEY, endpoint.integration_id, clerk)}
        body = {"type": str(event), "timestamp": now.isoformat(), "data": named | data}
        messages.append(
            {
                "id": new_uuid(),
                "integration_id": endpoint.integration_id,
                "event": str(event),
                "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
                "created_at": now,
                "expires_at": now + lasts(event),
                "next_at": now,
            }
        )
    if messages:
        webhooks.post(tx, JOURNEY, messages)
        tx.wake(WORKER)
