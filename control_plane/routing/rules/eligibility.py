"""May this clerk serve this ticket in one of these booths, and if not, why not?"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from control_plane.routing.rules.facts import Booth, FreeClerk, Need, Profile, WaitingTicket
from control_plane.routing.rules.policy import (
    DEFAULT,
    Policy,
    language_relaxed,
    level_needed,
    stage_of,
)
from control_plane.routing.rules.reserve import gives_way


class WhyNot(StrEnum):
    """Why a ticket cannot be called by this clerk now; each has words on the desk."""

    OTHER_AGENCY = "other_agency"
    NOT_SERVED_HERE = "not_served_here"
    FOR_ANOTHER = "for_another"
    NOT_YET = "not_yet"
    HOURS = "hours"
    NO_QUEUE_TODAY = "no_queue_today"
    SKILL = "skill"
    CLEARANCE = "clearance"
    LANGUAGE = "language"
    SHIFT_ENDS = "shift_ends"
    KEPT = "kept"
    NO_BOOTH = "no_booth"
    BOOTH_TAKEN = "booth_taken"
    BOOTH_NOT_READY = "booth_not_ready"
    NO_PRINTER = "no_printer"
    NO_CAMERA = "no_camera"


def why_not(  # noqa: PLR0913 - all that a match looks at
    ticket: WaitingTicket,
    clerk: FreeClerk,
    booths: Iterable[Booth],
    now: datetime,
    policy: Policy = DEFAULT,
    *,
    kept: bool = False,
) -> list[WhyNot]:
    """Every reason against calling this ticket; empty when it can be called."""
    return clerk_reasons(ticket, clerk, now, policy, kept=kept) + booth_reasons(ticket, booths)


def clerk_reasons(
    ticket: WaitingTicket,
    clerk: FreeClerk,
    now: datetime,
    policy: Policy = DEFAULT,
    *,
    kept: bool = False,
) -> list[WhyNot]:
    """What stands between this ticket and this clerk, whatever the booths.

    ``kept``: no clerk is free beyond those kept for bookings (`reserve.kept_for`).
    """
    reasons = []
    if ticket.need.agency != clerk.agency:
        reasons.append(WhyNot.OTHER_AGENCY)
    if not ticket.served_here:
        reasons.append(WhyNot.NOT_SERVED_HERE)
    if ticket.only not in {None, clerk.id}:
        reasons.append(WhyNot.FOR_ANOTHER)
    if ticket.later:
        reasons.append(WhyNot.NOT_YET)
    stage = stage_of(ticket, policy, now)
    if stage.shut:
        only = ticket.door.bookings_only
        reasons.append(WhyNot.NO_QUEUE_TODAY if only else WhyNot.HOURS)
    if kept and gives_way(ticket, stage, policy, now):
        reasons.append(WhyNot.KEPT)
    return reasons + profile_reasons(ticket.need, clerk.profile, now - ticket.arrived_at, policy)


def profile_reasons(need: Need, profile: Profile, wait: timedelta, policy: Policy) -> list[WhyNot]:
    """What a clerk of this profile lacks for this need; a longer wait never adds a reason."""
    reasons = []
    if need.skill and profile.level(need.skill) < level_needed(need, wait, policy):
        reasons.append(WhyNot.SKILL)
    if profile.clearance < need.clearance:
        reasons.append(WhyNot.CLEARANCE)
    if need.language not in profile.languages and not language_relaxed(need.language, wait, policy):
        reasons.append(WhyNot.LANGUAGE)
    if profile.longest is not None and need.minutes > profile.longest:
        reasons.append(WhyNot.SHIFT_ENDS)
    return reasons


def booth_reasons(ticket: WaitingTicket, booths: Iterable[Booth]) -> list[WhyNot]:
    """Why no booth of the ticket's point can take it now; empty when one can.

    The reason given is that of the booth which comes nearest.
    """
    here = [booth for booth in booths if booth.point == ticket.point]
    if not here:
        return [WhyNot.NO_BOOTH]
    return min((_one_booth(ticket.need, booth, booth.free_for(ticket)) for booth in here), key=len)


def fits(need: Need, booth: Booth) -> bool:
    """Whether this booth can take a visit with this need now."""
    return not _one_booth(need, booth, booth.free)


def seats(ticket: WaitingTicket, booth: Booth) -> bool:
    """Whether this booth of the ticket's point can take its visit now, or keep its visitor."""
    return not _one_booth(ticket.need, booth, booth.free_for(ticket))


def _one_booth(need: Need, booth: Booth, free: bool) -> list[WhyNot]:  # noqa: FBT001 - for whom it asks
    reasons = []
    if not free:
        reasons.append(WhyNot.BOOTH_TAKEN)
    if not booth.ready:
        reasons.append(WhyNot.BOOTH_NOT_READY)
    if need.prints and not booth.can_print:
        reasons.append(WhyNot.NO_PRINTER)
    if need.shows_papers and not booth.can_show_papers:
        reasons.append(WhyNot.NO_CAMERA)
    return reasons
