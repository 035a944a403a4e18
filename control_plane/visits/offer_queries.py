"""Which statements read and write offers?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Tx
from control_plane.routing.rules.offers import OfferState
from control_plane.security.scope import Scope
from control_plane.visits.tables import offers


@dataclass(frozen=True, slots=True)
class Offer:
    """A stored offer; once accepted, its id is the visit's."""

    id: UUID
    state: OfferState
    ticket_id: UUID
    staff_id: UUID
    agency: str
    point: str
    booth: str
    created_at: datetime
    expires_at: datetime


def insert(tx: Tx, _scope: Scope, offer: Offer) -> None:
    """Store a new offer; one that shares ticket, clerk or booth with an open one is an error."""
    tx.execute(
        sa.insert(offers),
        {
            "id": offer.id,
            "state": str(offer.state),
            "ticket_id": offer.ticket_id,
            "staff_id": offer.staff_id,
            "agency": offer.agency,
            "point": offer.point,
            "booth": offer.booth,
            "created_at": offer.created_at,
            "expires_at": offer.expires_at,
            "reason": "",
        },
    )


def end(  # noqa: PLR0913 - which offer, how it ended, why and when
    tx: Tx, scope: Scope, offer_id: UUID, state: OfferState, now: datetime, *, reason: str = ""
) -> bool:
    """End an open offer; False when it had ended already."""
    done = tx.execute(
        sa.update(offers)
        .where(
            offers.c.id == offer_id,
            offers.c.state == OfferState.OPEN.value,
            scope.only(offers.c.agency),
        )
        .values(state=str(state), ended_at=now, reason=reason)
    )
    return done.rowcount == 1


def open_of_clerk(tx: Tx, scope: Scope, staff_id: UUID) -> Offer | None:
    """The offer that waits for this clerk's answer."""
    return _one(tx, offers.c.staff_id == staff_id, scope.only(offers.c.agency))


def open_of_clerks(tx: Tx, scope: Scope, ids: Iterable[UUID]) -> dict[UUID, Offer]:
    """The offers that wait for these clerks' answers, by clerk."""
    rows = tx.execute(
        sa.select(offers).where(
            offers.c.state == OfferState.OPEN.value,
            offers.c.staff_id.in_(list(ids)),
            scope.only(offers.c.agency),
        )
    )
    return {row.staff_id: _offer(row) for row in rows}


def open_of_ticket(tx: Tx, scope: Scope, ticket_id: UUID) -> Offer | None:
    """The offer that holds this ticket."""
    return _one(tx, offers.c.ticket_id == ticket_id, scope.only(offers.c.agency))


def open_at(tx: Tx, _scope: Scope, *, point: str, booth: str) -> Offer | None:
    """The offer that holds this booth, whichever agency's it is."""
    return _one(tx, offers.c.point == point, offers.c.booth == booth)


def open_of_agency(tx: Tx, scope: Scope, agency: str) -> list[Offer]:
    """Every open offer of an agency."""
    rows = tx.execute(
        sa.select(offers)
        .where(
            offers.c.agency == agency,
            offers.c.state == OfferState.OPEN.value,
            scope.only(offers.c.agency),
        )
        .order_by(offers.c.id)
    )
    return [_offer(row) for row in rows]


def open_by_id(tx: Tx, scope: Scope, offer_id: UUID) -> Offer | None:
    """This offer, while it is open."""
    return _one(tx, offers.c.id == offer_id, scope.only(offers.c.agency))


def purge(tx: Tx, _scope: Scope, *, before: datetime) -> None:
    """Erase offers that ended long ago."""
    tx.execute(sa.delete(offers).where(offers.c.ended_at < before))


def _one(tx: Tx, *which: sa.ColumnElement[bool]) -> Offer | None:
    row = tx.execute(
        sa.select(offers).where(offers.c.state == OfferState.OPEN.value, *which)
    ).one_or_none()
    return None if row is None else _offer(row)


def _offer(row: sa.Row[Any]) -> Offer:
    return Offer(
        id=row.id,
        state=OfferState(row.state),
        ticket_id=row.ticket_id,
        staff_id=row.staff_id,
        agency=row.agency,
        point=row.point,
        booth=row.booth,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
