"""Which statements read and write the agencies' choices?"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from control_plane.database import Tx, insert_or
from control_plane.routing.rules.choices import Choices
from control_plane.routing.rules.policy import Policy
from control_plane.routing.tables import routing_policies
from control_plane.security.scope import Scope
from shared.identifiers import AgencyCode


@dataclass(frozen=True)
class StoredPolicy:
    """One version of an agency's choices; version 0 is that of one that has chosen nothing."""

    agency: AgencyCode
    choices: Choices = field(default_factory=Choices)
    version: int = 0
    made_at: datetime | None = None
    made_by: str | None = None

    @cached_property
    def policy(self) -> Policy:
        """The rules that follow from the choices."""
        return self.choices.policy()


def newest(tx: Tx, scope: Scope) -> dict[AgencyCode, StoredPolicy]:
    """What is in force, of every agency that the asker may see and that has chosen."""
    later = routing_policies.alias()
    rows = tx.execute(
        sa.select(routing_policies).where(
            scope.only(routing_policies.c.agency),
            ~sa.exists().where(
                later.c.agency == routing_policies.c.agency,
                later.c.version > routing_policies.c.version,
            ),
        )
    )
    return {row.agency: _stored(row) for row in rows}


def versions(
    tx: Tx, scope: Scope, agency: AgencyCode, *, limit: int | None = None
) -> list[StoredPolicy]:
    """Every version of one agency's choices, newest first."""
    rows = tx.execute(
        sa.select(routing_policies)
        .where(routing_policies.c.agency == agency, scope.only(routing_policies.c.agency))
        .order_by(routing_policies.c.version.desc())
        .limit(limit)
    )
    return [_stored(row) for row in rows]


def add(tx: Tx, _scope: Scope, made: StoredPolicy) -> bool:
    """Store a further version; False when somebody else has made the same one meanwhile."""
    done = tx.execute(
        insert_or(tx.dialect, routing_policies)
        .values(
            agency=made.agency,
            version=made.version,
            made_at=made.made_at,
            made_by=made.made_by,
            choices=made.choices.model_dump_json(),
        )
        .on_conflict_do_nothing()
        .returning(routing_policies.c.version)
    )
    return done.one_or_none() is not None


def _stored(row: sa.Row[Any]) -> StoredPolicy:
    return StoredPolicy(
        agency=row.agency,
        choices=Choices.model_validate_json(row.choices),
        version=row.version,
        made_at=row.made_at,
        made_by=row.made_by,
    )
