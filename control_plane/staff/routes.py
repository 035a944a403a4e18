"""People who serve, over HTTP: for each agency's main user, the owner and the administrators."""

from collections.abc import Iterable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, status
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from control_plane.database import Tx
from control_plane.errors import FORGED, NOT_ALLOWED, NOT_FOUND, Refusal, responses
from control_plane.security.access import REFUSALS, require
from control_plane.security.accounts import (
    ENDED,
    NO_AGENCY,
    USERNAME_TAKEN,
    AccountChange,
    NewAccount,
    StaffId,
)
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.clearance import Clearance
from control_plane.security.once import RunsOnce, harmless
from control_plane.security.scope import Role, Scope
from control_plane.security.sessions import SignedIn
from control_plane.staff import operations
from control_plane.staff.importing import UNKNOWN_AGENCY
from control_plane.staff.operations import (
    LAST_MAIN_USER,
    OWN_ACCOUNT,
    ROLE_NOT_YOURS,
    StaffMember,
)
from control_plane.staff.people_rules import MANAGERS, givable, may_give, may_reach
from control_plane.staff.queries import Abilities
from control_plane.staff.rules import MOST_LEVEL
from shared.envelope import WireTime
from shared.identifiers import CODE_PATTERN, AgencyCode
from shared.languages import Language

router = APIRouter(tags=["staff"])

Manager = Annotated[SignedIn, Depends(require(*MANAGERS))]
At = Annotated[Boundary, Depends(boundary)]
NOT_THE_ACCOUNTS = {"skills", "clearance"}
# Of everybody and everything that one may not set up.
FORBIDDEN = (NOT_ALLOWED, ROLE_NOT_YOURS, FORGED)


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
    ended: bool
    has_password: bool
    has_factor: bool
    link_until: WireTime | None  # a link to set a password waits for the person until then
    signed_in_at: WireTime | None
    yours: bool  # to change


class People(BaseModel):
    """Everybody whom you may see, and what you may give."""

    people: list[StaffView]
    may_give: list[Role]


class NewStaff(NewAccount):
    """A new account; its person sets the password by a link."""

    skills: Skills = ()
    clearance: Clearance = Clearance.NONE


class StaffChange(AccountChange):
    """What is to be different; what is absent stays."""

    skills: Skills | None = None
    clearance: Clearance | None = None


class PasswordLinkView(BaseModel):
    """The secret of a link, shown once: ``password.html#`` and this is the address."""

    token: str
    expires_at: WireTime


@router.get("/staff", operation_id="list_staff", responses=REFUSALS)
async def list_staff(me: Manager, at: At) -> People:
    """Your agency's people; everybody for the owner and an administrator."""
    now = at.clock.now()
    found = await at.store.read(partial(operations.listed, scope=me.scope, now=now))
    return People(people=[shown(member, me.scope) for member in found], may_give=givable(me.scope))


@router.post(
    "/staff",
    operation_id="add_staff",
    status_code=status.HTTP_201_CREATED,
    responses={
        **REFUSALS,
        **responses(*FORBIDDEN, USERNAME_TAKEN, UNKNOWN_AGENCY, NO_AGENCY),
    },
)
async def add_staff(body: NewStaff, me: Manager, at: At, once: RunsOnce) -> StaffView:
    """Make an account; nobody can sign in to it before its person has set a password."""
    new = NewAccount.model_validate(body.model_dump(exclude=NOT_THE_ACCOUNTS))
    now = at.clock.now()

    def operation(tx: Tx) -> StaffView:
        if new.agency is not None and at.agency_name(tx, new.agency) is None:
            raise Refusal(UNKNOWN_AGENCY)
        abilities = Abilities(_pairs(body.skills), body.clearance)
        made = operations.add(tx, me.scope, new, abilities=abilities, now=now)
        return shown(made, me.scope)

    return await once.give(me.scope, StaffView, operation)


@router.patch(
    "/staff/{staff_id}",
    operation_id="change_staff",
    responses={
        **REFUSALS,
        **responses(*FORBIDDEN, NOT_FOUND, NO_AGENCY, OWN_ACCOUNT, LAST_MAIN_USER, ENDED),
    },
)
async def change_staff(
    staff_id: StaffId, body: StaffChange, me: Manager, once: RunsOnce
) -> StaffView:
    """Change an account; suspending it, or taking a role, closes what it had open at once."""
    wanted = AccountChange.model_validate(
        body.model_dump(exclude=NOT_THE_ACCOUNTS, exclude_unset=True)
    )
    now = once.at.clock.now()

    def operation(tx: Tx) -> StaffView:
        changed = operations.change(
            tx,
            me.scope,
            staff_id,
            wanted,
            skills=None if body.skills is None else _pairs(body.skills),
            clearance=body.clearance,
            now=now,
        )
        return shown(changed, me.scope)

    return await once.give(me.scope, StaffView, operation)


@router.post(
    "/staff/{staff_id}/end",
    operation_id="end_staff",
    responses={
        **REFUSALS,
        **responses(*FORBIDDEN, NOT_FOUND, OWN_ACCOUNT, LAST_MAIN_USER),
    },
)
async def end_staff(staff_id: StaffId, me: Manager, once: RunsOnce) -> StaffView:
    """End an account for good; its username is never given to anybody else."""
    now = once.at.clock.now()

    def operation(tx: Tx) -> StaffView:
        return shown(operations.end(tx, me.scope, staff_id, now), me.scope)

    return await once.give(me.scope, StaffView, operation)


@router.post(
    "/staff/{staff_id}/password-link",
    operation_id="make_password_link",
    status_code=status.HTTP_201_CREATED,
    responses={**REFUSALS, **responses(*FORBIDDEN, NOT_FOUND, ENDED)},
    openapi_extra=harmless(
        "The answer holds a secret and is not kept. A repeat makes another link, and the one "
        "before it, which nobody saw, worthless."
    ),
)
async def make_password_link(staff_id: StaffId, me: Manager, at: At) -> PasswordLinkView:
    """Make a link by which its person sets a password, once, within 72 hours; shown only here."""
    now = at.clock.now()
    link = await at.store.run(lambda tx: operations.make_password_link(tx, me.scope, staff_id, now))
    return PasswordLinkView(token=link.token, expires_at=link.expires_at)


@router.post(
    "/staff/{staff_id}/second-factor/reset",
    operation_id="reset_second_factor",
    status_code=status.HTTP_204_NO_CONTENT,
    responses={**REFUSALS, **responses(*FORBIDDEN, NOT_FOUND, OWN_ACCOUNT)},
)
async def reset_second_factor(staff_id: StaffId, me: Manager, once: RunsOnce) -> None:
    """Take away a second factor that was lost: the person signs in without, and may begin anew."""
    now = once.at.clock.now()
    await once.do(me.scope, lambda tx: operations.reset_second_factor(tx, me.scope, staff_id, now))


def _pairs(skills: Iterable[Skill]) -> frozenset[tuple[str, int]]:
    return frozenset((each.skill, each.level) for each in skills)


def shown(member: StaffMember, asker: Scope) -> StaffView:
    """A person as the asker's page shows one."""
    account = member.account
    reached = may_reach(asker, account.agency) and all(
        may_give(asker, role) for role in account.roles
    )
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
        ended=account.ended_at is not None,
        has_password=account.has_password,
        has_factor=account.has_factor,
        link_until=member.link_until,
        signed_in_at=account.signed_in_at,
        yours=reached and account.ended_at is None,
    )
