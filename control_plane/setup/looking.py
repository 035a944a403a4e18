"""What does somebody see of the setup?"""

import json
from collections import Counter
from datetime import datetime

from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Refusal
from control_plane.security import accounts
from control_plane.security.scope import Scope
from control_plane.service_points import queries as places
from control_plane.service_points.rules.days import local_day
from control_plane.setup import queries
from control_plane.setup.operations import OWNERS, SETUP, part_of, read
from control_plane.setup.queries import Change
from control_plane.setup.rules.contents import (
    AgencyContent,
    BoothContent,
    DeviceContent,
    Kind,
    PointContent,
    ServiceContent,
    SwitchesContent,
    Thing,
    differing,
    digest,
)
from control_plane.setup.rules.rights import may_change
from control_plane.setup.rules.steps import (
    BY_SYSTEM,
    CHECKS,
    Device,
    Known,
    Step,
    holding,
    is_done,
)
from control_plane.setup.views import (
    SetupAgency,
    SetupBooth,
    SetupChangeView,
    SetupDevice,
    SetupMay,
    SetupPoint,
    SetupService,
    SetupSwitches,
    SetupView,
    StepCheck,
    StepTick,
    StepView,
)

LISTED = 100


def whole(tx: Tx, scope: Scope, now: datetime) -> SetupView:
    """The whole of it for an owner; for a main user the own agency's part, and every place."""
    waits: Counter[tuple[str, str]] = Counter()
    for (agency, point, _), many in queries.waiting(tx, scope).items():
        waits[agency, point] += many
    return SetupView(
        may=SetupMay(everything=part_of(scope).everything, agency=scope.agency),
        agencies=[
            SetupAgency(code=thing.key[0], known=digest(content), content=content)
            for thing, content in queries.contents(tx, scope, Kind.AGENCY).items()
            if isinstance(content, AgencyContent) and scope.sees(thing.key[0])
        ],
        services=[
            SetupService(code=thing.key[0], known=digest(content), content=content)
            for thing, content in queries.contents(tx, scope, Kind.SERVICE).items()
            if isinstance(content, ServiceContent) and scope.sees(content.agency)
        ],
        points=[
            SetupPoint(code=thing.key[0], known=digest(content), content=content)
            for thing, content in queries.contents(tx, scope, Kind.POINT).items()
            if isinstance(content, PointContent)
        ],
        booths=[
            SetupBooth(point=thing.key[0], code=thing.key[1], known=digest(each), content=each)
            for thing, each in queries.contents(tx, scope, Kind.BOOTH).items()
            if isinstance(each, BoothContent)
        ],
        devices=_devices(tx, scope, now) if scope.has(*OWNERS) else [],
        switches=[
            SetupSwitches(
                agency=thing.key[0],
                point=thing.key[1],
                known=digest(content),
                content=content,
                waiting=waits[thing.key[0], thing.key[1]],
            )
            for thing, content in queries.contents(tx, scope, Kind.SWITCHES).items()
            if isinstance(content, SwitchesContent) and scope.sees(thing.key[0])
        ],
    )


def _devices(tx: Tx, scope: Scope, now: datetime) -> list[SetupDevice]:
    there = queries.devices_there(tx, scope, now)
    return [
        SetupDevice(
            name=thing.key[0],
            known=digest(content),
            content=content,
            enrolled=there[thing.key[0]].enrolled,
            online=there[thing.key[0]].online,
        )
        for thing, content in queries.contents(tx, scope, Kind.DEVICE).items()
        if isinstance(content, DeviceContent)
    ]


def history(tx: Tx, scope: Scope) -> list[SetupChangeView]:
    """What was changed lately, newest first."""
    names = {str(each.id): each.display_name for each in accounts.listed(tx, scope)}
    newer: set[Thing] = set()
    shown = []
    for each in queries.changes_seen(tx, scope, limit=LISTED):
        last = each.thing not in newer
        newer.add(each.thing)
        shown.append(_shown(tx, scope, each, names.get(each.actor), last=last))
    return shown


def _shown(tx: Tx, scope: Scope, each: Change, who: str | None, *, last: bool) -> SetupChangeView:
    before, after = read(each.thing, each.before), read(each.thing, each.after)
    return SetupChangeView(
        id=each.id,
        at=each.at,
        who=who,
        kind=each.thing.kind,
        key=list(each.thing.key),
        what=list(differing(before, after)),
        before=None if each.before is None else json.loads(each.before),
        after=None if each.after is None else json.loads(each.after),
        undoes=each.undoes,
        undoable=last
        and may_change(part_of(scope), each.thing, after, before)
        and queries.content_of(tx, scope, each.thing) == after,
    )


def steps(tx: Tx, scope: Scope, point: str, now: datetime) -> list[StepView]:
    """How far a point has come on its way to be open."""
    known = _known(tx, point, now)
    holds = holding(known)
    ticks = {each.step: each for each in queries.ticks_of(tx, scope, point)}
    found = []
    for step in Step:
        tick = ticks.get(step)
        found.append(
            StepView(
                step=step,
                done=is_done(step, holds, ticked=tick is not None),
                by_system=step in BY_SYSTEM,
                checks=[
                    StepCheck(check=check, holds=check in holds) for check in CHECKS.get(step, ())
                ],
                ticked=None if tick is None else StepTick(role=tick.role, at=tick.at),
            )
        )
    return found


def _known(tx: Tx, code: str, now: datetime) -> Known:
    point = places.point_of(tx, SETUP, code)
    if point is None:
        raise Refusal(NOT_FOUND)
    there = queries.devices_there(tx, SETUP, now, point=code)
    return Known(
        booths=[each.code for each in places.booths_of(tx, SETUP, [code]) if not each.closed],
        devices=[
            Device(each.booth, state.enrolled, state.online, state.knows)
            for each in places.devices_at(tx, SETUP, code)
            if (state := there.get(each.device)) is not None
        ],
        offers=len(places.offers_at(tx, SETUP, point, local_day(now, point.timezone))),
        served=queries.served_there(tx, SETUP, code),
    )
