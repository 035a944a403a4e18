"""Does every request that changes something have the effect of one when it comes twice?"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from joserfc.jwk import ECKey

from control_plane.app import create_app
from control_plane.database import Operation, PostgresqlStore, Store, metadata, open_store
from control_plane.security import once
from control_plane.security.scope import Role, Scope
from control_plane.security.tables import request_answer
from control_plane.settings import Settings
from control_plane.staff.rules import ClerkState
from control_plane.visits.queries import Visit
from shared.visits import BoothWiped, Outcome, VisitorArrived
from tests.clock import FakeClock
from tests.control_plane.app.conftest import Api, make_api
from tests.control_plane.plane import Page, browser, joined_app, settings_for
from tests.control_plane.visits import consults
from tests.control_plane.world import World, visit_id

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

# Who asks, of which ids, with which body.
Wish = tuple[Page, dict[str, object], object]
Scene = Callable[[Api], Awaitable[Wish]]


async def at_desk(api: Api, state: ClerkState = ClerkState.AVAILABLE) -> tuple[Page, Scope]:
    await api.world.device_up()
    clerk = await api.world.clerk()
    if state is not ClerkState.AVAILABLE:
        await api.world.choose(clerk, state)
    return await api.page("aino"), clerk


async def called(api: Api) -> tuple[Page, Visit]:
    page, clerk = await at_desk(api)
    await api.world.take()
    visit = await api.world.call_next(clerk)
    await api.world.reported(visit)
    return page, await api.world.visit(visit)


async def begun(api: Api) -> tuple[Page, Visit]:
    page, visit = await called(api)
    arrived = VisitorArrived(visit_id=visit_id(visit), at=api.world.clock.now())
    await api.world.event(arrived)
    return page, await api.world.visit(visit)


def desk(body: object, state: ClerkState = ClerkState.AVAILABLE) -> Scene:
    async def scene(api: Api) -> Wish:
        page, _ = await at_desk(api, state)
        return page, {}, body

    return scene


async def with_two_waiting(api: Api) -> Wish:
    page, _ = await at_desk(api)
    await api.world.take()
    later = await api.world.take()
    return page, {"ticket_id": later.ticket_id}, {"reason": "urgent"}


async def wrapping_up(api: Api) -> Wish:
    page, visit = await begun(api)
    await page.post(f"/visits/{visit.id}/end", {"outcome": Outcome.DONE})
    return page, {}, {"action": "extend"}


async def before_the_visitor(api: Api) -> Wish:
    page, visit = await called(api)
    return page, {"visit_id": visit.id}, None


async def after_the_calls(api: Api) -> Wish:
    page, visit = await called(api)
    for _ in range(2):
        api.clock.pass_(seconds=25)
        await page.post(f"/visits/{visit.id}/recall")
    api.clock.pass_(seconds=25)
    return page, {"visit_id": visit.id}, None


async def a_while_after_the_call(api: Api) -> Wish:
    page, visit = await called(api)
    api.clock.pass_(seconds=25)
    return page, {"visit_id": visit.id}, None


def in_visit(body: object) -> Scene:
    async def scene(api: Api) -> Wish:
        page, visit = await begun(api)
        return page, {"visit_id": visit.id}, body

    return scene


async def offered(api: Api) -> Wish:
    page, clerk = await at_desk(api)
    await api.world.take()
    offer = await api.world.offer(clerk)
    return page, {"offer_id": offer.id}, {"reason": "busy"}


async def parked(api: Api) -> Wish:
    """A number in the clerk's own list, who is free for it again in a clean booth."""
    page, visit = await begun(api)
    await page.post(f"/visits/{visit.id}/park", {"for_what": "form", "minutes": 15})
    wiped = BoothWiped(visit_id=visit_id(visit), clean=True, at=api.world.clock.now())
    await api.world.event(wiped)
    await page.post("/desk/wrap-up", {"action": "done"})
    return page, {"ticket_id": visit.ticket_id}, {"staff_id": None}


async def missed_by_clerk(api: Api) -> Wish:
    _, ids, _ = await missed_number(api)
    return await api.page("aino"), ids, None


def main_user(body: object) -> Scene:
    async def scene(api: Api) -> Wish:
        await api.world.account("paakayttaja", Role.AGENCY_ADMIN, agency="kela")
        clerk = await api.world.clerk()
        page = await api.page("paakayttaja")
        ids: dict[str, object] = {
            "agency": "kela",
            "point": "salla",
            "staff_id": clerk.name,
            "service": "kela-todistus",
        }
        return page, ids, body

    return scene


async def missed_number(api: Api) -> Wish:
    page, visit = await called(api)
    for _ in range(3):
        api.clock.pass_(seconds=25)
        await page.post(f"/visits/{visit.id}/recall")
    await page.post(f"/visits/{visit.id}/no-show")
    await api.world.account("esihenkilo", Role.SUPERVISOR, agency="kela")
    return await api.page("esihenkilo"), {"ticket_id": visit.ticket_id}, {"reason": "test"}


def supervisor(body: object) -> Scene:
    """A supervisor with somebody who waits, a clerk, and ids that are made by who asks."""

    async def scene(api: Api) -> Wish:
        _, clerk = await at_desk(api)
        waiting = await api.world.take()
        await api.world.account("esihenkilo", Role.SUPERVISOR, agency="kela")
        made = {"closing_id": CLOSING, "message_id": MESSAGE}
        ids = {"ticket_id": waiting.ticket_id, "staff_id": clerk.name, **made}
        return await api.page("esihenkilo"), ids, body

    return scene


HOURS = {"week": [{"weekday": 1, "opens": "08:00", "closes": "16:00"}]}
DAYS = {"week": [*["queue"] * 3, *["booking"] * 2, *["closed"] * 2]}
CLOSE = {"reason": "test", "kind": "now"}
TELL = {"text": "Kokous klo 14", "minutes": 60}


async def closed(api: Api) -> Wish:
    page, ids, _ = await supervisor(None)(api)
    done = await page.http.put(f"/api/v1/supervision/closings/{CLOSING}", json=CLOSE)
    assert done.status_code == 204, done.text
    return page, ids, {"reason": "test"}


async def told(api: Api) -> Wish:
    page, ids, _ = await supervisor(None)(api)
    done = await page.http.put(f"/api/v1/supervision/messages/{MESSAGE}", json=TELL)
    assert done.status_code == 204, done.text
    return page, ids, None


async def told_clerk(api: Api) -> Wish:
    _, ids, _ = await told(api)
    return await api.page("aino"), ids, None


async def integrated(api: Api) -> Wish:
    page, ids, _ = await main_user(None)(api)
    body = {"agency": "kela", "name": "Keskus", "rights": ["presence"]}
    made = await page.post("/integrations", body)
    assert made.status_code == 201, made.text
    integration = made.json()["integration"]["id"]
    return page, {**ids, "integration_id": integration}, {"clerks": {"agent-1": "aino"}}


async def with_classes(api: Api) -> Wish:
    """A number that waits for an agency that has named a class."""
    chooser, ids, _ = await main_user(None)(api)
    choices = {"classes": [{"name": "urgent", "head_start_minutes": 30}]}
    chosen = await ask(
        (chooser, ids, {"instead_of": 0, "choices": choices}), "choose_routing_policy"
    )
    assert chosen.status_code == 200, chosen.text
    waiting = await api.world.take()
    await api.world.account("esihenkilo", Role.SUPERVISOR, agency="kela")
    body = {"priority": "urgent", "reason": "test"}
    return await api.page("esihenkilo"), {"ticket_id": waiting.ticket_id}, body


async def came_for_a_booking(api: Api) -> Wish:
    page, _ = await at_desk(api)
    waiting = await api.world.take()
    return page, {"ticket_id": waiting.ticket_id}, {"booked_for": api.clock.now().isoformat()}


async def two_colleagues(api: Api) -> Wish:
    _, colleague, visit = await consults.two(api.world)
    return await api.page("aino"), {"visit_id": visit.id}, {"staff_id": colleague.name}


async def asked_in(api: Api) -> Wish:
    clerk, colleague, visit = await consults.two(api.world)
    consult = await consults.ask(api.world, clerk, visit, staff=colleague)
    return await api.page("bertta"), {"consult_id": consult}, None


async def joined_in(api: Api) -> Wish:
    *_, consult = await consults.together(api.world)
    return await api.page("bertta"), {"consult_id": consult}, None


async def handed_on(api: Api) -> Wish:
    clerk, _, visit, consult = await consults.together(api.world)
    await consults.hand_on(api.world, clerk, visit)
    return await api.page("bertta"), {"consult_id": consult}, None


def with_company(body: object) -> Scene:
    async def scene(api: Api) -> Wish:
        _, _, visit, _ = await consults.together(api.world)
        return await api.page("aino"), {"visit_id": visit.id}, body

    return scene


CLOSING = "0190d0c2-0000-7000-8000-0000000000c1"
MESSAGE = "0190d0c2-0000-7000-8000-0000000000e1"
NEW_STAFF = {
    "username": "uusi",
    "password": "a brand new password",
    "display_name": "Uusi Virkailija",
    "alias": "Uusi",
    "roles": ["clerk"],
    "agency": "kela",
}

# In which scene does each succeed? A further operation gets its own here.
SCENES: dict[str, Scene] = {
    "choose_state": desk({"state": "break", "reason": "lunch"}),
    "set_last_one": desk({"on": True}),
    "store_next": desk({"on": True}),
    "wrap_up": wrapping_up,
    "call_next": with_two_waiting,
    "call_this": with_two_waiting,
    "recall_visitor": a_while_after_the_call,
    "visitor_arrived": before_the_visitor,
    "visitor_missing": after_the_calls,
    "withdraw_visit": before_the_visitor,
    "hold_visit": in_visit({"on": True}),
    "end_visit": in_visit({"outcome": "done"}),
    "transfer_visitor": in_visit({"service": "vero-kortti", "reason": "other_matter"}),
    "give_another_booth": in_visit(None),
    "let_visitor_pass": before_the_visitor,
    "park_visitor": in_visit({"for_what": "form", "minutes": 15}),
    "call_parked": parked,
    "hand_over_parked": parked,
    "take_back_missed": missed_by_clerk,
    "check_in_booking": came_for_a_booking,
    "ask_colleague": two_colleagues,
    "end_consult": with_company(None),
    "hand_visit_on": with_company({"on": True}),
    "accept_consult": asked_in,
    "refuse_consult": asked_in,
    "leave_consult": joined_in,
    "keep_visit": handed_on,
    "accept_offer": offered,
    "reject_offer": offered,
    "add_staff": main_user(NEW_STAFF),
    "change_staff": main_user({"alias": "Toinen", "password": "a brand new password"}),
    "set_service_needs": main_user({"skill": "elake", "skill_level": 3}),
    "choose_routing_policy": main_user(
        {"instead_of": 0, "choices": {"clerk_order": "round_robin"}}
    ),
    "set_hours": main_user({"instead_of": 0, "choices": HOURS}),
    "set_days": main_user({"instead_of": 0, "choices": DAYS}),
    "close_queue": supervisor(CLOSE),
    "reopen_queue": closed,
    "move_ticket": supervisor({"service": "kela-todistus", "reason": "test"}),
    "set_ticket_class": with_classes,
    "give_ticket_back": missed_number,
    "force_clerk_state": supervisor({"state": "break", "reason": "test"}),
    "tell_desks": supervisor(TELL),
    "take_message_back": told,
    "read_desk_message": told_clerk,
    "revoke_integration": integrated,
    "name_clerks": integrated,
    "certify_key": desk({"jwk": ECKey.generate_key("P-256").as_dict(private=False)}),
}


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
    assert (await ask(admin, "add_staff")).status_code == 201
    rows = await store.read(lambda tx: str(tx.execute(sa.select(request_answer)).all()))
    for word in (first[0]["credential"], str(NEW_STAFF["password"]), KEY):
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
