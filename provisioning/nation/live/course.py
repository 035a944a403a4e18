"""How does the day go on the running system? Everybody comes, is served and leaves; it ends."""

import asyncio
import contextlib
import random
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

import aiohttp
import httpx

from control_plane.clock import SystemClock
from control_plane.routing.simulation.day import Visitor
from provisioning.contact_centre.centre import ContactCentre, Tally
from provisioning.nation.live.clerk import Clerk, Pace
from provisioning.nation.live.founding import MAIN_USER, OWNER
from provisioning.nation.live.plane import Plane
from provisioning.nation.live.schedule import (
    CENTRE,
    Schedule,
    booth_code,
    breaks,
    calls,
    device_name,
    service,
    usernames,
)
from provisioning.virtual.asking import Browser, cookies
from provisioning.virtual.certificates import tls
from provisioning.virtual.device import PEACE, Device, Habits, Line
from provisioning.virtual.record import History
from shared.identifiers import DeviceName

CLOCK = SystemClock()
# Sign-ins at once: each costs the control plane a hash of 64 MiB.
AT_ONCE = 8
# Whoever is not on the line by then stays away, and is counted.
GATHERED_WITHIN_S = 30.0
EACH_S = 0.25  # and so much more for each of them
LOOKS_EACH_S = 1.0
# A device says again what is not answered by then: sooner, and thousands at once would only make
# a control plane slower that is slow already.
AGAIN_S = 10.0
# Nobody may wait for ever: what is not over so much later than in the simulator is told as waiting.
SLOWER, LATER_S = 2.0, 60.0


@dataclass(slots=True)
class Told:
    """What the run was, in the words of who took part."""

    history: History
    opened: datetime
    devices: int = 0  # on the line when the doors opened, each with a connection of its own
    devices_asked: int = 0
    clerks: int = 0  # signed in, with an open page
    clerks_asked: int = 0
    sign_in_s: float = 0.0
    lost_lines: int = 0  # connections of devices and pages that broke, or were not given
    refused_numbers: int = 0
    seconds: float = 0.0
    drained: bool = False
    centre: Tally = field(default_factory=Tally)
    # The owner's, as it was last.
    board: dict[str, Any] = field(default_factory=lambda: {"cells": [], "days": []})
    most_waiting: Counter[str] = field(default_factory=Counter)  # by agency, as the board said


@dataclass(slots=True)
class _Run:
    plan: Schedule
    plane: Plane
    told: Told
    say: Callable[[str], None]
    tasks: asyncio.TaskGroup
    stack: contextlib.AsyncExitStack
    matters: dict[str, float] = field(default_factory=dict)
    devices: dict[str, list[Device]] = field(default_factory=dict)  # by point
    clerks: list[Clerk] = field(default_factory=list)
    numbers: int = 0  # wishes for a number that were answered


class _Over(Exception):
    """Let everybody go."""


async def live(plan: Schedule, plane: Plane, say: Callable[[str], None]) -> Told:
    """The whole day; its length is bounded by the schedule's and that of the drain."""
    told = Told(History(), CLOCK.now())
    try:
        async with contextlib.AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
            await _day(_Run(plan, plane, told, say, tasks, stack))
    except* _Over:
        pass
    return told


async def _day(run: _Run) -> None:
    told, plan = run.told, run.plan
    owner = await _browser(run, OWNER)
    await owner.sign_in(OWNER, run.plane.founded.password)
    await _devices_come(run)
    run.say(f"{told.devices} of {told.devices_asked} devices are on the line")
    await _clerks_come(run)
    run.say(f"{told.clerks} of {told.clerks_asked} clerks are signed in ({told.sign_in_s:.0f} s)")
    centre = await _centre(run)
    began = time.monotonic()
    told.opened = CLOCK.now()
    for clerk in run.clerks:
        run.tasks.create_task(clerk.work(told.opened))
    playing = run.tasks.create_task(centre.play(calls(plan)))
    watching = run.tasks.create_task(_watch_board(run, owner))
    await _visitors_come(run)
    allowed_s = SLOWER * plan.lasts_s + LATER_S
    run.say(f"the doors close after {time.monotonic() - began:.0f} s: {run.numbers} have come")
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(began + allowed_s - time.monotonic()):
            await _all_served(run, owner)
            told.drained = True
    told.seconds = time.monotonic() - began
    playing.cancel()
    watching.cancel()
    await _look(run, owner)
    told.centre = centre.tally
    told.lost_lines = sum(each.lost for each in _all_devices(run)) + sum(
        each.lost for each in run.clerks
    )
    raise _Over


# --- who takes part ----------------------------------------------------------------------------


async def _devices_come(run: _Run) -> None:
    """Every booth's device, a connection each, a little after one another."""
    founded, plan = run.plane.founded, run.plan
    habits = _habits(plan)
    for room in plan.day.rooms:
        name = DeviceName(device_name(room.point, room.code))
        line = Line(run.plane.ports.mqtt_devices, tls(founded.devices[name]), founded.orders)
        lot = random.Random(name)  # noqa: S311 - repeated from run to run
        booth = booth_code(room.point, room.code)
        device = Device(name, booth, line, run.told.history, lot, habits, run.tasks)
        run.devices.setdefault(room.point, []).append(device)
        run.tasks.create_task(device.run())
        await asyncio.sleep(0.004)
    everybody = list(_all_devices(run))
    await _until(lambda: all(each.client for each in everybody), len(everybody))
    run.told.devices_asked = len(everybody)
    run.told.devices = sum(each.client is not None for each in everybody)


def _habits(plan: Schedule) -> Habits:
    """Preparation is the walk to the booth; the wire's own time comes on top of it."""
    walks, wipes = plan.clock_s(plan.day.preparation), plan.clock_s(plan.day.wipe)
    return replace(
        PEACE,
        again_s=AGAIN_S,
        prepares_s=(0.0, 0.0),
        comes_s=(walks, walks),
        wipes_s=(wipes, wipes),
    )


async def _clerks_come(run: _Run) -> None:
    """Each signs in with a password, and opens the page."""
    plan, founded, told = run.plan, run.plane.founded, run.told
    names = usernames(plan.day)
    turns = asyncio.Semaphore(AT_ONCE)
    everybody = []
    for duty in plan.day.clerks:
        pauses = deque((plan.after_s(due), plan.clock_s(lasts)) for due, lasts in breaks(duty))
        wrap_up_s = plan.clock_s(plan.day.visitors[0].wrap_up) if plan.day.visitors else 0.0
        browser = await _browser(run, str(founded.clerks[duty.id]))
        pace = Pace(run.matters, wrap_up_s, pauses)
        everybody.append(Clerk(browser, names[duty.id], founded.password, pace))
    began = time.monotonic()

    async def sign_in(clerk: Clerk) -> None:
        async with turns:
            await clerk.sign_in()

    await asyncio.gather(*map(sign_in, everybody))
    told.sign_in_s = time.monotonic() - began
    run.clerks = [each for each in everybody if each.signed_in]
    for clerk in run.clerks:
        run.tasks.create_task(clerk.watch())
        await asyncio.sleep(0.002)
    await _until(lambda: all(each.sees for each in run.clerks), len(run.clerks))
    await asyncio.gather(*(clerk.come() for clerk in run.clerks))
    told.clerks_asked = len(everybody)
    told.clerks = sum(each.sees for each in run.clerks)


async def _centre(run: _Run) -> ContactCentre:
    """Let in by the agency's main user, as any contact centre is."""
    main_user = await _browser(run, MAIN_USER)
    await main_user.sign_in(MAIN_USER, run.plane.founded.password)
    made = await main_user.ask(
        "POST", "/integrations", {"agency": CENTRE, "name": "Phone service"}, key=""
    )
    token = made.body["token"]
    http = httpx.AsyncClient(
        base_url=run.plane.origin, headers={"Authorization": f"Bearer {token}"}, timeout=10
    )
    return ContactCentre(await run.stack.enter_async_context(http), ttl_s=60)


async def _browser(run: _Run, who: str) -> Browser:
    http = await run.stack.enter_async_context(cookies())
    return Browser(http, run.plane.origin, who, run.told.history)


def _all_devices(run: _Run) -> Iterator[Device]:
    for here in run.devices.values():
        yield from here


async def _until(ready: Callable[[], bool], many: int) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(GATHERED_WITHIN_S + EACH_S * many):
            while not ready():  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.1)


# --- the day -----------------------------------------------------------------------------------


async def _visitors_come(run: _Run) -> None:
    """Each at the time of the schedule, whatever became of those before."""
    plan, opened = run.plan, run.told.opened
    doors = {point: cycle(here) for point, here in run.devices.items()}
    coming = []
    for visitor in plan.day.visitors:
        due = opened + timedelta(seconds=plan.after_s(visitor.ticket.arrived_at))
        await asyncio.sleep(max(0.0, (due - CLOCK.now()).total_seconds()))
        device = next(doors[visitor.ticket.point])
        coming.append(run.tasks.create_task(_comes(run, visitor, device)))
    closing = opened + timedelta(seconds=plan.clock_s(plan.open_for))
    await asyncio.sleep(max(0.0, (closing - CLOCK.now()).total_seconds()))
    await asyncio.gather(*coming)


async def _comes(run: _Run, visitor: Visitor, device: Device) -> None:
    ticket = await device.take(service(visitor), visitor.ticket.need.language)
    if ticket is None:
        run.told.refused_numbers += 1
    else:
        run.numbers += 1
        run.matters[str(ticket)] = run.plan.clock_s(visitor.lasts)


async def _all_served(run: _Run, owner: Browser) -> None:
    """As the live board says: nobody waits, is called or sits in a booth."""
    while True:
        board = await _look(run, owner)
        if not board["cells"] and sum(each["served"] for each in board["days"]) >= run.numbers:
            return
        await asyncio.sleep(LOOKS_EACH_S)


async def _look(run: _Run, owner: Browser) -> dict[str, Any]:
    """The owner's board as it is now; without an answer, as it was."""
    answer = await owner.ask("GET", "/supervision", None, key="")
    if answer.ok:
        run.told.board = answer.body
    return run.told.board


async def _watch_board(run: _Run, owner: Browser) -> None:
    """The owner's board by its live socket: how long was each agency's queue at most?"""
    address = run.plane.origin.replace("http", "ws", 1) + "/api/v1/live?subject=supervision"
    headers = {"Origin": run.plane.origin}
    while True:
        with contextlib.suppress(aiohttp.ClientError, OSError):
            async with owner.http.ws_connect(address, headers=headers, max_msg_size=0) as line:
                async for message in line:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        _note_waiting(run.told.most_waiting, message.json()["data"]["cells"])
        await asyncio.sleep(LOOKS_EACH_S)


def _note_waiting(most: Counter[str], cells: Iterable[dict[str, Any]]) -> None:
    now: Counter[str] = Counter()
    for cell in cells:
        now[cell["agency"]] += cell["waiting"]
    for agency, waiting in now.items():
        most[agency] = max(most[agency], waiting)
