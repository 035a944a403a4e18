"""By which name does a contact centre know a clerk? By its own for them, else by the username."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import StringConstraints

from control_plane.database import Tx
from control_plane.security.scope import Role, Scope
from control_plane.security.tables import account
from control_plane.staff import queries
from control_plane.staff.queries import Clerk
from control_plane.staff.tables import clerk_names, clerks

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@:+-]{0,63}$")]


@dataclass(frozen=True, slots=True)
class NamedClerk:
    """A clerk by the name that an integration uses."""

    name: str
    clerk: Clerk


def of_usernames(tx: Tx, scope: Scope, agency: str, wanted: set[str]) -> dict[str, UUID]:
    """The agency's clerks of these usernames that the asker may see."""
    rows = tx.execute(
        sa.select(account.c.username, account.c.id, account.c.roles).where(
            account.c.username.in_(sorted(wanted)),
            account.c.agency == agency,
            scope.only(account.c.agency),
        )
    )
    return {row.username: row.id for row in rows if Role.CLERK in row.roles.split()}


def usernames_of(tx: Tx, scope: Scope, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The usernames of these, as far as the asker may see them."""
    rows = tx.execute(
        sa.select(account.c.id, account.c.username).where(
            account.c.id.in_(list(ids)), scope.only(account.c.agency)
        )
    )
    return {row.id: row.username for row in rows}


def name_of(tx: Tx, _scope: Scope, integration_id: UUID, staff_id: UUID) -> str:
    """What an integration calls a clerk."""
    own = (
        sa.select(clerk_names.c.name)
        .where(clerk_names.c.integration_id == integration_id, clerk_names.c.staff_id == staff_id)
        .order_by(clerk_names.c.name)
        .limit(1)
        .scalar_subquery()
    )
    found: str = tx.execute(
        sa.select(sa.func.coalesce(own, account.c.username)).where(account.c.id == staff_id)
    ).scalar_one()
    return found


def names_of(tx: Tx, _scope: Scope, integration_id: UUID) -> dict[str, UUID]:
    """What an integration's own names stand for."""
    rows = tx.execute(
        sa.select(clerk_names.c.name, clerk_names.c.staff_id)
        .where(clerk_names.c.integration_id == integration_id)
        .order_by(clerk_names.c.name)
    )
    return {row.name: row.staff_id for row in rows}


def set_names(tx: Tx, _scope: Scope, integration_id: UUID, names: Mapping[str, UUID]) -> None:
    """Put these names in the place of all that the integration had."""
    tx.execute(sa.delete(clerk_names).where(clerk_names.c.integration_id == integration_id))
    if names:
        tx.execute(
            sa.insert(clerk_names),
            [
                {"integration_id": integration_id, "name": name, "staff_id": staff_id}
                for name, staff_id in names.items()
            ],
        )


def clerk_named(
    tx: Tx, scope: Scope, integration_id: UUID, name: str, now: datetime
) -> Clerk | None:
    """The clerk whom the integration calls so, of an account that is not disabled."""
    own = sa.select(clerk_names.c.staff_id).where(
        clerk_names.c.integration_id == integration_id, clerk_names.c.name == name
    )
    row = tx.execute(
        sa.select(account.c.id, account.c.agency, account.c.roles)
        .where(
            sa.or_(
                account.c.id.in_(own),
                sa.and_(account.c.username == name.lower(), ~sa.exists(own.correlate(None))),
            ),
            account.c.disabled.is_(False),
            scope.only(account.c.agency),
        )
        .limit(1)
    ).one_or_none()
    if row is None or Role.CLERK not in row.roles.split():
        return None
    clerk = queries.clerk_of(tx, scope, row.id)
    if clerk is None:
        # Never at the desk before.
        queries.enrol(tx, scope, staff_id=row.id, agency=row.agency, now=now)
    return clerk or queries.clerk_of(tx, scope, row.id)


def named(tx: Tx, scope: Scope, integration_id: UUID) -> list[NamedClerk]:
    """All clerks that the integration may see, each by its own name for them."""
    own = {staff_id: name for name, staff_id in names_of(tx, scope, integration_id).items()}
    rows = tx.execute(
        sa.select(account.c.id, account.c.username)
        .join(clerks, clerks.c.staff_id == account.c.id)
        .where(account.c.disabled.is_(False), scope.only(account.c.agency))
        .order_by(account.c.username)
    )
    usernames = {row.id: row.username for row in rows}
    return [
        NamedClerk(own.get(clerk.id, usernames[clerk.id]), clerk)
        for clerk in queries.by_ids(tx, scope, usernames)
    ]
