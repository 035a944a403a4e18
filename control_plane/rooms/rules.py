"""Which signals may pass from whom to whom?"""

from datetime import datetime, timedelta
from enum import StrEnum

from shared.rooms import Participant, Signal, SignalType, offers

# The participants that stand on a booth's device.
BOOTH = frozenset({Participant.BOOTH_SCREEN, Participant.BOOTH_AGENT})


# Good-byes and requests to join that were on their way when the room closed.
LATE = timedelta(seconds=10)


class Side(StrEnum):
    """From which side a signal comes."""

    CLERK = "clerk"
    BOOTH = "booth"


def just_closed(closed_at: datetime, now: datetime) -> bool:
    """Was the room closed so lately that its parties may not have heard of it?"""
    return now - closed_at < LATE


def may_pass(signal: Signal, side: Side) -> bool:
    """Is it a signal that this side may say to the other?

    Only the higher rank offers and only the lower joins or answers; nobody speaks for another.
    """
    if side is Side.CLERK:
        right_pair = signal.sender is Participant.CLERK and signal.receiver in BOOTH
    else:
        right_pair = signal.sender in BOOTH and signal.receiver is Participant.CLERK
    if not right_pair:
        return False
    match signal.type:
        case SignalType.OFFER:
            return offers(signal.sender, signal.receiver)
        case SignalType.ANSWER | SignalType.JOIN:
            return offers(signal.receiver, signal.sender)
        case SignalType.CANDIDATE | SignalType.BYE:
            return True
