"""What must the engine find? The same by walking through the day minute by minute.

All times of a test day are whole minutes. Who is free is worked out anew at each of them from the
visits so far, and the pairings are those of routing's naive scan. Nobody is ever absent here.
"""

from collections.abc import Iterable
from datetime import datetime

from control_plane.routing.rules.facts import Booth, FreeClerk
from control_plane.routing.rules.policy import DEFAULT, Policy
from control_plane.routing.simulation.day import Day, Duty, Record, Room, Visit
from tests.control_plane.routing.rules.fields import NOW
from tests.control_plane.routing.rules.oracle import scan
from tests.control_plane.routing.simulation.days import MINUTE

LENGTH = 500  # minutes; in a test day everything is over by then


def walked(day: Day, policy: Policy = DEFAULT) -> Record:
    """The day's record, the slow way."""
    visits: list[Visit] = []
    matters = {visitor.ticket.id: visitor for visitor in day.visitors}
    for minute in range(LENGTH):
        now = NOW + minute * MINUTE
        called = {visit.ticket.id for visit in visits}
        found = scan(
            [
                each.ticket
                for each in day.visitors
                if each.ticket.arrived_at <= now and each.ticket.id not in called
            ],
            [clerk for duty in day.clerks if (clerk := free(duty, visits, now))],
            [as_it_is(room, visits, now) for room in day.rooms if room.opens <= now],
            now,
            policy,
        )
        for pair in found:
            began = now + day.preparation
            ended = began + matters[pair.ticket.id].lasts
            visits.append(
                Visit(
                    pair.ticket,
                    pair.clerk.id,
                    pair.booth.code,
                    now,
                    began,
                    ended,
                    ended + matters[pair.ticket.id].wrap_up,
                    ended + day.wipe,
                )
            )
    called = {visit.ticket.id for visit in visits}
    waiting = [each.ticket for each in day.visitors if each.ticket.id not in called]
    return Record(
        tuple(visits), tuple(sorted(waiting, key=lambda each: (each.arrived_at, each.id)))
    )


def free(duty: Duty, visits: Iterable[Visit], now: datetime) -> FreeClerk | None:
    mine = [visit for visit in visits if visit.clerk == duty.id]
    if now < duty.starts or (duty.ends and now >= duty.ends):
        return None
    if any(now < visit.clerk_until for visit in mine):
        return None
    return FreeClerk(
        duty.id,
        duty.agency,
        duty.profile,
        max([duty.starts, *(visit.clerk_until for visit in mine)]),
        max((visit.called_at for visit in mine), default=None),
        len(mine),
        sum((visit.ended_at - visit.began_at).total_seconds() for visit in mine),
    )


def as_it_is(room: Room, visits: Iterable[Visit], now: datetime) -> Booth:
    taken = any(
        now < visit.booth_until
        for visit in visits
        if (visit.ticket.point, visit.booth) == (room.point, room.code)
    )
    out = any(each.starts <= now < each.starts + each.length for each in room.outages)
    return Booth(
        room.point,
        room.code,
        free=not taken,
        ready=not out,
        can_print=room.can_print,
        can_show_papers=room.can_show_papers,
    )
