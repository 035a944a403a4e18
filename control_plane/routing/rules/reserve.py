"""For which bookings is the last free clerk of an agency kept, and from whom?"""

from collections.abc import Iterable
from datetime import datetime

from control_plane.routing.rules.facts import WaitingTicket
from control_plane.routing.rules.policy import Policy, Stage, stage_of


def kept_for(
    waiting: Iterable[WaitingTicket], free: int, policy: Policy, now: datetime
) -> datetime | None:
    """The first booking for which an agency's ``free`` clerks are kept; None: not all of them are.

    Of bookings only those are known whose visitors are there.
    """
    if policy.reserve is None:
        return None
    times = [time for each in waiting if (time := expects(each, stage_of(each, policy, now)))]
    return min(times) if not spare(free, len(times), policy) and times else None


def expects(ticket: WaitingTicket, stage: Stage) -> datetime | None:
    """The time of a booking for which a clerk is kept; None: none is for this ticket."""
    return ticket.booked_for if stage.expected and ticket.in_line else None


def spare(free: int, expected: int, policy: Policy) -> bool:
    """Is a clerk free beyond those that are kept for so many bookings?"""
    return policy.reserve is None or free > min(policy.reserve.clerks, expected)


def gives_way(ticket: WaitingTicket, stage: Stage, policy: Policy, now: datetime) -> bool:
    """Would this ticket leave a kept clerk to a booking? Nobody does so for long."""
    reserve = policy.reserve
    if reserve is None or stage.expected:
        return False
    return now - ticket.arrived_at < reserve.yields_after
