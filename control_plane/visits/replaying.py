"""How did a recorded day go, were its decisions right, and how would it go by other choices?

From rows and facts: tickets, visits that took place, what clerks came to do, decisions. What is
not recorded is said beside the answer: booths count as in use all day, clerks have the skills and
languages of now, and whoever left without being served is not in the comparison.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from control_plane.database import Tx
from control_plane.fleet import booth_queries as devices
from control_plane.routing import decision_queries as decisions
from control_plane.routing import queries as policies
from control_plane.routing.rules.choices import Choices
from control_plane.routing.rules.facts import WaitingTicket
from control_plane.routing.rules.policy import DEFAULT
from control_plane.routing.simulation.day import Visitor
from control_plane.routing.simulation.recheck import Differs, Made, Waited, recheck
from control_plane.routing.simulation.replay import (
    BoothCame,
    Came,
    ClerkCame,
    ClerkWent,
    Difference,
    Recorded,
    compare,
    recorded_day,
)
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.staff import queries as staff
from control_plane.staff.rules import WORKING
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import TicketState
from control_plane.visits import recorded_queries as recorded
from control_plane.visits.operations.matching import as_profile, as_waiting
from control_plane.visits.operations.plans import ErrandLed
from control_plane.visits.recorded_queries import Moved, Served
from shared.identifiers import AgencyCode

REPLAY = Scope.system("replay")


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a day tells."""

    day: date
    came: int  # numbers given
    served: int
    decisions: int
    differs: list[Differs]
    difference: Difference | None  # by the other choices, where some were asked for


def replayed(
    tx: Tx, day: date, agency: AgencyCode | None, choices: Choices | None, wrap_up: timedelta
) -> Replayed:
    """The day of all agencies or of one; ``choices`` are the other ones of that one."""
    came = tickets.by_ids(tx, REPLAY, recorded.tickets_of_day(tx, REPLAY, day))
    services = {each.code: each for each in places.services_seen(tx, REPLAY)}
    waited = {
        each.id: as_waiting(
            replace(each, **tickets.ON_THE_WAY),
            services.get(each.service),
            served_here=True,
            now=each.arrived_at,
        )
        for each in came
    }
    mine = [each for each in came if agency in {None, each.agency}]
    own_ids = {each.id for each in mine}
    visits = recorded.served(tx, REPLAY, waited)
    made, differs = _rechecked(tx, mine, waited)
    difference = None
    if agency is not None and choices is not None and came:
        own = policies.newest(tx, REPLAY)
        chosen = own.pop(agency, None)
        moments = [each.arrived_at for each in came]
        moves = recorded.moves(
            tx, REPLAY, min(moments) - timedelta(hours=12), max(moments) + timedelta(hours=12)
        )
        events = [
            *_visitors(visits, waited, wrap_up, predecessors(came)),
            *_clerks(tx, visits, moves),
            *_booths(tx, {each.point for each in came}, min(moments)),
        ]
        difference = compare(
            recorded_day(events),
            DEFAULT if chosen is None else chosen.policy,
            choices.policy(),
            # Others go by theirs, or by the defaults, in both.
            others={each.agency: DEFAULT for each in came if each.agency != agency}
            | {each: stored.policy for each, stored in own.items()},
        )
    return Replayed(
        day,
        len(mine),
        sum(each.ticket_id in own_ids for each in visits),
        made,
        differs,
        difference,
    )


def _rechecked(
    tx: Tx, came: list[Ticket], waited: dict[UUID, WaitingTicket]
) -> tuple[int, list[Differs]]:
    """How many decisions there were, and those that do not agree with what was chosen."""
    if not came:
        return 0, []
    first, last = min(each.arrived_at for each in came), max(each.expires_at for each in came)
    found = decisions.between(tx, REPLAY, first, last)
    taken: dict[UUID, datetime] = {}
    for each in found:
        taken.setdefault(each.ticket_id, each.at)
    of_several = [each for each in came if each.plan_id is not None]
    facts = recorded.told_of(tx, REPLAY, [each.id for each in of_several], ErrandLed.kind)
    away = held(of_several, [(at, ErrandLed.model_validate_json(body)) for at, body in facts])
    differs = []
    many = 0
    for agency in sorted({each.agency for each in came}):
        of_agency = [each for each in found if each.agency == agency]
        many += len(of_agency)
        differs += recheck(
            [
                Made(each.id, each.at, each.ticket_id, each.policy_version, each.reasons)
                for each in of_agency
            ],
            {
                each.id: Waited(
                    waited[each.id], taken.get(each.id, each.ended_at), away.get(each.id, ())
                )
                for each in came
                if each.agency == agency
            },
            {
                each.version: each.policy
                for each in policies.versions(tx, REPLAY, AgencyCode(agency))
            },
        )
    return many, differs


def _visitors(
    visits: Iterable[Served],
    waited: Mapping[UUID, WaitingTicket],
    wrap_up: timedelta,
    after: Mapping[UUID, UUID],
) -> list[Recorded]:
    return [
        Came(
            waited[each.ticket_id].arrived_at,
            Visitor(
                waited[each.ticket_id],
                each.ended_at - each.created_at,
                wrap_up,
                after.get(each.ticket_id),
            ),
        )
        for each in visits
    ]


def predecessors(came: Iterable[Ticket]) -> dict[UUID, UUID]:
    """Of errands that had to wait for another one of their visit, which one."""
    known = list(came)
    steps = {(each.plan_id, each.plan_step): each.id for each in known}
    return {
        each.id: steps[each.plan_id, each.plan_after]
        for each in known
        if each.plan_after is not None and (each.plan_id, each.plan_after) in steps
    }


def held(
    came: Iterable[Ticket], led: Iterable[tuple[datetime, ErrandLed]]
) -> dict[UUID, tuple[tuple[datetime, datetime | None], ...]]:
    """From when to when each errand was held for another one; one that comes after, from the start.

    Who stays seated for an errand is told of by nobody: its hold lasts until it is told of again.
    """
    since = {each.id: each.arrived_at for each in came if each.plan_after is not None}
    spells: defaultdict[UUID, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for at, told in led:
        if told.state is TicketState.HELD:
            since.setdefault(told.ticket, at)
        elif told.ticket in since:
            spells[told.ticket].append((since.pop(told.ticket), at))
    for ticket, begun in since.items():
        spells[ticket].append((begun, None))
    return {ticket: tuple(found) for ticket, found in spells.items()}


def _clerks(tx: Tx, visits: Iterable[Served], moves: Iterable[Moved]) -> list[Recorded]:
    """By what they told of themselves; whoever told nothing was there for the visits."""
    told = list(moves)
    ids = {each.moved.clerk for each in told} | {each.staff_id for each in visits}
    known = {each.id: each for each in staff.by_ids(tx, REPLAY, ids)}
    spans = [(each.created_at, each.ended_at, each.staff_id) for each in visits]
    events: list[Recorded] = []
    for clerk_id, clerk in known.items():
        profile = as_profile(clerk)
        own = [each for each in told if each.moved.clerk == clerk_id]
        for each in own:
            if each.moved.state in WORKING:
                events.append(ClerkCame(each.at, clerk_id, clerk.agency, profile))
            else:
                events.append(ClerkWent(each.at, clerk_id))
        mine = [span for span in spans if span[2] == clerk_id]
        if not own and mine:
            events += [
                ClerkCame(min(span[0] for span in mine), clerk_id, clerk.agency, profile),
                ClerkWent(max(span[1] for span in mine), clerk_id),
            ]
    return events


def _booths(tx: Tx, points: set[str], since: datetime) -> list[Recorded]:
    return [
        BoothCame(since, each.point, each.booth) for each in devices.booths_now(tx, REPLAY, points)
    ]
