"""Who sees how a queue decides, who changes it, and is every change kept?"""

import json
from typing import Any

import pytest

from control_plane.routing.operations import policies, policy_of
from control_plane.routing.rules.choices import Mode
from control_plane.routing.rules.policy import ClerkOrder
from control_plane.security import audit
from control_plane.security.scope import Role, Scope
from tests.control_plane.app.conftest import Api
from tests.control_plane.plane import Page

SYSTEM = Scope.system()
POLICIES = "/routing/policies"
PUSH: dict[str, Any] = {"clerk_order": "fewest_today", "offers": {"mode": "push"}}


async def put(page: Page, agency: str, choices: object, *, instead_of: int = 0) -> Any:
    return await page.http.put(
        f"/api/v1{POLICIES}/{agency}", json={"instead_of": instead_of, "choices": choices}
    )


async def main_user(api: Api, agency: str = "kela") -> Page:
    await api.world.account(f"paa-{agency}", Role.AGENCY_ADMIN, agency=agency)
    return await api.page(f"paa-{agency}")


async def test_an_agency_that_has_chosen_nothing_has_the_defaults(api: Api) -> None:
    page = await main_user(api)
    (shown,) = (await page.get(POLICIES)).json()
    assert (shown["agency"], shown["version"], shown["made_by"]) == ("kela", 0, None)
    assert shown["choices"]["offers"]["mode"] == "pull"
    assert (await page.get(f"{POLICIES}/kela/history")).json() == []


async def test_a_main_user_changes_the_own_agencys_queue_and_the_change_is_kept(api: Api) -> None:
    page = await main_user(api)
    first = await put(page, "kela", PUSH)
    assert (first.status_code, first.json()["version"]) == (200, 1)
    second = await put(page, "kela", {}, instead_of=1)
    assert second.json()["version"] == 2
    history = (await page.get(f"{POLICIES}/kela/history")).json()
    assert [each["version"] for each in history] == [2, 1]
    assert history[1]["choices"]["clerk_order"] == "fewest_today"
    assert all(each["made_by"] and each["made_at"] for each in history)

    rows = await api.world.store.read(lambda tx: audit.rows(tx, SYSTEM))
    details = [json.loads(row.entry.detail) for row in rows if row.entry.action.startswith("rout")]
    assert [each["version"] for each in details] == [1, 2]
    assert details[0]["changed"]["clerk_order"] == "fewest_today"
    assert "classes" not in details[0]["changed"]


async def test_the_queue_is_given_the_choices_in_force(api: Api) -> None:
    page = await main_user(api)
    await put(page, "kela", PUSH)
    store = api.world.store
    kela = await store.read(lambda tx: policy_of(tx, SYSTEM, "kela"))
    vero = await store.read(lambda tx: policy_of(tx, SYSTEM, "vero"))
    assert (kela.policy.clerk_order, kela.choices.offers.mode) == (
        ClerkOrder.FEWEST_TODAY,
        Mode.PUSH,
    )
    assert (vero.version, vero.choices.offers.mode) == (0, Mode.PULL)
    everybody = await store.read(lambda tx: policies(tx, SYSTEM))
    assert {each.agency: each.version for each in everybody}["kela"] == 1
    assert len(everybody) == 4


async def test_who_did_not_know_the_present_choices_does_not_overwrite_them(api: Api) -> None:
    page = await main_user(api)
    await put(page, "kela", PUSH)
    late = await put(page, "kela", {})
    assert (late.status_code, late.json()) == (
        409,
        {"code": "changed_meanwhile", "detail": {"version": 1}},
    )


async def test_the_same_choice_sent_twice_makes_one_version(api: Api) -> None:
    page = await main_user(api)
    await put(page, "kela", PUSH)
    again = await put(page, "kela", PUSH)
    assert (again.status_code, again.json()["version"]) == (200, 1)


async def test_the_owner_changes_every_agencys_queue_and_sees_them_all(api: Api) -> None:
    await api.world.account("omistaja", Role.OWNER)
    page = await api.page("omistaja")
    assert (await put(page, "vero", PUSH)).status_code == 200
    shown = {each["agency"]: each["version"] for each in (await page.get(POLICIES)).json()}
    assert shown == {"kela": 0, "vero": 1, "vanha": 0, "ita-lappi": 0}


@pytest.mark.parametrize("agency", ["vero", "ei-ole"])
async def test_another_agencys_queue_is_not_there_for_a_main_user(api: Api, agency: str) -> None:
    page = await main_user(api)
    assert (await put(page, agency, PUSH)).status_code == 404
    assert (await page.get(f"{POLICIES}/{agency}/history")).status_code == 404


async def test_a_clerk_sees_how_the_queue_decides_and_changes_nothing(api: Api) -> None:
    await api.world.account("aino", Role.CLERK, agency="kela")
    page = await api.page("aino")
    assert [each["agency"] for each in (await page.get(POLICIES)).json()] == ["kela"]
    assert (await put(page, "kela", PUSH)).status_code == 403


async def test_a_right_cannot_be_chosen_away(api: Api) -> None:
    page = await main_user(api)
    refused = await put(page, "kela", {"swedish_relaxes_after_minutes": 10})
    assert refused.status_code == 422
    assert (await page.get(POLICIES)).json()[0]["version"] == 0
