"""The agencies' choices for their queues, over HTTP: seen by their people, made by main users."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from control_plane.database import Tx
from control_plane.errors import CHANGED_MEANWHILE, NOT_FOUND, responses
from control_plane.routing import operations
from control_plane.routing.operations import CHOOSERS
from control_plane.routing.queries import StoredPolicy
from control_plane.routing.rules.choices import Choices
from control_plane.security.access import REFUSALS, require, signed_in
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.once import RunsOnce
from control_plane.security.sessions import SignedIn
from shared.envelope import WireTime
from shared.identifiers import AgencyCode

router = APIRouter(prefix="/routing", tags=["routing"])

Me = Annotated[SignedIn, Depends(signed_in)]
Chooser = Annotated[SignedIn, Depends(require(*CHOOSERS))]
At = Annotated[Boundary, Depends(boundary)]


class PolicyView(BaseModel):
    """One version of an agency's choices; version 0 are the defaults, made by nobody."""

    agency: AgencyCode
    version: int
    made_at: WireTime | None
    made_by: str | None
    choices: Choices


class NewPolicy(BaseModel):
    """The choices that are to hold, and the version that they take the place of."""

    instead_of: Annotated[int, Field(ge=0, le=2**31 - 2)]
    choices: Choices


@router.get("/policies", operation_id="list_routing_policies", responses=REFUSALS)
async def list_policies(me: Me, at: At) -> list[PolicyView]:
    """How your agency's queue decides; every agency's for the owner and administrators."""
    found = await at.store.read(partial(operations.policies, scope=me.scope))
    return [_shown(each) for each in found]


@router.put(
    "/policies/{agency}",
    operation_id="choose_routing_policy",
    responses={**REFUSALS, **responses(NOT_FOUND, CHANGED_MEANWHILE)},
)
async def choose(agency: AgencyCode, body: NewPolicy, me: Chooser, once: RunsOnce) -> PolicyView:
    """Put further choices in force, from the next match on; the old ones stay in the history."""
    now = once.at.clock.now()

    def operation(tx: Tx) -> PolicyView:
        return _shown(
            operations.choose(
                tx, me.scope, agency, body.choices, instead_of=body.instead_of, now=now
            )
        )

    return await once.give(me.scope, PolicyView, operation)


@router.get(
    "/policies/{agency}/history",
    operation_id="show_routing_policy_history",
    responses={**REFUSALS, **responses(NOT_FOUND)},
)
async def show_history(agency: AgencyCode, me: Me, at: At) -> list[PolicyView]:
    """Every version of an agency's choices, newest first: who made it, and when."""
    found = await at.store.read(lambda tx: operations.history(tx, me.scope, agency))
    return [_shown(each) for each in found]


def _shown(stored: StoredPolicy) -> PolicyView:
    return PolicyView(
        agency=stored.agency,
        version=stored.version,
        made_at=stored.made_at,
        made_by=stored.made_by,
        choices=stored.choices,
    )
