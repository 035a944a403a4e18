"""Who waits, who is free and which booths are ready, all over the country, in memory?

Any replica can rebuild it: it is a copy of rows, read anew where a commit changed them. What it
says may be a moment old, so whoever acts on it claims in the database, which has the last word.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from control_plane.database import Tx
from control_plane.fleet import booth_queries as devices
from control_plane.fleet.booth_queries import BoothNow
from control_plane.routing import queries as policies
from control_plane.routing.queries import StoredPolicy
from control_plane.routing.rules.board import (
    Board,
    BoothChanges,
    ClerkFree,
    ClerkLeaves,
    TicketLeaves,
    TicketWaits,
    apply,
)
from control_plane.routing.rules.facts import WaitingTicket
from control_plane.routing.rules.offers import offers
from control_plane.routing.rules.shifts import longest
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.service_points.day_queries import calendars_of
from control_plane.service_points.queries import SETUP
from control_plane.service_points.rules.days import Calendar
from control_plane.service_points.tables import Agency, Service, ServicePoint
from control_plane.staff import queries as staff
from control_plane.staff.queries import Clerk
from control_plane.staff.rules import ON_DUTY, ClerkState
from control_plane.tickets import plan_queries
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import TicketState
from control_plane.visits import message_queries
from control_plane.visits.desk_rows import Own, Places, Shared, kept_for_of, own_of
from control_plane.visits.message_queries import MESSAGES, Said
from control_plane.visits.operations.matching import (
    as_booth,
    as_free_clerk,
    as_waiting,
    day_ends,
    is_free,
    next_change,
)
from control_plane.visits.views import Named
from shared.identifiers import AgencyCode

NATION = Scope.system("nation")
PEOPLE = ("clerk", "account")  # an account's languages are its clerk's
ROWS = frozenset({"ticket", "point", MESSAGES, *PEOPLE})
# Behind these stands no row of its own, and yet desks must be shown anew.
SHOWN = frozenset({"desk"})
WHOLE = frozenset({SETUP, "policy"})  # what is behind these says what the rows mean
EVERYTHING = frozenset({SETUP})
# More than this at once is read faster as a whole.
MANY = 500


@dataclass(frozen=True, slots=True)
class Reference:
    """What changes seldom: services, where agencies serve, and what they chose for their queues."""

    services: Mapping[str, Service]
    served: Mapping[str, frozenset[str]]  # by agency: the points where it has a queue
    calendars: Mapping[str, Mapping[str, Calendar]]  # by agency and point: of those not always open
    choices: Mapping[str, StoredPolicy]  # by agency, of those that have chosen
    agencies: Mapping[str, Agency]
    points: Mapping[str, ServicePoint]  # all of them, in the order of screens
    switched: Mapping[str, frozenset[str]]  # by agency: the points that it serves at all
    booths: Mapping[tuple[str, str], Named]


@dataclass(frozen=True, slots=True)
class News:
    """Rows as they are now; None for one that counts no more."""

    tickets: Mapping[UUID, Ticket | None]
    clerks: Mapping[UUID, Clerk | None]
    booths: Mapping[str, Mapping[str, BoothNow]]  # by point, all of its booths
    own: Mapping[UUID, Own | None]  # what open desks show of their clerks alone
    said: Said | None = None  # by supervisors; None: as before


@dataclass(slots=True)
class Nation:
    """The live copy; `take` keeps it, and its board is what routing matches on."""

    reference: Reference
    board: Board
    tickets: dict[UUID, Ticket] = field(default_factory=dict)  # those that wait
    clerks: dict[UUID, Clerk] = field(default_factory=dict)  # those on duty
    booths: dict[str, Mapping[str, BoothNow]] = field(default_factory=dict)  # by point
    waiting: dict[str, dict[UUID, WaitingTicket]] = field(default_factory=dict)  # by agency
    missed: dict[str, dict[UUID, Ticket]] = field(default_factory=dict)  # by agency, too
    held: dict[str, dict[UUID, Ticket]] = field(default_factory=dict)  # by agency, too
    own: dict[UUID, Own] = field(default_factory=dict)  # of clerks whose desks are open here
    said: Said = field(default_factory=Said)
    # What changes with time alone: clerks who get no offer yet, or none so long any more, or whose
    # day's visits count no more; booths
    # that are mistrusted still; tickets that are not to be called yet or wait for one clerk still.
    pausing: dict[UUID, datetime] = field(default_factory=dict)
    mistrusted: dict[str, datetime] = field(default_factory=dict)  # by point
    biding: dict[UUID, datetime] = field(default_factory=dict)  # by ticket

    @classmethod
    def load(cls, tx: Tx, now: datetime, desks: Iterable[UUID] = ()) -> Self:
        """Read it whole, with what is ``desks``' clerks' own."""
        reference = _reference(tx)
        chosen = {agency: each.policy for agency, each in reference.choices.items()}
        nation = cls(reference, Board(policies=chosen))
        nation.take(
            News(
                tickets={
                    each.id: each
                    for each in (
                        *tickets.waiting(tx, NATION),
                        *tickets.missed(tx, NATION),
                        *plan_queries.held(tx, NATION),
                    )
                },
                clerks={each.id: each for each in staff.on_watch(tx, NATION)},
                booths=_booths(tx, reference.points),
                own=_own(tx, desks, now),
                said=message_queries.said(tx, NATION, now),
            ),
            now,
        )
        return nation

    def take(self, news: News, now: datetime) -> None:
        """Follow what was read."""
        for code, booths in news.booths.items():
            self._take_booths(code, booths, now)
        for clerk_id, clerk in news.clerks.items():
            self._take_clerk(clerk_id, clerk, now)
        for ticket_id, ticket in news.tickets.items():
            self._take_ticket(ticket_id, ticket, now)
        if news.said is not None:
            self.said = news.said
        for clerk_id, own in news.own.items():
            if own is None:
                self.own.pop(clerk_id, None)
            else:
                self.own[clerk_id] = own

    def offer_lasts(self, agency: str) -> timedelta:
        """For how long an offer of the agency waits for its answer."""
        chosen = self.reference.choices.get(agency) or StoredPolicy(AgencyCode(agency))
        return timedelta(seconds=chosen.choices.offers.offer_timeout_s)

    def shared(self, agency: str, now: datetime) -> Shared | None:
        """What the agency's desks have in common; only its own tickets, clerks and points."""
        reference = self.reference
        here = reference.agencies.get(agency)
        if here is None:
            return None
        points = reference.switched.get(agency, frozenset())
        shown = {code: point for code, point in reference.points.items() if code in points}
        waiting = self.waiting.get(agency, {})
        chosen = reference.choices.get(agency) or StoredPolicy(AgencyCode(agency))
        return Shared(
            agency=here,
            around=Places(
                points=shown,
                booths=reference.booths,
                now_at={code: self.booths.get(code, {}) for code in shown},
                services={
                    code: each for code, each in reference.services.items() if each.agency == agency
                },
            ),
            waiting=sorted(
                ((self.tickets[each.id], each) for each in waiting.values()),
                key=lambda pair: (pair[0].arrived_at, pair[0].id),
            ),
            missed=_newest_first(self.missed.get(agency, {}).values()),
            held=sorted(
                self.held.get(agency, {}).values(), key=lambda each: (each.arrived_at, each.id)
            ),
            on_duty=sum(
                clerk.agency == agency
                and clerk.state in ON_DUTY
                and not clerk.last_one
                and not clerk.leaving
                for clerk in self.clerks.values()
            ),
            chosen=chosen,
            kept_for=kept_for_of(chosen, waiting.values(), self.clerks.values(), now),
        )

    def come_due(self, now: datetime) -> None:
        """Follow what time alone has changed."""
        self.said = self.said.after(now)
        for clerk_id in [each for each, until in self.pausing.items() if until <= now]:
            self._take_clerk(clerk_id, self.clerks.get(clerk_id), now)
        for point in [each for each, until in self.mistrusted.items() if until <= now]:
            self._take_booths(point, self.booths[point], now)
        for ticket_id in [each for each, until in self.biding.items() if until <= now]:
            self._take_ticket(ticket_id, self.tickets.get(ticket_id), now)

    def next_due(self) -> datetime | None:
        """When `come_due` will have something to do."""
        moments = (*self.pausing.values(), *self.mistrusted.values(), *self.biding.values())
        return min(moments, default=None)

    def _take_ticket(self, ticket_id: UUID, ticket: Ticket | None, now: datetime) -> None:
        self.biding.pop(ticket_id, None)
        was = self.tickets.pop(ticket_id, None)
        if was is not None:
            del self.waiting[was.agency][ticket_id]
        for apart in (*self.missed.values(), *self.held.values()):
            apart.pop(ticket_id, None)
        if ticket is not None and ticket.state is TicketState.MISSED:
            self.missed.setdefault(ticket.agency, {})[ticket_id] = ticket
        if ticket is not None and ticket.state is TicketState.HELD:
            self.held.setdefault(ticket.agency, {})[ticket_id] = ticket
        if ticket is None or ticket.state is not TicketState.WAITING:
            apply(self.board, TicketLeaves(ticket_id))
            return
        self.tickets[ticket_id] = ticket
        service = self.reference.services.get(ticket.service)
        here = ticket.point in self.reference.served.get(ticket.agency, frozenset())
        changes = next_change(ticket, now)
        if changes is not None:
            self.biding[ticket_id] = changes
        calendar = self.reference.calendars.get(ticket.agency, {}).get(ticket.point)
        waiting = as_waiting(ticket, service, served_here=here, now=now, calendar=calendar)
        self.waiting.setdefault(ticket.agency, {})[ticket_id] = waiting
        apply(self.board, TicketWaits(waiting))

    def _take_clerk(self, clerk_id: UUID, clerk: Clerk | None, now: datetime) -> None:
        self.pausing.pop(clerk_id, None)
        if clerk is None or clerk.state is ClerkState.OFFLINE:
            self.clerks.pop(clerk_id, None)
            apply(self.board, ClerkLeaves(clerk_id))
            return
        self.clerks[clerk_id] = clerk
        wanting = self._wants(clerk)
        if wanting and clerk.offers_after is not None and clerk.offers_after > now:
            self.pausing[clerk_id] = clerk.offers_after
            wanting = False
        if not wanting:
            self._stand_apart(clerk, now)
            return
        most, changes_at = self._fitting(clerk, now)
        moments = [each for each in (changes_at, day_ends(clerk, now)) if each is not None]
        if moments:
            self.pausing[clerk_id] = min(moments)
        apply(self.board, ClerkFree(as_free_clerk(clerk, now, longest=most)))

    def _stand_apart(self, clerk: Clerk, now: datetime) -> None:
        """Who asks for nobody counts where clerks are kept for bookings."""
        if self.board.policy_of(clerk.agency).reserve is not None and is_free(clerk):
            apply(self.board, ClerkFree(as_free_clerk(clerk, now, apart=True)))
        else:
            apply(self.board, ClerkLeaves(clerk.id))

    def _fitting(self, clerk: Clerk, now: datetime) -> tuple[int | None, datetime | None]:
        """The longest matter that an offer to this clerk may be of, and until when that holds."""
        if clerk.may_overrun:
            return None, None
        services = self.reference.services.values()
        minutes = [each.minutes for each in services if each.agency == clerk.agency]
        return longest(minutes, clerk.shift_until, now)

    def _wants(self, clerk: Clerk) -> bool:
        """Would this clerk get a visitor without asking now?"""
        chosen = self.reference.choices.get(clerk.agency)
        pushes = chosen is not None and offers(chosen.choices.offers.mode)
        return is_free(clerk) and (clerk.wants_next or pushes)

    def _take_booths(self, point: str, booths: Mapping[str, BoothNow], now: datetime) -> None:
        self.booths[point] = booths
        terms = [
            booth.distrusted_until
            for booth in booths.values()
            if booth.distrusted_until is not None and booth.distrusted_until > now
        ]
        self.mistrusted.pop(point, None)
        if terms:
            self.mistrusted[point] = min(terms)
        for booth in booths.values():
            apply(self.board, BoothChanges(as_booth(booth, now)))


def read(
    tx: Tx,
    subjects: Iterable[str],
    now: datetime,
    *,
    desks: AbstractSet[UUID] = frozenset(),
    opened: AbstractSet[UUID] = frozenset(),
) -> News | Nation:
    """What is behind these subjects now; the whole nation where that is no longer worth it.

    ``desks``: the clerks whose own is kept, read anew if it changed; ``opened``: in any case.
    """
    wanted: dict[str, list[str]] = {}
    for subject in subjects:
        kind, _, name = subject.partition(":")
        wanted.setdefault(kind, []).append(name)
    if WHOLE & wanted.keys() or sum(len(names) for names in wanted.values()) > MANY:
        return Nation.load(tx, now, desks)
    ticket_ids = [UUID(each) for each in wanted.get("ticket", ())]
    clerk_ids = [UUID(each) for kind in PEOPLE for each in wanted.get(kind, ())]
    return News(
        tickets=dict.fromkeys(ticket_ids)
        | {
            each.id: each for each in (tickets.by_ids(tx, NATION, ticket_ids) if ticket_ids else ())
        },
        clerks=dict.fromkeys(clerk_ids)
        | {each.id: each for each in (staff.by_ids(tx, NATION, clerk_ids) if clerk_ids else ())},
        booths=_booths(tx, wanted.get("point", ())),
        own=_own(tx, opened | (desks & set(clerk_ids)), now),
        said=message_queries.said(tx, NATION, now) if MESSAGES in wanted else None,
    )


def _newest_first(missed: Iterable[Ticket]) -> list[Ticket]:
    by_id = sorted(missed, key=lambda each: each.id)
    return sorted(by_id, key=lambda each: each.missed_at or each.arrived_at, reverse=True)


def concerns(subject: str) -> bool:
    """Is this a subject that `read` knows?"""
    return subject.partition(":")[0] in ROWS | WHOLE | SHOWN


def _booths(tx: Tx, points: Iterable[str]) -> dict[str, dict[str, BoothNow]]:
    found: dict[str, dict[str, BoothNow]] = {point: {} for point in points}
    for booth in devices.booths_now(tx, NATION, found) if found else ():
        found[booth.point][booth.booth] = booth
    return found


def _own(tx: Tx, desks: Iterable[UUID], now: datetime) -> dict[UUID, Own | None]:
    found: dict[UUID, Own | None] = dict.fromkeys(desks)
    if found:
        found.update(own_of(tx, NATION, found, now))
    return found


def _reference(tx: Tx) -> Reference:
    agencies = {each.code: each for each in places.agencies_seen(tx, NATION)}
    points = {each.code: each for each in places.points_of_agency(tx, NATION)}
    return Reference(
        services={each.code: each for each in places.services_seen(tx, NATION)},
        served={code: places.queue_points(tx, NATION, code) for code in agencies},
        calendars={code: calendars_of(tx, NATION, code) for code in agencies},
        choices=dict(policies.newest(tx, NATION)),
        agencies=agencies,
        points=points,
        switched={code: frozenset(places.points_served(tx, NATION, code)) for code in agencies},
        booths={
            (each.point, each.code): Named(code=each.code, name=each.name)
            for each in places.booths_of(tx, NATION, points)
        },
    )
