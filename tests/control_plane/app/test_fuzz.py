"""Does the API stand what a machine makes up from its own description? No 5xx."""

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from control_plane.app import create_app
from control_plane.database import Store
from control_plane.security.scope import Role
from control_plane.settings import Settings
from tests.clock import FakeClock
from tests.control_plane.app.conftest import Api, make_api

# Those that open or end the session with which the test asks; readiness is 503 without a broker.
LEFT_OUT = {"open_session", "close_session", "readyz"}
PATHS = create_app(Settings()).openapi()["paths"]
NAMES = sorted(
    operation["operationId"]
    for methods in PATHS.values()
    for operation in methods.values()
    if operation["operationId"] not in LEFT_OUT
)


@pytest.fixture
async def api(sqlite_store: Store, clock: FakeClock, tmp_path: Path) -> Api:
    api = await make_api(sqlite_store, clock, tmp_path)
    await api.world.account("kaikki", *Role, agency="kela")
    await api.world.device_up()
    return api


@pytest.fixture
async def headers(api: Api) -> dict[str, str]:
    """Of a page in which one account may do everything."""
    page = await api.page("kaikki")
    return {
        "Cookie": page.cookies,
        "X-Etapiste-CSRF": page.csrf,
        "Origin": api.settings.public_origin,
    }


@pytest.mark.parametrize("name", NAMES)
def test_no_made_up_request_breaks_the_api(api: Api, headers: dict[str, str], name: str) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", api.app)
    operation = schema.find_operation_by_id(name)

    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        response = case.call(headers=headers)
        assert response.status_code < 500, (case.method, case.path, response.status_code)

    ask()
