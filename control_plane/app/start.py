"""What does the start page lead to? Links and, in the demo only, its accounts."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from control_plane.security.boundary import Boundary, boundary
from control_plane.settings import DemoAccount, Link

router = APIRouter(tags=["start"])


class Start(BaseModel):
    """Where to go from the start page."""

    links: list[Link]
    accounts: list[DemoAccount]


@router.get("/start", operation_id="get_start")
async def get_start(at: Annotated[Boundary, Depends(boundary)]) -> Start:
    """Links and, in the demo, its accounts; both are empty in production."""
    return Start(links=list(at.settings.links), accounts=list(at.settings.demo_accounts))
