"""People who serve, over HTTP: for each agency's main user, and the administrators."""

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, status
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from control_plane.database import Tx
from control_plane.errors import NOT_FOUND, Refusal, responses
from control_plane.security.access import REFUSALS, require
from control_plane.security.accounts import (
    USERNAME_TAKEN,
    WEAK_PASSWORD,
    AccountChange,
    NewAccount,
    StaffId,
)
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.clearance import Clearance
from control_plane.security.once import RunsOnce
from control_plane.security.passwords import acceptable, hash_password
from control_plane.security.scope import Role
from control_plane.security.sessions import SignedIn
from control_plane.staff import operations
from control_plane.staff.operations import StaffMember
from control_plane.staff.queries import Abilities
from control_plane.staff.rules import MOST_LEVEL
from shared.identifiers import CODE_PATTERN, AgencyCode
from shared.languages import Language

router = APIRouter(tags=["staff"])

Manager = Annotated[SignedIn, Depends(require(Role.AGENCY_ADMIN, Role.ADMIN))]
At = Annotated[Boundary, Depends(boundary)]
Password = Annotated[str, Field(max_length=200)]
NOT_THE_ACCOUNTS = {"password", "skills", "clearance"}


class Skill(BaseModel):
    """A skill and how well it is mastered."""

    model_config = ConfigDict(frozen=True)

    skill: Annotated[str, Field(pattern=CODE_PATTERN, max_length=64)]
    level: Annotated[int, Field(ge=1, le=MOST_LEVEL)] = MOST_LEVEL


def _each_once(skills: tuple[Skill, ...]) -> tuple[Skill, ...]:
    if len({each.skill for each in skills}) < len(skills):
        raise ValueError("a skill stands here twice")
    return skills


Skills = Annotated[tuple[Skill, ...], Field(max_length=20), AfterValidator(_each_once)]


class StaffView(BaseModel):
    """A person who serves; never a password."""

    id: StaffId
    username: str
    display_name: str
    alias: str
    roles: list[Role]
    agency: AgencyCode | None
    languages: list[Language]
    skills: list[Skill]
    clearance: Clearance
    disabled: bool


class NewStaff(NewAccount):
    """A new account with its first password."""

    password: Password
    skills: Skills = ()
    clearance: Clearance = Clearance.NONE


class StaffChange(AccountChange):
    """What is to be different; what is absent stays."""

    password: Password | None = None
    skills: Skills | None = None
    clearance: Clearance | None = None


@router.get("/staff", operation_id="list_staff", responses=REFUSALS)
async def list_staff(me: Manager, at: At) -> list[StaffView]:
    """Your agency's people; everybody for an administrator."""
    found = await at.store.read(partial(operations.listed, scope=me.scope))
    return [_shown(member) for member in found]


@router.post(
    "/staff",
    operation_id="add_staff",
    status_code=status.HTTP_201_CREATED,
    responses={**REFUSALS, **responses(USERNAME_TAKEN, WEAK_PASSWORD)},
)
async def add_staff(body: NewStaff, me: Manager, once: RunsOnce) -> StaffView:
    """Make an account."""
    stored = await _hashed(body.password)
    new = NewAccount.model_validate(body.model_dump(exclude=NOT_THE_ACCOUNTS))
    now = once.at.clock.now()

    def operation(tx: Tx) -> StaffView:
        return _shown(
            operations.add(
                tx,
                me.scope,
                new,
                password_hash=stored,
                abilities=Abilities(_pairs(body.skills), body.clearance),
                now=now,
            )
        )

    return await once.give(me.scope, StaffView, operation)


@router.patch(
    "/staff/{staff_id}",
    operation_id="change_staff",
    responses={**REFUSALS, **responses(NOT_FOUND, WEAK_PASSWORD)},
)
async def change_staff(
    staff_id: StaffId, body: StaffChange, me: Manager, once: RunsOnce
) -> StaffView:
    """Change an account; disabling it, or a new password, ends its sessions at once."""
    stored = None if body.password is None else await _hashed(body.password)
    wanted = AccountChange.model_validate(
        body.model_dump(exclude=NOT_THE_ACCOUNTS, exclude_unset=True)
    )
    now = once.at.clock.now()

    def operation(tx: Tx) -> StaffView:
        return _shown(
            operations.change(
                tx,
                me.scope,
                staff_id,
                wanted,
                password_hash=stored,
                skills=None if body.skills is None else _pairs(body.skills),
                clearance=body.clearance,
                now=now,
            )
        )

    return await once.give(me.scope, StaffView, operation)


def _pairs(skills: Iterable[Skill]) -> frozenset[tuple[str, int]]:
    return frozenset((each.skill, each.level) for each in skills)


async def _hashed(password: str) -> str:
    if not acceptable(password):
        raise Refusal(WEAK_PASSWORD)
    # argon2 takes its time on purpose: never in the event loop.
    return await asyncio.to_thread(hash_password, password)


def _shown(member: StaffMember) -> StaffView:
    account = member.account
    return StaffView(
        id=account.id,
        username=account.username,
        display_name=account.display_name,
        alias=account.alias,
        roles=sorted(account.roles),
        agency=account.agency,
        languages=list(account.languages),
        skills=[
            Skill(skill=skill, level=level) for skill, level in sorted(member.abilities.skills)
        ],
        clearance=member.abilities.clearance,
        disabled=account.disabled,
    )
