"""A founded nation on both databases."""

import pytest

from control_plane.database import Store
from tests.clock import FakeClock
from tests.control_plane.world import World


@pytest.fixture
async def world(store: Store, clock: FakeClock) -> World:
    return await World(store, clock).found()
