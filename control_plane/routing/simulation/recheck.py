"""Were the recorded decisions what the recorded choices say? Each is looked at again, by itself.

What is sure is checked: the order between whom was taken and whom not, by first arrival, matter and
the version of the choices then in force; that everybody who certainly waited with a better place is
told of; and that nobody was passed over without a reason.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from control_plane.routing.rules.facts import WaitingTicket
from control_plane.routing.rules.policy import DEFAULT, Policy
from control_plane.routing.rules.reasons import MOST, Reasons, ahead_of


class Doubt(StrEnum):
    """What does not agree."""

    ORDER = "order"  # one who was told to stand ahead did not
    UNTOLD = "untold"  # one certainly waited with a better place and is not told of
    NO_REASON = "no_reason"  # one stood ahead, and nothing says why not taken


@dataclass(frozen=True, slots=True)
class Made:
    """A recorded decision."""

    id: UUID
    at: datetime
    ticket: UUID
    policy_version: int
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class Waited:
    """A recorded ticket; it certainly waited until it was first taken or ended, unless held."""

    ticket: WaitingTicket
    until: datetime | None  # None: it still waits
    # From when to when its visitor was busy with another errand; None: still.
    held: tuple[tuple[datetime, datetime | None], ...] = ()

    def certainly(self, at: datetime) -> bool:
        """Did it wait then, whatever the clocks of replicas said?"""
        if self.ticket.arrived_at >= at or (self.until is not None and self.until <= at):
            return False
        return not any(since <= at and (end is None or at <= end) for since, end in self.held)


@dataclass(frozen=True, slots=True)
class Differs:
    """A decision that does not agree, with whom it is about."""

    decision: UUID
    doubt: Doubt
    about: UUID


def recheck(
    decisions: Iterable[Made], tickets: Mapping[UUID, Waited], policies: Mapping[int, Policy]
) -> list[Differs]:
    """What does not agree among one agency's decisions; policies by version, 0 the defaults."""
    return [
        differs
        for made in decisions
        if made.ticket in tickets
        for differs in _one(made, tickets, policies.get(made.policy_version, DEFAULT))
    ]


def _one(made: Made, tickets: Mapping[UUID, Waited], policy: Policy) -> list[Differs]:
    own = tickets[made.ticket].ticket
    told = {each.ticket: each for each in made.reasons.passed}
    known = [tickets[each].ticket for each in told if each in tickets]
    ahead = {each.id for each in ahead_of(own, known, policy, made.at)}
    found = [Differs(made.id, Doubt.ORDER, each.id) for each in known if each.id not in ahead]
    found += [
        Differs(made.id, Doubt.NO_REASON, each.ticket) for each in told.values() if not each.why_not
    ]
    if made.reasons.ahead <= MOST:
        sure = [each.ticket for each in tickets.values() if each.certainly(made.at)]
        found += [
            Differs(made.id, Doubt.UNTOLD, each.id)
            for each in ahead_of(own, sure, policy, made.at)
            if each.id not in told
        ]
    return found
