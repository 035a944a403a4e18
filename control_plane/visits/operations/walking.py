"""Who goes straight into a booth, since nobody waits and a clerk and a booth are free?"""

from collections.abc import Iterator
from datetime import datetime

from control_plane.database import Tx
from control_plane.fleet import booth_queries as devices
from control_plane.fleet.rules import BoothState
from control_plane.routing.operations import policy_of
from control_plane.routing.queries import StoredPolicy
from control_plane.routing.rules.board import board_of
from control_plane.routing.rules.facts import Booth, FreeClerk, WaitingTicket
from control_plane.routing.rules.matching import match
from control_plane.routing.rules.reasons import Kind
from control_plane.routing.rules.shifts import longest
from control_plane.service_points import queries as places
from control_plane.service_points.day_queries import calendars_of
from control_plane.staff import queries as staff
from control_plane.staff.queries import Clerk
from control_plane.staff.rules import ClerkState
from control_plane.tickets import queries as tickets
from control_plane.visits import link_queries
from control_plane.visits.operations.deciding import grounds_on, keep
from control_plane.visits.operations.matching import as_booth, as_free_clerk, as_waiting, is_free
from control_plane.visits.operations.preparing import claim, prepare
from control_plane.visits.operations.steps import JOURNEY
from control_plane.visits.setup import Setup
from shared.identifiers import AgencyCode
from shared.tickets import TicketIssued


def walks_in(tx: Tx, setup: Setup, issued: TicketIssued, now: datetime) -> bool:
    """Take a clerk and a booth for a number just given; False: it waits like any other.

    Only where its agency wishes it, for a single errand, when nobody of the agency waits anywhere
    and nobody at all at this point: so nobody is passed, and nobody sees it who waits. What the
    match would not pair is not paired here.
    """
    services = {each.code: each for each in places.services_seen(tx, JOURNEY)}
    service = services.get(issued.service)
    if issued.before or issued.more or service is None:
        return False
    chosen = policy_of(tx, JOURNEY, AgencyCode(service.agency))
    if not chosen.choices.offers.walk_direct:
        return False
    ticket = tickets.ticket_of(tx, JOURNEY, issued.ticket_id)
    if ticket is None or tickets.waiting_at(tx, JOURNEY, ticket.point) > 1:
        return False
    waiting = as_waiting(
        ticket,
        service,
        served_here=ticket.point in places.queue_points(tx, JOURNEY, ticket.agency),
        now=now,
        calendar=calendars_of(tx, JOURNEY, ticket.agency).get(ticket.point),
    )
    minutes = [each.minutes for each in services.values() if each.agency == ticket.agency]
    clerks = [
        as_free_clerk(each, now, longest=_longest(each, minutes, now))
        for each in staff.on_watch(tx, JOURNEY)
        if each.agency == ticket.agency and is_free(each) and _may_be_offered(each, now)
    ]
    booths = [as_booth(each, now) for each in devices.booths_now(tx, JOURNEY, [ticket.point])]
    for some, there in _first_by_link(tx, ticket.agency, ticket.point, clerks, booths):
        if _pair(tx, setup, waiting, some, there, chosen, now):
            return True
    return False


def _longest(clerk: Clerk, minutes: list[int], now: datetime) -> int | None:
    return None if clerk.may_overrun else longest(minutes, clerk.shift_until, now)[0]


def _may_be_offered(clerk: Clerk, now: datetime) -> bool:
    return clerk.offers_after is None or clerk.offers_after <= now


def _first_by_link(
    tx: Tx, agency: str, point: str, clerks: list[FreeClerk], booths: list[Booth]
) -> Iterator[tuple[list[FreeClerk], list[Booth]]]:
    """A clerk whose picture stands there already comes first, in that booth; then anybody."""
    for link in link_queries.open_of_agency(tx, JOURNEY, agency):
        if link.point == point:
            own = [each for each in clerks if each.id == link.staff_id]
            yield own, [each for each in booths if each.code == link.booth]
    yield clerks, booths


def _pair(  # noqa: PLR0913, PLR0917 - one of each, claimed together
    tx: Tx,
    setup: Setup,
    waiting: WaitingTicket,
    clerks: list[FreeClerk],
    booths: list[Booth],
    chosen: StoredPolicy,
    now: datetime,
) -> bool:
    board = board_of([waiting], clerks, booths, chosen.policy)
    found = match(board, now)
    if not found:
        return False
    [pairing] = found
    why = grounds_on(board, pairing, kind=Kind.DIRECT, version=chosen.version, now=now)
    tx.lock(staff.subject(pairing.clerk.id))
    clerk = staff.clerk_of(tx, JOURNEY, pairing.clerk.id)
    ticket = tickets.ticket_of(tx, JOURNEY, waiting.id)
    if ticket is None or clerk is None or clerk.state is not ClerkState.AVAILABLE:
        return False
    seat = claim(tx, JOURNEY, ticket, pairing.booth, use=BoothState.PREPARING, now=now)
    if seat is None:
        return False
    keep(tx, pairing, why, now)
    prepare(tx, setup, JOURNEY, clerk, seat, among=ClerkState.AVAILABLE, now=now)
    return True
