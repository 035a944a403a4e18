"""Sign-in over HTTP: ``/session``, the browser's key for the shift, and the issuers' keys."""

from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request, Response, status
from pydantic import BaseModel, Field

from control_plane.database import Tx
from control_plane.errors import (
    FORGED,
    TOO_MANY_TRIES,
    WRONG_CREDENTIALS,
    Refusal,
    responses,
)
from control_plane.security import access, audit, key_statements, sessions, sign_in
from control_plane.security.access import half_signed_in, signed_in
from control_plane.security.accounts import StaffId, subject
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.once import RunsOnce, harmless
from control_plane.security.passwords import LONGEST
from control_plane.security.scope import Role
from control_plane.security.second_factor import CODE_LATE, CODE_NEEDED, CODE_USED, WRONG_CODE
from control_plane.security.sessions import SignedIn
from control_plane.security.tables import account
from shared.envelope import WireTime
from shared.identifiers import AgencyCode
from shared.languages import Language, Text

router = APIRouter(tags=["session"])

Me = Annotated[SignedIn, Depends(signed_in)]
# Without the second factor that the roles demand, too.
HalfMe = Annotated[SignedIn, Depends(half_signed_in)]
At = Annotated[Boundary, Depends(boundary)]


class SignIn(BaseModel):
    """What a person types."""

    username: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    code: Annotated[
        str, Field(max_length=40, description="Of the second factor, or a recovery code.")
    ] = ""


class FactorState(StrEnum):
    """How an account stands to a second factor."""

    ON = "on"
    DEMANDED = "demanded"  # nothing else is served before
    OFFERED = "offered"  # it is the first sign-in
    OFF = "off"
    NOT_USED = "not_used"  # by nobody here


class AgencyName(BaseModel):
    """The agency of the person who is signed in."""

    code: AgencyCode
    name: Text


class Session(BaseModel):
    """Who is signed in, and what the page needs to go on."""

    staff_id: StaffId
    username: str
    display_name: str
    alias: str
    roles: list[Role]
    agency: AgencyName | None
    language: Language
    languages: list[Language]
    second_factor: FactorState
    csrf: str
    expires_at: WireTime
    key_statement: str | None


class PublicKey(BaseModel):
    """A public P-256 key of the browser (RFC 7517)."""

    jwk: dict[str, Any]


class Certified(BaseModel):
    """The issuer's word about that key."""

    statement: str
    expires_at: WireTime


class ChosenLanguage(BaseModel):
    """The language of this person's pages."""

    language: Language


class Trust(BaseModel):
    """With what key statements are checked, and by which clock."""

    issuers: dict[str, Any]
    server_time: WireTime


@router.post(
    "/session",
    responses=responses(
        WRONG_CREDENTIALS, CODE_NEEDED, WRONG_CODE, CODE_LATE, CODE_USED, TOO_MANY_TRIES, FORGED
    ),
    openapi_extra=harmless(
        "The answer opens a session and is not kept. A repeat opens another; the first, whose "
        "cookie nobody has, ends unused."
    ),
)
async def open_session(body: SignIn, request: Request, response: Response, at: At) -> Session:
    """Sign in; the session is in the cookie, the CSRF token in the answer."""
    if not access.own_page(request):
        raise Refusal(FORGED, what="origin")
    address = request.client.host if request.client else ""
    came = await sign_in.sign_in(
        at, username=body.username, password=body.password, code=body.code, address=address
    )
    response.set_cookie(
        access.COOKIE,
        came.token,
        httponly=True,
        secure=at.settings.secure,
        samesite="strict",
        path="/",
    )
    return await _answer(at, came.who, first=came.first)


@router.get("/session", responses=access.REFUSALS)
async def show_session(me: HalfMe, at: At) -> Session:
    """Who is signed in here?"""
    return await _answer(at, me)


@router.delete(
    "/session",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=access.REFUSALS,
    openapi_extra=harmless("A session ends once: a repeat is refused, since nobody is signed in."),
)
async def close_session(me: HalfMe, at: At, response: Response) -> None:
    """Sign out."""
    now = at.clock.now()
    await at.store.run(partial(sign_in.sign_out, who=me, now=now))
    response.delete_cookie(access.COOKIE, path="/")


@router.post("/session/key", responses={**access.REFUSALS, **responses(key_statements.NOT_A_KEY)})
async def certify_key(body: PublicKey, me: Me, at: At, once: RunsOnce) -> Certified:
    """Certify this browser's session key for the rest of the shift."""
    statement = key_statements.for_staff(
        me.pseudonym, body.jwk, until=me.expires_at, key=at.keys.statements
    )
    now = at.clock.now()

    def operation(tx: Tx) -> Certified:
        _keep_key(tx, me, statement, now)
        return Certified(statement=statement, expires_at=me.expires_at)

    return await once.give(me.scope, Certified, operation)


@router.put(
    "/session/language",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=access.REFUSALS,
    openapi_extra=harmless("The same language twice is that language."),
)
async def choose_language(body: ChosenLanguage, me: HalfMe, at: At) -> None:
    """Keep the language of this person's pages."""
    await at.store.run(partial(_keep_language, who=me, language=body.language))


@router.get("/trust")
async def show_trust(at: At) -> Trust:
    """The issuers' public keys; no sign-in is needed to check a signature."""
    return Trust(issuers=at.keys.issuers(), server_time=at.clock.now())


def _keep_language(tx: Tx, who: SignedIn, language: Language) -> None:
    tx.execute(
        sa.update(account).where(account.c.id == who.account.id).values(language=str(language))
    )
    tx.touch(subject(who.account.id))


def _keep_key(tx: Tx, who: SignedIn, statement: str, now: datetime) -> None:
    sessions.keep_key(tx, who, statement)
    audit.record(tx, who.scope, "session.key_certified", subject=subject(who.account.id), now=now)


async def _answer(at: Boundary, who: SignedIn, *, first: bool = False) -> Session:
    code = who.account.agency
    name = await at.store.read(lambda tx: at.agency_name(tx, code)) if code else None
    return Session(
        staff_id=who.account.id,
        username=who.account.username,
        display_name=who.account.display_name,
        alias=who.account.alias,
        roles=sorted(who.account.roles),
        agency=AgencyName(code=code, name=name) if code and name else None,
        language=who.account.language,
        languages=list(who.account.languages),
        second_factor=_factor_state(at, who, first=first),
        csrf=who.csrf,
        expires_at=who.expires_at,
        key_statement=who.key_statement,
    )


def _factor_state(at: Boundary, who: SignedIn, *, first: bool) -> FactorState:
    if who.account.has_factor:
        return FactorState.ON
    if access.demands_factor(at, who):
        return FactorState.DEMANDED
    if not at.settings.second_factor_roles:
        return FactorState.NOT_USED
    return FactorState.OFFERED if first else FactorState.OFF
