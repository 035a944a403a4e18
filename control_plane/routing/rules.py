"""Which ticket, clerk and booth belong together now, and if none, why not?

`match` is total and deterministic: the oldest ticket (by first arrival, then id) that has an
eligible clerk and booth goes first, to the clerk who has been idle longest. A ticket that came
back, by the visitor or for a technical reason, keeps its first arrival and so its place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.languages import Language

# Finnish and Swedish are rights (Language Act 423/2003 §10): their need never relaxes.
RIGHTS = frozenset({Language.FINNISH, Language.SWEDISH})
# Another language is served by whoever is free once the visitor has waited this long.
LANGUAGE_RELAXES_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class WaitingTicket:
    """What routing needs to know of a ticket in state *waiting*."""

    id: UUID
    arrived_at: datetime
    agency: str
    point: str
    language: Language
    skill: str = ""  # that the service needs; empty: none
    needs_print: bool = False
    needs_camera: bool = False
    served_here: bool = True  # the agency's switch for queue visits at the point


@dataclass(frozen=True, slots=True)
class FreeClerk:
    """A clerk who could take a visit now."""

    id: UUID
    agency: str
    languages: frozenset[Language]
    skills: frozenset[str]
    idle_since: datetime


@dataclass(frozen=True, slots=True)
class Booth:
    """A booth as it is now; ``ready`` is the device's and its peripherals' word."""

    point: str
    code: str
    free: bool
    ready: bool
    can_print: bool
    can_show_papers: bool


@dataclass(frozen=True, slots=True)
class Pairing:
    """One ticket, one clerk, one booth: all three or none."""

    ticket: WaitingTicket
    clerk: FreeClerk
    booth: Booth


class WhyNot(StrEnum):
    """Why a ticket cannot be called by this clerk now; each has words on the desk."""

    OTHER_AGENCY = "other_agency"
    NOT_SERVED_HERE = "not_served_here"
    SKILL = "skill"
    LANGUAGE = "language"
    NO_BOOTH = "no_booth"
    BOOTH_TAKEN = "booth_taken"
    BOOTH_NOT_READY = "booth_not_ready"
    NO_PRINTER = "no_printer"
    NO_CAMERA = "no_camera"


def order(ticket: WaitingTicket) -> tuple[datetime, UUID]:
    """The place of a ticket among all: first arrival, then id."""
    return ticket.arrived_at, ticket.id


def clerk_reasons(ticket: WaitingTicket, clerk: FreeClerk, now: datetime) -> list[WhyNot]:
    """What stands between this ticket and this clerk, whatever the booths."""
    reasons = []
    if ticket.agency != clerk.agency:
        reasons.append(WhyNot.OTHER_AGENCY)
    if not ticket.served_here:
        reasons.append(WhyNot.NOT_SERVED_HERE)
    if ticket.skill and ticket.skill not in clerk.skills:
        reasons.append(WhyNot.SKILL)
    if ticket.language not in clerk.languages and not _language_relaxed(ticket, now):
        reasons.append(WhyNot.LANGUAGE)
    return reasons


def booth_reasons(ticket: WaitingTicket, booths: Iterable[Booth]) -> list[WhyNot]:
    """Why no booth of the ticket's point can take it now; empty when one can.

    The reason given is that of the booth which comes nearest.
    """
    here = [booth for booth in booths if booth.point == ticket.point]
    if not here:
        return [WhyNot.NO_BOOTH]
    return min((_one_booth(ticket, booth) for booth in here), key=len)


def why_not(
    ticket: WaitingTicket, clerk: FreeClerk, booths: Iterable[Booth], now: datetime
) -> list[WhyNot]:
    """Every reason against calling this ticket; empty when it can be called."""
    return clerk_reasons(ticket, clerk, now) + booth_reasons(ticket, booths)


def match(
    tickets: Iterable[WaitingTicket],
    clerks: Iterable[FreeClerk],
    booths: Iterable[Booth],
    now: datetime,
) -> list[Pairing]:
    """All pairings that can be made now, oldest ticket first; nothing is used twice."""
    idle = sorted(clerks, key=lambda clerk: (clerk.idle_since, clerk.id))
    by_point: dict[str, list[Booth]] = {}
    for each in sorted(booths, key=lambda booth: (booth.point, booth.code)):
        if each.free and each.ready:
            by_point.setdefault(each.point, []).append(each)
    pairings: list[Pairing] = []
    for ticket in sorted(tickets, key=order):
        if not idle:
            break
        booth = _first_booth(ticket, by_point.get(ticket.point, ()))
        if booth is None:
            continue
        clerk = next((free for free in idle if not clerk_reasons(ticket, free, now)), None)
        if clerk is None:
            continue
        idle.remove(clerk)
        by_point[ticket.point].remove(booth)
        pairings.append(Pairing(ticket, clerk, booth))
    return pairings


def _language_relaxed(ticket: WaitingTicket, now: datetime) -> bool:
    return ticket.language not in RIGHTS and now - ticket.arrived_at >= LANGUAGE_RELAXES_AFTER


def _first_booth(ticket: WaitingTicket, booths: Sequence[Booth]) -> Booth | None:
    return next((booth for booth in booths if not _one_booth(ticket, booth)), None)


def _one_booth(ticket: WaitingTicket, booth: Booth) -> list[WhyNot]:
    reasons = []
    if not booth.free:
        reasons.append(WhyNot.BOOTH_TAKEN)
    if not booth.ready:
        reasons.append(WhyNot.BOOTH_NOT_READY)
    if ticket.needs_print and not booth.can_print:
        reasons.append(WhyNot.NO_PRINTER)
    if ticket.needs_camera and not booth.can_show_papers:
        reasons.append(WhyNot.NO_CAMERA)
    return reasons
