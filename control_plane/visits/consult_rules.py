"""What may happen in a consult, in which a clerk asks a colleague into a visit?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from control_plane.staff.rules import ClerkState
from control_plane.visits.rules import VisitState


class ConsultState(StrEnum):
    """A consult waits for its answer, goes on, and ends; one way or another it does."""

    ASKED = "asked"
    JOINED = "joined"
    ENDED = "ended"


OPEN = frozenset({ConsultState.ASKED, ConsultState.JOINED})


class ConsultEnd(StrEnum):
    """How a consult ended."""

    REFUSED = "refused"  # the colleague cannot
    NO_ANSWER = "no_answer"
    TAKEN_BACK = "taken_back"  # the visit's clerk asks no more, or thanks and goes on alone
    LEFT = "left"  # the colleague has helped
    KEPT = "kept"  # the colleague has the visit now
    VISIT_OVER = "visit_over"
    GONE = "gone"  # the colleague's page is away, or nobody is signed in there any more


# From where each end can be reached.
ENDS: dict[ConsultEnd, frozenset[ConsultState]] = {
    ConsultEnd.REFUSED: frozenset({ConsultState.ASKED}),
    ConsultEnd.NO_ANSWER: frozenset({ConsultState.ASKED}),
    ConsultEnd.TAKEN_BACK: OPEN,
    ConsultEnd.LEFT: frozenset({ConsultState.JOINED}),
    ConsultEnd.KEPT: frozenset({ConsultState.JOINED}),
    ConsultEnd.VISIT_OVER: OPEN,
    ConsultEnd.GONE: OPEN,
}

# In which states a colleague is who was asked, or has joined.
ASKED_IN = frozenset({ClerkState.RESERVED, ClerkState.CONSULT})

# A clerk who was not heard for this long has left the visit without a word.
AWAY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Course:
    """Where a consult stands; ``handed_on``: the visit's clerk wishes the colleague to keep it."""

    state: ConsultState = ConsultState.ASKED
    handed_on: bool = False
    end: ConsultEnd | None = None


def may_ask(visit: VisitState, open_: ConsultState | None, colleague: ClerkState) -> bool:
    """May this colleague be asked in? One at a time, into a visit that goes on, who is free."""
    return visit is VisitState.IN_SESSION and open_ is None and colleague is ClerkState.AVAILABLE


def joined(course: Course, expires_at: datetime, now: datetime) -> Course | None:
    """The colleague comes; None when the asking is over."""
    if course.state is not ConsultState.ASKED or now >= expires_at:
        return None
    return Course(ConsultState.JOINED)


def handed_on(course: Course, *, on: bool) -> Course | None:
    """The visit's clerk wishes to leave, or stays after all; None when nobody is there to keep."""
    return Course(course.state, on) if course.state is ConsultState.JOINED else None


def ended(course: Course, end: ConsultEnd) -> Course | None:
    """The consult ends so; None when it cannot, or has ended already."""
    if course.state not in ENDS[end]:
        return None
    return Course(ConsultState.ENDED, course.handed_on, end)


class NotKept(StrEnum):
    """Why the colleague may not have the visit."""

    OTHER_AGENCY = "other_agency"  # it is its agency's; the visitor can be sent on instead
    NOT_JOINED = "not_joined"
    STILL_THERE = "still_there"  # its clerk is, and has not handed it on


def may_keep(
    course: Course, *, same_agency: bool, heard_at: datetime | None, now: datetime
) -> NotKept | None:
    """May the colleague have the visit? None: yes. ``heard_at``: the visit's clerk's page."""
    if not same_agency:
        return NotKept.OTHER_AGENCY
    if course.state is not ConsultState.JOINED:
        return NotKept.NOT_JOINED
    away = heard_at is None or now - heard_at > AWAY
    return None if course.handed_on or away else NotKept.STILL_THERE
