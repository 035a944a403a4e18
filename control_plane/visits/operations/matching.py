"""What does routing see of the tickets, the booths and the clerk who asks?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from control_plane.database import Tx
from control_plane.fleet import booth_queries as devices
from control_plane.fleet import operations as fleet
from control_plane.fleet.rules import BoothState
from control_plane.routing.operations import policy_of
from control_plane.routing.rules.choices import OfferChoice
from control_plane.routing.rules.facts import (
    OPEN,
    Booth,
    Door,
    FreeClerk,
    Need,
    Profile,
    WaitingTicket,
)
from control_plane.routing.rules.policy import DEFAULT, FIRST, Policy
from control_plane.routing.rules.reserve import kept_for
from control_plane.security.clearance import Clearance
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.service_points.day_queries import calendars_of
from control_plane.service_points.rules.days import Calendar, DayKind, local_day, turns
from control_plane.service_points.tables import Service
from control_plane.staff import queries as staff
from control_plane.staff.queries import Clerk
from control_plane.staff.rules import ClerkState
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from shared.identifiers import AgencyCode
from shared.languages import Language

BOOKINGS_ONLY = Door(bookings_only=True)


@dataclass(frozen=True, slots=True)
class Field:
    """All that a match looks at, for one clerk."""

    now: datetime
    clerk: Clerk
    tickets: list[WaitingTicket]
    booths: list[Booth]
    stored: Mapping[UUID, Ticket]
    services: Mapping[str, Service]
    policy: Policy = DEFAULT  # what the agency chose for its queue
    offers: OfferChoice = field(default_factory=OfferChoice)  # and how it comes to clerks
    policy_version: int = 0
    others: Sequence[FreeClerk] = ()  # who are free too, where that decides

    @property
    def kept_for(self) -> datetime | None:
        """The first booking for which all free clerks are kept; None: they are not."""
        return kept_for(self.tickets, 1 + len(self.others), self.policy, self.now)

    @property
    def free_clerk(self) -> FreeClerk:
        """The clerk as routing sees one; alone, so that the day's work before is nothing to it."""
        clerk = self.clerk
        return FreeClerk(clerk.id, clerk.agency, as_profile(clerk), clerk.since)


def look(tx: Tx, scope: Scope, clerk: Clerk, now: datetime) -> Field:
    """Fetch the clerk's field: the agency's waiting tickets and the booths where they wait."""
    waiting = tickets.waiting(tx, scope)
    services = {service.code: service for service in places.services_seen(tx, scope)}
    here = places.queue_points(tx, scope, clerk.agency)
    calendars = calendars_of(tx, scope, clerk.agency)
    booths = devices.booths_now(tx, scope, {ticket.point for ticket in waiting})
    chosen = policy_of(tx, scope, AgencyCode(clerk.agency))
    others = staff.on_watch(tx, scope) if chosen.policy.reserve else []
    return Field(
        now=now,
        clerk=clerk,
        tickets=[
            as_waiting(
                ticket,
                services.get(ticket.service),
                served_here=ticket.point in here,
                now=now,
                calendar=calendars.get(ticket.point),
            )
            for ticket in waiting
        ],
        booths=[as_booth(booth, now) for booth in booths],
        stored={ticket.id: ticket for ticket in waiting},
        services=services,
        policy=chosen.policy,
        offers=chosen.choices.offers,
        policy_version=chosen.version,
        others=[
            as_free_clerk(each, now, apart=True)
            for each in others
            if each.agency == clerk.agency and each.id != clerk.id and is_free(each)
        ],
    )


def as_profile(clerk: Clerk, *, longest: int | None = None) -> Profile:
    """What a clerk can do.

    ``longest``: minutes that an offer's matter may take; whoever calls by hand decides alone.
    """
    return Profile(
        languages=clerk.languages,
        skills=clerk.skills,
        clearance=clerk.clearance.degree,
        longest=longest,
    )


def is_free(clerk: Clerk) -> bool:
    """Could this clerk take a visit now?"""
    return clerk.state is ClerkState.AVAILABLE and not clerk.leaving and not clerk.last_one


def as_free_clerk(
    clerk: Clerk, now: datetime, *, longest: int | None = None, apart: bool = False
) -> FreeClerk:
    """A clerk as routing sees one who could take a visit; `day_ends` says how long it holds."""
    counts = day_ends(clerk, now) is not None
    return FreeClerk(
        id=clerk.id,
        agency=clerk.agency,
        profile=as_profile(clerk, longest=longest),
        idle_since=clerk.since,
        last_visit_at=clerk.last_visit_at,
        visits_today=clerk.visits_today if counts else 0,
        talk_s=clerk.talk_s if counts else 0,
        apart=apart,
    )


def day_ends(clerk: Clerk, now: datetime) -> datetime | None:
    """Until when the day's visits of the clerk count; None when there are none that do."""
    until = clerk.counted_until
    return until if until is not None and until > now else None


def as_booth(booth: devices.BoothNow, now: datetime) -> Booth:
    """A booth as routing sees it."""
    can = fleet.ready(booth, now)
    return Booth(
        point=booth.point,
        code=booth.booth,
        free=booth.state is BoothState.FREE and not booth.closed,
        ready=can.ready,
        can_print=can.can_print,
        can_show_papers=can.can_show_papers,
        kept_for=booth.kept_for if booth.state is BoothState.KEPT and not booth.closed else None,
    )


def as_waiting(
    ticket: Ticket,
    service: Service | None,
    *,
    served_here: bool,
    now: datetime,
    calendar: Calendar | None = None,
) -> WaitingTicket:
    """A ticket as routing sees one; `next_change` says how long it looks so.

    ``calendar``: of its queue at its point; None: always open.
    """
    only = ticket.for_staff
    if ticket.for_staff_until is not None and ticket.for_staff_until <= now:
        only = None
    return WaitingTicket(
        id=ticket.id,
        arrived_at=ticket.arrived_at,
        point=ticket.point,
        need=asked_by(
            service,
            agency=ticket.agency,
            language=ticket.language,
            # Whoever waits for one clerk is next for that clerk.
            priority=ticket.priority or (FIRST if only else ""),
        ),
        served_here=served_here,
        only=only,
        seated=ticket.kept_booth is not None,
        later=ticket.not_before is not None and ticket.not_before > now,
        avoids=ticket.avoids_booth,
        plan=ticket.plan_id,
        booked_for=ticket.booked_for,
        door=OPEN if calendar is None else door(calendar, now),
    )


def door(calendar: Calendar, now: datetime) -> Door:
    """When a queue is open to those who wait in it, for the rest of the day."""
    if calendar.days.kind(local_day(now, calendar.timezone)) is not DayKind.QUEUE:
        return BOOKINGS_ONLY
    shut, moments = turns(calendar, now)
    return Door(shut, moments) if shut or moments else OPEN


def asked_by(
    service: Service | None, *, agency: str, language: Language, priority: str = ""
) -> Need:
    """What a visit for the service asks; of one that is no more, nothing is known."""
    if service is None:
        return Need(agency, language, priority=priority)
    return Need(
        agency=agency,
        language=language,
        skill=service.skill,
        level=service.skill_level,
        clearance=Clearance(service.clearance).degree,
        prints=service.needs_print,
        shows_papers=service.needs_camera,
        minutes=service.minutes,
        priority=priority or service.priority,
    )


def next_change(ticket: Ticket, now: datetime) -> datetime | None:
    """When will time alone make routing see the ticket otherwise?"""
    moments = (ticket.not_before, ticket.for_staff_until)
    return min((each for each in moments if each is not None and each > now), default=None)
