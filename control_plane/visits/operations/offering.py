"""How is a visitor offered to a clerk, and what follows from the answer or from none?"""

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from control_plane import facts
from control_plane.database import Tx
from control_plane.errors import Refusal
from control_plane.fleet import operations as fleet
from control_plane.fleet.rules import BoothState
from control_plane.routing.rules.facts import Pairing
from control_plane.routing.rules.offers import (
    OfferState,
    RejectReason,
    after_reject,
    in_time,
)
from control_plane.security import audit
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.staff import queries as staff
from control_plane.staff.queries import Clerk
from control_plane.staff.rules import ClerkState
from control_plane.tickets import queries as tickets
from control_plane.tickets.rules import TicketState
from control_plane.visits import offer_queries
from control_plane.visits.offer_queries import Offer
from control_plane.visits.operations.deciding import Grounds, keep
from control_plane.visits.operations.desk import clerk_at_desk
from control_plane.visits.operations.offer_ending import (
    end,
    give_back,
    offer_settings,
    release,
)
from control_plane.visits.operations.preparing import Seat, claim, prepare
from control_plane.visits.operations.refusals import OFFER_GONE
from control_plane.visits.operations.steps import JOURNEY, tell
from control_plane.visits.queries import Visit
from control_plane.visits.setup import Setup
from shared.identifiers import DeviceName, VisitId


class OfferMade(facts.Fact):
    """A visitor was offered to a clerk."""

    kind: ClassVar[str] = "offer.made"
    offer: UUID
    ticket: UUID
    clerk: UUID
    agency: str
    point: str
    booth: str
    waited_s: int

    @property
    def subject(self) -> str:
        """The ticket."""
        return f"ticket:{self.ticket}"


class TakenMeanwhile(Exception):
    """Ticket, booth or clerk went to somebody else: the whole offer is undone."""


def offer(tx: Tx, pairing: Pairing, grounds: Grounds, now: datetime) -> Offer:
    """Lease ticket, clerk and booth together until the offer expires, all or none."""
    clerk_id, agency = pairing.clerk.id, pairing.clerk.agency
    tx.lock(f"clerk:{clerk_id}")
    seat = _claim(tx, pairing, now, use=BoothState.RESERVED)
    reserved = staff.change(
        tx,
        JOURNEY,
        clerk_id,
        among=[ClerkState.AVAILABLE],
        state=str(ClerkState.RESERVED),
        reason="",
    )
    if not reserved:
        raise TakenMeanwhile
    settings = offer_settings(tx, agency)
    made = Offer(
        id=seat.visit,
        state=OfferState.OPEN,
        ticket_id=seat.ticket.id,
        staff_id=clerk_id,
        agency=agency,
        point=seat.ticket.point,
        booth=seat.booth,
        created_at=now,
        expires_at=now + timedelta(seconds=settings.offer_timeout_s),
    )
    offer_queries.insert(tx, JOURNEY, made)
    keep(tx, pairing, grounds, now)
    facts.record(
        tx,
        OfferMade(
            offer=made.id,
            ticket=made.ticket_id,
            clerk=clerk_id,
            agency=agency,
            point=made.point,
            booth=made.booth,
            waited_s=int((now - seat.ticket.arrived_at).total_seconds()),
        ),
        now=now,
    )
    tell(tx, agency=agency, point=made.point)
    return made


def take_stored_next(
    tx: Tx, setup: Setup, pairing: Pairing, grounds: Grounds, now: datetime
) -> Visit:
    """Give a clerk who asked for the next visitor, when nobody waited, the one who now does."""
    tx.lock(f"clerk:{pairing.clerk.id}")
    clerk = staff.clerk_of(tx, JOURNEY, pairing.clerk.id)
    if clerk is None or clerk.state is not ClerkState.AVAILABLE or not clerk.wants_next:
        raise TakenMeanwhile
    seat = _claim(tx, pairing, now, use=BoothState.PREPARING)
    keep(tx, pairing, grounds, now)
    return prepare(tx, setup, JOURNEY, clerk, seat, among=ClerkState.AVAILABLE, now=now)


def accept(tx: Tx, setup: Setup, scope: Scope, offer_id: UUID, now: datetime) -> Visit:
    """The clerk takes the visitor: what was leased becomes a visit."""
    clerk, made = _answerable(tx, scope, offer_id, now)
    end(tx, made, OfferState.ACCEPTED, "", now)
    ticket = tickets.ticket_of(tx, scope, made.ticket_id)
    device = places.device_of(tx, scope, point=made.point, booth=made.booth)
    if ticket is None or ticket.state is not TicketState.OFFERED or device is None:
        raise Refusal(OFFER_GONE)
    visit = VisitId(made.id)
    kept = fleet.move(
        tx, point=made.point, booth=made.booth, visit=visit, state=BoothState.PREPARING, now=now
    )
    if not kept:
        raise Refusal(OFFER_GONE)
    seat = Seat(visit, ticket, made.booth, DeviceName(device))
    return prepare(tx, setup, scope, clerk, seat, among=ClerkState.RESERVED, now=now)


def reject(tx: Tx, scope: Scope, offer_id: UUID, *, reason: RejectReason, now: datetime) -> None:
    """The clerk does not take the visitor, who keeps the place and goes to another."""
    clerk, made = _answerable(tx, scope, offer_id, now)
    end(tx, made, OfferState.REJECTED, str(reason), now)
    give_back(tx, made, now)
    release(tx, clerk, after_reject(offer_settings(tx, made.agency), now), now)
    audit.record(
        tx,
        scope,
        "offer.rejected",
        subject=f"ticket:{made.ticket_id}",
        now=now,
        reason=str(reason),
    )


def _claim(tx: Tx, pairing: Pairing, now: datetime, *, use: BoothState) -> Seat:
    ticket = tickets.ticket_of(tx, JOURNEY, pairing.ticket.id)
    seat = None
    if ticket is not None and ticket.state is TicketState.WAITING:
        seat = claim(tx, JOURNEY, ticket, pairing.booth, use=use, now=now)
    if seat is None:
        raise TakenMeanwhile
    return seat


def _answerable(tx: Tx, scope: Scope, offer_id: UUID, now: datetime) -> tuple[Clerk, Offer]:
    clerk = clerk_at_desk(tx, scope, now)
    made = offer_queries.open_of_clerk(tx, scope, clerk.id)
    if made is None or made.id != offer_id or not in_time(made.expires_at, now):
        raise Refusal(OFFER_GONE)
    return clerk, made
