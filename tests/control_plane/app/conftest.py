"""An application whose routes work, on both databases."""

from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from control_plane.database import Store
from control_plane.security.keys import Keyring
from control_plane.settings import Settings
from tests.clock import FakeClock
from tests.control_plane.plane import Page, browser, joined_app, settings_for, sign_in
from tests.control_plane.world import World


@dataclass
class Api:
    """The application in the hands of a test."""

    app: FastAPI
    settings: Settings
    world: World
    open_: list[httpx.AsyncClient]

    @property
    def keys(self) -> Keyring:
        return Keyring(self.settings.state_dir)

    @property
    def clock(self) -> FakeClock:
        return self.world.clock

    async def page(self, username: str) -> Page:
        """A browser in which this account is signed in."""
        http = self.stranger()
        return await sign_in(http, username)

    def stranger(self) -> httpx.AsyncClient:
        http = browser(self.app, self.settings)
        self.open_.append(http)
        return http


async def make_api(store: Store, clock: FakeClock, tmp_path: Path) -> Api:
    settings = settings_for(tmp_path / "state")
    app, joined = joined_app(settings, store, clock)
    world = await World(store, clock, setup=joined.setup).found()
    return Api(app, settings, world, [])


@pytest.fixture
async def api(store: Store, clock: FakeClock, tmp_path: Path) -> Api:
    return await make_api(store, clock, tmp_path)
