"""Who may see and work the bench, and what does the stage frame?"""

import io
from pathlib import Path

from edge_agent.ports import Screen
from tests.edge_agent.screens.door import Door, heard, serving


async def test_bench_pictures_and_sheets_need_the_benchs_token(door: Door) -> None:
    headers = {"Origin": door.url}
    for token, status in (("", 403), ("t-booth", 403), ("t-bench", 200)):
        async with door.session.get(f"{door.url}/bench/slip/1.png?token={token}") as answer:
            assert answer.status == status
    async with door.session.get(f"{door.url}/bench/slip/2.png?token=t-bench") as answer:
        assert answer.status == 404
    url = f"{door.url}/bench/sheet?token="
    async with door.session.post(url + "t-booth", data=b"PNG", headers=headers) as answer:
        assert answer.status == 403
    async with door.session.post(url + "t-bench", data=b"PNG") as answer:
        assert answer.status == 403  # no origin
    async with door.session.post(url + "t-bench", data=b"text", headers=headers) as answer:
        assert answer.status == 422
    async with door.session.post(url + "t-bench", data=b"PNG1", headers=headers) as answer:
        assert answer.status == 204
    assert door.world.sheets == [b"PNG1"]


async def test_a_sheet_that_is_too_large_is_refused(door: Door) -> None:
    url = f"{door.url}/bench/sheet?token=t-bench"
    too_much = io.BytesIO(b"PNG" + b"x" * (10 * 1024 * 1024))
    async with door.session.post(url, data=too_much, headers={"Origin": door.url}) as answer:
        assert answer.status == 413
    assert door.world.sheets == []


async def test_the_bench_acts_and_shows_what_changes(door: Door) -> None:
    page = await door.page(Screen.BENCH)
    assert (await page.receive_json(timeout=5))["state"] == {"lamp": True}
    await page.send_json({"type": "bench", "action": "press", "place": "booth"})
    assert await heard(door) == ("act", {"action": "press", "place": "booth"})
    await page.send_json({"type": "bench", "action": "unknown"})
    door.world.bell.set()
    assert (await page.receive_json(timeout=5))["type"] == "state"


async def test_a_real_point_has_no_bench(tmp_path: Path) -> None:
    async with serving(tmp_path, bench=False) as door:
        async with door.session.get(f"{door.url}/bench") as answer:
            assert answer.status == 404
        async with door.session.get(f"{door.url}/bench/slip/1.png?token=t-bench") as answer:
            assert answer.status == 404
        page = await door.page(Screen.BENCH)
        await page.receive(timeout=5)
        assert page.close_code == 4401
        stage = await door.page(Screen.STAGE)
        frames = (await stage.receive_json(timeout=5))["state"]["frames"]
        assert [frame["screen"] for frame in frames] == ["waiting-area", "booth"]


async def test_the_stage_gets_the_tokens_of_its_frames(door: Door) -> None:
    stage = await door.page(Screen.STAGE)
    frames = (await stage.receive_json(timeout=5))["state"]["frames"]
    assert frames[1] == {"screen": "booth", "url": "/booth#token=t-booth"}
