"""May this downward message have an effect? Signature, audience, words and time."""

import json
from base64 import urlsafe_b64decode
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from shared.envelope import Body, Message, Vocabulary
from shared.identifiers import DeviceName, MessageId
from shared.orders import CommandKeys, open_order

B = TypeVar("B", bound=Body)

# No order lives longer; one that claims to was made by mistake or for later misuse.
LONGEST_LIFE = timedelta(hours=1)
_SLACK = timedelta(seconds=30)

EXPIRED = "expired"
NO_EXPIRY = "no_expiry"
EXPIRY_TOO_FAR = "expiry_too_far"


def read_order(
    payload: bytes, *, device: DeviceName, keys: CommandKeys, words: Vocabulary[B], limit: int
) -> Message[B]:
    """Understand a signed message for this device; raises `NotProven` or `NotUnderstood`."""
    if len(payload) > limit:
        # A token is longer than its message; what is too long as a token is not looked at.
        return words.read(payload, limit=limit)
    return words.read(open_order(payload, device=device, keys=keys), limit=limit)


def out_of_time(message: Message[Body], *, now: datetime) -> str:
    """Why a command may not be carried out at this server time; "" when it may."""
    if message.expires_at is None:
        return NO_EXPIRY
    if now >= message.expires_at:
        return EXPIRED
    if message.expires_at - now > LONGEST_LIFE + _SLACK:
        return EXPIRY_TOO_FAR
    return ""


def claimed_id(payload: bytes) -> MessageId | None:
    """Which id a message that cannot be trusted claims, only so that its refusal names it."""
    try:
        middle = payload.split(b".")[1]
        order = json.loads(urlsafe_b64decode(middle + b"=" * (-len(middle) % 4)))
        return MessageId(UUID(json.loads(order["msg"])["id"]))
    except (IndexError, KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return None
