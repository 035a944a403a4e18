"""Which contact centres may ask, and for what? Accounts of machines, each of one agency.

An integration shows a bearer token, of which only a digest is stored. A new token ends the old
one; an integration that is revoked is refused from then on.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, NewType
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field

from control_plane.database import Tx
from control_plane.errors import NOT_ALLOWED, NOT_FOUND, Refusal
from control_plane.security import audit
from control_plane.security.scope import Asker, Role, Scope
from control_plane.security.sessions import NOTED, digest
from control_plane.security.tables import integration
from shared.identifiers import AgencyCode, new_uuid

IntegrationId = NewType("IntegrationId", UUID)

INTEGRATIONS = "integrations"  # touched when one comes or goes
TOKEN_PREFIX = "eti_"  # noqa: S105 - so that a scanner of leaks knows one when it sees it
# A secret that was followed by a new one still holds for so long.
OVERLAP = timedelta(hours=24)


class Right(StrEnum):
    """What an integration may be allowed."""

    PRESENCE = "presence"  # say and hear who is busy
    QUEUE = "queue"  # see who waits
    ROUTING = "routing"  # ask for the next visitor for a named clerk
    CONTACTS = "contacts"  # read how visits went, for its own reports


class NewIntegration(BaseModel):
    """What is needed to make an integration."""

    model_config = ConfigDict(frozen=True)

    agency: AgencyCode
    name: Annotated[str, Field(min_length=1, max_length=100)]
    rights: frozenset[Right] = frozenset(Right)


@dataclass(frozen=True, slots=True)
class Integration:
    """A stored integration, without its token."""

    id: IntegrationId
    agency: AgencyCode
    name: str
    rights: frozenset[Right]
    secret_generation: int
    secret_made_at: datetime
    created_at: datetime
    seen_at: datetime | None
    revoked_at: datetime | None

    @property
    def scope(self) -> Scope:
        """What it may see: its own agency."""
        return Scope(Asker.INTEGRATION, str(self.id), agency=self.agency)

    def generations(self, now: datetime) -> list[int]:
        """The generations of the secret that hold now, the newest first."""
        newest = self.secret_generation
        overlaps = newest > 1 and now < self.secret_made_at + OVERLAP
        return [newest, newest - 1] if overlaps else [newest]


def subject(identity: IntegrationId) -> str:
    """What the audit log calls it."""
    return f"integration:{identity}"


def add(tx: Tx, scope: Scope, new: NewIntegration, now: datetime) -> tuple[Integration, str]:
    """Make an integration; its token is told here and never again."""
    _may_manage(scope, new.agency)
    identity, token = IntegrationId(new_uuid()), _new_token()
    rights = " ".join(sorted(new.rights))
    tx.execute(
        sa.insert(integration),
        {
            "id": identity,
            "agency": new.agency,
            "name": new.name,
            "token_hash": digest(token),
            "rights": rights,
            "secret_generation": 1,
            "secret_made_at": now,
            "created_at": now,
        },
    )
    tx.touch(INTEGRATIONS)
    made = find(tx, scope, identity)
    _note(tx, scope, "integration.added", made, now, rights=rights)
    return made, token


def renew_token(tx: Tx, scope: Scope, identity: IntegrationId, now: datetime) -> str:
    """Give an integration a new token; the old one is worthless at once."""
    found = manageable(tx, scope, identity)
    token = _new_token()
    _change(tx, identity, token_hash=digest(token))
    _note(tx, scope, "integration.token_renewed", found, now)
    return token


def renew_secret(tx: Tx, scope: Scope, identity: IntegrationId, now: datetime) -> Integration:
    """Give it a new secret for what it posts to us; the old one holds for a day more."""
    found = manageable(tx, scope, identity)
    _change(tx, identity, secret_generation=found.secret_generation + 1, secret_made_at=now)
    _note(tx, scope, "integration.secret_renewed", found, now)
    return find(tx, scope, identity)


def revoke(tx: Tx, scope: Scope, identity: IntegrationId, now: datetime) -> None:
    """Refuse it from now on; a repeat changes nothing."""
    found = find(tx, scope, identity)
    _may_manage(scope, found.agency)
    if found.revoked_at is None:
        _change(tx, identity, revoked_at=now)
        tx.touch(INTEGRATIONS)
        _note(tx, scope, "integration.revoked", found, now)


def find(tx: Tx, scope: Scope, identity: IntegrationId) -> Integration:
    """One integration that the asker may see."""
    row = tx.execute(
        sa.select(integration).where(integration.c.id == identity, scope.only(integration.c.agency))
    ).one_or_none()
    if row is None:
        raise Refusal(NOT_FOUND)
    return _read(row)


def manageable(tx: Tx, scope: Scope, identity: IntegrationId) -> Integration:
    """One that the asker may change, locked; a revoked one is there no more."""
    tx.lock(subject(identity))
    found = find(tx, scope, identity)
    _may_manage(scope, found.agency)
    if found.revoked_at is not None:
        raise Refusal(NOT_FOUND)
    return found


def listed(tx: Tx, scope: Scope) -> list[Integration]:
    """The integrations that the asker may see, the oldest first."""
    rows = tx.execute(
        sa.select(integration).where(scope.only(integration.c.agency)).order_by(integration.c.id)
    )
    return [_read(row) for row in rows]


def by_token(tx: Tx, token: str) -> Integration | None:
    """The integration that shows this token."""
    return _alive(tx, integration.c.token_hash == digest(token))


def alive(tx: Tx, identity: IntegrationId) -> Integration | None:
    """The integration of this id, unless it is revoked."""
    return _alive(tx, integration.c.id == identity)


def used(tx: Tx, who: Integration, now: datetime) -> None:
    """Note that it is in use."""
    _change(tx, who.id, seen_at=now)


def to_be_noted(who: Integration, now: datetime) -> bool:
    """Its last use is written at most so often."""
    return who.seen_at is None or now - who.seen_at >= NOTED


def _alive(tx: Tx, which: sa.ColumnElement[bool]) -> Integration | None:
    row = tx.execute(
        sa.select(integration).where(which, integration.c.revoked_at.is_(None))
    ).one_or_none()
    return None if row is None else _read(row)


def _may_manage(scope: Scope, agency: AgencyCode) -> None:
    own = scope.has(Role.AGENCY_ADMIN) and scope.agency == agency
    if not own and not scope.has(Role.ADMIN):
        raise Refusal(NOT_ALLOWED)


def _new_token() -> str:
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def _change(tx: Tx, identity: IntegrationId, **values: Any) -> None:
    tx.execute(sa.update(integration).where(integration.c.id == identity).values(**values))


def _note(tx: Tx, scope: Scope, action: str, of: Integration, now: datetime, **how: Any) -> None:
    audit.record(tx, scope, action, subject=subject(of.id), agency=of.agency, now=now, **how)


def _read(row: sa.Row[Any]) -> Integration:
    return Integration(
        id=IntegrationId(row.id),
        agency=row.agency,
        name=row.name,
        rights=frozenset(Right(word) for word in row.rights.split()),
        secret_generation=row.secret_generation,
        secret_made_at=row.secret_made_at,
        created_at=row.created_at,
        seen_at=row.seen_at,
        revoked_at=row.revoked_at,
    )
