"""How does a test come into the middle of a visit, out of it again, and see what was stored?"""

import contextlib
import json
import os
import re
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.system import canaries
from tests.system.demo import Demo
from tests.system.people import SLOWLY_MS, Clerk, Visitor
from tests.system.words import FINNISH
from tests.virtual.print_stack import PrintStack

# What the issue allows between a fault and the words about it.
TOLD_MS = 10_000
# The booth reminds, asks, thanks and wipes; nobody presses a smiley here.
WIPED_MS = 75_000

WIPED = "[data-scene=idle]"


@dataclass
class Meeting:
    """A visitor at the point and a clerk at the desk of one demo."""

    demo: Demo
    visitor: Visitor
    clerk: Clerk

    def begin(self) -> int:
        """From the touch to both faces; gives the number."""
        number = self.call()
        self.visitor.step_in()
        expect(self.visitor.booth.get_by_text(FINNISH.seen_and_heard)).to_be_visible(
            timeout=SLOWLY_MS
        )
        assert self.clerk.sees_the_visitor()
        return number

    def call(self) -> int:
        """From the touch to the call."""
        number = self.visitor.take_number()
        self.clerk.call_next()
        self.clerk.has_called()
        return number

    def part(self) -> None:
        """End the visit as usual, and leave the point as it was found."""
        self.clerk.ends()
        self.visitor.rate()
        expect(self.visitor.booth.locator(WIPED)).to_be_visible(timeout=WIPED_MS)
        self.visitor.leave()
        self.clerk.wraps_up()

    def serve_who_waits(self) -> None:
        """The next visit from the call to the end, as usual."""
        self.clerk.call_next()
        self.clerk.has_called()
        self.visitor.step_in()
        shown(self.visitor.booth, FINNISH.seen_and_heard, within_ms=SLOWLY_MS)
        self.part()

    def faces_move(self) -> bool:
        """Do both see each other?"""
        return self.visitor.sees_the_clerk() and self.clerk.sees_the_visitor()

    def bench_switch(self, part: str, name: str) -> Locator:
        """A switch of one simulated peripheral: ``document-printer``, «Paperi loppu»."""
        section = self.visitor.bench.locator(f"section[aria-labelledby={part}]")
        return section.get_by_role("switch", name=name)

    def notice(self, text: str) -> Locator:
        """What the desk says in its notices."""
        return self.clerk.desk.locator(".notices").get_by_text(text)


@contextlib.contextmanager
def meeting(demo: Demo, kiosk: BrowserContext, clerk: BrowserContext) -> Iterator[Meeting]:
    """Kela's clerk on duty and a visitor before the screens; afterwards nobody is left anywhere."""
    visitor = Visitor(demo, kiosk, FINNISH)
    aino = Clerk(demo, clerk, FINNISH, demo.account("kela"))
    aino.sign_in()
    met = Meeting(demo, visitor, aino)
    try:
        yield met
        met.clerk.signs_out()
    except BaseException:
        _clear_up(met)  # the next test shall fail for its own reasons only
        raise


def _clear_up(met: Meeting) -> None:
    """End whatever a test that failed has left, by the API's own ways."""
    api = f"{met.demo.url}/api/v1"
    asking = met.clerk.context.request
    session = asking.get(f"{api}/session")
    if session.ok:
        headers = {"X-Etapiste-CSRF": session.json()["csrf"], "Origin": met.demo.url}
        visit = asking.get(f"{api}/desk").json()["visit"]
        if visit:
            path = f"{api}/visits/{visit['id']}"
            asking.post(f"{path}/withdraw", headers=headers)
            asking.post(f"{path}/end", headers=headers, data={"outcome": "done"})
        asking.delete(f"{api}/session", headers=headers)
    for switch in met.visitor.bench.get_by_role("switch", checked=True).all():
        switch.click()
    with contextlib.suppress(AssertionError):
        eventually(lambda: last_visit(met.demo)[2], "the booth to be free", within_s=90)


def with_cups(printer: PrintStack) -> str:
    """Simulated peripherals, but for an A4 printer behind a real CUPS."""
    simulated = ("ticket_printer", "document_camera", "call_button", "lamp", "presence")
    return "".join(f'[{port}]\ndriver = "simulated"\n\n' for port in simulated) + (
        f'[document_printer]\ndriver = "cups"\nqueue = "{printer.queue}"\n'
        f'server = "127.0.0.1"\nserver_port = {printer.cups_port}\n'
    )


def stored(demo: Demo, question: str, *values: object) -> list[tuple[Any, ...]]:
    """What stands in the control plane's database."""
    path = f"file:{demo.state}/control-plane/etapiste.db?mode=ro"
    with contextlib.closing(sqlite3.connect(path, uri=True, timeout=10)) as db:
        return db.execute(question, values).fetchall()


def count(demo: Demo, question: str, *values: object) -> int:
    """One number from the control plane's database."""
    return int(stored(demo, question, *values)[0][0])


def waiting_on_disk(demo: Demo, kind: str) -> int:
    """How many events of a kind the device has not got rid of yet."""
    path = f"file:{demo.state}/agent/uplink.db?mode=ro"
    with contextlib.closing(sqlite3.connect(path, uri=True, timeout=10)) as db:
        (found,) = db.execute("select count(*) from outbox where kind = ?", (kind,)).fetchone()
    return int(found)


def last_visit(demo: Demo) -> tuple[str, str, bool]:
    """The newest visit: its id, its state, and whether its booth was wiped."""
    [(identity, state, wiped)] = stored(
        demo, "select id, state, wiped from visits order by id desc limit 1"
    )
    return str(identity), str(state), bool(wiped)


def ticket(demo: Demo, number: int) -> str:
    """The state of the newest ticket of this number."""
    found = stored(demo, "select state from tickets where number = ? order by id desc", number)
    return str(found[0][0])


def refusals(demo: Demo, action: str = "%refused") -> list[dict[str, Any]]:
    """What the audit log says of refusals."""
    found = stored(
        demo, "select actor, action, detail from audit where action like ? order by seq", action
    )
    return [{"actor": who, "action": what, **json.loads(detail)} for who, what, detail in found]


def written_down(demo: Demo, texts: list[str]) -> list[str]:
    """Where something that may be written nowhere stands all the same."""
    places = [demo.state / part for part in ("log", "control-plane", "agent", "broker")]
    return canaries.found(texts, places)


def named_in_logs(demo: Demo) -> list[str]:
    """Lines of the logs with a person, a password or a visitor's number in them."""
    people = [text for each in demo.accounts for text in (each.username, each.password)]
    for names in stored(demo, "select display_name, alias from account"):
        people += map(str, names)
    named = re.compile(
        r"\b(" + "|".join(map(re.escape, sorted(set(people)))) + r")\b", re.IGNORECASE
    )
    found = []
    for log in (demo.state / "log").glob("*.log"):
        for line in log.read_text(errors="replace").splitlines():
            fields = set(json.loads(line)) if line.startswith("{") else set()
            if named.search(line) or fields & {"number", "name", "username", "text"}:
                found.append(f"{log.name}: {line}")
    return found


@contextlib.contextmanager
def frozen(demo: Demo, child: str) -> Iterator[None]:
    """A process that is there and does nothing, like one behind a dead line."""
    pid = demo.child(child)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def eventually(holds: Callable[[], bool], what: str, *, within_s: float) -> float:
    """Wait until it holds; gives after how many seconds it did."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > within_s:
            raise AssertionError(f"not within {within_s} s: {what}")
        time.sleep(0.05)
    return time.monotonic() - began


@contextlib.contextmanager
def timed(what: str) -> Iterator[None]:
    """Write down how long it took, for the report."""
    began = time.monotonic()
    yield
    sys.stderr.write(f"\n[time] {what}: {time.monotonic() - began:.1f} s\n")


def shown(place: Page | Locator, text: str, *, within_ms: int = TOLD_MS) -> None:
    """The text stands there in time."""
    expect(place.get_by_text(text).first).to_be_visible(timeout=within_ms)
