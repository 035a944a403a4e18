"""Does the API do what its description says, and refuse what it must?"""

import re
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from joserfc.jwk import ECKey, KeySet

from control_plane.database import Store
from control_plane.outbox.tables import outbox
from control_plane.security import accounts
from control_plane.security.accounts import AccountChange, StaffId
from control_plane.security.scope import Role, Scope
from control_plane.settings import DemoAccount
from shared.commands import COMMANDS, CommandState
from shared.signing import open_statement
from shared.visits import PrepareVisit
from tests.clock import FakeClock
from tests.control_plane.app.conftest import Api
from tests.control_plane.plane import Page, browser, joined_app, settings_for
from tests.control_plane.world import World


async def desk_of(api: Api, username: str = "aino") -> Page:
    await api.world.account(username, Role.CLERK, agency="kela")
    page = await api.page(username)
    answer = await page.post("/desk/state", {"state": "available"})
    assert answer.status_code == 204
    return page


async def test_a_desk_shows_the_queue_and_why_nobody_can_be_called(api: Api) -> None:
    page = await desk_of(api)
    await api.world.take("kela-todistus")
    desk = (await page.get("/desk")).json()
    assert desk["me"]["state"] == "available"
    assert desk["agency"]["code"] == "kela"
    assert desk["waiting"] == 1
    [row] = desk["queue"]
    assert row["why_not"] == ["booth_not_ready", "no_printer"]
    assert not row["callable"]
    refused = await page.post("/desk/next")
    assert (refused.status_code, refused.json()["code"]) == (409, "no_booth_ready")


async def test_next_gives_the_visit_with_the_rooms_credentials(api: Api) -> None:
    page = await desk_of(api)
    await api.world.device_up()
    await api.world.take()
    answer = await page.post("/desk/next")
    assert answer.status_code == 200
    visit = answer.json()
    assert visit["state"] == "preparing"
    assert visit["booth"] == {
        "code": "salla-1",
        "name": {"fi": "Tila 1", "sv": "Tila 1 sv", "en": "Tila 1 en"},
        "device": "d-salla-01",
    }
    assert (await page.get("/desk")).json()["visit"]["room_id"] == visit["room_id"]
    busy = await page.post("/desk/next")
    assert (busy.status_code, busy.json()["code"]) == (409, "clerk_busy")


async def test_the_booth_is_told_by_whose_key_its_clerk_is_known(api: Api) -> None:
    page = await desk_of(api)
    jwk = ECKey.generate_key("P-256").as_dict(private=False)
    certified = (await page.post("/session/key", {"jwk": jwk})).json()["statement"]
    await api.world.device_up()
    await api.world.take()
    await page.post("/desk/next")
    stored = sa.select(outbox.c.payload).where(outbox.c.kind == PrepareVisit.kind)
    payload = await api.world.store.read(lambda tx: str(tx.execute(stored).scalar_one()))
    prepare = COMMANDS.read(payload, limit=10_000).body
    assert isinstance(prepare, PrepareVisit)
    issuers = KeySet.import_key_set((await page.get("/trust")).json()["issuers"])
    statement = open_statement(certified, issuers=issuers, now=api.world.clock.now())
    assert prepare.clerk_sub == statement.sub


async def test_nobody_waiting_is_said(api: Api) -> None:
    page = await desk_of(api)
    refused = await page.post("/desk/next")
    assert (refused.status_code, refused.json()["code"]) == (409, "no_ticket")


async def test_calling_out_of_turn_needs_a_reason_and_is_in_the_audit_log(api: Api) -> None:
    page = await desk_of(api)
    await api.world.account("omistaja", Role.OWNER)
    await api.world.device_up()
    await api.world.take()
    later = await api.world.take()
    path = f"/desk/tickets/{later.ticket_id}/call"
    assert (await page.post(path, {"reason": ""})).status_code == 422
    called = await page.post(path, {"reason": "heart attack"})
    assert called.json()["number"] == later.number
    owner = await api.page("omistaja")
    rows = (await owner.get("/audit?limit=1000")).json()["rows"]
    [row] = [row for row in rows if row["action"] == "ticket.called_out_of_turn"]
    assert '"reason":"heart attack"' in row["detail"]
    assert any(row["action"] == "command.sent" for row in rows)


async def test_another_clerks_visit_cannot_be_touched(api: Api) -> None:
    page = await desk_of(api)
    other = await desk_of(api, "liisa")
    await api.world.device_up()
    await api.world.take()
    visit = (await page.post("/desk/next")).json()
    refused = await other.post(f"/visits/{visit['id']}/withdraw")
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")


async def test_a_visit_is_withdrawn_and_the_visitor_keeps_the_place(api: Api) -> None:
    page = await desk_of(api)
    await api.world.device_up()
    await api.world.take()
    visit = (await page.post("/desk/next")).json()
    withdrawn = await page.post(f"/visits/{visit['id']}/withdraw")
    assert withdrawn.json()["state"] == "withdrawn"
    desk = (await page.get("/desk")).json()
    assert desk["waiting"] == 1
    assert desk["me"]["state"] == "available"


async def test_wrap_up_is_extended_and_ended(api: Api) -> None:
    page = await desk_of(api)
    await api.world.device_up()
    await api.world.take()
    visit = (await page.post("/desk/next")).json()
    visited = await api.world.stored(visit["id"])
    await api.world.reported(visited, CommandState.DONE)
    assert (await page.post(f"/visits/{visit['id']}/arrived")).json()["state"] == "in_session"
    assert (await page.post(f"/visits/{visit['id']}/hold", {"on": True})).json()["on_hold"]
    ended = await page.post(f"/visits/{visit['id']}/end", {"outcome": "moved_on"})
    assert ended.json()["outcome"] == "moved_on"
    before = (await page.get("/desk")).json()["me"]["wrap_up_until"]
    assert (await page.post("/desk/wrap-up", {"action": "extend"})).status_code == 204
    assert (await page.get("/desk")).json()["me"]["wrap_up_until"] > before
    assert (await page.post("/desk/wrap-up", {"action": "done"})).status_code == 204
    desk = (await page.get("/desk")).json()
    assert desk["me"]["state"] == "available"
    assert desk["recent"][0]["outcome"] == "moved_on"


async def test_the_last_one_stops_new_numbers_when_nobody_else_is_there(api: Api) -> None:
    page = await desk_of(api)
    assert (await page.post("/desk/last-one", {"on": True})).status_code == 204
    desk = (await page.get("/desk")).json()
    assert desk["me"]["last_one"]
    assert desk["on_duty"] == 0


async def test_a_clerk_cannot_leave_a_visit_for_a_break(api: Api) -> None:
    page = await desk_of(api)
    await api.world.device_up()
    await api.world.take()
    await page.post("/desk/next")
    refused = await page.post("/desk/state", {"state": "break"})
    assert (refused.status_code, refused.json()["code"]) == (409, "clerk_busy")


@pytest.mark.parametrize("path", ["/desk", "/visits", "/tickets", "/devices", "/staff", "/audit"])
async def test_nothing_is_shown_to_a_stranger(api: Api, path: str) -> None:
    answer = await api.stranger().get(f"/api/v1{path}")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


async def test_the_start_page_needs_no_session(api: Api) -> None:
    answer = await api.stranger().get("/api/v1/start")
    assert answer.json() == {"links": [], "accounts": []}


async def test_the_start_page_of_a_demo_names_agencies_and_roles(
    store: Store, clock: FakeClock, tmp_path: Path
) -> None:
    told = tuple(
        DemoAccount(username=username, password="x", agency="")  # noqa: S106 - of a test
        for username in ("ville", "aino", "gone", "nobody")
    )
    settings = settings_for(tmp_path / "state").model_copy(update={"demo_accounts": told})
    app, joined = joined_app(settings, store, clock)
    world = await World(store, clock, setup=joined.setup).found()
    await world.account("ville", Role.OPERATOR)
    await world.account("aino", Role.CLERK, agency="kela")
    gone = await world.account("gone", Role.CLERK, agency="vero")
    disabled = AccountChange(disabled=True)
    await world.run(
        lambda tx: accounts.change(
            tx, Scope.system(), StaffId(UUID(gone.name)), disabled, clock.now()
        )
    )
    async with browser(app, settings) as http:
        shown = (await http.get("/api/v1/start")).json()["accounts"]
    kela = {"code": "kela", "name": {"fi": "Kela", "sv": "Kela sv", "en": "Kela en"}}
    assert [(each["username"], each["roles"], each["agency"]) for each in shown] == [
        ("ville", ["operator"], None),
        ("aino", ["clerk"], kela),
    ]


async def test_a_body_that_is_too_large_is_refused(api: Api) -> None:
    page = await desk_of(api)
    answer = await page.http.post(
        "/api/v1/desk/state",
        content=b"x" * (1024 * 1024 + 1),
        headers={"Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_health_tells_of_database_and_broker(api: Api) -> None:
    http = api.stranger()
    assert (await http.get("/healthz")).json() == {"status": "ok"}
    ready = await http.get("/readyz")
    assert ready.status_code == 503
    assert ready.json() == {"ready": False, "database": True, "broker": False}


async def test_measurements_name_no_visit(api: Api) -> None:
    page = await desk_of(api)
    await page.post("/visits/0190d0c2-0000-7000-8000-000000000001/recall")
    text = (await api.stranger().get("/metrics")).text
    assert "/visits/{visit_id}/recall" in text
    assert "0190d0c2" not in text


async def test_who_is_signed_in_is_told_how_long_it_took_and_a_stranger_is_not(api: Api) -> None:
    page = await desk_of(api)
    for answer in (await page.get("/desk"), await page.post("/desk/next")):
        assert re.fullmatch(r"app;dur=\d+\.\d", answer.headers["server-timing"])
    stranger = api.stranger()
    wrong = {"username": "aino", "password": "not the right one"}
    for answer in (
        await stranger.get("/api/v1/start"),
        await stranger.get("/api/v1/desk"),
        await stranger.post("/api/v1/session", json=wrong),
    ):
        assert "server-timing" not in answer.headers
        # Nor would a browser show it to another origin's page.
        assert "timing-allow-origin" not in answer.headers


async def test_every_answer_carries_the_strict_policy(api: Api) -> None:
    answer = await api.stranger().get("/api/v1/start")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_an_agencys_main_user_manages_the_own_people_only(api: Api) -> None:
    await api.world.account("paakayttaja", Role.AGENCY_ADMIN, agency="kela")
    foreign = await api.world.account("tuija", Role.CLERK, agency="vero")
    page = await api.page("paakayttaja")
    new = {
        "username": "uusi",
        "display_name": "Uusi Virkailija",
        "alias": "Uusi",
        "roles": ["clerk"],
        "agency": "kela",
        "languages": ["fi"],
        "skills": [{"skill": "pensions", "level": 3}],
        "clearance": "standard",
    }
    made = await page.post("/staff", new)
    assert made.status_code == 201
    assert made.json()["skills"] == [{"skill": "pensions", "level": 3}]
    assert made.json()["clearance"] == "standard"
    for skills in ([{"skill": "pensions", "level": 6}], 2 * [{"skill": "tax", "level": 1}]):
        refused = await page.post("/staff", {**new, "username": "toinen", "skills": skills})
        assert refused.status_code == 422
    assert not made.json()["has_password"]
    taken = await page.post("/staff", new)
    assert (taken.status_code, taken.json()["code"]) == (409, "username_taken")
    for wrong, code in (
        ({"agency": "vero"}, "not_allowed"),
        ({"roles": ["admin"]}, "role_not_yours"),
        ({"roles": ["owner", "clerk"]}, "role_not_yours"),
    ):
        refused = await page.post("/staff", {**new, "username": "toinen", **wrong})
        assert (refused.status_code, refused.json()["code"]) == (403, code)
    stranger = await page.http.patch(f"/api/v1/staff/{foreign.name}", json={"alias": "X"})
    assert stranger.status_code == 404
    changed = await page.http.patch(
        f"/api/v1/staff/{made.json()['id']}", json={"alias": "Ville", "skills": []}
    )
    assert (changed.json()["alias"], changed.json()["skills"]) == ("Ville", [])
    assert changed.json()["clearance"] == "standard"
    shown = (await page.get("/staff")).json()
    assert {row["username"] for row in shown["people"]} == {"paakayttaja", "uusi"}
    assert shown["may_give"] == ["clerk", "supervisor", "agency_admin"]


async def test_an_agencys_main_user_cannot_change_an_administrator_of_the_agency(
    api: Api,
) -> None:
    await api.world.account("paakayttaja", Role.AGENCY_ADMIN, agency="kela")
    above = await api.world.account("yllapito", Role.ADMIN, agency="kela")
    page = await api.page("paakayttaja")
    refused = await page.http.patch(f"/api/v1/staff/{above.name}", json={"disabled": True})
    assert (refused.status_code, refused.json()["code"]) == (403, "role_not_yours")


async def test_operators_see_devices_and_their_commands(api: Api) -> None:
    page = await desk_of(api)
    await api.world.account("tuki", Role.OPERATOR)
    await api.world.device_up()
    await api.world.take()
    await page.post("/desk/next")
    operator = await api.page("tuki")
    rows = {row["device"]: row for row in (await operator.get("/devices")).json()}
    assert rows["d-salla-01"]["online"] is True
    assert rows["d-inari-01"]["online"] is None
    [command] = (await operator.get("/devices/d-salla-01/commands")).json()
    assert (command["kind"], command["state"]) == ("visit.prepare", "queued")
    assert (await operator.get("/devices/d-nobody-01/commands")).status_code == 404
    assert (await operator.get("/service-points")).json() != []


async def test_a_visit_that_ended_keeps_its_outcome_and_another_one_is_refused(api: Api) -> None:
    page = await desk_of(api)
    await api.world.device_up()
    await api.world.take()
    visit = (await page.post("/desk/next")).json()
    await api.world.reported(await api.world.stored(visit["id"]))
    await page.post(f"/visits/{visit['id']}/arrived")
    path = f"/visits/{visit['id']}/end"
    assert (await page.post(path, {"outcome": "posted"})).status_code == 200
    assert (await page.post(path, {"outcome": "posted"})).json()["outcome"] == "posted"
    refused = await page.post(path, {"outcome": "done"})
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    assert (await api.world.stored(visit["id"])).outcome == "posted"
