"""What does a point do with what comes over its wires from somebody else? Nothing of it."""

import asyncio
import contextlib
import http.server
import json
import ssl
import threading
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiomqtt
import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.system import papers
from tests.system.demo import Demo, running_demo
from tests.system.hostility import TAMPER
from tests.system.incidents import (
    TOLD_MS,
    count,
    eventually,
    last_visit,
    meeting,
    named_in_logs,
    refusals,
    shown,
    ticket,
    timed,
    written_down,
)
from tests.system.people import Clerk, Visitor
from tests.system.words import FINNISH

pytestmark = [pytest.mark.system, pytest.mark.slow]

ON_A_PAPER = "Salaisuus8812"
NOT_RECOGNISED = "Asiointitilan näyttöä ei voitu tunnistaa"


def at_once(work: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: the browsers' driver has a loop in this one."""
    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, work).result()


def test_a_message_of_another_version_is_dropped_by_a_fixed_phrase(demo: Demo) -> None:
    message = {
        "v": 2,
        "id": str(uuid4()),
        "kind": "help.pressed",
        "sent_at": "2026-11-24T10:00:00.000Z",
        "body": {"where": "booth", "note": ON_A_PAPER},
    }
    asked = count(demo, "select count(*) from facts where kind = 'help.asked'")
    at_once(publish_as_the_device(demo, "up/event", json.dumps(message).encode()))
    log = demo.state / "log/control-plane.log"
    phrase = '"reason": "wrong_version", "event": "message dropped"'
    eventually(lambda: phrase in log.read_text(), "the phrase in the log", within_s=10)
    eventually(
        lambda: "wrong_version" in {each["code"] for each in refusals(demo, "message.refused")},
        "the row in the audit log",
        within_s=5,
    )
    assert count(demo, "select count(*) from facts where kind = 'help.asked'") == asked


async def publish_as_the_device(demo: Demo, topic: str, payload: bytes) -> None:
    """With the device's own certificate: what a broken or stolen device could send."""
    trust = json.loads((demo.state / "agent/identity/trust.json").read_text())
    context = ssl.create_default_context(cadata=trust["bundle"]["service_ca_pem"])
    context.load_cert_chain(demo.state / "agent/identity/device.pem")
    device = trust["device"]
    async with aiomqtt.Client(
        "127.0.0.1",
        demo.port + 3,
        identifier=device,
        protocol=aiomqtt.ProtocolVersion.V5,
        clean_start=False,
        tls_context=context,
    ) as client:
        await client.publish(f"rsp/v1/d/{device}/{topic}", payload, qos=1)


def test_an_order_that_is_not_signed_by_the_control_plane_is_refused(
    demo: Demo, kiosk: BrowserContext
) -> None:
    visitor = Visitor(demo, kiosk, FINNISH)
    before = visitor.booth.locator("[data-scene=idle]")
    expect(before).to_be_visible(timeout=TOLD_MS)
    order = {
        "v": 1,
        "id": str(uuid4()),
        "kind": "visit.end",
        "sent_at": "2026-11-24T10:00:00.000Z",
        "body": {"visit_id": str(uuid4()), "reason": "ended"},
    }
    at_once(publish_as_a_service(demo, "down/command", json.dumps(order).encode()))
    log = demo.state / "log/agent.log"
    phrase = '"event": "command refused"'
    eventually(lambda: phrase in log.read_text(), "the phrase in the log", within_s=10)
    expect(before).to_be_visible()


async def publish_as_a_service(demo: Demo, topic: str, payload: bytes) -> None:
    """With the control plane's certificate: what a stolen one could send to a device."""
    tls = demo.state / "control-plane/tls"
    context = ssl.create_default_context(cafile=str(tls / "service-chain.pem"))
    context.load_cert_chain(tls / "control-plane.crt", tls / "control-plane.key")
    async with aiomqtt.Client(
        "127.0.0.1",
        demo.port + 4,
        identifier="svc:control-plane:thief",
        protocol=aiomqtt.ProtocolVersion.V5,
        tls_context=context,
    ) as client:
        await client.publish(f"rsp/v1/d/d-salla-01/{topic}", payload, qos=1)


HOSTILE = """
async ([port, token]) => {
  const at = `http://127.0.0.1:${port}`;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket`);
  const opened = await new Promise((done) => {
    socket.onopen = () => done('opened');
    socket.onerror = () => done('refused');
  });
  const read = await fetch(`${at}/booth`).then(() => 'read', () => 'refused');
  await fetch(`${at}/bench/sheet?token=${token}`, {
    method: 'POST', mode: 'no-cors', body: new Blob(['x']),
  }).catch(() => null);
  const frame = document.createElement('iframe');
  frame.src = `${at}/booth`;
  document.body.append(frame);
  await new Promise((done) => setTimeout(done, 1000));
  const framed = frame.contentDocument === null ? 'refused' : 'framed';
  return { opened, read, framed };
}
"""


def test_a_hostile_page_on_the_device_reaches_nothing_of_the_agent(
    demo: Demo, kiosk: BrowserContext
) -> None:
    token = demo.link("bench").partition("token=")[2]
    with foreign_page() as address:
        page = kiosk.new_page()
        page.goto(address)
        found = page.evaluate(HOSTILE, [demo.port + 1, token])
    assert found == {"opened": "refused", "read": "refused", "framed": "refused"}
    # A name of somebody else's that was made to mean this machine (DNS rebinding).
    host, port = "127.0.0.1", demo.port + 1
    for name in (f"evil.test:{port}", f"127.0.0.1.evil.test:{port}", f"localhost.:{port}"):
        answer = httpx.get(f"http://{host}:{port}/booth", headers={"Host": name})
        assert answer.status_code == 403
        assert "<html" not in answer.text
    socket_request = {"Upgrade": "websocket", "Connection": "Upgrade", "Origin": "http://evil.test"}
    assert httpx.get(f"http://{host}:{port}/socket", headers=socket_request).status_code == 403


@contextlib.contextmanager
def foreign_page() -> Iterator[str]:
    """A page of another program on the same machine."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Games</title><body>")

        def log_message(self, *_: object) -> None:
            """Quietly."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("way", ["out", "in"], ids=["the clerk's", "the booth's"])
def test_a_fingerprint_that_was_changed_on_its_way_is_refused_and_said_at_the_desk(
    demo: Demo, kiosk: BrowserContext, clerk: BrowserContext, clerk_browser: Browser, way: str
) -> None:
    clerk.add_init_script(TAMPER.replace("WAY", way))
    with meeting(demo, kiosk, clerk) as met:
        number = met.visitor.take_number()
        met.clerk.call_next()
        with timed("a changed fingerprint to the words at the desk"):
            expect(met.notice(NOT_RECOGNISED)).to_be_visible(timeout=TOLD_MS)
        expect(met.visitor.booth.locator("[data-scene=clerk]")).to_have_count(0)
        met.clerk.desk.get_by_role("button", name="Peru kutsu").click()
        eventually(lambda: last_visit(demo)[1] == "withdrawn", "the withdrawal", within_s=5)
        assert ticket(demo, number) == "waiting"
        expect(met.clerk.desk.get_by_role("button", name="Peru kutsu")).to_have_count(0)
        met.clerk.signs_out()
        # Nothing is lost: where nobody is in between, the same number is served.
        met.clerk = Clerk(demo, clerk_browser.new_context(), FINNISH, demo.account("kela"))
        met.clerk.sign_in()
        met.serve_who_waits()
        assert ticket(demo, number) == "completed"


def test_after_all_of_it_nothing_that_was_sent_is_written_anywhere(demo: Demo) -> None:
    assert written_down(demo, [ON_A_PAPER]) == []
    assert named_in_logs(demo) == []


@pytest.mark.parametrize("off", ["+2h", "-2h"])
def test_a_visit_works_on_a_device_whose_clock_is_two_hours_off(
    kiosk: BrowserContext,
    clerk: BrowserContext,
    tmp_path_factory: pytest.TempPathFactory,
    off: str,
) -> None:
    folder = tmp_path_factory.mktemp("clock") / "demo"
    [library] = Path("/usr/lib").glob("*/faketime/libfaketime.so.1")
    fake = f"LD_PRELOAD={library} FAKETIME={off} FAKETIME_DONT_FAKE_MONOTONIC=1"
    with (
        running_demo(folder, options=[f"--agent-under=env {fake}"]) as demo,
        meeting(demo, kiosk, clerk) as met,
    ):
        told = json.loads((demo.state / "log/agent.log").read_text().splitlines()[-1])
        away_s = time.time() - datetime.fromisoformat(told["timestamp"]).timestamp()
        assert 7000 < abs(away_s) < 7400  # the device's own logs are off
        met.begin()
        assert met.clerk.sees_the_paper()
        met.clerk.prints(papers.pdf("Todistus"))
        shown(met.clerk.desk, FINNISH.print_out, within_ms=30_000)
        met.part()
        eventually(lambda: last_visit(demo)[2], "the wiping to be told", within_s=20)
        assert last_visit(demo)[1] == "closed"
