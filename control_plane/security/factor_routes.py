"""The own second factor, over HTTP: begun with a picture for the app, confirmed by its code."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

import segno
from fastapi import APIRouter, Depends, status
from pydantic import BaseModel, Field

from control_plane.database import Tx
from control_plane.errors import TOO_MANY_TRIES, Refusal, responses
from control_plane.security import second_factor
from control_plane.security.access import REFUSALS
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.once import harmless
from control_plane.security.second_factor import (
    CODE_LATE,
    CODE_USED,
    FACTOR_THERE,
    NOT_BEGUN,
    WRONG_CODE,
)
from control_plane.security.session_routes import HalfMe
from control_plane.security.sessions import SignedIn

router = APIRouter(tags=["session"])

At = Annotated[Boundary, Depends(boundary)]

# Of a code that is not good, now or ever.
CODE_REFUSED = (NOT_BEGUN, WRONG_CODE, CODE_LATE, CODE_USED, TOO_MANY_TRIES)


class NewFactor(BaseModel):
    """What an app needs to make codes; shown once."""

    address: str
    by_hand: str
    picture: Annotated[list[str], Field(description="A QR code: a row of 0 and 1 for each line.")]


class Code(BaseModel):
    """What the app shows."""

    code: Annotated[str, Field(min_length=1, max_length=40)]


class RecoveryCodes(BaseModel):
    """Codes for the day when the app is lost, each good once; shown once."""

    codes: list[str]


@router.post(
    "/session/second-factor",
    operation_id="begin_second_factor",
    status_code=status.HTTP_201_CREATED,
    responses={**REFUSALS, **responses(FACTOR_THERE)},
    openapi_extra=harmless(
        "The answer holds a secret and is not kept. A repeat begins with another secret, and the "
        "one before it is worthless."
    ),
)
async def begin_second_factor(me: HalfMe, at: At) -> NewFactor:
    """Begin with a second factor: it is in force once its first code is confirmed."""
    who, now = me.account, at.clock.now()
    generation = await at.store.run(
        partial(second_factor.begin, scope=me.scope, identity=who.id, now=now)
    )
    secret = at.keys.factor_secret(str(who.id), generation)
    address = second_factor.address(secret, who.username)
    drawn = segno.make(address, error="m", micro=False)
    return NewFactor(
        address=address,
        by_hand=second_factor.by_hand(secret),
        picture=["".join(str(module) for module in row) for row in drawn.matrix],
    )


@router.post(
    "/session/second-factor/confirm",
    operation_id="confirm_second_factor",
    responses={**REFUSALS, **responses(*CODE_REFUSED, FACTOR_THERE)},
    openapi_extra=harmless(
        "The answer holds secrets and is not kept. A code is good once: a repeat is refused."
    ),
)
async def confirm_second_factor(body: Code, me: HalfMe, at: At) -> RecoveryCodes:
    """Put the second factor in force by a code of it; the recovery codes are shown only here."""
    return await _codes(second_factor.confirm, body.code, me, at)


@router.post(
    "/session/second-factor/recovery-codes",
    operation_id="renew_recovery_codes",
    responses={**REFUSALS, **responses(*CODE_REFUSED)},
    openapi_extra=harmless(
        "The answer holds secrets and is not kept. A code is good once: a repeat is refused."
    ),
)
async def renew_recovery_codes(body: Code, me: HalfMe, at: At) -> RecoveryCodes:
    """Make new recovery codes, against a code; those before them are worthless."""
    return await _codes(second_factor.renew_codes, body.code, me, at)


async def _codes(
    ask: Callable[..., list[str] | Refusal], code: str, me: SignedIn, at: Boundary
) -> RecoveryCodes:
    now = at.clock.now()

    def operation(tx: Tx) -> list[str] | Refusal:
        return ask(tx, me.scope, me.account.id, code, secret_of=at.keys.factor_secret, now=now)

    found = await at.store.run(operation)
    if isinstance(found, Refusal):
        raise found
    return RecoveryCodes(codes=found)
