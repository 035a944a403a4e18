"""What do the public screens of a point show now?"""

from datetime import datetime

from control_plane.database import Tx
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.service_points.rules import is_open, local_day
from control_plane.staff import queries as staff
from control_plane.tickets import queries as tickets
from control_plane.visits import queries
from control_plane.visits.operations.steps import JOURNEY
from control_plane.visits.setup import Setup
from control_plane.visits.waits import UNFORESEEN, Waits
from shared.identifiers import DeviceName, TicketId
from shared.tickets import AgencyState, Board, CalledNumber, Readiness, RefusalCode, Refused

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
    point = places.point_of(tx, JOURNEY, code)
    if point is None:
        return None
    day = local_day(now, point.timezone)
    opened = is_open(point.hours, now, point.timezone)
    on_duty = staff.agencies_on_duty(tx, JOURNEY)
    offered = dict.fromkeys(offer.agency for offer in places.offers_at(tx, JOURNEY, point, day))
    missed = tickets.missed_at_point(tx, JOURNEY, code, since=now - setup.timings.return_within)[
        :MISSED_SHOWN
    ]
    booths = queries.last_booths(tx, JOURNEY, [ticket.id for ticket in missed])
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
    return Board(
        # Microseconds: replicas need no common counter, and a later state is higher.
        version=int(now.timestamp() * 1_000_000),
        agencies=tuple(
            AgencyState(agency=agency, readiness=_readiness(opened, agency in on_duty))
            for agency in offered
        ),
        called=tuple(called),
        waiting=tickets.waiting_at(tx, JOURNEY, code),
        wait=general.wait if opened and on_duty.intersection(offered) else None,
        wait_because=str(general.because or ""),
    )


def _readiness(opened: bool, on_duty: bool) -> Readiness:  # noqa: FBT001 - two facts, one answer
    if not opened:
        return Readiness.CLOSED
    return Readiness.OPEN if on_duty else Readiness.NO_CLERK
