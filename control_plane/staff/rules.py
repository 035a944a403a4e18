"""What may a clerk be doing next?"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum


class ClerkState(StrEnum):
    """What a clerk is doing (semantics D5)."""

    OFFLINE = "offline"
    AVAILABLE = "available"
    RESERVED = "reserved"  # an offer, or a colleague, waits for the clerk's answer
    PREPARING = "preparing"
    IN_SESSION = "in_session"
    HOLD = "hold"  # with a visitor, who sees and hears nobody for a while
    CONSULT = "consult"  # asked into another clerk's visit
    WRAP_UP = "wrap_up"
    ON_BREAK = "break"
    BACK_OFFICE = "back_office"  # other work, for which nobody waits
    NOT_RESPONDING = "not_responding"
    EXTERNAL_BUSY = "external_busy"  # would be available, but a contact centre has the clerk


class BusyWith(StrEnum):
    """What keeps a clerk in a contact centre."""

    PHONE = "phone"
    CHAT = "chat"
    EMAIL = "email"
    OTHER = "other"


# Those who will take a visitor sooner or later: without any, no number is given.
ON_DUTY = frozenset(
    {
        ClerkState.AVAILABLE,
        ClerkState.RESERVED,
        ClerkState.PREPARING,
        ClerkState.IN_SESSION,
        ClerkState.HOLD,
        ClerkState.CONSULT,
        ClerkState.WRAP_UP,
        ClerkState.ON_BREAK,
        ClerkState.EXTERNAL_BUSY,
    }
)
# Those whose work shortens the queue; neither breaks nor calls are counted into a promise.
WORKING = ON_DUTY - {ClerkState.ON_BREAK, ClerkState.EXTERNAL_BUSY}
IN_VISIT = frozenset({ClerkState.PREPARING, ClerkState.IN_SESSION, ClerkState.HOLD})
# With a visitor, the clerk's own or a colleague's: out of these nobody walks by a choice of state.
MEETING = IN_VISIT | {ClerkState.CONSULT}
# In these nobody else gets the clerk: a visitor is there, comes, or is offered.
TAKEN = MEETING | {ClerkState.RESERVED}
# What a clerk chooses by hand.
CHOICES = frozenset(
    {ClerkState.AVAILABLE, ClerkState.ON_BREAK, ClerkState.BACK_OFFICE, ClerkState.OFFLINE}
)

# Why a clerk is in a state that somebody else chose.
BY_SUPERVISOR = "supervisor"

# A page that is not heard for this long belongs to a clerk who has gone.
GONE_AFTER = timedelta(seconds=60)
EXTENSION = timedelta(seconds=60)


def may_choose(state: ClerkState, wanted: ClerkState) -> bool:
    """May a clerk in ``state`` choose ``wanted`` by hand? Never out of a visit."""
    return wanted in CHOICES and state not in MEETING


def after_wrap_up(*, last_one: bool, leaving: bool) -> ClerkState:
    """Where the end of wrap-up leads: the last one of a shift leads to a break, not to more."""
    if leaving:
        return ClerkState.OFFLINE
    return ClerkState.ON_BREAK if last_one else ClerkState.AVAILABLE


def wrap_up_ends(now: datetime, *, seconds: int) -> datetime:
    """When wrap-up ends by itself."""
    return now + timedelta(seconds=seconds)


def extended(wrap_up_until: datetime, now: datetime) -> datetime:
    """Wrap-up that goes on for a while."""
    return max(wrap_up_until, now) + EXTENSION


# --- skills ------------------------------------------------------------------------------------

MOST_LEVEL = 5


def skills_text(skills: Iterable[tuple[str, int]]) -> str:
    """Skills with their levels, 1 to 5, as they are stored: ``pensions:3 tax:5``."""
    return " ".join(f"{skill}:{level}" for skill, level in sorted(skills))


def skills_in(text: str) -> frozenset[tuple[str, int]]:
    """What `skills_text` wrote."""
    parts = (each.partition(":") for each in text.split())
    return frozenset((skill, int(level)) for skill, _, level in parts)


# --- shifts ------------------------------------------------------------------------------------

LONGEST_SHIFT = timedelta(hours=24)


def plausible(begins: datetime | None, until: datetime | None, now: datetime) -> bool:
    """Can this be the shift that a clerk works now? None for an end: no shift was set."""
    if until is None:
        return begins is None
    if until <= now or until > now + LONGEST_SHIFT:
        return False
    return begins is None or until - LONGEST_SHIFT <= begins < until
