"""Does every request that changes something have the effect of one when it comes twice?"""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from control_plane.app import create_app
from control_plane.database import Operation, PostgresqlStore, Store, metadata, open_store
from control_plane.security import once
from control_plane.security.scope import Role
from control_plane.security.tables import request_answer
from control_plane.settings import Settings
from tests.clock import FakeClock
from tests.control_plane.app.conftest import Api, make_api
from tests.control_plane.app.scenes import NEW_STAFF, SCENES, Wish, at_desk, with_two_waiting
from tests.control_plane.plane import Page, browser, joined_app, settings_for
from tests.control_plane.world import World

KEY = "0190d0c2-0000-7000-8000-00000000000a"
READING = {"get", "head", "options"}
CHANGING = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, methods in create_app(Settings()).openapi()["paths"].items()
    for method, operation in methods.items()
    if method not in READING
}


def takes_a_key(operation: dict[str, Any]) -> bool:
    return any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", ()))


RUN_ONCE = sorted(name for name, (_, _, each) in CHANGING.items() if takes_a_key(each))


async def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the database."""
    tables = metadata.sorted_tables
    return await store.read(
        lambda tx: {
            table.name: sorted((tuple(row) for row in tx.execute(sa.select(table))), key=str)
            for table in tables
        }
    )


async def ask(wish: Wish, operation: str, *, key: str = KEY) -> httpx.Response:
    page, ids, body = wish
    method, path, _ = CHANGING[operation]
    return await page.http.request(
        method, path.format(**ids), json=body, headers={"Idempotency-Key": key}
    )


@pytest.mark.parametrize("operation", sorted(CHANGING))
def test_what_changes_something_takes_a_key_or_says_why_it_needs_none(operation: str) -> None:
    described = CHANGING[operation][2]
    assert takes_a_key(described) is not bool(described.get("x-repeat", "").strip())


# Sent twice by the tests of their own rooms only.
ELSEWHERE = {"call_next_for_clerk", "drop_webhook", "set_shift", "give_shift"}


def test_every_operation_with_a_key_has_a_scene() -> None:
    assert set(SCENES) | ELSEWHERE == set(RUN_ONCE)


@pytest.mark.parametrize("operation", sorted(SCENES))
async def test_a_repeat_changes_nothing_and_gets_the_same_answer(
    sqlite_store: Store, clock: FakeClock, tmp_path: Path, operation: str
) -> None:
    api = await make_api(sqlite_store, clock, tmp_path)
    wish = await SCENES[operation](api)
    before = await everything(api.world.store)
    first = await ask(wish, operation)
    assert first.status_code < 300, first.text
    done = await everything(api.world.store)
    assert before != done
    api.clock.pass_(seconds=30)
    second = await ask(wish, operation)
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert await everything(api.world.store) == done


async def test_the_same_key_does_not_cover_another_request(api: Api) -> None:
    wish = await with_two_waiting(api)
    page, ids, _ = wish
    assert (await ask(wish, "call_this")).status_code == 200
    otherwise: list[Wish] = [
        (page, ids, {"reason": "another"}),
        (page, {"ticket_id": KEY}, wish[2]),
    ]
    for other in otherwise:
        refused = await ask(other, "call_this")
        assert (refused.status_code, refused.json()["code"]) == (422, "key_used_otherwise")
    assert (await ask(wish, "call_next")).json()["code"] == "key_used_otherwise"


async def test_a_key_is_its_accounts_own(api: Api) -> None:
    wish = await with_two_waiting(api)
    await api.world.device_up("d-inari-01")
    await api.world.take(device="d-inari-01")
    await api.world.clerk("liisa")
    other: Wish = (await api.page("liisa"), {}, wish[2])
    first, second = await ask(wish, "call_next"), await ask(other, "call_next")
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["id"] != second.json()["id"]


async def test_a_refusal_is_given_again_so_that_a_late_copy_is_not_served(api: Api) -> None:
    page, _ = await at_desk(api)
    wish: Wish = (page, {}, None)
    first = await ask(wish, "call_next")
    assert (first.status_code, first.json()["code"]) == (409, "no_ticket")
    await api.world.take()
    second = await ask(wish, "call_next")
    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert (await ask(wish, "call_next", key="a new wish")).status_code == 200


async def test_without_a_key_it_runs_as_often_as_it_comes(api: Api) -> None:
    page, _ = await at_desk(api)
    assert (await page.post("/desk/next")).status_code == 409
    await api.world.take()
    assert (await page.post("/desk/next")).status_code == 200


async def test_copies_at_two_replicas_at_the_same_time_have_the_effect_of_one(
    api: Api, store_url: str, tmp_path: Path
) -> None:
    wish = await with_two_waiting(api)
    page = wish[0]
    other = open_store(store_url) if isinstance(api.world.store, PostgresqlStore) else None
    app, _ = joined_app(settings_for(tmp_path / "state"), other or api.world.store, api.clock)
    async with browser(app, api.settings) as http:
        http.cookies, http.headers = page.http.cookies, page.http.headers
        there: Wish = (Page(http, page.csrf), {}, wish[2])
        answers = await asyncio.gather(*(ask(each, "call_next") for each in (wish, there) * 4))
    assert {each.status_code for each in answers} == {200}
    assert len({each.json()["id"] for each in answers}) == 1
    assert len((await everything(api.world.store))["visits"]) == 1
    if other is not None:
        await other.close()


async def test_keys_are_forgotten_after_a_day(api: Api) -> None:
    wish = await with_two_waiting(api)
    await ask(wish, "call_next")

    async def kept() -> int:
        now = api.clock.now()
        await api.world.run(lambda tx: once.purge(tx, now=now))
        return len((await everything(api.world.store))["request_answer"])

    api.clock.pass_(hours=23)
    assert await kept() == 1
    api.clock.pass_(hours=2)
    assert await kept() == 0


async def test_no_secret_is_kept_with_an_answer(
    store: Store, clock: FakeClock, tmp_path: Path
) -> None:
    secret = tmp_path / "turn-secret"
    secret.write_text("sesame")
    settings = settings_for(tmp_path / "state").model_copy(update={"turn_secret_file": secret})
    app, joined = joined_app(settings, store, clock)
    world = await World(store, clock, setup=joined.setup).found()
    api = Api(app, settings, world, [])
    wish = await with_two_waiting(api)
    first = (await ask(wish, "call_next")).json()["ice_servers"]
    clock.pass_(minutes=1)
    second = (await ask(wish, "call_next")).json()["ice_servers"]
    assert first[0]["credential"]
    # A credential of its own, good for as long as any.
    assert second[0]["credential"] not in {"", first[0]["credential"]}
    admin: Wish = (await admin_page(api), {}, NEW_STAFF)
    made = await ask(admin, "add_staff")
    assert made.status_code == 201
    page, _, _ = admin
    link = await ask((page, {"staff_id": made.json()["id"]}, None), "make_password_link")
    rows = await store.read(lambda tx: str(tx.execute(sa.select(request_answer)).all()))
    for word in (first[0]["credential"], link.json()["token"], KEY):
        assert word not in rows


async def admin_page(api: Api) -> Page:
    await api.world.account("yllapito", Role.ADMIN)
    return await api.page("yllapito")


class Interrupted:
    """A Store whose database is away while a test says so."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.engine = store.engine
        self.away = False

    async def run(self, operation: Operation[Any]) -> Any:
        if self.away:
            raise sa.exc.OperationalError("COMMIT", None, Exception("gone"))
        return await self._store.run(operation)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


async def test_a_database_that_is_away_is_said_so_and_the_same_key_goes_on_later(
    store: Store, clock: FakeClock, tmp_path: Path
) -> None:
    interrupted = Interrupted(store)
    api = await make_api(interrupted, clock, tmp_path)
    wish = await with_two_waiting(api)
    interrupted.away = True
    refused = await ask(wish, "call_next")
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    interrupted.away = False
    assert (await ask(wish, "call_next")).status_code == 200
