"""A broker, a control plane and an enrolled device for the uplink's tests."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from control_plane.security.keys import Keyring
from edge_agent.uplink.identity import Identity
from tests.edge_agent.counterpart import Counterpart, control_plane, enrol_here
from tests.mosquitto import Broker, running_mosquitto


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with running_mosquitto(tmp_path / "mosquitto") as running:
        yield running


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "keys")


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def device(broker: Broker, keyring: Keyring, state_dir: Path) -> Identity:
    return enrol_here(broker, keyring, state_dir)


@pytest.fixture
async def cloud(broker: Broker, keyring: Keyring) -> AsyncIterator[Counterpart]:
    async with control_plane(broker, keyring) as here:
        yield here
