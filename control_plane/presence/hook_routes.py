"""Signed webhooks of contact centres that cannot call us over REST."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, status
from pydantic import ValidationError

from control_plane.errors import INVALID, NOT_ALLOWED, TOO_LARGE, Refusal, responses
from control_plane.presence.operations import hooks
from control_plane.presence.operations.hooks import EVENTS
from control_plane.presence.operations.refusals import (
    BAD_SIGNATURE,
    CLERK_TAKEN,
    LEASE_OF_ANOTHER,
    LEASE_OVER,
    REPLAYED,
    STALE,
    UNKNOWN_CLERK,
)
from control_plane.presence.rules.leases import LONGEST_S, SHORTEST_S
from control_plane.presence.rules.signatures import ID
from control_plane.security import integrations
from control_plane.security.bearer import TOO_MANY_REQUESTS, allowed
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.integrations import IntegrationId, Right
from control_plane.security.once import harmless
from control_plane.staff.rules import BusyWith

router = APIRouter(prefix="/presence", tags=["presence"])

LARGEST = 16 * 1024
# The body is read as it was signed; `hooks.EVENTS` understands it once the signature holds.
SHOWN = {
    "type": "object",
    "required": ["type", "data"],
    "properties": {
        "type": {"enum": ["presence.busy", "presence.free"]},
        "data": {
            "type": "object",
            "required": ["lease"],
            "properties": {
                "lease": {"type": "string"},
                "clerk": {"type": "string"},
                "busy_with": {"enum": [str(each) for each in BusyWith]},
                "ttl_s": {"type": "integer", "minimum": SHORTEST_S, "maximum": LONGEST_S},
            },
        },
    },
}
At = Annotated[Boundary, Depends(boundary)]


@router.post(
    "/hooks/{hook}",
    operation_id="hear_webhook",
    status_code=status.HTTP_204_NO_CONTENT,
    responses={
        **responses(BAD_SIGNATURE, STALE, UNKNOWN_CLERK, INVALID, TOO_LARGE),
        **responses(NOT_ALLOWED, TOO_MANY_REQUESTS),
        **responses(REPLAYED, CLERK_TAKEN, LEASE_OVER, LEASE_OF_ANOTHER),
    },
    openapi_extra={
        "requestBody": {"content": {"application/json": {"schema": SHOWN}}},
        **harmless("A webhook has an id of its own: a repeat is refused (`replayed`)."),
    },
)
async def hear_webhook(hook: UUID, request: Request, at: At) -> None:
    """`presence.busy` takes or renews a lease, `presence.free` releases one.

    Signed as Standard Webhooks are (`webhook-id`, `webhook-timestamp`, `webhook-signature`) with
    the secret that the agency's main user was shown.
    """
    body = await request.body()
    if len(body) > LARGEST:
        raise Refusal(TOO_LARGE, limit=LARGEST)
    now = at.clock.now()
    known = await at.store.read(lambda tx: integrations.alive(tx, IntegrationId(hook)))
    who = hooks.check(
        known,
        lambda generation: at.keys.webhook_secret(f"in:{hook}", generation),
        request.headers,
        body,
        now,
    )
    allowed(request, who, Right.PRESENCE, now)
    try:
        event = EVENTS.validate_json(body)
    except ValidationError:
        raise Refusal(INVALID) from None
    message = request.headers[ID]
    await at.store.run(lambda tx: hooks.take(tx, who, message, event, now))
