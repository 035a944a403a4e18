"""What do the public screens of a point show now?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from control_plane.database import Tx
from control_plane.queues.rules.closing import (
    Kind,
    Load,
    Shut,
    end_of_country_day,
    last_moment,
    shut,
)
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.service_points.day_queries import calendar_of
from control_plane.service_points.rules.days import DayKind, QueueNow, local_day, queue_now
from control_plane.service_points.rules.offers import Offer
from control_plane.service_points.tables import ServicePoint
from control_plane.staff import queries as staff
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import mean_handling_s
from control_plane.visits import closing_queries, queries
from control_plane.visits.closing_queries import Work
from control_plane.visits.operations.steps import JOURNEY
from control_plane.visits.setup import Setup
from control_plane.visits.waits import UNFORESEEN, Waits
from shared.identifiers import DeviceName, TicketId
from shared.tickets import (
    AgencyState,
    Board,
    CalledNumber,
    Readiness,
    RefusalCode,
    Refused,
    ServiceState,
)

MISSED_SHOWN = 6


def board_for(
    tx: Tx, setup: Setup, device: DeviceName, now: datetime, waits: Waits
) -> Board | Refused:
    """The board of the point where the device stands."""
    place = places.place_of(tx, Scope.of_device(device), device)
    board = None if place is None else board_of_point(tx, setup, place.point, now, waits)
    return board or Refused(code=RefusalCode.NOT_FOUND)


def board_of_point(
    tx: Tx, setup: Setup, code: str, now: datetime, waits: Waits = UNFORESEEN
) -> Board | None:
    """The numbers that are called and whether numbers can be taken: never both of one agency."""
    found = look(tx, setup, code, now, waits)
    return None if found is None else found.board


@dataclass(frozen=True, slots=True)
class Looked:
    """A board, and when it will be another though nothing happens; None: never."""

    board: Board
    until: datetime | None


def look(
    tx: Tx, setup: Setup, code: str, now: datetime, waits: Waits = UNFORESEEN
) -> Looked | None:
    """The board of a point, and how long it holds."""
    point = places.point_of(tx, JOURNEY, code)
    if point is None:
        return None
    offers = places.offers_at(tx, JOURNEY, point, local_day(now, point.timezone))
    doors = _doors(tx, point, offers, now)
    lately = tickets.missed_at_point(tx, JOURNEY, code, since=now - setup.timings.return_within)
    booths = queries.last_booths(tx, JOURNEY, [ticket.id for ticket in lately])
    missed = _one_each(lately, booths)[:MISSED_SHOWN]
    called = [
        CalledNumber(number=visit.number, booth=visit.booth, ticket_id=TicketId(visit.ticket_id))
        for visit in queries.called_at_point(tx, JOURNEY, code)
    ]
    called += [
        CalledNumber(
            number=ticket.number,
            booth=booths.get(ticket.id, ""),
            missed=True,
            ticket_id=TicketId(ticket.id),
        )
        for ticket in missed
    ]
    general = waits.general(code)
    board = Board(
        # Microseconds: replicas need no common counter, and a later state is higher.
        version=int(now.timestamp() * 1_000_000),
        agencies=doors.agencies,
        called=tuple(called),
        waiting=tickets.waiting_at(tx, JOURNEY, code),
        wait=general.wait if doors.served else None,
        wait_because=str(general.because or ""),
    )
    return Looked(board, doors.until)


def _one_each(missed: Sequence[Ticket], booths: Mapping[UUID, str]) -> list[Ticket]:
    """A number once, though all errands of its visit are missed: the one that was called."""
    found: dict[tuple[date, int], Ticket] = {}
    for ticket in missed:
        known = found.setdefault((ticket.day, ticket.number), ticket)
        if known.id not in booths and ticket.id in booths:
            found[ticket.day, ticket.number] = ticket
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Doors:
    """Which agencies give numbers at a point, and when that changes by the clock alone."""

    agencies: tuple[AgencyState, ...]
    until: datetime | None
    served: bool  # is anybody there who will serve, whether numbers are given or not?


def _doors(tx: Tx, point: ServicePoint, offers: list[Offer], now: datetime) -> Doors:
    queues = {
        each.agency: queue_now(calendar_of(tx, JOURNEY, each.agency, point), now) for each in offers
    }
    on_duty = staff.agencies_on_duty(tx, JOURNEY)
    closed = closing_queries.closed(tx, JOURNEY, now, point=point.code)
    ahead = {each.stored.agency for each in closed if each.stored.kind is Kind.AHEAD}
    work = closing_queries.work(tx, JOURNEY, ahead) if ahead else {}
    turns = [each.until for each in queues.values()]
    turns += [each.stored.ends_at for each in closed]
    if any(each.stored.kind is Kind.CONTINGENT for each in closed):
        turns.append(end_of_country_day(now))
    shuts: dict[str, dict[str, Shut | None]] = {}
    for offer in offers:
        load = _load(work.get(offer.agency, Work()), offer.minutes)
        covering = [
            each.closing
            for each in closed
            if each.stored.agency == offer.agency
            and each.closing.covers(point=point.code, service=offer.service)
        ]
        ends = queues[offer.agency].closes_at
        found = shut(covering, load, closes_at=ends, now=now)
        shuts.setdefault(offer.agency, {})[offer.service] = found
        if ends is not None and any(each.kind is Kind.AHEAD for each in covering):
            turns.append(last_moment(load, ends))
    states = tuple(
        _state(agency, services, queues[agency], on_duty=agency in on_duty)
        for agency, services in shuts.items()
    )
    return Doors(
        states,
        until=min((each for each in turns if each and each > now), default=None),
        served=any(each.is_open and agency in on_duty for agency, each in queues.items()),
    )


def _load(work: Work, minutes: int) -> Load:
    mean = mean_handling_s(served=work.served, total_s=work.total_s, minutes=minutes)
    return Load(ahead=work.ahead, mean_s=mean, working=work.working)


def _state(
    agency: str, services: Mapping[str, Shut | None], queue: QueueNow, *, on_duty: bool
) -> AgencyState:
    """One agency's door: shut as a whole where nothing of it is open."""
    if not queue.is_open:
        booking = queue.kind is DayKind.BOOKING
        readiness = Readiness.BOOKING_DAY if booking else Readiness.CLOSED
        return AgencyState(agency=agency, readiness=readiness, opens_at=queue.opens_at)
    shut_ones = {service: each for service, each in services.items() if each is not None}
    if len(shut_ones) == len(services):
        first = next(iter(shut_ones.values()))
        return AgencyState(agency=agency, readiness=first.readiness, instead=first.instead)
    if not on_duty:
        return AgencyState(agency=agency, readiness=Readiness.NO_CLERK)
    return AgencyState(
        agency=agency,
        readiness=Readiness.OPEN,
        services=tuple(
            ServiceState(service=service, readiness=each.readiness, instead=each.instead)
            for service, each in shut_ones.items()
        ),
    )
