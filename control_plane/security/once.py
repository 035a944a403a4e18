"""How does a request that arrives twice have the effect of one, and get the same answer?

Whoever asks makes the key (draft-ietf-httpapi-idempotency-key-header): its first answer, or its
first refusal, is kept for a day and given again. Done and kept is one transaction. The key is the
lock too: a copy that comes while the first still runs, at whichever replica, waits for its end.

Neither key nor request is stored, only digests that tell nothing without the key: a request may
hold a password. An answer is stored, so one with a secret in it must not come from here.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, TypeVar
from uuid import UUID

import sqlalchemy as sa
from fastapi import Depends, Header, Request
from pydantic import BaseModel

from control_plane.database import Operation, Tx, built_once, insert_or
from control_plane.errors import KEY_USED_OTHERWISE, Reason, Refusal, RefusalBody
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.scope import Scope
from control_plane.security.tables import request_answer

KEPT = timedelta(days=1)
NOTHING = "null"

_ROW = sa.and_(
    request_answer.c.account_id == sa.bindparam("account"),
    request_answer.c.key == sa.bindparam("taken"),
)
_GIVEN = sa.select(request_answer.c.asked, request_answer.c.refused, request_answer.c.body).where(
    _ROW
)
_ANSWER = sa.update(request_answer).where(_ROW)

M = TypeVar("M", bound=BaseModel)


class KeptRefusal(RefusalBody):
    """A refusal as it was given."""

    status: int


@dataclass(frozen=True, slots=True)
class Once:
    """A request that changes something; without a key it runs as often as it comes."""

    at: Boundary
    key: str | None
    asked: bytes  # method, path and body

    async def do(self, scope: Scope, operation: Operation[object]) -> None:
        """Run what has no answer but that it is done."""
        if self.key is None:
            await self.at.store.run(operation)
        else:
            await self._run(scope, operation, self.key)

    async def give(self, scope: Scope, answer: type[M], operation: Operation[M]) -> M:
        """Run ``operation`` and give its answer; to a repeat, the answer that the first got."""
        if self.key is None:
            return await self.at.store.run(operation)
        return answer.model_validate_json(await self._run(scope, operation, self.key))

    async def _run(self, scope: Scope, operation: Operation[object], key: str) -> str:
        kept = _Kept(UUID(scope.name), key, self.asked, self.at.clock.now())
        try:
            return await self.at.store.run(partial(_first, kept=kept, operation=operation))
        except Refusal as refusal:
            if refusal.reason is KEY_USED_OTHERWISE:
                raise
            # It undid its transaction. A copy that is still on its way shall not be served later.
            served = await self.at.store.run(partial(_refused, kept=kept, refusal=refusal))
            if served is None:
                raise
            return served


@dataclass(frozen=True, slots=True)
class _Kept:
    """Under which digests an answer is stored."""

    account: UUID
    key: str
    asked: bytes
    at: datetime

    @property
    def key_digest(self) -> str:
        return hashlib.sha256(self.key.encode()).hexdigest()

    @property
    def asked_digest(self) -> str:
        return hmac.new(self.key.encode(), self.asked, hashlib.sha256).hexdigest()


async def once(
    request: Request,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=128,
            description="Made anew for each wish: a repeat of the same key has the effect of one "
            "and gets the same answer, for a day.",
        ),
    ] = None,
) -> Once:
    """What a route needs to run once for each key."""
    target = f"{request.method} {request.url.path}?{request.url.query}\n"
    return Once(boundary(request), key, target.encode() + await request.body())


RunsOnce = Annotated[Once, Depends(once)]


def harmless(reason: str) -> dict[str, str]:
    """The ``openapi_extra=`` of a changing route without a key: why a repeat does no harm."""
    return {"x-repeat": reason}


def purge(tx: Tx, *, now: datetime) -> None:
    """Forget the keys of yesterday."""
    tx.execute(sa.delete(request_answer).where(request_answer.c.at < now - KEPT))


def _first(tx: Tx, *, kept: _Kept, operation: Operation[object]) -> str:
    if not _is_new(tx, kept):
        return _given_before(tx, kept)
    answer = operation(tx)
    if not isinstance(answer, BaseModel):
        return NOTHING
    body = answer.model_dump_json()
    tx.execute(_ANSWER, {"account": kept.account, "taken": kept.key_digest, "body": body})
    return body


def _refused(tx: Tx, *, kept: _Kept, refusal: Refusal) -> str | None:
    """Keep the refusal; the answer instead when a copy of the request was served meanwhile."""
    if not _is_new(tx, kept):
        return _given_before(tx, kept)
    body = KeptRefusal(code=refusal.code, detail=refusal.detail, status=refusal.status)
    values = {"body": body.model_dump_json(), "refused": True}
    tx.execute(_ANSWER, {"account": kept.account, "taken": kept.key_digest} | values)
    return None


def _is_new(tx: Tx, kept: _Kept) -> bool:
    """Take the key; whoever else holds it is waited for."""
    taken = tx.execute(
        _take(tx.dialect),
        {
            "account_id": kept.account,
            "key": kept.key_digest,
            "asked": kept.asked_digest,
            "at": kept.at,
            "refused": False,
            "body": NOTHING,
        },
    )
    return taken.one_or_none() is not None


@built_once
def _take(dialect: str) -> sa.Executable:
    return (
        insert_or(dialect, request_answer)
        .on_conflict_do_nothing(index_elements=["account_id", "key"])
        .returning(request_answer.c.at)
    )


def _given_before(tx: Tx, kept: _Kept) -> str:
    row = tx.execute(_GIVEN, {"account": kept.account, "taken": kept.key_digest}).one()
    if not hmac.compare_digest(row.asked, kept.asked_digest):
        raise Refusal(KEY_USED_OTHERWISE)
    body: str = row.body
    if row.refused:
        told = KeptRefusal.model_validate_json(body)
        raise Refusal(Reason(told.code, told.status, ""), **told.detail)
    return body
