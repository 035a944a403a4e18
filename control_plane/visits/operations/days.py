"""How does an agency's queue at a point stand, and what follows when its days or hours change?"""

from datetime import datetime

from control_plane.database import Tx
from control_plane.errors import Refusal
from control_plane.security.scope import Scope
from control_plane.service_points import day_operations, day_queries
from control_plane.service_points import queries as places
from control_plane.service_points.day_queries import Stored
from control_plane.service_points.rules.days import (
    DayChoices,
    DayKind,
    HourChoices,
    QueueNow,
    local_day,
    queue_now,
)
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.visits import link_queries
from control_plane.visits.link_rules import LinkEnd
from control_plane.visits.operations.link_ending import end as end_link
from control_plane.visits.operations.link_ending import ends_sooner
from control_plane.visits.operations.refusals import NUMBERS_WAIT
from control_plane.visits.operations.steps import JOURNEY, desk_of, tell_boards


def queue_at(tx: Tx, agency: str, code: str, now: datetime) -> QueueNow | None:
    """How an agency's queue at a point stands; None for a point that is no more."""
    point = places.point_of(tx, JOURNEY, code)
    if point is None:
        return None
    return queue_now(day_queries.calendar_of(tx, JOURNEY, agency, point), now)


def queue_held(tx: Tx, agency: str, code: str, now: datetime) -> QueueNow | None:
    """The same as it is stored, for whoever holds the days of the point and makes a number wait.

    They are held by `hold_days`, or by the statement that begins an arrival.
    """
    point = places.point_of(tx, JOURNEY, code)
    if point is None:
        return None
    return queue_now(day_queries.calendar_held(tx, JOURNEY, agency, point), now)


def hold_days(tx: Tx, code: str) -> None:
    """No day is set and no number made to wait at the point beside this transaction."""
    tx.lock(day_queries.held(code))


def shut_all_day(tx: Tx, ticket: Ticket, now: datetime) -> QueueNow | None:
    """How the queue stands to which this ticket cannot come back today; None: it can.

    Without a booking nobody waits on a day that is no queue day: no match would ever find them.
    """
    hold_days(tx, ticket.point)
    queue = queue_held(tx, ticket.agency, ticket.point, now)
    if queue is None or queue.kind is DayKind.QUEUE or ticket.booked_for is not None:
        return None
    return queue


def set_hours(  # noqa: PLR0913 - who sets what for whom, knowing which version
    tx: Tx, scope: Scope, agency: str, choices: HourChoices, *, instead_of: int, now: datetime
) -> Stored[HourChoices]:
    """Put further hours in force, on every screen at once; who waits keeps the place."""
    made = day_operations.set_hours(tx, scope, agency, choices, instead_of=instead_of, now=now)
    tell_all(tx, agency, now)
    return made


def set_days(  # noqa: PLR0913 - who sets what for whom and where, knowing which version
    tx: Tx,
    scope: Scope,
    agency: str,
    point: str,
    choices: DayChoices,
    *,
    instead_of: int,
    now: datetime,
) -> Stored[DayChoices]:
    """Put further days in force; today is no other kind of day while its numbers wait.

    On a booking day only those with a booking may wait, on a closed one nobody.
    """
    zone = day_operations.served_point(tx, scope, agency, point).timezone
    # Before it is counted: a number that is being taken is there, or hears of the day.
    hold_days(tx, point)
    today = local_day(now, zone)
    kind = choices.kind(today)
    was = day_queries.days_of(tx, JOURNEY, agency, point).choices.kind(today)
    if kind not in {was, DayKind.QUEUE}:
        left = tickets.to_be_served(
            tx, JOURNEY, agency=agency, point=point, booked=kind is DayKind.CLOSED
        )
        if left:
            raise Refusal(NUMBERS_WAIT, numbers=left)
    made = day_operations.set_days(
        tx, scope, agency, point, choices, instead_of=instead_of, now=now
    )
    tell_all(tx, agency, now)
    return made


def tell_all(tx: Tx, agency: str, now: datetime) -> None:
    """Desks and screens look again; a picture stands only where its agency's queue is open."""
    tx.touch(desk_of(agency))
    tell_boards(tx, agency)
    served = places.queue_points(tx, JOURNEY, agency)
    for link in link_queries.open_of_agency(tx, JOURNEY, agency):
        queue = queue_at(tx, agency, link.point, now) if link.point in served else None
        owner = places.device_of(tx, JOURNEY, point=link.point, booth=link.booth)
        if queue is None or not queue.is_open or owner != link.device:
            end_link(tx, link, LinkEnd.OVER, now)
        else:
            ends_sooner(tx, link, queue.until)
