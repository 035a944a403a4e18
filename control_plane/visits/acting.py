"""How does a clerk's step over HTTP run once for each key, and show the visit after it?"""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends

from control_plane.database import Tx
from control_plane.errors import Refusal
from control_plane.security.access import require
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.once import Once
from control_plane.security.scope import Role
from control_plane.security.sessions import SignedIn
from control_plane.visits import desk
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

Act = Callable[..., Visit]


async def act_once(setup: Setup, me: SignedIn, once: Once, act: Act) -> VisitView:
    """Run a step once for each key, and show the visit as it was after it."""
    now = once.at.clock.now()
    scope = me.scope

    def operation(tx: Tx) -> VisitView:
        if scope.agency is None:
            raise Refusal(NOT_A_CLERK)
        visit = act(tx, scope=scope, now=now)
        view = desk.visit_view(tx, setup, scope, visit, now)
        # The relay's credential is not kept with the answer: each repeat gets one of its own.
        return view.model_copy(update={"ice_servers": []})

    view = await once.give(scope, VisitView, operation)
    servers = setup.turn.servers(view.room_id, now=now)
    return view.model_copy(update={"ice_servers": list(servers)})
