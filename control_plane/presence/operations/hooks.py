"""What does a contact centre that cannot call us over REST say by signed webhooks?"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter

from control_plane.database import Tx
from control_plane.errors import Refusal
from control_plane.presence import webhook_queries as webhooks
from control_plane.presence.operations import leases
from control_plane.presence.operations.refusals import BAD_SIGNATURE, REPLAYED, STALE
from control_plane.presence.rules.signatures import TOLERANCE, Verdict, judge
from control_plane.presence.views import LeaseId, WishedLease
from control_plane.security.integrations import Integration

# Longer than a message can still be fresh.
MESSAGES_KEPT = 3 * TOLERANCE
SENT_KEPT = timedelta(days=7)


class BusyLease(WishedLease):
    """A clerk is busy in the contact centre."""

    lease: LeaseId


class FreedLease(BaseModel):
    """The clerk of this lease is free of the contact centre."""

    lease: LeaseId


class ClerkBusy(BaseModel):
    """To be repeated before the lease runs out."""

    type: Literal["presence.busy"]
    data: BusyLease


class ClerkFree(BaseModel):
    """The end of a lease."""

    type: Literal["presence.free"]
    data: FreedLease


PresenceEvent = Annotated[ClerkBusy | ClerkFree, Field(discriminator="type")]
EVENTS: TypeAdapter[ClerkBusy | ClerkFree] = TypeAdapter(PresenceEvent)


def check(
    who: Integration | None,
    secret: Callable[[int], bytes],
    given: Mapping[str, str],
    body: bytes,
    now: datetime,
) -> Integration:
    """Whose message it is; refused unless it is whole, genuine and fresh.

    One for nobody is judged by a secret that nobody has, so that it takes as long.
    """
    secrets = [secret(each) for each in ([0] if who is None else who.generations(now))]
    verdict = judge(secrets, given, body, now)
    if who is None or verdict is Verdict.FORGED:
        raise Refusal(BAD_SIGNATURE)
    if verdict is Verdict.STALE:
        raise Refusal(STALE, server_time=now.isoformat())
    return who


def take(
    tx: Tx, who: Integration, message: str, event: ClerkBusy | ClerkFree, now: datetime
) -> None:
    """Let a message have its effect once; what is refused may be sent again under its id."""
    if not webhooks.keep_message(tx, who.scope, who.id, message, now):
        raise Refusal(REPLAYED)
    match event:
        case ClerkBusy(data=wish):
            leases.take(
                tx,
                who,
                wish.lease,
                clerk=wish.clerk,
                busy_with=wish.busy_with,
                ttl_s=wish.ttl_s,
                now=now,
            )
        case ClerkFree(data=freed):
            leases.release(tx, who, freed.lease, now)


def forget(tx: Tx, now: datetime) -> None:
    """Erase the ids of old messages, and what was sent long ago."""
    webhooks.purge(tx, leases.JOURNEY, messages=now - MESSAGES_KEPT, sent=now - SENT_KEPT)
