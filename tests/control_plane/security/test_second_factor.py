"""A second factor: its codes, its one use, its limits, and whom it is demanded of."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from control_plane import errors
from control_plane.database import Tx
from control_plane.security import audit, factor_routes, second_factor, session_routes
from control_plane.security.accounts import Account
from control_plane.security.boundary import Boundary
from control_plane.security.keys import Keyring
from control_plane.security.refusals import note_request
from control_plane.security.scope import Role, Scope
from control_plane.security.second_factor import STEP_S, Verdict, code_at, step_of
from control_plane.security.tables import recovery_code
from control_plane.security.tables import second_factor as factor_table
from tests.clock import FakeClock
from tests.control_plane.security.conftest import ORIGIN, PASSWORD, add_account

SECRET = b"12345678901234567890"
SYSTEM = Scope.system("test")


@pytest.mark.parametrize(
    ("at_s", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(at_s: int, code: str) -> None:
    """RFC 6238, appendix B, SHA-1; its eight digits end with these six."""
    assert code_at(SECRET, at_s // STEP_S) == code


@given(st.integers(1_600_000_000, 2_500_000_000), st.integers(-14, 4), st.integers(0, 20))
def test_a_code_is_worth_something_one_step_around_now_and_once(
    at_s: int, off: int, used: int
) -> None:
    now = datetime.fromtimestamp(at_s, UTC)
    this = at_s // STEP_S
    step, last = this + off, this - used
    verdict, found = step_of(SECRET, code_at(SECRET, step), last, now)
    if off > 1 or off <= -10:
        # A code of another step may be the same six digits, once in a million.
        assert verdict is Verdict.WRONG or found != step
    elif found == step:
        expected = Verdict.RIGHT if off >= -1 else Verdict.LATE
        assert verdict is (Verdict.USED if step <= last else expected)


@pytest.fixture
def demanding(at: Boundary) -> Boundary:
    settings = at.settings.model_copy(update={"second_factor_roles": ("owner", "operator")})
    return replace(at, settings=settings)


@pytest.fixture
async def client(demanding: Boundary) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.state.boundary = demanding
    errors.install(app, hear=note_request)
    for module in (session_routes, factor_routes):
        app.include_router(module.router, prefix="/api/v1")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url=f"{ORIGIN}/api/v1",
        headers={"Origin": ORIGIN},
    ) as made:
        yield made


async def sign_in(client: httpx.AsyncClient, code: str = "") -> httpx.Response:
    body = {"username": "aino", "password": PASSWORD, "code": code}
    answer = await client.post("/session", json=body)
    if answer.status_code == 200:
        client.headers["X-Etapiste-CSRF"] = answer.json()["csrf"]
    return answer


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def code_now(keyring: Keyring, clock: FakeClock, account: Account, *, off: int = 0) -> str:
    """What the person's phone shows now."""
    step = int(clock.now().timestamp()) // STEP_S + off
    return code_at(keyring.factor_secret(str(account.id), 1), step)


async def with_factor(
    client: httpx.AsyncClient, at: Boundary, clock: FakeClock, *roles: Role
) -> tuple[Account, list[str]]:
    """Somebody who has set a second factor, and the recovery codes."""
    account = await add_account(at, "aino", *roles)
    await sign_in(client)
    assert (await client.post("/session/second-factor")).status_code == 201
    body = {"code": code_now(at.keys, clock, account)}
    confirmed = await client.post("/session/second-factor/confirm", json=body)
    assert confirmed.status_code == 200, confirmed.text
    clock.pass_(seconds=STEP_S)
    return account, confirmed.json()["codes"]


async def test_the_app_is_shown_a_secret_that_no_table_holds(
    client: httpx.AsyncClient, at: Boundary, clock: FakeClock
) -> None:
    account = await add_account(at, "aino")
    await sign_in(client)
    begun = (await client.post("/session/second-factor")).json()
    assert begun["address"].startswith("otpauth://totp/Et%C3%A4piste:aino?digits=6&secret=")
    assert f"secret={begun['by_hand'].replace(' ', '')}" in begun["address"]
    assert {len(row) for row in begun["picture"]} == {len(begun["picture"])}
    body = {"code": code_now(at.keys, clock, account)}
    codes = (await client.post("/session/second-factor/confirm", json=body)).json()["codes"]
    assert len(set(codes)) == 10

    def everything(tx: Tx) -> str:
        tables = (factor_table, recovery_code)
        return str([tx.execute(sa.select(table)).all() for table in tables])

    stored = await at.store.read(everything) + str(
        await at.store.read(lambda tx: audit.rows(tx, SYSTEM))
    )
    for secret in (begun["by_hand"], *codes):
        assert secret not in stored
        assert secret.replace(" ", "") not in stored


async def test_after_the_password_a_code_is_asked_for_and_each_is_good_once(
    client: httpx.AsyncClient, at: Boundary, clock: FakeClock
) -> None:
    account, _ = await with_factor(client, at, clock)
    asked = await sign_in(client)
    assert told(asked) == (401, "code_needed")
    assert "set-cookie" not in asked.headers
    code = code_now(at.keys, clock, account)
    assert (await sign_in(client, f" {code[:3]} {code[3:]} ")).json()["second_factor"] == "on"
    assert told(await sign_in(client, code)) == (401, "code_used")
    clock.pass_(seconds=10 * STEP_S)
    assert told(await sign_in(client, code_now(at.keys, clock, account, off=-3))) == (
        401,
        "code_late",
    )
    assert told(await sign_in(client, "000000")) == (401, "wrong_code")
    rows = await at.store.read(lambda tx: audit.rows(tx, SYSTEM))
    assert [row.entry.detail for row in rows if row.entry.action == "session.refused"] == [
        f'{{"code":"{each}"}}' for each in ("code_needed", "code_used", "code_late", "wrong_code")
    ]


async def test_a_clock_may_be_one_step_off_and_no_older_code_follows_a_newer_one(
    client: httpx.AsyncClient, at: Boundary, clock: FakeClock
) -> None:
    account, _ = await with_factor(client, at, clock)
    clock.pass_(minutes=5)
    before, ahead = (code_now(at.keys, clock, account, off=off) for off in (-1, 1))
    assert (await sign_in(client, ahead)).status_code == 200
    assert told(await sign_in(client, before)) == (401, "code_used")
    assert told(await sign_in(client, code_now(at.keys, clock, account))) == (401, "code_used")


async def test_one_code_at_once_in_two_browsers_lets_one_in(
    client: httpx.AsyncClient, at: Boundary, clock: FakeClock
) -> None:
    account, _ = await with_factor(client, at, clock)
    code = code_now(at.keys, clock, account)
    answers = await asyncio.gather(*(sign_in(client, code) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [200, 401, 401, 401]


async def test_a_recovery_code_is_good_once(
    client: httpx.AsyncClient, at: Boundary, clock: FakeClock
) -> None:
    _, codes = await with_factor(client, at, clock)
    assert (await sign_in(client, codes[3].lower().replace(" ", "-"))).status_code == 200
    assert told(await sign_in(client, codes[3])) == (401, "wrong_code")
    assert (await sign_in(client, codes[4])).status_code == 200


async def test_new_recovery_codes_take_the_place_of_those_before(
    client: httpx.AsyncClient, at: Boundary, clock: FakeClock
) -> None:
    account, old = await with_factor(client, at, clock)
    path = "/session/second-factor/recovery-codes"
    assert told(await client.post(path, json={"code": "000000"})) == (401, "wrong_code")
    code = {"code": code_now(at.keys, clock, account)}
    new = (await client.post(path, json=code)).json()["codes"]
    assert (len(new), set(new) & set(old)) == (10, set())
    assert told(await client.post(path, json=code)) == (401, "code_used")
    assert told(await sign_in(client, old[0])) == (401, "wrong_code")
    assert (await sign_in(client, new[0])).status_code == 200
    rows = await at.store.read(lambda tx: audit.rows(tx, SYSTEM))
    assert [row.entry.action for row in rows].count("account.recovery_codes_made") == 1


async def test_without_a_factor_there_are_no_recovery_codes(
    client: httpx.AsyncClient, at: Boundary
) -> None:
    await add_account(at, "aino")
    await sign_in(client)
    answer = await client.post("/session/second-factor/recovery-codes", json={"code": "000000"})
    assert told(answer) == (409, "second_factor_not_begun")


async def test_guessing_codes_is_slowed_down_and_the_right_password_sets_nothing_back(
    client: httpx.AsyncClient, at: Boundary, clock: FakeClock
) -> None:
    account, _ = await with_factor(client, at, clock)
    for _ in range(5):
        assert told(await sign_in(client, "000000")) == (401, "wrong_code")
        assert told(await sign_in(client)) == (401, "code_needed")
    held = await sign_in(client, code_now(at.keys, clock, account))
    assert told(held) == (429, "too_many_tries")
    assert held.json()["detail"] == {"retry_after_s": 15}
    clock.pass_(seconds=15)
    assert (await sign_in(client, code_now(at.keys, clock, account))).status_code == 200
    assert told(await sign_in(client, "000000")) == (401, "wrong_code")


async def test_a_wrong_password_says_nothing_of_a_factor(
    client: httpx.AsyncClient, at: Boundary, clock: FakeClock
) -> None:
    account, _ = await with_factor(client, at, clock)
    code = code_now(at.keys, clock, account)
    body = {"username": "aino", "password": "wrong", "code": code}
    assert told(await client.post("/session", json=body)) == (401, "wrong_credentials")
    # And it has not used the code up.
    assert (await sign_in(client, code)).status_code == 200


async def test_whoever_must_have_one_gets_nothing_else_before(
    client: httpx.AsyncClient, at: Boundary, clock: FakeClock
) -> None:
    account = await add_account(at, "aino", Role.OPERATOR)
    assert (await sign_in(client)).json()["second_factor"] == "demanded"
    assert (await client.get("/session")).json()["second_factor"] == "demanded"
    body: dict[str, object] = {"jwk": {}}
    assert told(await client.post("/session/key", json=body)) == (403, "second_factor_needed")
    assert (await client.put("/session/language", json={"language": "sv"})).status_code == 204
    await client.post("/session/second-factor")
    code = {"code": code_now(at.keys, clock, account)}
    assert (await client.post("/session/second-factor/confirm", json=code)).status_code == 200
    assert (await client.get("/session")).json()["second_factor"] == "on"
    assert told(await client.post("/session/key", json=body)) == (422, "not_a_key")


async def test_whoever_may_have_one_is_offered_it_at_the_first_sign_in(
    client: httpx.AsyncClient, at: Boundary, clock: FakeClock
) -> None:
    await add_account(at, "aino", Role.CLERK)
    assert (await sign_in(client)).json()["second_factor"] == "offered"
    assert (await client.get("/session")).json()["second_factor"] == "off"
    clock.pass_(minutes=1)
    assert (await sign_in(client)).json()["second_factor"] == "off"


async def test_a_factor_in_force_is_not_begun_anew_nor_confirmed_twice(
    client: httpx.AsyncClient, at: Boundary, clock: FakeClock
) -> None:
    await add_account(at, "bertta")
    account = await add_account(at, "aino")
    await sign_in(client)
    body = {"code": code_now(at.keys, clock, account)}
    assert told(await client.post("/session/second-factor/confirm", json=body)) == (
        409,
        "second_factor_not_begun",
    )
    first = (await client.post("/session/second-factor")).json()["by_hand"]
    second = (await client.post("/session/second-factor")).json()["by_hand"]
    assert first != second
    # The first picture is worthless, and whoever tries it is in the log.
    assert told(await client.post("/session/second-factor/confirm", json=body)) == (
        401,
        "wrong_code",
    )
    [tried] = await at.store.read(
        lambda tx: audit.rows(tx, SYSTEM, newest_first=True, actions={"request.refused"}, limit=1)
    )
    assert (tried.entry.actor, '"code":"wrong_code"' in tried.entry.detail) == (
        str(account.id),
        True,
    )
    step = int(clock.now().timestamp()) // STEP_S
    right = {"code": code_at(at.keys.factor_secret(str(account.id), 2), step)}
    assert (await client.post("/session/second-factor/confirm", json=right)).status_code == 200
    for path in ("", "/confirm"):
        again = await client.post(f"/session/second-factor{path}", json=right)
        assert told(again) == (409, "second_factor_there")


def test_secrets_differ_by_account_generation_and_installation(keyring: Keyring) -> None:
    secrets = {
        keyring.factor_secret("a", 1),
        keyring.factor_secret("a", 2),
        keyring.factor_secret("b", 1),
        keyring.webhook_secret("a", 1)[:20],
    }
    assert len(secrets) == 4
    assert {len(each) for each in secrets} == {20}
    assert timedelta(seconds=STEP_S) < second_factor.LATE
