"""The room library in a real browser: two pages, signed fingerprints, pictures both ways."""

import json
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

import anyio
import pytest
import pytest_asyncio
from joserfc.jwk import ECKey, KeySet
from playwright.async_api import Browser, Page

from shared.identifiers import RoomId, new_uuid
from shared.signing import Holder, KeyStatement, open_fingerprint, sign_statement
from tests.browsers import IN_A_BROWSER, LOOP, close_pages, running_chromium

pytestmark = IN_A_BROWSER

ROOT = Path(__file__).parents[3]


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves the built page; a test's output is not an access log."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    built = tmp_path_factory.mktemp("room-page")
    config = ROOT / "shared/web/tests/browser/vite.config.ts"
    command = ["npx", "--no-install", "vite", "build", "--config", str(config)]
    subprocess.run([*command, "--outDir", str(built)], cwd=ROOT, check=True, capture_output=True)
    handler = partial(QuietHandler, directory=str(built))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest_asyncio.fixture(scope=LOOP, loop_scope=LOOP)
async def chromium() -> AsyncIterator[Browser]:
    async with running_chromium("--allow-loopback-in-peer-connection") as running:
        yield running


@pytest_asyncio.fixture(loop_scope=LOOP)
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    yield chromium
    await close_pages(chromium)


class Parties:
    """A clerk's page and a booth screen's page that signal to each other inside the browser."""

    def __init__(self, clerk: Page, booth: Page) -> None:
        self.clerk = clerk
        self.booth = booth
        self.issuer = ECKey.generate_key("P-256")
        self.room_id = RoomId(new_uuid())

    @property
    def issuers(self) -> KeySet:
        return KeySet([self.issuer])

    async def join(self, page: Page, *, me: str, other: str, holder: Holder) -> None:
        jwk = await page.evaluate("driven.makeKey()")
        statement = KeyStatement(
            sub=f"{me}-1",
            holder=holder,
            jwk=jwk,
            exp=int(time.time()) + 3600,
        )
        how = {
            "me": me,
            "other": other,
            "roomId": str(self.room_id),
            "statement": sign_statement(statement, key=self.issuer),
            "issuers": [self.issuer.as_dict(private=False)],
        }
        await page.evaluate("how => driven.join(how)", how)

    async def join_both(self, *, booth_holder: Holder = Holder.DEVICE) -> None:
        await self.join(self.clerk, me="clerk", other="booth-screen", holder=Holder.STAFF)
        await self.join(self.booth, me="booth-screen", other="clerk", holder=booth_holder)


@pytest_asyncio.fixture(loop_scope=LOOP)
async def parties(browser: Browser, origin: str) -> Parties:
    context = await browser.new_context(permissions=["camera", "microphone"])
    pages = [await context.new_page() for _ in range(2)]
    for page in pages:
        await page.goto(f"{origin}/room.html")
        await page.wait_for_function("() => window.driven")
    return Parties(*pages)


async def until(
    page: Page, question: str, holds: Callable[[Any], bool], *, seconds: float = 15
) -> Any:
    answer: Any = None
    with anyio.move_on_after(seconds):
        while True:
            answer = await page.evaluate(question)
            if holds(answer):
                return answer
            await anyio.sleep(0.1)
    pytest.fail(f"{question} was still {json.dumps(answer)}")


def is_in(phase: str) -> Callable[[Any], bool]:
    return lambda view: view["phase"] == phase


async def test_two_pages_meet_and_see_each_other(parties: Parties) -> None:
    await parties.join_both()
    for page in (parties.clerk, parties.booth):
        await until(page, "driven.view()", is_in("connected"))
    assert await parties.booth.evaluate("driven.bytesSent()") == 0

    await parties.clerk.evaluate("driven.sendPicture('clerk')")
    seen = await until(parties.booth, "driven.seen()", bool)
    assert seen["source"] == 1
    later = await until(
        parties.booth, "driven.seen()", lambda now: now and now["count"] > seen["count"]
    )
    assert later["source"] == 1
    assert await parties.booth.evaluate("driven.bytesSent()") == 0

    await parties.booth.evaluate("driven.sendPicture('booth')")
    assert (await until(parties.clerk, "driven.seen()", bool))["source"] == 2


async def test_python_finds_the_browsers_proof_good(parties: Parties) -> None:
    await parties.join_both()
    await until(parties.clerk, "driven.view()", is_in("connected"))
    said = await parties.clerk.evaluate("driven.said()")
    offer = next(signal for signal in said if signal["type"] == "offer")
    found = open_fingerprint(
        offer["proof"],
        offer["statement"],
        issuers=parties.issuers,
        now=datetime.fromtimestamp(time.time(), UTC),
    )
    assert found.holder is Holder.STAFF
    assert found.proof.room == UUID(offer["room_id"])
    assert (found.proof.participant, found.proof.towards) == ("clerk", "booth-screen")
    assert f"a=fingerprint:sha-256 {found.proof.fingerprint}" in offer["sdp"]
    assert "sha-512" not in offer["sdp"]


async def test_a_tampered_fingerprint_is_refused(parties: Parties) -> None:
    await parties.clerk.evaluate("driven.forgeFingerprint()")
    await parties.join_both()
    view = await until(parties.booth, "driven.view()", is_in("refused"))
    assert view["reason"] == "wrong_fingerprint"
    assert (await parties.clerk.evaluate("driven.view()"))["phase"] != "connected"


async def test_a_tampered_answer_is_refused_by_the_clerk(parties: Parties) -> None:
    await parties.booth.evaluate("driven.forgeFingerprint()")
    await parties.join_both()
    view = await until(parties.clerk, "driven.view()", is_in("refused"))
    assert view["reason"] == "wrong_fingerprint"


async def test_a_staff_key_cannot_pose_as_a_booth(parties: Parties) -> None:
    await parties.join_both(booth_holder=Holder.STAFF)
    view = await until(parties.clerk, "driven.view()", is_in("refused"))
    assert view["reason"] == "wrong_holder"


async def test_a_page_that_is_loaded_again_comes_back_by_a_higher_attempt(
    parties: Parties,
) -> None:
    await parties.join_both()
    before = await until(parties.clerk, "driven.view()", is_in("connected"))
    await parties.booth.reload()
    await parties.booth.wait_for_function("() => window.driven")
    await parties.join(parties.booth, me="booth-screen", other="clerk", holder=Holder.DEVICE)
    await until(parties.booth, "driven.view()", is_in("connected"))
    after = await until(parties.clerk, "driven.view()", is_in("connected"))
    assert after["attempt"] > before["attempt"]


async def test_a_side_that_falls_silent_is_noticed_and_connected_again(
    parties: Parties,
) -> None:
    await parties.join_both()
    before = await until(parties.clerk, "driven.view()", is_in("connected"))
    await until(parties.booth, "driven.view()", is_in("connected"))
    # Closing tells the other side nothing by signalling; its own watch must find out.
    await parties.booth.evaluate("driven.cut()")
    after = await until(
        parties.clerk,
        "driven.view()",
        lambda view: view["phase"] == "connected" and view["attempt"] > before["attempt"],
        seconds=25,
    )
    assert after["attempt"] > before["attempt"]
