"""The door to the screens' server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.edge_agent.screens.door import Door, serving


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    async with serving(tmp_path) as here:
        yield here
