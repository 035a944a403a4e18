"""What does the start page lead to? Links and, in the demo only, its accounts."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from control_plane.database import Tx
from control_plane.security import accounts
from control_plane.security.boundary import Boundary, boundary
from control_plane.security.scope import Role, Scope
from control_plane.security.session_routes import AgencyName
from control_plane.settings import Link

router = APIRouter(tags=["start"])


class StartAccount(BaseModel):
    """An account of the demo with its password, and whose part one plays with it."""

    username: str
    password: str
    display_name: str
    roles: list[Role]
    agency: AgencyName | None


class Start(BaseModel):
    """Where to go from the start page."""

    links: list[Link]
    accounts: list[StartAccount]


@router.get("/start", operation_id="get_start")
async def get_start(at: Annotated[Boundary, Depends(boundary)]) -> Start:
    """Links and, in the demo, its accounts; both are empty in production."""
    shown = await at.store.read(lambda tx: _demo_accounts(tx, at)) if _is_demo(at) else []
    return Start(links=list(at.settings.links), accounts=shown)


def _is_demo(at: Boundary) -> bool:
    return bool(at.settings.demo_accounts)


def _demo_accounts(tx: Tx, at: Boundary) -> list[StartAccount]:
    """Those whose passwords the settings tell, as they stand in the database, in their order."""
    stored = {each.username: each for each in accounts.listed(tx, Scope.system("start"))}
    shown = []
    for told in at.settings.demo_accounts:
        account = stored.get(told.username)
        if account is None or account.disabled:
            continue
        name = at.agency_name(tx, account.agency) if account.agency else None
        shown.append(
            StartAccount(
                username=account.username,
                password=told.password,
                display_name=account.display_name,
                roles=sorted(account.roles),
                agency=AgencyName(code=account.agency, name=name)
                if account.agency and name
                else None,
            )
        )
    return shown
