"""Which rows is a desk made of: what an agency's desks share, and what is one clerk's own?

Both are plain values. They are read from the database here, or taken from the replica's copy of
the nation (`nation`); `desk` makes the same desk of either.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from control_plane.database import Tx
from control_plane.fleet import booth_queries as devices
from control_plane.fleet.booth_queries import BoothNow
from control_plane.routing.operations import policy_of
from control_plane.routing.queries import StoredPolicy
from control_plane.routing.rules.facts import WaitingTicket
from control_plane.routing.rules.reserve import kept_for
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.service_points.day_queries import calendars_of
from control_plane.service_points.tables import Agency, Service, ServicePoint
from control_plane.staff import queries as staff
from control_plane.staff.queries import Clerk
from control_plane.tickets import plan_queries
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.visits import consult_queries, link_queries, offer_queries, queries
from control_plane.visits.consult_queries import Consult
from control_plane.visits.consult_rules import ASKED_IN
from control_plane.visits.link_queries import Link
from control_plane.visits.link_rules import STANDS_IN
from control_plane.visits.offer_queries import Offer
from control_plane.visits.operations.matching import as_waiting, is_free
from control_plane.visits.queries import Noted, Print, Visit
from control_plane.visits.rules import VisitState
from control_plane.visits.views import Named
from shared.identifiers import AgencyCode
from shared.languages import Text

# What was done before this is no matter of today's shift.
SHIFT = timedelta(hours=16)


@dataclass(frozen=True, slots=True)
class Places:
    """Points, booths and services by their codes."""

    points: Mapping[str, ServicePoint]  # in the order of screens
    booths: Mapping[tuple[str, str], Named]
    now_at: Mapping[str, Mapping[str, BoothNow]]  # by point, by code
    services: Mapping[str, Service]

    def point(self, code: str) -> Named:
        """A point's name; one that the agency left meanwhile is known by its code."""
        point = self.points.get(code)
        return Named(code=code, name=point.name if point else same(code))

    def service(self, code: str) -> Named:
        """A service's name."""
        service = self.services.get(code)
        return Named(code=code, name=service.name if service else same(code))

    def booth(self, point: str, code: str) -> Named:
        """A booth's name."""
        return self.booths.get((point, code)) or Named(code=code, name=same(code))


@dataclass(frozen=True, slots=True)
class Shared:
    """What all desks of an agency are made of: nothing in it is of another agency."""

    agency: Agency
    around: Places
    waiting: Sequence[tuple[Ticket, WaitingTicket]]  # in the order of arrival
    missed: Sequence[Ticket]  # those that may still come back among them, newest first
    held: Sequence[Ticket]  # whose visitors are busy elsewhere, in the order of arrival
    on_duty: int
    chosen: StoredPolicy
    kept_for: datetime | None = None  # the first booking for which all free clerks are kept


@dataclass(frozen=True, slots=True)
class Own:
    """What of a desk is one clerk's own."""

    clerk: Clerk
    visit: Visit | None = None
    visited: Ticket | None = None
    prints: Sequence[Print] = ()
    consult: Consult | None = None  # in which the clerk is the colleague
    company: Consult | None = None  # of the clerk's own visit
    offer: Offer | None = None
    offered: Ticket | None = None
    link: Link | None = None
    recent: Sequence[Visit] = field(default_factory=tuple)
    note: Noted | None = None
    parked: Sequence[Ticket] = ()


def shared_of(tx: Tx, scope: Scope, agency: Agency, now: datetime) -> Shared:
    """Read what the asker's desk has in common with the agency's others."""
    services = {service.code: service for service in places.services_seen(tx, scope)}
    here = places.queue_points(tx, scope, agency.code)
    calendars = calendars_of(tx, scope, agency.code)
    waiting = tickets.waiting(tx, scope)
    points = places.points_of_agency(tx, scope)
    chosen = policy_of(tx, scope, AgencyCode(agency.code))
    seen = staff.on_watch(tx, scope) if chosen.policy.reserve else []
    queue = [
        (
            ticket,
            as_waiting(
                ticket,
                services.get(ticket.service),
                served_here=ticket.point in here,
                now=now,
                calendar=calendars.get(ticket.point),
            ),
        )
        for ticket in waiting
    ]
    return Shared(
        agency=agency,
        around=places_at(tx, scope, points, services),
        waiting=queue,
        missed=tickets.missed(tx, scope),
        held=plan_queries.held(tx, scope),
        on_duty=staff.on_duty(tx, scope, agency.code),
        chosen=chosen,
        kept_for=kept_for_of(chosen, [each for _, each in queue], seen, now),
    )


def kept_for_of(
    chosen: StoredPolicy, waiting: Iterable[WaitingTicket], clerks: Iterable[Clerk], now: datetime
) -> datetime | None:
    """The first booking for which all of the agency's free clerks are kept."""
    if chosen.policy.reserve is None:
        return None
    free = sum(each.agency == chosen.agency and is_free(each) for each in clerks)
    return kept_for(waiting, free, chosen.policy, now)


def places_at(
    tx: Tx, scope: Scope, points: Iterable[ServicePoint], services: Mapping[str, Service]
) -> Places:
    """Read these points' booths as they are now."""
    shown = {point.code: point for point in points}
    now_at: dict[str, dict[str, BoothNow]] = {code: {} for code in shown}
    for booth in devices.booths_now(tx, scope, shown):
        now_at[booth.point][booth.booth] = booth
    return Places(
        points=shown,
        booths={
            (booth.point, booth.code): Named(code=booth.code, name=booth.name)
            for booth in places.booths_of(tx, scope, shown)
        },
        now_at=now_at,
        services=services,
    )


def own_of(tx: Tx, scope: Scope, ids: Iterable[UUID], now: datetime) -> dict[UUID, Own]:
    """Read what is these clerks' own, as far as the asker may see them."""
    clerks = {clerk.id: clerk for clerk in staff.by_ids(tx, scope, ids)}
    if not clerks:
        return {}
    visits = queries.visits_by_ids(tx, scope, [each.visit_id for each in clerks.values()])
    prints = queries.prints_of_visits(tx, scope, visits)
    offers = offer_queries.open_of_clerks(tx, scope, clerks)
    # Only these can be in a consult: most reads ask for none.
    asked = consult_queries.open_of_clerks(
        tx, scope, [each.id for each in clerks.values() if each.state in ASKED_IN]
    )
    company = consult_queries.open_of_visits(
        tx,
        scope,
        [each.id for each in visits.values() if each.state is VisitState.IN_SESSION],
    )
    linked = link_queries.open_of_clerks(
        tx, scope, [each.id for each in clerks.values() if each.state in STANDS_IN]
    )
    wanted = [each.ticket_id for each in offers.values()]
    wanted += [each.ticket_id for each in visits.values()]
    known = {ticket.id: ticket for ticket in (tickets.by_ids(tx, scope, wanted) if wanted else ())}
    parked = tickets.parked_by(tx, scope, clerks)
    recent = queries.recent_of_clerks(tx, scope, clerks, since=now - SHIFT)
    notes = queries.notes_for(tx, scope, clerks)
    found = {}
    for clerk in clerks.values():
        visit = None if clerk.visit_id is None else visits.get(clerk.visit_id)
        offer = offers.get(clerk.id)
        found[clerk.id] = Own(
            clerk=clerk,
            visit=visit,
            visited=None if visit is None else known.get(visit.ticket_id),
            prints=() if visit is None else prints.get(visit.id, ()),
            consult=asked.get(clerk.id),
            company=None if visit is None else company.get(visit.id),
            offer=offer,
            offered=None if offer is None else known.get(offer.ticket_id),
            link=linked.get(clerk.id),
            recent=recent.get(clerk.id, ()),
            note=notes.get(clerk.id),
            parked=parked.get(clerk.id, ()),
        )
    return found


def same(code: str) -> Text:
    """A code in place of a name, in every language."""
    return Text(fi=code, sv=code, en=code)
