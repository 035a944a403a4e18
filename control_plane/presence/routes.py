"""Presence over HTTP, for an agency's contact centre: who is busy, here and there."""

from typing import Annotated

from fastapi import APIRouter, Depends, status

from control_plane.errors import responses
from control_plane.presence.operations import leases
from control_plane.presence.operations.refusals import (
    CLERK_TAKEN,
    LEASE_OF_ANOTHER,
    LEASE_OVER,
    UNKNOWN_CLERK,
)
from control_plane.presence.views import (
    ClerkPresence,
    LeaseId,
    LeaseView,
    WishedLease,
    shown_clerk,
    shown_lease,
)
from control_plane.security.bearer import REFUSALS, integrated
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.integrations import Integration, Right
from control_plane.security.once import harmless
from control_plane.staff import names

router = APIRouter(prefix="/presence", tags=["presence"])

Who = Annotated[Integration, Depends(integrated(Right.PRESENCE))]
At = Annotated[Boundary, Depends(boundary)]


@router.get("/clerks", operation_id="list_presence", responses=REFUSALS)
async def list_presence(who: Who, at: At) -> list[ClerkPresence]:
    """What each clerk of the agency is doing: for the start, and whenever in doubt."""
    found = await at.store.read(lambda tx: names.named(tx, who.scope, who.id))
    return [shown_clerk(each) for each in found]


@router.put(
    "/leases/{lease_id}",
    operation_id="take_lease",
    openapi_extra=harmless("The id is the asker's own: a repeat renews the same lease."),
    responses={
        **REFUSALS,
        **responses(UNKNOWN_CLERK, CLERK_TAKEN, LEASE_OVER, LEASE_OF_ANOTHER),
    },
)
async def take_lease(lease_id: LeaseId, body: WishedLease, who: Who, at: At) -> LeaseView:
    """A clerk is busy in the contact centre: no visitor is offered to, or called by, the clerk.

    Repeat it before it runs out for as long as the clerk is busy.
    """
    now = at.clock.now()
    lease = await at.store.run(
        lambda tx: leases.take(
            tx,
            who,
            lease_id,
            clerk=body.clerk,
            busy_with=body.busy_with,
            ttl_s=body.ttl_s,
            now=now,
        )
    )
    return shown_lease(lease, body.clerk)


@router.delete(
    "/leases/{lease_id}",
    operation_id="release_lease",
    openapi_extra=harmless("A lease ends once."),
    status_code=status.HTTP_204_NO_CONTENT,
    responses=REFUSALS,
)
async def release_lease(lease_id: LeaseId, who: Who, at: At) -> None:
    """The clerk is free of the contact centre; late and repeated releases are harmless."""
    now = at.clock.now()
    await at.store.run(lambda tx: leases.release(tx, who, lease_id, now))
