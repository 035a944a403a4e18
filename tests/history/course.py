"""One run: people and devices work while things break, then in peace until everybody is served."""

import asyncio
import contextlib
import json
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from control_plane.clock import SystemClock
from control_plane.database import open_store
from control_plane.facts import facts
from control_plane.fleet.tables import booth_uses
from control_plane.outbox.tables import inbox
from control_plane.security import audit_check
from control_plane.security.keys import Keyring
from control_plane.security.tables import audit as audit_log
from control_plane.staff.tables import clerks as clerk_rows
from control_plane.tickets.tables import tickets
from control_plane.visits.tables import consults, offers, visits
from provisioning.virtual.asking import Browser, cookies, plain
from provisioning.virtual.certificates import tls
from provisioning.virtual.device import Device, Habits, Line
from provisioning.virtual.record import History
from shared.orders import CommandKeys
from tests.history import journal, nation
from tests.history.auditor import AT_REST, Finding, Stored, audit
from tests.history.clerks import Clerk, Together
from tests.history.overtaking import Overtaking, Setting
from tests.history.plane import SERVE, Plane, running_plane
from tests.history.troubles import Troubles

# Longer than anything that time alone ends: a check of the booth, a wipe that nobody tells of.
STUCK_AFTER_S = 100
# So many that they wait for longer than `overtaking.SETTLED_S`: else nobody could be overtaken.
WAITING_AT_MOST = 50
ARRIVALS_PER_S = 0.3  # at each device


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how hard."""

    operations: int
    kills: int
    at_least_s: float = 0.0
    at_most_s: float = 200.0
    seed: int = 1
    habits: Habits = Habits()  # noqa: RUF009 - frozen
    command: Sequence[str] = SERVE
    modes: Mapping[str, str] = field(default_factory=lambda: nation.MODES)
    settles: bool = True  # go on in peace until everybody is served
    peace_s: tuple[float, float] = (1.0, 5.0)  # from one trouble to the next


@dataclass(slots=True)
class Verdict:
    """What a run was, and what the auditor says."""

    history: History
    findings: list[Finding]
    visits: int
    could_overtake: int  # decisions at which somebody waited whom the clerk could have got
    intact: bool = False  # the audit log's chain
    seconds: float = 0.0
    in_peace_s: float = 0.0

    def told(self) -> str:
        """A line or two."""
        kinds = dict(Counter(str(each.kind) for each in self.findings))
        return (
            f"{self.history.summary()}; {self.visits} visits, "
            f"{self.could_overtake} decisions beside somebody who waited; {self.seconds:.0f} s and "
            f"{self.in_peace_s:.0f} s in peace; found: {kinds or 'nothing'}"
        )


@dataclass(slots=True)
class _Run:
    plane: Plane
    plan: Plan
    random: random.Random
    history: History = field(default_factory=History)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    together: Together = field(default_factory=Together)
    waiting: int = 0  # as the database said last


async def run(folder: Path, *, database: str, plan: Plan) -> Verdict:
    """Do it all, and judge."""
    async with running_plane(folder, database=database, command=plan.command) as plane:
        this = _Run(plane, plan, random.Random(plan.seed))  # noqa: S311 - a plan to repeat
        store = open_store(plane.url)
        identities, setting = await nation.found(store, plan.modes)
        await store.close()
        for replica in plane.replicas:
            replica.start()
        await plane.all_serve()
        began = time.monotonic()
        peace = await _act(this, identities)
        verdict = _judge(this, setting)
        verdict.intact = await audit_log_is_intact(plane.url)
        verdict.in_peace_s = time.monotonic() - peace
        verdict.seconds = peace - began
        _keep(folder, this.history, verdict.findings)
        return verdict


async def _act(this: _Run, identities: dict[str, str]) -> float:
    keyring = Keyring(this.plane.broker.directory)
    keys = CommandKeys.read(keyring.command_keys(SystemClock().now()))
    async with contextlib.AsyncExitStack() as stack:
        people = [
            Clerk(
                username,
                Browser(
                    await stack.enter_async_context(cookies()),
                    this.plane.origin,
                    identity,
                    this.history,
                ),
                random.Random(this.random.random()),  # noqa: S311
                this.together,
            )
            for username, identity in identities.items()
        ]
        async with asyncio.TaskGroup() as tasks:
            devices = _devices(this, keys, tasks)
            lines = [tasks.create_task(device.run()) for device in devices]
            crowds = [tasks.create_task(_visitors(this, device)) for device in devices]
            crowds.append(tasks.create_task(_count_who_waits(this)))
            shifts = [tasks.create_task(clerk.work(this.stop)) for clerk in people]
            await _break_things(this)
            peace = time.monotonic()
            for crowd in crowds:
                crowd.cancel()
            for clerk in people:
                clerk.drain = True
            if this.plan.settles:
                await _served(this)
            this.stop.set()
            await asyncio.gather(*shifts)
            for line in lines:
                line.cancel()
            _leave(tasks)
    return peace


def _devices(this: _Run, keys: CommandKeys, tasks: asyncio.TaskGroup) -> list[Device]:
    return [
        Device(
            name,
            booth,
            Line(this.plane.broker.device_port, tls(this.plane.broker.device(name)), keys),
            this.history,
            random.Random(this.random.random()),  # noqa: S311
            this.plan.habits,
            tasks,
        )
        for (_, booth), name in nation.devices().items()
    ]


def _leave(tasks: asyncio.TaskGroup) -> None:
    """What devices still say again is of no interest any more."""
    for task in asyncio.all_tasks():
        if task is not asyncio.current_task() and task in tasks._tasks:
            task.cancel()


async def _break_things(this: _Run) -> None:
    plan = this.plan
    began = time.monotonic()
    lot = random.Random(plan.seed)  # noqa: S311
    troubles = Troubles(this.plane, this.history, lot, plan.peace_s)
    if plan.kills:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(plan.at_most_s):
                await troubles.run(kills=plan.kills, until=began + plan.at_least_s)
    while not _enough(this, time.monotonic() - began):  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0.2)
    for replica in this.plane.replicas:
        replica.go_on()
    await _mend(this.plane)


def _enough(this: _Run, seconds: float) -> bool:
    plan = this.plan
    asked = len(this.history.calls) >= plan.operations and seconds >= plan.at_least_s
    return asked or seconds >= plan.at_most_s


async def _mend(plane: Plane) -> None:
    """Everything runs again."""
    for replica in plane.replicas:
        if replica.process is None or replica.process.poll() is not None:
            replica.start()
    await plane.all_serve()


async def _count_who_waits(this: _Run) -> None:
    """Nobody comes to a full house: the queue stays such that it can be served in the end."""
    waiting = sa.select(sa.func.count()).where(tickets.c.state == "waiting")
    while True:
        with contextlib.suppress(sa.exc.DBAPIError):
            this.waiting = await asyncio.to_thread(_count, this.plane, waiting)
        await asyncio.sleep(0.5)


async def _visitors(this: _Run, device: Device) -> None:
    """People come to this device, give up, and come back after a missed call."""
    while True:
        await asyncio.sleep(this.random.expovariate(ARRIVALS_PER_S))
        if this.waiting < WAITING_AT_MOST:
            agency = this.random.choice(list(nation.MODES))
            language = this.random.choice(nation.LANGUAGES)
            device.tasks.create_task(_visitor(this, device, nation.SERVICES[agency], language))


async def _visitor(this: _Run, device: Device, service: str, language: Any) -> None:
    ticket = await device.take(service, language)
    if ticket is None:
        return
    await asyncio.sleep(this.random.uniform(2, 12))
    lot = this.random.random()
    if lot < 0.08:
        await device.cancel(ticket)
    elif lot < 0.3:
        await device.come_back(ticket)


async def _served(this: _Run) -> None:
    """Wait until nobody waits and nothing is open, or until nothing moves any more."""
    waiting = sa.select(sa.func.count()).where(tickets.c.state.not_in(sorted(AT_REST)))
    running = sa.select(sa.func.count()).where(visits.c.ended_at.is_(None))
    open_ = sa.select(sa.func.count()).where(offers.c.state == "open")
    ended = sa.select(sa.func.count()).where(visits.c.ended_at.is_not(None))
    served, moved_at = -1, time.monotonic()
    while await asyncio.to_thread(_count, this.plane, waiting, running, open_):
        if (now := await asyncio.to_thread(_count, this.plane, ended)) != served:
            served, moved_at = now, time.monotonic()
        if time.monotonic() > moved_at + STUCK_AFTER_S:
            return
        await asyncio.sleep(0.5)


def _count(plane: Plane, *statements: sa.Select[Any]) -> int:
    with plane.engine.connect() as connection:
        return sum(int(connection.execute(each).scalar_one()) for each in statements)


# --- judging -----------------------------------------------------------------------------------


def _judge(this: _Run, setting: Setting) -> Verdict:
    engine = this.plane.engine
    stored = _stored(engine)
    changes = journal.read(engine)
    overtaking = Overtaking(setting, stored.out_of_turn)
    findings = audit(this.history.calls, changes, stored, overtaking)
    lines = [json.dumps([each.seq, each.at, each.table, each.row]) for each in changes]
    (this.plane.log / "journal.jsonl").write_text("\n".join(lines))
    return Verdict(this.history, findings, len(stored.visits), overtaking.looked)


def _stored(engine: sa.Engine) -> Stored:
    def rows(table: sa.Table) -> list[dict[str, Any]]:
        return journal.stored(engine, sa.select(table))

    made, ended = Counter[str](), Counter[str]()
    of_both = sa.or_(facts.c.kind.like("offer.%"), facts.c.kind.like("consult.%"))
    for row in journal.stored(engine, sa.select(facts).where(of_both)):
        what, _, step = row["kind"].partition(".")
        identity = plain(json.loads(row["body"])[what])
        made[identity] += step in {"made", "asked"}
        ended[identity] += step == "ended"
    called = sa.select(audit_log.c.subject).where(audit_log.c.action == "ticket.called_out_of_turn")
    return Stored(
        tickets=rows(tickets),
        visits=rows(visits),
        offers=rows(offers),
        clerks=rows(clerk_rows),
        booths=rows(booth_uses),
        consults=rows(consults),
        made=made,
        ended=ended,
        out_of_turn=frozenset(
            plain(row["subject"].removeprefix("ticket:")) for row in journal.stored(engine, called)
        ),
        inbox=frozenset(row["id"] for row in rows(inbox)),
    )


def _keep(folder: Path, history: History, findings: list[Finding]) -> None:
    """For whoever looks at a run that failed."""
    lines = [
        json.dumps(
            {
                "who": call.who,
                "operation": call.operation,
                "began": call.began,
                "ended": call.ended,
                "outcome": call.outcome,
                "tries": call.tries,
                "about": dict(call.about),
                "answer": dict(call.answer),
            }
        )
        for call in history.calls
    ]
    (folder / "history.jsonl").write_text("\n".join(lines))
    (folder / "findings.txt").write_text("\n".join(map(str, [*history.oddities, *findings])))


async def audit_log_is_intact(url: str) -> bool:
    """Does the chain of the audit log hold?"""
    store = open_store(url)
    try:
        return (await store.read(audit_check.verify)).intact
    finally:
        await store.close()
