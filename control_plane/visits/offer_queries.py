"""Which statements read and write offers?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from control_plane.database import Tx, built_once, one_of
from control_plane.routing.rules.offers import OfferState
from control_plane.security.scope import Reach, Scope
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


_INSERT = sa.insert(offers)
_OPEN = sa.select(offers).where(offers.c.state == OfferState.OPEN.value)
_AT = _OPEN.where(offers.c.point == sa.bindparam("there"), offers.c.booth == sa.bindparam("which"))


def insert(tx: Tx, _scope: Scope, offer: Offer) -> None:
    """Store a new offer; one that shares ticket, clerk or booth with an open one is an error."""
    tx.execute(
        _INSERT,
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
    values = {"this": offer_id, "state": str(state), "ended_at": now, "reason": reason}
    return tx.execute(_end(scope.reach), values).rowcount == 1


@built_once
def _end(reach: Reach) -> sa.Update:
    return sa.update(offers).where(
        offers.c.id == sa.bindparam("this"),
        offers.c.state == OfferState.OPEN.value,
        reach.only(offers.c.agency),
    )


def open_of_clerk(tx: Tx, scope: Scope, staff_id: UUID) -> Offer | None:
    """The offer that waits for this clerk's answer."""
    return _one(tx, _of_clerk(scope.reach), whose=staff_id)


@built_once
def _of_clerk(reach: Reach) -> sa.Select[Any]:
    return _OPEN.where(offers.c.staff_id == sa.bindparam("whose"), reach.only(offers.c.agency))


def open_of_clerks(tx: Tx, scope: Scope, ids: Iterable[UUID]) -> dict[UUID, Offer]:
    """The offers that wait for these clerks' answers, by clerk."""
    rows = tx.execute(_of_clerks(scope.reach), {"these": list(ids)})
    return {row.staff_id: _offer(row) for row in rows}


@built_once
def _of_clerks(reach: Reach) -> sa.Select[Any]:
    return _OPEN.where(one_of(offers.c.staff_id, named="these"), reach.only(offers.c.agency))


def open_of_ticket(tx: Tx, scope: Scope, ticket_id: UUID) -> Offer | None:
    """The offer that holds this ticket."""
    return _one(tx, _of_ticket(scope.reach), whom=ticket_id)


@built_once
def _of_ticket(reach: Reach) -> sa.Select[Any]:
    return _OPEN.where(offers.c.ticket_id == sa.bindparam("whom"), reach.only(offers.c.agency))


def open_at(tx: Tx, _scope: Scope, *, point: str, booth: str) -> Offer | None:
    """The offer that holds this booth, whichever agency's it is."""
    return _one(tx, _AT, there=point, which=booth)


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
    return _one(tx, _by_id(scope.reach), this=offer_id)


@built_once
def _by_id(reach: Reach) -> sa.Select[Any]:
    return _OPEN.where(offers.c.id == sa.bindparam("this"), reach.only(offers.c.agency))


def purge(tx: Tx, _scope: Scope, *, before: datetime) -> None:
    """Erase offers that ended long ago."""
    tx.execute(sa.delete(offers).where(offers.c.ended_at < before))


def _one(tx: Tx, statement: sa.Executable, **values: Any) -> Offer | None:
    row = tx.execute(statement, values).one_or_none()
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
