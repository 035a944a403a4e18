"""What does the database say of the day: how did it go, and was anybody lost or served twice?"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from control_plane.database import Tx, open_store
from control_plane.queues.rules.closing import country_day
from control_plane.routing.rules.facts import Need, WaitingTicket
from control_plane.routing.simulation.day import NONE, Day, Record, Visit, Visitor
from control_plane.security import audit_check
from control_plane.security.scope import Scope
from control_plane.staff.rules import ClerkState
from control_plane.tickets import queries as tickets
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import TicketState
from control_plane.visits import recorded_queries as recorded
from control_plane.visits.recorded_queries import Moved, Served
from provisioning.nation.live.schedule import Schedule, minutes_of
from provisioning.virtual.asking import plain
from provisioning.virtual.record import History, Outcome

ASKS = Scope.system("simulation")
LONGEST = timedelta(hours=2)  # that a run can take


@dataclass(frozen=True, slots=True)
class Audit:
    """What must be nothing, beside what was looked at."""

    numbers: int  # that were given
    served: int  # of them
    lost: int  # given to a visitor, and not served or not there
    twice: int  # visitors who were served twice
    clerk_twice: int  # visits of a clerk that overlap
    booth_twice: int
    chain_intact: bool  # of the audit log

    @property
    def clean(self) -> bool:
        """Is everything nothing that must be?"""
        wrong = self.lost + self.twice + self.clerk_twice + self.booth_twice
        return wrong == 0 and self.chain_intact


@dataclass(frozen=True, slots=True)
class Account:
    """The day as rows tell it."""

    record: Record  # in the nation's time
    day: Day  # for the simulator: who came when, and how long the machine took for each
    missed: Counter[str]  # by agency: whoever did not come to a call
    audit: Audit


async def account(url: str, plan: Schedule, history: History, opened: datetime) -> Account:
    """Read it all."""
    store = open_store(url)
    try:
        rows, visits, moves = await store.read(lambda tx: _day(tx, opened))
        chain = await store.read(audit_check.verify)
    finally:
        await store.close()
    record = told(plan, rows, visits, opened, wrap_up(moves) * plan.asked.speed)
    return Account(
        record,
        as_lived(plan, record),
        Counter(each.agency for each in rows if each.missed_at is not None),
        audit(rows, visits, given(history), chain_intact=chain.intact),
    )


def _day(tx: Tx, opened: datetime) -> tuple[list[Ticket], list[Served], list[Moved]]:
    ids = recorded.tickets_of_day(tx, ASKS, country_day(opened))
    rows = [each for each in tickets.by_ids(tx, ASKS, ids) if each.arrived_at >= opened]
    visits = recorded.served(tx, ASKS, [each.id for each in rows])
    return rows, visits, recorded.moves(tx, ASKS, opened, opened + LONGEST)


def given(history: History) -> set[str]:
    """The tickets whose number a device has shown to its visitor."""
    return {
        call.answer["ticket"]
        for call in history.calls
        if call.operation == "take" and call.outcome is Outcome.OK
    }


def told(
    plan: Schedule,
    rows: Sequence[Ticket],
    visits: Iterable[Served],
    opened: datetime,
    wrap_up: timedelta,
) -> Record:
    """The day in the nation's time, as the simulator records one."""
    waited = {each.id: _waiting(plan, each, opened) for each in rows}
    found = []
    for each in visits:
        ended = plan.moment(each.ended_at, opened)
        found.append(
            Visit(
                waited[each.ticket_id],
                each.staff_id,
                each.booth,
                plan.moment(each.created_at, opened),
                plan.moment(each.began_at, opened),
                ended,
                clerk_until=ended + wrap_up,
                booth_until=ended + plan.day.wipe,
            )
        )
    called = {each.ticket.id for each in found}
    waiting = sorted(
        (each for each in waited.values() if each.id not in called),
        key=lambda each: (each.arrived_at, each.id),
    )
    return Record(tuple(sorted(found, key=lambda each: each.called_at)), tuple(waiting))


def as_lived(plan: Schedule, record: Record) -> Day:
    """The same day with the machine's own time in it, to be run by the simulator once more."""
    return replace(
        plan.day,
        visitors=tuple(
            Visitor(each.ticket, each.ended_at - each.called_at, each.clerk_until - each.ended_at)
            for each in record.visits
        ),
        preparation=NONE,
    )


def wrap_up(moves: Iterable[Moved]) -> timedelta:
    """How long clerks wrote up after a visit, on the average and on the clock."""
    since: dict[UUID, datetime] = {}
    lasted = []
    for each in moves:
        began = since.pop(each.moved.clerk, None)
        if began is not None:
            lasted.append(each.at - began)
        if each.moved.state is ClerkState.WRAP_UP:
            since[each.moved.clerk] = each.at
    return sum(lasted, NONE) / len(lasted) if lasted else NONE


def _waiting(plan: Schedule, row: Ticket, opened: datetime) -> WaitingTicket:
    need = Need(row.agency, row.language, minutes=minutes_of(row.service))
    return WaitingTicket(row.id, plan.moment(row.arrived_at, opened), row.point, need)


def audit(
    rows: Sequence[Ticket], visits: Sequence[Served], shown: set[str], *, chain_intact: bool
) -> Audit:
    """Hold what devices showed against what was stored, and visits against one another."""
    completed = {plain(each.id) for each in rows if each.state is TicketState.COMPLETED}
    served = Counter(each.ticket_id for each in visits)
    return Audit(
        numbers=len(rows),
        served=len(served),
        lost=len((shown | {plain(each.id) for each in rows}) - completed),
        twice=sum(many > 1 for many in served.values()),
        clerk_twice=_overlaps(visits, lambda each: each.staff_id),
        booth_twice=_overlaps(visits, lambda each: (each.point, each.booth)),
        chain_intact=chain_intact,
    )


def _overlaps(visits: Iterable[Served], of_one: Callable[[Served], UUID | tuple[str, str]]) -> int:
    stretches: dict[object, list[tuple[datetime, datetime]]] = {}
    for each in visits:
        stretches.setdefault(of_one(each), []).append((each.created_at, each.ended_at))
    return sum(
        before[1] > after[0]
        for found in stretches.values()
        for before, after in pairwise(sorted(found))
    )
