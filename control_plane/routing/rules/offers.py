"""How does an offer live, and what does it mean for its clerk how it ended?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from control_plane.routing.rules.choices import Mode, OfferChoice


class OfferState(StrEnum):
    """An offer leases ticket, clerk and booth until it ends; one way or another it does."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    TIMED_OUT = "timed_out"
    WITHDRAWN = "withdrawn"


class RejectReason(StrEnum):
    """Why a clerk does not take an offer; each has words on the desk."""

    BUSY = "busy"  # other work cannot wait
    SKILL = "skill"  # the matter is none of the clerk's
    CONFLICT = "conflict"  # the clerk may not serve this matter
    TECHNICAL = "technical"  # the clerk's own sound or picture fails
    BREAK = "break"  # the clerk goes on a break instead


class WithdrawReason(StrEnum):
    """Why an offer ended without the clerk's doing."""

    TICKET_GONE = "ticket_gone"
    BOOTH_NOT_READY = "booth_not_ready"
    CLERK_GONE = "clerk_gone"


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What an offer that was not taken does to its clerk."""

    misses: int
    responding: bool
    offers_after: datetime  # no offer before this


def offers(mode: Mode) -> bool:
    """Does the queue offer visitors by itself?"""
    return mode is not Mode.PULL


def calls(mode: Mode) -> bool:
    """May a clerk ask for the next visitor?"""
    return mode is not Mode.PUSH


def in_time(expires_at: datetime, now: datetime) -> bool:
    """Can the offer still be answered? At the very instant of its end it cannot."""
    return now < expires_at


def after_reject(settings: OfferChoice, now: datetime) -> Aftermath:
    """A clerk who answers is there: the misses start anew."""
    return Aftermath(
        misses=0, responding=True, offers_after=now + timedelta(seconds=settings.reject_delay_s)
    )


def after_no_answer(settings: OfferChoice, misses: int, now: datetime) -> Aftermath:
    """One more miss; after too many in a row the clerk must come back by hand."""
    missed = misses + 1
    return Aftermath(
        misses=missed,
        responding=missed < settings.misses_until_not_responding,
        offers_after=now + timedelta(seconds=settings.no_answer_delay_s),
    )
