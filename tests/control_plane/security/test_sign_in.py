"""Who signs in, who is kept out, and what is written of it."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
import sqlalchemy as sa
from joserfc.jwk import ECKey, KeySet

from control_plane.database import Tx
from control_plane.security import accounts, audit
from control_plane.security.accounts import AccountChange
from control_plane.security.boundary import Boundary
from control_plane.security.scope import Role, Scope
from control_plane.security.tables import session, sign_in_tries
from shared.signing import Holder, open_statement
from tests.clock import FakeClock
from tests.control_plane.security.conftest import PASSWORD, add_account, sign_in

SYSTEM = Scope.system("test")


async def actions(at: Boundary) -> list[str]:
    rows = await at.store.read(lambda tx: audit.rows(tx, SYSTEM))
    return [row.entry.action for row in rows]


async def test_signing_in_gives_a_session_that_the_page_can_ask_for(
    client: httpx.AsyncClient, at: Boundary
) -> None:
    account = await add_account(at, "aino", Role.CLERK, Role.AGENCY_ADMIN)
    answer = await sign_in(client, " Aino ")
    assert answer.status_code == 200
    assert answer.json() | {"csrf": "", "expires_at": ""} == {
        "staff_id": str(account.id),
        "username": "aino",
        "display_name": "Aino Example",
        "alias": "Aino",
        "roles": ["agency_admin", "clerk"],
        "agency": {"code": "kela", "name": {"fi": "Kela", "sv": "FPA", "en": "Kela"}},
        "language": "fi",
        "languages": ["fi"],
        "second_factor": "not_used",
        "csrf": "",
        "expires_at": "",
        "key_statement": None,
    }
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie
    assert (await client.get("/session")).json() == answer.json()
    assert await actions(at) == ["account.added", "session.opened"]


@pytest.mark.parametrize(("username", "password"), [("aino", "wrong"), ("nobody", PASSWORD)])
async def test_a_wrong_name_and_a_wrong_password_look_the_same(
    client: httpx.AsyncClient, at: Boundary, username: str, password: str
) -> None:
    await add_account(at, "aino")
    answer = await sign_in(client, username, password)
    assert (answer.status_code, answer.json()) == (
        401,
        {"code": "wrong_credentials", "detail": {}},
    )
    assert "set-cookie" not in answer.headers
    assert (await actions(at))[-1] == "session.refused"


async def test_an_unknown_name_takes_as_long_as_a_known_one(
    client: httpx.AsyncClient, at: Boundary
) -> None:
    await add_account(at, "aino")

    async def took(username: str) -> float:
        began = time.perf_counter()
        await sign_in(client, username, "wrong")
        return time.perf_counter() - began

    await took("aino")
    pairs = [(await took("aino"), await took(f"nobody{n}")) for n in range(3)]
    known, unknown = (min(times) for times in zip(*pairs, strict=True))
    # Without the hashing an unknown name would take a twentieth; a busy machine doubles a time.
    assert 0.25 < unknown / known < 4


async def test_what_was_typed_as_a_name_is_stored_nowhere(
    client: httpx.AsyncClient, at: Boundary
) -> None:
    await sign_in(client, "my-secret-password-in-the-wrong-field", "x")
    rows = await at.store.read(lambda tx: audit.rows(tx, SYSTEM))
    tries = await at.store.read(lambda tx: tx.execute(sa.select(sign_in_tries)).all())
    assert "secret" not in str(rows)
    assert "secret" not in str(tries)


async def test_tries_are_slowed_down_per_account_even_with_the_right_password(
    client: httpx.AsyncClient, at: Boundary, clock: FakeClock
) -> None:
    await add_account(at, "aino")
    for _ in range(5):
        assert (await sign_in(client, "aino", "wrong")).status_code == 401
    answer = await sign_in(client, "aino")
    assert answer.status_code == 429
    assert answer.json() == {"code": "too_many_tries", "detail": {"retry_after_s": 15}}
    assert answer.headers["retry-after"] == "15"
    clock.pass_(seconds=15)
    assert (await sign_in(client, "aino")).status_code == 200
    clock.pass_(seconds=1)
    assert (await sign_in(client, "aino", "wrong")).status_code == 401


async def test_tries_at_once_are_counted_before_they_are_judged(
    client: httpx.AsyncClient, at: Boundary
) -> None:
    await add_account(at, "aino")
    answers = await asyncio.gather(*(sign_in(client, "aino", "wrong") for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 7


async def test_tries_are_slowed_down_per_address_over_many_names(
    client: httpx.AsyncClient,
) -> None:
    answers = [await sign_in(client, f"name{n}", "wrong") for n in range(31)]
    assert [answer.status_code for answer in answers] == [401] * 30 + [429]


async def test_an_idle_session_ends_after_30_minutes(
    client: httpx.AsyncClient, at: Boundary, clock: FakeClock
) -> None:
    await add_account(at, "aino")
    await sign_in(client, "aino")
    for _ in range(3):
        clock.pass_(minutes=29)
        assert (await client.get("/session")).status_code == 200
    clock.pass_(minutes=30)
    answer = await client.get("/session")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


async def test_a_session_ends_after_12_hours_at_the_latest(
    client: httpx.AsyncClient, at: Boundary, clock: FakeClock
) -> None:
    await add_account(at, "aino")
    await sign_in(client, "aino")
    for _ in range(12 * 3 - 1):
        clock.pass_(minutes=20)
        assert (await client.get("/session")).status_code == 200
    clock.pass_(minutes=20)
    assert (await client.get("/session")).status_code == 401


async def test_signing_out_ends_the_session_for_good(
    client: httpx.AsyncClient, at: Boundary
) -> None:
    await add_account(at, "aino")
    await sign_in(client, "aino")
    cookie = client.cookies["etapiste_session"]
    assert (await client.delete("/session")).status_code == 204
    client.cookies.set("etapiste_session", cookie)
    assert (await client.get("/session")).status_code == 401
    assert (await actions(at))[-1] == "session.closed"


async def test_a_disabled_account_is_out_at_once(client: httpx.AsyncClient, at: Boundary) -> None:
    account = await add_account(at, "aino")
    await sign_in(client, "aino")
    await at.store.run(
        lambda tx: accounts.change(
            tx, SYSTEM, account.id, AccountChange(disabled=True), at.clock.now()
        )
    )
    assert (await client.get("/session")).status_code == 401
    assert (await sign_in(client, "aino")).status_code == 401


async def test_only_a_digest_of_the_token_is_stored(
    client: httpx.AsyncClient, at: Boundary
) -> None:
    await add_account(at, "aino")
    await sign_in(client, "aino")
    stored = await at.store.read(lambda tx: tx.execute(sa.select(session)).all())
    assert client.cookies["etapiste_session"] not in str(stored)


@pytest.mark.parametrize(
    ("headers", "what"),
    [
        ({"Origin": "http://evil.test"}, "origin"),
        ({"Origin": "null"}, "origin"),
        ({"Origin": ""}, "origin"),
        ({"X-Etapiste-CSRF": "guess"}, "csrf"),
        ({"X-Etapiste-CSRF": ""}, "csrf"),
    ],
)
async def test_a_foreign_page_changes_nothing(
    client: httpx.AsyncClient, at: Boundary, headers: dict[str, str], what: str
) -> None:
    await add_account(at, "aino")
    await sign_in(client, "aino")
    answer = await client.put("/session/language", json={"language": "sv"}, headers=headers)
    assert (answer.status_code, answer.json()) == (
        403,
        {"code": "forged", "detail": {"what": what}},
    )
    assert (await client.get("/session")).json()["language"] == "fi"


async def test_a_foreign_page_cannot_sign_anybody_in(
    client: httpx.AsyncClient, at: Boundary
) -> None:
    await add_account(at, "aino")
    client.headers["Origin"] = "http://evil.test"
    assert (await sign_in(client, "aino")).status_code == 403


async def test_the_same_host_under_another_name_is_our_own_page(
    client: httpx.AsyncClient, at: Boundary
) -> None:
    await add_account(at, "aino")
    client.headers.update({"Origin": "http://localhost:8080", "Host": "localhost:8080"})
    assert (await sign_in(client, "aino")).status_code == 200


async def test_the_language_of_the_pages_is_kept(client: httpx.AsyncClient, at: Boundary) -> None:
    await add_account(at, "aino")
    await sign_in(client, "aino")
    assert (await client.put("/session/language", json={"language": "sv"})).status_code == 204
    assert (await client.get("/session")).json()["language"] == "sv"


async def test_the_browsers_key_is_certified_for_the_shift(
    client: httpx.AsyncClient, at: Boundary
) -> None:
    account = await add_account(at, "aino")
    await sign_in(client, "aino")
    jwk = ECKey.generate_key("P-256").as_dict(private=False)
    answer = await client.post("/session/key", json={"jwk": jwk})
    assert answer.status_code == 200
    trust = (await client.get("/trust")).json()
    known = open_statement(
        answer.json()["statement"],
        issuers=KeySet.import_key_set(trust["issuers"]),
        now=at.clock.now(),
    )
    assert known.holder is Holder.STAFF
    assert known.sub.startswith("staff-")
    assert str(account.id) not in known.sub
    assert {name: known.jwk[name] for name in "xy"} == {name: jwk[name] for name in "xy"}
    assert datetime.fromtimestamp(known.exp, UTC) == at.clock.now().replace(hour=22)
    shown = (await client.get("/session")).json()
    assert shown["key_statement"] == answer.json()["statement"]


async def test_a_clerk_has_one_pseudonym_for_a_shift_and_another_for_the_next(
    client: httpx.AsyncClient, at: Boundary, clock: FakeClock
) -> None:
    await add_account(at, "aino")
    names = []
    for hours in (0, 12.5, 14):
        clock.pass_(hours=hours)
        await sign_in(client, "aino")
        jwk = ECKey.generate_key("P-256").as_dict(private=False)
        statement = (await client.post("/session/key", json={"jwk": jwk})).json()["statement"]
        issuers = KeySet.import_key_set((await client.get("/trust")).json()["issuers"])
        names.append(open_statement(statement, issuers=issuers, now=clock.now()).sub)
        await client.delete("/session")
    assert names[0] == names[1], "a visit goes on when its clerk must sign in anew"
    assert names[1] != names[2]


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        ECKey.generate_key("P-384").as_dict(private=False),
    ],
)
async def test_what_is_no_p256_key_is_not_certified(
    client: httpx.AsyncClient, at: Boundary, jwk: dict[str, str]
) -> None:
    await add_account(at, "aino")
    await sign_in(client, "aino")
    answer = await client.post("/session/key", json={"jwk": jwk})
    assert (answer.status_code, answer.json()["code"]) == (422, "not_a_key")


async def test_the_audit_log_is_for_the_owner_and_administrators(
    client: httpx.AsyncClient, at: Boundary
) -> None:
    await add_account(at, "aino", Role.CLERK)
    await add_account(at, "olli", Role.OWNER, agency=None)
    await sign_in(client, "aino")
    answer = await client.get("/audit")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert (await actions(at))[-1] == "request.refused"
    await sign_in(client, "olli")
    page = (await client.get("/audit", params={"after": 2})).json()
    assert [row["seq"] for row in page["rows"]] == [3, 4, 5]
    verdict = await client.post("/audit/verify", json={"checkpoints": [page["checkpoint"]]})
    assert verdict.json()["intact"] is True
    junk = await client.post("/audit/verify", json={"checkpoints": ["x.y.z"]})
    assert junk.json()["code"] == "not_a_checkpoint"


async def test_a_refused_request_does_not_come_back_in_the_answer(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post("/session", json={"username": "x", "password": ["secret"]})
    assert answer.status_code == 422
    assert "secret" not in answer.text
    assert answer.json()["code"] == "invalid"


async def test_a_taken_name_is_refused(at: Boundary) -> None:
    await add_account(at, "aino")
    with pytest.raises(Exception, match="username_taken"):
        await add_account(at, "aino")


async def test_an_agencys_main_user_sees_no_account_of_another_agency(at: Boundary) -> None:
    kela = await add_account(at, "aino", Role.AGENCY_ADMIN)
    migri = await add_account(at, "maria", agency="migri")

    def seen(tx: Tx) -> list[str]:
        return [each.username for each in accounts.listed(tx, kela.scope)]

    assert await at.store.read(seen) == ["aino"]
    with pytest.raises(Exception, match="not_found"):
        await at.store.read(lambda tx: accounts.find(tx, kela.scope, migri.id))


async def pieces() -> AsyncIterator[bytes]:
    for _ in range(9):
        yield b" " * 131_072


@pytest.mark.parametrize("body", [b" " * (1024 * 1024 + 1), None], ids=["declared", "chunked"])
async def test_a_body_over_one_megabyte_is_refused(
    client: httpx.AsyncClient, body: bytes | None
) -> None:
    answer = await client.post("/session", content=body or pieces())
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
