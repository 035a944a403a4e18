"""A control plane's outside for the pages' tests: it shows what a test wants shown.

The pages' states are many (a booth out of paper, a visit of which the visitor has gone, a second
tab); a test of looks sets each of them here. Whole visits are walked with the real one in
``tests/system``.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web
from joserfc.jwk import ECKey

from shared.identifiers import new_uuid
from shared.signing import Holder, KeyStatement, sign_statement

Json = dict[str, Any]


def text(fi: str, sv: str = "", en: str = "") -> Json:
    """A text of the data in every language."""
    return {"fi": fi, "sv": sv or fi, "en": en or fi}


def at(seconds: float = 0) -> str:
    """An instant so many seconds from now, as the wire has it."""
    moment = datetime.fromtimestamp(time.time() + seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Plane:
    """What a clerk's page needs of the control plane, in the hands of a test."""

    def __init__(self, pages: Path, booth_page: Path) -> None:
        self.issuer = ECKey.generate_key("P-256")
        self.desk: Json = {}
        self.board: Json = {}  # the supervisor's
        self.acts: list[Json] = []
        self.roles = ["clerk"]
        self.signed_in = True
        self.second_factor = "not_used"
        self.asked: list[tuple[str, str, Json]] = []
        self.refuse: dict[str, tuple[int, Json]] = {}
        self.demo: Json = {"links": [], "accounts": []}
        self.promises: Json = promises()
        self.report: Json = {}
        self.why: Json = why()
        self.people: Json = {"people": [], "may_give": ["clerk", "supervisor", "agency_admin"]}
        self.told: dict[str, Json] = {}  # by path, what else a test wants answered
        self.consult_targets: Json = {"colleagues": [], "agencies": []}
        self._lives: set[web.WebSocketResponse] = set()
        self._booths: set[web.WebSocketResponse] = set()
        self._version = 0
        # What the clerk's page has signalled.
        self.signals: asyncio.Queue[Json] = asyncio.Queue()
        self.app = web.Application()
        self.app.add_routes(
            [
                web.get("/healthz", self._health),
                web.get("/api/v1/live", self._live),
                web.get("/booth-line", self._booth),
                web.route("*", "/api/v1/{path:.*}", self._api),
                web.static("/booth", booth_page),
                web.get("/", self._index),
                web.static("/", pages),
            ]
        )
        self._pages = pages

    @property
    def session(self) -> Json:
        """Who is signed in."""
        return {
            "staff_id": "0190d0c2-0000-7000-8000-000000000001",
            "username": "maija",
            "display_name": "Maija Virtanen",
            "alias": "Maija",
            "roles": self.roles,
            "agency": {"code": "kela", "name": text("Kela", "FPA", "Kela")},
            "languages": ["fi", "sv", "en"],
            "second_factor": self.second_factor,
            "csrf": "token",
            "expires_at": at(8 * 3600),
            "key_statement": None,
        }

    def certify(self, jwk: Json, *, sub: str, holder: Holder) -> str:
        """An issuer's word about a key."""
        exp = int(time.time()) + 8 * 3600
        statement = KeyStatement(sub=sub, holder=holder, jwk=jwk, exp=exp)
        return sign_statement(statement, key=self.issuer)

    async def show(self, desk: Json) -> None:
        """Every open desk shows this from now on."""
        self.desk = desk
        self._version += 1
        for live in list(self._lives):
            await live.send_json(self._snapshot())

    async def show_board(self, board: Json) -> None:
        """Every open supervisor's board shows this from now on."""
        self.board = board
        self._version += 1
        for live in list(self._lives):
            await live.send_json(self._snapshot("supervision"))

    async def signal(self, signal: Json) -> None:
        """A signal of the booth for the clerk's page."""
        for live in list(self._lives):
            await live.send_json({"signal": signal})

    async def drop_lines(self, code: int = 1012) -> None:
        """Close every desk's socket, as a restart (or a session's end) would."""
        for live in list(self._lives):
            await live.close(code=code)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """The origin, for as long as the block runs."""
        runner = web.AppRunner(self.app, shutdown_timeout=0.2)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            await runner.cleanup()

    def _snapshot(self, subject: str = "desk") -> Json:
        shown = self.desk if subject == "desk" else self.board
        return {"subject": subject, "version": self._version, "data": {**shown, "now": at()}}

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _index(self, _: web.Request) -> web.FileResponse:
        return web.FileResponse(self._pages / "index.html")

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        live = web.WebSocketResponse()
        await live.prepare(request)
        if not self.signed_in:
            await live.close(code=4401)
            return live
        self._lives.add(live)
        await live.send_json(self._snapshot(request.query["subject"]))
        async for message in live:
            if message.type is not WSMsgType.TEXT:
                continue
            if message.data == "ping":
                await live.send_str("pong")
                continue
            signal = json.loads(message.data)["signal"]
            self.signals.put_nowait(signal)
            for booth in list(self._booths):
                await booth.send_json(signal)
        self._lives.discard(live)
        return live

    async def _booth(self, request: web.Request) -> web.WebSocketResponse:
        booth = web.WebSocketResponse()
        await booth.prepare(request)
        self._booths.add(booth)
        async for message in booth:
            await self.signal(json.loads(message.data))
        self._booths.discard(booth)
        return booth

    async def _api(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        body = await request.json() if request.can_read_body else {}
        self.asked.append((request.method, path, body))
        status, answer = self._answer(path, body)
        return web.json_response(answer, status=status)

    def _answer(  # noqa: PLR0911 - one for each path
        self, path: str, body: Json
    ) -> tuple[int, Json | list[Json]]:
        if path in self.refuse:
            return self.refuse[path]
        if path in self.told:
            return 200, self.told[path]
        match path:
            case "start":
                return 200, self.demo
            case "trust":
                keys = [self.issuer.as_dict(private=False)]
                return 200, {"issuers": {"keys": keys}, "server_time": at()}
            case "supervision/history" if self.signed_in:
                return 200, self.acts
            case _ if not self.signed_in:
                return 401, {"code": "not_signed_in", "detail": {}}
            case "session/key":
                statement = self.certify(body["jwk"], sub="staff-1", holder=Holder.STAFF)
                return 200, {"statement": statement, "expires_at": at(8 * 3600)}
            case _:
                if path.endswith("/consult/targets"):
                    return 200, self.consult_targets
                told: dict[str, Json | list[Json]] = {
                    "session": self.session,
                    "promises/summary": self.promises,
                    "reports/visits": self.report,
                    "staff": self.people,
                    "agencies": [{"code": "kela", "name": text("Kela", "FPA", "Kela")}],
                }
                return 200, self.why if path.endswith("/why") else told.get(path, {})


def demo() -> Json:
    """What the start page of a demo leads to."""
    screens = ("stage", "waiting_area", "booth", "bench", "info")
    people = (
        ("tekninen-tuki", "Ville Niemi", "operator", None),
        ("maija", "Maija Virtanen", "clerk", {"code": "kela", "name": text("Kela", "FPA", "Kela")}),
    )
    return {
        "links": [
            {"code": code, "url": f"http://127.0.0.1:8081/{code}#token=x"} for code in screens
        ],
        "accounts": [
            {
                "username": username,
                "password": "demo-password",
                "display_name": name,
                "roles": [role],
                "agency": agency,
            }
            for username, name, role, agency in people
        ],
    }


def promises(*rows: Json) -> Json:
    """How promised waits came true in November."""
    return {
        "since": "2026-11-01",
        "until": "2026-11-27",
        "by": "agency",
        "smallest_cell": 5,
        "rows": list(rows),
    }


def why() -> Json:
    """A number that came back: who goes before it now, and why it was called before."""

    def before(number: int, *why_not: str, returned: bool = False) -> Json:
        return {
            "ticket_id": str(new_uuid()),
            "number": number,
            "returned": returned,
            "because": "earlier",
            "score": {"waited_s": 900},
            "why_not": list(why_not),
        }

    return {
        "ticket_id": str(new_uuid()),
        "number": 104,
        "state": "waiting",
        "returned": True,
        "score": {"waited_s": 720, "head_start_s": 0, "rate": 1, "shorter_s": 0},
        "place": 3,
        "before": [before(101), before(102, returned=True)],
        "decisions": [
            {
                "at": at(-300),
                "kind": "next",
                "policy_version": 2,
                "point": "salla",
                "booth": "salla-1",
                "clerk": "p-0123456789ab",
                "score": {"waited_s": 420},
                "ahead": 2,
                "behind": 4,
                "passed": [before(101, "language"), before(102, "booth_taken")],
            }
        ],
    }


def kept(code: str, name: Json, *, within: int, above: int | None, below: int) -> Json:
    """One row of it; so few above that they are not told take the sum with them."""
    return {
        "agency": "kela",
        "code": code,
        "name": name,
        "promised": None if above is None else within + above + below,
        "within": within,
        "above": above,
        "below": below,
        "unknown": 0,
        "within_percent": 80,
        "median_off_min": 3,
    }


def peripherals(**conditions: str) -> list[Json]:
    """The booth's peripherals, ready unless said otherwise."""
    ports = {"document_printer": "ready", "document_camera": "ready", "screen": "ready"}
    return [
        {"port": port, "condition": condition, "since": at(-60), "simulated": True}
        for port, condition in {**ports, **conditions}.items()
    ]


SALLA = {"code": "salla", "name": text("Salla")}
BOOTH = {"code": "salla-1", "name": text("Asiointitila 1", "Kundservicerum 1", "Booth 1")}
HOUSING = {
    "code": "asumistuki",
    "name": text("Asumistuki", "Bostadsbidrag", "Housing allowance"),
}


def row(number: int, waited_s: float, **changes: Any) -> Json:
    """One who waits."""
    return {
        "ticket_id": str(new_uuid()),
        "number": number,
        "point": SALLA,
        "service": {**HOUSING, "minutes": 15, "needs_print": True},
        "language": "fi",
        "arrived_at": at(-waited_s),
        "wait_s": waited_s,
        "promised": {"low_min": 5, "high_min": 10},
        "over": waited_s > 10 * 60,
        "returned": False,
        "seated": False,
        "for_me": False,
        "callable": True,
        "why_not": [],
        "can": {"print": True, "camera": True},
        **changes,
    }


def offer(expires_in_s: float = 20, **changes: Any) -> Json:
    """Number 104, offered to this clerk."""
    return {
        "id": str(new_uuid()),
        "number": 104,
        "point": SALLA,
        "booth": {"code": "salla-1", "name": text("Asiointitila", "Kundservicerum", "Booth")},
        "service": {**HOUSING, "minutes": 15, "needs_print": True},
        "language": "fi",
        "wait_s": 12 * 60,
        "offered_at": at(expires_in_s - 20),
        "expires_at": at(expires_in_s),
        **changes,
    }


def visit(state: str, **changes: Any) -> Json:
    """A visit of number 104 in ``state``."""
    return {
        "id": str(new_uuid()),
        "state": state,
        "ticket_id": str(new_uuid()),
        "number": 104,
        "point": SALLA,
        "booth": {**BOOTH, "device": "d-salla-01"},
        "service": {
            **HOUSING,
            "needs": text(
                "henkilöllisyystodistus ja vuokrasopimus",
                "identitetsbevis och hyresavtal",
                "identity document and lease",
            ),
        },
        "language": "sv",
        "room_id": str(new_uuid()),
        "ice_servers": [],
        "relay_only": False,
        "since": at(-5),
        "called_at": None,
        "attempts": 0,
        "max_attempts": 3,
        "recall_at": None,
        "seated": False,
        "transfers_left": 6,
        "passes_left": 3,
        "began_at": None,
        "on_hold": False,
        "help_pressed_at": None,
        "ended_by_visitor": False,
        "failed_reason": None,
        "outcome": None,
        "peripherals": peripherals(),
        "prints": [],
        "consult": None,
        **changes,
    }


def desk(state: str = "available", **changes: Any) -> Json:
    """A desk with a normal queue."""
    queue = [
        row(104, 12 * 60),
        row(
            107,
            9 * 60,
            point={"code": "savukoski", "name": text("Savukoski")},
            language="sv",
            callable=False,
            why_not=["no_printer"],
            can={"print": False, "camera": True},
        ),
        row(108, 3 * 60, returned=True, language="en"),
    ]
    booth = {
        **BOOTH,
        "state": "free",
        "ready": True,
        "why": [],
        "peripherals": peripherals(document_printer="paper_low"),
    }
    poor = {
        "code": "savukoski-1",
        "name": text("Asiointitila", "Kundservicerum", "Booth"),
        "state": "free",
        "ready": True,
        "why": [],
        "peripherals": peripherals(document_printer="paper_out"),
    }
    return {
        "me": {
            "state": state,
            "since": at(-42),
            "reason": "",
            "wrap_up_until": at(27) if state == "wrap_up" else None,
            "last_one": False,
            "wants_next": False,
            "busy_with": None,
            "busy_since": None,
            "busy_until": None,
            "shift_until": None,
            "may_overrun": False,
            "forgotten": False,
        },
        "agency": {"code": "kela", "name": text("Kela", "FPA", "Kela")},
        "queue": queue,
        "waiting": len(queue),
        "longest_wait_s": 12 * 60,
        "on_duty": 3,
        "points": [
            {**SALLA, "booths": [booth]},
            {"code": "savukoski", "name": text("Savukoski"), "booths": [poor]},
        ],
        "mode": "pull",
        "kept_for": None,
        "breaks": [{"code": code, "name": None} for code in ("lunch", "rest", "training", "other")],
        "offer": None,
        "link": None,
        "consult": None,
        "visit": None,
        "recent": [
            {
                "visit_id": str(new_uuid()),
                "number": 101,
                "point": SALLA,
                "state": "closed",
                "outcome": "done",
                "by_visitor": False,
                "ended_at": at(-1500),
            }
        ],
        "notice": None,
        "messages": [],
        "parked": [],
        "missed": [],
        "held": [],
        **changes,
    }


def set_aside() -> Json:
    """A visitor in the clerk's own list, one who missed the call, and one busy elsewhere."""
    named = {"point": SALLA, "service": {"code": "kela-tuki", "name": text("Tuki")}}
    return {
        "parked": [
            {
                "ticket_id": str(new_uuid()),
                "number": 98,
                "reason": "form",
                "recall_at": at(300),
                **named,
            }
        ],
        "missed": [{"ticket_id": str(new_uuid()), "number": 97, "missed_at": at(-120), **named}],
        "held": [{"ticket_id": str(new_uuid()), "number": 96, "arrived_at": at(-300), **named}],
    }
