"""What does the house do with bad input? It says no, loses nothing and writes no name down."""

import asyncio
import contextlib
import json
import resource
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, FilePayload, expect
from websockets.sync.client import connect
from websockets.typing import Origin

from control_plane.clock import SystemClock
from control_plane.database import Tx, open_store
from control_plane.security import accounts
from control_plane.security.tables import session
from tests.system.demo import Account, Demo
from tests.system.hostility import REMEMBER_CHANNELS, send_past_the_desk
from tests.system.incidents import (
    TOLD_MS,
    Meeting,
    count,
    eventually,
    last_visit,
    meeting,
    named_in_logs,
    refusals,
    shown,
    stored,
    ticket,
    timed,
    written_down,
)
from tests.system.words import FINNISH

pytestmark = [pytest.mark.system, pytest.mark.slow]

TWO_GIGABYTES = 2 * 1024**3
GROWS_AT_MOST = 60 * 1024 * 1024
ON_A_PAPER = "Salaisuus8812"
TYPED_NAME = "matti.meikalainen"
TYPED_PASSWORD = "Kes4-mokki-1972"  # noqa: S105 - typed into a form by nobody


@pytest.fixture
def met(demo: Demo, kiosk: BrowserContext, clerk: BrowserContext) -> Iterator[Meeting]:
    """A visitor and Kela's clerk of the module's demo."""
    with meeting(demo, kiosk, clerk) as both:
        yield both


@dataclass
class Api:
    """Somebody who is signed in and has no page of ours."""

    http: httpx.Client

    def post(self, path: str, body: object = None) -> httpx.Response:
        return self.http.post(f"/api/v1{path}", json=body)


@contextlib.contextmanager
def signed_in(demo: Demo, account: Account) -> Iterator[Api]:
    """By the API alone, as a program would."""
    with httpx.Client(base_url=demo.url, headers={"Origin": demo.url}) as client:
        answer = try_password(client, account.username, account.password)
        client.headers["X-Etapiste-CSRF"] = answer.json()["csrf"]
        yield Api(client)
        client.delete("/api/v1/session")


def try_password(client: httpx.Client, username: str, password: str) -> httpx.Response:
    return client.post("/api/v1/session", json={"username": username, "password": password})


# --- people ------------------------------------------------------------------------------------


def test_a_wrong_password_tells_nobody_whether_the_account_exists(
    demo: Demo, clerk: BrowserContext
) -> None:
    page = clerk.new_page()
    page.goto(f"{demo.url}/sign-in.html")
    page.locator("input[name=username]").fill(TYPED_NAME)
    page.locator("input[name=password]").fill(TYPED_PASSWORD)
    page.keyboard.press("Enter")
    shown(page, "Käyttäjätunnus tai salasana on väärä.")

    known = demo.account("dvv").username
    answers = []
    with httpx.Client(base_url=demo.url, headers={"Origin": demo.url}) as client:
        for name in (known, TYPED_NAME):
            tries = [try_password(client, name, TYPED_PASSWORD) for _ in range(7)]
            answers.append([(each.status_code, each.json()["code"]) for each in tries])
            assert tries[-1].headers["retry-after"]
    wrong, held = (401, "wrong_credentials"), (429, "too_many_tries")
    assert answers[0] == [wrong] * 5 + [held] * 2
    # One try of the unknown name was the page's.
    assert answers[1] == [wrong] * 4 + [held] * 3


def test_a_session_that_ends_in_a_visit_is_said_and_the_visit_goes_on_after_signing_in(
    demo: Demo, met: Meeting
) -> None:
    met.begin()
    visit = last_visit(demo)[0]
    with ThreadPoolExecutor(1) as beside:  # the browser's own loop runs in this thread
        beside.submit(asyncio.run, _end_sessions(demo)).result()
    desk = met.clerk.desk
    shown(desk, "Kirjautumisesi on päättynyt. Kirjaudu uudelleen.")
    assert last_visit(demo)[:2] == (visit, "in_session")
    with timed("signed in again to both pictures"):
        desk.locator("input[name=username]").fill(met.clerk.account.username)
        desk.locator("input[name=password]").fill(met.clerk.account.password)
        desk.keyboard.press("Enter")
        expect(desk.locator("video#visitor")).to_be_visible(timeout=TOLD_MS)
        assert met.faces_move()
    met.part()
    assert last_visit(demo)[:2] == (visit, "closed")


async def _end_sessions(demo: Demo) -> None:
    """Let every session have reached its end, and tell those who remember them."""
    now = SystemClock().now()

    def ended(tx: Tx) -> None:
        tx.execute(sa.update(session).values(expires_at=now))
        for row in tx.execute(sa.select(session.c.account_id)):
            tx.touch(accounts.subject(row.account_id))

    store = open_store(f"sqlite:///{demo.state}/control-plane/etapiste.db")
    await store.run(ended)
    await store.close()


def test_another_agencys_ticket_visit_and_room_are_out_of_reach(demo: Demo, met: Meeting) -> None:
    met.begin()
    waiting = met.visitor.take_number()
    visit = last_visit(demo)[0]
    [(kelas_ticket,)] = stored(demo, "select id from tickets where number = ?", waiting)
    [(room,)] = stored(demo, "select room_id from visits where id = ?", visit)
    with signed_in(demo, demo.account("verohallinto")) as stranger:
        stranger.post("/desk/state", {"state": "available"})
        called = stranger.post(f"/desk/tickets/{dashed(kelas_ticket)}/call", {"reason": "kiire"})
        assert (called.status_code, called.json()["code"]) == (404, "not_found")
        ended = stranger.post(f"/visits/{dashed(visit)}/end", {"outcome": "done"})
        assert (ended.status_code, ended.json()["code"]) == (404, "not_found")
        say_goodbye_in(demo, stranger, dashed(room))
    eventually(
        lambda: [each["wish"] for each in refusals(demo, "signal.refused")] == ["bye"],
        "the signal's row in the audit log",
        within_s=5,
    )
    assert met.faces_move()
    assert (last_visit(demo)[1], ticket(demo, waiting)) == ("in_session", "waiting")
    met.part()
    met.serve_who_waits()


def say_goodbye_in(demo: Demo, stranger: Api, room: str) -> None:
    """Try to end the connections of a room that is somebody else's."""
    cookies = "; ".join(f"{name}={value}" for name, value in stranger.http.cookies.items())
    address = demo.url.replace("http", "ws")
    bye = {
        "room_id": room,
        "sender": "clerk",
        "receiver": "booth-screen",
        "attempt": 0,
        "type": "bye",
    }
    with connect(
        f"{address}/api/v1/live?subject=desk",
        origin=Origin(demo.url),
        additional_headers={"Cookie": cookies},
    ) as live:
        live.send(json.dumps({"signal": bye}))
        live.send("ping")
        while live.recv(timeout=10) != "pong":
            continue


def dashed(identity: str) -> str:
    """An id as the API writes it, from SQLite's 32 digits."""
    return "-".join((identity[:8], identity[8:12], identity[12:16], identity[16:20], identity[20:]))


# --- too much, and the wrong thing ----------------------------------------------------------------


@pytest.mark.parametrize("where", ["the API", "the bench"])
@pytest.mark.parametrize("how", ["declared", "streamed"])
def test_two_gigabytes_are_refused_at_once_and_fill_no_memory(
    demo: Demo, where: str, how: str
) -> None:
    if where == "the API":
        port, path, child = demo.port, "/api/v1/session", "control-plane"
    else:
        token = demo.link("bench").partition("token=")[2]
        port, path, child = demo.port + 1, f"/bench/sheet?token={token}", "agent"
    before = resident(demo.child(child))
    with timed(f"two gigabytes to {where} to the refusal"):
        status, sent = upload(port, path, declared=how == "declared")
    assert status == 413
    assert sent < 64 * 1024**2
    assert resident(demo.child(child)) - before < GROWS_AT_MOST


def upload(port: int, path: str, *, declared: bool) -> tuple[int, int]:
    """Send until somebody says stop: the answer's status, and how many bytes went out."""
    host = f"127.0.0.1:{port}"
    length = f"Content-Length: {TWO_GIGABYTES}" if declared else "Transfer-Encoding: chunked"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
        f"Content-Type: application/json\r\n{length}\r\n\r\n"
    )
    piece = b"x" * 65_536
    if not declared:
        piece = b"10000\r\n" + piece + b"\r\n"
    sent = 0
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(head.encode())
        line.settimeout(0.2)
        answer = b""
        ends = time.monotonic() + 15
        while not answer and sent < TWO_GIGABYTES and time.monotonic() < ends:
            with contextlib.suppress(TimeoutError, ConnectionError, BrokenPipeError):
                sent += line.send(piece)
            with contextlib.suppress(TimeoutError, BlockingIOError):
                line.settimeout(0.001)
                answer = line.recv(4096)
            line.settimeout(0.2)
    return int(answer.split()[1]), sent


def resident(pid: int) -> int:
    """How much memory a process holds, in bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def test_a_text_named_pdf_is_refused_in_words_at_the_desk_and_past_it_by_the_agent(
    demo: Demo, kiosk: BrowserContext, clerk: BrowserContext
) -> None:
    clerk.add_init_script(REMEMBER_CHANNELS)
    with meeting(demo, kiosk, clerk) as met:
        met.begin()
        desk = met.clerk.desk
        desk.get_by_role("tab", name=FINNISH.print_tab).click()
        text: FilePayload = {
            "name": "paatos.pdf",
            "mimeType": "application/pdf",
            "buffer": f"Hei {ON_A_PAPER}\n".encode() * 200,
        }
        desk.locator("#panel-print input[type=file]").set_input_files(text)
        shown(desk, "Tiedosto ei ole PDF, vaikka sen nimi niin sanoo.")

        job = uuid4()
        send_past_the_desk(desk, job, text["buffer"])
        with timed("a text past the desk to the words at the desk"):
            expect(desk.locator(".job[data-state=refused]")).to_be_visible(timeout=TOLD_MS)
        shown(desk.locator(".job[data-state=refused]"), "Tiedosto ei ole PDF")
        assert count(demo, "select count(*) from visit_prints where state = 'refused'") == 1
        shown(met.visitor.bench, "Ei vielä papereita")
        met.part()


# --- after all of it ----------------------------------------------------------------------------


def test_after_all_of_it_nothing_typed_or_printed_is_written_anywhere(demo: Demo) -> None:
    assert written_down(demo, [ON_A_PAPER, TYPED_NAME, TYPED_PASSWORD]) == []
    assert named_in_logs(demo) == []
