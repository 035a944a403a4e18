"""Under which practices is a day tried? Today's by hand, greedy, ours, and two yardsticks."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from control_plane.routing.rules.policy import DEFAULT, Policy, ShorterFirst
from control_plane.routing.simulation.day import Day, Duty, Record, Visitor
from control_plane.routing.simulation.engine import run

OURS = Policy(shorter_first=ShorterFirst(gain=2.0, mean_minutes=14, cap=timedelta(minutes=30)))


class Practice(StrEnum):
    """How tickets are given to clerks."""

    MANUAL = "manual"
    GREEDY = "greedy"
    OURS = "ours"
    MANY_BOOTHS = "many_booths"
    MANY_CLERKS = "many_clerks"


def tried(day: Day, practice: Practice) -> Record:
    """The day under a practice, by the routing code that runs live."""
    match practice:
        case Practice.MANUAL:
            return run(by_rounds(day))
        case Practice.GREEDY:
            return run(day, DEFAULT)
        case Practice.OURS:
            return run(day, OURS)
        case Practice.MANY_BOOTHS:
            return run(without_booth_limit(day))
        case Practice.MANY_CLERKS:
            return run(without_clerk_limit(day))


def by_rounds(day: Day) -> Day:
    """Each clerk watches a fixed set of points: with C clerks of an agency, p mod C = i.

    A round is a skill that only its clerk has: thus the same routing code, oldest first.
    """
    numbers = {point: number for number, point in enumerate(sorted({r.point for r in day.rooms}))}
    many = Counter(duty.agency for duty in day.clerks)
    seen: Counter[str] = Counter()
    clerks: list[Duty] = []
    for duty in day.clerks:
        of_round = frozenset({(f"round {seen[duty.agency]}", 1)})
        clerks.append(replace(duty, profile=replace(duty.profile, skills=of_round)))
        seen[duty.agency] += 1
    visitors: list[Visitor] = []
    for visitor in day.visitors:
        ticket = visitor.ticket
        mine = f"round {numbers[ticket.point] % many[ticket.need.agency]}"
        need = replace(ticket.need, skill=mine)
        visitors.append(replace(visitor, ticket=replace(ticket, need=need)))
    return replace(day, visitors=tuple(visitors), clerks=tuple(clerks))


def without_booth_limit(day: Day) -> Day:
    """A booth for every visitor of the day."""
    first = {room.point: room for room in reversed(day.rooms)}
    come = Counter(visitor.ticket.point for visitor in day.visitors)
    rooms = tuple(
        replace(first[point], code=str(code)) for point in first for code in range(come[point])
    )
    return replace(day, rooms=rooms)


def without_clerk_limit(day: Day) -> Day:
    """A clerk for every visitor of the day."""
    first = {duty.agency: duty for duty in reversed(day.clerks)}
    come = Counter(visitor.ticket.need.agency for visitor in day.visitors)
    clerks = tuple(
        replace(first[agency], id=UUID(int=(number + 1) * 1_000_000 + one))
        for number, agency in enumerate(first)
        for one in range(come[agency])
    )
    return replace(day, clerks=clerks)
