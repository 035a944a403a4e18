"""Does the booth's page show the clerk early, send the visitor late, and forget everything?"""

import json
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest
import pytest_asyncio
from joserfc.jwk import ECKey, KeySet
from playwright.async_api import Browser, Page, expect

from edge_agent.clock import Clock
from shared.orders import NotProven
from shared.rooms import Participant
from shared.signing import (
    FingerprintProof,
    Holder,
    KeyStatement,
    open_fingerprint,
    sign_fingerprint,
    sign_statement,
)
from tests.browsers import IN_A_BROWSER, LOOP
from tests.edge_agent.screens.web import states
from tests.edge_agent.screens.web.agent_stand_in import ROOT, Message, StandIn
from tests.edge_agent.screens.web.conftest import Opener, until

pytestmark = IN_A_BROWSER

CLERK_PAGE = ROOT / "shared/web/tests/browser"
BOOTH_SOURCE = 2
ROOM: str = states.VISIT["room_id"]  # type: ignore[assignment] # a text of that dictionary


@pytest.fixture(scope="module")
def clerk_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The room library's own driven page, built."""
    built = tmp_path_factory.mktemp("clerk-page")
    config = str(CLERK_PAGE / "vite.config.ts")
    command = ["npx", "--no-install", "vite", "build", "--config", config, "--outDir", str(built)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return built


class Vouching:
    """The device's key behind the stand-in, and an issuer that certifies both sides."""

    def __init__(self) -> None:
        self.issuer = ECKey.generate_key("P-256")
        self._device = ECKey.generate_key("P-256")
        self._clock = Clock()
        self.honest = True

    def statement(self, sub: str, holder: Holder, jwk: dict[str, Any]) -> str:
        """The issuer's word about a key."""
        until_ = self._clock.now() + timedelta(hours=1)
        known = KeyStatement(sub=sub, holder=holder, jwk=jwk, exp=int(until_.timestamp()))
        return sign_statement(known, key=self.issuer)

    def answer(self, said: Message) -> Message | None:
        """As the agent does for its page."""
        match said["type"]:
            case "prove":
                proof = FingerprintProof(
                    room=said["room"],
                    participant="booth-screen",
                    towards=said["towards"],
                    attempt=said["attempt"],
                    fingerprint=said["fingerprint"],
                    iat=int(self._clock.now().timestamp()),
                )
                public = self._device.as_dict(private=False)
                return {
                    "type": "proof",
                    "id": said["id"],
                    "proof": sign_fingerprint(proof, key=self._device),
                    "statement": self.statement("d-salla-01", Holder.DEVICE, public),
                }
            case "check":
                return {"type": "checked", "id": said["id"], **self._checked(said)}
            case _:
                return None

    def _checked(self, said: Message) -> Message:
        issuers = KeySet([self.issuer if self.honest else ECKey.generate_key("P-256")])
        theirs = said["signal"]
        try:
            found = open_fingerprint(
                theirs["proof"], theirs["statement"], issuers=issuers, now=self._clock.now()
            )
        except NotProven as trouble:
            return {"ok": False, "reason": trouble.reason}
        proof = found.proof
        ok = (
            str(proof.room) == theirs["room_id"]
            and proof.fingerprint == said["fingerprint"]
            and proof.participant == theirs.get("sender", Participant.CLERK)
        )
        return {"ok": ok, "reason": "" if ok else "wrong_room"}


class Clerk:
    """The other side of the room: a page with the clerk's part of the room library."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def join(self, agent: StandIn, vouching: Vouching, *, me: str = "clerk") -> None:
        """Sit down, and have signals carried as the broker would."""
        jwk = await self.page.evaluate("driven.makeKey()")
        how = {
            "me": me,
            "other": "booth-screen",
            "roomId": ROOM,
            "statement": vouching.statement(f"{me}-1", Holder.STAFF, jwk),
            "issuers": [vouching.issuer.as_dict(private=False)],
        }

        async def carry(signal: str) -> None:
            await agent.say("booth", {"type": "signal", "signal": json.loads(signal)})

        await self.page.expose_function("carry", carry)
        await self.page.evaluate(
            """() => { window.wire = new BroadcastChannel('signals');
              wire.onmessage = ({data}) => carry(JSON.stringify(data)); }"""
        )
        await self.page.evaluate("how => driven.join(how)", how)
        await self.page.evaluate("driven.sendPicture('clerk')")

    async def hear(self, signal: Message) -> None:
        """A signal of the booth's page."""
        await self.page.evaluate("signal => wire.postMessage(signal)", signal)

    async def sees(self) -> Message | None:
        """What the drawn picture says that came from the booth."""
        seen: Message | None = await self.page.evaluate("driven.seen()")
        return seen

    async def moves(self) -> bool:
        """Does the booth's picture go on?"""
        before = await self.sees()
        await anyio.sleep(0.7)
        return before is not None and await self.sees() != before

    async def phase(self) -> str:
        """How the connection is."""
        phase: str = (await self.page.evaluate("driven.view()"))["phase"]
        return phase


class Visit:
    """A booth's page and a clerk in one room."""

    def __init__(self, agent: StandIn, booth: Page, clerk: Clerk) -> None:
        self.agent = agent
        self.booth = booth
        self.clerk = clerk

    async def phase(self, phase: str, **change: Any) -> None:
        """The agent goes on to a phase."""
        await self.agent.show("booth", states.booth(phase, **change))

    async def prepared(self) -> None:
        """Until the clerk's picture is up in the booth."""
        await until(lambda: any(it["clerk_seen"] for it in self.reports), seconds=20)

    @property
    def reports(self) -> list[Message]:
        """What the page told of itself."""
        return [message["report"] for message in self.agent.of("report")]


@pytest.fixture
def vouching() -> Vouching:
    """Keys for both sides."""
    return Vouching()


@pytest.fixture
def first() -> states.State:
    """What the booth's page is told when the clerk comes."""
    return states.booth("prepare")


@pytest_asyncio.fixture(loop_scope=LOOP)
async def visit(
    agent: StandIn,
    opened: Opener,
    browser: Browser,
    clerk_page: Path,
    vouching: Vouching,
    first: states.State,
) -> Visit:
    """The booth's page at its first state, in «prepare», and the clerk who waits there."""
    agent.driven = clerk_page
    agent.answer = vouching.answer
    context = await browser.new_context(permissions=["camera", "microphone"])
    clerk = Clerk(await context.new_page())
    await clerk.page.goto(f"{agent.url}/driven/room.html")
    await clerk.page.wait_for_function("() => window.driven")
    booth = await opened("booth", states.booth("idle"))
    await clerk.join(agent, vouching)

    async def to_clerk(message: Message) -> None:
        if message["type"] == "signal":
            await clerk.hear(message["signal"])

    agent.pass_on = to_clerk
    await agent.show("booth", first)
    return Visit(agent, booth, clerk)


async def test_the_clerk_is_seen_before_the_call_and_the_visitor_only_in_the_visit(
    visit: Visit,
) -> None:
    await visit.prepared()
    assert visit.reports[-1] | {"cameras": [], "microphones": []} == {
        "visit": states.VISIT["id"],
        "microphone": True,
        "camera": True,
        "speaker": True,
        "clerk_seen": True,
        "drawn": True,
        "cameras": [],
        "microphones": [],
    }
    await visit.phase("called")
    await expect(visit.booth.get_by_role("heading", name="Tervetuloa, numero 104")).to_be_visible()
    await anyio.sleep(1)
    assert await visit.clerk.sees() is None
    assert await _sent(visit.booth) == 0

    await visit.phase("visit")
    await _until_seen(visit.clerk)
    await expect(visit.booth.get_by_text("Yhteys on salattu")).to_be_visible()
    await expect(visit.booth.get_by_text("Virkailija näkee ja kuulee sinut.")).to_be_visible()
    volume = await visit.booth.locator("audio").evaluate("it => it.volume")
    assert volume == pytest.approx(0.8)

    await visit.phase("ending")
    await expect(visit.booth.get_by_role("heading", name="Ota mukaan")).to_be_visible()
    await expect(visit.booth.get_by_text("Henkilöllisyystodistus")).to_be_visible()
    assert not await visit.clerk.moves()


async def test_a_clerk_who_is_not_proven_is_never_seen(visit: Visit, vouching: Vouching) -> None:
    await visit.prepared()
    vouching.honest = False
    await visit.booth.reload()
    await visit.phase("visit")
    await expect(visit.booth.get_by_text("Yhteyttä ei voitu varmistaa")).to_be_visible(
        timeout=20_000
    )
    await expect(visit.booth.get_by_text("Yhteys on salattu")).to_have_count(0)
    assert not await visit.clerk.moves()


async def test_a_page_that_is_loaded_again_comes_back_into_the_visit(visit: Visit) -> None:
    await visit.prepared()
    await visit.phase("visit")
    await _until_seen(visit.clerk)
    await visit.booth.reload()
    await expect(visit.booth.get_by_text("Yhteys on salattu")).to_be_visible(timeout=20_000)
    await _until_seen(visit.clerk)


async def test_a_lost_clerk_is_told_calmly_and_comes_back(visit: Visit) -> None:
    await visit.prepared()
    await visit.phase("visit")
    await _until_seen(visit.clerk)
    await visit.clerk.page.evaluate("driven.cut()")
    await expect(visit.booth.get_by_text("Yhteys katkesi, palautamme sen.")).to_be_visible(
        timeout=20_000
    )
    await expect(visit.booth.get_by_text("Yhteys on salattu")).to_be_visible(timeout=30_000)


async def test_a_visit_outlives_the_loss_of_the_agent(visit: Visit) -> None:
    await visit.prepared()
    await visit.phase("visit")
    await _until_seen(visit.clerk)
    reports = len(visit.reports)
    await visit.agent.drop()
    await anyio.sleep(1)
    assert await visit.clerk.moves()
    await until(lambda: len(visit.reports) > reports)
    assert visit.reports[-1]["clerk_seen"]


async def test_a_held_visit_sends_nothing_until_it_goes_on(visit: Visit) -> None:
    await visit.prepared()
    await visit.phase("visit")
    await _until_seen(visit.clerk)
    await visit.phase("visit", activity={"code": "hold", "pages": 0})
    await expect(visit.booth.get_by_text("Virkailija ei näe eikä kuule sinua")).to_be_visible()
    await anyio.sleep(0.5)
    assert not await visit.clerk.moves()
    await visit.phase("visit")
    await _until_seen(visit.clerk)


async def test_the_end_is_asked_twice(visit: Visit) -> None:
    await visit.prepared()
    await visit.phase("visit")
    await visit.booth.get_by_role("button", name="Lopeta asiointi").click()
    question = visit.booth.get_by_role("dialog")
    await question.get_by_role("button", name="Ei, jatka asiointia").click()
    assert visit.agent.of("finish") == []
    await visit.booth.get_by_role("button", name="Lopeta asiointi").click()
    await question.get_by_role("button", name="Kyllä, lopeta").click()
    await until(lambda: len(visit.agent.of("finish")) == 1)
    await expect(visit.booth.get_by_text("Kerroimme virkailijalle")).to_be_visible()


async def test_whoever_waits_in_the_booth_may_leave_and_hears_what_they_give_up(
    agent: StandIn, opened: Opener
) -> None:
    page = await opened("booth", states.booth("seated", number=104))
    await page.get_by_role("button", name="Lopeta asiointi").click()
    question = page.get_by_role("dialog")
    await expect(question).to_contain_text("Numeroasi ei enää kutsuta")
    await question.get_by_role("button", name="Ei, odotan vielä").click()
    assert agent.of("finish") == []
    await page.get_by_role("button", name="Lopeta asiointi").click()
    await question.get_by_role("button", name="Kyllä, lopeta").click()
    await until(lambda: len(agent.of("finish")) == 1)
    await expect(page.get_by_text("Kerroimme virkailijalle")).to_be_visible()
    await agent.show("booth", states.booth("ending", way_out=None))
    await expect(page.get_by_role("heading", name="Ota mukaan")).to_be_visible()
    await expect(page.get_by_text("Kerroimme virkailijalle")).to_have_count(0)


async def test_nobody_who_was_not_called_is_asked_to_leave(opened: Opener) -> None:
    page = await opened("booth", states.booth("prepare"))
    await expect(page.get_by_role("button", name="Tarvitsen apua")).to_be_visible()
    await expect(page.get_by_role("button", name="Lopeta asiointi")).to_have_count(0)


async def test_one_smiley_is_told_once(agent: StandIn, opened: Opener) -> None:
    page = await opened("booth", states.booth("rate", closes_at=states.now(25)))
    await expect(page.get_by_text("Näyttö sulkeutuu")).to_be_visible()
    await page.get_by_role("button", name="Tarvitsen lisää aikaa").click()
    await until(lambda: len(agent.of("more_time")) == 1)
    smiley = page.get_by_role("button", name="Hyvin", exact=True)
    await smiley.click()
    await smiley.click()
    await until(lambda: len(agent.of("rate")) == 1)
    assert agent.of("rate")[0]["smiley"] == 4


async def test_the_page_tells_that_it_lives(agent: StandIn, opened: Opener) -> None:
    await opened("booth", states.booth())
    await until(lambda: len(agent.of("alive")) > 0, seconds=8)


async def test_nothing_stays_after_the_wiping(visit: Visit) -> None:
    await visit.prepared()
    await visit.phase("visit")
    await _until_seen(visit.clerk)
    await visit.booth.evaluate("window.before = true")
    await visit.phase("wiping")
    await visit.agent.say("booth", {"type": "reload"})
    await visit.booth.wait_for_function("() => !window.before")
    await visit.phase("idle")
    await expect(visit.booth.get_by_role("heading", name="Odota kutsua")).to_be_visible()
    kept = "[localStorage.length, sessionStorage.length, document.querySelectorAll('video').length]"
    assert await visit.booth.evaluate(kept) == [0, 0, 0]
    assert await visit.booth.evaluate("indexedDB.databases()") == []
    assert "Aino" not in await visit.booth.content()


async def _until_seen(clerk: Clerk) -> None:
    with anyio.fail_after(20):
        while True:
            seen = await clerk.sees()
            if seen and seen["source"] == BOOTH_SOURCE and await clerk.moves():
                return
            await anyio.sleep(0.1)


async def _sent(page: Page) -> int:
    """Bytes of pictures and sound that this page sent, by the browser's own count."""
    assert await page.evaluate("window.connections.length") > 0
    sent: int = await page.evaluate(
        """async () => { let sent = 0;
          for (const pc of window.connections)
            for (const report of (await pc.getStats()).values())
              if (report.type === 'outbound-rtp') sent += report.bytesSent;
          return sent; }"""
    )
    return sent
