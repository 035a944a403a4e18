"""Does the screens' server let in only our own pages, and tell each only what is its own?"""

import asyncio
import json
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from edge_agent.ports import Screen
from tests.edge_agent.counterpart import eventually
from tests.edge_agent.screens.door import Door


async def test_a_page_is_served_with_a_strict_policy(door: Door) -> None:
    async with door.session.get(f"{door.url}/booth") as answer:
        assert answer.status == 200
        assert "<title>booth</title>" in await answer.text()
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    async with door.session.get(f"{door.url}/assets/a.js") as answer:
        assert answer.status == 200
        assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", ""]
)
async def test_a_wrong_host_is_refused_everywhere(door: Door, host: str) -> None:
    for path in ("/booth", "/socket", "/speech/x.wav", "/bench/slip/1.png?token=t-bench"):
        async with door.session.get(door.url + path, headers={"Host": host}) as answer:
            assert answer.status == 403


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1:1",
        "http://localhost:{port}",
    ],
)
async def test_a_page_of_another_origin_gets_no_socket(door: Door, origin: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await door.socket(Origin=origin.format(port=door.server.port))
    assert refused.value.status == 403


async def test_a_socket_without_an_origin_is_refused(door: Door) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await door.session.ws_connect(f"{door.url}/socket")
    assert refused.value.status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(
    "how",
    [
        {},
        {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
        {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
    ],
)
async def test_what_another_site_embeds_is_refused(
    door: Door, site: str, how: dict[str, str]
) -> None:
    headers = {"Sec-Fetch-Site": site, **how}
    async with door.session.get(f"{door.url}/booth", headers=headers) as answer:
        assert answer.status == 403


async def test_a_link_from_the_start_page_opens_a_screen(door: Door) -> None:
    headers = {
        "Sec-Fetch-Site": "same-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    }
    async with door.session.get(f"{door.url}/stage", headers=headers) as answer:
        assert answer.status == 200
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "hello",
    [
        {"type": "hello", "screen": "booth", "token": ""},
        {"type": "hello", "screen": "booth", "token": "t-waiting-area"},
        {"type": "hello", "screen": "bench", "token": "t-booth"},
        {"type": "hello", "screen": "nothing", "token": "t-booth"},
        {"type": "take", "id": str(uuid4()), "service": "a", "language": "fi"},
        [],
    ],
)
async def test_without_its_own_token_a_page_is_denied(door: Door, hello: Any) -> None:
    socket = await door.socket()
    await socket.send_str(json.dumps(hello))
    message = await socket.receive(timeout=5)
    assert message.type is aiohttp.WSMsgType.CLOSE
    assert socket.close_code == 4401
    assert door.world.asked == []


async def test_a_page_gets_the_latest_state_at_once_and_each_later_one(door: Door) -> None:
    door.server.show(Screen.BOOTH, {"n": 1})
    door.server.show(Screen.BOOTH, {"n": 2})
    door.server.show(Screen.INFO, {"n": 3})
    page = await door.page(Screen.BOOTH)
    assert await page.receive_json(timeout=5) == {"type": "state", "state": {"n": 2}}
    door.server.show(Screen.BOOTH, {"n": 4})
    assert await page.receive_json(timeout=5) == {"type": "state", "state": {"n": 4}}


async def test_a_page_that_does_not_read_skips_states_and_holds_nobody_up(door: Door) -> None:
    slow, quick = await door.page(Screen.INFO), await door.page(Screen.INFO)
    door.server.show(Screen.INFO, {"n": -1})
    await quick.receive_json(timeout=5)
    for n in range(300):
        door.server.show(Screen.INFO, {"n": n, "filling": "x" * 60_000})
        await asyncio.sleep(0)
    async with asyncio.timeout(10):
        while (await quick.receive_json())["state"]["n"] != 299:
            pass
    seen: list[int] = []
    async with asyncio.timeout(10):
        while not seen or seen[-1] != 299:
            seen.append((await slow.receive_json())["state"]["n"])
    assert len(seen) < 300


async def test_no_file_beside_the_pages_can_be_had(door: Door) -> None:
    for path in (
        "/..%2fsecret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/booth.html",
        "/screens.json",
    ):
        async with door.session.get(door.url + path) as answer:
            assert answer.status == 404


async def test_a_page_is_alive_while_it_says_so(door: Door) -> None:
    assert not door.server.alive(Screen.BOOTH)
    page = await door.page(Screen.BOOTH)
    await eventually(lambda: door.server.alive(Screen.BOOTH))
    await page.close()
    await eventually(lambda: not door.server.alive(Screen.BOOTH))
