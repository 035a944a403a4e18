"""A contact centre sees its queue, asks for the next visitor for a clerk, and reads how it went."""

import asyncio
import time
from uuid import UUID

from control_plane.security.integrations import Right
from control_plane.staff import queries as staff
from control_plane.staff.rules import ClerkState
from shared.visits import BoothWiped
from tests.control_plane.app.conftest import Api
from tests.control_plane.presence.conftest import SYSTEM, Centre, centre_of
from tests.control_plane.visits.steps import begun, clerk_state, pass_time
from tests.control_plane.world import visit_id

QUEUE = "/api/v1/presence/queue"
CONTACTS = "/api/v1/presence/contacts"
NEXT = "/api/v1/presence/clerks/aino/next"


async def test_the_queue_is_told_once_and_then_only_when_it_is_another(
    api: Api, centre: Centre
) -> None:
    await api.world.device_up()
    await api.world.clerk()
    await api.world.clerk("vera", "vero")
    ticket = await api.world.take()
    await api.world.take("vero-kortti")
    seen = await centre.http.get(QUEUE)
    (row,) = seen.json()["waiting"]
    assert row["ticket"] == str(ticket.ticket_id)
    assert "number" not in row
    known = {"If-None-Match": seen.headers["ETag"]}
    assert (await centre.http.get(QUEUE, headers=known)).status_code == 304
    await api.world.take()
    again = await centre.http.get(QUEUE, headers=known)
    assert (again.status_code, len(again.json()["waiting"])) == (200, 2)


async def test_whoever_waits_for_news_of_the_queue_hears_at_once(api: Api, centre: Centre) -> None:
    await api.world.device_up()
    await api.world.clerk()
    known = {"If-None-Match": (await centre.http.get(QUEUE)).headers["ETag"]}

    async def later() -> None:
        await asyncio.sleep(0.3)
        await api.world.take()

    began = time.monotonic()
    answer, _ = await asyncio.gather(
        centre.http.get(QUEUE, headers=known, params={"wait_s": 20}, timeout=30), later()
    )
    assert (answer.status_code, len(answer.json()["waiting"])) == (200, 1)
    assert time.monotonic() - began < 10
    known = {"If-None-Match": answer.headers["ETag"]}
    silent = await centre.http.get(QUEUE, headers=known, params={"wait_s": 1}, timeout=30)
    assert silent.status_code == 304


async def test_the_contact_centre_gets_the_next_visitor_for_a_named_clerk_once(
    api: Api, centre: Centre
) -> None:
    await api.world.device_up()
    aino = await api.world.clerk()
    await api.world.take()
    seen_before = await _seen_at(api, aino.name)
    api.world.clock.pass_(seconds=5)
    key = {"Idempotency-Key": "assign-1"}
    first = await centre.http.post(NEXT, headers=key)
    assert first.status_code == 200, first.text
    assert (await centre.http.post(NEXT, headers=key)).json()["visit"] == first.json()["visit"]
    assert await clerk_state(api.world, aino) is ClerkState.PREPARING
    # A machine that asks is no sign of the clerk's page.
    assert await _seen_at(api, aino.name) == seen_before
    assert not {"room_id", "ice_servers", "number"} & first.json().keys()
    busy = await centre.http.post(NEXT)
    assert (busy.status_code, busy.json()["code"]) == (409, "clerk_busy")
    page = await api.page("aino")
    assert (await page.get("/desk")).json()["visit"]["id"] == first.json()["visit"]


async def _seen_at(api: Api, name: str) -> object:
    found = await api.world.store.read(lambda tx: staff.clerk_of(tx, SYSTEM, UUID(name)))
    return found and found.seen_at


async def test_nobody_is_called_for_a_clerk_who_is_not_there(api: Api, centre: Centre) -> None:
    await api.world.device_up()
    aino = await api.world.clerk()
    assert (await centre.http.post(NEXT)).json()["code"] == "no_ticket"
    await api.world.take()
    await api.world.choose(aino, ClerkState.ON_BREAK)
    away = await centre.http.post(NEXT)
    assert (away.status_code, away.json()["code"]) == (409, "not_available")
    await api.world.choose(aino, ClerkState.AVAILABLE)
    await centre.lease("call-1", "aino")
    on_the_phone = await centre.http.post(NEXT)
    assert on_the_phone.json()["detail"] == {"state": "external_busy"}
    unknown = await centre.http.post("/api/v1/presence/clerks/nobody/next")
    assert unknown.status_code == 404


async def test_contacts_are_read_on_from_where_one_was(api: Api, centre: Centre) -> None:
    await api.world.device_up()
    aino = await api.world.clerk()
    page = await api.page("aino")
    for _ in range(3):
        visit = await begun(api.world, aino)
        await page.post(f"/visits/{visit.id}/end", {"outcome": "done"})
        wiped = BoothWiped(visit_id=visit_id(visit), clean=True, at=api.world.clock.now())
        await api.world.event(wiped)
        await pass_time(api.world, present=aino, seconds=31)  # of wrap-up
    api.world.clock.pass_(minutes=4)
    first = (await centre.http.get(CONTACTS, params={"limit": 2})).json()
    assert len(first["contacts"]) == 2
    rest = (await centre.http.get(CONTACTS, params={"after": first["cursor"]})).json()
    assert len(rest["contacts"]) == 1
    visits = {each["visit"] for each in first["contacts"] + rest["contacts"]}
    assert len(visits) == 3
    contact = first["contacts"][0]
    assert (contact["clerk"], contact["outcome"]) == ("aino", "done")
    end = (await centre.http.get(CONTACTS, params={"after": rest["cursor"]})).json()
    assert end == {"contacts": [], "cursor": rest["cursor"]}
    for nonsense in ("x", "1.2", "9" * 50 + ".x"):
        answer = await centre.http.get(CONTACTS, params={"after": nonsense})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    vero = await centre_of(api, "vero", frozenset({Right.CONTACTS}))
    assert (await vero.http.get(CONTACTS)).json()["contacts"] == []
