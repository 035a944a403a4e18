"""How does a point come to be open: its devices' claims, and the steps that people tick?"""

from datetime import datetime

from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Reason, Refusal
from control_plane.security import audit, enrolment
from control_plane.security.enrolment import Claim
from control_plane.security.scope import Role, Scope
from control_plane.service_points import queries as places
from control_plane.setup import queries
from control_plane.setup.operations import OWNERS
from control_plane.setup.queries import Tick
from control_plane.setup.rules.steps import BY_SYSTEM, Step

CHECKED_BY_SYSTEM = Reason("checked_by_system", 409, "The system checks that step by itself.")


def claim(tx: Tx, scope: Scope, device: str, now: datetime) -> Claim:
    """A one-time claim for a device that stands somewhere; an earlier one that is unused ends."""
    if places.place_of(tx, scope, device) is None:
        raise Refusal(NOT_FOUND)
    return enrolment.make_claim(tx, scope, device, now=now)


def tick(  # noqa: PLR0913 - who says what of which step, and when
    tx: Tx, scope: Scope, point: str, step: Step, *, on: bool, now: datetime
) -> None:
    """Say that a step is done, or that it is not after all; the same again changes nothing."""
    if places.point_of(tx, scope, point) is None:
        raise Refusal(NOT_FOUND)
    if step in BY_SYSTEM:
        raise Refusal(CHECKED_BY_SYSTEM)
    if on:
        done = Tick(step=step, at=now, role=_role(scope), actor=scope.name)
        changed = queries.tick(tx, scope, point, done)
    else:
        changed = queries.untick(tx, scope, point, step)
    if changed:
        action = "point.step_ticked" if on else "point.step_unticked"
        audit.record(tx, scope, action, subject=f"point:{point}", now=now, step=step)


def _role(scope: Scope) -> Role:
    return next(each for each in OWNERS if each in scope.roles)
