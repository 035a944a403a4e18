"""What may happen in a visit, when, and what follows for ticket, clerk and booth?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class VisitState(StrEnum):
    """A visit's life: prepare → (picture up) → call → arrived → begin → end → wiped."""

    PREPARING = "preparing"
    READY = "ready"
    CALLED = "called"
    IN_SESSION = "in_session"
    CLOSING = "closing"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    MISSED = "missed"
    LOST = "lost"


# The visitor has not come yet: everything can be taken back.
BEFORE = frozenset({VisitState.PREPARING, VisitState.READY, VisitState.CALLED})
ACTIVE = BEFORE | {VisitState.IN_SESSION}
FINAL = frozenset({VisitState.CLOSED, VisitState.WITHDRAWN, VisitState.MISSED, VisitState.LOST})

_NEXT: dict[VisitState, frozenset[VisitState]] = {
    VisitState.PREPARING: frozenset({VisitState.READY, VisitState.WITHDRAWN, VisitState.LOST}),
    VisitState.READY: frozenset({VisitState.CALLED, VisitState.WITHDRAWN, VisitState.LOST}),
    VisitState.CALLED: frozenset(
        {
            VisitState.IN_SESSION,
            VisitState.MISSED,
            VisitState.WITHDRAWN,
            VisitState.LOST,
        }
    ),
    VisitState.IN_SESSION: frozenset({VisitState.CLOSING, VisitState.LOST}),
    VisitState.CLOSING: frozenset({VisitState.CLOSED}),
    VisitState.CLOSED: frozenset(),
    VisitState.WITHDRAWN: frozenset(),
    VisitState.MISSED: frozenset(),
    VisitState.LOST: frozenset(),
}


def may_become(state: VisitState, wanted: VisitState) -> bool:
    """Is the step from ``state`` to ``wanted`` one of a visit's life? States only advance."""
    return wanted in _NEXT[state]


@dataclass(frozen=True, slots=True)
class Timings:
    """How long each thing may take; the agency's and the owner's choice."""

    prepare: timedelta = timedelta(seconds=45)
    recall_gap: timedelta = timedelta(seconds=20)
    attempts: int = 3
    # A clerk may give up earlier than the timer, but never before a visitor could walk here.
    no_show_allowed: timedelta = timedelta(seconds=60)
    no_show: timedelta = timedelta(seconds=300)
    return_within: timedelta = timedelta(seconds=900)
    wrap_up_s: int = 30
    # The clerk may pick the outcome for this long after the visitor ended the visit.
    outcome: timedelta = timedelta(seconds=60)
    # A booth that does not tell of its wiping in this time is not let to anybody.
    wipe: timedelta = timedelta(seconds=150)
    # One in which nobody sat clears its screen only: after this it is let again all the same.
    settle: timedelta = timedelta(seconds=30)
    # Whoever is sent on may sit in the booth for this long until another clerk comes.
    seat: timedelta = timedelta(minutes=5)
    # One clerk is waited for this long; then anybody may serve.
    person: timedelta = timedelta(minutes=10)
    transfers: int = 6  # of one ticket; who sends on for ever serves nobody
    # A visitor who is not ready lets others pass for this long, so many times.
    step_back: timedelta = timedelta(minutes=5)
    step_backs: int = 3
    clerk_gone_before: timedelta = timedelta(seconds=60)
    clerk_gone_in_session: timedelta = timedelta(seconds=120)
    device_gone: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Times:
    """The instants of a visit that decide what comes next."""

    state: VisitState
    since: datetime
    called_at: datetime | None
    attempts: int
    begun: bool
    ended_by_visitor: bool
    outcome_given: bool


class NotYet(StrEnum):
    """Why a recall or a no-show is refused now."""

    NOT_CALLED = "not_called"
    TOO_SOON = "too_soon"
    NO_MORE = "no_more"


def may_recall(visit: Times, timings: Timings, now: datetime) -> NotYet | None:
    """May the visitor be called once more? None when so."""
    if visit.state is not VisitState.CALLED or visit.called_at is None:
        return NotYet.NOT_CALLED
    if visit.attempts >= timings.attempts:
        return NotYet.NO_MORE
    if now < visit.called_at + timings.recall_gap:
        return NotYet.TOO_SOON
    return None


def recall_at(visit: Times, timings: Timings) -> datetime | None:
    """From when the visitor may be called once more; None when never."""
    if visit.state is not VisitState.CALLED or visit.called_at is None:
        return None
    if visit.attempts >= timings.attempts:
        return None
    return visit.called_at + timings.recall_gap


def may_miss(visit: Times, timings: Timings, now: datetime) -> NotYet | None:
    """May the clerk give the visitor up? After the last call, or after a minute."""
    if visit.state is not VisitState.CALLED:
        return NotYet.NOT_CALLED
    if visit.attempts >= timings.attempts:
        return None
    if now < visit.since + timings.no_show_allowed:
        return NotYet.TOO_SOON
    return None


class Due(StrEnum):
    """What the passing of time alone does to a visit."""

    NOT_PREPARED = "not_prepared"
    NO_SHOW = "no_show"
    OUTCOME = "outcome"
    NOT_WIPED = "not_wiped"
    NOT_SETTLED = "not_settled"


def next_due(visit: Times, timings: Timings, *, wiped: bool) -> tuple[datetime, Due] | None:
    """The next thing that time alone will do to a visit; None when there is none."""
    match visit.state:
        case VisitState.PREPARING | VisitState.READY:
            return visit.since + timings.prepare, Due.NOT_PREPARED
        case VisitState.CALLED:
            return visit.since + timings.no_show, Due.NO_SHOW
        case VisitState.IN_SESSION:
            return None
        case VisitState.CLOSING | VisitState.CLOSED | VisitState.LOST:
            todo = []
            if visit.ended_by_visitor and not visit.outcome_given:
                todo.append((visit.since + timings.outcome, Due.OUTCOME))
            if not wiped:
                todo.append(_booth_due(visit, timings))
            return min(todo, default=None)
        case VisitState.WITHDRAWN | VisitState.MISSED:
            return None if wiped else _booth_due(visit, timings)


def _booth_due(visit: Times, timings: Timings) -> tuple[datetime, Due]:
    if visit.begun or visit.ended_by_visitor:
        return visit.since + timings.wipe, Due.NOT_WIPED
    return visit.since + timings.settle, Due.NOT_SETTLED


def clerk_gone(state: VisitState, seen_at: datetime, timings: Timings, now: datetime) -> bool:
    """Has the clerk's page been away for so long that the visit must end?"""
    if state in BEFORE:
        return now - seen_at > timings.clerk_gone_before
    if state is VisitState.IN_SESSION:
        return now - seen_at > timings.clerk_gone_in_session
    return False


def ticket_returns(state: VisitState, *, outcome_given: bool) -> bool:
    """Does the ticket of a visit that broke off in ``state`` go back to its place?

    The visitor is never charged for a technical failure; a matter that was dealt with is done.
    """
    return state in ACTIVE and not outcome_given


# --- sent on, or set aside ----------------------------------------------------------------------


class Place(StrEnum):
    """Where in the next queue; the first arrival is kept whichever it is."""

    ARRIVAL = "arrival"
    FIRST = "first"
    LAST = "last"


class TransferReason(StrEnum):
    """Why a visitor is sent on; each has words on the desk."""

    OTHER_MATTER = "other_matter"  # the matter is another service's or agency's
    FURTHER_MATTER = "further_matter"  # this one is done, the visitor has another
    SPECIALIST = "specialist"
    LANGUAGE = "language"
    CONFLICT = "conflict"  # the clerk may not serve this matter


class ParkReason(StrEnum):
    """What the visitor does meanwhile; each has words on the desk."""

    FORM = "form"  # fills in a form
    PAPERS = "papers"  # fetches papers or a person
    ENQUIRY = "enquiry"  # the clerk asks somebody first
    REST = "rest"  # needs a pause
