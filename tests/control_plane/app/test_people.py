"""Who sets up whom, what is refused, and what is written of it."""

import asyncio

import httpx
import pytest

from control_plane.security import audit, second_factor
from control_plane.security.scope import Role, Scope
from tests.control_plane.app.conftest import Api
from tests.control_plane.plane import Page, sign_in
from tests.control_plane.world import PASSWORD

SYSTEM = Scope.system("test")
NEW = {
    "username": "uusi",
    "display_name": "Uusi Virkailija",
    "alias": "Uusi",
    "roles": ["clerk"],
    "agency": "kela",
}
OWN = "my own long password"


async def patch(page: Page, staff_id: str, **change: object) -> httpx.Response:
    return await page.http.patch(f"/api/v1/staff/{staff_id}", json=change)


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def main_user(api: Api, username: str = "paakayttaja", agency: str = "kela") -> Page:
    await api.world.account(username, Role.AGENCY_ADMIN, agency=agency)
    return await api.page(username)


async def link_for(page: Page, staff_id: str) -> str:
    made = await page.post(f"/staff/{staff_id}/password-link")
    assert made.status_code == 201, made.text
    token: str = made.json()["token"]
    return token


async def use(http: httpx.AsyncClient, token: str, password: str = OWN) -> httpx.Response:
    body = {"token": token, "password": password}
    return await http.post("/api/v1/password-link/use", json=body)


async def actions(api: Api) -> list[str]:
    rows = await api.world.store.read(lambda tx: audit.rows(tx, SYSTEM))
    return [row.entry.action for row in rows]


async def test_a_new_person_comes_in_by_a_link_and_an_own_password(api: Api) -> None:
    page = await main_user(api)
    made = (await page.post("/staff", NEW)).json()
    assert (made["has_password"], made["link_until"], made["yours"]) == (False, None, True)
    http = api.stranger()
    for guess in ("", "nobody has this password", PASSWORD):
        body = {"username": "uusi", "password": guess}
        assert (await http.post("/api/v1/session", json=body)).status_code in {401, 422}
    token = await link_for(page, made["id"])
    looked = await http.post("/api/v1/password-link/look", json={"token": token})
    assert looked.json() == {
        "username": "uusi",
        "display_name": "Uusi Virkailija",
        "language": "fi",
    }
    assert refused(await use(http, token, "short")) == (422, "weak_password")
    assert (await use(http, token)).status_code == 204
    await sign_in(http, "uusi", OWN)
    assert refused(await use(http, token, "another long password")) == (404, "password_link_gone")
    shown = {each["username"]: each for each in (await page.get("/staff")).json()["people"]}
    assert (shown["uusi"]["has_password"], shown["uusi"]["link_until"]) == (True, None)
    assert [each for each in await actions(api) if each.startswith("account.pass")] == [
        "account.password_link_made",
        "account.password_set",
    ]


async def test_a_link_lapses_in_72_hours_and_a_newer_one_replaces_it(api: Api) -> None:
    page = await main_user(api)
    made = (await page.post("/staff", NEW)).json()
    first, second = await link_for(page, made["id"]), await link_for(page, made["id"])
    http = api.stranger()
    assert refused(await use(http, first)) == (404, "password_link_gone")
    api.clock.pass_(hours=72)
    assert refused(await use(http, second)) == (404, "password_link_gone")
    # The session of the one who made it has ended meanwhile.
    page = await api.page("paakayttaja")
    third = await link_for(page, made["id"])
    api.clock.pass_(hours=71, minutes=59)
    assert (await use(http, third)).status_code == 204


async def test_a_link_used_twice_at_once_sets_one_password(api: Api) -> None:
    page = await main_user(api)
    made = (await page.post("/staff", NEW)).json()
    token = await link_for(page, made["id"])
    http = api.stranger()
    answers = await asyncio.gather(*(use(http, token, f"{OWN} {n}") for n in range(4)))
    assert sorted(each.status_code for each in answers) == [204, 404, 404, 404]


async def test_a_forgotten_password_is_set_anew_and_ends_what_was_open(api: Api) -> None:
    page = await main_user(api)
    aino = await api.world.clerk()
    open_page = await api.page("aino")
    token = await link_for(page, aino.name)
    assert (await open_page.get("/session")).status_code == 200
    assert (await use(api.stranger(), token)).status_code == 204
    assert (await open_page.get("/session")).status_code == 401
    await sign_in(api.stranger(), "aino", OWN)


async def test_a_link_from_another_sites_page_is_refused_and_its_secret_is_not_stored(
    api: Api,
) -> None:
    page = await main_user(api)
    made = (await page.post("/staff", NEW)).json()
    token = await link_for(page, made["id"])
    http = api.stranger()
    http.headers["Origin"] = "https://elsewhere.example"
    assert refused(await use(http, token)) == (403, "forged")
    rows = await api.world.store.read(lambda tx: str(audit.rows(tx, SYSTEM)))
    assert token not in rows


async def test_suspended_comes_back_but_ended_never_and_its_name_is_not_given_again(
    api: Api,
) -> None:
    page = await main_user(api)
    aino = await api.world.clerk()
    open_page = await api.page("aino")
    token = await link_for(page, aino.name)
    suspended = await patch(page, aino.name, disabled=True)
    assert suspended.json()["disabled"] is True
    assert (await open_page.get("/session")).status_code == 401
    assert refused(await use(api.stranger(), token)) == (404, "password_link_gone")
    assert (await patch(page, aino.name, disabled=False)).json()["disabled"] is False
    await api.page("aino")
    token = await link_for(page, aino.name)
    ended = await page.post(f"/staff/{aino.name}/end")
    assert (ended.json()["ended"], ended.json()["yours"]) == (True, False)
    assert refused(await use(api.stranger(), token)) == (404, "password_link_gone")
    assert refused(await patch(page, aino.name, disabled=False)) == (409, "account_ended")
    remade = await page.post(f"/staff/{aino.name}/password-link")
    assert refused(remade) == (409, "account_ended")
    again = await page.post("/staff", {**NEW, "username": "aino"})
    assert refused(again) == (409, "username_taken")
    body = {"username": "aino", "password": PASSWORD}
    assert (await api.stranger().post("/api/v1/session", json=body)).status_code == 401


async def test_nobody_takes_the_own_rights_away_or_raises_the_own_clearance(api: Api) -> None:
    page = await main_user(api)
    await main_user(api, "toinen")
    me = (await page.get("/session")).json()["staff_id"]
    for change in ({"roles": ["clerk"]}, {"disabled": True}, {"clearance": "comprehensive"}):
        assert refused(await patch(page, me, **change)) == (409, "own_account")
    assert refused(await page.post(f"/staff/{me}/end")) == (409, "own_account")
    assert (await patch(page, me, display_name="Uusi Nimi")).status_code == 200


async def test_an_agency_keeps_a_main_user(api: Api) -> None:
    await main_user(api)
    await api.world.account("omistaja", Role.OWNER)
    owner = await api.page("omistaja")
    known = {each["username"]: each for each in (await owner.get("/staff")).json()["people"]}
    last = known["paakayttaja"]["id"]
    for change in ({"roles": ["clerk"]}, {"disabled": True}):
        assert refused(await patch(owner, last, **change)) == (409, "last_main_user")
    assert refused(await owner.post(f"/staff/{last}/end")) == (409, "last_main_user")
    second = await owner.post("/staff", {**NEW, "roles": ["agency_admin"]})
    assert second.status_code == 201
    assert (await patch(owner, last, roles=["clerk"])).status_code == 200


async def test_two_main_users_who_suspend_each_other_at_once_leave_one(api: Api) -> None:
    first, second = await main_user(api), await main_user(api, "toinen")
    ids = [(await page.get("/session")).json()["staff_id"] for page in (first, second)]
    answers = await asyncio.gather(
        patch(first, ids[1], disabled=True), patch(second, ids[0], disabled=True)
    )
    assert sorted(each.status_code for each in answers) in ([200, 401], [200, 409])


@pytest.mark.parametrize(
    ("new", "answer"),
    [
        ({"roles": ["agency_admin"]}, 201),
        ({"roles": ["clerk", "supervisor"], "agency": "vero"}, 201),
        ({"roles": ["owner"], "agency": None}, 201),
        ({"roles": ["adviser", "operator"], "agency": None}, 201),
        ({"roles": ["admin"], "agency": None}, (403, "role_not_yours")),
        ({"roles": ["clerk"], "agency": "olematon"}, (422, "unknown_agency")),
        ({"roles": ["clerk"], "agency": None}, (422, "invalid")),
        ({"roles": []}, (422, "invalid")),
        ({"roles": ["adviser"], "agency": None, "clearance": "concise"}, (422, "no_agency")),
    ],
)
async def test_the_owner_gives_everything_but_an_administrator(
    api: Api, new: dict[str, object], answer: object
) -> None:
    await api.world.account("omistaja", Role.OWNER)
    made = await (await api.page("omistaja")).post("/staff", {**NEW, **new})
    assert (made.status_code if answer == 201 else refused(made)) == answer


async def test_whoever_belongs_to_no_agency_becomes_no_clerk(api: Api) -> None:
    await api.world.account("omistaja", Role.OWNER)
    adviser = await api.world.account("neuvoja", Role.ADVISER)
    page = await api.page("omistaja")
    answer = await patch(page, adviser.name, roles=["clerk"])
    assert refused(answer) == (422, "no_agency")


async def test_a_lost_second_factor_is_taken_away_by_whoever_sets_people_up(api: Api) -> None:
    page = await main_user(api)
    aino = await api.world.clerk()
    clerk = await api.page("aino")
    begun = await clerk.post("/session/second-factor")
    secret = api.keys.factor_secret(aino.name, 1)
    assert begun.json()["by_hand"] == second_factor.by_hand(secret)
    step = int(api.clock.now().timestamp()) // second_factor.STEP_S
    code = {"code": second_factor.code_at(secret, step)}
    assert (await clerk.post("/session/second-factor/confirm", code)).status_code == 200
    body = {"username": "aino", "password": PASSWORD}
    asked = await api.stranger().post("/api/v1/session", json=body)
    assert refused(asked) == (401, "code_needed")
    me = (await page.get("/session")).json()["staff_id"]
    assert refused(await page.post(f"/staff/{me}/second-factor/reset")) == (409, "own_account")
    assert (await page.post(f"/staff/{aino.name}/second-factor/reset")).status_code == 204
    assert (await clerk.get("/session")).status_code == 401
    clerk = await api.page("aino")
    await clerk.post("/session/second-factor")
    # The old phone makes no codes for it any more.
    again = await clerk.post("/session/second-factor/confirm", code)
    assert refused(again) == (401, "wrong_code")
    assert "account.second_factor_reset" in await actions(api)


async def test_the_log_says_which_roles_somebody_has_since_and_who_was_suspended(
    api: Api,
) -> None:
    page = await main_user(api)
    aino = await api.world.clerk()
    await patch(page, aino.name, roles=["clerk", "supervisor"])
    await patch(page, aino.name, disabled=True)
    rows = await api.world.store.read(lambda tx: audit.rows(tx, SYSTEM))
    told = [row.entry.detail for row in rows if row.entry.action == "account.changed"]
    assert told == [
        '{"fields":["roles"],"roles":"clerk supervisor"}',
        '{"disabled":true,"fields":["disabled"]}',
    ]
