"""What contact centres hear of us by webhooks, signed, in order, and tried again."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from control_plane.presence.rules.signatures import Verdict, carried, judge
from control_plane.presence.sender import Sender
from control_plane.security.scope import Role, Scope
from control_plane.staff.rules import ClerkState
from shared.visits import Outcome
from tests.control_plane.app.conftest import Api
from tests.control_plane.plane import Page
from tests.control_plane.presence.conftest import Centre
from tests.control_plane.visits.steps import begun, pass_time

CLERKS = ("clerk.busy", "clerk.free")
URL = "http://127.0.0.1:9999/hooks"


@dataclass
class Receiver:
    """A contact centre's end of the wire."""

    status: list[int] = field(default_factory=list)  # of the next answers; then 204
    got: list[tuple[httpx.Headers, bytes]] = field(default_factory=list)
    away: bool = False

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("refused", request=request)
        self.got.append((request.headers, request.content))
        status = self.status.pop(0) if self.status else 204
        return httpx.Response(status, headers={"Location": "http://127.0.0.1:1/"})

    @property
    def told(self) -> list[tuple[str, dict[str, Any]]]:
        bodies = [json.loads(body) for _, body in self.got]
        return [(each["type"], each["data"]) for each in bodies]

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.told]


@dataclass
class Wire:
    """The way from us to the receiver."""

    api: Api
    receiver: Receiver
    sender: Sender
    secret: str
    page: Page
    centre: Centre

    async def send(self) -> None:
        while await self.sender.send_due():
            pass

    async def manage(self, method: str, path: str, body: object = None) -> httpx.Response:
        url = f"/api/v1/integrations/{self.centre.id}{path}"
        return await self.page.http.request(method, url, json=body)


@pytest.fixture
async def wire(api: Api, centre: Centre) -> Wire:
    await api.world.account("paa", Role.AGENCY_ADMIN, agency="kela")
    page = await api.page("paa")
    receiver = Receiver()
    keys = api.app.state.boundary.keys
    sender = Sender(
        api.world.store,
        api.world.clock,
        secret=lambda each, generation: keys.webhook_secret(f"out:{each}", generation),
        http=httpx.AsyncClient(transport=httpx.MockTransport(receiver.answer)),
        secure=False,
    )
    wire = Wire(api, receiver, sender, "", page, centre)
    chosen = await wire.manage("PUT", "/webhook", {"url": URL})
    assert chosen.status_code == 200, chosen.text
    wire.secret = chosen.json()["secret"]
    return wire


async def test_a_visit_is_heard_from_its_number_to_its_end(wire: Wire) -> None:
    world = wire.api.world
    await world.device_up()
    aino = await world.clerk()
    await wire.page.http.put(
        f"/api/v1/integrations/{wire.centre.id}/clerks", json={"clerks": {"agent-7": "aino"}}
    )
    visit = await begun(world, aino)
    await wire.send()
    assert wire.receiver.kinds == ["ticket.waiting", "ticket.left", "clerk.busy"]
    assert wire.receiver.told[-1][1] == {"clerk": "agent-7", "state": "preparing"}

    page = await wire.api.page("aino")
    await page.post(f"/visits/{visit.id}/end", {"outcome": str(Outcome.DONE)})
    await pass_time(world, present=aino, seconds=31)  # of wrap-up
    await pass_time(world, present=aino, seconds=121)  # the booth is wiped, or given up
    await wire.send()
    assert wire.receiver.kinds[3:] == ["clerk.free", "visit.ended"]
    contact = wire.receiver.told[-1][1]
    assert (contact["clerk"], contact["outcome"], contact["state"]) == ("agent-7", "done", "closed")
    # Neither a number nor anything else of the visitor's.
    words = {word for _, data in wire.receiver.told for word in data}
    assert "number" not in words
    for given, body in wire.receiver.got:
        assert judge([carried(wire.secret)], given, body, world.clock.now()) in {
            Verdict.GENUINE,
            Verdict.STALE,  # sent before time was passed
        }


async def test_what_fails_is_tried_again_and_in_the_end_given_up(wire: Wire) -> None:
    await _busy(wire)
    wire.receiver.status = [500] * 50
    await wire.send()
    assert len(wire.receiver.got) == 1
    for pause in (5, 30, 120, 600):
        wire.api.world.clock.pass_(seconds=pause)
        await wire.send()
    identities = {given["webhook-id"] for given, _ in wire.receiver.got}
    # News of ten minutes ago is no news: the last pause is longer than it is worth telling.
    assert (len(wire.receiver.got), len(identities)) == (4, 1)
    shown = (await wire.page.get("/integrations")).json()[0]["webhook"]
    assert (shown["pending"], shown["dead"], shown["last_status"]) == (0, 1, 500)


async def test_an_endpoint_that_is_away_gets_everything_in_order_when_it_is_back(
    wire: Wire,
) -> None:
    aino = await _busy(wire)
    await wire.api.world.choose(aino, ClerkState.ON_BREAK)
    wire.receiver.away = True
    await wire.send()
    wire.receiver.away = False
    assert wire.receiver.got == []
    wire.api.world.clock.pass_(seconds=5)
    await wire.send()
    assert wire.receiver.kinds == ["clerk.busy", "clerk.free"]


async def test_a_redirection_is_not_followed_and_an_endpoint_that_is_gone_is_left_alone(
    wire: Wire,
) -> None:
    aino = await _busy(wire)
    wire.receiver.status = [307, 410]
    await wire.send()
    assert len(wire.receiver.got) == 1
    wire.api.world.clock.pass_(seconds=5)
    await wire.send()
    await wire.api.world.choose(aino, ClerkState.ON_BREAK)
    await wire.send()
    assert len(wire.receiver.got) == 2
    shown = (await wire.page.get("/integrations")).json()[0]["webhook"]
    assert shown["gone_at"] is not None
    await wire.manage("PUT", "/webhook", {"url": URL})  # the main user says that it is back
    await wire.api.world.choose(aino, ClerkState.AVAILABLE)
    await wire.api.world.offer(aino)
    await wire.send()
    assert wire.receiver.kinds[-1] == "clerk.busy"


async def test_a_secret_is_changed_with_a_day_of_overlap(wire: Wire) -> None:
    new = (await wire.manage("POST", "/webhook/secret")).json()["secret"]
    assert new != wire.secret
    aino = await _busy(wire)
    await wire.send()
    now = wire.api.world.clock.now()
    given, body = wire.receiver.got[-1]
    for known in (new, wire.secret):
        assert judge([carried(known)], given, body, now) is Verdict.GENUINE
    now = wire.api.world.clock.pass_(hours=25)
    await wire.api.world.choose(aino, ClerkState.ON_BREAK)
    await wire.send()
    given, body = wire.receiver.got[-1]
    assert judge([carried(new)], given, body, now) is Verdict.GENUINE
    assert judge([carried(wire.secret)], given, body, now) is Verdict.FORGED


async def test_only_what_was_asked_for_is_told_and_nothing_after_the_end(wire: Wire) -> None:
    aino = await _busy(wire, "clerk.free")
    await wire.api.world.choose(aino, ClerkState.ON_BREAK)
    await wire.send()
    assert wire.receiver.kinds == ["clerk.free"]
    assert (await wire.manage("DELETE", "/webhook")).status_code == 204
    await wire.api.world.choose(aino, ClerkState.AVAILABLE)
    await wire.api.world.choose(aino, ClerkState.ON_BREAK)
    await wire.send()
    assert len(wire.receiver.got) == 1
    assert (await wire.manage("POST", "/webhook/secret")).status_code == 404


async def test_an_agency_without_a_contact_centre_tells_nobody(wire: Wire) -> None:
    world = wire.api.world
    await world.device_up()
    await world.clerk("vera", "vero")
    await world.take("vero-kortti")
    await wire.send()
    assert wire.receiver.got == []


async def test_no_address_of_this_house_is_taken(wire: Wire) -> None:
    for url in ("http://10.0.0.1/", "https://169.254.169.254/", "file:///etc/passwd"):
        refused = await wire.manage("PUT", "/webhook", {"url": url})
        assert (refused.status_code, refused.json()["code"]) == (422, "bad_address")


async def _busy(wire: Wire, *events: str) -> Scope:
    """A clerk to whom a visitor is offered, which is told once."""
    world = wire.api.world
    await wire.manage("PUT", "/webhook", {"url": URL, "events": events or CLERKS})
    await world.device_up()
    aino = await world.clerk()
    await world.take()
    await world.offer(aino)
    return aino
