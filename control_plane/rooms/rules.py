"""Which signals may pass from whom to whom?"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.rooms import Participant, Signal, SignalType, meet, offers

# The participants that stand on a booth's device.
BOOTH = frozenset({Participant.BOOTH_SCREEN, Participant.BOOTH_AGENT})


# Good-byes and requests to join that were on their way when the room closed.
LATE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody whom the visit's clerk asked into the room; ``until``: no longer since then."""

    participant: Participant
    staff_id: UUID
    until: datetime | None = None


def just_closed(closed_at: datetime, now: datetime) -> bool:
    """Was the room closed so lately that its parties may not have heard of it?"""
    return now - closed_at < LATE


def seated(guests: Sequence[Guest], now: datetime) -> dict[Participant, Guest]:
    """Who is in each seat, or left it so lately that the parties may not have heard of it."""
    lately = [each for each in guests if each.until is not None and just_closed(each.until, now)]
    there = [each for each in guests if each.until is None]
    return {each.participant: each for each in (*lately, *there)}


def may_pass(signal: Signal, own: AbstractSet[Participant], here: AbstractSet[Participant]) -> bool:
    """Is it a signal that whoever speaks for ``own`` may send in a room where ``here`` are?

    Only the higher rank offers and only the lower joins or answers; nobody speaks for another.
    """
    sender, receiver = signal.sender, signal.receiver
    if sender not in own & here or receiver not in here - own or not meet(sender, receiver):
        return False
    match signal.type:
        case SignalType.OFFER:
            return offers(sender, receiver)
        case SignalType.ANSWER | SignalType.JOIN:
            return offers(receiver, sender)
        case SignalType.CANDIDATE | SignalType.BYE:
            return True
