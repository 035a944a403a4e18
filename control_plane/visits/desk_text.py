"""How is a desk written once for all who see the same? As JSON, put together from parts.

An agency's part and a queue as clerks of one profile see it are written once for each change;
what stays the same from one change to the next, such as a point's booths, is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from pydantic_core import to_json

from control_plane.fleet.booth_queries import BoothNow
from control_plane.routing.rules.eligibility import WhyNot, booth_reasons
from control_plane.routing.rules.facts import Profile, WaitingTicket
from control_plane.staff.queries import Clerk
from control_plane.tickets.queries import Ticket
from control_plane.tickets.rules import is_over
from control_plane.visits.desk import (
    booths_of,
    can_at,
    may_call,
    own_part,
    point_view,
    reasons_against,
    row,
    shared_part,
    waited_s,
)
from control_plane.visits.desk_rows import Own, Places, Shared
from control_plane.visits.message_queries import DeskMessage
from control_plane.visits.setup import Setup
from control_plane.visits.views import Can

# What of a row in the queue is not the same for every clerk at every time.
MOVING = {"wait_s", "over", "for_me", "callable", "why_not", "can"}


@dataclass(slots=True)
class _Row:
    """One row of the queue, as far as it is the same for all clerks."""

    waiting: WaitingTicket
    beginning: str
    end: str
    booths: list[WhyNot]

    def written(self, reasons: Sequence[WhyNot], *, for_me: bool) -> str:
        """The row for clerks against whom these reasons stand, or for whom it waits."""
        against = [*reasons, *self.booths]
        told = ",".join(f'"{each}"' for each in against)
        may = "true" if may_call(against) else "false"
        mine = "true" if for_me else "false"
        return f'{self.beginning},"for_me":{mine},"callable":{may},"why_not":[{told}],{self.end}'


class PointTexts:
    """Points with their booths as they were written last, for all agencies alike."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Mapping[str, BoothNow], str]] = {}

    def at(self, around: Places, code: str, now: datetime) -> str:
        """The point as it is now."""
        booths = around.now_at.get(code, {})
        known = self._known.get(code)
        if known is not None and known[0] is booths:
            return known[1]
        text = point_view(around, code, now).model_dump_json()
        if all(booth.distrusted_until is None for booth in booths.values()):
            self._known[code] = (booths, text)
        return text

    def forget(self) -> None:
        """Names may be others now."""
        self._known.clear()


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """An agency's points, each as it is written, in the order of screens."""

    texts: Mapping[str, str]

    @property
    def whole(self) -> str:
        """All of them: a member of an object."""
        return f'"points":[{",".join(self.texts.values())}]'

    def since(self, was: "Points") -> list[str] | None:
        """Those that are not as they were; None where they are not the same points."""
        if tuple(self.texts) != tuple(was.texts):
            return None
        return [text for code, text in self.texts.items() if text != was.texts[code]]


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A desk as a page has it, in parts: members of an object, without its braces.

    A part that stays as it is stays the same object, and is held once for all that show it.
    """

    queue: str
    shared: str
    points: Points
    own: str

    @property
    def whole(self) -> str:
        """The desk."""
        return f"{{{self.queue},{self.shared},{self.points.whole},{self.own}}}"


@dataclass(frozen=True, slots=True)
class New:
    """What of a desk is not as it was."""

    members: tuple[str, ...]
    points: str = ""  # those that are new, where the others are as they were

    @property
    def text(self) -> str:
        """Members of a message: what is replaced whole, and rows that go by their codes."""
        within = f',"within":{{"points":[{self.points}]}}' if self.points else ""
        return f'"part":{{{",".join(self.members)}}}{within}'


@dataclass(slots=True, eq=False)
class Moment:
    """The desks of one agency at one moment."""

    shared: Shared
    now: datetime
    text: str  # members of an object, without its braces
    points: Points
    rows: list[_Row]
    waited_for: frozenset[UUID]  # clerks for whom alone somebody waits
    # What was said of it to pages, by the parts that were new to them.
    said: dict[New, str] = field(default_factory=dict)
    _queues: dict[tuple[Profile, UUID | None], str] = field(default_factory=dict)
    _points_since: dict[Points, list[str] | None] = field(default_factory=dict)

    def queue(self, clerk: Clerk, profile: Profile) -> str:
        """The queue as this clerk sees it, and everybody with the same profile.

        A clerk for whom somebody waits sees it as nobody else does.
        """
        seen_by = (profile, clerk.id if clerk.id in self.waited_for else None)
        known = self._queues.get(seen_by)
        if known is None:
            rows = [
                each.written(
                    reasons_against(self.shared, clerk, each.waiting, self.now),
                    for_me=each.waiting.only == clerk.id,
                )
                for each in self.rows
            ]
            known = self._queues[seen_by] = f'"queue":[{",".join(rows)}]'
        return known

    def desk(self, clerk: Clerk, profile: Profile, own: str) -> Shown:
        """A whole desk; ``own`` as `own_text` wrote it."""
        return Shown(self.queue(clerk, profile), self.text, self.points, own)

    def since(self, was: Shown, shown: Shown) -> New | None:
        """What a page that has ``was`` needs to show ``shown``; None: nothing."""
        parts = ((shown.queue, was.queue), (shown.shared, was.shared), (shown.own, was.own))
        members = [now for now, before in parts if now is not before]
        points: list[str] | None = []
        if shown.points is not was.points:
            if was.points not in self._points_since:
                self._points_since[was.points] = shown.points.since(was.points)
            points = self._points_since[was.points]
        if points is None:
            members.append(shown.points.whole)
        return New(tuple(members), ",".join(points or ())) if members or points else None


class AgencyText:
    """Writes one agency's desks, and remembers what did not change since the last time."""

    def __init__(self, setup: Setup, points: PointTexts) -> None:
        self._setup = setup
        self._texts = points
        self._points = Points({})
        self._rows: dict[UUID, tuple[Ticket, str]] = {}

    def at(self, shared: Shared, now: datetime) -> Moment:
        """The agency's desks now."""
        around = shared.around
        points = {code: self._texts.at(around, code, now) for code in around.points}
        if points != self._points.texts:
            self._points = Points(points)
        part = shared_part(self._setup, shared, now, []).model_dump_json(exclude={"points"})
        here = booths_of(around, {ticket.point for ticket, _ in shared.waiting}, now)
        cans = {point: can_at(booths) for point, booths in here.items()}
        rows = []
        beginnings = {}
        for ticket, waiting in shared.waiting:
            known = self._rows.get(ticket.id)
            if known is None or known[0] is not ticket:
                known = (ticket, _beginning(ticket, around, cans[ticket.point], now))
            beginnings[ticket.id] = known
            against = booth_reasons(waiting, here[ticket.point])
            end = _end(ticket, cans[ticket.point], now)
            rows.append(_Row(waiting, known[1], end, against))
        self._rows = beginnings
        waited_for = {waiting.only for _, waiting in shared.waiting if waiting.only is not None}
        return Moment(shared, now, part[1:-1], self._points, rows, frozenset(waited_for))


def own_text(
    setup: Setup, own: Own, messages: Sequence[DeskMessage], around: Places, now: datetime
) -> str:
    """What is the clerk's own: members of an object, without its braces."""
    return own_part(setup, own, messages, around, now).model_dump_json()[1:-1]


def _beginning(ticket: Ticket, around: Places, can: Can, now: datetime) -> str:
    told = row(ticket, around, (), can, for_me=False, now=now)
    return told.model_dump_json(exclude=MOVING)[:-1]


def _end(ticket: Ticket, can: Can, now: datetime) -> str:
    over = "true" if is_over(ticket.promise.wait, ticket.arrived_at, now) else "false"
    return f'"wait_s":{waited_s(ticket, now)},"over":{over},"can":{to_json(can).decode()}}}'
