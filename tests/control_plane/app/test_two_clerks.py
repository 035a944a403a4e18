"""Two clerks press *next* at the same instant, a hundred times: does one get the visitor?"""

import asyncio
from pathlib import Path

import pytest

from control_plane.database import PostgresqlStore, open_store
from control_plane.visits.queries import Visit
from shared.visits import BoothWiped
from tests.control_plane.app.conftest import Api
from tests.control_plane.plane import Page, browser, joined_app, settings_for
from tests.control_plane.world import visit_id

TIMES = 100


async def in_the_booth_again(api: Api, visit: Visit) -> None:
    """The visit was taken back, and its booth has cleared its screen."""
    wiped = BoothWiped(visit_id=visit_id(visit), clean=True, at=api.clock.now())
    await api.world.event(wiped, device=visit.device)


@pytest.mark.slow
@pytest.mark.parametrize("waiting", [1, 2])
async def test_nobody_is_called_twice_however_often_two_press_at_once(
    api: Api, store_url: str, tmp_path: Path, waiting: int
) -> None:
    """Each at a replica of their own on PostgreSQL; one visitor for two clerks, or one for each."""
    other = open_store(store_url) if isinstance(api.world.store, PostgresqlStore) else None
    there, _ = joined_app(settings_for(tmp_path / "state"), other or api.world.store, api.clock)
    for device in ("d-inari-01", "d-inari-02"):
        await api.world.device_up(device)
    await api.world.clerk("aino")
    await api.world.clerk("bertta")
    aino = await api.page("aino")
    async with browser(there, api.settings) as http:
        page = await api.page("bertta")
        http.cookies, http.headers = page.http.cookies, page.http.headers
        bertta = Page(http, page.csrf)
        numbers = [(await api.world.take(device="d-inari-01")).number for _ in range(waiting)]
        for _ in range(TIMES):
            answers = await asyncio.gather(aino.post("/desk/next"), bertta.post("/desk/next"))
            called = [each for each in answers if each.status_code == 200]
            # Whoever came second hears so in words, and never a failure.
            assert {each.status_code for each in answers} <= {200, 409}
            assert sorted(each.json()["number"] for each in called) == numbers
            booths = {each.json()["booth"]["code"] for each in called}
            assert len(booths) == waiting
            for clerk, answer in zip((aino, bertta), answers, strict=True):
                if answer.status_code == 200:
                    identity = answer.json()["id"]
                    assert (await clerk.post(f"/visits/{identity}/withdraw")).status_code == 200
                    await in_the_booth_again(api, await api.world.stored(identity))
    if other is not None:
        await other.close()
