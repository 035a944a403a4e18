"""Who waits, who is free and which booths are ready, all over the country, in memory?

Any replica can rebuild it: it is a copy of rows, read anew where a commit changed them. What it
says may be a moment old, so whoever acts on it claims in the database, which has the last word.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self, TypeVar
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
from control_plane.routing.rules.offers import offers
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.service_points.queries import SETUP
from control_plane.service_points.tables import Service
from control_plane.staff import queries as staff
from control_plane.staff.queries import Clerk
from control_plane.staff.rules import ClerkState
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import TicketState
from control_plane.visits.operations.matching import as_booth, as_free_clerk, as_waiting

Row = TypeVar("Row", Ticket, Clerk)

NATION = Scope.system("nation")
ROWS = frozenset({"ticket", "clerk", "point"})
WHOLE = frozenset({SETUP, "policy"})  # what is behind these says what the rows mean
# More than this at once is read faster as a whole.
MANY = 500


@dataclass(frozen=True, slots=True)
class Reference:
    """What changes seldom: services, where agencies serve, and what they chose for their queues."""

    services: Mapping[str, Service]
    served: Mapping[str, frozenset[str]]  # by agency: the points where it has a queue
    choices: Mapping[str, StoredPolicy]  # by agency, of those that have chosen


@dataclass(frozen=True, slots=True)
class News:
    """Rows as they are now; None for one that counts no more."""

    tickets: Mapping[UUID, Ticket | None]
    clerks: Mapping[UUID, Clerk | None]
    booths: Mapping[str, Mapping[str, BoothNow]]  # by point, all of its booths


@dataclass(slots=True)
class Nation:
    """The live copy; `take` keeps it, and its board is what routing matches on."""

    reference: Reference
    board: Board
    tickets: dict[UUID, Ticket] = field(default_factory=dict)  # those that wait
    clerks: dict[UUID, Clerk] = field(default_factory=dict)  # those on duty
    booths: dict[str, Mapping[str, BoothNow]] = field(default_factory=dict)  # by point
    # What changes with time alone: clerks who get no offer yet, booths that are mistrusted still.
    pausing: dict[UUID, datetime] = field(default_factory=dict)
    mistrusted: dict[str, datetime] = field(default_factory=dict)  # by point

    @classmethod
    def load(cls, tx: Tx, now: datetime) -> Self:
        """Read it whole."""
        reference = _reference(tx)
        chosen = {agency: each.policy for agency, each in reference.choices.items()}
        nation = cls(reference, Board(policies=chosen))
        nation.take(
            News(
                tickets={each.id: each for each in tickets.waiting(tx, NATION)},
                clerks={each.id: each for each in staff.on_watch(tx, NATION)},
                booths=_booths(tx, places.point_codes(tx, NATION)),
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
            self._take_ticket(ticket_id, ticket)

    def come_due(self, now: datetime) -> None:
        """Follow what time alone has changed."""
        for clerk_id in [each for each, until in self.pausing.items() if until <= now]:
            self._take_clerk(clerk_id, self.clerks.get(clerk_id), now)
        for point in [each for each, until in self.mistrusted.items() if until <= now]:
            self._take_booths(point, self.booths[point], now)

    def next_due(self) -> datetime | None:
        """When `come_due` will have something to do."""
        return min([*self.pausing.values(), *self.mistrusted.values()], default=None)

    def _take_ticket(self, ticket_id: UUID, ticket: Ticket | None) -> None:
        if ticket is None or ticket.state is not TicketState.WAITING:
            self.tickets.pop(ticket_id, None)
            apply(self.board, TicketLeaves(ticket_id))
            return
        self.tickets[ticket_id] = ticket
        service = self.reference.services.get(ticket.service)
        here = ticket.point in self.reference.served.get(ticket.agency, frozenset())
        apply(self.board, TicketWaits(as_waiting(ticket, service, served_here=here)))

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
        apply(self.board, ClerkFree(as_free_clerk(clerk)) if wanting else ClerkLeaves(clerk_id))

    def _wants(self, clerk: Clerk) -> bool:
        """Would this clerk get a visitor without asking now?"""
        free = clerk.state is ClerkState.AVAILABLE and not clerk.leaving and not clerk.last_one
        chosen = self.reference.choices.get(clerk.agency)
        pushes = chosen is not None and offers(chosen.choices.offers.mode)
        return free and (clerk.wants_next or pushes)

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


def read(tx: Tx, subjects: Iterable[str], now: datetime) -> News | Nation:
    """What is behind these subjects now; the whole nation where that is no longer worth it."""
    wanted: dict[str, list[str]] = {}
    for subject in subjects:
        kind, _, name = subject.partition(":")
        wanted.setdefault(kind, []).append(name)
    if WHOLE & wanted.keys() or sum(len(names) for names in wanted.values()) > MANY:
        return Nation.load(tx, now)
    ticket_ids = [UUID(each) for each in wanted.get("ticket", ())]
    clerk_ids = [UUID(each) for each in wanted.get("clerk", ())]
    return News(
        tickets=dict.fromkeys(ticket_ids)
        | {
            each.id: each for each in (tickets.by_ids(tx, NATION, ticket_ids) if ticket_ids else ())
        },
        clerks=dict.fromkeys(clerk_ids)
        | {each.id: each for each in (staff.by_ids(tx, NATION, clerk_ids) if clerk_ids else ())},
        booths=_booths(tx, wanted.get("point", ())),
    )


def _found(wanted: Iterable[UUID], rows: Iterable[Row]) -> dict[UUID, Row | None]:
    return dict.fromkeys(wanted) | {row.id: row for row in rows}


def concerns(subject: str) -> bool:
    """Is this a subject that `read` knows?"""
    return subject.partition(":")[0] in ROWS | WHOLE


def _booths(tx: Tx, points: Iterable[str]) -> dict[str, dict[str, BoothNow]]:
    found: dict[str, dict[str, BoothNow]] = {point: {} for point in points}
    for booth in devices.booths_now(tx, NATION, found) if found else ():
        found[booth.point][booth.booth] = booth
    return found


def _reference(tx: Tx) -> Reference:
    served: dict[str, set[str]] = {}
    for agency in places.agencies_seen(tx, NATION):
        served[agency.code] = set(places.queue_points(tx, NATION, agency.code))
    return Reference(
        services={each.code: each for each in places.services_seen(tx, NATION)},
        served={agency: frozenset(points) for agency, points in served.items()},
        choices=dict(policies.newest(tx, NATION)),
    )
