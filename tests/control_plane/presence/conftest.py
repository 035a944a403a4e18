"""An agency's contact centre, with its token, at an application whose routes work."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from control_plane import facts
from control_plane.database import Store
from control_plane.presence.operations import managing
from control_plane.security.integrations import IntegrationId, NewIntegration, Right
from control_plane.security.scope import Scope
from shared.identifiers import AgencyCode
from tests.clock import FakeClock
from tests.control_plane.app.conftest import Api, make_api

SYSTEM = Scope.system("test")


@dataclass
class Centre:
    """A contact centre that talks to us."""

    id: IntegrationId
    http: httpx.AsyncClient

    async def lease(self, lease: str, clerk: str, **how: Any) -> httpx.Response:
        body = {"clerk": clerk, **how}
        return await self.http.put(f"/api/v1/presence/leases/{lease}", json=body)

    async def release(self, lease: str) -> httpx.Response:
        return await self.http.delete(f"/api/v1/presence/leases/{lease}")

    async def presence(self, clerk: str) -> dict[str, Any]:
        answer = await self.http.get("/api/v1/presence/clerks")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = next(each for each in answer.json() if each["clerk"] == clerk)
        return found


async def centre_of(
    api: Api, agency: str = "kela", rights: frozenset[Right] = frozenset(Right)
) -> Centre:
    new = NewIntegration(agency=AgencyCode(agency), name="Kela OC", rights=rights)
    now = api.world.clock.now()
    made, token = await api.world.run(lambda tx: managing.add(tx, SYSTEM, new, now))
    http = api.stranger()
    del http.headers["Origin"]
    http.headers["Authorization"] = f"Bearer {token}"
    return Centre(made.integration.id, http)


async def kinds_of_facts(api: Api) -> list[str]:
    rows = await api.world.store.read(
        lambda tx: tx.execute(facts.facts.select().order_by(facts.facts.c.id)).all()
    )
    return [row.kind for row in rows]


@pytest.fixture
async def api(store: Store, clock: FakeClock, tmp_path: Path) -> Api:
    return await make_api(store, clock, tmp_path)


@pytest.fixture
async def centre(api: Api) -> Centre:
    return await centre_of(api)
