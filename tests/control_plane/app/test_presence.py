"""Is a clerk on duty only as long as somebody is there?"""

from uuid import UUID

import pytest

from control_plane.security import sessions
from control_plane.security.scope import Role, Scope
from control_plane.staff import queries as staff
from control_plane.staff.queries import Clerk
from control_plane.staff.rules import ClerkState
from shared.tickets import AskBoard, Board, Readiness, RefusalCode, Refused
from tests.control_plane.app.conftest import Api
from tests.control_plane.plane import Page
from tests.control_plane.visits.steps import pass_time
from tests.control_plane.world import take


@pytest.fixture
async def aino(api: Api) -> Scope:
    await api.world.device_up()
    return await api.world.account("aino", Role.CLERK, agency="kela")


async def on_duty(api: Api) -> Page:
    page = await api.page("aino")
    assert (await page.post("/desk/state", {"state": "available"})).status_code == 204
    return page


async def sign_out(page: Page) -> None:
    assert (await page.http.delete("/api/v1/session")).status_code == 204


async def clerk(api: Api, who: Scope) -> Clerk:
    found = await api.world.store.read(
        lambda tx: staff.clerk_of(tx, Scope.system("test"), UUID(who.name))
    )
    assert found is not None
    return found


async def kela_at_salla(api: Api) -> Readiness:
    board = await api.world.ask(AskBoard())
    assert isinstance(board, Board)
    return next(each.readiness for each in board.agencies if each.agency == "kela")


async def test_signing_out_takes_the_clerk_off_duty_at_once(api: Api, aino: Scope) -> None:
    page = await on_duty(api)
    assert await kela_at_salla(api) is Readiness.OPEN
    await sign_out(page)

    assert await kela_at_salla(api) is Readiness.NO_CLERK
    left = await clerk(api, aino)
    assert (left.state, left.reason) == (ClerkState.OFFLINE, "signed_out")
    assert await api.world.ask(take()) == Refused(code=RefusalCode.NO_CLERK_ON_DUTY)


async def test_a_clerk_who_signs_out_in_a_visit_is_off_duty_when_it_ends(
    api: Api, aino: Scope
) -> None:
    page = await on_duty(api)
    await api.world.take()
    visit = await api.world.call_next(aino)
    await sign_out(page)

    # The visit goes on, and no further number is promised to anybody.
    assert (await clerk(api, aino)).state is ClerkState.PREPARING
    assert await kela_at_salla(api) is Readiness.NO_CLERK
    assert await api.world.ask(take()) == Refused(code=RefusalCode.NO_CLERK_ON_DUTY)
    await pass_time(api.world, seconds=46)  # the booth does not get ready
    assert (await api.world.visit(visit)).failed_reason == "timeout"
    assert (await clerk(api, aino)).state is ClerkState.OFFLINE


async def test_signing_in_anew_before_the_visit_ends_is_staying(api: Api, aino: Scope) -> None:
    page = await on_duty(api)
    await api.world.take()
    await api.world.call_next(aino)
    await sign_out(page)
    again = await api.page("aino")

    assert (await again.get("/desk")).json()["visit"] is not None
    assert await kela_at_salla(api) is Readiness.OPEN
    await pass_time(api.world, present=aino, seconds=46)
    assert (await clerk(api, aino)).state is ClerkState.AVAILABLE


async def test_who_signs_out_in_one_browser_and_works_in_another_stays_on_duty(
    api: Api, aino: Scope
) -> None:
    page = await on_duty(api)
    other = await api.page("aino")
    await sign_out(page)
    assert await kela_at_salla(api) is Readiness.OPEN
    await sign_out(other)
    assert (await clerk(api, aino)).state is ClerkState.OFFLINE


async def test_a_browser_that_was_closed_long_ago_keeps_nobody_on_duty(
    api: Api, aino: Scope
) -> None:
    await api.page("aino")  # closed without signing out
    await pass_time(api.world, seconds=130)
    page = await on_duty(api)
    await sign_out(page)
    assert (await clerk(api, aino)).state is ClerkState.OFFLINE


async def test_a_disabled_account_is_off_duty_at_once(api: Api, aino: Scope) -> None:
    await on_duty(api)
    await api.world.account("paa", Role.AGENCY_ADMIN, agency="kela")
    admin = await api.page("paa")
    changed = await admin.http.patch(f"/api/v1/staff/{aino.name}", json={"disabled": True})
    assert changed.status_code == 200
    assert await kela_at_salla(api) is Readiness.NO_CLERK


async def test_a_session_that_ran_out_ends_the_duty_once(api: Api, aino: Scope) -> None:
    page = await on_duty(api)
    token = page.http.cookies["etapiste_session"]
    now = api.world.clock.now()
    who = await api.world.store.read(lambda tx: sessions.find(tx, token, now=now))
    assert who is not None
    for _ in range(2):  # as each of the page's sockets finds it out
        await api.world.run(lambda tx: sessions.close(tx, who, now=now))
    assert (await clerk(api, aino)).state is ClerkState.OFFLINE
