"""The application whose queues are to be set, on both databases."""

from pathlib import Path

import pytest

from control_plane.database import Store
from tests.clock import FakeClock
from tests.control_plane.app.conftest import Api, make_api


@pytest.fixture
async def api(store: Store, clock: FakeClock, tmp_path: Path) -> Api:
    return await make_api(store, clock, tmp_path)
