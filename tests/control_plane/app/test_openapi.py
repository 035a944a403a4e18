"""Does the description tell everything, and does nothing of an agency leak to another?"""

import json
from typing import Any
from uuid import UUID

import pytest

from control_plane.app import create_app
from control_plane.database import Tx
from control_plane.queues.queries import StoredClosing, closing_of
from control_plane.queues.rules.closing import ASK, Kind
from control_plane.security.scope import Role, Scope
from control_plane.settings import Settings
from control_plane.setup import operations as setting_up
from control_plane.setup.rules.contents import Kind as SetUp
from control_plane.setup.rules.contents import ServiceContent, Thing
from control_plane.staff import queries as staff
from control_plane.staff.rules import ClerkState
from control_plane.visits import consult_queries, link_queries
from control_plane.visits.consult_queries import Consult
from control_plane.visits.message_queries import message_of
from control_plane.visits.operations import closing, consulting, linking, supervising
from control_plane.visits.queries import Visit
from control_plane.visits.views import LinkView
from shared.identifiers import new_uuid
from shared.languages import Text
from shared.visits import VisitorArrived
from tests.control_plane.app.conftest import Api
from tests.control_plane.plane import Page
from tests.control_plane.presence.conftest import centre_of
from tests.control_plane.world import visit_id

DESCRIPTION = create_app(Settings()).openapi()
OPERATIONS = [
    (method.upper(), path, operation)
    for path, methods in DESCRIPTION["paths"].items()
    for method, operation in methods.items()
]
# These end or open the very session with which the test asks.
SESSION = {"open_session", "close_session"}
# Known by the secret of a link alone, before anybody is signed in.
LINKED = {"look_at_password_link", "use_password_link"}
# Fits every body of the API: what a model does not know it ignores.
ANY_BODY = {
    "reason": "other_matter",
    "code": "000000",
    "outcome": "done",
    "on": True,
    "action": "done",
    "state": "available",
    "language": "sv",
    "jwk": {},
    "checkpoints": [],
    "alias": "X",
    "disabled": True,
    "instead_of": 0,
    "choices": {},
    "name": "X",
    "agency": "kela",
    "clerk": "aino",
    "clerks": {},
    "kind": "now",
    "service": "kela-elake",
    "text": "test",
    "url": "https://contact-centre.example.fi/hooks",
    "for_what": "form",
    "priority": "",
    "booked_for": "2026-11-24T10:00:00Z",
    "point": "inari",
    "booth": "inari-2",
    "content": {
        "name": {"fi": "X", "sv": "X", "en": "X"},
        "about": {"fi": "X", "sv": "X", "en": "X"},
        "direction": {"fi": "X", "sv": "X", "en": "X"},
        "valid_from": "2026-01-01",
        "agency": "kela",
        "minutes": 15,
        "point": "salla",
    },
}
# Asked with a bearer token, which a contact centre has and no page.
BY_MACHINES = {path for _, path, operation in OPERATIONS if operation.get("security")}
# Known by its signature alone.
SIGNED = "/api/v1/presence/hooks/{hook}"
# What another agency's matter is known by in a path.
PERSONAL = (
    "visit_id",
    "ticket_id",
    "staff_id",
    "agency",
    "service",
    "integration_id",
    "closing_id",
    "message_id",
    "consult_id",
    "link_id",
    "change_id",
)
OF_AN_AGENCY = {Role.CLERK, Role.SUPERVISOR, Role.AGENCY_ADMIN}
FOREIGN = (Role.CLERK, Role.SUPERVISOR, Role.AGENCY_ADMIN, Role.ADVISER, Role.OPERATOR)


def test_every_operation_has_a_name_a_tag_and_a_summary() -> None:
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(names)) == len(names)
    for method, path, operation in OPERATIONS:
        assert operation["tags"], (method, path)
        assert operation["summary"], (method, path)
        assert operation["description"], (method, path)
        assert "_api_v1" not in operation["operationId"]


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [each for each in OPERATIONS if each[1].startswith("/api/v1")],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_every_refusal_has_the_one_form(method: str, path: str, operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        if status.startswith("4"):
            schema = response["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/RefusalBody"}, (method, path, status)


async def kela_matters(api: Api) -> tuple[dict[str, str], set[str]]:
    """A visit of Kela's, and everything by which it could be told."""
    world = api.world
    await world.device_up()
    clerk = await world.clerk("aino", "kela")
    await world.take()
    visit = await world.call_next(clerk)
    offered = await world.take(device="d-inari-01")
    await world.device_up("d-inari-01")
    second = await world.clerk("bertta", "kela")
    offer = await world.offer(second)
    waiting = await world.take()
    centre = await centre_of(api)
    await world.clerk("cecilia", "kela")
    taken = await centre.lease("call-1", "cecilia")
    assert taken.status_code == 200
    consult = await asked(api, clerk, visit)
    boss = await world.account("esihenkilo", Role.SUPERVISOR, agency="kela")
    closed, message = await steered(api, boss)
    link = await linked(api)
    changed = await set_up(api)
    ids = {
        "integration_id": str(centre.id),
        "lease_id": "call-1",
        "hook": str(centre.id),
        "clerk": "aino",
        "offer_id": str(offer.id),
        "visit_id": str(visit.id),
        "ticket_id": str(waiting.ticket_id),
        "staff_id": clerk.name,
        "name": "d-salla-01",
        "agency": "kela",
        "point": "salla",
        "service": "kela-elake",
        "closing_id": closed,
        "message_id": str(message),
        "consult_id": str(consult.id),
        "link_id": str(link.id),
        "change_id": changed,
        "booth": "salla-1",
        "step": "decision",
    }
    secrets = {str(visit.id), str(visit.room_id), str(visit.ticket_id), str(waiting.ticket_id)}
    secrets |= {str(offer.id), str(offered.ticket_id)}
    secrets |= {str(consult.id), str(consult.staff_id), changed, OF_KELA}
    secrets |= {closed, str(message), SAID, str(link.id), str(link.room_id)}
    return ids, secrets | {clerk.name, second.name, boss.name, str(centre.id), "cecilia"}


OF_KELA = "A service of Kela's alone"


async def set_up(api: Api) -> str:
    """A change of what Kela offers, which its main user made."""
    admin = await api.world.account("paakayttaja", Role.AGENCY_ADMIN, agency="kela")
    thing, now = Thing(SetUp.SERVICE, ("kela-oma",)), api.world.clock.now()
    name = Text(fi=OF_KELA, sv=OF_KELA, en=OF_KELA)
    content = ServiceContent(agency="kela", name=name, minutes=10, offered=False)
    made = await api.world.run(
        lambda tx: setting_up.change(tx, admin, thing, content, known="", now=now)
    )
    return str(made.change)


async def linked(api: Api) -> LinkView:
    """The picture of another clerk of Kela's stands in a free booth."""
    world = api.world
    await world.device_up("d-inari-02")
    clerk = await world.clerk("elli", "kela")
    now = world.clock.now()
    await world.run(
        lambda tx: linking.open_link(
            tx, world.setup, clerk, point="inari", booth="inari-2", now=now
        )
    )
    link = (await world.desk(clerk)).link
    assert link is not None
    return link


async def asked(api: Api, clerk: Scope, visit: Visit) -> Consult:
    """The visit goes on, and a colleague is asked into it."""
    world = api.world
    await world.reported(visit)
    await world.event(VisitorArrived(visit_id=visit_id(visit), at=world.clock.now()))
    colleague = await world.clerk("doris", "kela")
    whom, now = UUID(colleague.name), world.clock.now()
    await world.run(
        lambda tx: consulting.ask(tx, clerk, visit.id, colleague=whom, service=None, now=now)
    )
    return await consult_of(api, str(visit.id))


async def consult_of(api: Api, visit: str) -> Consult:
    asks = Scope.system("test")
    found = await api.world.store.read(
        lambda tx: consult_queries.open_of_visit(tx, asks, UUID(visit))
    )
    assert found is not None
    return found


SAID = "A word to Kela's desks"


async def steered(api: Api, boss: Scope) -> tuple[str, UUID]:
    """A closing and a message of Kela's supervisor."""
    world, now = api.world, api.world.clock.now()
    message = new_uuid()
    wanted = StoredClosing(
        id=str(new_uuid()),
        agency="kela",
        point="inari",
        service="kela-elake",
        kind=Kind.NOW,
        most=None,
        instead=ASK,
        made_at=now,
        ends_at=None,
        ended_at=None,
    )
    await world.run(lambda tx: closing.close(tx, boss, wanted, "test", now))
    await world.run(
        lambda tx: supervising.broadcast(tx, boss, message, text=SAID, minutes=60, now=now)
    )
    return wanted.id, message


async def ask(page: Page, method: str, path: str, ids: dict[str, str]) -> Any:
    body = ANY_BODY if method in {"POST", "PUT", "PATCH"} else None
    return await page.http.request(method, path.format(**ids), json=body)


def untouched(tx: Tx, ids: dict[str, str]) -> bool:
    """Is the closing still in force, the message still said, and the link still there?"""
    asks = Scope.system("test")
    found = closing_of(tx, asks, ids["closing_id"])
    said = message_of(tx, asks, UUID(ids["message_id"]))
    link = link_queries.open_by_id(tx, asks, UUID(ids["link_id"]))
    stands = link is not None
    return found is not None and found.ended_at is None and said is not None and stands


@pytest.mark.parametrize("role", FOREIGN)
async def test_nothing_of_another_agency_leaks(api: Api, role: Role) -> None:
    ids, secrets = await kela_matters(api)
    before = await api.world.stored(ids["visit_id"])
    await api.world.account("vieras", role, agency="vero")
    page = await api.page("vieras")
    for method, path, operation in OPERATIONS:
        if operation["operationId"] in SESSION:
            continue
        answer = await ask(page, method, path, ids)
        assert answer.status_code < 500 or path == "/readyz", (method, path)
        told = answer.text
        assert not [secret for secret in secrets if secret in told], (method, path, told)
        personal = any(f"{{{each}}}" in path for each in PERSONAL)
        if personal:
            assert answer.status_code in {403, 404}, (method, path, answer.status_code)
    assert await api.world.stored(ids["visit_id"]) == before
    assert await api.world.is_open(ids["offer_id"])
    assert str((await consult_of(api, ids["visit_id"])).id) == ids["consult_id"]
    assert await api.world.store.read(lambda tx: untouched(tx, ids))


async def test_a_foreign_contact_centre_sees_and_changes_nothing(api: Api) -> None:
    ids, secrets = await kela_matters(api)
    before = await api.world.stored(ids["visit_id"])
    vero = await centre_of(api, "vero")
    for method, path, operation in OPERATIONS:
        if operation["operationId"] in SESSION:
            continue
        answer = await ask(Page(vero.http, ""), method, path, ids)
        told = answer.text
        assert not [secret for secret in secrets if secret in told], (method, path, told)
        if path in BY_MACHINES:
            assert str(answer.status_code) in operation["responses"], (method, path, told)
        elif path.startswith("/api/v1") and answer.status_code == 200:
            assert path in {"/api/v1/start", "/api/v1/trust"}, (method, path, told)
    assert await api.world.stored(ids["visit_id"]) == before
    assert await api.world.is_open(ids["offer_id"])
    cecilia = await api.world.store.read(lambda tx: staff.on_watch(tx, Scope.system("test")))
    assert [each.state for each in cecilia if each.busy_until] == [ClerkState.EXTERNAL_BUSY]


@pytest.mark.parametrize("role", Role)
async def test_a_stranger_without_a_role_for_it_is_refused_in_the_declared_way(
    api: Api, role: Role
) -> None:
    ids, _ = await kela_matters(api)
    await api.world.account("joku", role, agency="vero" if role in OF_AN_AGENCY else None)
    page = await api.page("joku")
    for method, path, operation in OPERATIONS:
        if operation["operationId"] in SESSION:
            continue
        answer = await ask(page, method, path, ids)
        declared = {*operation["responses"], "422"}
        assert str(answer.status_code) in declared, (method, path, answer.status_code, answer.text)


async def test_without_the_token_nothing_is_changed(api: Api) -> None:
    ids, _ = await kela_matters(api)
    await api.world.account("yllapito", Role.ADMIN, Role.CLERK, agency="kela")
    page = await api.page("yllapito")
    del page.http.headers["X-Etapiste-CSRF"]
    for method, path, operation in OPERATIONS:
        if method == "GET" or operation["operationId"] in SESSION | LINKED:
            continue
        answer = await ask(page, method, path, ids)
        refused = (401, "bad_token") if path in BY_MACHINES else (403, "forged")
        if path == SIGNED:
            refused = (401, "bad_signature")
        assert (answer.status_code, answer.json()["code"]) == refused, (method, path)


def test_the_description_is_json_that_a_stranger_can_read() -> None:
    text = json.dumps(DESCRIPTION)
    assert "Idempotency-Key" in text
    assert "no_booth_ready" in text
