"""What has come due, in one statement?"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Tx
from control_plane.fleet.rules import SILENT_AFTER
from control_plane.fleet.tables import booth_uses, device_states
from control_plane.routing.rules.offers import OfferState
from control_plane.security.scope import Scope
from control_plane.staff.rules import GONE_AFTER, ClerkState
from control_plane.staff.tables import clerks
from control_plane.tickets.rules import FINAL, TicketState, sources
from control_plane.tickets.tables import tickets
from control_plane.visits.consult_rules import ConsultState
from control_plane.visits.rules import ACTIVE, Timings
from control_plane.visits.tables import consults, links, offers, visits

LIMIT = 200
# Tickets whose visitor has no more business in a booth that was kept.
UNSEATED = [str(state) for state in (*FINAL, TicketState.MISSED, TicketState.PARKED)]


class Kind(StrEnum):
    """What kind of thing is due."""

    VISIT = "visit"
    WRAP_UP = "wrap_up"
    OFFER = "offer"
    CONSULT = "consult"
    CLERK_GONE = "clerk_gone"
    DEVICE_GONE = "device_gone"
    SILENT_DEVICE = "silent_device"
    TICKETS = "tickets"
    FORGOTTEN = "forgotten"
    LEASE = "lease"  # a contact centre's, which `presence` ends
    SEAT = "seat"
    PARKED = "parked"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is due; the operation looks again and decides."""

    kind: Kind
    id: UUID | None


def due(tx: Tx, _scope: Scope, timings: Timings, now: datetime) -> list[Item]:
    """Everything that time alone has brought about."""
    nobody = sa.null().label("id")
    met = [str(ClerkState.IN_SESSION), str(ClerkState.HOLD)]
    staying = [str(ClerkState.OFFLINE), *met]
    expirable = [str(state) for state in sources(TicketState.EXPIRED)]
    parts = [
        sa.select(sa.literal(str(Kind.VISIT)).label("kind"), visits.c.id).where(
            visits.c.due_at <= now
        ),
        sa.select(sa.literal(str(Kind.WRAP_UP)), clerks.c.staff_id).where(
            clerks.c.state == str(ClerkState.WRAP_UP), clerks.c.wrap_up_until <= now
        ),
        sa.select(sa.literal(str(Kind.OFFER)), offers.c.id).where(
            offers.c.state == OfferState.OPEN.value, offers.c.expires_at <= now
        ),
        sa.select(sa.literal(str(Kind.CONSULT)), consults.c.id).where(
            consults.c.state == ConsultState.ASKED.value, consults.c.expires_at <= now
        ),
        sa.select(sa.literal(str(Kind.CLERK_GONE)), clerks.c.staff_id).where(
            sa.or_(
                sa.and_(
                    clerks.c.state.not_in(staying),
                    clerks.c.seen_at < now - min(GONE_AFTER, timings.clerk_gone_before),
                ),
                sa.and_(
                    clerks.c.state.in_(met),
                    clerks.c.seen_at < now - timings.clerk_gone_in_session,
                ),
            )
        ),
        sa.select(sa.literal(str(Kind.DEVICE_GONE)), visits.c.id)
        .join(device_states, device_states.c.device == visits.c.device)
        .where(
            visits.c.state.in_([str(state) for state in ACTIVE]),
            device_states.c.online.is_(False),
            device_states.c.since < now - timings.device_gone,
        ),
        sa.select(sa.literal(str(Kind.SILENT_DEVICE)), nobody).where(
            sa.exists().where(
                device_states.c.online.is_(True), device_states.c.heard_at < now - SILENT_AFTER
            )
        ),
        sa.select(sa.literal(str(Kind.FORGOTTEN)), nobody).where(
            sa.exists().where(clerks.c.overdue_at <= now)
        ),
        sa.select(sa.literal(str(Kind.LEASE)), nobody).where(
            sa.exists().where(clerks.c.busy_until <= now)
        ),
        sa.select(sa.literal(str(Kind.TICKETS)), nobody).where(
            sa.exists().where(tickets.c.state.in_(expirable), tickets.c.expires_at <= now)
        ),
        sa.select(sa.literal(str(Kind.SEAT)), tickets.c.id).where(
            tickets.c.kept_until <= now, tickets.c.state == str(TicketState.WAITING)
        ),
        sa.select(sa.literal(str(Kind.PARKED)), tickets.c.id).where(
            tickets.c.state == str(TicketState.PARKED), tickets.c.not_before <= now
        ),
        sa.select(sa.literal(str(Kind.LINK)), links.c.id)
        .outerjoin(device_states, device_states.c.device == links.c.device)
        .where(
            links.c.ended_at.is_(None),
            sa.or_(
                links.c.ends_at <= now,
                sa.and_(
                    device_states.c.online.is_(False),
                    device_states.c.since < now - timings.device_gone,
                ),
            ),
        ),
        sa.select(sa.literal(str(Kind.SEAT)), booth_uses.c.kept_for)
        .join(tickets, tickets.c.id == booth_uses.c.kept_for)
        .where(tickets.c.state.in_(UNSEATED)),
    ]
    rows = tx.execute(sa.union_all(*parts).limit(LIMIT))
    return [Item(Kind(row.kind), row.id) for row in rows]
