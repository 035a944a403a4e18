"""Who hears of a change beside the devices? Desks, and pictures that stand where nobody serves."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from control_plane.database import Store, Tx, live_subjects
from control_plane.security.scope import Role
from control_plane.visits.operations.steps import desk_of
from tests.clock import FakeClock
from tests.control_plane.app.conftest import Api, make_api
from tests.control_plane.plane import Page


@pytest.fixture
async def api(store: Store, clock: FakeClock, tmp_path: Path) -> Api:
    return await make_api(store, clock, tmp_path)


async def main_user(api: Api) -> Page:
    await api.world.account("paakayttaja", Role.AGENCY_ADMIN, agency="kela")
    return await api.page("paakayttaja")


async def switch(page: Page, point: str, **on: bool) -> int:
    shown = (await page.get("/setup")).json()
    there = next(each for each in shown["switches"] if each["point"] == point)
    body = {"known": there["known"], "content": there["content"] | on}
    path = f"/api/v1/setup/agencies/kela/points/{point}"
    return (await page.http.put(path, json=body)).status_code


async def test_a_picture_stands_nowhere_where_its_agencys_queue_is_switched_off(api: Api) -> None:
    await api.world.device_up()
    clerk = await api.world.clerk()
    desk = await api.page("aino")
    opened = await desk.post("/desk/link", {"point": "salla", "booth": "salla-1"})
    assert opened.status_code == 204
    page = await main_user(api)
    assert await switch(page, "salla", print=False) == 200
    assert (await api.world.desk(clerk)).link is not None
    assert await switch(page, "salla", queue=False) == 200
    assert (await api.world.desk(clerk)).link is None


async def test_the_agencys_desks_and_those_of_no_other_look_again(api: Api) -> None:
    def versions(tx: Tx) -> dict[str, int]:
        found = tx.execute(sa.select(live_subjects.c.subject, live_subjects.c.version))
        return {row.subject: row.version for row in found}

    page = await main_user(api)
    await switch(page, "inari", show=False)
    before = await api.world.store.read(versions)
    assert await switch(page, "inari", queue=False) == 200
    after = await api.world.store.read(versions)
    assert after[desk_of("kela")] > before[desk_of("kela")]
    assert after.get(desk_of("vero")) == before.get(desk_of("vero"))
