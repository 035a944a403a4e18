"""How does a clerk's step over HTTP run once for each key, and show the visit as it is then?"""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header

from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Refusal
from control_plane.security.access import require
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.scope import Role, Scope
from control_plane.security.sessions import SignedIn
from control_plane.visits import desk, queries
from control_plane.visits.operations.refusals import NOT_A_CLERK
from control_plane.visits.queries import Visit
from control_plane.visits.setup import Setup, setup_of
from control_plane.visits.views import VisitView

Clerk = Annotated[SignedIn, Depends(require(Role.CLERK))]
Reader = Annotated[
    SignedIn, Depends(require(Role.CLERK, Role.AGENCY_ADMIN, Role.OWNER, Role.ADMIN))
]
At = Annotated[Boundary, Depends(boundary)]
House = Annotated[Setup, Depends(setup_of)]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=128,
        description="A repeat of the same key has the effect of one.",
    ),
]


Act = Callable[..., Visit]


async def act_once(
    at: Boundary, setup: Setup, me: SignedIn, key: str | None, act: Act
) -> VisitView:
    """Run a step once for each key, and show the visit as it is then."""
    now = at.clock.now()
    scope = me.scope

    def operation(tx: Tx) -> VisitView:
        if scope.agency is None:
            raise Refusal(NOT_A_CLERK)
        known = None if key is None else queries.asked_before(tx, scope, key)
        if known is None:
            visit = act(tx, scope=scope, now=now)
            if key is not None:
                queries.keep_asked(tx, scope, key, visit.id, now)
        else:
            visit = _still(tx, scope, known)
        return desk.visit_view(tx, setup, scope, visit, now)

    return await at.store.run(operation)


def _still(tx: Tx, scope: Scope, visit_id: UUID) -> Visit:
    visit = queries.visit_of(tx, scope, visit_id)
    if visit is None:
        raise Refusal(NOT_FOUND)
    return visit
