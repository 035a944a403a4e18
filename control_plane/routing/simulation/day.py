"""What does a day bring, whatever the policy: who comes, who works, which booths are open?

Nothing here depends on who is called when: a visit has its length before it has a clerk. So two
policies can be tried on the very same day, be it drawn by a seed or recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from control_plane.routing.rules.facts import Profile, WaitingTicket

NONE = timedelta()


class Away(StrEnum):
    """Why a clerk on duty takes no visit."""

    BREAK = "break"  # taken when it is due or, in a visit, right after it
    CONTACT = "contact"  # a contact centre's call: it reaches a free clerk or another one


@dataclass(frozen=True, slots=True)
class Absence:
    """A clerk is away for ``length``, from ``due`` or from the end of the visit at that time."""

    due: datetime
    length: timedelta
    kind: Away = Away.BREAK


@dataclass(frozen=True, slots=True)
class Duty:
    """A clerk's day: from when to when visits are taken; without an end, until all are served."""

    id: UUID
    agency: str
    profile: Profile
    starts: datetime
    ends: datetime | None = None
    absences: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True)
class Outage:
    """A booth is out of use for ``length``; a visit that goes on in it is finished first."""

    starts: datetime
    length: timedelta


@dataclass(frozen=True, slots=True)
class Room:
    """A booth's day."""

    point: str
    code: str
    opens: datetime
    closes: datetime | None = None
    outages: tuple[Outage, ...] = ()
    can_print: bool = True
    can_show_papers: bool = True


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who comes, and how long the matter takes once it has begun; routing never sees that."""

    ticket: WaitingTicket
    lasts: timedelta
    wrap_up: timedelta = NONE  # the clerk's work after the visitor has left
    after: UUID | None = None  # the errand of the same visit that must be over before


@dataclass(frozen=True, slots=True)
class Day:
    """Everything that happens to the queue from outside."""

    visitors: tuple[Visitor, ...]
    clerks: tuple[Duty, ...]
    rooms: tuple[Room, ...]
    preparation: timedelta = NONE  # from the call to the beginning of the visit
    wipe: timedelta = NONE  # from the end of a visit until the booth takes the next


@dataclass(frozen=True, slots=True)
class Visit:
    """A ticket that was called."""

    ticket: WaitingTicket
    clerk: UUID
    booth: str
    called_at: datetime
    began_at: datetime
    ended_at: datetime
    clerk_until: datetime  # wrap-up included
    booth_until: datetime  # wipe included

    @property
    def wait(self) -> timedelta:
        """From first arrival to call."""
        return self.called_at - self.ticket.arrived_at


@dataclass(frozen=True, slots=True)
class Record:
    """How a day went: every ticket was called or still waits."""

    visits: tuple[Visit, ...]  # in the order of their calls
    waiting: tuple[WaitingTicket, ...]  # oldest first

    def clerk_use(self) -> Mapping[UUID, timedelta]:
        """How long each clerk was with visits: preparation, visit and wrap-up."""
        use: dict[UUID, timedelta] = {}
        for visit in self.visits:
            use[visit.clerk] = use.get(visit.clerk, NONE) + visit.clerk_until - visit.called_at
        return use

    def booth_use(self) -> Mapping[tuple[str, str], timedelta]:
        """How long each booth was taken, by point and code: preparation, visit and wipe."""
        use: dict[tuple[str, str], timedelta] = {}
        for visit in self.visits:
            booth = visit.ticket.point, visit.booth
            use[booth] = use.get(booth, NONE) + visit.booth_until - visit.called_at
        return use
