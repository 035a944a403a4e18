"""What does routing know of a waiting ticket, a free clerk and a booth?"""

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from shared.languages import Language


@dataclass(frozen=True, slots=True)
class Need:
    """What a visit asks of its clerk and its booth, and the class in which it waits.

    Tickets with the same need at the same point differ by their age only.
    """

    agency: str
    language: Language
    skill: str = ""  # empty: none
    level: int = 1  # of the skill, 1 to 5
    clearance: int = 0  # that the clerk's background was checked to, 0 to 3
    prints: bool = False
    shows_papers: bool = False
    minutes: int = 0  # that such a visit is expected to last
    priority: str = ""  # a class of the policy


@dataclass(frozen=True, slots=True)
class Door:
    """When the queue is open to those who wait in it, for the rest of their day.

    ``shut``: it was not when this was told; ``turns``: the moments, in order, at which that turns.
    ``bookings_only``: today nobody is served there but whose booking's time has come.
    """

    shut: bool = False
    turns: tuple[datetime, ...] = ()
    bookings_only: bool = False

    def is_shut(self, now: datetime) -> bool:
        """By the hours alone, at a moment after this was told."""
        return self.shut != bool(bisect_right(self.turns, now) % 2)


OPEN = Door()


@dataclass(frozen=True, slots=True)
class WaitingTicket:
    """A ticket in state *waiting*; ``arrived_at`` is its first arrival, whatever came after.

    ``seated``: the visitor still sits in the booth that is kept for this ticket, and is served
    there and nowhere else. ``avoids``: the booth in which a visit of this ticket broke off.
    """

    id: UUID
    arrived_at: datetime
    point: str
    need: Need
    served_here: bool = True  # the agency's switch for queue visits at the point
    only: UUID | None = None  # the one clerk for whom it waits
    seated: bool = False
    later: bool = False  # the visitor let others pass and is not to be called yet
    avoids: str = ""
    plan: UUID | None = None  # the visit of which it is one errand of several
    booked_for: datetime | None = None  # the time of the booking with which the visitor came
    door: Door = OPEN  # of its queue at its point

    @property
    def in_line(self) -> bool:
        """Could anybody call it, once its queue is open?"""
        return self.served_here and not self.later


@dataclass(frozen=True, slots=True)
class Profile:
    """What a clerk can do; of clerks with the same profile only their turn differs."""

    languages: frozenset[Language]
    skills: frozenset[tuple[str, int]] = frozenset()  # each with its level, 1 to 5
    clearance: int = 0  # to which the background was checked, 0 to 3
    longest: int | None = None  # minutes of the longest matter before the shift ends; None: any

    def level(self, skill: str) -> int:
        """The clerk's level in a skill; 0 for one that the clerk has not."""
        return max([level for name, level in self.skills if name == skill], default=0)


@dataclass(frozen=True, slots=True)
class FreeClerk:
    """A clerk who could take a visit now."""

    id: UUID
    agency: str
    profile: Profile
    idle_since: datetime
    last_visit_at: datetime | None = None  # when the last visit began
    visits_today: int = 0
    talk_s: float = 0.0  # in visits today, seconds
    apart: bool = False  # free, and not to be given anybody just now


@dataclass(frozen=True, slots=True)
class Booth:
    """A booth as it is now; ``ready`` is the device's and its peripherals' word.

    One that is kept for a ticket is free for that ticket and taken for all others.
    """

    point: str
    code: str
    free: bool
    ready: bool
    can_print: bool
    can_show_papers: bool
    kept_for: UUID | None = None

    def free_for(self, ticket: WaitingTicket) -> bool:
        """May this ticket's visitor be let in, or stay?"""
        return self.kept_for == ticket.id if ticket.seated else self.free

    def taken(self) -> Self:
        """The same booth once somebody is in it."""
        return replace(self, free=False, kept_for=None)


@dataclass(frozen=True, slots=True)
class Pairing:
    """One ticket, one clerk, one booth: all three or none."""

    ticket: WaitingTicket
    clerk: FreeClerk
    booth: Booth
