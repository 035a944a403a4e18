"""Are the refusals of desks in the audit log, each with who, what and why?"""

import json
from typing import Any
from uuid import UUID

from control_plane.security import audit
from control_plane.security.scope import Role, Scope
from shared.commands import CommandState
from tests.control_plane.app.conftest import Api

NO_VISIT = UUID("0190d0c2-0000-7000-8000-000000000001")


async def refused(api: Api, action: str = "request.refused") -> list[dict[str, Any]]:
    found = await api.world.store.read(lambda tx: audit.rows(tx, Scope.system()))
    return [
        {"actor": row.entry.actor, **json.loads(row.entry.detail)}
        for row in found
        if row.entry.action == action
    ]


async def test_what_an_operation_refuses_is_in_the_log(api: Api) -> None:
    clerk = await api.world.account("aino", Role.CLERK, agency="kela")
    page = await api.page("aino")
    await page.post("/desk/state", {"state": "available"})
    assert (await page.post("/desk/next")).status_code == 409
    assert (await page.post(f"/visits/{NO_VISIT}/recall")).status_code == 404
    assert await refused(api) == [
        {"actor": clerk.name, "code": "no_ticket", "wish": "POST /desk/next"},
        {
            "actor": clerk.name,
            "code": "not_found",
            "wish": "POST /visits/{visit_id}/recall",
            "about": {"visit_id": str(NO_VISIT)},
        },
    ]


async def test_what_a_role_does_not_cover_is_in_the_log_also_for_a_look(api: Api) -> None:
    clerk = await api.world.account("aino", Role.CLERK, agency="kela")
    page = await api.page("aino")
    assert (await page.get("/audit")).status_code == 403
    assert await refused(api) == [
        {"actor": clerk.name, "code": "not_allowed", "wish": "GET /audit"}
    ]


async def test_a_file_that_is_not_there_is_nobodys_refusal(api: Api) -> None:
    assert (await api.stranger().get("/favicon.png")).status_code == 404
    assert await refused(api) == []


async def test_a_command_that_a_device_does_not_carry_out_is_in_the_log(api: Api) -> None:
    await api.world.device_up()
    clerk = await api.world.clerk()
    await api.world.take()
    visit = await api.world.call_next(clerk)
    await api.world.reported(visit, CommandState.REFUSED, "expired")
    await api.world.reported(visit, CommandState.REFUSED, "expired")
    assert await refused(api, "command.not_done") == [
        {
            "actor": "d-salla-01",
            "command": str(visit.command_id),
            "state": "refused",
            "reason": "expired",
        }
    ]
