"""How is a visitor offered to a clerk, and what follows from the answer or from none?"""

from collections.abc import Mapping, Sequence
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
from control_plane.visits import claim_queries, offer_queries
from control_plane.visits.offer_queries import Offer
from control_plane.visits.operations.deciding import Grounds, keep, keep_all
from control_plane.visits.operations.desk import clerk_at_desk
from control_plane.visits.operations.offer_ending import (
    end,
    give_back,
    offer_settings,
    release,
)
from control_plane.visits.operations.plans import hold_plan
from control_plane.visits.operations.preparing import Seat, claim, prepare
from control_plane.visits.operations.refusals import OFFER_GONE
from control_plane.visits.operations.steps import JOURNEY, tell
from control_plane.visits.queries import Visit
from control_plane.visits.setup import Setup
from shared.identifiers import DeviceName, VisitId, new_uuid


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


def offer_all(
    tx: Tx, found: Sequence[tuple[Pairing, Grounds]], lasts: Mapping[str, timedelta], now: datetime
) -> list[Offer]:
    """Lease ticket, clerk and booth of each pairing together, all three or none, in one go.

    ``lasts``: by agency, for how long an offer waits. What went to somebody else is left out.
    """
    alone = _alone(tx, [each for each, _ in found])
    wanted = [_wanted(each, lasts[each.clerk.agency], now) for each in alone]
    made = claim_queries.claim(tx, JOURNEY, wanted, now)
    if len(made) < len(wanted):
        known = {each.id for each in made}
        left = [each for each in wanted if each.id not in known]
        if claim_queries.make_free(tx, JOURNEY, left, now):
            made += claim_queries.claim(tx, JOURNEY, left, now)
    if not made:
        return []
    waited = {each.ticket.id: now - each.ticket.arrived_at for each, _ in found}
    came = {each.ticket_id for each in made}
    keep_all(tx, [each for each in found if each[0].ticket.id in came], now)
    facts.record(tx, *(_fact(each, waited[each.ticket_id]) for each in made), now=now)
    plans = {each.ticket.id: each.ticket.plan for each in alone}
    for each in made:
        tx.touch(tickets.subject(each.ticket_id))
        plan = plans[each.ticket_id]
        if plan is not None:
            tx.touch(tickets.plan_of(plan))
        tx.touch(staff.subject(each.staff_id))
        tx.touch(f"point:{each.point}")
        tell(tx, agency=each.agency, point=each.point)
    return made


def _alone(tx: Tx, found: Sequence[Pairing]) -> list[Pairing]:
    """Without those that are of one visit with another: that visitor goes to one at a time."""
    one_each = {each.ticket.plan or each.ticket.id: each for each in reversed(found)}
    for plan in sorted(each.ticket.plan for each in one_each.values() if each.ticket.plan):
        hold_plan(tx, plan)
    return [each for each in found if one_each[each.ticket.plan or each.ticket.id] is each]


def _wanted(pairing: Pairing, lasts: timedelta, now: datetime) -> Offer:
    return Offer(
        id=new_uuid(),
        state=OfferState.OPEN,
        ticket_id=pairing.ticket.id,
        staff_id=pairing.clerk.id,
        agency=pairing.clerk.agency,
        point=pairing.booth.point,
        booth=pairing.booth.code,
        created_at=now,
        expires_at=now + lasts,
    )


def _fact(made: Offer, waited: timedelta) -> OfferMade:
    return OfferMade(
        offer=made.id,
        ticket=made.ticket_id,
        clerk=made.staff_id,
        agency=made.agency,
        point=made.point,
        booth=made.booth,
        waited_s=int(waited.total_seconds()),
    )


def take_stored_next(
    tx: Tx, setup: Setup, pairing: Pairing, grounds: Grounds, now: datetime
) -> Visit:
    """Give a clerk who asked for the next visitor, when nobody waited, the one who now does."""
    tx.lock(f"clerk:{pairing.clerk.id}")
    clerk = staff.clerk_of(tx, JOURNEY, pairing.clerk.id)
    if clerk is None or clerk.state is not ClerkState.AVAILABLE or not clerk.wants_next:
        raise TakenMeanwhile
    ticket = tickets.ticket_of(tx, JOURNEY, pairing.ticket.id)
    seat = None
    if ticket is not None and ticket.state is TicketState.WAITING:
        seat = claim(tx, JOURNEY, ticket, pairing.booth, use=BoothState.PREPARING, now=now)
    if seat is None:
        raise TakenMeanwhile
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


def _answerable(tx: Tx, scope: Scope, offer_id: UUID, now: datetime) -> tuple[Clerk, Offer]:
    clerk = clerk_at_desk(tx, scope, now)
    made = offer_queries.open_of_clerk(tx, scope, clerk.id)
    if made is None or made.id != offer_id or not in_time(made.expires_at, now):
        raise Refusal(OFFER_GONE)
    return clerk, made
