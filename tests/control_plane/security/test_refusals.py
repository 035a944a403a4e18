"""Every refusal has its row, and a flood of them cannot fill the log."""

import json
from typing import Any

import httpx

from control_plane.security import audit
from control_plane.security.boundary import Boundary
from control_plane.security.refusals import KINDS, Refusals
from control_plane.security.scope import Asker, Role, Scope
from tests.clock import FakeClock
from tests.control_plane.security.conftest import add_account, sign_in

CLERK = Scope(Asker.STAFF, "0190", frozenset({Role.CLERK}), "kela")


async def rows(at: Boundary) -> list[dict[str, Any]]:
    found = await at.store.read(lambda tx: audit.rows(tx, Scope.system()))
    return [
        {
            "action": row.entry.action,
            "subject": row.entry.subject,
            "agency": row.entry.agency,
            **json.loads(row.entry.detail),
        }
        for row in found
        if row.entry.action.endswith("refused")
    ]


async def refuse(refusals: Refusals, *, code: str = "no_ticket", wish: str = "POST /next") -> None:
    await refusals.note(CLERK, "request.refused", code=code, wish=wish)


async def test_a_refusal_has_its_row_at_once(at: Boundary) -> None:
    await at.refusals.note(
        CLERK, "request.refused", code="not_found", wish="POST /end", about={"visit_id": "0192"}
    )
    assert await rows(at) == [
        {
            "action": "request.refused",
            "subject": "account:0190",
            "agency": "kela",
            "code": "not_found",
            "wish": "POST /end",
            "about": {"visit_id": "0192"},
        }
    ]


async def test_repeats_within_a_minute_make_one_more_row_together(
    at: Boundary, clock: FakeClock
) -> None:
    for _ in range(1000):
        await refuse(at.refusals)
    assert len(await rows(at)) == 1
    clock.pass_(seconds=61)
    await at.refusals.settle()
    assert [row.get("repeated") for row in await rows(at)] == [None, 999]


async def test_what_comes_after_the_minute_is_a_row_of_its_own_again(
    at: Boundary, clock: FakeClock
) -> None:
    await refuse(at.refusals)
    await refuse(at.refusals)
    clock.pass_(seconds=61)
    await refuse(at.refusals)
    assert [row.get("repeated") for row in await rows(at)] == [None, 1, None]
    clock.pass_(seconds=61)
    await at.refusals.settle()
    assert len(await rows(at)) == 3


async def test_another_asker_wish_or_answer_is_not_a_repeat(at: Boundary) -> None:
    await refuse(at.refusals)
    await refuse(at.refusals, code="clerk_busy")
    await refuse(at.refusals, wish="POST /recall")
    other = Scope(Asker.STAFF, "0191", frozenset(), "vero")
    await at.refusals.note(other, "request.refused", code="no_ticket", wish="POST /next")
    assert len(await rows(at)) == 4


async def test_a_flood_of_kinds_is_bounded_too(at: Boundary, clock: FakeClock) -> None:
    for number in range(KINDS + 200):
        await refuse(at.refusals, wish=f"POST /{number}")
    clock.pass_(seconds=61)
    await at.refusals.settle()
    found = await rows(at)
    assert len(found) == KINDS + 2
    assert [row.get("repeated") for row in found if row["code"] == "many"] == [None, 199]


async def test_what_was_counted_is_written_when_the_program_ends(at: Boundary) -> None:
    await refuse(at.refusals)
    await refuse(at.refusals)
    await at.refusals.settle(everything=True)
    assert [row.get("repeated") for row in await rows(at)] == [None, 1]


async def test_tries_without_end_at_a_held_account_are_counted(
    client: httpx.AsyncClient, at: Boundary, clock: FakeClock
) -> None:
    account = await add_account(at, "aino")
    for _ in range(25):
        await sign_in(client, "aino", "wrong")
    clock.pass_(seconds=61)
    await at.refusals.settle()
    found = await rows(at)
    assert {row["subject"] for row in found} == {f"account:{account.id}"}
    assert [row["code"] for row in found] == ["wrong_credentials"] * 5 + ["too_many_tries"] * 2
    assert found[-1]["repeated"] == 19


async def test_a_stranger_and_a_forged_page_are_in_the_log(
    client: httpx.AsyncClient, at: Boundary
) -> None:
    account = await add_account(at, "aino")
    assert (await client.put("/session/language", json={"language": "sv"})).status_code == 401
    await sign_in(client, "aino")
    client.headers["X-Etapiste-CSRF"] = "guess"
    assert (await client.put("/session/language", json={"language": "sv"})).status_code == 403
    assert [(row["subject"], row["code"]) for row in await rows(at)] == [
        ("stranger", "not_signed_in"),
        (f"account:{account.id}", "forged"),
    ]


async def test_a_page_that_only_asks_whether_it_is_signed_in_leaves_no_row(
    client: httpx.AsyncClient, at: Boundary
) -> None:
    assert (await client.get("/session")).status_code == 401
    assert await rows(at) == []


async def test_what_was_typed_into_a_path_or_body_is_never_kept(
    client: httpx.AsyncClient, at: Boundary
) -> None:
    await client.post("/session", json={"username": ["Matti Meikäläinen"]})
    await client.post("/Matti-Meikalainen/010190-123A", json={})
    found = await rows(at)
    assert [(row["code"], row["wish"]) for row in found] == [
        ("invalid", "POST /session"),
        ("not_found", "POST *"),
    ]
    assert "eik" not in json.dumps(found)


async def test_a_body_that_is_too_large_has_one_row_declared_or_not(
    client: httpx.AsyncClient, at: Boundary
) -> None:
    async def pieces() -> Any:
        for _ in range(9):
            yield b" " * 131_072

    await client.post("/session", content=b" " * (1024 * 1024 + 1))
    assert [row["code"] for row in await rows(at)] == ["too_large"]
    await client.post("/session", content=pieces())
    assert [row["code"] for row in await rows(at)] == ["too_large", "too_large"]
