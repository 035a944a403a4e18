"""The audit log over HTTP, for the owner and the administrators: read it, and have it checked."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from control_plane.errors import Reason, Refusal, responses
from control_plane.security import access, audit, audit_check
from control_plane.security.access import require
from control_plane.security.audit_check import Checkpoint, Verdict
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.once import harmless
from control_plane.security.scope import Role
from control_plane.security.sessions import SignedIn
from shared.envelope import WireTime

router = APIRouter(tags=["audit"])

NOT_A_CHECKPOINT = Reason("not_a_checkpoint", 422, "The checkpoint's signature does not hold.")

Overseer = Annotated[SignedIn, Depends(require(Role.OWNER, Role.ADMIN))]
At = Annotated[Boundary, Depends(boundary)]


class AuditRow(BaseModel):
    """One row of the log; ``detail`` is the canonical JSON that the hash covers."""

    seq: int
    at: WireTime
    asker: str
    actor: str
    agency: str | None
    action: str
    subject: str
    detail: str
    prev_hash: str
    hash: str


class AuditPage(BaseModel):
    """Rows after a place, and the log's present head."""

    rows: list[AuditRow]
    head: Checkpoint
    checkpoint: str  # the head, signed, to be kept elsewhere


class VerifyAgainst(BaseModel):
    """Checkpoints that somebody kept; without any the chain itself is checked."""

    checkpoints: list[str] = []


@router.get("/audit", responses=access.REFUSALS)
async def show_audit(
    me: Overseer,
    at: At,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    newest_first: bool = False,  # noqa: FBT001, FBT002 - a query parameter
) -> AuditPage:
    """Rows in order, and a signed checkpoint of the whole log."""
    now = at.clock.now()
    found = await at.store.read(
        partial(audit.rows, scope=me.scope, after=after, limit=limit, newest_first=newest_first)
    )
    head = await at.store.read(partial(audit_check.head, now=now))
    return AuditPage(
        rows=[_shown(row) for row in found],
        head=head,
        checkpoint=audit_check.sign(head, key=at.keys.audit),
    )


@router.post(
    "/audit/verify",
    responses={**access.REFUSALS, **responses(NOT_A_CHECKPOINT)},
    openapi_extra=harmless("It only reads."),
)
async def verify_audit(body: VerifyAgainst, _me: Overseer, at: At) -> Verdict:
    """Follow the whole chain and hold it against the checkpoints."""
    kept = [audit_check.read(token, keys=at.keys.audit_keys()) for token in body.checkpoints]
    known = [each for each in kept if each is not None]
    if len(known) < len(kept):
        raise Refusal(NOT_A_CHECKPOINT)
    return await at.store.read(lambda tx: audit_check.verify(tx, *known))


def _shown(row: audit.Row) -> AuditRow:
    entry = row.entry
    return AuditRow(
        seq=row.seq,
        at=entry.at,
        asker=entry.asker,
        actor=entry.actor,
        agency=entry.agency,
        action=entry.action,
        subject=entry.subject,
        detail=entry.detail,
        prev_hash=row.prev_hash,
        hash=row.hash,
    )
