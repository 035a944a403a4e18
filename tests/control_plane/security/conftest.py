"""What do the tests of security share? Keys, issuers, and an application with sign-in."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from control_plane import errors
from control_plane.database import Store
from control_plane.live import Hub
from control_plane.security import accounts, audit_routes, session_routes
from control_plane.security.accounts import Account, NewAccount
from control_plane.security.boundary import Boundary
from control_plane.security.issuers import FileIssuers
from control_plane.security.keys import Keyring
from control_plane.security.limits import BodyLimit
from control_plane.security.passwords import hash_password
from control_plane.security.refusals import note_request
from control_plane.security.scope import Role, Scope
from control_plane.settings import Settings
from shared.languages import Text
from tests.clock import FakeClock

ORIGIN = "http://desk.test"
PASSWORD = "correct horse battery"  # noqa: S105 - of a test
_HASH = hash_password(PASSWORD)
_KELA = Text(fi="Kela", sv="FPA", en="Kela")


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "state")


@pytest.fixture
def issuers(tmp_path: Path, clock: FakeClock) -> FileIssuers:
    return FileIssuers(tmp_path / "state", now=clock.now())


@pytest.fixture
def at(store: Store, clock: FakeClock, keyring: Keyring, tmp_path: Path) -> Boundary:
    return Boundary(
        store=store,
        clock=clock,
        settings=Settings(
            state_dir=tmp_path / "state", public_origin=ORIGIN, second_factor_roles=()
        ),
        keys=keyring,
        hub=Hub(store, clock),
        agency_name=lambda _tx, _code: _KELA,
    )


@pytest.fixture
async def client(at: Boundary) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.state.boundary = at
    errors.install(app, hear=note_request)
    app.add_middleware(BodyLimit, hear=note_request)
    app.include_router(session_routes.router, prefix="/api/v1")
    app.include_router(audit_routes.router, prefix="/api/v1")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url=f"{ORIGIN}/api/v1",
        headers={"Origin": ORIGIN},
    ) as made:
        yield made


async def add_account(
    at: Boundary, username: str, *roles: Role, agency: str | None = "kela"
) -> Account:
    new = NewAccount(
        username=username,
        display_name="Aino Example",
        alias="Aino",
        roles=frozenset(roles or (Role.CLERK,)),
        agency=agency,
    )
    return await at.store.run(
        lambda tx: accounts.add(tx, Scope.system("test"), new, _HASH, at.clock.now())
    )


async def sign_in(
    client: httpx.AsyncClient, username: str, password: str = PASSWORD
) -> httpx.Response:
    """Sign in, and send the CSRF token from now on."""
    answer = await client.post("/session", json={"username": username, "password": password})
    if answer.status_code == 200:
        client.headers["X-Etapiste-CSRF"] = answer.json()["csrf"]
    return answer
