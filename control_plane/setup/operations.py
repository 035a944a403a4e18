"""How is a thing of the setup changed, taken away, and brought back to what it was?

Every change goes one way: what stands there is compared with what the asker saw, the new content
is stored, and whatever would be lost by it refuses the whole. Nobody who waits is lost.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from control_plane import facts
from control_plane.database import Tx
from control_plane.errors import CHANGED_MEANWHILE, NOT_ALLOWED, NOT_FOUND, Reason, Refusal
from control_plane.security import audit
from control_plane.security.scope import Role, Scope
from control_plane.service_points import day_queries as days
from control_plane.service_points import operations as twins
from control_plane.service_points import queries as places
from control_plane.service_points.rules.days import local_day
from control_plane.service_points.rules.offers import is_valid
from control_plane.setup import queries
from control_plane.setup.queries import Change
from control_plane.setup.rules.contents import (
    CONTENTS,
    AgencyContent,
    Content,
    DeviceContent,
    Kind,
    PointContent,
    ServiceContent,
    Thing,
    differing,
    digest,
)
from control_plane.setup.rules.rights import Part, agency_of, may_change, named_by
from shared.identifiers import new_uuid

SETUP = Scope.system("setup")
OWNERS = (Role.OWNER, Role.ADMIN)
SETTERS = (*OWNERS, Role.AGENCY_ADMIN)

NUMBERS_WAIT = Reason(
    "numbers_wait", 409, "Numbers wait for what would be no more there: serve them; see numbers."
)
IN_USE = Reason("in_use", 409, "Others need it to be there; see uses.")
BOOTH_IN_USE = Reason("booth_in_use", 409, "A visit is, or is about to be, in that booth.")
NOT_THERE = Reason("not_there", 422, "It names something that is not there; see what.")
OTHER_AGENCYS = Reason("other_agencys", 409, "A service stays with its agency.")
TRAINING_APART = Reason(
    "training_apart", 409, "A training agency serves at training points, and nobody else does."
)
NOT_THE_LAST = Reason("not_the_last", 409, "Something newer stands on that change.")

Waiting = dict[tuple[str, str, str], int]


class SetupChanged(facts.Fact):
    """What stands where, or who serves what, is different: whoever shows it looks again."""

    kind: ClassVar[str] = "setup.changed"
    thing: str
    agencies: tuple[str, ...]
    points: tuple[str, ...]

    @property
    def subject(self) -> str:
        """The thing."""
        return self.thing


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom a change may concern."""

    agencies: frozenset[str]
    points: frozenset[str]

    def __or__(self, other: "Reached") -> "Reached":
        return Reached(self.agencies | other.agencies, self.points | other.points)


@dataclass(frozen=True, slots=True)
class Made:
    """What has come of it: the thing's version, and the change unless it was so already."""

    known: str
    change: UUID | None


def change(  # noqa: PLR0913 - who makes what of which thing, knowing what, and why
    tx: Tx,
    scope: Scope,
    thing: Thing,
    content: Content | None,
    *,
    known: str,
    now: datetime,
    undoes: UUID | None = None,
) -> Made:
    """Bring a thing to ``content``; None takes it away. The same again makes no change."""
    tx.lock(places.SETTING_UP)
    before = queries.content_of(tx, scope, thing)
    owner = agency_of(thing, before, content)
    if owner is not None and not scope.sees(owner):
        raise Refusal(NOT_FOUND)
    if not may_change(part_of(scope), thing, before, content):
        raise Refusal(NOT_ALLOWED)
    if before == content:
        return Made(digest(before), None)
    if digest(before) != known:
        raise Refusal(CHANGED_MEANWHILE, known=digest(before))
    _store(tx, thing, before, content, now)
    made = Change(
        id=new_uuid(),
        at=now,
        thing=thing,
        agency=owner,
        actor=scope.name,
        before=None if before is None else before.model_dump_json(),
        after=None if content is None else content.model_dump_json(),
        undoes=undoes,
    )
    queries.keep(tx, scope, made)
    audit.record(
        tx,
        scope,
        "setup.changed" if undoes is None else "setup.undone",
        subject=str(thing),
        agency=owner,
        now=now,
        change=str(made.id),
        what=list(differing(before, content)),
        before=digest(before),
        after=digest(content),
    )
    return Made(digest(content), made.id)


def part_of(scope: Scope) -> Part:
    """What the asker may set up."""
    if scope.has(*OWNERS):
        return Part(everything=True)
    return Part(agency=scope.agency if scope.has(Role.AGENCY_ADMIN) else None)


def undo(tx: Tx, scope: Scope, change_id: UUID, now: datetime) -> Made:
    """Bring a thing back to what it was before its last change, if that is what stands."""
    tx.lock(places.SETTING_UP)
    done = queries.change_of(tx, scope, change_id)
    if done is None:
        raise Refusal(NOT_FOUND)
    present = queries.content_of(tx, scope, done.thing)
    if queries.latest(tx, scope, done.thing) != done.id or present != read(done.thing, done.after):
        raise Refusal(NOT_THE_LAST)
    wanted = read(done.thing, done.before)
    return change(tx, scope, done.thing, wanted, known=digest(present), now=now, undoes=done.id)


def read(thing: Thing, content: str | None) -> Content | None:
    """A content as it was stored with a change."""
    return None if content is None else CONTENTS[thing.kind].model_validate_json(content)


def stranded(tx: Tx, now: datetime) -> Waiting:
    """Who waits for what is not offered there, and would be called by nobody."""
    offered = {each.code for each in places.services_seen(tx, SETUP) if each.offered}
    there: dict[str, frozenset[str]] = {}

    def is_served(agency: str, point: str, service: str) -> bool:
        who, where = places.agency_of(tx, SETUP, agency), places.point_of(tx, SETUP, point)
        if who is None or where is None or service not in offered:
            return False
        if agency not in there:
            there[agency] = places.queue_points(tx, SETUP, agency)
        day = local_day(now, where.timezone)
        return point in there[agency] and is_valid(day, who.valid_from, who.valid_to)

    found = queries.waiting(tx, SETUP)
    return {each: many for each, many in found.items() if not is_served(*each)}


def _store(
    tx: Tx, thing: Thing, before: Content | None, content: Content | None, now: datetime
) -> None:
    """Store the content, unless something or somebody would be lost by it."""
    reached = _reached(tx, thing, before, content)
    for point in sorted(reached.points):
        # No number is taken beside this that would not be counted.
        tx.lock(days.held(point))
    lost = stranded(tx, now)
    if content is None:
        uses = queries.uses(tx, SETUP, thing)
        if uses:
            raise Refusal(IN_USE, uses=uses)
    _booth_is_left(tx, thing, before, content)
    if content is None:
        queries.remove(tx, SETUP, thing)
    else:
        _stands_on(tx, thing, before, content)
        queries.put(tx, SETUP, thing, content, new=before is None)
    reached |= _reached(tx, thing, before, content)
    _training_apart(tx, reached)
    newly = {each: many for each, many in stranded(tx, now).items() if each not in lost}
    if newly:
        raise Refusal(NUMBERS_WAIT, numbers=sum(newly.values()))
    _tell(tx, thing, reached, now)


def _tell(tx: Tx, thing: Thing, reached: Reached, now: datetime) -> None:
    """Devices hear what they are meant to be, and whoever shows it looks again."""
    for point in sorted(reached.points):
        twins.refresh_twins(tx, point, now)
        tx.touch(f"point:{point}")
    changed = SetupChanged(
        thing=str(thing),
        agencies=tuple(sorted(reached.agencies)),
        points=tuple(sorted(reached.points)),
    )
    facts.record(tx, changed, now=now)


def _reached(tx: Tx, thing: Thing, *contents: Content | None) -> Reached:
    """Which agencies and points a thing of these contents has to do with, as it stands now."""
    match thing.kind:
        case Kind.AGENCY | Kind.SERVICE:
            agency = agency_of(thing, *contents)
            if agency is None:
                return Reached(frozenset(), frozenset())
            return Reached(frozenset({agency}), frozenset(places.points_served(tx, SETUP, agency)))
        case Kind.SWITCHES:
            agency, point = thing.key
            return Reached(frozenset({agency}), frozenset({point}))
        case Kind.POINT | Kind.BOOTH | Kind.DEVICE:
            pass
    points = frozenset(each.point for each in contents if isinstance(each, DeviceContent))
    if thing.kind is not Kind.DEVICE:
        points = frozenset({thing.key[0]})
    switched = queries.contents(tx, SETUP, Kind.SWITCHES)
    return Reached(frozenset(each.key[0] for each in switched if each.key[1] in points), points)


def _booth_is_left(tx: Tx, thing: Thing, before: Content | None, content: Content | None) -> None:
    """A device does not leave a booth under a visit."""
    if thing.kind is not Kind.DEVICE or not isinstance(before, DeviceContent):
        return
    if before.booth is None or before == content:
        return
    if queries.in_use(tx, SETUP, point=before.point, booth=before.booth):
        raise Refusal(BOOTH_IN_USE)


def _stands_on(tx: Tx, thing: Thing, before: Content | None, content: Content) -> None:
    """What a thing names is there."""
    if isinstance(before, ServiceContent) and agency_of(thing, content) != before.agency:
        raise Refusal(OTHER_AGENCYS)
    for each in named_by(thing, content):
        if each == thing or queries.content_of(tx, SETUP, each) is None:
            raise Refusal(NOT_THERE, what=str(each))


def _training_apart(tx: Tx, reached: Reached) -> None:
    """Numbers of a training never come into a real queue, nor real ones into a training."""
    who, where = queries.contents(tx, SETUP, Kind.AGENCY), queries.contents(tx, SETUP, Kind.POINT)
    for pair in queries.contents(tx, SETUP, Kind.SWITCHES):
        agency, point = pair.key
        if agency not in reached.agencies and point not in reached.points:
            continue
        one, other = who.get(Thing(Kind.AGENCY, (agency,))), where.get(Thing(Kind.POINT, (point,)))
        if not isinstance(one, AgencyContent) or not isinstance(other, PointContent):
            continue
        if one.training is not other.training:
            raise Refusal(TRAINING_APART)
