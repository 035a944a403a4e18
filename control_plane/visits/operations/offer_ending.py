"""How does an offer end, and what becomes of its ticket, its booth and its clerk?"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from control_plane import facts
from control_plane.database import Tx
from control_plane.errors import Refusal
from control_plane.fleet import operations as fleet
from control_plane.routing.operations import policy_of
from control_plane.routing.rules.choices import OfferChoice
from control_plane.routing.rules.offers import (
    Aftermath,
    OfferState,
    WithdrawReason,
    after_no_answer,
    in_time,
)
from control_plane.staff import queries as staff
from control_plane.staff.queries import Clerk
from control_plane.staff.rules import ClerkState
from control_plane.tickets import queries as tickets
from control_plane.tickets.rules import TicketState
from control_plane.visits import offer_queries
from control_plane.visits.offer_queries import Offer
from control_plane.visits.operations.refusals import OFFER_GONE
from control_plane.visits.operations.steps import JOURNEY, alter_clerk, tell
from shared.identifiers import AgencyCode, VisitId


class OfferEnded(facts.Fact):
    """An offer was answered, or ended without an answer."""

    kind: ClassVar[str] = "offer.ended"
    offer: UUID
    ticket: UUID
    clerk: UUID
    agency: str
    state: OfferState
    reason: str
    lasted_s: float

    @property
    def subject(self) -> str:
        """The ticket."""
        return f"ticket:{self.ticket}"


def offer_settings(tx: Tx, agency: str) -> OfferChoice:
    """What the agency chose for its offers."""
    return policy_of(tx, JOURNEY, AgencyCode(agency)).choices.offers


def time_out(tx: Tx, offer_id: UUID, now: datetime) -> None:
    """Nobody answered in time."""
    held = _hold(tx, offer_id)
    if held is None or in_time(held[1].expires_at, now):
        return
    clerk, made = held
    end(tx, made, OfferState.TIMED_OUT, "", now)
    give_back(tx, made, now)
    settings = offer_settings(tx, made.agency)
    release(tx, clerk, after_no_answer(settings, clerk.misses, now), now)


def withdraw_offer(
    tx: Tx, offer_id: UUID, reason: WithdrawReason, now: datetime, *, ticket_returns: bool = True
) -> None:
    """What the offer leased is not there any more; the clerk is as free as before."""
    held = _hold(tx, offer_id)
    if held is None:
        return
    clerk, made = held
    end(tx, made, OfferState.WITHDRAWN, str(reason), now)
    give_back(tx, made, now, ticket_returns=ticket_returns)
    release(tx, clerk, None, now)


def withdraw_from_clerk(tx: Tx, clerk: Clerk, now: datetime) -> None:
    """The clerk leaves: an offer that waits for the answer goes to another."""
    made = offer_queries.open_of_clerk(tx, JOURNEY, clerk.id)
    if made is not None:
        withdraw_offer(tx, made.id, WithdrawReason.CLERK_GONE, now)


def _hold(tx: Tx, offer_id: UUID) -> tuple[Clerk, Offer] | None:
    """The clerk, locked, and the offer, if it is still open then."""
    made = offer_queries.open_by_id(tx, JOURNEY, offer_id)
    if made is None:
        return None
    tx.lock(f"clerk:{made.staff_id}")
    made = offer_queries.open_by_id(tx, JOURNEY, offer_id)
    clerk = None if made is None else staff.clerk_of(tx, JOURNEY, made.staff_id)
    return None if made is None or clerk is None else (clerk, made)


def end(tx: Tx, made: Offer, state: OfferState, reason: str, now: datetime) -> None:
    """End an open offer; refused when it had ended already."""
    if not offer_queries.end(tx, JOURNEY, made.id, state, now, reason=reason):
        raise Refusal(OFFER_GONE)
    facts.record(
        tx,
        OfferEnded(
            offer=made.id,
            ticket=made.ticket_id,
            clerk=made.staff_id,
            agency=made.agency,
            state=state,
            reason=reason,
            lasted_s=(now - made.created_at).total_seconds(),
        ),
        now=now,
    )


def give_back(tx: Tx, made: Offer, now: datetime, *, ticket_returns: bool = True) -> None:
    """The booth is free at once: nothing was shown in it. The ticket has its place again."""
    fleet.free(tx, point=made.point, booth=made.booth, visit=VisitId(made.id), now=now)
    if ticket_returns:
        tickets.advance(tx, JOURNEY, made.ticket_id, TicketState.WAITING)
    tell(tx, agency=made.agency, point=made.point)


def release(tx: Tx, clerk: Clerk, after: Aftermath | None, now: datetime) -> None:
    """The clerk is free again, or does not respond; idle since the visit before, not since now."""
    changes: dict[str, Any] = {}
    state = ClerkState.AVAILABLE
    if after is not None:
        changes = {"misses": after.misses, "offers_after": after.offers_after, "since": now}
        if not after.responding:
            state = ClerkState.NOT_RESPONDING
            changes |= {"misses": 0, "reason": "no_answer", "wants_next": False}
    alter_clerk(tx, clerk, [ClerkState.RESERVED], state=str(state), **changes)
